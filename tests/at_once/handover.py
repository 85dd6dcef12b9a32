"""Scenes from bag to home and back: will-call, register, refunds, returns, recalls."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pestle.records.fills import Fill
from pestle.records.handover import Bag, Task
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.withdrawn import ReturnLine, ReturnWindow, VerificationRequest
from pestle.records.withdrawn.suspects import FORM
from pestle.stations.entry import recalls
from pestle.stations.handover import refunds, will_call
from pestle.stations.handover.identifiers import Identifiers
from pestle.stations.handover.pickup import HandOver
from pestle.stations.scanning import bag_code
from pestle.stations.withdrawn import recall_case, returning, suspecting
from tests.at_once.bench import ANEW, of
from tests.at_once.scenes import lot_of, plain
from tests.recalls import notice, question, screened
from tests.stations.bench import act
from tests.street import A_SIGNATURE, exact_cash, walk
from tests.supplier import join_supplier
from tests.world import World


def bag_of(fill: Fill) -> Bag:
    return Bag.objects.get(fills=fill)


def at(world: World, fill: Fill, place: str = "W-13") -> dict[str, Any]:
    return {"bag_id": bag_of(fill).pk, "place_id": world.places[place].pk}


def out(world: World) -> Fill:
    fill = walk(world, to="in_will_call")
    will_call.send_out(**act(world), bag_id=bag_of(fill).pk)
    return fill


def told(fill: Fill, **given: Any) -> HandOver:
    patient = fill.prescription.patient
    assert patient is not None
    said: dict[str, Any] = {
        "said": Identifiers(patient.full_name, patient.birth_on), "scanned": [bag_code(bag_of(fill))],
        "answers": {patient.pk: "refused"}, "signature": A_SIGNATURE, "tenders": exact_cash(fill), **given,
    }  # fmt: skip
    return HandOver(**said)


def selling(world: World) -> dict[str, Any]:
    fill = walk(world, to="in_will_call")
    return {"fill_ids": [fill.pk], "hand_over": told(fill)}


def delivering(world: World) -> dict[str, Any]:
    fill = out(world)
    return {"bag_id": bag_of(fill).pk, "hand_over": told(fill, taken_by="Cleo Marchetti", relation="self")}


def asked_back(world: World) -> Fill:
    fill = walk(world, to="sold")
    return refunds.ask_refund(**act(world), fill_id=fill.pk, reason="wrong strength")


def recalled(world: World, to: str) -> Fill:
    """A fill of a lot of its own, which is recalled."""
    fill = walk(world, to=to)
    recalls.recall_lot(**act(world, world.ben), lot_id=fill.lots.get().lot_id, note="Letter of November 23.")
    fill.refresh_from_db()
    return fill


def later(world: World) -> datetime:
    """The moment by which a bag of today has come due."""
    return world.now + timedelta(days=11)


def due(world: World) -> Fill:
    told = act(world, world.program) | {"at": later(world)}
    return will_call.mark_due(**told, fill_id=walk(world, to="in_will_call").pk)


def case(world: World) -> dict[str, Any]:
    """A recall that stopped the lot of this trial."""
    return {"recall_id": screened(world, lot_of(world), f"D-{lot_of(world).number}").pk}


def closing(world: World) -> dict[str, Any]:
    told = case(world)
    recall_case.pull(**act(world), **told, lot_id=lot_of(world).pk, place_id=world.places["shelf"].pk)
    recall_case.answer(**act(world), **told, words="Form sent by fax.")
    return told


def old_lot(world: World) -> dict[str, Any]:
    """A lot of this trial that has expired and stands on the shelf."""
    lot = world.receive("lisinopril 20 mg", f"OLD{lot_of(world).number}", date(2026, 11, 1), "100")
    return {"lot_id": lot.pk, "place_id": world.places["shelf"].pk}


def returned(world: World, *, is_filled: bool = False, is_sent: bool = False) -> dict[str, Any]:
    """A return to a reverse distributor, empty, with one lot on it, or sent."""
    told = {"return_id": returning.begin(**act(world), goes_to="reverse distributor").pk}
    if is_filled or is_sent:
        returning.put_on(**act(world), **told, **old_lot(world))
    if is_sent:
        returning.send(**act(world, world.ben), **told)
    return told


def line_of(world: World) -> dict[str, Any]:
    told = returned(world, is_filled=True)
    return told | {"line_id": ReturnLine.objects.get(back_id=told["return_id"]).pk}


def window(world: World) -> dict[str, Any]:
    partner = Partner.objects.filter(pharmacy=world.pharmacy, kind=PartnerKind.WHOLESALER.value).first()
    ReturnWindow.objects.filter(pharmacy=world.pharmacy).delete()
    told = {"days_before": 90, "days_after": 90, "credit_percent": 80}
    return told | {"partner_id": (partner or join_supplier(world)).pk}


def suspicious(world: World) -> dict[str, Any]:
    """A suspect package of a lot of this trial."""
    told = {"lot_id": lot_of(world).pk, "place_id": world.places["shelf"].pk, "packages": 1, "because": "seal"}
    return {"suspect_id": suspecting.quarantine(**act(world), **told).pk}


def asked(world: World) -> dict[str, Any]:
    told = suspicious(world)
    suspecting.ask(**act(world), **told, serial="S1", asked_of="Lupin")
    return told


def condemned(world: World) -> dict[str, Any]:
    told = suspicious(world)
    suspecting.condemn(**act(world, world.ben), **told, reason="The maker does not know it.")
    return told


def form(world: World) -> dict[str, Any]:
    return condemned(world) | {"form": dict.fromkeys(FORM, "as seen")}


def told_of(world: World) -> dict[str, Any]:
    told = form(world)
    suspecting.notify(**act(world, world.ben), **told)
    return {"suspect_id": told["suspect_id"]}


plain("will_call.bag", lambda world: {"fill_ids": [walk(world, to="verified").pk]})
plain("will_call.shelve", lambda world: at(world, walk(world, to="bagged")), both=ANEW)
plain("will_call.send_out", lambda world: {"bag_id": bag_of(walk(world, to="in_will_call")).pk})
plain("will_call.bring_back", lambda world: at(world, out(world)))
plain(
    "will_call.take_out",
    lambda world: {"fill_id": walk(world, to="in_will_call").pk, "place_id": world.places["W-13"].pk},
    both=ANEW,
)
plain("pickup.sell", selling)
plain("pickup.deliver", delivering)
plain("counselling.counsel", lambda world: {"fill_ids": [walk(world, to="in_will_call").pk]}, by="ben", both=ANEW)
plain("open_sales.note_wrong_bag", lambda world: of(walk(world, to="in_will_call")), both=ANEW)
plain("refunds.ask_refund", lambda world: of(walk(world, to="sold"), reason="wrong strength"))
plain("refunds.deny_refund", lambda world: of(asked_back(world), reason="opened"), by="ben")
plain("refunds.refund", lambda world: of(asked_back(world), reason="ours", kind="cash"), by="ben")
plain("returns.return_to_stock", lambda world: of(walk(world, to="in_will_call")))
plain("recalls.recall_lot", lambda world: {"lot_id": lot_of(world).pk, "note": "Letter"}, by="ben")
plain(
    "recalls.lift_recall",
    lambda world: {
        "lot_id": recalls.recall_lot(**act(world, world.ben), lot_id=lot_of(world).pk, note="Letter").pk,
        "because": "other lot meant",
    },
    by="ben",
)
plain("recalls.tell_patient", lambda world: of(recalled(world, "sold"), how="herself, 2:10 pm"))
plain("recalls.fill_again", lambda world: of(recalled(world, "in_will_call")), by="ben")
plain("recalls.give_up", lambda world: of(recalled(world, "in_will_call"), reason="No other lot."), by="ben")
plain("refunds.tell_of_recall", lambda world: of(recalled(world, "sold"), reason="herself, 2:10 pm"))
plain("will_call.mark_due", lambda world: of(walk(world, to="in_will_call"), at=later(world)), by="program")
plain("will_call.keep_longer", lambda world: of(due(world), at=later(world), reason="comes on Friday"))
plain(
    "recall_screening.screen",
    lambda world: notice(lot_of(world), f"D-{lot_of(world).number}") and {},
    both="looks anew",
)
plain(
    "recall_screening.decide",
    lambda world: {"match_id": question(world, lot_of(world), f"Q-{lot_of(world).number}").pk, "is_meant": True},
    by="ben",
)
plain("recall_case.set_depth", lambda world: case(world) | {"depth": "retail"}, by="ben", both=ANEW)
plain(
    "recall_case.pull", lambda world: case(world) | {"lot_id": lot_of(world).pk, "place_id": world.places["shelf"].pk}
)
plain("recall_case.answer", lambda world: case(world) | {"words": "Form sent by fax."}, both=ANEW)
plain("recall_case.close", closing, by="ben")
plain("recall_case.lift", lambda world: case(world) | {"reason": "Another maker."}, by="ben")


def to_do(world: World) -> dict[str, Any]:
    task = Task.objects.create(
        pharmacy=world.pharmacy, kind="tell patient", words="Tell them.", patient=world.cleo, owner_role="technician",
        wakes_at=world.now, made_by=world.ben, made_at=world.now,
    )  # fmt: skip
    return {"task_id": task.pk}


plain("tasks.finish", lambda world: {**to_do(world), "outcome": "told"})
plain("tasks.take", to_do, both="whoever takes it last has it")
plain(
    "tasks.put_off",
    lambda world: {**to_do(world), "until": world.now + timedelta(hours=1), "because": "nobody answers"},
    both="each is an answer of its own, and history keeps both",
)
plain("outdated.pull_outdated", old_lot)
plain("returning.begin", lambda _: {"goes_to": "reverse distributor"}, both=ANEW)
plain("returning.put_on", lambda world: returned(world) | old_lot(world), both=ANEW)
plain("returning.take_off", line_of)
plain("returning.authorize", lambda world: returned(world) | {"number": "RA-1"}, both=ANEW)
plain("returning.send", lambda world: returned(world, is_filled=True), by="ben")
plain("returning.credit", lambda world: returned(world, is_sent=True) | {"credited": Decimal(1)}, by="ben")
plain("returning.discard", returned)
plain("returning.take_from_patient", lambda world: of(walk(world, to="sold"), is_our_error=True))
plain(
    "suspecting.quarantine",
    lambda world: {
        "lot_id": lot_of(world).pk, "place_id": world.places["shelf"].pk, "packages": 1, "because": "seal",
    },
    both=ANEW,
)  # fmt: skip
plain("suspecting.ask", lambda world: suspicious(world) | {"serial": "S2", "asked_of": "Lupin"})
plain(
    "suspecting.hear",
    lambda world: {
        "request_id": VerificationRequest.objects.get(suspect_id=asked(world)["suspect_id"]).pk, "is_verified": True,
    },
)  # fmt: skip
plain(
    "suspecting.clear",
    lambda world: suspicious(world) | {"reason": "fine", "because": {"enough_packages_are_verified": "maker called"}},
    by="ben",
)
plain("suspecting.condemn", lambda world: suspicious(world) | {"reason": "not theirs"}, by="ben")
plain("suspecting.notify", form, by="ben", both=ANEW)
plain("suspecting.end", lambda world: told_of(world) | {"reason": "letter of the FDA"}, by="ben")
plain("outdated.set_window", window, by="dana", both=ANEW)
