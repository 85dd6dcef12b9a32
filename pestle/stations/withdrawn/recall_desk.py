"""What the page of a recall shows: what stands where, what was stopped, who was sold some, what is still to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum

from pestle.flows.fill import FillState
from pestle.flows.machine import Way
from pestle.flows.recall import RECALL, RecallState
from pestle.ledger.places import PlaceKind
from pestle.records.events import Event
from pestle.records.fills import DISPENSED, FillLot
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.reference_lists import RecallNotice
from pestle.records.stock import Balance
from pestle.records.withdrawn import Recall, RecallMatch
from pestle.rules.withdrawn_facts import RecallFacts
from pestle.stations.withdrawn.recall_case import the_recall
from pestle.terms.recall.lot_text import LotText, read_lot_text
from pestle.terms.recall.saying import Said, what_to_say

SERIOUS = "Class I"
MOST_ENDED = 12


@dataclass(frozen=True, slots=True)
class Had:
    """One hand-over of a recalled lot: to whom, whether the lot is certain, what to say, whether it was said."""

    taken: FillLot
    said: Said
    is_told: bool


@dataclass(frozen=True, slots=True)
class RecallDesk:
    """Everything the page and the closing report of one recall show."""

    recall: Recall
    reading: LotText
    matches: tuple[RecallMatch, ...]
    standing: tuple[Balance, ...]
    held: tuple[Balance, ...]
    stopped: tuple[FillLot, ...]
    away: tuple[FillLot, ...]
    had: tuple[Had, ...]
    ways: dict[str, Way[RecallFacts]]
    events: tuple[Event, ...]
    is_late_to_pull: bool
    is_late_to_tell: bool

    @property
    def told(self) -> int:
        """Give how many hand-overs were told."""
        return sum(1 for each in self.had if each.is_told)


@dataclass(frozen=True, slots=True)
class Question:
    """A match a pharmacist still has to judge, beside the notice's own words."""

    match: RecallMatch
    notice: RecallNotice
    reading: LotText
    on_hand: Decimal


def desk(by: Worker, recall_id: int, at: datetime) -> RecallDesk:
    """This will gather a recall of the worker's pharmacy; Refused where there is none."""
    recall = the_recall(recall_id, by)
    matches = recall.matches.select_related("lot__package__product", "decided_by").order_by("lot__number", "pk")
    lots = [each.lot_id for each in matches]
    taken = FillLot.objects.filter(lot_id__in=lots).select_related(
        "lot__package__product", "fill__prescription__patient", "fill__bag__place", "fill__basket", "fill__pharmacy"
    )
    standing = tuple(recall.standing())
    had = tuple(_had(recall, taken.filter(fill__state__in=DISPENSED)))
    is_open = recall.state == RecallState.STOPPED
    return RecallDesk(
        recall=recall,
        reading=read_lot_text(recall.lots_text),
        matches=tuple(matches),
        standing=standing,
        held=tuple(_held(lots, by)),
        stopped=tuple(taken.filter(fill__state=FillState.RECALL_HELD).order_by("fill__pk")),
        away=tuple(taken.filter(fill__state=FillState.OUT_FOR_DELIVERY).order_by("fill__pk")),
        had=had,
        ways={way.step.verb: way for way in RECALL.steps_open_to(recall.facts(at, by), by.roles)},
        events=tuple(recall.events().select_related("worker")),
        is_late_to_pull=is_open and bool(standing) and at > recall.pull_by,
        is_late_to_tell=is_open and at > recall.tell_by and any(not each.is_told for each in had),
    )


def open_recalls(pharmacy: Pharmacy) -> list[Recall]:
    """This will give the recalls that are not closed, the one with the nearest deadline first."""
    rows = Recall.objects.filter(pharmacy=pharmacy, state=RecallState.STOPPED).annotate(lots_here=Count("matches"))
    return list(rows.order_by("pull_by", "pk"))


def ended_recalls(pharmacy: Pharmacy) -> list[Recall]:
    """This will give the recalls that were closed or lifted, the newest first."""
    rows = Recall.objects.filter(pharmacy=pharmacy).exclude(state=RecallState.STOPPED)
    return list(rows.order_by("-state_since", "-pk")[:MOST_ENDED])


def questions(pharmacy: Pharmacy) -> list[Question]:
    """This will give what a pharmacist still has to judge: what is on hand first, then the newest notice."""
    rows = list(
        RecallMatch.objects.filter(pharmacy=pharmacy, is_meant=None).select_related("lot__package__product")
    )  # fmt: skip
    numbers = {each.notice_number for each in rows}
    notices = {each.number: each for each in RecallNotice.objects.filter(number__in=numbers)}
    held = _on_hand(pharmacy, [each.lot_id for each in rows])
    read = {number: read_lot_text(notice.lots_text) for number, notice in notices.items()}
    found = [
        Question(each, notices[each.notice_number], read[each.notice_number], held.get(each.lot_id, Decimal(0)))
        for each in rows
        if each.notice_number in notices
    ]
    return sorted(found, key=lambda each: (-each.on_hand, each.match.notice_number, each.match.pk))


def _had(recall: Recall, rows: "Iterable[FillLot]") -> Iterable[Had]:
    is_serious = recall.classification == SERIOUS
    certain_first = sorted(rows, key=lambda each: (each.is_presumed, each.fill.sold_at or each.fill.made_at, each.pk))
    for taken in certain_first:
        sold_on = taken.fill.local_day(taken.fill.sold_at) if taken.fill.sold_at else None
        said = what_to_say(
            drug=taken.lot.package.product.nonproprietary_name.lower(), sold_on=sold_on, is_serious=is_serious,
            is_presumed=taken.is_presumed,
        )  # fmt: skip
        yield Had(taken, said, taken.fill.state == FillState.RECALL_NOTIFIED)


def _held(lots: list[int], by: Worker) -> Iterable[Balance]:
    kinds = [PlaceKind.RECALL_HOLD.value, PlaceKind.QUARANTINE.value]
    rows = Balance.objects.filter(lot_id__in=lots, pharmacy_id=by.pharmacy_id, place__kind__in=kinds, quantity__gt=0)
    return rows.select_related("lot", "place").order_by("lot__number")


def _on_hand(pharmacy: Pharmacy, lots: list[int]) -> dict[int, Decimal]:
    rows = Balance.objects.filter(pharmacy=pharmacy, lot_id__in=lots, is_inside=True, quantity__gt=0)
    return {row["lot_id"]: row["held"] for row in rows.values("lot_id").annotate(held=Sum("quantity"))}
