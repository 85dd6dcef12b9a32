"""Returns: gathered lot by lot, authorized, sent, credited; and what a patient brings back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Sum

from pestle.flows.machine import NEW
from pestle.flows.returns import RETURNS
from pestle.ledger.entries import move, together
from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.records.safety_lists import WasteCode
from pestle.records.stock import Balance, Entry, Line, StockItem
from pestle.records.withdrawn import Return, ReturnLine
from pestle.rules.returns import REVERSE_DISTRIBUTOR, SUPPLIER, what_left_is_not_taken_back
from pestle.rules.rule import findings
from pestle.rules.withdrawn_facts import BroughtBackFacts
from pestle.stations import book
from pestle.stations.acts import one_act
from pestle.stations.intake.drop_off import today_at
from pestle.stations.withdrawn.outdated import windows
from pestle.stations.withdrawn.standing import is_suspect, what_stands
from pestle.terms.findings import Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity

STATION = "returns"
# Where goods for a return stand; what is in a basket or a bag belongs to a fill.
SOURCES = (PlaceKind.OUTDATED, PlaceKind.QUARANTINE, PlaceKind.RECALL_HOLD, PlaceKind.RETURN_BIN, *FOR_USE)
TARGETS = {SUPPLIER: PlaceKind.SUPPLIER, REVERSE_DISTRIBUTOR: PlaceKind.REVERSE_DISTRIBUTOR}
CENT = Decimal("0.01")
BROUGHT = "brought back"


@one_act
def begin(*, act_id: UUID, by: Worker, at: datetime, goes_to: str, to_whom: str = "") -> Return:
    """Begin a return to a supplier, to a reverse distributor, or as waste."""
    back = Return(
        pharmacy_id=by.pharmacy_id, goes_to=goes_to.strip()[:20], to_whom=to_whom.strip()[:60], begun_at=at, state=NEW
    )
    taken = RETURNS.take("begin", back.facts(at, by, today_at(by.pharmacy, at)), by.roles)
    return back.begin(taken, act_id=act_id, by=by, at=at, station=STATION, details={"goes to": back.goes_to})


@one_act
def put_on(
    *, act_id: UUID, by: Worker, at: datetime, return_id: int, lot_id: int, place_id: int,
    because: Mapping[str, str] | None = None,
) -> Return:  # fmt: skip
    """Put all of a lot that stands at a place on a return; it moves when the return is sent."""
    back = the_return(return_id, by)
    held = what_stands(lot_id, place_id, by, kinds=SOURCES)
    package = held.lot.package
    waste_code = _waste_code(package.ndc11)
    given = {
        "schedule": package.product.dea_schedule, "is_recalled": held.lot.is_recalled, "waste_code": waste_code,
        "is_suspect": is_suspect(held.lot, held.place),
        "is_whole_package": bool(package.units) and held.quantity % (package.units or 1) == 0,
    }  # fmt: skip
    taken = RETURNS.take("put_on", back.facts(at, by, today_at(by.pharmacy, at), **given), by.roles, because=because)
    line = {"quantity": held.quantity, "credit_expected": _credit(held, back, by), "waste_code": waste_code}
    ReturnLine.objects.update_or_create(
        pharmacy_id=by.pharmacy_id, back=back, lot=held.lot, source=held.place, defaults=line
    )
    told = {"lot": held.lot.number, "from": held.place.name, "quantity": f"{held.quantity.normalize():f}"}
    back.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return back


@one_act
def take_off(*, act_id: UUID, by: Worker, at: datetime, return_id: int, line_id: int) -> Return:
    """Take a lot off a return that has not left."""
    back = the_return(return_id, by)
    line = back.lines.select_related("lot").filter(pk=line_id).first()
    if line is None:
        raise refuse("This line is not on the return any more: look at it again.", rule="line_is_here")
    taken = RETURNS.take("take_off", back.facts(at, by, today_at(by.pharmacy, at)), by.roles)
    line.delete()
    back.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"lot": line.lot.number})
    return back


@one_act
def authorize(*, act_id: UUID, by: Worker, at: datetime, return_id: int, number: str) -> Return:
    """Write down the number under which the supplier takes the goods back."""
    back = the_return(return_id, by)
    back.authorization = number.strip()[:30]
    taken = RETURNS.take("authorize", back.facts(at, by, today_at(by.pharmacy, at)), by.roles)
    told = {"number": back.authorization}
    back.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=["authorization"])
    return back


@one_act
def send(*, act_id: UUID, by: Worker, at: datetime, return_id: int) -> Return:
    """Send a return: each of its lots leaves the book at once, or none does."""
    back = the_return(return_id, by)
    taken = RETURNS.take("send", back.facts(at, by, today_at(by.pharmacy, at)), by.roles)
    target = book.the_place(by, TARGETS.get(back.goes_to, PlaceKind.WASTE))
    moves = [
        move("returned to " + back.goes_to, line.lot_id, _amount(line), source=line.source_id, target=target.pk)
        for line in back.lines.select_related("lot__package").order_by("pk")
    ]
    book.post(together("sent back", moves, because=f"return {back.pk}"), act_id=act_id, by=by, at=at)
    back.sent_at = at
    back.record(taken, act_id=act_id, by=by, at=at, station=STATION, saves=["sent_at"])
    return back


@one_act
def credit(
    *, act_id: UUID, by: Worker, at: datetime, return_id: int, credited: Decimal | None, note: str = ""
) -> Return:  # fmt: skip
    """Record the credit that came; what is missing is explained."""
    back = the_return(return_id, by)
    back.credited, back.credit_note = credited, note.strip()[:200]
    facts = back.facts(at, by, today_at(by.pharmacy, at), reason=note)
    taken = RETURNS.take("credit", facts, by.roles)
    told = {"credited": str(credited), "expected": str(back.expected), "note": back.credit_note}
    back.record(
        taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=["credited", "credit_note"]
    )  # fmt: skip
    return back


@one_act
def discard(*, act_id: UUID, by: Worker, at: datetime, return_id: int) -> Return:
    """Throw a return away that has not left; nothing moved."""
    back = the_return(return_id, by)
    taken = RETURNS.take("discard", back.facts(at, by, today_at(by.pharmacy, at)), by.roles)
    back.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return back


@one_act
def take_from_patient(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, is_our_error: bool = False, quantity: Decimal | None = None
) -> Entry:
    """Take back what a patient had, where the law lets us: recalled, or given in error; never to be used again."""
    held = Fill.objects.select_for_update(of=("self",), no_key=True).select_related("prescription", "package__product")
    fill = held.get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    if fill.state not in DISPENSED or fill.package is None:
        raise refuse("This was not handed over: return it to stock at Will-call.", rule="it_left_the_pharmacy")
    lots = list(fill.lots.select_related("lot__package").order_by("pk"))
    is_recalled = bool(lots) and all(each.lot.is_recalled for each in lots)
    facts = BroughtBackFacts(fill.package.product.dea_schedule, is_recalled, is_our_error)
    found = findings((what_left_is_not_taken_back,), facts)
    if found:
        raise Refused(found)
    brought = _brought_before(fill)
    still_out = [(each, each.quantity - brought.get(each.lot_id, Decimal(0))) for each in lots]
    most = sum((out for _, out in still_out), Decimal(0))
    left = most if quantity is None else quantity
    if not 0 < left <= most:
        raise refuse("No more comes back than was handed over: look at what was taken back before.", rule="it_fits")
    target = book.the_place(by, PlaceKind.RECALL_HOLD if is_recalled else PlaceKind.QUARANTINE)
    patient, moves = book.the_place(by, PlaceKind.PATIENT), []
    for each, out in still_out:
        part = min(left, out)
        if part > 0:
            unit = BillingUnit(each.lot.package.billing_unit or BillingUnit.EACH)
            moves.append(move(BROUGHT, each.lot_id, Quantity(part, unit), source=patient.pk, target=target.pk))
            left -= part
    because = "recalled" if is_recalled else "given in error"
    return book.post(together(BROUGHT, moves, because=because), act_id=act_id, by=by, at=at, fill=fill)


def the_return(return_id: int, by: Worker, *, holds: bool = True) -> Return:
    """This will give a return of the worker's pharmacy, held until the act is over; Refused where there is none."""
    rows = Return.objects.select_related("pharmacy")
    rows = rows.select_for_update(of=("self",), no_key=True) if holds else rows
    back = rows.filter(pk=return_id, pharmacy_id=by.pharmacy_id).first()
    if back is None:
        raise refuse("There is no such return in this pharmacy: look at Returns again.", rule="return_is_here")
    return back


def _brought_before(fill: Fill) -> dict[int, Decimal]:
    """Give how much of each lot was taken back from the patient already."""
    came = Line.objects.filter(entry__fill=fill, entry__reason=BROUGHT, quantity__gt=0)
    return {row["lot_id"]: row["total"] for row in came.values("lot_id").annotate(total=Sum("quantity"))}


def _credit(held: Balance, back: Return, by: Worker) -> Decimal:
    """Give what the supplier's window promises for a lot; nothing where its cost is not known."""
    item = StockItem.objects.filter(pharmacy_id=by.pharmacy_id, package=held.lot.package).first()
    if item is None or item.unit_cost is None:
        return Decimal(0)
    known = {partner.name: window.credit_percent for partner, window in windows(by.pharmacy)}
    percent = known.get(back.to_whom, 0)
    return (held.quantity * item.unit_cost * percent / 100).quantize(CENT, ROUND_HALF_UP)


def _amount(line: ReturnLine) -> Quantity:
    return Quantity(line.quantity, BillingUnit(line.lot.package.billing_unit or BillingUnit.EACH))


def _waste_code(ndc11: str) -> str:
    found = WasteCode.objects.filter(ndc11=ndc11).first()
    return found.code if found else ""
