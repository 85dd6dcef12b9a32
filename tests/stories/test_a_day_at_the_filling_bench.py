"""A day at the filling bench, by the numbers of the scenarios of the retail list: 2, 3, 15, 16 and 17."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pestle.flows.fill import FillState
from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.stock import Balance, StockItem
from pestle.stations.bench import filling, filling_bench, labels, verification
from pestle.stations.handover import will_call
from pestle.terms.findings import Refused
from tests.stations.bench import act, bottle, in_hand, queued, the_lot
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_2_the_patient_wants_ten_of_thirty_now(world: World) -> None:
    """Ten go now, twenty are owed with a date; the rest is finished by scan and costs nothing more."""
    fill, lot = queued(world), the_lot(world)
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(10), remark="10 now, owes 20")
    in_hand(world, fill)
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    done = filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(10))

    label = labels.vial_label(done, world.now)
    assert (label.quantity, label.part) == ("10 tablets", "part 1")
    assert Balance.objects.get(place=world.places["shelf"], lot=lot).quantity == 90

    rest = Fill.objects.get(rest_of=done)
    filling.fill_the_rest(**act(world), fill_id=rest.pk)
    rest = in_hand(world, rest)
    filling.scan_bottle(**act(world), fill_id=rest.pk, text=bottle(lot))
    filled = filling.finish(**act(world), fill_id=rest.pk, counted=Decimal(20))
    assert (filled.state, filled.price, filled.part) == (FillState.FILLED, 0, 2)
    assert Balance.objects.get(place=world.places["shelf"], lot=lot).quantity == 70


def test_3_there_is_not_enough_and_the_truck_brings_the_rest(world: World) -> None:
    """Ninety ordered, a hundred less sixty on the shelf: forty now, the rest moves by itself when the truck is in."""
    other = in_hand(world, queued(world, quantity=Decimal(60), days_supply=60))
    filling.scan_bottle(**act(world), fill_id=other.pk, text=bottle(the_lot(world)))
    filling.finish(**act(world), fill_id=other.pk, counted=Decimal(60))
    fill = queued(world, quantity=Decimal(90), days_supply=90)
    filling.take_in_hand(**act(world), fill_id=fill.pk)

    shown = filling_bench.bench(Fill.objects.get(pk=fill.pk), world.ada, world.now, at_bench=None)
    assert [(each.number, each.taken) for each in shown.offered] == [("98001A", 40)]
    filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(40))
    world.receive("lisinopril 10 mg", "TRUCK", date(2028, 8, 31), "100")
    (rest,) = filling.stock_came(
        at=world.now + timedelta(hours=20), by=world.gil, package_id=world.packages["lisinopril 10 mg"].pk
    )

    assert (rest.state, rest.quantity) == (FillState.QUEUED, 50)


def test_15_the_wrong_strength_is_stopped_and_ben_alone_may_vouch(world: World) -> None:
    """The label is lisinopril 10, the bottle 20: it stops, counts the attempt, and only the right bottle goes on."""
    fill = in_hand(world, queued(world))
    with pytest.raises(filling.WrongBottle):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, "lisinopril 20 mg")))

    shown = filling_bench.bench(Fill.objects.get(pk=fill.pk), world.ada, world.now, at_bench=None)
    assert (shown.state, shown.said) == ("stop", "Wrong strength")
    assert [pair.title for pair in shown.pairs if not pair.agrees] == ["Strength", "NDC"]
    with pytest.raises(Refused, match="pharmacist vouches"):
        filling.override_scan(**act(world), fill_id=fill.pk, lot_id=the_lot(world).pk, reason="they look the same")
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))
    assert filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(30)).state == FillState.FILLED
    assert fill.events().filter(verb="bottle_mismatch").count() == 1


def test_15_the_right_drug_of_another_maker_is_billed_again(world: World) -> None:
    """The same tablets from another maker: the program offers its NDC, undoes the claim and bills again."""
    asked = Package.objects.select_related("product").get(pk=world.packages["lisinopril 10 mg"].pk)
    product = asked.product
    product.pk, product.key, product.product_ndc, product.labeler = None, "0143-9713", "0143-9713", "Hikma"
    product.save()
    theirs = Package.objects.get(pk=asked.pk)
    theirs.pk, theirs.product = None, product
    theirs.ndc11, theirs.package_ndc, theirs.ndc10 = "00143971301", "0143-9713-01", "0143971301"
    theirs.save()
    StockItem.objects.create(
        pharmacy=world.pharmacy, package=theirs, shelf=world.places["shelf"], unit_cost=Decimal("0.06")
    )  # fmt: skip
    fill = in_hand(world, queued(world))

    with pytest.raises(filling.WrongBottle):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text="0143-9713-01")
    shown = filling_bench.bench(Fill.objects.get(pk=fill.pk), world.ada, world.now, at_bench=None)
    assert shown.is_other_maker
    filling.use_other_maker(**act(world), fill_id=fill.pk, package_id=theirs.pk)

    fill.refresh_from_db()
    assert (fill.package, fill.state) == (theirs, FillState.ADJUDICATING)
    assert fill.label_scan_at is None
    second = queued(world)
    with pytest.raises(Refused, match="another drug"):
        filling.use_other_maker(**act(world), fill_id=second.pk, package_id=world.packages["warfarin 5 mg"].pk)


def test_16_two_lots_in_one_vial_go_to_two_places_of_the_book_and_the_first_decides(world: World) -> None:
    """Sixty of one lot and thirty of another: both stay with the fill, and the vial is used before the first."""
    old = world.receive("lisinopril 10 mg", "OLD", date(2027, 4, 30), "60")
    fill = in_hand(world, queued(world, quantity=Decimal(90), days_supply=90))
    for lot in (old, the_lot(world)):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(90))
    verification.verify(**act(world, world.ben), fill_id=fill.pk, checked=("data", "product"))
    bag = will_call.bag(**act(world), fill_ids=[fill.pk])
    will_call.shelve(**act(world), bag_id=bag.pk, place_id=world.places["W-12"].pk)

    held = Balance.objects.filter(place=world.places["W-12"], quantity__gt=0).values_list("lot__number", "quantity")
    assert sorted(held) == [("98001A", 30), ("OLD", 60)]
    fill.refresh_from_db()
    assert fill.use_before_on == date(2027, 4, 30)


def test_17_a_code_that_nobody_knows_asks_ben_and_stops_nobody_for_good(world: World) -> None:
    """A new generic: the code is unknown, Ben is asked, and meanwhile he vouches for the bottle in the hand."""
    fill = in_hand(world, queued(world))
    with pytest.raises(filling.UnknownBottle):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text="12345-678-90")

    assert Task.objects.get(kind="map barcode").owner_role == "pharmacist"
    filling.override_scan(**act(world, world.ben), fill_id=fill.pk, lot_id=the_lot(world).pk, reason="read the bottle")
    assert filling.finish(**act(world), fill_id=fill.pk, counted=Decimal(30)).state == FillState.FILLED
