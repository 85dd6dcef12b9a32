"""Stock carried by hand: by scan, by two where it is locked away, never below nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pestle.records.stock import Entry, Lot
from pestle.stations.stock import moving
from pestle.terms.findings import Refused
from tests.stations.bench import act, held, the_lot
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
OXYCODONE = "oxycodone 5 mg"


@pytest.fixture
def world() -> World:
    return make_world()


def carry(world: World, lot: Lot, source: str, target: str, quantity: str, **more: Any) -> Entry:
    by = more.pop("by", world.ada)
    return moving.move_stock(
        **act(world, by), source_id=world.places[source].pk, target_id=world.places[target].pk, lot_id=lot.pk,
        quantity=Decimal(quantity), **more,
    )  # fmt: skip


def test_what_is_carried_is_in_the_book_at_both_places(world: World) -> None:
    lot = the_lot(world)

    entry = carry(world, lot, "shelf", "fridge", "40")

    assert (held(world, lot, "shelf"), held(world, lot, "fridge")) == (60, 40)
    assert (entry.reason, entry.worker) == ("moved", world.ada)


def test_no_more_is_carried_than_stands_there(world: World) -> None:
    lot = the_lot(world)

    with pytest.raises(Refused, match="not that much of this lot"):
        carry(world, lot, "shelf", "fridge", "101")

    assert held(world, lot, "shelf") == 100


def test_schedule_ii_is_carried_by_two_and_never_to_an_open_shelf(world: World) -> None:
    lot = the_lot(world, OXYCODONE)

    with pytest.raises(Refused, match="locked away"):
        carry(world, lot, "vault", "shelf", "10", witness=world.gil)
    for alone in (None, world.ada):
        with pytest.raises(Refused, match="Two people"):
            carry(world, lot, "vault", "outdated", "10", witness=alone)
    entry = carry(world, lot, "vault", "outdated", "10", witness=world.gil)

    assert (held(world, lot, "vault"), held(world, lot, "outdated"), entry.witness) == (90, 10, world.gil)


def test_a_place_with_a_station_of_its_own_is_left_to_it(world: World) -> None:
    for place in ("patient", "waste", "supplier", "B-07", "W-12", "recall hold"):
        with pytest.raises(Refused, match="use the station that does it"):
            carry(world, the_lot(world), "shelf", place, "1")


def test_what_was_set_apart_comes_back_by_a_pharmacist_with_a_reason(world: World) -> None:
    lot = the_lot(world)
    carry(world, lot, "shelf", "quarantine", "10")

    with pytest.raises(Refused, match="a pharmacist carries it back"):
        carry(world, lot, "quarantine", "shelf", "10", reason="It is fine.")
    carry(world, lot, "quarantine", "shelf", "10", by=world.ben, reason="Looked at by the maker, fine.")

    assert held(world, lot, "shelf") == 100


def test_an_expired_lot_does_not_go_back_into_use(world: World) -> None:
    lot = the_lot(world)
    carry(world, lot, "shelf", "outdated", "10")
    Lot.objects.filter(pk=lot.pk).update(expires_on=date(2026, 11, 22))

    with pytest.raises(Refused, match="expired Nov 22, 2026"):
        carry(world, lot, "outdated", "shelf", "10", by=world.ben, reason="A mistake.")


def test_another_pharmacys_lot_and_places_are_unknown_here(world: World) -> None:
    there = make_world(beside=world)
    lot = Lot.objects.filter(pharmacy=there.pharmacy, package=world.packages["lisinopril 10 mg"])[0]

    with pytest.raises(Refused, match="Scan the place, the bottle"):
        carry(world, lot, "shelf", "fridge", "1")


def test_a_bottle_without_a_lot_is_asked_about_where_several_lots_stand(world: World) -> None:
    package = world.packages["lisinopril 10 mg"]
    shelf = world.places["shelf"]
    only = moving.lot_at(shelf, package.pk, "")
    world.receive("lisinopril 10 mg", "24B2", date(2029, 1, 31), "100")

    with pytest.raises(Refused, match="Several lots stand there"):
        moving.lot_at(shelf, package.pk, "")

    assert only == the_lot(world)
    assert moving.lot_at(shelf, package.pk, "24b2").number == "24B2"
