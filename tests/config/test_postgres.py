"""The embedded PostgreSQL: shared, private, and alive after anything that is done to it."""

import os
import signal
import stat
import sys
from pathlib import Path

import psycopg
import pytest

from pestle.config import cluster as postgres
from pestle.config.cluster import Cluster
from pestle.config.postgres import embedded_database, is_guarded
from tests.config.conftest import CHECKOUT, House, is_alive, kill, wait_until

pytestmark = pytest.mark.slow
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def guard_of(house: House) -> int:
    """Give the number of the guard's process: the one whose arguments name the cluster."""
    wanted = str(house.cluster.folder).encode()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        words = entry.read_bytes().split(b"\0")
        if b"pestle.config.postgres_guard" in words and wanted in words:
            return int(entry.parent.name)
    raise AssertionError("there is no guard")


def mode(path: Path) -> int:
    """Give the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_rows_survive_the_death_of_the_server_and_it_comes_back_by_itself(house: House) -> None:
    house.hold()
    house.ask("CREATE TABLE kept AS SELECT 42 AS answer")
    first = postgres.running_pid(house.cluster)
    assert first is not None

    kill(first)

    wait_until(lambda: postgres.running_pid(house.cluster) not in {None, first} and postgres.is_ready(house.cluster))
    assert house.ask("SELECT answer FROM kept") == [(42,)]


def test_rows_survive_the_death_of_everything(house: House) -> None:
    holder = house.hold()
    house.ask("CREATE TABLE kept AS SELECT 42 AS answer")
    server = postgres.running_pid(house.cluster)
    assert server is not None

    for pid in (guard_of(house), server, holder.pid):
        os.kill(pid, signal.SIGKILL)
    holder.wait()
    wait_until(lambda: not is_alive(server))

    house.hold()
    assert house.ask("SELECT answer FROM kept") == [(42,)]


def test_a_server_left_behind_is_taken_over(house: House) -> None:
    holder = house.hold()
    server = postgres.running_pid(house.cluster)
    os.kill(guard_of(house), signal.SIGKILL)
    holder.kill()
    holder.wait()
    wait_until(lambda: not is_guarded(house.cluster))
    assert postgres.running_pid(house.cluster) == server

    second = house.hold()

    assert postgres.running_pid(house.cluster) == server
    second.terminate()
    second.wait()
    wait_until(lambda: postgres.running_pid(house.cluster) is None)


def test_the_server_stops_when_its_only_user_is_killed(house: House) -> None:
    holder = house.hold()

    holder.kill()

    wait_until(lambda: postgres.running_pid(house.cluster) is None and not is_guarded(house.cluster))
    assert postgres.running_pid(house.cluster) is None


def test_a_second_program_shares_the_server_and_the_last_one_out_stops_it(house: House) -> None:
    first = house.hold()
    server = postgres.running_pid(house.cluster)

    with embedded_database(house.cluster):
        first.terminate()
        assert first.wait() == 0
        assert postgres.running_pid(house.cluster) == server

    assert postgres.running_pid(house.cluster) is None


def test_programs_that_start_at_once_share_one_server(house: House) -> None:
    programs = [house.start("database", "hold") for _ in range(4)]

    wait_until(lambda: postgres.is_ready(house.cluster) and is_guarded(house.cluster))
    for program in programs:
        assert program.poll() is None
        program.terminate()

    assert [program.wait() for program in programs] == [0, 0, 0, 0]
    wait_until(lambda: postgres.running_pid(house.cluster) is None)


def test_nobody_else_reaches_the_rows_or_the_socket(house: House) -> None:
    house.hold()

    cluster = house.cluster
    assert mode(cluster.rows) == 0o700
    assert mode(cluster.socket_folder) == 0o700
    assert mode(house.state) & 0o067 == 0
    assert mode(cluster.folder) & 0o067 == 0
    assert mode(house.state / "secret_key") == 0o600 if (house.state / "secret_key").exists() else True
    assert house.ask("SHOW listen_addresses") == [("",)]


def test_the_server_waits_for_the_disk_and_checks_what_it_reads(house: House) -> None:
    house.hold()

    asked = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'data_checksums', 'full_page_writes')"
    assert dict(house.ask(asked)) == {"fsync": "on", "data_checksums": "on", "full_page_writes": "on"}


def test_the_program_is_no_superuser_and_still_has_the_extensions_it_needs(house: House) -> None:
    house.hold()

    house.ask("CREATE EXTENSION pg_trgm")
    house.ask("CREATE EXTENSION unaccent")
    house.ask("CREATE EXTENSION btree_gist")
    assert house.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


@AS_ROOT
def test_as_root_the_server_runs_as_a_user_nobody_else_has(house: House) -> None:
    house.hold()

    server = postgres.running_pid(house.cluster)
    owner = Path(f"/proc/{server}").stat().st_uid
    assert owner not in {0, 65534}
    assert house.cluster.rows.stat().st_uid == owner


@AS_ROOT
@pytest.mark.parametrize("closed", [False, True], ids=["open parents", "a parent closed to others"])
def test_folders_that_are_not_ours_keep_their_permissions(open_folder: Path, *, closed: bool) -> None:
    parent = open_folder / "home"
    parent.mkdir(mode=0o700 if closed else 0o755)
    house = House(parent / "state")
    package = Path(postgres.own_program("postgres")).parent
    foreign = [*house.state.parents, Path("/var/lib"), package, *package.parents]
    before = [(folder, mode(folder), folder.stat().st_uid, folder.stat().st_gid) for folder in foreign]

    try:
        house.hold()
        assert house.ask("SELECT 1") == [(1,)]
    finally:
        outside = house.cluster.folder
        house.close()

    assert [(folder, mode(folder), folder.stat().st_uid, folder.stat().st_gid) for folder in foreign] == before
    assert outside.is_relative_to("/var/lib") is closed


def python_for_anybody() -> str | None:
    """Give a Python that an ordinary user can run: ours, or the system's of the same version."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for found in (sys.executable, f"/usr/bin/{name}"):
        if Path(found).exists() and postgres.is_open_to_all(Path(found).resolve().parent):
            return found
    return None


