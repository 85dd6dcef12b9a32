"""A product's page read from the book: lots in turn, running balances, cover, and where a lot went."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.records.stock import Balance
from pestle.stations.entry import products, recalls
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db
DRUG = "lisinopril 10 mg"


@pytest.fixture
def world() -> World:
    return make_world()


def item(world: World, drug: str = DRUG) -> products.Item:
    return products.item(world.ada, world.packages[drug].pk, NOW)


def recall(world: World, number: str, note: str = "FDA D-0123-2026, Class II") -> None:
    recalls.recall_lot(act_id=uuid4(), by=world.ben, at=NOW, lot_id=world.lots[number].pk, note=note)


def test_lots_stand_in_the_order_in_which_they_are_used(world: World) -> None:
    world.receive(DRUG, "SOON", date(2026, 12, 31), "40")
    world.receive(DRUG, "GONE", date(2026, 11, 1), "5")

    shown = [(line.lot.number, line.turn, line.is_short_dated) for line in item(world).lots]

    assert shown == [("GONE", "expired", True), ("SOON", "use first", True), ("98001A", "then", False)]


def test_the_book_runs_down_to_what_is_on_the_shelf(world: World) -> None:
    walk(world, to="sold")

    found = item(world)

    assert [(line.words, line.change, line.on_hand) for line in found.book][-1] == ("received", 100, 100)
    assert found.book[0].change == -30
    assert found.book[0].on_hand == found.on_hand == 70


def test_cover_is_what_is_here_over_what_was_filled_in_28_days(world: World) -> None:
    walk(world, to="sold")

    cover = item(world).cover

    # 30 in 28 days; 70 on hand last 70 × 28 ÷ 30 = 65 whole days.
    assert (cover.used, cover.days, cover.empty_on) == (30, 65, TODAY + timedelta(days=65))
    assert cover.per_day == Decimal("1.1")


def test_what_is_not_used_has_no_cover_rather_than_a_made_up_one(world: World) -> None:
    cover = item(world).cover

    assert (cover.days, cover.empty_on) == (None, None)


def test_open_fills_that_hold_some_are_told_with_their_place(world: World) -> None:
    fill = walk(world, to="in_will_call")

    uses = item(world).uses

    assert [(use.fill, use.quantity) for use in uses] == [(fill, 30)]


def test_what_stands_at_or_below_its_reorder_point_is_listed_without_words(world: World) -> None:
    walk(
        world,
        world.fill(quantity=Decimal(80), days_supply=80, prescription=world.prescribe(quantity_written=80)),
        to="filled",
    )

    assert [found.package for found, _ in products.find("", world.pharmacy, NOW)] == [world.packages[DRUG]]


def test_a_recall_empties_the_shelf_into_quarantine_and_stops_open_fills(world: World) -> None:
    in_basket, in_bag = walk(world, to="filled"), walk(world, world.fill(world.prescribe()), to="in_will_call")

    recall(world, "98001A")

    for fill in (in_basket, in_bag):
        fill.refresh_from_db()
        assert fill.state == "recall_held"
    held = {row.place.name: row.quantity for row in Balance.objects.filter(lot=world.lots["98001A"], quantity__gt=0)}
    assert held == {"quarantine": 100}
    assert item(world).on_hand == 0
    assert item(world).lots[0].turn == "recalled"


def test_what_was_handed_over_stays_sold_with_a_task_to_tell(world: World) -> None:
    fill = walk(world, to="sold")

    recall(world, "98001A")

    found = products.trace(world.ben, world.lots["98001A"].pk)
    assert [each.fill for each in found.sold] == [fill]
    assert found.to_tell == {fill.pk}
    assert world.pharmacy.tasks.get(kind="recall").words == "Recall of lot 98001A: tell 1 patient."


def test_a_told_patient_is_off_the_list(world: World) -> None:
    fill = walk(world, to="sold")
    recall(world, "98001A")

    recalls.tell_patient(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, how="by telephone, herself")

    assert products.trace(world.ben, world.lots["98001A"].pk).to_tell == frozenset()


def test_a_technician_recalls_nothing_and_a_recall_names_its_notice(world: World) -> None:
    lot = world.lots["98001A"]

    with pytest.raises(Refused, match="for a pharmacist"):
        recalls.recall_lot(act_id=uuid4(), by=world.ada, at=NOW, lot_id=lot.pk, note="FDA")
    with pytest.raises(Refused, match="which notice"):
        recall(world, "98001A", note=" ")
    recall(world, "98001A")
    with pytest.raises(Refused, match="recalled already"):
        recall(world, "98001A")


def test_recalling_twice_with_one_act_moves_once(world: World) -> None:
    act_id = uuid4()

    for _ in range(2):
        recalls.recall_lot(act_id=act_id, by=world.ben, at=NOW, lot_id=world.lots["98001A"].pk, note="FDA D-0123-2026")

    assert Balance.objects.get(lot=world.lots["98001A"], place=world.places["quarantine"]).quantity == 100


def test_a_recall_marked_by_mistake_is_lifted_by_a_reversing_entry(world: World) -> None:
    recall(world, "98001A")

    recalls.lift_recall(act_id=uuid4(), by=world.ben, at=NOW, lot_id=world.lots["98001A"].pk, because="other lot meant")

    found = item(world)
    assert found.on_hand == 100
    assert [line.words for line in found.book] == ["reversed: recall", "recall", "received"]
