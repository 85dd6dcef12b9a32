"""`pestle run`: everything comes up together, stays up, and goes down together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Thread

import pytest

from pestle.config import cluster as postgres
from pestle.config.supervisor import Program, Supervisor
from tests.config.conftest import House, is_alive, kill, wait_until
from tests.config.test_database import a_port_nobody_listens_on


def status_of(port: int) -> int:
    """Ask for the sign-in page and give the answer's status; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def children_of(pid: int) -> set[int]:
    """Give the numbers of all processes below this one."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    below: set[int] = set()
    while found := {child for child, parent in parents.items() if parent in {pid, *below}} - below:
        below |= found
    return below


@pytest.fixture
def open_house(house: House) -> tuple[House, int, int]:
    """A pharmacy that is open: its house, its port and the number of its first process."""
    port = a_port_nobody_listens_on()
    process = house.start("run", "--empty", "--workers", "1", "--port", str(port))
    wait_until(lambda: status_of(port) == 200, seconds=120)
    return house, port, process.pid


@pytest.mark.slow
def test_an_open_pharmacy_stays_open_when_its_database_dies(open_house: tuple[House, int, int]) -> None:
    house, port, _ = open_house
    server = postgres.running_pid(house.cluster)
    assert server is not None

    kill(server)

    wait_until(lambda: postgres.is_ready(house.cluster) and status_of(port) == 200)


@pytest.mark.slow
def test_an_open_pharmacy_closes_whole_when_asked(open_house: tuple[House, int, int]) -> None:
    house, port, first = open_house
    below = children_of(first)

    os.kill(first, signal.SIGTERM)
    process = house.started[-1]
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert f"Pestle is open at http://127.0.0.1:{port}/" in said
    assert said.rstrip().endswith("Pestle is closed.")
    wait_until(lambda: not any(is_alive(pid) for pid in below))


@pytest.mark.slow
def test_nothing_stays_behind_when_the_first_process_is_killed(open_house: tuple[House, int, int]) -> None:
    house, port, first = open_house
    below = children_of(first)
    assert len(below) > 5

    kill_without_waiting(first)
    house.started[-1].wait()

    wait_until(lambda: not any(is_alive(pid) for pid in below))
    assert status_of(port) == 0
    assert postgres.running_pid(house.cluster) is None


@pytest.mark.slow
def test_a_port_in_use_is_said_in_words(open_house: tuple[House, int, int]) -> None:
    house, port, _ = open_house

    second = house.pestle("run", "--empty", "--port", str(port))

    assert second.returncode == 1
    assert f"port {port} on 127.0.0.1 is in use" in second.stderr


def kill_without_waiting(pid: int) -> None:
    """End a process the hard way."""
    os.kill(pid, signal.SIGKILL)


def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    program = Program("a mayfly", ("-c", f"open({str(lives)!r}, 'a').write('x')"))
    supervisor = Supervisor([program], os.environ, tmp_path / "log")

    runner = Thread(target=supervisor.run)
    runner.start()
    wait_until(lambda: lives.exists() and len(lives.read_text()) >= 2)
    supervisor.stopping.set()
    runner.join()

    assert supervisor.children[0].pause_seconds > 1


def test_a_program_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(ready)!r}, 'w'); time.sleep(600)"
    supervisor = Supervisor([Program("a mule", ("-c", stubborn))], os.environ)
    child = supervisor.children[0]
    child.keep(time.monotonic())
    wait_until(ready.exists)

    supervisor.stop(patience_seconds=0.2)

    assert child.running is not None
    assert child.running.wait() == -signal.SIGKILL


def test_a_child_ends_with_a_parent_that_was_killed() -> None:
    script = (
        "import os, subprocess, sys, time\n"
        "become = [sys.executable, '-m', 'pestle.config.child', str(os.getpid())]\n"
        "print(subprocess.Popen([*become, '-c', 'import time; time.sleep(600)']).pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_until(
        lambda: b"-c\0import time" in Path(f"/proc/{child}/cmdline").read_bytes().replace(b"pestle.config.child", b"")
    )

    kill_without_waiting(parent.pid)
    parent.communicate()

    wait_until(lambda: not is_alive(child))


def test_what_a_killed_program_had_started_is_gone_before_it_starts_again(tmp_path: Path) -> None:
    left = tmp_path / "left"
    mother = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(left)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    supervisor = Supervisor([Program("a mother", ("-c", mother))], os.environ, tmp_path / "log")
    child = supervisor.child("a mother")
    child.keep(time.monotonic())
    wait_until(lambda: left.exists() and left.read_text() != "")
    orphan = int(left.read_text())
    assert child.running is not None
    assert set(child.processes()) >= {child.running.pid, orphan}

    kill(child.processes()[0])
    child.keep(time.monotonic())

    wait_until(lambda: not is_alive(orphan))
    assert child.processes() == ()
    supervisor.stop()


def test_a_program_that_is_unplugged_stays_away_for_a_while(tmp_path: Path) -> None:
    supervisor = Supervisor(
        [Program("a printer", ("-c", "import time; time.sleep(600)"))], os.environ, tmp_path / "log"
    )
    child = supervisor.child("a printer")
    child.keep(now := time.monotonic())
    assert child.running is not None

    child.rest(now, seconds=900)
    child.running.wait()
    child.keep(now + 800)

    assert child.running is None
    child.keep(now + 901)
    assert child.processes() != ()
    supervisor.stop(patience_seconds=0.2)
