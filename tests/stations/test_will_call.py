"""Bags: who is in one, where it stands, what moves with it, when it comes due, the driver."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale
from pestle.records.patients import Patient
from pestle.records.stock import Balance
from pestle.stations.handover import will_call
from pestle.stations.handover.pickup import HandOver, deliver
from pestle.stations.payers import claim_changes
from pestle.terms.findings import Refused
from tests.payer import PretendPayer
from tests.street import A_SIGNATURE, days_later, exact_cash, walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def bag(world: World, *fills: Fill, code: str = "") -> Bag:
    return will_call.bag(
        act_id=uuid4(), by=world.ada, at=world.now, fill_ids=[fill.pk for fill in fills], bag_code=code
    )


def shelve(world: World, the_bag: Bag, place: str = "W-12") -> Bag:
    return will_call.shelve(
        act_id=uuid4(), by=world.ada, at=world.now, bag_id=the_bag.pk, place_id=world.places[place].pk
    )


def held(world: World, place: str, fill: Fill) -> int:
    lot = fill.lots.get().lot
    row = Balance.objects.filter(place=world.places[place], lot=lot).first()
    return int(row.quantity) if row else 0


def another_patient(world: World) -> Patient:
    return Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Carla", birth_on=date(1986, 3, 14), sex="F",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip


def warfarin(world: World, to: str = "verified", **given: object) -> Fill:
    return walk(world, world.fill(world.prescribe("warfarin 5 mg", **given)), to=to)


# Bagging


def test_two_fills_of_one_person_share_a_bag(world: World) -> None:
    first, second = walk(world, to="verified"), warfarin(world)

    the_bag = bag(world, first, second)

    assert {fill.state for fill in Fill.objects.filter(bag=the_bag)} == {"bagged"}
    assert the_bag.patient == world.cleo


def test_a_bag_holds_one_person(world: World) -> None:
    first = walk(world, to="verified")
    second = warfarin(world, patient=another_patient(world))

    with pytest.raises(Refused, match="one person's"):
        bag(world, first, second)
    assert Bag.objects.count() == 0


def test_another_persons_bag_is_refused(world: World) -> None:
    first, second = walk(world, to="verified"), warfarin(world, patient=another_patient(world))
    the_bag = bag(world, first)

    with pytest.raises(Refused, match="another person's"):
        bag(world, second, code=the_bag.code)


def test_a_new_tag_that_is_scanned_becomes_the_bag(world: World) -> None:
    assert bag(world, walk(world, to="verified"), code="118204").code == "118204"


def test_codes_of_bags_go_on_from_the_highest(world: World) -> None:
    bag(world, walk(world, to="verified"), code="118204")

    assert bag(world, warfarin(world, patient=another_patient(world))).code == "118205"


@pytest.mark.parametrize("code", ["BAG 7", "b_1", "-", "1" * 30])
def test_what_cannot_be_printed_is_no_bag_code(world: World, code: str) -> None:
    with pytest.raises(Refused, match="cannot be a bag's code"):
        bag(world, walk(world, to="verified"), code=code)


def test_the_next_fill_joins_the_bag_that_is_not_shelved_yet(world: World) -> None:
    first = bag(world, walk(world, to="verified"))

    assert bag(world, warfarin(world)) == first


def test_a_bag_that_stands_in_will_call_is_added_to_only_by_its_own_scan(world: World) -> None:
    shelved = shelve(world, bag(world, walk(world, to="verified")))

    fresh = bag(world, warfarin(world))

    assert fresh != shelved
    third = walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="verified")
    assert bag(world, third, code=shelved.code) == shelved


def test_a_closed_bag_is_not_used_again(world: World) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None
    code = fill.bag.code
    walk(world, fill, to="sold")

    with pytest.raises(Refused, match="was used and closed"):
        bag(world, warfarin(world), code=code)


def test_what_is_not_verified_is_not_bagged_and_leaves_no_bag(world: World) -> None:
    with pytest.raises(Refused, match="not a step from here"):
        bag(world, walk(world, to="filled"))
    assert Bag.objects.count() == 0


def test_a_cashier_bags_nothing(world: World) -> None:
    fill = walk(world, to="verified")

    with pytest.raises(Refused, match="is for a technician"):
        will_call.bag(act_id=uuid4(), by=world.hana, at=NOW, fill_ids=[fill.pk])


# Shelving and moving


def test_shelving_moves_the_stock_and_starts_the_clock(world: World) -> None:
    fill = walk(world, to="verified")
    shelve(world, bag(world, fill))

    fill.refresh_from_db()
    assert (fill.state, fill.basket, fill.return_due_on) == ("in_will_call", None, TODAY + timedelta(days=10))
    assert held(world, "W-12", fill) == 30


def test_a_plan_with_a_shorter_window_comes_due_earlier(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.plan.pickup_window_days = 7
    world.plan.save()

    assert walk(world, to="in_will_call", by_plan=True).return_due_on == TODAY + timedelta(days=7)


def test_a_plan_with_a_longer_window_leaves_the_stores_days(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.plan.pickup_window_days = 15
    world.plan.save()

    assert walk(world, to="in_will_call", by_plan=True).return_due_on == TODAY + timedelta(days=10)


def test_a_bag_that_is_moved_takes_its_stock_along_and_keeps_its_day(world: World) -> None:
    fill = walk(world, to="in_will_call")
    due = fill.return_due_on
    days_later(world, 3)
    assert fill.bag is not None
    shelve(world, fill.bag, "W-13")

    fill.refresh_from_db()
    assert (held(world, "W-12", fill), held(world, "W-13", fill)) == (0, 30)
    assert fill.return_due_on == due
    assert fill.events().filter(verb="moved").count() == 1


def test_a_bag_goes_to_a_place_of_will_call_only(world: World) -> None:
    with pytest.raises(Refused, match="shelf is no place of will-call"):
        shelve(world, bag(world, walk(world, to="verified")), "shelf")


def test_a_recalled_lot_does_not_go_to_will_call(world: World) -> None:
    fill = walk(world, to="bagged")
    lot = fill.lots.get().lot
    lot.is_recalled = True
    lot.save()
    assert fill.bag is not None

    with pytest.raises(Refused, match="under recall"):
        shelve(world, fill.bag)


def test_shelving_twice_changes_nothing(world: World) -> None:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None

    shelve(world, fill.bag)

    assert held(world, "W-12", fill) == 30


def test_a_bag_is_parted_into_two_places(world: World) -> None:
    first, second = walk(world, to="verified"), warfarin(world)
    shelve(world, old := bag(world, first, second))

    new = will_call.take_out(act_id=uuid4(), by=world.ada, at=NOW, fill_id=second.pk, place_id=world.places["W-13"].pk)

    assert new != old
    assert (held(world, "W-12", first), held(world, "W-13", second)) == (30, 30)
    assert held(world, "W-12", second) == 0


# Coming due


def test_a_bag_comes_due_the_day_after_its_last(world: World) -> None:
    fill = walk(world, to="in_will_call")

    assert will_call.come_due(at=NOW + timedelta(days=10)) == 0
    assert will_call.come_due(at=NOW + timedelta(days=11)) == 1
    assert will_call.come_due(at=NOW + timedelta(days=11)) == 0
    assert Fill.objects.get(pk=fill.pk).state == "return_due"


def test_the_day_ends_at_midnight_of_the_pharmacy(world: World) -> None:
    walk(world, to="in_will_call")
    # Dec 3 at 11:30 pm in Detroit is already Dec 4 in Greenwich.
    late = NOW.replace(month=12, day=4, hour=4, minute=30)

    assert will_call.come_due(at=late) == 0
    assert will_call.come_due(at=late + timedelta(minutes=31)) == 1


def test_a_cash_bag_is_kept_for_another_round(world: World) -> None:
    fill = walk(world, to="in_will_call")
    days_later(world, 11)
    will_call.come_due(at=world.now)

    fill = will_call.keep_longer(act_id=uuid4(), by=world.ada, at=world.now, fill_id=fill.pk, reason="comes on Friday")

    assert (fill.state, fill.return_due_on) == ("in_will_call", TODAY + timedelta(days=21))
    assert will_call.come_due(at=world.now + timedelta(days=1)) == 0


def test_keeping_longer_needs_a_reason(world: World) -> None:
    fill = walk(world, to="in_will_call")
    will_call.come_due(at=NOW + timedelta(days=11))

    with pytest.raises(Refused, match="Give the reason"):
        will_call.keep_longer(act_id=uuid4(), by=world.ada, at=NOW + timedelta(days=11), fill_id=fill.pk, reason=" ")


def test_a_paid_bag_is_kept_until_the_window_ends_and_not_a_day_longer(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.plan.pickup_window_days = 14
    world.plan.save()
    fill = walk(world, to="in_will_call", by_plan=True)
    days_later(world, 11)
    will_call.come_due(at=world.now)

    fill = will_call.keep_longer(act_id=uuid4(), by=world.ada, at=world.now, fill_id=fill.pk, reason="on holiday")
    assert fill.return_due_on == TODAY + timedelta(days=14)

    days_later(world, 4)
    will_call.come_due(at=world.now)
    with pytest.raises(Refused, match="window ended Dec 7, 2026"):
        will_call.keep_longer(act_id=uuid4(), by=world.ada, at=world.now, fill_id=fill.pk, reason="on holiday")


# The driver


def out(world: World) -> tuple[Fill, Bag]:
    fill = walk(world, to="in_will_call")
    assert fill.bag is not None
    return fill, will_call.send_out(act_id=uuid4(), by=world.ada, at=world.now, bag_id=fill.bag.pk)


def test_a_bag_goes_out_and_comes_back(world: World) -> None:
    fill, the_bag = out(world)
    assert (held(world, "driver", fill), the_bag.place) == (30, world.places["driver"])

    will_call.bring_back(act_id=uuid4(), by=world.ada, at=NOW, bag_id=the_bag.pk, place_id=world.places["W-13"].pk)

    fill.refresh_from_db()
    assert (fill.state, held(world, "driver", fill), held(world, "W-13", fill)) == ("in_will_call", 0, 30)


def test_a_bag_with_the_driver_is_neither_shelved_nor_filled_up(world: World) -> None:
    _, the_bag = out(world)

    with pytest.raises(Refused, match="with the driver"):
        shelve(world, the_bag)
    with pytest.raises(Refused, match="with the driver"):
        bag(world, warfarin(world), code=the_bag.code)


def test_a_bag_whose_claim_is_being_undone_does_not_go_out(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    claim_changes.reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="wrong plan")
    assert fill.bag is not None

    with pytest.raises(Refused, match="no answer yet"):
        will_call.send_out(act_id=uuid4(), by=world.ada, at=NOW, bag_id=fill.bag.pk)


def at_the_door(world: World, fill: Fill, **given: object) -> HandOver:
    told: dict[str, object] = {
        "signature": A_SIGNATURE, "answers": {world.cleo.pk: "refused"}, "tenders": exact_cash(fill),
        "taken_by": "Cleo Marchetti",
    }  # fmt: skip
    return HandOver(**(told | given))  # type: ignore[arg-type]


def test_a_delivery_is_a_sale_with_the_signature_from_the_door(world: World) -> None:
    fill, the_bag = out(world)

    deliver(act_id=uuid4(), by=world.ada, at=NOW, bag_id=the_bag.pk, hand_over=at_the_door(world, fill))

    fill.refresh_from_db()
    the_bag.refresh_from_db()
    assert (fill.state, held(world, "driver", fill), held(world, "patient", fill)) == ("sold", 0, 30)
    assert (Sale.objects.get().total, the_bag.is_open) == (fill.price, False)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"signature": []}, "Take the signature"),
        ({"answers": {}}, "Offer counselling"),
        ({"tenders": []}, "payments add up to"),
    ],
)
def test_a_delivery_without_its_proofs_is_no_sale(world: World, given: dict[str, object], says: str) -> None:
    fill, the_bag = out(world)

    with pytest.raises(Refused, match=says):
        deliver(act_id=uuid4(), by=world.ada, at=NOW, bag_id=the_bag.pk, hand_over=at_the_door(world, fill, **given))
    assert Fill.objects.get(pk=fill.pk).state == "out_for_delivery"
