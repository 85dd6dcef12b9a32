"""Scenarios at the end of the street, as the technician lives them: 10, 18, 19 and 29 of the list."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import DurFinding, Fill
from pestle.records.handover import Task
from pestle.records.patients import Patient, Proxy
from pestle.records.stock import Balance
from pestle.stations import scanning
from pestle.stations.bench import verification
from pestle.stations.handover import counselling, open_sales, returns, will_call
from pestle.stations.handover.open_sales import OpenSale
from pestle.stations.payers import claim_changes
from pestle.stations.payers.adjudication import adjudicate
from pestle.terms.findings import Refused
from tests.payer import PretendPayer
from tests.street import days_later, sell, walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_10_ada_cannot_clear_the_pharmacists_alert_and_sees_that_it_is_decided(world: World) -> None:
    """A new antibiotic beside warfarin: the technician prepares, the pharmacist decides, the vial goes on."""
    fill = walk(world, world.fill(world.prescribe("amoxicillin 500 mg")), to="awaiting_check")
    alert = DurFinding.objects.create(
        fill=fill, code="DD", sentence="Amoxicillin with warfarin: bleeding.", against="warfarin", is_serious=True,
        source="test list",
    )  # fmt: skip
    told: dict[str, Any] = {"finding_id": alert.pk, "decision": "INR in 3 days, Dr. Nair agrees", "service_code": "M0"}

    with pytest.raises(Refused, match="A pharmacist decides"):
        verification.decide_alert(act_id=uuid4(), by=world.ada, at=NOW, result_code="1G", **told)
    with pytest.raises(Refused, match="Not decided yet"):
        verification.approve(act_id=uuid4(), by=world.ben, at=NOW, fill_id=fill.pk)

    verification.decide_alert(act_id=uuid4(), by=world.ben, at=NOW, result_code="1G", **told)
    verification.approve(act_id=uuid4(), by=world.ben, at=NOW, fill_id=fill.pk)
    fill.refresh_from_db()
    assert walk(world, fill, to="verified").verified_by == world.ben


def test_18_a_bag_nobody_fetched_goes_back_and_a_forgotten_one_is_not_sold(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.plan.pickup_window_days = 10
    world.plan.save()
    rx = world.prescribe(refills=1)
    fill = walk(world, world.fill(rx), to="in_will_call", by_plan=True)
    forgotten = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="in_will_call", by_plan=True)

    days_later(world, 11)
    assert will_call.come_due(at=world.now) == 2
    returns.return_to_stock(act_id=uuid4(), by=world.ada, at=world.now, fill_id=fill.pk)
    adjudicate(fill.claims.get().pk, clock=lambda: world.now)
    returns.go_on(at=world.now)

    fill.refresh_from_db()
    (vial,) = returns.returned_lots(fill)
    assert fill.state == "returned"
    assert Balance.objects.get(place=world.places["shelf"], lot=vial).quantity == 30
    assert Task.objects.filter(fill=fill, kind="tell patient", done_at=None).count() == 1
    assert walk(world, world.fill(rx), to="in_will_call", by_plan=True).number == 1

    days_later(world, 1)
    with pytest.raises(Refused, match="return due"):
        sell(world, Fill.objects.get(pk=forgotten.pk))


def test_18_a_payer_that_says_too_old_is_telephoned_with_proof(world: World, payer: PretendPayer) -> None:
    payer.join(world, reversal_days=-1)
    fill = walk(world, to="in_will_call", by_plan=True)
    returns.return_to_stock(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    claim = adjudicate(fill.claims.get().pk, clock=lambda: NOW)
    returns.go_on(at=NOW)
    assert Task.objects.filter(fill=fill, kind="reversal", owner_role="lead technician").exists()

    claim_changes.reverse_by_hand(act_id=uuid4(), by=world.dana, at=NOW, claim_id=claim.pk, proof="Lee, ref. 4471")
    returns.go_on(at=NOW)

    assert Fill.objects.get(pk=fill.pk).state == "returned"


def test_19_two_patients_of_the_same_name_are_kept_apart(world: World) -> None:
    carla = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Carla", birth_on=date(1968, 3, 15), sex="F",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip
    mine, hers = walk(world, to="in_will_call"), walk(world, world.fill(world.prescribe(patient=carla)), to="verified")
    hers = walk(world, hers, to="in_will_call", place="W-13")
    sale = OpenSale(name="Marchetti Cleo", birth_on=world.cleo.birth_on)
    assert mine.bag is not None
    assert hers.bag is not None

    with pytest.raises(Refused, match="the birth date differs"):
        open_sales.take_scan(sale, scanning.bag_code(hers.bag), world.ada, NOW)
    with pytest.raises(Refused, match="This vial is another person's"):
        open_sales.take_scan(sale, scanning.label_code(hers), world.ada, NOW)

    sale, _ = open_sales.take_scan(sale, scanning.bag_code(mine.bag), world.ada, NOW)
    shown = open_sales.counter(sale, world.ada, NOW)
    assert [item.fill for item in shown.in_sale] == [mine]
    assert not shown.unscanned


def test_29_a_family_in_three_places_is_one_sale_answered_apart(world: World) -> None:
    son = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Franco", birth_on=date(2015, 7, 2), sex="M",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip
    Proxy.objects.create(patient=son, name="Cleo Marchetti", relation="mother", birth_on=world.cleo.birth_on)
    shelf = walk(world, to="in_will_call")
    control = walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="in_will_call", place="W-13")
    his = walk(world, world.fill(world.prescribe("amoxicillin 500 mg", patient=son)), to="in_will_call")
    sale = OpenSale(name="cleo marchetti", birth_on=world.cleo.birth_on, answers={world.cleo.pk: "refused"})
    for fill in (shelf, his):
        assert fill.bag is not None
        sale, _ = open_sales.take_scan(sale, scanning.bag_code(fill.bag), world.ada, NOW)

    shown = open_sales.counter(sale, world.ada, NOW)
    assert [item.fill for item in shown.unscanned] == [control]
    assert shown.needs_identification
    rules = {each.rule for each in shown.standing}
    assert {"bag_was_scanned", "counselling_was_offered", "identification_is_recorded"} <= rules

    with pytest.raises(Refused, match="Offer counselling"):
        sell(world, shelf, his, scanned=list(sale.scanned), answers={world.cleo.pk: "refused"})
    counselling.counsel(act_id=uuid4(), by=world.ben, at=NOW, fill_ids=[his.pk])
    answers = {world.cleo.pk: "refused", son.pk: "accepted"}
    assert sell(world, shelf, his, scanned=list(sale.scanned), answers=answers).patient == world.cleo
    assert Fill.objects.get(pk=control.pk).state == "in_will_call", "What is left stays where it is."
