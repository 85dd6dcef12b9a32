"""Opens the made-up pharmacy for a while: its database, and every program of it on a free port of this machine."""

import contextlib
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pestle.config.cluster import cluster_of_this_state
from pestle.config.killing import Killing
from pestle.config.ready import close_connections, database_ready
from pestle.config.state import ready_state_folder
from pestle.config.supervisor import Program, Supervisor

if TYPE_CHECKING:
    from pestle.demo.day.lines import Lines
    from pestle.records.pharmacies import Pharmacy

# People at work in this process: each has a connection of their own.
MOST_CONNECTIONS = 24
PAGE_SERVERS, BACKGROUND_HANDS = 2, 4
_PORTS = range(20_000, 32_000)


@dataclass(frozen=True, slots=True)
class House:
    """The open pharmacy: where its pages are, its partners' control doors, and the signal to stop."""

    url: str
    pharmacy: "Pharmacy"
    lines: "Lines"
    labels: Path
    stopping: threading.Event
    killing: Killing | None


@contextmanager
def open_house() -> Iterator[House]:
    """Open the made-up pharmacy for the length of a `with` block and close it whole."""
    os.environ["PESTLE_HOME"] = str(ready_state_folder())
    os.environ["PESTLE_STATIC_IS_COLLECTED"] = "yes"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pestle.config.settings")
    with database_ready() as url:
        import django

        django.setup()
        _let_many_work()
        from pestle.config import preparation

        preparation.migrate(url)
        preparation.collect_static_files()
        preparation.ensure_made_up_pharmacy()
        try:
            with _programs_running() as house:
                yield house
        finally:
            close_connections()


@contextmanager
def _programs_running() -> Iterator[House]:
    from pestle.demo import opening, partners
    from pestle.demo.day.lines import Lines
    from pestle.demo.pharmacy import NAME
    from pestle.records.pharmacies import Pharmacy

    pharmacy = Pharmacy.objects.get(name=NAME, is_practice=True)
    web, payer, control, erx, printer = free_ports(5)
    where = f"http://127.0.0.1:{web}"
    twins = (
        partners.payer(payer, control=control), partners.prescribers(erx, pharmacy_url=where), partners.printer(printer)
    )  # fmt: skip
    log = ready_state_folder() / "demo.log"
    supervisor = Supervisor((*_ours(web), *(Program(each.name, each.arguments) for each in twins)), os.environ, log)
    opening.listen_where(pharmacy, {"payer": payer, "erx": erx, "printer": printer})
    supervisor.start()
    keeping = threading.Thread(target=supervisor.run, daemon=True)
    keeping.start()
    try:
        lines = Lines(payer_control=control, network_port=erx)
        _wait_for(web)
        # A database that is not our own is nobody's to kill.
        killing = None if os.environ.get("DATABASE_URL") else Killing(supervisor, cluster_of_this_state())
        yield House(where, pharmacy, lines, partners.folder() / "labels", supervisor.stopping, killing)
    finally:
        supervisor.stopping.set()
        keeping.join()
        opening.listen_where(pharmacy, partners.ports())


def free_ports(number: int) -> list[int]:
    """Give ports of this machine that nobody listens on now.

    They lie below those the kernel hands out by itself, so that nobody is given one while its program is down for a
    moment.
    """
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if len(found) == number:
            break
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            found.append(port)
    return found


def _ours(port: int) -> tuple[Program, ...]:
    web = ("-m", "gunicorn", "pestle.config.wsgi:application", "--bind", f"127.0.0.1:{port}")
    quiet = ("--workers", str(PAGE_SERVERS), "--log-level", "warning", "--no-control-socket", "--preload")
    worker = ("-m", "django", "procrastinate", "worker", "--concurrency", str(BACKGROUND_HANDS))
    return Program("the page server", (*web, *quiet)), Program("the background worker", worker)


def _let_many_work() -> None:
    from django.db import connections

    connections.settings["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": MOST_CONNECTIONS, "timeout": 30}


def _wait_for(port: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not _is_open(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"The page server did not open in {seconds:g} seconds; see demo.log.")
        time.sleep(0.1)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
