"""A pharmacy to measure in: the made-up one, in a PostgreSQL of its own that no pharmacy uses."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

import pestle
from pestle.config import cluster as postgres
from pestle.config.cluster import BOOTSTRAP_ROLE, DATABASE, ROLE, Cluster
from pestle.config.postgres import embedded_database
from pestle.config.ready import close_connections

if TYPE_CHECKING:
    from pestle.records.pharmacies import Pharmacy

Say = Callable[[str], None]
DURABILITY = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
MOST_PATIENTS = 1_000_000
_RUN = "bench_run"


@dataclass(frozen=True)
class Scratch:
    """The pharmacy that is measured: its database's address and its superuser's, and where things lie."""

    url: str
    owner_url: str
    folder: Path
    say: Say
    is_quick: bool

    @cached_property
    def pharmacy(self) -> "Pharmacy":
        """Give its row."""
        from pestle.demo.pharmacy import NAME
        from pestle.records.pharmacies import Pharmacy

        return Pharmacy.objects.get(name=NAME, is_practice=True)

    @property
    def seconds(self) -> float:
        """Give how long one rate is measured."""
        return 1.5 if self.is_quick else 3.0

    @property
    def patients(self) -> int:
        """Give how many patients the searches look among."""
        return MOST_PATIENTS // 20 if self.is_quick else MOST_PATIENTS


@contextmanager
def open_scratch(*, keep: Path | None, is_quick: bool, say: Say) -> Iterator[Scratch]:
    """Make the scratch pharmacy for the length of a `with` block, and take it away unless a folder keeps it."""
    folder = keep or Path(tempfile.mkdtemp(prefix="pestle-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    cluster = Cluster(folder.resolve() / "postgres")
    try:
        with embedded_database(cluster) as held:
            _point_everything_at(held.url, folder.resolve())
            begun = time.perf_counter()
            _prepare(cluster, folder.resolve() / "prepared", say)
            with _fresh_copy(cluster) as url:
                _point_everything_at(url, folder.resolve())
                say(f"The scratch pharmacy is ready after {time.perf_counter() - begun:.0f} s.")
                yield from _opened(Scratch(url, cluster.url(_RUN, BOOTSTRAP_ROLE), folder.resolve(), say, is_quick))
    finally:
        if keep is None:
            postgres.remove(cluster)
            shutil.rmtree(folder, ignore_errors=True)


def _opened(scratch: Scratch) -> Iterator[Scratch]:
    import django

    django.setup()
    try:
        yield scratch
    finally:
        close_connections()


@contextmanager
def _fresh_copy(cluster: Cluster) -> Iterator[str]:
    """Copy the prepared database for the length of a `with` block: every run begins with the same rows."""
    with psycopg.connect(cluster.url("postgres", BOOTSTRAP_ROLE), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_RUN} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_RUN} TEMPLATE {DATABASE} OWNER {ROLE}")
    yield cluster.url(_RUN)


def durability(url: str) -> dict[str, str]:
    """Give the settings that decide whether a commit is on the disk when it is told."""
    with psycopg.connect(url) as connection:
        return {name: _shown(connection, name) for name in (*DURABILITY, "shared_buffers", "server_version")}


def _shown(connection: object, name: str) -> str:
    row = connection.execute(f"SHOW {name}").fetchone()  # type: ignore[attr-defined]
    return str(row[0])


def _point_everything_at(url: str, folder: Path) -> None:
    # Whatever this process or a child of it opens from now on lies in the scratch folder.
    os.environ["DATABASE_URL"] = url
    os.environ["PESTLE_HOME"] = str(folder / "home")
    os.environ["PESTLE_STATIC_IS_COLLECTED"] = "yes"
    os.environ["DJANGO_SETTINGS_MODULE"] = "pestle.config.settings"
    (folder / "home").mkdir(mode=0o700, exist_ok=True)


def _prepare(cluster: Cluster, stamp: Path, say: Say) -> None:
    """Make the database that every run copies, unless it is there already as this program would make it."""
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    say("Making a database to measure in; this takes some minutes, once for each folder.")
    stamp.unlink(missing_ok=True)
    with psycopg.connect(cluster.url("postgres", BOOTSTRAP_ROLE), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    # In a process of its own: this one is to know the copy only.
    subprocess.run([sys.executable, "-m", "pestle.config.bench.scratch"], check=True, stdout=sys.stderr)
    stamp.write_text(wanted, encoding="ascii")


def _fingerprint() -> str:
    """Give a digest of what the prepared database follows from: the tables, the lists and the made-up pharmacy."""
    house = Path(pestle.__file__).parent
    folders = (house / "records" / "migrations", house / "records" / "loading", house / "demo", house.parent / "data")
    digest = hashlib.sha256()
    for path in sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".xz", ".csv"}
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def make_template() -> None:
    """Bring the database named by the environment to where a measurement can begin; what is there already stays."""
    import django

    django.setup()
    from django.utils import timezone

    from pestle.config import preparation
    from pestle.config.database import database_url
    from pestle.demo import opening
    from pestle.demo.pharmacy import NAME, make_pharmacy
    from pestle.records.pharmacies import Pharmacy

    preparation.migrate(database_url(os.environ))
    preparation.collect_static_files()
    opening.load_catalogue(say=lambda sentence: print(sentence, flush=True))
    if not Pharmacy.objects.filter(name=NAME, is_practice=True).exists():
        make_pharmacy(at=timezone.now())
    close_connections()


if __name__ == "__main__":
    make_template()
