"""Data entry: what may be typed, what follows from it, and what is refused with nothing lost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.entry import data_entry
from pestle.stations.entry.directions import compared, days_of
from pestle.stations.entry.entry_fields import Unreadable, read_day, read_quantity
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def given(act: Any, world: World, fill: Fill, *, by: Worker | None = None, **more: Any) -> Fill:
    act(act_id=uuid4(), by=by or world.ada, at=NOW, fill_id=fill.pk, **more)
    return Fill.objects.select_related("prescription", "package__product", "pharmacy").get(pk=fill.pk)


def in_entry(world: World, drug: str = "lisinopril 10 mg", *, fill: dict[str, Any] | None = None, **rx: Any) -> Fill:
    arrived = world.fill(world.prescribe(drug, **rx), **(fill or {}))
    return given(drop_off.begin_entry, world, arrived)


def typed(world: World, fill: Fill, by: str = "ada", **fields: str) -> Fill:
    return given(data_entry.save_entry, world, fill, by=getattr(world, by), typed=fields)


def test_typed_fields_are_kept_and_the_days_supply_follows(world: World) -> None:
    fill = in_entry(world, fill={"days_supply": None})

    fill = typed(world, fill, directions="1t po bid", quantity="60", quantity_written="60", written_on="11/20/2026")

    rx = fill.prescription
    assert rx.directions == "Take 1 tablet by mouth 2 times a day."
    assert fill.quantity == 60
    assert fill.days_supply == 30
    assert rx.quantity_written == 60
    assert rx.written_on == date(2026, 11, 20)


def test_a_days_supply_that_was_typed_stays_when_the_quantity_changes(world: World) -> None:
    fill = typed(world, in_entry(world), days_supply="25")

    fill = typed(world, fill, quantity="20")

    assert fill.days_supply == 25
    assert days_of(fill).value == 20


def test_one_wrong_field_keeps_nothing_of_the_act_and_names_the_field(world: World) -> None:
    fill = in_entry(world)

    with pytest.raises(Refused) as refusal:
        typed(world, fill, quantity="sixty", refills="1")

    fill.prescription.refresh_from_db()
    assert [each.field for each in refusal.value.findings] == ["quantity"]
    assert fill.prescription.refills == 2


def test_directions_with_two_meanings_are_marked_and_stop_the_claim(world: World) -> None:
    fill = typed(world, in_entry(world), directions="take as directed")

    with pytest.raises(Refused, match="directions are not clear"):
        given(data_entry.finish_entry, world, fill, payment="cash")

    assert fill.prescription.directions_need_clarification


def test_a_technician_writes_no_new_directions_from_a_telephone_call_where_the_board_names_none(world: World) -> None:
    fill = typed(world, in_entry(world), directions="take as directed")

    with pytest.raises(Refused, match="new prescription by telephone"):
        given(data_entry.clarify_directions, world, fill, by=world.gil, directions="1t po qd", said_by="Nurse Pam Roy")


def test_clarified_directions_carry_who_said_them_and_when_and_open_the_way(world: World) -> None:
    fill = typed(world, in_entry(world), directions="take as directed")

    fill = given(
        data_entry.clarify_directions, world, fill, by=world.ben, directions="1t po qd", said_by="Nurse Pam Roy"
    )

    rx = fill.prescription
    assert rx.directions == "Take 1 tablet by mouth once a day."
    assert rx.clarification.startswith("Nov 23, 2026 01:48 PM, Ben Levi PharmD with Nurse Pam Roy by telephone")
    assert given(data_entry.finish_entry, world, fill, payment="cash").state == "awaiting_check"


def test_clarified_directions_are_not_typed_over(world: World) -> None:
    fill = in_entry(world, clarification="Nov 23, 2026, Ben with Nurse Pam: once a day")

    with pytest.raises(Refused, match="clarified with the prescriber"):
        typed(world, fill, directions="1t po bid")


def test_the_original_is_compared_by_meaning_not_by_letters(world: World) -> None:
    original = {"drug": {"directions": "Take 1 tab by mouth once daily"}}
    fill = in_entry(world, as_received=original, sig_short="", directions="")

    assert compared(fill.prescription).is_same
    assert not compared(typed(world, fill, directions="1t po bid").prescription).is_same


def test_beginning_entry_writes_in_what_is_certain(world: World) -> None:
    original = {"drug": {"directions": "Take 1 tab by mouth twice daily"}}
    fill = in_entry(world, as_received=original, sig_short="", directions="", fill={"days_supply": None})

    assert fill.prescription.directions == "Take 1 tablet by mouth 2 times a day."
    assert fill.days_supply == 15


def test_choosing_a_drug_brings_its_schedule_its_package_and_its_review(world: World) -> None:
    world.cleo.allergies.create(allergen="ibuprofen", noted_on=TODAY)
    fill = in_entry(world)
    chosen = world.packages["ibuprofen 800 mg"]

    fill = given(data_entry.choose_product, world, fill, product_id=chosen.product_id)

    assert fill.package == chosen
    assert fill.prescription.product == chosen.product
    assert Event.objects.filter(subject_kind="fill", subject_id=fill.pk, verb="choose_product").count() == 1


def test_a_drug_changed_in_data_entry_is_looked_up_anew_for_duplicates(world: World) -> None:
    world.fill(world.prescribe("lisinopril 10 mg"))
    fill = in_entry(world, "warfarin 5 mg")
    assert fill.duplicate_ids == []

    fill = given(data_entry.choose_product, world, fill, product_id=world.packages["lisinopril 10 mg"].product_id)

    assert fill.facts(NOW, world.ada).duplicates_open == 1

    fill = given(data_entry.choose_product, world, fill, product_id=world.packages["warfarin 5 mg"].product_id)

    assert fill.facts(NOW, world.ada).duplicates_open == 0


def test_a_package_of_another_drug_is_refused(world: World) -> None:
    fill, other = in_entry(world), world.packages["warfarin 5 mg"]
    product = world.packages["lisinopril 10 mg"].product

    with pytest.raises(Refused, match="another drug"):
        given(data_entry.choose_product, world, fill, product_id=product.pk, package_id=other.pk)


def test_a_prescription_that_was_dispensed_is_changed_by_a_pharmacist_only(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    refill = world.fill(rx, number=2)
    given(drop_off.begin_entry, world, refill)

    with pytest.raises(Refused, match="is a pharmacist's"):
        typed(world, refill, directions="1t po bid")

    assert typed(world, refill, by="ben", directions="1t po bid").prescription.directions.endswith("2 times a day.")
    assert typed(world, refill, quantity="15").quantity == 15


def test_fields_are_closed_once_the_fill_has_gone_on(world: World) -> None:
    fill = given(data_entry.finish_entry, world, in_entry(world), payment="cash")

    with pytest.raises(Refused, match="not in data entry now"):
        typed(world, fill, quantity="31")


def test_ending_entry_activates_the_prescription_and_frees_the_hands(world: World) -> None:
    fill = in_entry(world)

    fill = given(data_entry.finish_entry, world, fill, payment="cash", typed={"quantity": "28"})

    assert fill.quantity == 28
    assert fill.prescription.state == "active"
    assert fill.in_hands_of is None
    assert fill.entered_by == world.ada


def test_ending_entry_twice_with_one_act_is_one_step(world: World) -> None:
    fill, act_id = in_entry(world), uuid4()

    for _ in range(2):
        data_entry.finish_entry(act_id=act_id, by=world.ada, at=NOW, fill_id=fill.pk, payment="cash")

    assert Event.objects.filter(subject_kind="fill", subject_id=fill.pk, verb="charge_cash").count() == 1


def test_put_on_profile_waits_with_a_reason_and_a_time(world: World) -> None:
    wakes_at = NOW + timedelta(days=30)

    fill = given(data_entry.store_on_profile, world, in_entry(world), wakes_at=wakes_at)

    assert (fill.state, fill.waiting_for, fill.wakes_at) == ("profiled", "future fill", wakes_at)


def test_nothing_is_put_on_profile_without_a_time(world: World) -> None:
    with pytest.raises(Refused, match="when this wakes up"):
        given(data_entry.store_on_profile, world, in_entry(world), wakes_at=None)


def test_only_a_pharmacist_refuses_to_fill_and_with_a_reason(world: World) -> None:
    fill = in_entry(world)

    with pytest.raises(Refused, match="for a pharmacist"):
        given(data_entry.refuse_to_fill, world, fill, reason="forged")
    with pytest.raises(Refused, match="Give the reason"):
        given(data_entry.refuse_to_fill, world, fill, by=world.ben, reason=" ")

    fill = given(data_entry.refuse_to_fill, world, fill, by=world.ben, reason="Dr. Nair did not write it.")
    assert (fill.state, fill.prescription.state) == ("refused", "refused")


def test_a_fill_is_cancelled_with_a_reason(world: World) -> None:
    fill = given(data_entry.cancel_fill, world, in_entry(world), reason="patient changed their mind")

    assert fill.state == "cancelled"
    assert fill.prescription.state == "active"


@pytest.mark.parametrize(("drug", "field", "text", "says"), [
    ("oxycodone 5 mg",         "refills",     "1",          "Schedule II has no refills"),
    ("zolpidem 10 mg",         "refills",     "6",          "at most five refills"),
    ("lisinopril 10 mg",       "refills",     "many",       "whole number"),
    ("lisinopril 10 mg",       "daw",         "10",         "one digit"),
    ("lisinopril 10 mg",       "origin",      "9",          "3 electronic"),
    ("lisinopril 10 mg",       "days_supply", "0",          "1 to 999"),
    ("lisinopril 10 mg",       "written_on",  "11/31/2026", "11/23/2026"),
    ("lisinopril 10 mg",       "diagnosis",   "back pain",  "no ICD-10 code"),
    ("testosterone 200 mg/mL", "quantity",    "1",          "could be a box"),
    ("testosterone 200 mg/mL", "quantity",    "1 each",     "billed in mL"),
])  # fmt: skip
def test_what_does_not_fit_a_field_is_said_beside_it(world: World, drug: str, field: str, text: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refusal:
        typed(world, in_entry(world, drug), **{field: text})

    assert [each.field for each in refusal.value.findings] == [field]


@pytest.mark.parametrize(("text", "amount"), [
    ("60",         Decimal(60)),
    ("1,250",      Decimal(1250)),
    ("7.5 mL",     Decimal("7.5")),
    ("1 mL",       Decimal(1)),
    ("2 boxes",    Decimal(200)),
])  # fmt: skip
def test_quantities_are_read_in_the_billing_unit(world: World, text: str, amount: Decimal) -> None:
    assert read_quantity(text, world.packages["testosterone 200 mg/mL"]) == amount


def test_one_tablet_is_one_tablet(world: World) -> None:
    assert read_quantity("1", world.packages["lisinopril 10 mg"]) == 1


@pytest.mark.parametrize("text", ["11/23/2026", "11/23/26", "2026-11-23", "11232026"])
def test_days_are_read_as_people_type_them(text: str) -> None:
    assert read_day(text) == TODAY


def test_a_day_that_does_not_exist_is_not_guessed() -> None:
    with pytest.raises(Unreadable):
        read_day("02/30/2026")
