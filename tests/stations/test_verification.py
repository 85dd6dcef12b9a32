"""The pharmacist's final check, decisions and send-backs: who may, what must be true, where work goes back to."""

from uuid import uuid4

import pytest

from pestle.records.fills import DurFinding, Fill
from pestle.records.handover import Bag
from pestle.records.people import Worker
from pestle.records.stock import Balance
from pestle.rules.checking import CHECKS
from pestle.stations.bench import verification
from pestle.terms.findings import Refused
from tests.street import days_later, walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def verify(world: World, fill: Fill, **given: object) -> Fill:
    told: dict[str, object] = {"act_id": uuid4(), "by": world.ben, "at": world.now, "fill_id": fill.pk}
    told["checked"] = CHECKS
    return verification.verify(**(told | given))  # type: ignore[arg-type]


def send_back(world: World, fill: Fill, *fields: str, by: Worker | None = None, reason: str = "") -> Fill:
    return verification.send_back(
        act_id=uuid4(), by=by or world.ben, at=NOW, fill_id=fill.pk, fields=fields, reason=reason
    )


def found(world: World, fill: Fill, **given: object) -> DurFinding:
    return DurFinding.objects.create(
        fill=fill, code="DD", sentence="Warfarin with ibuprofen: bleeding.", against="ibuprofen", is_serious=True,
        source="test list", **given,
    )  # fmt: skip


def test_a_pharmacist_verifies_what_another_filled(world: World) -> None:
    fill = verify(world, walk(world, to="filled"))

    assert (fill.state, fill.verified_by, fill.verified_at) == ("verified", world.ben, NOW)
    event = fill.events().last()
    assert event is not None
    assert event.details["checked"] == ["data", "product"]


@pytest.mark.parametrize("name", ["ada", "dana", "gil", "hana"])
def test_only_a_pharmacist_verifies(world: World, name: str) -> None:
    fill = walk(world, to="filled")

    with pytest.raises(Refused, match="is for a pharmacist"):
        verify(world, fill, by=getattr(world, name))


def test_a_pharmacist_who_filled_does_not_verify(world: World) -> None:
    fill = walk(world, to="filled")
    Fill.objects.filter(pk=fill.pk).update(filled_by=world.ben)

    with pytest.raises(Refused, match="another pharmacist verifies it"):
        verify(world, fill)
    assert verify(world, fill, by=world.priya).state == "verified"


@pytest.mark.parametrize(
    ("checked", "says"), [((), "data and product"), (("data",), "product"), (("product",), "data")]
)
def test_both_checks_are_answered_for(world: World, checked: tuple[str, ...], says: str) -> None:
    fill = walk(world, to="filled")

    with pytest.raises(Refused, match=f"Not checked yet: {says}"):
        verify(world, fill, checked=checked)


def test_a_lot_recalled_while_the_vial_waited_is_not_verified(world: World) -> None:
    fill = walk(world, to="filled")
    lot = fill.lots.get().lot
    lot.is_recalled = True
    lot.save()

    with pytest.raises(Refused, match="is recalled"):
        verify(world, fill)


def test_an_alert_that_nobody_decided_stops_the_check(world: World) -> None:
    fill = walk(world, to="filled")
    found(world, fill)

    with pytest.raises(Refused, match="Not decided yet"):
        verify(world, fill)


def test_a_cancelled_prescription_is_not_verified(world: World) -> None:
    fill = walk(world, to="filled")
    fill.prescription.cancel_asked_at = NOW
    fill.prescription.save()

    with pytest.raises(Refused, match="has cancelled"):
        verify(world, fill)


def test_a_double_click_verifies_once(world: World) -> None:
    fill, act_id = walk(world, to="filled"), uuid4()

    verify(world, fill, act_id=act_id)
    again = verify(world, fill, act_id=act_id)

    assert again.state == "verified"
    assert fill.events().filter(verb="verify").count() == 1


def test_a_new_drug_is_flagged_for_counselling(world: World) -> None:
    assert verify(world, walk(world, to="filled")).counsel_because == "new drug"


def test_a_refill_of_the_same_is_not_flagged(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    days_later(world, 28)

    assert verify(world, walk(world, world.fill(rx, number=2), to="filled")).counsel_because == ""


def test_another_strength_is_flagged_as_a_changed_dose(world: World) -> None:
    walk(world, to="sold")

    fill = walk(world, world.fill(world.prescribe("lisinopril 20 mg")), to="filled")

    assert verify(world, fill).counsel_because == "dose changed"


def test_other_directions_for_the_same_drug_are_flagged(world: World) -> None:
    walk(world, to="sold")
    rx = world.prescribe(directions="Take 1 tablet by mouth twice a day.", quantity_written=60)

    assert verify(world, walk(world, world.fill(rx), to="filled")).counsel_because == "new directions"


def test_the_pharmacist_may_flag_anything_and_take_a_flag_away(world: World) -> None:
    flagged = verify(world, walk(world, to="filled"), counsel_because="pharmacist asks")
    plain = verify(world, walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="filled"), counsel_because="")

    assert (flagged.counsel_because, plain.counsel_because) == ("pharmacist asks", "")


