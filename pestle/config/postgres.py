"""The embedded PostgreSQL: shared by every program of one state folder, started by the first, stopped with the last.

Each program holds a shared lock on the cluster's `users` file for as long as it needs the database; the kernel drops
the lock when the program ends, however it ends. A small guard process starts the server, starts it again should it
die, and stops it once nobody holds the lock.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import IO

import psycopg

from pestle.config import cluster as postgres
from pestle.config.cluster import BOOTSTRAP_ROLE, DATABASE, ROLE, Cluster, DatabaseUnavailable

_PATIENCE_SECONDS = 90
_STARTS_TRIED = 4


class DatabaseInUse:
    """A hold on a running server; `close` lets go, and stops the server if nobody else holds it."""

    def __init__(self, cluster: Cluster, users: IO[str], guard: subprocess.Popen[bytes] | None) -> None:
        self.cluster = cluster
        # Kept so that a guard that ends before this program does not stay behind as a dead entry.
        self._guard = guard
        self._users: IO[str] | None = users

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.cluster.url()

    def close(self) -> None:
        """Let go; the last one out stops the server and returns when it is down."""
        if self._users is None:
            return
        users, self._users = self._users, None
        with users:
            if _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
                postgres.stop(self.cluster)
        if self._guard is not None and not is_in_use(self.cluster):
            self._guard.wait()


def open_database(cluster: Cluster) -> DatabaseInUse:
    """Make sure the cluster exists and its server runs, and hold on to it.

    Raises DatabaseUnavailable with the server's last words when it does not start.
    """
    cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    users = open_lock(cluster, "users")
    fcntl.flock(users, fcntl.LOCK_SH)
    try:
        with open_lock(cluster, "starting") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            guard = _ensure_running(cluster)
    except BaseException:
        users.close()
        raise
    return DatabaseInUse(cluster, users, guard)


@contextlib.contextmanager
def embedded_database(cluster: Cluster) -> Iterator[DatabaseInUse]:
    """Hold on to the running server for the length of a `with` block."""
    held = open_database(cluster)
    try:
        yield held
    finally:
        held.close()


def guard(cluster: Cluster, *, remove_after: bool) -> None:
    """Keep the server running while anybody uses it, then stop it; the body of the guard process.

    Raises DatabaseUnavailable when the server dies again and again and never takes a connection.
    """
    # The guard's own lock is let go first: whoever then gets in knows that a new guard is needed.
    with open_lock(cluster, "users") as users, open_lock(cluster, "guard") as mine:
        if not _locked(mine, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return
        _watch(cluster, users)
        postgres.stop(cluster)
        if remove_after:
            postgres.remove(cluster)


def _watch(cluster: Cluster, users: IO[str]) -> None:
    server: subprocess.Popen[bytes] | None = None
    failures = 0
    has_answered = False
    while not _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
        if server is not None:
            server.poll()
        if postgres.is_ready(cluster):
            failures, has_answered = 0, True
        elif postgres.running_pid(cluster) is None and (server is None or server.returncode is not None):
            if failures >= _STARTS_TRIED and not has_answered:
                raise DatabaseUnavailable("The server died each time it was started.")
            time.sleep(min(failures * 0.5, 5))
            # A lock that cannot be shared is held by the last user, who is stopping the server.
            if _locked(users, fcntl.LOCK_SH | fcntl.LOCK_NB):
                server = postgres.start(cluster)
                failures += 1
        time.sleep(0.1)


@contextlib.contextmanager
def hold_for_others(cluster: Cluster) -> Iterator[None]:
    """Keep the server running for the length of a `with` block, and be known as the program that does."""
    cluster.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open_lock(cluster, "holder") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        mine.truncate()
        with embedded_database(cluster):
            mine.write(str(os.getpid()))
            mine.flush()
            yield


def holder_of(cluster: Cluster) -> int | None:
    """Give the number of the process that keeps the database up for the others, if there is one."""
    if not cluster.folder.exists():
        return None
    with open_lock(cluster, "holder") as lock:
        if _locked(lock, fcntl.LOCK_SH | fcntl.LOCK_NB):
            return None
        written = lock.read()
        return int(written) if written else None


def is_in_use(cluster: Cluster) -> bool:
    """Say whether any program holds on to the server; one that is just stopping it does not."""
    if not cluster.folder.exists():
        return False
    with open_lock(cluster, "users") as lock:
        return not _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB) and _locked(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)


def open_lock(cluster: Cluster, name: str) -> IO[str]:
    """Open one of the cluster's lock files; only its owner can."""
    descriptor = os.open(cluster.folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+", encoding="ascii")


def is_guarded(cluster: Cluster) -> bool:
    """Say whether a guard watches over the server."""
    with open_lock(cluster, "guard") as lock:
        return not _locked(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True


def _ensure_running(cluster: Cluster) -> subprocess.Popen[bytes] | None:
    if postgres.is_ready(cluster) and is_guarded(cluster):
        return None
    postgres.make(cluster)
    said_before = cluster.log.stat().st_size if cluster.log.exists() else 0
    keeper = None if is_guarded(cluster) else _start_guard(cluster)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not postgres.is_ready(cluster):
        if time.monotonic() > deadline or (keeper is not None and keeper.poll() is not None):
            raise DatabaseUnavailable(f"The embedded PostgreSQL does not start. {_last_words(cluster, said_before)}")
        time.sleep(0.02)
    _ensure_role_and_database(cluster)
    return keeper


def _start_guard(cluster: Cluster) -> subprocess.Popen[bytes]:
    options = ["--loose"] if not cluster.durable else []
    with open(cluster.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
        return subprocess.Popen(
            [sys.executable, "-m", "pestle.config.postgres_guard", str(cluster.folder), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )


def _ensure_role_and_database(cluster: Cluster) -> None:
    address = cluster.url("postgres", BOOTSTRAP_ROLE)
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _last_words(cluster: Cluster, since: int) -> str:
    with cluster.log.open("rb") as log:
        log.seek(since)
        words = log.read()[-2000:].decode(errors="replace").strip()
    return f"It said: {words}" if words else f"Its log is {cluster.log}."
