"""What waits at each station: queues are queries over the states of the table, so no fill is outside all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import Count, Min, Q

from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.pharmacies import Pharmacy

S = FillState


@dataclass(frozen=True, slots=True)
class Queue:
    """One station's work: the states it looks after. `is_promised` where a promise can still be missed."""

    name: str
    title: str
    states: tuple[FillState, ...]
    is_promised: bool = True
    is_pharmacists: bool = False


QUEUES = (
    Queue("drop_off", "Drop-off", (S.RECEIVED,)),
    Queue("data_entry", "Data entry", (S.IN_ENTRY,)),
    Queue("claims", "Claims", (S.ADJUDICATING, S.REJECTED, S.UNANSWERED, S.AWAITING_AUTHORIZATION)),
    Queue("pre_check", "Pre-check", (S.AWAITING_CHECK,), is_pharmacists=True),
    Queue("filling", "Filling", (S.QUEUED, S.OUT_OF_STOCK)),
    Queue("verification", "Verification", (S.FILLED,), is_pharmacists=True),
    Queue("bagging", "Bagging", (S.VERIFIED, S.BAGGED)),
    Queue("will_call", "Will-call", (S.IN_WILL_CALL, S.RETURN_DUE, S.RECALL_HELD), is_promised=False),
    Queue("delivery", "Delivery", (S.OUT_FOR_DELIVERY,), is_promised=False),
    Queue("waiting", "Waiting", (S.HELD, S.OWED), is_promised=False),
    Queue("profile", "On profile", (S.PROFILED,), is_promised=False),
    Queue("refunds", "Refunds", (S.REFUND_REVIEW,), is_promised=False),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in one queue: open, late, since when the oldest, and the next promise still to come."""

    queue: Queue
    open: int = 0
    late: int = 0
    oldest: datetime | None = None
    next_promise: datetime | None = None


class _Row(TypedDict):
    state: str
    open: int
    late: int
    oldest: datetime
    next_promise: datetime | None


def counts(pharmacy: Pharmacy, at: datetime) -> dict[str, Waiting]:
    """This will count every queue of a pharmacy at a moment, by the queue's name, in one query."""
    rows: Iterable[_Row] = (
        Fill.objects.filter(pharmacy=pharmacy, state__in=[state for queue in QUEUES for state in queue.states])
        .values("state")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=Q(promised_at__lt=at)),
            oldest=Min("state_since"),
            next_promise=Min("promised_at", filter=Q(promised_at__gte=at)),
        )
    )
    by_state = {row["state"]: row for row in rows}
    return {
        queue.name: _waiting(queue, [by_state[each] for each in queue.states if each in by_state]) for queue in QUEUES
    }


def queue_of(state: str) -> Queue | None:
    """This will give the queue that looks after a state; None for work that is at its end."""
    return next((queue for queue in QUEUES if state in queue.states), None)


def _waiting(queue: Queue, rows: list[_Row]) -> Waiting:
    return Waiting(
        queue,
        open=sum(row["open"] for row in rows),
        late=sum(row["late"] for row in rows) if queue.is_promised else 0,
        oldest=min((row["oldest"] for row in rows), default=None),
        next_promise=min((row["next_promise"] for row in rows if row["next_promise"]), default=None),
    )
