"""What people may try on a fill at any moment, rightly or wrongly; each move is one act with what it is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.rules.checking import CHECKS
from pestle.stations import waiting
from pestle.stations.bench import filling, verification
from pestle.stations.entry import data_entry
from pestle.stations.handover import refunds, returns, will_call
from pestle.stations.handover.identifiers import Identifiers
from pestle.stations.handover.pickup import HandOver, sell
from pestle.stations.intake import drop_off
from pestle.stations.payers import claims
from pestle.stations.scanning import bag_code, label_code
from tests.street import A_SIGNATURE, exact_cash
from tests.world import World

S = FillState
Act = Callable[..., Any]
# An act and what it is told beside its id, who and when; nothing where the fill has nothing to try it on.
Move = Callable[[World, Fill], "Told | None"]
BECAUSE = "seen by a test"
CASH = {"controlled_for_cash_beside_a_plan_is_the_pharmacists": BECAUSE}


@dataclass(frozen=True, slots=True)
class Told:
    """One act, ready to be done."""

    act: Act
    given: dict[str, Any]


def on_fill(act: Act, **more: Any) -> Move:
    """A move that needs nothing but the fill and words that are always the same."""
    return lambda world, fill: Told(act, {"fill_id": fill.pk, **more})


def _hold(world: World, fill: Fill) -> Told:
    told = {"reason": "pharmacist", "wakes_at": world.now + timedelta(days=1), "owner_role": "pharmacist"}
    return Told(waiting.hold, {"fill_id": fill.pk, **told})


def _basket(world: World, fill: Fill) -> Told:
    places = sorted(name for name in world.places if name.startswith("B-"))
    place = world.places[places[fill.pk % len(places)]]
    return Told(filling.assign_basket, {"fill_id": fill.pk, "place_id": place.pk})


def _label(world: World, fill: Fill) -> Told:
    return Told(filling.scan_label, {"fill_id": fill.pk, "text": label_code(fill)})


def _bottle(world: World, fill: Fill) -> Told | None:
    text = fill.package.ndc11 if fill.package else ""
    return Told(filling.scan_bottle, {"fill_id": fill.pk, "text": text})


def _bag(world: World, fill: Fill) -> Told:
    return Told(will_call.bag, {"fill_ids": [fill.pk]})


def _shelve(world: World, fill: Fill) -> Told | None:
    if fill.bag_id is None:
        return None
    return Told(will_call.shelve, {"bag_id": fill.bag_id, "place_id": world.places["W-12"].pk})


def _send_out(world: World, fill: Fill) -> Told | None:
    return None if fill.bag_id is None else Told(will_call.send_out, {"bag_id": fill.bag_id})


def _bring_back(world: World, fill: Fill) -> Told | None:
    if fill.bag_id is None:
        return None
    return Told(will_call.bring_back, {"bag_id": fill.bag_id, "place_id": world.places["W-13"].pk})


def _take_out(world: World, fill: Fill) -> Told:
    return Told(will_call.take_out, {"fill_id": fill.pk, "place_id": world.places["W-13"].pk})


def _sell(world: World, fill: Fill) -> Told | None:
    patient, bag = fill.prescription.patient, fill.bag
    if patient is None or bag is None:
        return None
    told = HandOver(
        said=Identifiers(patient.full_name, patient.birth_on), scanned=[bag_code(bag)], answers={patient.pk: "refused"},
        signature=A_SIGNATURE, tenders=exact_cash(fill),
    )  # fmt: skip
    return Told(sell, {"fill_ids": [fill.pk], "hand_over": told})


begin = on_fill(drop_off.begin_entry)
charge = on_fill(claims.charge_cash, because=CASH)
approve = on_fill(verification.approve)
take = on_fill(filling.take_in_hand)
count = on_fill(filling.count, counted=Decimal(30))
finish = on_fill(filling.finish)
verify = on_fill(verification.verify, checked=CHECKS)
# What brings a fill on from where it is, the whole of its way to the patient.
ONWARD: dict[str, tuple[Move, ...]] = {
    S.RECEIVED: (begin,),
    S.IN_ENTRY: (charge,),
    S.AWAITING_CHECK: (approve,),
    S.QUEUED: (take, _basket, _label, _bottle, count, finish),
    S.OUT_OF_STOCK: (on_fill(filling.restock),),
    S.HELD: (on_fill(waiting.take_up),),
    S.FILLED: (verify,),
    S.VERIFIED: (_bag,),
    S.BAGGED: (_shelve,),
    S.IN_WILL_CALL: (_sell,),
    S.OUT_FOR_DELIVERY: (_bring_back,),
}
# What somebody may try at any moment.
ANY_TIME: tuple[Move, ...] = (
    begin, charge, approve, take, count, finish, verify, _hold, _basket, _label, _bottle, _bag, _shelve, _send_out,
    _bring_back, _take_out, _sell,
    on_fill(filling.put_down),
    on_fill(filling.count, counted=Decimal(29)),
    on_fill(filling.run_out, remark="none"),
    on_fill(filling.restock),
    on_fill(filling.fill_part, quantity=Decimal(10)),
    on_fill(filling.fill_the_rest),
    on_fill(filling.close_short, reason=BECAUSE),
    on_fill(verification.send_back, fields=["quantity"], reason=BECAUSE),
    on_fill(data_entry.cancel_fill, reason=BECAUSE),
    on_fill(waiting.take_up),
    on_fill(returns.return_to_stock),
    on_fill(refunds.ask_refund, reason=BECAUSE),
    on_fill(refunds.deny_refund, reason=BECAUSE),
    on_fill(refunds.refund, reason=BECAUSE, kind="cash"),
)  # fmt: skip


def onward(fill: Fill, by: Worker, choice: int) -> Move | None:
    """The move that is next on the way of a fill; at the bench the first that is still missing."""
    moves = ONWARD.get(fill.state, ())
    if fill.state == S.QUEUED:
        has = (
            fill.in_hands_of_id == by.pk, fill.basket_id, fill.label_scan_at, fill.lots.exists(), fill.counted,
        )  # fmt: skip
        return moves[next((place for place, done in enumerate(has) if not done), len(moves) - 1)]
    return moves[choice % len(moves)] if moves else None
