"""Kills the pharmacy's own programs, its database and its pretend partners with -9: for the day of faults."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from pestle.config import cluster as postgres
from pestle.config.cluster import Cluster
from pestle.config.supervisor import Supervisor
from pestle.demo.chaos.plan import DATABASE


class Killing:
    """Whoever pulls the plugs: knows every program of the open pharmacy by its name."""

    def __init__(self, supervisor: Supervisor, cluster: Cluster) -> None:
        """Take aim at the programs of a supervisor and the server of a cluster."""
        self._supervisor, self._cluster = supervisor, cluster

    def kill(self, name: str, drawn: int) -> bool:
        """Kill one process of a program with -9, the first or one it started; give whether one was there."""
        alive = self._processes(name)
        if not alive:
            return False
        # Every other time the first process dies and takes the others down or leaves them orphans.
        pid = alive[0] if drawn % 2 else alive[drawn // 2 % len(alive)]
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def unplug(self, name: str, seconds: float) -> None:
        """End a program the hard way and let nobody start it for a while."""
        self._supervisor.child(name).rest(time.monotonic(), seconds)

    def is_up(self, name: str, seconds: float) -> bool:
        """Say whether a program has been running for so many seconds; the database, whether it takes connections."""
        if name == DATABASE:
            return postgres.is_ready(self._cluster)
        child = self._supervisor.child(name)
        return bool(child.processes()) and time.monotonic() - child.started_at >= seconds

    def _processes(self, name: str) -> tuple[int, ...]:
        if name != DATABASE:
            return self._supervisor.child(name).processes()
        server = postgres.running_pid(self._cluster)
        return (server, *_children_of(server)) if server is not None else ()


def _children_of(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, above = entry.read_text().rpartition(")")[2].split()[:2]
            if int(above) == parent and state != "Z":
                found.append(int(entry.parent.name))
    return sorted(found)
