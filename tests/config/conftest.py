"""A pharmacy's state folder of its own for each test, and programs that use it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from pestle.config import cluster as postgres
from pestle.config.cluster import Cluster
from pestle.config.postgres import holder_of

CHECKOUT = Path(__file__).parents[2]


@dataclass
class House:
    """A state folder, and the `pestle` commands run on it."""

    state: Path
    environment: dict[str, str] = field(default_factory=dict)
    python: tuple[str, ...] = (sys.executable,)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def cluster(self) -> Cluster:
        """The house's own cluster, once it is made."""
        return Cluster((self.state / "postgres").resolve())

    def pestle(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._command(words),
            env=self._environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        process = subprocess.Popen(
            self._command(words),
            env=self._environment(),
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def hold(self) -> subprocess.Popen[str]:
        """Start a program that only holds on to the database, and wait until the database answers."""
        process = self.start("database", "hold")
        wait_until(lambda: holder_of(self.cluster) == process.pid)
        return process

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement on the house's database."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Stop everything and take the folders away."""
        for process in self.started:
            process.kill()
            process.communicate()
        with contextlib.suppress(OSError):
            postgres.stop(self.cluster)
            postgres.remove(self.cluster)
        shutil.rmtree(self.state, ignore_errors=True)

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [*self.python, "-m", "pestle.config.command", *words]

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        given = {"PESTLE_HOME": str(self.state), "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**kept, **given, **self.environment}


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Return once it is so; fail the test if it never is."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def kill(pid: int) -> None:
    """End a process the hard way and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that is dead but not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder any user may pass through, with a short name."""
    folder = Path(tempfile.mkdtemp(prefix="pestle-house-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(open_folder: Path) -> Iterator[House]:
    """A house whose state folder does not exist yet."""
    opened = House(open_folder / "state")
    yield opened
    opened.close()
