"""A recall from the stop to the closing report: pulled by scan, the firm answered, patients told, closed or lifted."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pestle.flows.recall import RECALL, RecallState
from pestle.ledger.entries import Entry, move
from pestle.ledger.places import PlaceKind
from pestle.records import stock
from pestle.records.people import Worker
from pestle.records.stock import Balance, Lot, Place
from pestle.records.withdrawn import Recall, RecallMatch
from pestle.stations import book
from pestle.stations.acts import act_within, one_act
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.quantity import BillingUnit, Quantity

STATION = "recalls"
PULLED = "pulled for recall"


@one_act
def set_depth(*, act_id: UUID, by: Worker, at: datetime, recall_id: int, depth: str) -> Recall:
    """Write down how deep the firm's letter says the recall goes: to the consumer, to retail, to wholesale."""
    recall = the_recall(recall_id, by)
    recall.depth = depth.strip().lower()[:10]
    taken = RECALL.take("set_depth", recall.facts(at, by), by.roles)
    told = {"depth": recall.depth}
    recall.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=["depth"])
    return recall


@one_act
def pull(
    *, act_id: UUID, by: Worker, at: datetime, recall_id: int, lot_id: int, place_id: int, seen: Decimal | None = None
) -> Recall:
    """Move all of a recalled lot from a place to the recall hold.

    `seen` is what the hands counted; where it differs from the book, all that the book says moves and the difference
    stands in the history for a count of the hold.
    """
    recall = the_recall(recall_id, by)
    held = recall.standing().filter(lot_id=lot_id, place_id=place_id).first()
    if held is None:
        raise refuse("Nothing of this lot stands there any more: look at the list again.", rule="lot_stands_there")
    if seen is not None and seen < 0:
        raise refuse("Type how much you pulled, 0 or more.", rule="quantity_is_counted", field="seen")
    taken = RECALL.take("pull", recall.facts(at, by), by.roles)
    book.post(_to_hold(held, by, recall), act_id=act_id, by=by, at=at)
    told = {"lot": held.lot.number, "from": held.place.name, "book": plain(held.quantity)}
    if seen is not None and seen != held.quantity:
        told["seen"] = plain(seen)
    recall.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return recall


@one_act
def answer(*, act_id: UUID, by: Worker, at: datetime, recall_id: int, words: str) -> Recall:
    """Record what was answered to the firm or its agent, also where nothing was found."""
    recall = the_recall(recall_id, by)
    taken = RECALL.take("answer", recall.facts(at, by, reason=words), by.roles)
    recall.answered_at, recall.answer = at, words.strip()[:200]
    told = {"answer": recall.answer}
    recall.record(
        taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=["answered_at", "answer"]
    )  # fmt: skip
    return recall


@one_act
def close(
    *, act_id: UUID, by: Worker, at: datetime, recall_id: int, because: Mapping[str, str] | None = None
) -> Recall:
    """Close a recall once nothing is left to pull, tell or answer; `because` gives reasons by the name of a rule."""
    recall = the_recall(recall_id, by)
    taken = RECALL.take("close", recall.facts(at, by), by.roles, because=because)
    recall.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return recall


@one_act
def lift(*, act_id: UUID, by: Worker, at: datetime, recall_id: int, reason: str) -> Recall:
    """Take a whole recall back that does not mean these lots: what was pulled returns to where it stood.

    A lot that another recall stops stays stopped. Fills that were stopped stay so until a pharmacist fills them again.
    """
    recall = the_recall(recall_id, by)
    taken = RECALL.take("lift", recall.facts(at, by, reason=reason), by.roles)
    for lot in recall.lots().select_for_update(of=("self",), no_key=True):
        if not _is_stopped_by_another(lot, recall):
            _release(lot, reason, act_id=act_within(act_id, f"lot {lot.pk}"), by=by, at=at)
    told = {"lots": [lot.number for lot in recall.lots()], "reason": reason.strip()[:200]}
    recall.matches.update(
        recall=None, is_meant=False, decided_by=by, decided_at=at, decided_because=f"lifted: {reason.strip()}"[:200]
    )
    recall.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return recall


def the_recall(recall_id: int, by: Worker) -> Recall:
    """This will give a recall of the worker's pharmacy; Refused where there is none."""
    recall = Recall.objects.select_related("pharmacy").filter(pk=recall_id, pharmacy_id=by.pharmacy_id).first()
    if recall is None:
        raise refuse("There is no such recall in this pharmacy: look at Recalls again.", rule="recall_is_here")
    return recall


def hold_of(by: Worker) -> Place:
    """This will give the place where recalled stock waits."""
    return book.the_place(by, PlaceKind.RECALL_HOLD)


def _to_hold(held: Balance, by: Worker, recall: Recall) -> Entry:
    unit = BillingUnit(held.lot.package.billing_unit or BillingUnit.EACH)
    moved = move(PULLED, held.lot_id, Quantity(held.quantity, unit), source=held.place_id, target=hold_of(by).pk)
    return Entry(moved.reason, moved.lines, because=f"recall {recall.notice_number}")


def _is_stopped_by_another(lot: Lot, recall: Recall) -> bool:
    others = RecallMatch.objects.filter(lot=lot, recall__isnull=False).exclude(recall=recall)
    return others.exclude(recall__state=RecallState.LIFTED).exists()


def _release(lot: Lot, reason: str, *, act_id: UUID, by: Worker, at: datetime) -> None:
    lot.is_recalled, lot.recall_note = False, f"lifted: {reason.strip()}"[:200]
    lot.save(update_fields=["is_recalled", "recall_note"])
    rows = stock.Entry.objects.filter(reason=PULLED, lines__lot=lot, reversed_by=None)
    for row in rows.distinct().order_by("pk"):
        book.take_back(row, because=reason.strip(), act_id=act_within(act_id, f"entry {row.pk}"), by=by, at=at)
