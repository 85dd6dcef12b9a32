"""The board: every queue with its lateness, who stands where, what wakes up, and the proof that nothing is lost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from pestle.flows.fill import FILL, FillState
from pestle.records.counting import Discrepancy
from pestle.records.fills import Fill
from pestle.records.handover import Notice, Task
from pestle.records.messages import Message
from pestle.records.people import Shift
from pestle.records.pharmacies import Bench, Partner, Pharmacy
from pestle.stations import notices
from pestle.stations.intake import promises
from pestle.stations.keeping import schedule
from pestle.stations.payers.claim_worklist import promises_rejected

S = FillState
SOON = timedelta(minutes=15)
NEXT = timedelta(minutes=60)
# A partner that has not answered since its last failure is in trouble; one slower than this is slow.
SLOW_MS = 3000


@dataclass(frozen=True, slots=True)
class Line:
    """One queue of the board: the states it shows, where it opens, and who judges there."""

    title: str
    states: tuple[FillState, ...]
    station: str
    opens: str
    is_pharmacists: bool = False
    is_promised: bool = True


LINES = (
    Line("Drop-off", (S.RECEIVED,), "drop_off", "drop_off:queue"),
    Line("Data entry", (S.IN_ENTRY,), "data_entry", "data_entry:queue"),
    Line("Claims: at the payer", (S.ADJUDICATING,), "claims", "claims:queue"),
    Line("Claims: rejected", (S.REJECTED,), "claims", "claims:queue"),
    Line("Claims: no answer", (S.UNANSWERED,), "claims", "claims:queue"),
    Line("Prior authorization", (S.AWAITING_AUTHORIZATION,), "claims", "claims:queue", is_promised=False),
    Line("Pre-check", (S.AWAITING_CHECK,), "pre_check", "pre_check:queue", is_pharmacists=True),
    Line("Filling", (S.QUEUED,), "filling", "filling:queue"),
    Line("Out of stock, owed", (S.OUT_OF_STOCK, S.OWED), "filling", "filling:queue", is_promised=False),
    Line("Verification", (S.FILLED,), "verification", "verification:queue", is_pharmacists=True),
    Line("Bagging", (S.VERIFIED, S.BAGGED), "will_call", "will_call:queue"),
    Line("Will-call", (S.IN_WILL_CALL, S.OUT_FOR_DELIVERY), "will_call", "will_call:queue", is_promised=False),
    Line("Return due, recall", (S.RETURN_DUE, S.RECALL_HELD), "will_call", "will_call:queue", is_promised=False),
    Line("Hold, profile, refunds", (S.HELD, S.PROFILED, S.REFUND_REVIEW), "", "board:waiting", is_promised=False),
)


@dataclass(frozen=True, slots=True)
class Ages:
    """How many of a queue are late, due within 15 minutes, within the hour, and later or without a promise."""

    late: int = 0
    soon: int = 0
    next: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board at one moment; `besides` counts its work that stands further down the street."""

    line: Line
    open: int
    ages: Ages
    oldest: datetime | None
    next_promise: datetime | None
    people: tuple[str, ...] = ()
    besides: int = 0


@dataclass(frozen=True, slots=True)
class SumCheck:
    """The proof that nothing is lost: fills begun and not ended, told from their events, against those in queues."""

    begun_and_open: int
    in_queues: int

    @property
    def holds(self) -> bool:
        return self.begun_and_open == self.in_queues


