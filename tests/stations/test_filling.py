"""Filling: hands and baskets, scans, counts, lots, and the end of filling."""

from datetime import date
from decimal import Decimal

import pytest

from pestle.flows.fill import FillState
from pestle.records.handover import Task
from pestle.records.stock import Lot
from pestle.stations.bench import filling, verification
from pestle.stations.scanning import label_code
from pestle.terms.findings import Refused
from tests.stations.bench import act, bottle, held, in_hand, queued, the_lot
from tests.world import World, make_world

TWENTY = "lisinopril 20 mg"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_a_fill_moves_from_the_shelf_to_the_basket(world: World) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)

    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))
    done = filling.finish(**act(world), fill_id=fill.pk)

    assert done.state == FillState.FILLED
    assert (held(world, lot, "shelf"), held(world, lot, "B-07")) == (70, 30)
    assert (done.filled_by, done.in_hands_of) == (world.ada, None)
    assert done.use_before_on == date(2027, 11, 23)  # One year; the lot would last until May 2028.


def test_the_vial_expires_with_its_first_lot(world: World) -> None:
    old = world.receive("lisinopril 10 mg", "OLD", date(2027, 5, 31), "62")
    fill = in_hand(world, queued(world, quantity=Decimal(90), days_supply=90))

    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(old))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(90))
    done = filling.finish(**act(world), fill_id=fill.pk)

    assert sorted(done.lots.values_list("lot__number", "quantity")) == [("98001A", 28), ("OLD", 62)]
    assert done.use_before_on == date(2027, 5, 31)


def test_the_same_code_again_takes_the_rest_from_the_next_bottle(world: World) -> None:
    big = world.receive("lisinopril 10 mg", "BIG", date(2028, 1, 31), "300")
    fill = in_hand(world, queued(world, quantity=Decimal(150)))

    once = filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(big))
    assert filling.still_to_take(once) == 50
    twice = filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(big))

    assert filling.still_to_take(twice) == 0
    assert twice.lots.get().quantity == 150


def test_the_wrong_strength_is_refused_kept_and_blocks_until_answered(world: World) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))

    with pytest.raises(filling.WrongBottle) as refusal:
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, TWENTY)))
    with pytest.raises(Refused, match="the bottle is 68180098101"):
        filling.finish(**act(world), fill_id=fill.pk)

    assert refusal.value.package == world.packages[TWENTY]
    kept = fill.events().filter(verb="bottle_mismatch").get()
    assert (kept.worker, kept.details["ndc"]) == (world.ada, "68180098101")
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    assert filling.finish(**act(world), fill_id=fill.pk).state == FillState.FILLED


def test_a_wrong_bottle_scanned_twice_by_a_double_click_is_one_attempt(world: World) -> None:
    fill, same = in_hand(world, queued(world)), act(world)

    for _ in range(2):
        with pytest.raises(filling.WrongBottle):
            filling.scan_bottle(**same, fill_id=fill.pk, text=bottle(the_lot(world, TWENTY)))

    assert fill.events().filter(verb="bottle_mismatch").count() == 1


def test_a_code_without_a_lot_takes_the_first_lot_to_expire_as_presumed(world: World) -> None:
    world.receive("lisinopril 10 mg", "SOON", date(2026, 12, 10), "100")  # Would not outlast 30 days.
    first = world.receive("lisinopril 10 mg", "FIRST", date(2027, 3, 31), "20")
    fill = in_hand(world, queued(world))

    filling.scan_bottle(**act(world), fill_id=fill.pk, text="68180-980-01")
    fill = filling.scan_bottle(**act(world), fill_id=fill.pk, text="68180-980-01")

    taken = [(each.lot, each.quantity, each.is_presumed) for each in fill.lots.order_by("pk")]
    assert taken == [(first, 20, True), (the_lot(world), 10, True)]


def test_the_true_lot_takes_the_place_of_a_presumed_one(world: World) -> None:
    first = world.receive("lisinopril 10 mg", "FIRST", date(2027, 3, 31), "50")
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text="68180-980-01")

    fill = filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))

    assert [(each.lot, each.is_presumed) for each in fill.lots.all()] == [(the_lot(world), False)]
    assert first not in [each.lot for each in fill.lots.all()]


@pytest.mark.parametrize(
    ("expires_on", "is_recalled", "said"),
    [
        (date(2026, 11, 22), False, "expired Nov 22, 2026"),
        (date(2027, 5, 31),  True,  "is recalled"),
        (date(2026, 12, 15), False, "before 30 days are over"),
    ],
)  # fmt: skip
def test_a_lot_that_may_not_be_given_is_refused_and_kept_in_the_history(
    world: World, expires_on: date, is_recalled: bool, said: str
) -> None:
    lot = world.receive("lisinopril 10 mg", "BAD", expires_on, "100")
    Lot.objects.filter(pk=lot.pk).update(is_recalled=is_recalled)
    fill = in_hand(world, queued(world))

    with pytest.raises(Refused, match=said):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))

    assert not fill.lots.exists()
    assert fill.events().filter(verb="bottle_refused").count() == 1


def test_a_lot_that_was_never_received_is_not_guessed(world: World) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)
    lot.number = "NEVER1"

    with pytest.raises(Refused, match="never received"):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))


def test_an_unknown_code_asks_a_pharmacist_once(world: World) -> None:
    fill = in_hand(world, queued(world))

    for _ in range(2):
        with pytest.raises(filling.UnknownBottle):
            filling.scan_bottle(**act(world), fill_id=fill.pk, text="11111-1111-11")

    task = Task.objects.get(kind="map barcode")
    assert (task.owner_role, task.fill) == ("pharmacist", fill)


