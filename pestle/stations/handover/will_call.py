"""Bags on their way to the patient: bagging, shelving, moving, the driver, and what comes due for return."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, FillState
from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.people import Worker
from pestle.records.statements.prepared import kept
from pestle.records.stock import Place
from pestle.stations import book
from pestle.stations.acts import act_within, demand_bench, one_act
from pestle.stations.handover.bags import ONE_PERSON, bag_for, close_if_empty, fills_in, new_bag, open_bag
from pestle.terms.findings import Refused, refuse

STATION = "will-call"
STANDS_HERE = frozenset({FillState.IN_WILL_CALL, FillState.RETURN_DUE})


@one_act
def bag(*, act_id: UUID, by: Worker, at: datetime, fill_ids: Sequence[int], bag_code: str = "") -> Bag:
    """Put one person's verified fills into a bag: the bag scanned, the person's bag not shelved yet, or a new one."""
    fills = _fills(fill_ids, by)
    if not fills:
        raise refuse("Scan a vial first.", rule="fill_exists", field="fill")
    if len({fill.prescription.patient_id for fill in fills}) != 1:
        raise refuse("One bag holds one person's medicines.", rule=ONE_PERSON, cites="NPSG.01.01.01", field="bag")
    steps = [FILL.take("bag", fill.facts(at, by), by.roles) for fill in fills]
    the_bag = bag_for(fills[0].prescription.patient, bag_code, by, at)
    for fill, taken in zip(fills, steps, strict=True):
        fill.bag = the_bag
        fill.save(update_fields=["bag"])
        fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"bag": the_bag.code})
    return the_bag


@one_act
def shelve(*, act_id: UUID, by: Worker, at: datetime, bag_id: int, place_id: int) -> Bag:
    """Put a bag at a place of will-call, or at another one: its stock moves there; its clock starts the first time."""
    the_bag, place = open_bag(bag_id, by), _will_call_place(place_id, by)
    old, fills = the_bag.place, fills_in(the_bag)
    if not fills:
        raise refuse("This bag is empty: scan a vial into it first.", rule="bag_is_open", field="bag")
    if old is not None and old.kind == PlaceKind.DRIVER:
        raise refuse("This bag is with the driver: say that it came back.", rule="bag_is_here", field="bag")
    the_bag.place = place
    the_bag.save(update_fields=["place"])
    for fill in fills:
        fill.bag = the_bag
        if fill.state == FillState.BAGGED:
            _shelve_fill(fill, place, act_id=act_id, by=by, at=at)
        elif fill.state in STANDS_HERE and old is not None and old != place:
            _move_fill(fill, old, place, act_id=act_id, by=by, at=at)
    return the_bag


@one_act
def send_out(*, act_id: UUID, by: Worker, at: datetime, bag_id: int) -> Bag:
    """Give a bag to the driver."""
    the_bag = open_bag(bag_id, by)
    driver = book.the_place(by, PlaceKind.DRIVER)
    for fill in _some(fills_in(the_bag)):
        taken = FILL.take("send_out", fill.facts(at, by), by.roles)
        _carry(fill, "to driver", the_bag.place, driver, act_id=act_id, by=by, at=at)
        fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    the_bag.place = driver
    the_bag.save(update_fields=["place"])
    return the_bag


@one_act
def bring_back(*, act_id: UUID, by: Worker, at: datetime, bag_id: int, place_id: int) -> Bag:
    """Take a bag that could not be delivered back to a place of will-call."""
    the_bag, place = open_bag(bag_id, by), _will_call_place(place_id, by)
    for fill in _some(fills_in(the_bag)):
        taken = FILL.take("bring_back", fill.facts(at, by, place=place.name), by.roles)
        _carry(fill, "from driver", the_bag.place, place, act_id=act_id, by=by, at=at)
        fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"place": place.name})
    the_bag.place = place
    the_bag.save(update_fields=["place"])
    return the_bag


@one_act
def take_out(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, place_id: int) -> Bag:
    """Part a bag: one fill goes into a new bag of its own, at a place of will-call."""
    demand_bench(by, "Parting a bag")
    (fill,), place = _fills([fill_id], by), _will_call_place(place_id, by)
    old = fill.bag
    if old is None or old.place is None or fill.state not in STANDS_HERE:
        raise refuse("Only what stands in will-call is taken out of its bag.", rule="bag_is_here", field="fill")
    fill.bag = new_bag(old.patient, by, at, place=place)
    fill.save(update_fields=["bag"])
    if old.place != place:
        _carry(fill, "to another place", old.place, place, act_id=act_id, by=by, at=at)
    told = {"from": old.code, "bag": fill.bag.code, "place": place.name}
    fill.note("taken_out", act_id=act_id, by=by, at=at, station=STATION, details=told)
    close_if_empty(old)
    return fill.bag


@one_act
def keep_longer(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """Leave a bag that came due in will-call for another round of days, never past the plan's pick-up window."""
    (fill,) = _fills([fill_id], by)
    if fill.waiting_for:
        raise refuse("Its return is under way: the payer was asked to take the claim back.", rule="return_is_under_way")
    taken = FILL.take("keep_longer", fill.facts(at, by, reason=reason), by.roles)
    fill.return_due_on = due_on(fill, at)
    fill.save(update_fields=["return_due_on"])
    told = {"reason": reason.strip(), "until": fill.return_due_on.isoformat()}
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


