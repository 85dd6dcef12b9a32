"""Compounds: typed with their ingredients, billed by them, and no dead end at the bench that cannot make them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations import waiting
from pestle.stations.bench import filling, verification
from pestle.stations.bench.labels import ticket
from pestle.stations.entry import compounds, data_entry
from pestle.stations.entry.directions import days_of
from pestle.stations.intake import drop_off
from pestle.stations.payers import claims
from pestle.stations.payers.claim_request import again, billing
from pestle.stations.payers.pricing import cash_price
from pestle.terms.findings import Refused
from pestle.wire import telecom
from tests.street import walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db
SAID = [{"description": "lisinopril", "quantity": "30"}, {"description": "warfarin", "quantity": "15"}]


@pytest.fixture
def world() -> World:
    return make_world()


def act(world: World, by: Worker | None = None) -> dict[str, Any]:
    return {"act_id": uuid4(), "by": by or world.ada, "at": NOW}


def in_entry(world: World, **drug: Any) -> Fill:
    original = {"drug": {"directions": "Apply 1 g to the knee twice daily", "quantity": "60", "unit": "gram", **drug}}
    rx = world.prescribe(as_received=original, sig_short="", directions="", quantity_written=Decimal(60))
    fill = world.fill(rx, quantity=Decimal(60), days_supply=None)
    drop_off.begin_entry(**act(world), fill_id=fill.pk)
    return again_(fill)


def again_(fill: Fill) -> Fill:
    return Fill.objects.select_related("prescription__patient", "package__product", "pharmacy").get(pk=fill.pk)


def add(world: World, fill: Fill, ndc: str, quantity: str, **more: str) -> Fill:
    given = {"form": "03", "unit": "2", **more}
    compounds.set_ingredient(**act(world), fill_id=fill.pk, ndc=ndc, quantity=Decimal(quantity), **given)
    return again_(fill)


def a_compound(world: World) -> Fill:
    fill = add(world, in_entry(world, ingredients=SAID), "68180-980-01", "30")
    return add(world, fill, "0093-1721-01", "15")


def test_a_compound_is_measured_in_its_own_unit_and_priced_by_its_ingredients(world: World) -> None:
    fill = a_compound(world)

    price = cash_price(fill, day=TODAY)
    made = compounds.made_of(fill)
    assert made is not None
    assert (made.form, made.unit) == ("cream", "g")
    assert made.said == ("lisinopril 30", "warfarin 15")
    assert any("warfarin: 15" in step for step in price.steps)
    assert days_of(fill).value == 30
    assert "Compound of lisinopril and warfarin" in ticket(fill).flags


def test_its_claim_carries_the_compound_segment_and_its_costs_add_up(world: World) -> None:
    fill = a_compound(world)
    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"days_supply": "30"})
    claims.send_claim(**act(world), fill_id=fill.pk)

    asked = again(Claim.objects.get(fill=fill).asked)
    message = telecom.request.read_request(telecom.decode(billing(asked)))
    one = message.claims[0]
    assert one.claim.compound_code == "2"
    assert (one.claim.product_id_kind, one.claim.product_id, one.claim.unit) == ("00", "0", "GM")
    assert one.compound is not None
    assert [each.product_id for each in one.compound.ingredients] == ["68180098001", "00093172101"]
    assert one.pricing is not None
    assert one.pricing.ingredient_cost == sum(each.cost or 0 for each in one.compound.ingredients)


def test_an_original_of_two_ingredients_is_not_sent_with_one(world: World) -> None:
    fill = in_entry(world, ingredients=SAID)
    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"days_supply": "30"})
    with pytest.raises(Refused, match="0 ingredients typed"):
        claims.send_claim(**act(world), fill_id=fill.pk)

    add(world, fill, "68180-980-01", "30")

    with pytest.raises(Refused, match="The original names 2"):
        claims.send_claim(**act(world), fill_id=fill.pk)


def test_the_bench_that_cannot_make_it_says_so_and_the_pharmacist_takes_it_up(world: World) -> None:
    fill = a_compound(world)
    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"days_supply": "30"})
    fill = walk(world, again_(fill), to="queued")
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    with pytest.raises(Refused, match="hold it for the pharmacist"):
        filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(60))

    waiting.hold(
        **act(world), fill_id=fill.pk, reason="pharmacist", wakes_at=NOW + timedelta(hours=1), owner_role="pharmacist"
    )
    waiting.take_up(**act(world, world.ben), fill_id=fill.pk)
    verification.send_back(**act(world, world.ben), fill_id=fill.pk, fields=["product"], reason="made elsewhere")

    assert again_(fill).state == "in_entry"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"form": "99"}, "form of the compound"),
        ({"unit": ""}, "form of the compound"),
        ({"quantity": "0"}, "how much of it"),
        ({"ndc": "99999-999-99"}, "No product here"),
    ],
)
def test_an_ingredient_that_says_too_little_is_refused(world: World, wrong: dict[str, str], sentence: str) -> None:
    fill = in_entry(world)
    given = {"ndc": "68180-980-01", "quantity": "30", **wrong}

    with pytest.raises(Refused, match=sentence):
        add(world, fill, **given)


def test_the_last_ingredient_taken_out_makes_it_no_compound(world: World) -> None:
    fill = add(world, in_entry(world), "68180-980-01", "30")
    assert fill.prescription.is_compound

    compounds.drop_ingredient(**act(world), fill_id=fill.pk, ingredient_id=fill.prescription.ingredients.get().pk)

    assert not again_(fill).prescription.is_compound
    with pytest.raises(Refused, match="no such ingredient"):
        compounds.drop_ingredient(**act(world), fill_id=fill.pk, ingredient_id=1)
