"""Scenes of the counter and the network: what is brought, what looks alike, what prescribers cancel and answer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pestle.links.pretend import prescriber_desk
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.prescriptions import Prescription
from pestle.rules.facts import Origin
from pestle.stations.intake import documents, duplicates, erx, prescriber_requests
from pestle.stations.intake.counter import Counter, Item
from pestle.stations.intake.drop_off import Arrival
from pestle.stations.intake.duplicates import DROP_THIS
from pestle.stations.intake.new_people import Card
from pestle.wire import script
from tests.at_once.aside import ONCE
from tests.at_once.bench import of
from tests.at_once.intake import a_sheet, written_for_cleo
from tests.at_once.scenes import plain
from tests.orders import cancel_rx
from tests.stations.bench import act
from tests.street import walk
from tests.world import World

EACH = "each is an order of its own"


def network(world: World) -> Partner:
    row, _ = Partner.objects.get_or_create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions",
        defaults={"host": "127.0.0.1", "port": 9, "path": "/script", "secret_name": "NO_SECRET"},
    )  # fmt: skip
    return row


def brought(world: World) -> Counter:
    item = Item(drug="lisinopril 10 mg", quantity="30", directions="1t po qd", written_on=world.now.date())
    sheet = documents.keep(**act(world), content=a_sheet())
    return Counter("paper", family="Marchetti", given="Cleo", prescriber="Nair", items=(item, item), document=sheet)


def a_new_card(world: World) -> Card:
    return Card(bin="999999", cardholder_id=f"N{world.cleo.pk}", plan_name="Harbor", pcn=f"H{world.cleo.pk}")


def looks_alike(world: World) -> Fill:
    """The second of two orders that say the same."""
    world.fill()
    second = world.fill()
    duplicates.look(second, at=world.now)
    return second


def cancelled(world: World) -> Prescription:
    """A prescription that its prescriber has cancelled while a fill of it was being entered."""
    fill = walk(world, to="in_entry")
    rows = Prescription.objects.filter(pk=fill.prescription_id)
    rows.update(cancel_asked_at=world.now, cancel_asked_because="The prescriber has cancelled it.")
    return rows.get()


def over(world: World) -> Prescription:
    rx = world.fill().prescription
    Prescription.objects.filter(pk=rx.pk).update(expires_on=world.now.date() - timedelta(days=1))
    return rx


def of_nothing_here(world: World) -> Message:
    """A cancellation that was read, of an order that never came."""
    number = f"{uuid4()}"[:20]
    raw = cancel_rx(f"C-{number}", order_number=f"O-{number}")
    message = erx._keep(raw, network(world), world.now)
    erx.deal_with(message.pk, at=world.now)
    return Message.objects.select_related("pharmacy", "partner").get(pk=message.pk)


def says_not_here(world: World) -> dict[str, Any]:
    denied = script.Outcome(denial_reason="No such prescription at this pharmacy.")
    body = script.CancelRxResponse(response=script.Response(denied=denied))
    return {"message": of_nothing_here(world), "body": body}


def renewed(world: World) -> dict[str, Any]:
    """A renewal that was asked for and is answered: the answer is kept and not yet read."""
    partner = network(world)
    rx = walk(world, to="sold").prescription
    world.nair.erx_id = "7710000000042"
    world.nair.save(update_fields=["erx_id"])
    asked = prescriber_requests.ask_renewal(**act(world), prescription_id=rx.pk)
    raw = prescriber_desk.answer_to(
        script.decode(bytes(asked.body)), "approve", message_id=f"{uuid4()}"[:30], now=world.now
    )
    message = erx._keep(raw, partner, world.now)
    old = Prescription.objects.select_related("pharmacy", "patient", "prescriber", "product").get(pk=rx.pk)
    return {"old": old, "message": message, "decoded": script.decode(raw)}


def arrivals(world: World) -> tuple[Arrival, ...]:
    return (Arrival(written_for_cleo(world)["original"], origin=Origin.FAX),) * 2


plain("counter.take_in", lambda world: {"brought": brought(world)}, both=EACH)
plain("drop_off.receive_at_counter", lambda world: {"arrivals": arrivals(world)}, both=EACH)
plain("duplicates.answer", lambda world: of(looks_alike(world), choice=DROP_THIS, because="sent twice by the clinic"))
plain(
    "new_people.add_coverage",
    lambda world: {"patient_id": world.cleo.pk, "card": a_new_card(world)},
    both=ONCE,
    once=True,
)
plain(
    "cancellations._finish_one",
    lambda world: {"prescription_id": cancelled(world).pk},
    by="program",
    both=ONCE,
    once=True,
)
plain("cancellations._say_not_here", says_not_here, by="program", both=ONCE, once=True)
plain("prescriber_answers._write", renewed, by="program", both=ONCE, once=True)
plain("waiting.end_prescription", lambda world: {"prescription_id": over(world).pk}, by="program")
plain(
    "prescriber_requests.ask_change",
    lambda world: {
        "prescription_id": world.fill().prescription_id,
        "code": "G",
        "reason": "Not covered.",
    },
)
