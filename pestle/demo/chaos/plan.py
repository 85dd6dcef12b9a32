"""What goes wrong on a day of faults, one fault after the other: the same from the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import TypeVar

Each = TypeVar("Each")
PAGES, JOBS, DATABASE = "the page server", "the background worker", "the database"
PAYERS, PRESCRIBERS, PRINTER = "the pretend payers", "the pretend prescribers", "the pretend printer"
# What is killed again and again; each round kills all of them, in an order of its own.
OURS = (PAGES, JOBS, DATABASE)
KILL, PAYER, NETWORK, UNPLUG, SLOW_OUTBOX = "kill", "payer", "network", "unplug", "slow outbox"
# Longer than the pharmacy waits for a payer: by then it has hung up.
TOO_LATE_SECONDS = 12.0
# What else goes wrong: kind, what, and for how many seconds; each round brings all of it, in an order of its own.
OTHERS = (
    (KILL, PAYERS, 0.0), (KILL, PAYERS, 0.0), (PAYER, "silent", 8.0), (PAYER, "lost", 8.0), (PAYER, "close", 0.0),
    (PAYER, "half", 0.0), (PAYER, "garbage", 0.0), (PAYER, "duplicate", 0.0), (PAYER, "stray", 0.0),
    (PAYER, "slow", 3.0), (PAYER, "slow", TOO_LATE_SECONDS), (KILL, PRESCRIBERS, 0.0), (NETWORK, "silent", 6.0),
    (NETWORK, "error", 0.0), (NETWORK, "garbage", 0.0), (NETWORK, "busy", 0.0), (UNPLUG, PRINTER, 15.0),
    (SLOW_OUTBOX, "", 3.0), (SLOW_OUTBOX, "", 5.0),
)  # fmt: skip
# How a fault is told of: one word for each kind, and for a payer what it did.
WORDS = MappingProxyType({
    "slow": "answers late", "lost": "answer lost", "silent": "stalls", "duplicate": "answers twice",
    "close": "hangs up", "half": "half an answer", "garbage": "garbage", "stray": "another's answer", "error": "fails",
    "busy": "busy",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: how long after the one before, and a number that chooses among likes."""

    after: float
    kind: str
    what: str
    seconds: float
    drawn: int

    @property
    def words(self) -> str:
        """The fault as the report counts it."""
        if self.kind == KILL:
            return f"{self.what} killed"
        if self.kind == UNPLUG:
            return "the printer unplugged"
        if self.kind == SLOW_OUTBOX:
            return "the outbox slow"
        who = "the payer" if self.kind == PAYER else "the network"
        return f"{who}: {WORDS[self.what]}"


def faults(seed: int, *, least_pause: float, most_pause: float) -> Iterator[Fault]:
    """This will give the faults of a day without end: after each kill of ours one of the others."""
    chance = Random(f"{seed} faults")
    ours, others = _rounds(OURS, chance), _rounds(OTHERS, chance)
    while True:
        pause = chance.uniform(least_pause, most_pause)
        yield Fault(pause, KILL, next(ours), 0.0, chance.randrange(1_000_000))
        kind, what, seconds = next(others)
        yield Fault(pause / 2, kind, what, seconds, chance.randrange(1_000_000))


def _rounds(each: tuple[Each, ...], chance: Random) -> Iterator[Each]:
    while True:
        yield from chance.sample(each, len(each))
