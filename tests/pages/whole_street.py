"""A pharmacy in the middle of its day: something at every station, so that no page of it is empty."""

import os
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from pestle.flows.discrepancy import DISCREPANCY
from pestle.flows.machine import NEW
from pestle.records.counting import Discrepancy
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.patients import Patient
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.records.purchasing import Delivery, Order
from pestle.records.stock import Lot
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.stations import outbox, waiting
from pestle.stations.bench import filling
from pestle.stations.entry import calculator
from pestle.stations.entry.calculator import Asked
from pestle.stations.intake import drop_off
from pestle.stations.intake.originals import from_script
from pestle.stations.scanning import resolve
from pestle.stations.stock import ordering, receiving
from pestle.stations.stock.ordering import Wanted
from pestle.stations.stock.receiving import InHand
from pestle.stations.withdrawn import outdated, returning, suspecting
from pestle.terms.roles import Role
from pestle.wire import script
from tests.claim_steps import answer, send
from tests.orders import new_rx
from tests.payer import PretendPayer
from tests.recalls import screened
from tests.street import walk
from tests.supplier import SECRET, SECRET_NAME, join_supplier, papers
from tests.world import NOW, World, an_act, make_world

OTHERS = {"intern": Role.INTERN, "auditor": Role.AUDITOR, "administrator": Role.ADMINISTRATOR}
DRIP = {"dose": "18 unit/kg/h", "weight": "176 lb", "concentration": "25,000 unit/250 mL",
        "drug": "heparin"}  # fmt: skip


def open_street(payer: PretendPayer, *, beside: World | None = None) -> World:
    """Make the world of tests with one fill or more in each state that has a page; the pages ask the real clock.

    `beside` makes a second street, the neighbour's, with the same things in it.
    """
    with transaction.atomic():
        world = make_world(beside=beside)
        world.now = timezone.now().replace(microsecond=0)
        Lot.objects.update(expires_on=(world.now + timedelta(days=900)).date())
        Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")
        _patients(world)
        _arrivals(world)
        _others(world)
    plan = payer.join(world)
    _claims(world, payer, plan)
    with transaction.atomic():
        _road(world)
        _troubles(world)
        _stock_room(world)
        leave_a_discrepancy(world)
        _withdrawn(world)
        _to_do(world)
    return world


def today(world: World) -> dict[str, object]:
    return {"written_on": world.now.astimezone(ZoneInfo("America/Detroit")).date()}


def _patients(world: World) -> None:
    for given, family in (("Otis", "Ferrier"), ("Wen", "Abara"), ("Ida", "Solberg")):
        Patient.objects.create(
            pharmacy=world.pharmacy, family=family, given=given, birth_on="1951-07-02", sex="M", phone="7345550188",
            address="9 Alder Court", city="Ann Arbor", state="MI", postal_code="48105", allergies_asked_on="2026-01-05",
        )  # fmt: skip


def _arrivals(world: World) -> None:
    day = {"written_on": world.now.astimezone(ZoneInfo("America/Detroit")).date().isoformat()}
    for number, changes in enumerate(
        ({}, {"patient": {"family": "Okonkwo", "given": "Ife", "birth_on": "1990-05-01"}})
    ):
        raw = new_rx(f"M-{number}", order_number=f"ORD-{number}", now=world.now, drug=day, **changes)
        drop_off.receive_new_rx(
            act_id=an_act(), by=world.program, at=world.now, original=from_script(script.decode(raw))
        )  # fmt: skip


def _others(world: World) -> None:
    """One of each role that the world of tests has nobody for."""
    tag = world.ada.account.username.removesuffix("ada") if world.ada.account else ""
    for name, role in OTHERS.items():
        account = Account.objects.create_user(f"{tag}{name}", f"{name} counts by fives", name=f"{name.title()} Vance")
        Worker.objects.create(
            pharmacy=world.pharmacy, account=account, given=name.title(), family="Vance", role_names=[role.value]
        )  # fmt: skip


def _claims(world: World, payer: PretendPayer, plan: str) -> None:
    def sent(drug: str) -> Fill:
        fill = walk(world, world.fill(world.prescribe(drug, **today(world))), to="in_entry")
        send(world, fill, at=world.now)
        return answer(fill, at=world.now)

    payer.tell("drug", plan=plan, product=world.packages["warfarin 5 mg"].ndc11[:9], needs_authorization=True)
    assert sent("warfarin 5 mg").state == "rejected"
    assert sent("ibuprofen 800 mg").state == "awaiting_check"
    payer.tell("fail", how="close", times=1)
    assert sent("lisinopril 20 mg").state == "unanswered"


def _road(world: World) -> None:
    """One fill in each state of the road, of drugs of which there are a hundred on the shelf."""
    otis, wen, ida = Patient.objects.filter(pharmacy=world.pharmacy).exclude(pk=world.cleo.pk).order_by("pk")
    road = (
        ("in_entry", "lisinopril 10 mg", world.cleo), ("awaiting_check", "amoxicillin 500 mg", world.cleo),
        ("queued", "lisinopril 10 mg", otis), ("filled", "lisinopril 10 mg", wen),
        ("verified", "ibuprofen 800 mg", wen),
        ("bagged", "lisinopril 10 mg", ida), ("in_will_call", "ibuprofen 800 mg", wen),
        ("sold", "lisinopril 20 mg", otis),
    )  # fmt: skip
    for state, drug, whose in road:
        walk(world, world.fill(world.prescribe(drug, patient=whose, **today(world))), to=state)


