"""The page server of the scratch pharmacy: one worker as `pestle run` starts it, asked over HTTP by a technician."""

import http.client
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from pestle.config.bench.hand import cpu_of
from pestle.config.bench.scratch import Scratch
from pestle.config.made_up import free_ports
from pestle.config.supervisor import Program, Supervisor
from pestle.records.people import Worker
from pestle.records.sessions import SessionStore

_CSRF = "0" * 32
_OPENS_WITHIN_SECONDS = 60


@dataclass(slots=True)
class Visitor:
    """Somebody signed in, with one connection that stays open, as a browser keeps it."""

    connection: http.client.HTTPConnection
    cookies: str
    worker_pid: int

    def get(self, path: str) -> bytes:
        """Ask for a page; raises RuntimeError for anything but the page itself."""
        return self._asked("GET", path, None, {})

    def post(self, path: str, fields: Mapping[str, str]) -> bytes:
        """Send a form as the page's own script does."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": _CSRF, "HX-Request": "true",
            "X-Act-Id": str(uuid4()),
        }  # fmt: skip
        return self._asked("POST", path, urlencode(fields), headers)

    @property
    def cpu_seconds(self) -> float:
        """Give how long the worker that answers has computed so far."""
        return cpu_of(self.worker_pid)

    @property
    def resident_mb(self) -> float:
        """Give how much memory the worker that answers holds, in MB; 0 where the kernel does not tell."""
        try:
            lines = Path(f"/proc/{self.worker_pid}/status").read_text(encoding="ascii").splitlines()
        except OSError:
            return 0.0
        held = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), "0")
        return round(int(held) * 1024 / 1_000_000, 1)

    def _asked(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        self.connection.request(method, path, body, {"Cookie": self.cookies, **headers})
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status not in {200, 204}:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}.")
        return said


@contextmanager
def page_server(scratch: Scratch, by: Worker) -> Iterator[Visitor]:
    """Run one worker of the page server for the length of a `with` block, and sign somebody in."""
    (port,) = free_ports(1)
    web = ("-m", "gunicorn", "pestle.config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "1")
    quiet = ("--log-level", "warning", "--no-control-socket", "--preload", "--keep-alive", "60")
    supervisor = Supervisor((Program("the page server", (*web, *quiet)),), os.environ, scratch.folder / "web.log")
    supervisor.start()
    try:
        _wait_for(port)
        master = supervisor.children[0].running
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        yield Visitor(connection, _signed_in(by), _child_of(master.pid if master else 0))
        connection.close()
    finally:
        supervisor.stop()


def _signed_in(by: Worker) -> str:
    account = by.account
    if account is None:
        raise RuntimeError("Who has no account cannot sign in.")
    now = timezone.now().isoformat()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.update({"worker_id": by.pk, "bench_id": None, "opened_at": now, "touched_at": now})
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={_CSRF}"


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _OPENS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/accounts/login/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("The page server did not open.")


def _child_of(master: int) -> int:
    """Give the worker that the master of the page server has started."""
    try:
        told = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(told[0]) if told else 0
