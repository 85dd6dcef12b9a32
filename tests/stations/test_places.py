"""Where stock stands: what a pharmacy locks away is dispensed from the vault and from nowhere else."""

from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.ledger.entries import move
from pestle.records.stock import Balance
from pestle.stations.book import post
from pestle.terms.quantity import Quantity
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def offered(world: World, drug: str) -> dict[str, Decimal]:
    """What can be dispensed of a drug, by the place where it stands."""
    rows = Balance.objects.on_shelves(world.packages[drug], world.pharmacy)
    return {row.place.name: row.quantity for row in rows}


def put(world: World, drug: str, place: str, quantity: int) -> None:
    lot = world.packages[drug].lots.order_by("pk")[0]
    entry = move(
        "moved", lot.pk, Quantity.of(quantity), source=world.places["supplier"].pk, target=world.places[place].pk
    )
    post(entry, act_id=uuid4(), by=world.ben, at=world.now)


def test_schedule_ii_is_filled_from_the_vault_alone(world: World) -> None:
    put(world, "oxycodone 5 mg", "shelf", 50)

    assert offered(world, "oxycodone 5 mg") == {"vault": 100}


def test_a_schedule_the_pharmacy_locks_away_is_filled_from_the_vault_alone(world: World) -> None:
    put(world, "zolpidem 10 mg", "vault", 40)
    assert offered(world, "zolpidem 10 mg") == {"shelf": 100, "vault": 40}

    world.pharmacy.vault_schedules = ["II", "IV"]

    assert offered(world, "zolpidem 10 mg") == {"vault": 40}


@pytest.mark.parametrize("place", ["return bin", "recall hold", "outdated", "quarantine", "receiving", "owed"])
def test_what_is_set_apart_is_never_offered(world: World, place: str) -> None:
    put(world, "warfarin 5 mg", place, 40)

    assert offered(world, "warfarin 5 mg") == {"shelf": 100}


@pytest.mark.parametrize("place", ["fridge", "freezer"])
def test_what_stands_cold_is_offered_too(world: World, place: str) -> None:
    put(world, "lisinopril 20 mg", place, 40)

    assert offered(world, "lisinopril 20 mg") == {"shelf": 100, place: 40}
