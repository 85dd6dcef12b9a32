"""When a prescription can be ready: what waits ahead at each station, who works there, how long each takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from pestle.calculations.worked import Step, Warned, Worked
from pestle.terms.decimals import plain

ROUNDS_UP_TO = timedelta(minutes=5)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Queue:
    """One station on the way, in order: how many go through it before us, how many people are there, seconds each.

    `ahead` counts what waits here and at every station before. `is_measured` is False while too few were done today to
    measure; the seconds are then an assumption, and the answer says so.
    """

    name: str
    ahead: int
    people: int
    seconds_each: Decimal
    is_measured: bool = True


def earliest_promise(queues: Iterable[Queue], *, now: datetime, items: int = 1) -> Worked[str]:
    """Give the earliest time `items` that come now can be ready, the next whole five minutes, with the working.

    The stations work side by side, so a station is done with us at the later of two moments: when all ahead of us and
    we ourselves are worked off there, or when we reach it and are worked on. A station where nobody stands is reckoned
    with one person and warned about. The value is ISO 8601 in the zone of `now`; `exact` is the minutes before
    rounding. Raises ValueError for no items.
    """
    if items < 1:
        raise ValueError("A promise is for one item at least.")
    stations, done, steps = tuple(queues), Fraction(0), []
    for queue in stations:
        step, done = _pass(queue, items, reached_after=done)
        steps.append(step)
    ready = _rounded_up(now + timedelta(seconds=float(done * 60)))
    steps.append(Step("Up to the next 5 minutes", f"{now:%H:%M} + {_tenths(done)} min", f"{ready:%H:%M}"))
    return Worked(
        name="Earliest promise",
        value=ready.isoformat(),
        unit="",
        exact=done,
        rounding="up to the next 5 minutes",
        steps=tuple(steps),
        warnings=tuple(_warnings(stations)),
        is_reviewed=all(queue.is_measured for queue in stations),
    )


def _pass(queue: Queue, items: int, *, reached_after: Fraction) -> tuple[Step, Fraction]:
    people, each = max(queue.people, 1), Fraction(queue.seconds_each) / 60
    worked_off = Fraction(queue.ahead + items, people) * each
    who = "1 person" if people == 1 else f"{people} people"
    mine = "this one" if items == 1 else f"these {items}"
    words = f"{queue.name}: {queue.ahead} ahead and {mine}, {who}, {_each(each)} each"
    served = reached_after + Fraction(items, min(people, items)) * each
    if served > worked_off:
        return Step(
            words, f"{_tenths(reached_after)} + {_tenths(served - reached_after)}", f"{_tenths(served)} min"
        ), served
    return Step(words, f"{queue.ahead + items} ÷ {people} × {_each(each)}", f"{_tenths(worked_off)} min"), worked_off


def _warnings(queues: tuple[Queue, ...]) -> Iterable[Warned]:
    empty = ", ".join(queue.name for queue in queues if queue.people < 1)
    assumed = ", ".join(queue.name for queue in queues if not queue.is_measured)
    if empty:
        yield Warned(f"Nobody is at {empty} now; reckoned as if one person were.")
    if assumed:
        yield Warned(f"Not measured yet today, so the minutes are assumed: {assumed}.", is_reviewed=False)


def _each(minutes: Fraction) -> str:
    """Give what one takes, in seconds under a minute: a tenth of a minute would hide most of it."""
    return f"{_tenths(minutes)} min" if minutes >= 1 else f"{_tenths(minutes * 60)} s"


def _minutes(spent: Fraction) -> str:
    return f"{_tenths(spent)} min"


def _tenths(minutes: Fraction) -> str:
    exact = Decimal(minutes.numerator) / Decimal(minutes.denominator)
    return plain(exact.quantize(TENTH, rounding=ROUND_HALF_UP))


def _rounded_up(moment: datetime) -> datetime:
    step = ROUNDS_UP_TO.total_seconds()
    over = (moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() % step
    return moment if not over else moment + timedelta(seconds=step - over)
