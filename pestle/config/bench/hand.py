"""One pair of hands as a process of its own: `python -m pestle.config.bench.hand`, told on its input what to do.

The first line of its input is a JSON object with the work; it says "ready", begins at "go", and tells as one JSON
object when each act began and ended, and what went wrong.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True, slots=True)
class Told:
    """What one pair of hands did: the moments, in seconds, at which each act began and ended, and what failed.

    `warm_ups` were done before the clock ran. `cpu` is what this process computed during the clock, `database_cpu`
    what its own backend of PostgreSQL did.
    """

    spans: tuple[tuple[float, float], ...]
    failures: tuple[str, ...]
    warm_ups: int
    cpu: float
    database_cpu: float


def work_together(shares: Sequence[dict[str, Any]]) -> list[Told]:
    """Start one process for each share of work, let all begin at once, and give what each did."""
    processes = [_start(share) for share in shares]
    try:
        for each in processes:
            if _pipe(each.stdout).readline().strip() != "ready":
                raise RuntimeError("A process of the bench did not come up.")
        for each in processes:
            _pipe(each.stdin).write("go\n")
            _pipe(each.stdin).flush()
        return [_told(each) for each in processes]
    finally:
        for each in processes:
            each.kill()
            each.wait()


def a_second(told: Iterable[Told]) -> float:
    """Give how many acts a second all hands did together, from the first that began to the last that ended."""
    spans = [span for each in told for span in each.spans]
    if not spans:
        return 0.0
    return round(len(spans) / (max(end for _, end in spans) - min(begun for begun, _ in spans)), 1)


def main() -> None:
    """Do the work that the first line of the input describes."""
    work = json.loads(sys.stdin.readline())
    act, backend = _raw(work) if work["is_raw"] else _through_the_station(work)
    for fill in work["warm_up"]:
        act(fill)
    print("ready", flush=True)
    sys.stdin.readline()
    before = time.process_time(), cpu_of(backend)
    done = _done(act, work["fills"], work["seconds"])
    spent = {"cpu": time.process_time() - before[0], "database_cpu": cpu_of(backend) - before[1]}
    print(json.dumps({**done, **spent, "warm_ups": len(work["warm_up"])}), flush=True)
    # Without the farewell of pools and threads: the measuring is over.
    os._exit(0)


def _done(act: Callable[[int], None], fills: Sequence[int], seconds: float) -> dict[str, Any]:
    spans: list[tuple[float, float]] = []
    failures: list[str] = []
    stop = time.monotonic() + seconds
    for fill in fills:
        begun = time.monotonic()
        if begun > stop:
            break
        try:
            act(fill)
        except Exception as failure:
            failures.append(f"{type(failure).__name__}: {failure}"[:200])
        else:
            spans.append((begun, time.monotonic()))
    return {"spans": spans, "failures": failures}


def cpu_of(process: int) -> float:
    """Give the seconds a process has computed so far; 0 where the kernel does not tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _through_the_station(work: dict[str, Any]) -> tuple[Callable[[int], None], int]:
    import django

    django.setup()
    from uuid import uuid4

    from django.db import connection
    from django.utils import timezone

    from pestle.records.people import Worker
    from pestle.stations.bench import filling

    by = Worker.objects.select_related("pharmacy").get(pk=work["worker"])

    def finish(fill_id: int) -> None:
        filling.finish(act_id=uuid4(), by=by, at=timezone.now(), fill_id=fill_id)

    # Held for as long as the process lives: one pair of hands has one backend.
    connection.ensure_connection()
    return finish, connection.connection.info.backend_pid


def _raw(work: dict[str, Any]) -> tuple[Callable[[int], None], int]:
    from pestle.config.bench.floor import RawHand

    hand = RawHand(os.environ["DATABASE_URL"], worker=work["worker"], printer=work["printer"])
    return hand.finish, hand.connection.info.backend_pid


def _start(share: dict[str, Any]) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "pestle.config.bench.hand"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _pipe(process.stdin).write(json.dumps(share) + "\n")
    _pipe(process.stdin).flush()
    return process


def _told(process: "subprocess.Popen[str]") -> Told:
    said = json.loads(_pipe(process.stdout).readline())
    spans = tuple((begun, end) for begun, end in said["spans"])
    return Told(spans, tuple(said["failures"]), said["warm_ups"], said["cpu"], said["database_cpu"])


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("A process of the bench has no pipe.")
    return pipe


if __name__ == "__main__":
    main()
