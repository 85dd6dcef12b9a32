"""Data entry and the shelf as the people at the bench live them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.bench import verification
from pestle.stations.entry import data_entry, products, recalls
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, World, make_world

CASH_OF_THE_PHARMACIST = {
    "controlled_for_cash_beside_a_plan_is_the_pharmacists": "the plan does not cover it",
    "refill_is_not_too_soon": "a whole box lasts longer than written",
}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def act(by: Worker, at: Any = NOW) -> dict[str, Any]:
    return {"act_id": uuid4(), "by": by, "at": at}


def test_24_a_box_of_fifteen_is_given_against_nine_written_and_never_twice(world: World) -> None:
    """Written 9 mL with two refills, 27 mL in all: one box of 15 now, then 12 are left; a second box needs a call."""
    package = world.packages["testosterone 200 mg/mL"]
    package.units = Decimal(15)
    package.save(update_fields=["units"])
    original = {"drug": {"quantity": "9", "unit": "milliliter", "directions": "Inject 1 mL once a week"}}
    rx = world.prescribe(
        "testosterone 200 mg/mL", quantity_written=9, as_received=original, sig_short="", directions=""
    )
    first = world.fill(rx, quantity=Decimal(9), days_supply=None)
    drop_off.begin_entry(**act(world.ada), fill_id=first.pk)

    with pytest.raises(Refused, match="could be a box, a pen or 1 mL"):
        data_entry.save_entry(**act(world.ada), fill_id=first.pk, typed={"quantity": "1"})
    data_entry.save_entry(**act(world.ada), fill_id=first.pk, typed={"quantity": "1 box"})
    first = walk(world, Fill.objects.get(pk=first.pk), to="sold")
    assert (first.quantity, first.days_supply) == (15, 105)

    later = NOW + timedelta(days=100)
    second = world.fill(rx, number=2, quantity=Decimal(0), days_supply=None)
    drop_off.begin_entry(**act(world.ada, later), fill_id=second.pk)
    end = {"fill_id": second.pk, "payment": "cash", "because": CASH_OF_THE_PHARMACIST}
    with pytest.raises(Refused, match="3 more than the 27 authorized"):
        data_entry.finish_entry(**act(world.ben, later), typed={"quantity": "1 box"}, **end)
    data_entry.finish_entry(**act(world.ben, later), typed={"quantity": "12 mL"}, **end)

    second.refresh_from_db()
    assert (second.quantity, second.state) == (12, "awaiting_check")


def test_the_pharmacist_marks_one_field_and_the_rest_stays(world: World) -> None:
    """Ben marks the refills; Ada lands there, types one figure, and nothing else was touched."""
    fill = walk(world, to="awaiting_check")
    before = Fill.objects.get(pk=fill.pk)
    verification.send_back(**act(world.ben), fill_id=fill.pk, fields=["refills"], reason="the paper says one")

    data_entry.finish_entry(**act(world.ada), fill_id=fill.pk, typed={"refills": "1"}, payment="cash")

    after = Fill.objects.get(pk=fill.pk)
    assert after.state == "awaiting_check"
    assert after.prescription.refills == 1
    assert (after.quantity, after.days_supply, after.package) == (before.quantity, before.days_supply, before.package)


def test_directions_that_can_be_read_two_ways_wait_for_the_prescriber(world: World) -> None:
    """“As directed” is asked about; the pharmacist writes what the nurse said, and an auditor finds who and when."""
    original = {"drug": {"quantity": "30", "unit": "tablet", "directions": "Take as directed"}}
    fill = world.fill(world.prescribe(as_received=original, sig_short="", directions=""), days_supply=None)
    drop_off.begin_entry(**act(world.ada), fill_id=fill.pk)
    with pytest.raises(Refused, match="not clear"):
        data_entry.finish_entry(**act(world.ada), fill_id=fill.pk, payment="cash")

    data_entry.clarify_directions(
        **act(world.ben), fill_id=fill.pk, directions="1t po qd", said_by="Pam Roy, RN, for Dr. Nair"
    )
    done = data_entry.finish_entry(**act(world.ada), fill_id=fill.pk, payment="cash")

    assert (done.state, done.days_supply) == ("awaiting_check", 30)
    assert "Pam Roy, RN, for Dr. Nair by telephone: 1t po qd" in done.prescription.clarification


def test_22_a_recall_hits_the_shelf_a_basket_a_bag_and_a_patient(world: World) -> None:
    """One lot is on the shelf, in a basket, in will-call and at home: each is found and stopped, or told."""
    sold = walk(world, to="sold")
    bagged = walk(world, world.fill(world.prescribe()), to="in_will_call")
    filled = walk(world, world.fill(world.prescribe(quantity_written=20), quantity=Decimal(20)), to="filled")
    lot = world.lots["98001A"]

    recalls.recall_lot(**act(world.ben), lot_id=lot.pk, note="Letter of Lupin, Nov 23, 2026: impurity")

    found = products.trace(world.ben, lot.pk)
    assert {each.place.name: each.quantity for each in found.balances} == {"quarantine": 70}
    assert {each.fill for each in found.open_uses} == {bagged, filled}
    assert {each.fill.state for each in found.open_uses} == {"recall_held"}
    assert found.to_tell == {sold.pk}

    recalls.tell_patient(**act(world.ada), fill_id=sold.pk, how="Cleo herself, 2:10 pm")
    assert products.trace(world.ben, lot.pk).to_tell == frozenset()