def test_a_technician_cannot_vouch_for_a_bottle_and_a_pharmacist_needs_a_reason(world: World) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)

    with pytest.raises(Refused, match="pharmacist vouches"):
        filling.override_scan(**act(world), fill_id=fill.pk, lot_id=lot.pk, reason="torn label")
    with pytest.raises(Refused, match="reason"):
        filling.override_scan(**act(world, world.ben), fill_id=fill.pk, lot_id=lot.pk, reason=" ")
    fill = filling.override_scan(**act(world, world.ben), fill_id=fill.pk, lot_id=lot.pk, reason="torn label")

    assert fill.lots.get().quantity == 30
    assert fill.events().get(verb="scan_overridden").details["reason"] == "torn label"


def test_the_label_is_scanned_before_the_bottle_and_is_never_typed(world: World) -> None:
    fill, lot = queued(world), the_lot(world)

    with pytest.raises(Refused, match="Scan the fill label first"):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    with pytest.raises(Refused, match="Scan the printed label"):
        filling.scan_label(**act(world), fill_id=fill.pk, text=str(fill.prescription.rx_number))
    with pytest.raises(Refused, match="This is the label of"):
        filling.scan_label(**act(world), fill_id=fill.pk, text=label_code(queued(world)))


def test_two_technicians_who_take_the_next_get_different_fills(world: World) -> None:
    first, second = queued(world), queued(world, TWENTY)

    ada, gil = filling.take_next(**act(world)), filling.take_next(**act(world, world.gil))

    assert [ada, gil] == [first, second]
    assert filling.take_next(**act(world, world.dana)) is None


def test_taking_over_says_who_has_it_for_how_long_and_needs_a_reason(world: World) -> None:
    fill = queued(world)
    filling.take_in_hand(**act(world), fill_id=fill.pk)

    with pytest.raises(Refused, match="Ada has this in hand, nothing happened for 7 min"):
        filling.take_in_hand(**act(world, world.gil, later=7), fill_id=fill.pk)
    with pytest.raises(Refused, match="Take it over first"):
        filling.count(**act(world, world.gil, later=7), fill_id=fill.pk, counted=Decimal(30))
    taken = filling.take_in_hand(**act(world, world.gil, later=8), fill_id=fill.pk, reason="Ada is at lunch")

    assert taken.in_hands_of == world.gil
    assert fill.events().get(verb="taken_over").details == {"from": "Ada", "reason": "Ada is at lunch"}


def test_a_cashier_does_not_fill(world: World) -> None:
    fill = queued(world)

    with pytest.raises(Refused, match="Filling is for"):
        filling.take_in_hand(**act(world, world.hana), fill_id=fill.pk)


def test_a_basket_holds_one_patient(world: World) -> None:
    first = queued(world)
    in_hand(world, first)
    other = queued(world, TWENTY)
    rx = other.prescription
    rx.patient = type(world.cleo).objects.create(
        pharmacy=world.pharmacy, family="Osei", given="Kofi", birth_on=date(1990, 1, 1), sex="M"
    )
    rx.save()

    with pytest.raises(Refused, match="another patient's work"):
        filling.assign_basket(**act(world), fill_id=other.pk, place_id=world.places["B-07"].pk)
    same = queued(world, "warfarin 5 mg")
    filling.assign_basket(**act(world), fill_id=same.pk, place_id=world.places["B-07"].pk)


def test_a_controlled_drug_is_counted_a_second_time_by_another_person(world: World) -> None:
    fill = in_hand(world, queued(world, "oxycodone 5 mg"))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, "oxycodone 5 mg")))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))

    with pytest.raises(Refused, match="second time"):
        filling.finish(**act(world), fill_id=fill.pk)
    with pytest.raises(Refused, match="Another person"):
        filling.second_count(**act(world), fill_id=fill.pk, counted=Decimal(30))
    filling.second_count(**act(world, world.gil), fill_id=fill.pk, counted=Decimal(30))
    filling.back_count(**act(world), fill_id=fill.pk, remains=Decimal(70))

    assert filling.finish(**act(world), fill_id=fill.pk).state == FillState.FILLED


def test_a_count_that_differs_ends_nothing(world: World) -> None:
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(29))

    with pytest.raises(Refused, match="Counted 29; the label asks for 30"):
        filling.finish(**act(world), fill_id=fill.pk)


def test_more_than_the_shelf_holds_is_not_taken(world: World) -> None:
    fill, lot = in_hand(world, queued(world, quantity=Decimal(120))), the_lot(world)
    fill = filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))

    assert filling.still_to_take(fill) == 20
    with pytest.raises(Refused, match="shelf holds 100"):
        filling.set_lot_quantities(**act(world), fill_id=fill.pk, quantities={lot.pk: Decimal(120)})


def test_an_easy_cap_needs_a_waiver(world: World) -> None:
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))
    filling.set_cap(**act(world), fill_id=fill.pk, is_child_resistant=False)

    with pytest.raises(Refused, match="child-resistant"):
        filling.finish(**act(world), fill_id=fill.pk)
    world.cleo.child_resistant_waived_on = date(2026, 1, 5)
    world.cleo.save()
    assert filling.finish(**act(world), fill_id=fill.pk).state == FillState.FILLED


def test_what_is_sent_back_is_filled_again_from_the_start(world: World) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))
    filling.finish(**act(world), fill_id=fill.pk)

    verification.send_back(**act(world, world.ben), fill_id=fill.pk, fields=["count"], reason="29 in the vial")

    fill.refresh_from_db()
    assert (fill.state, fill.lots.count(), fill.in_hands_of) == (FillState.QUEUED, 0, None)
    assert (held(world, lot, "shelf"), held(world, lot, "B-07")) == (100, 0)
    with pytest.raises(Refused, match="Scan the fill label first"):
        filling.finish(**act(world), fill_id=fill.pk)
