"""Opens the pharmacy: prepares it, then keeps its programs running."""

import importlib
import importlib.util
import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pestle.config.cluster import DatabaseUnavailable
from pestle.config.ready import close_connections, database_ready
from pestle.config.state import BEING_RESTORED, ready_state_folder
from pestle.config.supervisor import Program, Supervisor

_OPENS_WITHIN_SECONDS = 60
# One slow partner, or the day's back-up, never holds up the rest of the background work.
_HANDS = ("--concurrency", "4")
_CUT_SHORT = "A restore {} was begun and has not ended. Run pestle restore again, or take away what it left."


def serve(*, host: str, port: int, workers: int, is_made_up: bool) -> int:
    """Serve the pharmacy until a signal asks to stop; give the exit status."""
    if not _is_free(host, port):
        print(f"pestle: port {port} on {host} is in use by another program; choose one with --port.", file=sys.stderr)
        return 1
    if (ready_state_folder() / BEING_RESTORED).exists():
        print(f"pestle: {_CUT_SHORT.format('into ' + str(ready_state_folder()))}", file=sys.stderr)
        return 1
    # The children, and commands started from other folders, must find the same state folder.
    os.environ["PESTLE_HOME"] = str(ready_state_folder())
    os.environ["PESTLE_STATIC_IS_COLLECTED"] = "yes"
    # Where the pretend prescribers of the made-up pharmacy bring what they write.
    os.environ["PESTLE_URL"] = f"http://{_spoken(host)}:{port}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pestle.config.settings")
    with database_ready() as url:
        lines = _prepare(url, is_made_up=is_made_up)
        log = _log_beside_a_terminal()
        supervisor = Supervisor(_programs(host, port, workers, is_made_up=is_made_up), os.environ, log)
        supervisor.start()
        if _wait_until_open(host, port, supervisor):
            print(f"Pestle is open at http://{_spoken(host)}:{port}/ (Ctrl-C closes it).", *lines, sep="\n", flush=True)
            if log is not None:
                print(f"What its programs say is in {log}.", flush=True)
        supervisor.run()
    print("Pestle is closed.", flush=True)
    return 0


def _prepare(url: str, *, is_made_up: bool) -> Sequence[str]:
    import django

    from pestle.config import preparation

    django.setup()
    from pestle.records.keeping.whole_copy import is_being_restored

    if is_being_restored():
        raise DatabaseUnavailable(_CUT_SHORT.format("into this database"))
    print("Bringing the tables up to date.", flush=True)
    preparation.migrate(url)
    preparation.collect_static_files()
    lines = preparation.ensure_made_up_pharmacy() if is_made_up else ()
    close_connections()
    return lines


def _programs(host: str, port: int, workers: int, *, is_made_up: bool) -> tuple[Program, ...]:
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = ("-m", "gunicorn", "pestle.config.wsgi:application", "--bind", where, "--workers", str(workers))
    quiet = ("--log-level", "warning", "--no-control-socket", "--preload", "--graceful-timeout", "10")
    return (
        Program("the page server", (*web, *quiet)),
        Program("the background worker", ("-m", "django", "procrastinate", "worker", *_HANDS)),
        *(_partners() if is_made_up else ()),
    )


def _partners() -> tuple[Program, ...]:
    if importlib.util.find_spec("pestle.demo.partners") is None:
        return ()
    partners = importlib.import_module("pestle.demo.partners")
    return tuple(Program(partner.name, tuple(partner.arguments)) for partner in partners.PARTNERS)


def _log_beside_a_terminal() -> Path | None:
    # On a terminal, the lines of the log would push the address and the sign-ins out of sight.
    return ready_state_folder() / "log" if sys.stderr.isatty() else None


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def _wait_until_open(host: str, port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + _OPENS_WITHIN_SECONDS
    while time.monotonic() < deadline and not supervisor.stopping.wait(0.1):
        try:
            socket.create_connection((_spoken(host).strip("[]"), port), timeout=1).close()
        except OSError:
            continue
        return True
    return False


def _spoken(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 (only read here)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