# Sending back


def test_a_wrong_count_goes_back_to_filling_with_its_field_marked(world: World) -> None:
    fill = send_back(world, walk(world, to="filled"), "count", reason="29 in the vial")

    fill.refresh_from_db()
    assert (fill.state, fill.marked_fields, fill.sent_back_because) == ("queued", ["count"], "29 in the vial")
    assert (fill.filled_by, fill.counted, fill.label_scan_at, fill.lots.count()) == (None, None, None, 0)


def test_wrong_directions_go_back_to_entry_and_the_stock_to_its_shelf(world: World) -> None:
    fill = walk(world, to="filled")
    lot = fill.lots.get().lot
    before = Balance.objects.get(place=world.places["shelf"], lot=lot).quantity

    fill = send_back(world, fill, "directions", "count")

    assert (fill.state, fill.marked_fields) == ("in_entry", ["directions", "count"])
    assert Balance.objects.get(place=world.places["shelf"], lot=lot).quantity == before + 30
    assert fill.basket is not None
    assert Balance.objects.get(place=fill.basket, lot=lot).quantity == 0


def test_a_bagged_fill_that_goes_back_leaves_no_empty_bag_behind(world: World) -> None:
    fill = walk(world, to="bagged")

    send_back(world, fill, "directions")

    assert not Bag.objects.get().is_open
    assert Fill.objects.get(pk=fill.pk).bag is None


def test_a_verified_fill_still_goes_back_to_filling(world: World) -> None:
    fill = send_back(world, walk(world, to="verified"), "label")

    assert (fill.state, fill.verified_by) == ("queued", None)


def test_what_is_sent_back_can_be_filled_and_verified_again(world: World) -> None:
    fill = send_back(world, walk(world, to="filled"), "scan")

    fill = walk(world, fill, to="verified")

    assert (fill.marked_fields, fill.sent_back_because) == ([], "")
    assert Balance.objects.get(place=world.places["shelf"], lot=fill.lots.get().lot).quantity == 70


def test_a_send_back_names_a_field(world: World) -> None:
    with pytest.raises(Refused, match="Mark the field"):
        send_back(world, walk(world, to="filled"))


def test_a_send_back_names_fields_that_are_there(world: World) -> None:
    with pytest.raises(Refused, match="no field “colour”"):
        send_back(world, walk(world, to="filled"), "colour")


def test_at_pre_check_there_is_no_vial_to_find_fault_with(world: World) -> None:
    with pytest.raises(Refused, match="no field “count”"):
        send_back(world, walk(world, to="awaiting_check"), "count")


def test_a_technician_sends_nothing_back(world: World) -> None:
    with pytest.raises(Refused, match="is for a pharmacist"):
        send_back(world, walk(world, to="filled"), "count", by=world.dana)


# Decisions


def decide(world: World, finding: DurFinding, **given: object) -> Fill:
    told: dict[str, object] = {
        "act_id": uuid4(), "by": world.ben, "at": NOW, "finding_id": finding.pk, "decision": "INR checked weekly",
        "service_code": "M0", "result_code": "1G",
    }  # fmt: skip
    return verification.decide_alert(**(told | given))  # type: ignore[arg-type]


def test_a_decision_is_kept_with_who_when_and_why(world: World) -> None:
    finding = found(world, walk(world, to="awaiting_check"))

    decide(world, finding)

    finding.refresh_from_db()
    assert (finding.decided_by, finding.decided_at, finding.service_code) == (world.ben, NOW, "M0")
    assert finding.fill.events().filter(verb="alert_decided").count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"decision": "  "}, "Write why"),
        ({"service_code": "M00"}, "two characters"),
    ],
)
def test_a_decision_needs_its_words_and_codes(world: World, given: dict[str, str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        decide(world, found(world, walk(world, to="awaiting_check")), **given)


def test_a_technician_decides_no_alert(world: World) -> None:
    with pytest.raises(Refused, match="A pharmacist decides alerts"):
        decide(world, found(world, walk(world, to="awaiting_check")), by=world.dana)


def test_nothing_is_decided_after_the_sale(world: World) -> None:
    with pytest.raises(Refused, match="at its end"):
        decide(world, found(world, walk(world, to="sold")))


def test_approval_waits_for_every_decision(world: World) -> None:
    fill = walk(world, to="awaiting_check")
    finding = found(world, fill)

    with pytest.raises(Refused, match="Not decided yet"):
        verification.approve(act_id=uuid4(), by=world.ben, at=NOW, fill_id=fill.pk)

    decide(world, finding)
    assert verification.approve(act_id=uuid4(), by=world.ben, at=NOW, fill_id=fill.pk).state == "queued"


def test_a_fill_of_another_pharmacy_is_not_there(world: World) -> None:
    fill = walk(world, to="filled")
    world.ben.pharmacy_id = world.pharmacy.pk + 1

    with pytest.raises(Refused, match="no such fill in this pharmacy"):
        verify(world, fill)