@AS_ROOT
def test_an_ordinary_user_needs_no_rights_of_root(open_folder: Path) -> None:
    python = python_for_anybody()
    packages = Path(psycopg.__file__).parents[1]
    if python is None or not postgres.is_open_to_all(packages) or not postgres.is_open_to_all(CHECKOUT):
        pytest.skip("this checkout lies where an ordinary user cannot read it")
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    somebody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    environment = {"HOME": str(home), "PYTHONPATH": f"{CHECKOUT}:{packages}"}
    house = House(home / ".pestle", environment, (*somebody, python))

    try:
        started = house.pestle("database", "start")
        answer = house.pestle("database", "status")
        stopped = house.pestle("database", "stop")
    finally:
        house.close()

    assert started.returncode == 0, started.stderr
    assert "An answer from the database pestle" in answer.stdout
    assert "PostgreSQL is stopped." in stopped.stdout


@AS_ROOT
def test_a_state_folder_of_somebody_else_is_refused_in_words(house: House) -> None:
    house.state.mkdir()
    os.chown(house.state, 65534, 65534)

    refused = house.pestle("database", "start")

    assert refused.returncode == 1
    assert "belongs to another user" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_path_too_long_for_a_socket_gets_a_private_short_one(open_folder: Path) -> None:
    house = House(open_folder / ("long" * 20) / "state")
    house.state.parent.mkdir(mode=0o755)

    try:
        house.hold()
        folder = house.cluster.socket_folder
        assert house.ask("SELECT 1") == [(1,)]
        assert not folder.is_relative_to(open_folder)
        assert mode(folder) == 0o700
    finally:
        house.close()


def test_a_number_reused_by_another_program_does_not_keep_the_server_from_starting(house: House) -> None:
    holder = house.hold()
    holder.terminate()
    holder.wait()
    wait_until(lambda: not is_guarded(house.cluster))
    lost = house.cluster.rows / "postmaster.pid"
    lost.write_text(f"{os.getpid()}\n{house.cluster.rows}\n1700000000\n5432\n\n\n0 0\nready\n")

    house.hold()

    assert house.ask("SELECT 1") == [(1,)]


def test_a_first_start_that_was_cut_short_is_begun_again(house: House) -> None:
    draft = house.state / "postgres" / "rows.draft"
    draft.mkdir(parents=True)
    draft.joinpath("PG_VERSION").write_text("18\n")

    house.hold()

    assert house.ask("SELECT 1") == [(1,)]


def test_a_server_that_cannot_start_says_why(house: House) -> None:
    holder = house.hold()
    holder.terminate()
    holder.wait()
    wait_until(lambda: not is_guarded(house.cluster))
    (house.cluster.rows / "global" / "pg_control").unlink()

    refused = house.pestle("migrate")

    assert refused.returncode == 1
    assert "The embedded PostgreSQL does not start. It said:" in refused.stderr
    assert "pg_control" in refused.stderr


def test_a_cluster_for_tests_is_taken_away_at_the_end(open_folder: Path) -> None:
    cluster = Cluster(open_folder / "loose", durable=False)

    with embedded_database(cluster):
        assert postgres.is_ready(cluster)

    wait_until(lambda: not cluster.folder.exists())
