"""Figures: how often or how long, beside the floor of the same run and the goal the house holds itself to."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# A rate is measured this often and the best is told: other programs only ever make it slower.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Spread:
    """How long single runs took, in milliseconds: half of them at most p50, and so on."""

    p50: float
    p95: float
    p99: float
    runs: int

    def machine_form(self) -> dict[str, float | int]:
        """Give the spread as JSON values."""
        return {"p50_ms": self.p50, "p95_ms": self.p95, "p99_ms": self.p99, "runs": self.runs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The same work done as bare as it can be on this machine: what it is, and how it measured."""

    what: str
    value: float
    spread: Spread | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; `goal` is the least (or, where less is better, the most) that is promised."""

    name: str
    value: float
    unit: str
    more_is_better: bool = True
    goal: float | None = None
    spread: Spread | None = None
    floor: Floor | None = None
    note: str = ""

    @property
    def meets(self) -> bool | None:
        """Say whether the goal is met; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.more_is_better else self.value <= self.goal

    @property
    def of_floor(self) -> float | None:
        """Give the share of the floor's speed that is reached."""
        if self.floor is None or not self.floor.value or not self.value:
            return None
        return round(self.value / self.floor.value if self.more_is_better else self.floor.value / self.value, 4)

    def machine_form(self) -> dict[str, Any]:
        """Give the figure as JSON values."""
        floor = self.floor
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "more_is_better": self.more_is_better,
            "goal": self.goal,
            "meets": self.meets,
            **({"spread": self.spread.machine_form()} if self.spread else {}),
            "floor": None if floor is None else {
                "what": floor.what,
                "value": floor.value,
                **({"spread": floor.spread.machine_form()} if floor.spread else {}),
            },
            "of_floor": self.of_floor,
            **({"note": self.note} if self.note else {}),
        }  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What one benchmark found: its figures, the size of the data, and what must not be but was."""

    name: str
    data: str
    figures: list[Figure] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def machine_form(self) -> dict[str, Any]:
        """Give the outcome as JSON values."""
        return {
            "name": self.name,
            "data": self.data,
            "figures": [each.machine_form() for each in self.figures],
            "faults": self.faults,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 1),
        }


def spread_of(seconds: Sequence[float]) -> Spread:
    """Give the spread of runs that took so long each."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 3)

    return Spread(at(0.50), at(0.95), at(0.99), len(ordered))


def each_timed(work: Callable[[int], object], *, runs: int, most_seconds: float) -> list[float]:
    """Do a piece of work so often, by its number, but no longer than that, and give how long each took."""
    took: list[float] = []
    stop = time.perf_counter() + most_seconds
    for number in range(runs):
        begun = time.perf_counter()
        if begun > stop:
            break
        work(number)
        took.append(time.perf_counter() - begun)
    return took


def a_second(work: Callable[[], int], *, seconds: float, rounds: int = ROUNDS) -> float:
    """Give how many things one core gets done in a second of computing, at its best of several rounds.

    A piece of work says how many things it did each time. What other programs take of the core is not counted, so the
    figure is that of a quiet machine as far as their use of its caches allows.
    """
    work()
    best = 0.0
    gc.collect()
    for _ in range(rounds):
        done, begun, stop = 0, time.process_time(), time.monotonic() + 4 * seconds / rounds
        while (spent := time.process_time() - begun) < seconds / rounds and time.monotonic() < stop:
            done += work()
        best = max(best, done / spent if spent else 0.0)
    return round(best, 1)
