"""After the sale: money given back, and patients told of a recall. The medicine itself never comes back to stock."""

from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL
from pestle.records.fills import Fill
from pestle.records.handover import Payment
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.stations.handover.payments import KINDS
from pestle.terms.findings import refuse

STATION = "pickup"


@one_act
def ask_refund(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """Ask for the price of a sold fill back; a lead or a pharmacist decides."""
    return _step("ask_refund", fill_id, reason, act_id=act_id, by=by, at=at)


@one_act
def deny_refund(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """Leave a sale as it was."""
    return _step("deny_refund", fill_id, reason, act_id=act_id, by=by, at=at)


@one_act
def refund(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str, kind: str, reference: str = ""
) -> Fill:
    """Give the price of a sold fill back; the medicine itself never comes back to stock (FDA CPG 460.300)."""
    if kind not in KINDS:
        raise refuse("Pay back in cash, to the card or to the account.", rule="ways_to_pay", field="payment")
    if kind == "card" and not reference.strip():
        raise refuse("Type the reference of the card payment.", rule="a_card_has_a_reference", field="reference")
    fill = _step("refund", fill_id, reason, act_id=act_id, by=by, at=at)
    item = fill.sale_items.select_related("sale").order_by("-pk").first()
    if item is None:
        raise refuse("This fill was not sold here: there is no price to give back.", rule="sale_is_known")
    if item.price:
        Payment.objects.create(
            sale=item.sale, kind=kind, amount=-item.price, reference=reference.strip()[:40], at=at, worker=by
        )
    return fill


@one_act
def tell_of_recall(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """Record that a patient was told of the recall of what they were given, and how."""
    return _step("tell_of_recall", fill_id, reason, act_id=act_id, by=by, at=at)


def _step(verb: str, fill_id: int, reason: str, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    rows = Fill.objects.select_related("pharmacy", "prescription__patient", "prescription__prescriber", "package")
    fill = rows.filter(pk=fill_id, pharmacy_id=by.pharmacy_id).first()
    if fill is None:
        raise refuse("This fill is not here.", rule="fill_exists", field="fill")
    taken = FILL.take(verb, fill.facts(at, by, reason=reason), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()})
    return fill