@dataclass(frozen=True, slots=True)
class Stood:
    """One bench and who stands there."""

    bench: Bench
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Wakes:
    """Something that wakes up: when, what, and who looks after it."""

    at: datetime
    words: str
    owner: str
    fill: Fill | None = None
    task: Task | None = None
    discrepancy: Discrepancy | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """How a partner is doing."""

    partner: Partner
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board shows."""

    rows: tuple[Row, ...]
    sum_check: SumCheck
    late: int
    next_promise: datetime | None
    honest_wait: "promises.Promise"
    benches: tuple[Stood, ...]
    wakes: tuple[Wakes, ...]
    links: tuple[Link, ...]
    stuck_messages: int
    urgent: Fill | None = None
    back_ups: "schedule.Standing | None" = None
    notes: tuple[Notice, ...] = ()
    notes_read: tuple[Notice, ...] = ()

    @property
    def open(self) -> int:
        return self.sum_check.in_queues


def board(pharmacy: Pharmacy, at: datetime) -> Board:
    """This will gather the whole board of a pharmacy at a moment."""
    rows = _rows(pharmacy, at)
    promised = [row.next_promise for row in rows if row.next_promise]
    return Board(
        rows=rows,
        sum_check=sum_check(pharmacy),
        late=sum(row.ages.late for row in rows),
        next_promise=min(promised, default=None),
        honest_wait=promises.promise(pharmacy, at, is_waiter=True),
        benches=_benches(pharmacy),
        wakes=_wakes(pharmacy),
        links=_links(pharmacy),
        stuck_messages=Message.objects.filter(pharmacy=pharmacy).stuck().count(),
        urgent=_urgent(pharmacy),
        back_ups=schedule.standing(at),
        notes=notices.unread(pharmacy),
        notes_read=notices.read_lately(pharmacy, at),
    )


def sum_check(pharmacy: Pharmacy) -> SumCheck:
    """This will count open fills twice, from the histories and from the queues, to hold the two together."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT DISTINCT ON (subject_id) target FROM records_event
                WHERE pharmacy_id = %s AND subject_kind = %s ORDER BY subject_id, number DESC
            ) last WHERE NOT (target = ANY(%s))
            """,
            [pharmacy.pk, FILL.name, sorted(FILL.finals)],
        )
        (begun,) = cursor.fetchone()
    states = [state for line in LINES for state in line.states]
    return SumCheck(begun, Fill.objects.filter(pharmacy=pharmacy, state__in=states).count())


def waiting_fills(pharmacy: Pharmacy) -> list[Fill]:
    """This will give what is held, stored or under review, the next to wake up first."""
    rows = Fill.objects.filter(pharmacy=pharmacy, state__in=[S.HELD, S.PROFILED, S.REFUND_REVIEW])
    return list(rows.with_names().order_by("wakes_at", "pk")[:300])


def _rows(pharmacy: Pharmacy, at: datetime) -> tuple[Row, ...]:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    rows = Fill.objects.filter(pharmacy=pharmacy).open().values_list("state", "promised_at", "state_since")
    for state, promised_at, since in rows:
        found.setdefault(state, []).append((promised_at, since))
    people = _people(pharmacy)
    pairs = {line: [pair for state in line.states for pair in found.get(state, [])] for line in LINES}
    besides = {S.REJECTED: promises_rejected(pharmacy).count()}
    rows_shown = (_row(line, pairs[line], at, people) for line in LINES)
    return tuple(replace(row, besides=besides.get(row.line.states[0], 0)) for row in rows_shown)


def _row(line: Line, pairs: list[tuple[datetime, datetime]], at: datetime, people: dict[str, list[str]]) -> Row:
    promised = [promised_at for promised_at, _ in pairs]
    return Row(
        line,
        open=len(pairs),
        ages=_ages(promised, at) if line.is_promised else Ages(later=len(pairs)),
        oldest=min((since for _, since in pairs), default=None),
        next_promise=min((each for each in promised if each >= at), default=None) if line.is_promised else None,
        people=tuple(people.get(line.station, ())),
    )


def _ages(promised: Iterable[datetime], at: datetime) -> Ages:
    late = soon = following = later = 0
    for each in promised:
        left = each - at
        late += left < timedelta(0)
        soon += timedelta(0) <= left < SOON
        following += SOON <= left < NEXT
        later += left >= NEXT
    return Ages(late, soon, following, later)


def _people(pharmacy: Pharmacy) -> dict[str, list[str]]:
    people: dict[str, list[str]] = {}
    for stood in _benches(pharmacy):
        if stood.shift is not None:
            people.setdefault(stood.bench.station, []).append(stood.shift.worker.short_name)
    return people


def _benches(pharmacy: Pharmacy) -> tuple[Stood, ...]:
    shifts = {
        shift.bench_id: shift
        for shift in Shift.objects.filter(bench__pharmacy=pharmacy, until_at=None).select_related("worker")
    }
    return tuple(Stood(bench, shifts.get(bench.pk)) for bench in Bench.objects.filter(pharmacy=pharmacy).order_by("pk"))


def _wakes(pharmacy: Pharmacy) -> tuple[Wakes, ...]:
    fills = Fill.objects.filter(pharmacy=pharmacy, wakes_at__isnull=False, state__in=sorted(FILL.waits)).with_names()
    tasks = Task.objects.filter(pharmacy=pharmacy).to_do().select_related("owner")
    wakes = [
        Wakes(fill.wakes_at, f"Rx {fill.prescription.rx_number}: {fill.waiting_for}", owner_of(fill), fill)
        for fill in fills.order_by("wakes_at")[:8]
        if fill.wakes_at is not None
    ]
    wakes += [Wakes(task.wakes_at, task.words, owner_of(task), task=task) for task in tasks[:8]]
    late = Discrepancy.objects.filter(pharmacy=pharmacy).standing().with_names()[:8]
    wakes += [
        Wakes(each.due_at, f"{each.package.product}: a count differs", each.owner_role, discrepancy=each)
        for each in late
    ]
    return tuple(sorted(wakes, key=lambda each: each.at)[:8])


def owner_of(work: Fill | Task) -> str:
    """This will tell whose a thing is: a person, a role, or anyone."""
    return work.owner.short_name if work.owner else work.owner_role.replace("_", " ") or "anyone"


def _links(pharmacy: Pharmacy) -> tuple[Link, ...]:
    going_out = dict(
        Message.objects.filter(pharmacy=pharmacy).going_out().values_list("partner").annotate(number=Count("pk"))
    )
    partners = Partner.objects.filter(pharmacy=pharmacy, is_in_use=True).order_by("name")
    return tuple(_link(partner, going_out.get(partner.pk, 0)) for partner in partners)


def _link(partner: Partner, going_out: int) -> Link:
    failed, answered = partner.last_failure_at, partner.last_answer_at
    if failed is not None and (answered is None or answered < failed):
        return Link(partner, "warn", f"{partner.name}: no answer, {going_out} waiting")
    if partner.last_answer_ms is not None and partner.last_answer_ms > SLOW_MS:
        return Link(partner, "wait", f"{partner.name}: slow, {partner.last_answer_ms / 1000:.1f} s")
    return Link(partner, "ok" if answered else "plain", partner.name if answered else f"{partner.name}: not asked yet")


def _urgent(pharmacy: Pharmacy) -> Fill | None:
    return Fill.objects.filter(pharmacy=pharmacy).in_state(S.QUEUED).with_names().first()