def _troubles(world: World) -> None:
    act = {"by": world.ada, "at": world.now}
    short = walk(world, world.fill(world.prescribe("zolpidem 10 mg", **today(world))), to="queued")
    filling.run_out(act_id=an_act(), fill_id=short.pk, **act)
    held = world.fill(world.prescribe("ibuprofen 800 mg", **today(world)))
    waiting.hold(
        act_id=an_act(), fill_id=held.pk, reason=waiting.REASONS[0][0], wakes_at=world.now + timedelta(days=1),
        owner=world.ada, owner_role=Role.TECHNICIAN.value, **act,
    )  # fmt: skip
    in_entry = Fill.objects.filter(pharmacy=world.pharmacy, state="in_entry").latest("pk")
    calculator.attach(act_id=an_act(), fill_id=in_entry.pk, name="weight-drip", asked=Asked(given=DRIP), **act)
    partner = Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9,
        secret_name="NOT_THERE", attempts=1,
    )  # fmt: skip
    stuck = outbox.post_message(
        partner=partner, kind="RxRenewalRequest", body=b"<Message/>", act_id=an_act(), by=world.ada, at=NOW,
        external_id="P-1",
    )  # fmt: skip
    outbox.deliver(stuck.pk, at=world.now)


def _stock_room(world: World) -> None:
    """Orders and deliveries in each state that has a page."""
    os.environ[SECRET_NAME] = SECRET
    supplier = join_supplier(world)
    paper = papers(world, n00093172101=1)

    def ordered(**packages: int) -> Order:
        lines = [Wanted(world.packages[drug].pk, count) for drug, count in packages.items()]
        return ordering.draft(act_id=an_act(), by=world.ada, at=world.now, wanted=lines, partner_id=supplier.pk)

    ordered(**{"lisinopril 10 mg": 2})
    for number, state in enumerate(("announced", "receiving", "received"), start=1):
        order = ordered(**{"lisinopril 10 mg": 2, "warfarin 5 mg": 3})
        ordering.send(act_id=an_act(), by=world.ada, at=world.now, order_id=order.pk)
        shipment = f"SH{number}"
        paper.acknowledge(order)
        paper.ship(order, number=shipment)
        paper.trace(order, number=shipment)
        paper.invoice(order, number=shipment)
        if state == "announced":
            continue
        delivery = Delivery.objects.get(pharmacy=world.pharmacy, number=shipment)
        receiving.open_delivery(act_id=an_act(), by=world.ada, at=world.now, delivery_id=delivery.pk)
        for code in paper.codes(order, number=shipment)[: 2 if state == "receiving" else None]:
            found = resolve(code, world.pharmacy)
            assert found.package is not None
            assert found.scan.product is not None
            assert found.scan.product.lot is not None
            in_hand = InHand(
                found.package.pk, lot_number=found.scan.product.lot.text, expires_on=found.scan.product.expiry,
                code=found.scan.product,
            )  # fmt: skip
            receiving.take_in(act_id=an_act(), by=world.ada, at=world.now, delivery_id=delivery.pk, in_hand=in_hand)
        if state == "received":
            receiving.close(act_id=an_act(), by=world.ada, at=world.now, delivery_id=delivery.pk)


def _withdrawn(world: World) -> None:
    """A recall, a suspect package and a return to be sent, of lots that nobody fills from."""
    act = {"by": world.ada, "at": world.now}
    recalled, suspect = (
        world.receive("warfarin 5 mg", number, date(2028, 5, 31), "200") for number in ("CALLED9", "FAKE9")
    )
    screened(world, recalled, f"D-9{world.pharmacy.pk}")
    suspecting.quarantine(
        act_id=an_act(), lot_id=suspect.pk, place_id=world.places["shelf"].pk, packages=1, because="seal", **act
    )
    old = world.receive("warfarin 5 mg", "OLD9", date(2026, 11, 1), "100")
    outdated.pull_outdated(act_id=an_act(), lot_id=old.pk, place_id=world.places["shelf"].pk, **act)
    returning.begin(act_id=an_act(), goes_to="reverse distributor", **act)


def _to_do(world: World) -> None:
    Task.objects.create(
        pharmacy=world.pharmacy, kind="tell patient", words="Tell the patient that the refund is on its way.",
        patient=world.cleo, owner_role=Role.TECHNICIAN.value, wakes_at=world.now, made_by=world.ben, made_at=world.now,
    )  # fmt: skip


def leave_a_discrepancy(world: World) -> None:
    """Leave one count that differs by a tablet, still to be explained."""
    facts = DiscrepancyFacts(state=NEW, at=world.now, roles=world.ada.roles)
    row = Discrepancy(
        pharmacy=world.pharmacy, package=world.packages["oxycodone 5 mg"], place=world.places["vault"], counted=69,
        book=70, found_by=world.ada, found_at=world.now, owner_role="pharmacist", due_at=world.now,
        escalates_at=world.now + timedelta(hours=24),
    )  # fmt: skip
    row.begin(DISCREPANCY.take("open", facts, world.ada.roles), act_id=an_act(), by=world.ada, at=world.now)
