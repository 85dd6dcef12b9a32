"""The walk along the street itself: paid in cash and by the plan, a table of drugs."""

import pytest

from pestle.records.stock import Balance
from tests.payer import PretendPayer
from tests.street import walk
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("drug", ["lisinopril 10 mg", "oxycodone 5 mg", "zolpidem 10 mg"])
def test_a_fill_goes_from_arrival_to_the_patient(world: World, drug: str) -> None:
    rx = world.prescribe(drug, refills=0)

    fill = walk(world, world.fill(rx), to="sold")

    taken = fill.lots.get()
    assert Balance.objects.get(place=world.places["patient"], lot=taken.lot).quantity == 30
    assert Balance.objects.get(place=taken.source, lot=taken.lot).quantity == 70
    assert fill.bag is None or not fill.bag.is_open


def test_a_fill_that_the_plan_pays_goes_to_the_patient(world: World, payer: PretendPayer) -> None:
    payer.join(world)

    fill = walk(world, to="sold", by_plan=True)

    assert fill.payment == "plan"
    assert fill.claims.get().state == "paid"
