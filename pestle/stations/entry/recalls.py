"""A recall: the lot is marked, the shelf goes to quarantine, and whatever holds some of it stops where it is."""

from datetime import datetime, timedelta
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.ledger.entries import move, together
from pestle.ledger.places import ON_SHELVES, PlaceKind
from pestle.records import stock
from pestle.records.fills import DISPENSED, Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.stock import Balance, Lot
from pestle.stations import book
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.verification import forget_product, to_quarantine
from pestle.stations.entry.products import lot_of
from pestle.terms.findings import refuse
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import PHARMACISTS, Role

STATION = "products"
REASON = "recall"
TELL_WITHIN = timedelta(days=1)


@one_act
def recall_lot(*, act_id: UUID, by: Worker, at: datetime, lot_id: int, note: str) -> Lot:
    """This will recall a lot: no more is taken, the shelf's is moved to quarantine, fills that hold it are stopped.

    What was handed over stays as it is, with a task to tell the patients. Source of the duty: 21 CFR part 7 as the
    firm's letter says; what the letter names is the note.
    """
    _demand_pharmacist(by)
    lot = _held_lot(by, lot_id)
    if lot.is_recalled:
        raise refuse("This lot is recalled already: look at its page.", rule="lot_is_recalled_once", field="lot")
    if not note.strip():
        raise refuse("Write which notice recalls it, and why.", rule="recall_names_its_notice", field="note")
    _empty_the_shelf(lot, act_id=act_id, by=by, at=at, because=note.strip()[:200])
    stop_lot(lot, note=note, act_id=act_id, by=by, at=at)
    return lot


def stop_lot(lot: Lot, *, note: str, act_id: UUID, by: Worker, at: datetime) -> None:
    """This will stop a lot wherever it stands, inside an act: nothing more is taken of it, fills that hold it stop.

    Fills are stopped in the program's right, whoever found the recall: stopping is safe and waits for no pharmacist.
    """
    # Whoever fills from the lot holds it shared until the fill is done: of the two, the second sees the first.
    lot = Lot.objects.select_for_update(of=("self",), no_key=True).select_related("package").get(pk=lot.pk)
    if lot.is_recalled:
        return
    lot.is_recalled, lot.recall_note = True, note.strip()[:200]
    lot.save(update_fields=["is_recalled", "recall_note"])
    for fill in _open_fills(lot):
        if FILL.step("hold_for_recall", fill.state) is not None:
            _stop(fill, act_id=act_within(act_id, f"fill {fill.pk}"), by=by, at=at)
    _ask_to_tell(lot, by=by, at=at)


@one_act
def lift_recall(*, act_id: UUID, by: Worker, at: datetime, lot_id: int, because: str) -> Lot:
    """This will take back a recall that was marked by mistake: the shelf's stock returns from quarantine.

    Fills that were stopped stay stopped until a pharmacist fills them again.
    """
    _demand_pharmacist(by)
    lot = _held_lot(by, lot_id)
    if not lot.is_recalled:
        raise refuse("This lot is not recalled: look at its number again.", rule="lot_is_recalled_once", field="lot")
    if not because.strip():
        raise refuse("Write why this lot is not recalled after all.", rule="reason_is_given", field="because")
    lot.is_recalled, lot.recall_note = False, f"lifted: {because.strip()}"[:200]
    lot.save(update_fields=["is_recalled", "recall_note"])
    moved = stock.Entry.objects.filter(reason=REASON, fill=None, lines__lot=lot, reversed_by=None)
    for row in moved.distinct().order_by("pk"):
        book.take_back(row, because=because.strip(), act_id=act_within(act_id, f"entry {row.pk}"), by=by, at=at)
    return lot


@one_act
def tell_patient(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, how: str) -> Fill:
    """This will record that a patient was told of the recall of what they have at home."""
    fill = Fill.objects.select_related("prescription", "pharmacy").get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    taken = FILL.take("tell_of_recall", fill.facts(at, by, reason=how), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"how": how.strip()[:200]})
    return fill


@one_act
def fill_again(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """This will put a fill that a recall stopped back into the queue of filling; what it held stays in quarantine."""
    fill = _stopped(fill_id, by)
    taken = FILL.take("replace", fill.facts(at, by), by.roles)
    forget_product(fill)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return fill


@one_act
def give_up(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """This will end a fill that a recall stopped, with the reason; its claim must be reversed before."""
    fill = _stopped(fill_id, by)
    taken = FILL.take("give_up", fill.facts(at, by, reason=reason), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason})
    return fill


def _stopped(fill_id: int, by: Worker) -> Fill:
    rows = Fill.objects.select_related("pharmacy", "prescription__patient", "package", "basket", "bag__place")
    return rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)


def _held_lot(by: Worker, lot_id: int) -> Lot:
    """Give a lot, held until the act is over: of two who recall it at once, the second sees that it is recalled."""
    known = lot_of(by, lot_id)
    return Lot.objects.select_for_update(of=("self",), no_key=True).select_related("package__product").get(pk=known.pk)


def _demand_pharmacist(by: Worker) -> None:
    # Stopping fills for a recall is the pharmacist's step; so is what makes the program take it.
    step = FILL.step("hold_for_recall", FillState.IN_WILL_CALL)
    if step is None or by.roles.isdisjoint(step.who & PHARMACISTS):
        raise refuse("Recalling a lot is for a pharmacist.", rule="who_may", cites="table of steps: fill")


def _open_fills(lot: Lot) -> list[Fill]:
    rows = Fill.objects.open().filter(lots__lot=lot).distinct()
    # Held until the act is over: a sale of one of them waits, and then sees that it is stopped.
    held = Fill.objects.filter(pk__in=rows.values("pk")).select_for_update(of=("self",), no_key=True)
    return list(held.select_related("pharmacy", "prescription", "package", "basket", "bag__place").order_by("pk"))


def _empty_the_shelf(lot: Lot, *, act_id: UUID, by: Worker, at: datetime, because: str) -> None:
    unit = BillingUnit(lot.package.billing_unit or BillingUnit.EACH)
    target = book.the_place(by, PlaceKind.QUARANTINE)
    held = Balance.objects.filter(lot=lot, place__kind__in=ON_SHELVES, quantity__gt=0).order_by("place_id")
    moves = [move(REASON, lot.pk, Quantity(row.quantity, unit), source=row.place_id, target=target.pk) for row in held]
    if moves:
        book.post(together(REASON, moves, because=because), act_id=act_id, by=by, at=at)


def _stop(fill: Fill, *, act_id: UUID, by: Worker, at: datetime) -> None:
    facts = fill.facts(at, by)
    taken = FILL.take("hold_for_recall", facts, by.roles | {Role.PROGRAM})
    to_quarantine(fill, act_id=act_id, by=by, at=at)
    fill.owner_role = Role.PHARMACIST.value
    fill.save(update_fields=["owner_role"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": REASON})


def _ask_to_tell(lot: Lot, *, by: Worker, at: datetime) -> None:
    sold = Fill.objects.filter(lots__lot=lot, state__in=DISPENSED).distinct().count()
    if sold:
        whom = "1 patient" if sold == 1 else f"{sold} patients"
        Task.objects.create(
            pharmacy_id=lot.pharmacy_id, kind=REASON, words=f"Recall of lot {lot.number}: tell {whom}.",
            owner_role=Role.PHARMACIST.value, wakes_at=at + TELL_WITHIN, made_by=by, made_at=at,
        )  # fmt: skip
