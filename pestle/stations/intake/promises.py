"""An honest promise: from what really waits, who is really there, and how long each station really takes today."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Q

from pestle.calculations.business.promise import Queue, earliest_promise
from pestle.calculations.worked import Worked
from pestle.flows.fill import FILL, FillState
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.people import Shift
from pestle.records.pharmacies import Pharmacy

S = FillState
FEWEST_MEASURED = 5
LONGEST_GAP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Bench:
    """A station on the way to the patient: what waits for it, the verbs that finish it, what we assume of it.

    The assumed seconds are ours and unreviewed: used only until five were finished today, and shown as assumed.
    """

    name: str
    station: str
    states: tuple[FillState, ...]
    finishes: tuple[str, ...]
    assumed_seconds: int


ROAD = (
    Bench("Data entry", "data_entry", (S.RECEIVED, S.IN_ENTRY), ("send_claim", "charge_cash"), 90),
    Bench("Pre-check", "pre_check", (S.AWAITING_CHECK,), ("approve", "send_back_to_entry"), 60),
    Bench("Filling", "filling", (S.QUEUED,), ("count",), 120),
    Bench("Verification", "verification", (S.FILLED, S.VERIFIED), ("verify", "send_back_to_filling"), 60),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The earliest time that can be promised, and how it was reckoned."""

    at: datetime
    worked: Worked[str]


def promise(pharmacy: Pharmacy, at: datetime, *, is_waiter: bool = False, items: int = 1) -> Promise:
    """This will give the earliest honest promise for what comes now; a waiter stands only behind other waiters."""
    local = at.astimezone(ZoneInfo(pharmacy.time_zone))
    worked = earliest_promise(queues_now(pharmacy, local, is_waiter=is_waiter), now=local, items=items)
    return Promise(datetime.fromisoformat(worked.value), worked)


def queues_now(pharmacy: Pharmacy, local: datetime, *, is_waiter: bool) -> tuple[Queue, ...]:
    """This will measure every station on the way; `local` is the moment in the pharmacy's own time zone."""
    ahead = _ahead(pharmacy, is_waiter=is_waiter)
    people = _people(pharmacy)
    seconds = _seconds(pharmacy, local)
    return tuple(
        Queue(
            name=bench.name,
            # What waits at an earlier station reaches the later ones before us.
            ahead=sum(ahead.get(state.value, 0) for earlier in ROAD[: number + 1] for state in earlier.states),
            people=people.get(bench.station, 0),
            seconds_each=seconds.get(bench.name, Decimal(bench.assumed_seconds)),
            is_measured=bench.name in seconds,
        )
        for number, bench in enumerate(ROAD)
    )


def _ahead(pharmacy: Pharmacy, *, is_waiter: bool) -> dict[str, int]:
    waiting = Fill.objects.filter(pharmacy=pharmacy, state__in=[state for bench in ROAD for state in bench.states])
    if is_waiter:
        waiting = waiting.filter(is_waiter=True)
    counted: dict[str, int] = defaultdict(int)
    for state in waiting.values_list("state", flat=True):
        counted[state] += 1
    return counted


def _people(pharmacy: Pharmacy) -> dict[str, int]:
    shifts = Shift.objects.filter(bench__pharmacy=pharmacy, until_at=None)
    counted: dict[str, int] = defaultdict(int)
    for station in shifts.values_list("bench__station", flat=True):
        counted[station] += 1
    return counted


def _seconds(pharmacy: Pharmacy, local: datetime) -> dict[str, Decimal]:
    """Seconds from one finished piece of work to the next by the same person, the middle one of today."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    verbs = [verb for bench in ROAD for verb in bench.finishes]
    events = Event.objects.filter(
        Q(subject_kind=FILL.name, verb__in=verbs), pharmacy=pharmacy, at__gte=midnight, at__lte=local
    )
    finished: dict[tuple[str, int], list[datetime]] = defaultdict(list)
    for verb, worker_id, at in events.order_by("at").values_list("verb", "worker_id", "at"):
        bench = next(bench for bench in ROAD if verb in bench.finishes)
        finished[bench.name, worker_id].append(at)
    gaps: dict[str, list[float]] = defaultdict(list)
    for (name, _), moments in finished.items():
        gaps[name] += _gaps(moments)
    return {name: Decimal(str(round(median(found)))) for name, found in gaps.items() if len(found) >= FEWEST_MEASURED}


def _gaps(moments: list[datetime]) -> Iterable[float]:
    # A longer gap is a pause, not work.
    between = (later - earlier for earlier, later in pairwise(moments))
    return [gap.total_seconds() for gap in between if timedelta(0) < gap <= LONGEST_GAP]