def come_due(*, at: datetime) -> int:
    """Mark what has stood in will-call past its day as due for return; gives how many."""
    due = 0
    waiting = Fill.objects.filter(state=FillState.IN_WILL_CALL, return_due_on__lte=at.date())
    for fill in waiting.select_related("pharmacy"):
        if fill.return_due_on is None or fill.local_day(at) <= fill.return_due_on:
            continue
        program = Worker.objects.program(fill.pharmacy)
        try:
            mark_due(act_id=uuid5(UUID(int=fill.pk), f"due {fill.version}"), by=program, at=at, fill_id=fill.pk)
        except Refused:
            continue  # Somebody sold or returned it at the same moment.
        due += 1
    return due


@one_act
def mark_due(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Take one fill from will-call to the list of returns."""
    (fill,) = _fills([fill_id], by)
    taken = FILL.take("come_due", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return fill


def due_on(fill: Fill, at: datetime) -> date:
    """This will give the last day a bag may stand: so many days of the store's from now, or the plan's window."""
    stores = fill.local_day(at) + timedelta(days=fill.pharmacy.return_to_stock_days)
    window = window_end(fill)
    return min(stores, window) if window else stores


def window_end(fill: Fill) -> date | None:
    """This will give the last day on which the plans pay for a hand-over; None where no plan has paid."""
    read = kept(fill, "claims")
    paid = fill.claims.paid().select_related("coverage__plan") if read is None else read
    ends = [
        claim.service_on + timedelta(days=claim.coverage.plan.pickup_window_days)
        for claim in paid
        if claim.state == ClaimState.PAID
    ]
    return min(ends, default=None)


def _shelve_fill(fill: Fill, place: Place, *, act_id: UUID, by: Worker, at: datetime) -> None:
    taken = FILL.take("shelve", fill.facts(at, by, place=place.name), by.roles)
    _carry(fill, "to will-call", fill.basket, place, act_id=act_id, by=by, at=at)
    fill.return_due_on = due_on(fill, at)
    fill.basket = None
    fill.save(update_fields=["return_due_on", "basket"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"place": place.name})


def _move_fill(fill: Fill, old: Place, place: Place, *, act_id: UUID, by: Worker, at: datetime) -> None:
    moved = act_within(act_id, f"move {fill.pk}")
    _carry(fill, "to another place", old, place, act_id=moved, by=by, at=at)
    told = {"from": old.name, "place": place.name}
    fill.note("moved", act_id=moved, by=by, at=at, station=STATION, details=told)


def _carry(
    fill: Fill, reason: str, source: Place | None, target: Place, *, act_id: UUID, by: Worker, at: datetime
) -> None:
    if source is None:
        raise refuse("This fill is at no place.", rule="a_fill_in_hand_has_a_place")
    entry = book.move_fill(fill, reason, source=source, target=target)
    book.post(entry, act_id=act_id, by=by, at=at, fill=fill)


def _will_call_place(place_id: int, by: Worker) -> Place:
    place = Place.objects.filter(pk=place_id, pharmacy_id=by.pharmacy_id).first()
    if place is None or place.kind != PlaceKind.WILL_CALL:
        name = place.name if place else "This"
        raise refuse(f"{name} is no place of will-call.", rule="bags_stand_in_will_call", field="place")
    return place


def _some(fills: list[Fill]) -> list[Fill]:
    if not fills:
        raise refuse("This bag is empty: scan a vial into it first.", rule="bag_is_open", field="bag")
    return fills


def _fills(fill_ids: Sequence[int], by: Worker) -> list[Fill]:
    rows = Fill.objects.select_related(
        "pharmacy", "prescription__patient", "prescription__prescriber", "bag__place", "bag__patient", "basket",
        "package__product",
    )  # fmt: skip
    found = list(rows.filter(pk__in=list(fill_ids), pharmacy_id=by.pharmacy_id).order_by("pk"))
    if len(found) != len(set(fill_ids)):
        raise refuse("One of these fills is not here: scan the vial again.", rule="fill_exists", field="fill")
    return found
