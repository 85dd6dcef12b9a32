"""Keeps the programs of a pharmacy running: starts each as a process of its own, and again when it dies."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

_LOOK_EVERY_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
# What ran this long did not die of its start: it starts again soon, and not later each time.
_STEADY_AFTER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Program:
    """A Python program to keep running: its name for people, and the arguments after `python`."""

    name: str
    arguments: tuple[str, ...]


@dataclass(slots=True)
class Child:
    """A program as a running process."""

    program: Program
    environment: Mapping[str, str]
    log: Path | None = None
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_seconds: float = 1.0
    again_at: float = field(default=0.0)
    rests_until: float = 0.0

    def keep(self, now: float) -> None:
        """Start the program if it does not run and its pause is over; note its death and choose the next pause."""
        if self.running is not None and self.running.poll() is not None:
            self._note_death(now)
        if self.running is None and now >= max(self.again_at, self.rests_until):
            self.running = _start(self)
            self.started_at = now

    def signal(self, sign: signal.Signals) -> None:
        """Send a signal to the program and everything it started, if it runs."""
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, sign)

    def processes(self) -> tuple[int, ...]:
        """Give the numbers of the program's living processes, the first one first; none where it does not run."""
        if self.running is None or self.running.poll() is not None:
            return ()
        return (self.running.pid, *sorted(set(_group_of(self.running.pid)) - {self.running.pid}))

    def rest(self, now: float, seconds: float) -> None:
        """End the program the hard way and leave it ended for a while, like a device that is unplugged."""
        self.signal(signal.SIGKILL)
        self.rests_until = now + seconds

    def _note_death(self, now: float) -> None:
        if self.running is None:
            return
        if now - self.started_at > _STEADY_AFTER_SECONDS:
            self.pause_seconds = 1.0
        print(
            f"pestle: {self.program.name} stopped with status {self.running.returncode}; "
            f"it starts again in {self.pause_seconds:g} seconds.",
            file=sys.stderr,
            flush=True,
        )
        # What it had started may have outlived it and still hold its port.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running = None
        self.again_at = now + self.pause_seconds
        self.pause_seconds = min(self.pause_seconds * 2, _LONGEST_PAUSE_SECONDS)


class Supervisor:
    """Runs programs until told to stop. They stop with it, even when it is killed."""

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str], log: Path | None = None) -> None:
        """Keep these programs; what they say goes to the log, or where the supervisor's own words go."""
        self.children = [Child(program, environment, log) for program in programs]
        self.stopping = Event()

    def start(self) -> None:
        """Start every program, and stop them all when a signal asks to."""
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, lambda *_: self.stopping.set())
        self._keep_all()

    def child(self, name: str) -> Child:
        """Give the child of this name; raises StopIteration where there is none."""
        return next(child for child in self.children if child.program.name == name)

    def run(self) -> None:
        """Keep the programs running until asked to stop, then stop them."""
        try:
            while not self.stopping.wait(_LOOK_EVERY_SECONDS):
                self._keep_all()
        finally:
            self.stop()

    def stop(self, patience_seconds: float = 30) -> None:
        """Ask every program to finish, and end those that do not finish in time."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + patience_seconds
        while self._anyone_left() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._signal_all(signal.SIGKILL)

    def _keep_all(self) -> None:
        now = time.monotonic()
        for child in self.children:
            child.keep(now)

    def _signal_all(self, sign: signal.Signals) -> None:
        for child in self.children:
            child.signal(sign)

    def _anyone_left(self) -> bool:
        return any(child.running is not None and child.running.poll() is None for child in self.children)


def _start(child: Child) -> subprocess.Popen[bytes]:
    with contextlib.ExitStack() as opened:
        log = opened.enter_context(open(child.log, "ab", opener=_for_us_only)) if child.log else None
        # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which stops the others in order.
        return subprocess.Popen(
            [sys.executable, "-m", "pestle.config.child", str(os.getpid()), *child.program.arguments],
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _group_of(leader: int) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, group = entry.read_text().rpartition(")")[2].split()[:3]
            if int(group) == leader and state != "Z":
                yield int(entry.parent.name)


def _for_us_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
