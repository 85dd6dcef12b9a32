"""One PostgreSQL for the whole test run, in a folder of its own; every xdist worker has a database in it."""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations

from pestle.config.cluster import BOOTSTRAP_ROLE, Cluster
from pestle.config.database import settings_for
from pestle.config.postgres import embedded_database, is_guarded, open_lock

_FOLDER = "PESTLE_TEST_CLUSTER"
_TEMPLATE = "template_pestle"
_opened = pytest.StashKey[contextlib.ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Settings that only tests want; in the first process, also the folder all workers share."""
    os.environ.setdefault("PESTLE_SECRET_KEY", secrets.token_urlsafe(32))
    settings.SECRET_KEY = os.environ["PESTLE_SECRET_KEY"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if not hasattr(config, "workerinput"):
        opened = config.stash[_opened] = contextlib.ExitStack()
        opened.enter_context(_shared_folder())
    settings.STATIC_ROOT = None
    settings.MEDIA_ROOT = f"{os.environ[_FOLDER]}/media"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many keys each task took, where that was counted (tests/pages/test_keys_browser.py)."""
    ended = (each for kind in ("passed", "failed") for each in terminalreporter.stats.get(kind, ()))
    rows = [value for each in ended for name, value in getattr(each, "user_properties", ()) if name == "keys"]
    if rows:
        terminalreporter.section("keys")
        lines = [("task", "budget", "counted"), *((task, budget, str(counted)) for task, budget, counted in rows)]
        for task, budget, counted in lines:
            terminalreporter.line(f"{task:<72} {budget:>10} {counted:>8}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the folder away, whatever happened."""
    opened = config.stash.get(_opened, None)
    if opened is not None:
        opened.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Point Django at the run's own PostgreSQL, started by the first worker that needs it."""
    with contextlib.ExitStack() as opened:
        if not os.environ.get("DATABASE_URL"):
            cluster = Cluster(Path(os.environ[_FOLDER]), durable=False)
            opened.enter_context(embedded_database(cluster))
            _point_django_at(cluster.url())
            if "PYTEST_XDIST_WORKER" in os.environ:
                _migrate_once(cluster)
                connections["default"].settings_dict["TEST"]["TEMPLATE"] = _TEMPLATE
        yield
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _empty_books_between_tests() -> Iterator[None]:
    """Let Django empty the tables after real transactions: triggers rest, for our books refuse truncation."""
    ordinary = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        if os.environ.get("DATABASE_URL"):
            sql_list = ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"]
            ordinary(self, sql_list)
            return
        name = self.connection.settings_dict["NAME"]
        cluster = Cluster(Path(os.environ[_FOLDER]), durable=False)
        with psycopg.connect(cluster.url(name, BOOTSTRAP_ROLE), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in sql_list:
                connection.execute(statement)

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = ordinary


@pytest.fixture(scope="session")
def payer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One pretend payer for all tests of this process, a program of its own; each test joins with its own plan."""
    from tests.payer import PretendPayer

    program = PretendPayer(tmp_path_factory.mktemp("payer") / "book.sqlite")
    program.start()
    yield program
    program.kill()


@contextlib.contextmanager
def _shared_folder() -> Iterator[None]:
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="pestle-tests-")), durable=False)
    os.environ[_FOLDER] = str(cluster.folder)
    try:
        # While this lock is held, the server outlives every single worker.
        with open_lock(cluster, "users") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            yield
    finally:
        _wait_for_the_guard(cluster)
        shutil.rmtree(cluster.folder, ignore_errors=True)


def _wait_for_the_guard(cluster: Cluster) -> None:
    deadline = time.monotonic() + 30
    with contextlib.suppress(FileNotFoundError):
        while time.monotonic() < deadline and is_guarded(cluster):
            time.sleep(0.05)


def _point_django_at(url: str) -> None:
    wanted: dict[str, Any] = settings_for(url)
    # A pool would keep connections open in a database that is about to be dropped.
    wanted["OPTIONS"].pop("pool")
    connections["default"].settings_dict.update(
        {name: value for name, value in wanted.items() if name not in {"ENGINE", "NAME"}}
    )


def _migrate_once(cluster: Cluster) -> None:
    """Migrate one database that every worker's own is then copied from."""
    with open_lock(cluster, "template") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with psycopg.connect(cluster.url("postgres", BOOTSTRAP_ROLE), autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [_TEMPLATE]).rowcount:
                return
            connection.execute(f"CREATE DATABASE {_TEMPLATE}_draft OWNER pestle")
            environment = {
                **os.environ,
                "DATABASE_URL": cluster.url(f"{_TEMPLATE}_draft"),
                "DJANGO_SETTINGS_MODULE": "pestle.config.settings",
            }
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=environment, check=True)
            connection.execute(f"ALTER DATABASE {_TEMPLATE}_draft RENAME TO {_TEMPLATE}")
