"""Bagging, shelving, pulling what was cancelled, and returns to stock on the made-up day."""

from pestle.demo.day.desk import Desk
from pestle.demo.day.work import FOR_GOOD, NotNow, next_fill
from pestle.flows.fill import HAS_STOCK_IN_BASKET, FillState
from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.people import Worker
from pestle.records.stock import Place
from pestle.stations.bench import printing
from pestle.stations.entry import data_entry
from pestle.stations.handover import returns, will_call
from pestle.terms.findings import Refused

STILL_TO_COME = (
    FillState.RECEIVED, FillState.IN_ENTRY, FillState.ADJUDICATING, FillState.REJECTED, FillState.AWAITING_CHECK,
    FillState.QUEUED, FillState.FILLED, FillState.VERIFIED, FillState.BAGGED,
)  # fmt: skip


def at_bagging(desk: Desk, by: Worker) -> bool:
    """This will bag and shelve the next checked vials; gives whether there were any."""
    return next_fill(desk, by, (FillState.VERIFIED, FillState.BAGGED), _bag)


def at_cancelled(desk: Desk, by: Worker) -> bool:
    """This will empty the next vial that its prescriber has cancelled; gives whether there was one."""
    found = Fill.objects.filter(pharmacy=desk.pharmacy, prescription__cancel_asked_at__isnull=False)
    if not found.filter(state__in=(*HAS_STOCK_IN_BASKET, FillState.IN_WILL_CALL)).exists():
        return False
    return next_fill(desk, by, (*HAS_STOCK_IN_BASKET, FillState.IN_WILL_CALL), _pull)


def at_returns(desk: Desk, by: Worker) -> bool:
    """This will return the next bag whose person does not want it any more; gives whether there was one."""
    _put_on_shelf(desk)
    return next_fill(desk, by, (FillState.IN_WILL_CALL,), _return)


def collects(desk: Desk, fill: Fill) -> bool:
    """This will tell whether a fill's person comes for it today."""
    return desk.dice.happens(85, "collects", fill.prescription.patient_id)


def still_to_come(desk: Desk, patient_id: int) -> bool:
    """This will tell whether something of a person is still under way to will-call."""
    rows = Fill.objects.filter(pharmacy=desk.pharmacy, prescription__patient_id=patient_id, state__in=STILL_TO_COME)
    return rows.exists()


def _bag(desk: Desk, by: Worker, fill: Fill) -> None:
    if fill.prescription.cancel_asked_at is not None:
        raise NotNow
    if fill.state == FillState.BAGGED and desk.is_left("shelve", fill.prescription.patient_id):
        raise NotNow
    patient_id = fill.prescription.patient_id or 0
    same = Fill.objects.filter(
        pharmacy=desk.pharmacy, prescription__patient_id=patient_id, state=FillState.VERIFIED,
        prescription__cancel_asked_at=None,
    )  # fmt: skip
    with desk.at_work_on(("bag", patient_id)) as is_free:
        if not is_free:
            raise NotNow
        ids = list(same.values_list("pk", flat=True))
        if ids:
            the_bag = desk.act(will_call.bag, by=by, fill_ids=ids)
            desk.act(printing.print_bag_tag, by=by, bag_id=the_bag.pk)
        if desk.is_left("shelve", patient_id):
            return
        bags = Bag.objects.filter(patient_id=patient_id, is_open=True, fills__state=FillState.BAGGED)
        for the_bag in bags.distinct():
            place = _place_for(desk, patient_id)
            desk.act(will_call.shelve, by=by, bag_id=the_bag.pk, place_id=place.pk)


def _place_for(desk: Desk, patient_id: int | None) -> Place:
    places = Place.objects.filter(pharmacy=desk.pharmacy, kind=PlaceKind.WILL_CALL.value).order_by("pk")
    return places[(patient_id or 0) % places.count()]


def _pull(desk: Desk, by: Worker, fill: Fill) -> None:
    if fill.prescription.cancel_asked_at is None:
        raise NotNow
    if fill.state == FillState.IN_WILL_CALL:
        _send_back_to_shelf(desk, by, fill)
        return
    desk.act(data_entry.cancel_fill, by=by, fill_id=fill.pk, reason="cancelled by its prescriber")
    desk.tally.put_back(fill.pk)
    desk.meet("pulled, cancelled by the prescriber")


def _return(desk: Desk, by: Worker, fill: Fill) -> None:
    about = (fill.prescription.rx_number, fill.number, fill.part)
    if collects(desk, fill) or not desk.dice.happens(30, "unwanted", *about):
        desk.leave(fill.pk, FOR_GOOD if not collects(desk, fill) else 2.0)
        return
    _send_back_to_shelf(desk, by, fill)


def _send_back_to_shelf(desk: Desk, by: Worker, fill: Fill) -> None:
    witness = desk.workers["Gil" if by.given != "Gil" else "Ada"]
    try:
        desk.act(returns.return_to_stock, by=by, fill_id=fill.pk, witness=witness)
    except Refused:
        because = {"board_lets_controlled_go_back": "never left the pharmacy"}
        desk.act(returns.return_to_stock, by=desk.workers["Ben"], fill_id=fill.pk, witness=witness, because=because)
    desk.tally.going_back.add(fill.pk)
    desk.meet("returns asked")


def _put_on_shelf(desk: Desk) -> None:
    """Put the vials on the shelf whose claim the payer has let go; until then they stand in will-call."""
    done = Fill.objects.filter(pk__in=list(desk.tally.going_back), state=FillState.RETURNED)
    for pk in done.values_list("pk", flat=True):
        desk.tally.returned(pk)
