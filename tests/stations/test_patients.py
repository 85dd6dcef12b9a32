"""Profiles: finding people, changing what is known with its history kept, plans in order, what is left to fill."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pestle.boards import board_named
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.patients import Coverage, Patient, Plan
from pestle.stations.entry import patients, profiles
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def given(act: Any, world: World, **more: Any) -> Patient:
    patient: Patient = act(act_id=uuid4(), by=more.pop("by", world.ada), at=NOW, **more)
    patient.refresh_from_db()
    return patient


def another(world: World, given_name: str, family: str, born: date, phone: str = "") -> Patient:
    return Patient.objects.create(
        pharmacy=world.pharmacy, family=family, given=given_name, birth_on=born, sex="F", phone=phone
    )


@pytest.mark.parametrize("text", [
    "marchetti",
    "Cleo Marchetti",
    "march cleo 3/14/1968",
    "1968-03-14 marchetti",
    "(734) 555-0142",
    "0142 marchetti",
    "markketti",
])  # fmt: skip
def test_a_patient_is_found_by_name_birth_date_or_telephone_in_one_box(world: World, text: str) -> None:
    another(world, "Ida", "Novak", date(1950, 1, 2), "7345550199")

    assert profiles.find(text, world.pharmacy) == [world.cleo]


@pytest.mark.parametrize("text", ["", "  ", "marchetti 3/15/1968", "xylophone", "734555019"])
def test_nobody_is_found_by_what_does_not_agree(world: World, text: str) -> None:
    assert profiles.find(text, world.pharmacy) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("berg",      ["Bergman Ann", "Novak Bergit", "Van den Berg Ida", "Smith-Berg Eve"]),
        ("ann berg",  ["Bergman Ann"]),
        ("berg eve",  ["Smith-Berg Eve"]),
        ("den berg",  ["Van den Berg Ida"]),
        ("lindb",     ["Lindberg Olaf"]),
        ("indberg",   ["Lindberg Olaf"]),
    ],
)  # fmt: skip
def test_names_that_begin_as_typed_come_first_then_those_with_such_a_part(
    world: World, text: str, found: list[str]
) -> None:
    for family, name in (
        ("Lindberg", "Olaf"), ("Van den Berg", "Ida"), ("Smith-Berg", "Eve"), ("Novak", "Bergit"), ("Bergman", "Ann"),
    ):  # fmt: skip
        another(world, name, family, date(1950, 1, 2))

    rows = [f"{row.family} {row.given}" for row in profiles.find(text, world.pharmacy)]

    assert rows[:2] == found[:2]
    assert sorted(rows) == sorted(found)


def test_patients_of_another_pharmacy_are_not_found(world: World) -> None:
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()

    assert profiles.find("marchetti", world.pharmacy) == []


def test_a_changed_name_keeps_the_earlier_one_with_who_changed_it(world: World) -> None:
    given(patients.edit, world, patient_id=world.cleo.pk, typed={"family": "Bell", "weight_kg": "61.5"})

    profile = profiles.profile(world.ben, world.cleo.pk, NOW)
    assert profile.patient.family == "Bell"
    assert [(who, words) for _, who, words in profile.changes] == [
        ("Ada", "family was Marchetti, weight kg was empty")
    ]  # fmt: skip


@pytest.mark.parametrize(("typed", "field"), [
    ({"birth_on": "2/30/1968"},  "birth_on"),
    ({"birth_on": "12/1/2026"},  "birth_on"),
    ({"family": " "},            "family"),
    ({"phone": "555"},           "phone"),
    ({"weight_kg": "fifty"},     "weight_kg"),
])  # fmt: skip
def test_what_cannot_be_right_is_not_written(world: World, typed: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        given(patients.edit, world, patient_id=world.cleo.pk, typed=typed)

    assert refusal.value.findings[0].field == field


def test_a_cashier_changes_no_profile(world: World) -> None:
    with pytest.raises(Refused, match="for a technician"):
        given(patients.edit, world, by=world.hana, patient_id=world.cleo.pk, typed={"note": "x"})


def test_an_allergy_is_ended_with_a_reason_and_stays_as_ended(world: World) -> None:
    allergy = world.cleo.allergies.get()

    with pytest.raises(Refused, match="why"):
        given(patients.end_allergy, world, allergy_id=allergy.pk, because=" ")
    given(patients.end_allergy, world, allergy_id=allergy.pk, because="tested by Dr. Nair")

    allergy.refresh_from_db()
    assert allergy.ended_on == TODAY
    assert (allergy.reaction, allergy.ended_because) == ("hives", "tested by Dr. Nair")
    assert profiles.profile(world.ada, world.cleo.pk, NOW).ended_allergies == (allergy,)


def test_plans_are_billed_in_the_order_chosen_and_close_ranks_when_one_ends(world: World) -> None:
    second = Plan.objects.create(pharmacy=world.pharmacy, name="Harbor Health", bin="999998", pcn="HARBOR")
    later = Coverage.objects.create(patient=world.cleo, plan=second, order=2, cardholder_id="H1")

    given(patients.bill_first, world, coverage_id=later.pk)
    assert [each.plan.name for each in profiles.profile(world.ada, world.cleo.pk, NOW).coverages] == [
        "Harbor Health",
        "Cascade Rx",
    ]

    given(patients.end_coverage, world, coverage_id=later.pk)
    remaining = profiles.profile(world.ada, world.cleo.pk, NOW)
    assert [(each.order, each.plan.name) for each in remaining.coverages] == [(1, "Cascade Rx")]
    assert [each.plan.name for each in remaining.ended_coverages] == ["Harbor Health"]


def test_proxies_come_and_go(world: World) -> None:
    given(patients.add_proxy, world, patient_id=world.cleo.pk, name="Dan Marchetti", relation="spouse")
    proxy = world.cleo.proxies.get()

    given(patients.end_proxy, world, proxy_id=proxy.pk)

    assert profiles.profile(world.ada, world.cleo.pk, NOW).proxies == ()


def test_caps_are_waived_and_wanted_again(world: World) -> None:
    assert (
        given(patients.waive_caps, world, patient_id=world.cleo.pk, is_waived=True).child_resistant_waived_on == TODAY
    )
    assert (
        given(patients.waive_caps, world, patient_id=world.cleo.pk, is_waived=False).child_resistant_waived_on is None
    )


def test_a_condition_has_words(world: World) -> None:
    with pytest.raises(Refused, match="in words"):
        given(patients.add_condition, world, patient_id=world.cleo.pk, words="")

    given(patients.add_condition, world, patient_id=world.cleo.pk, words="high blood pressure", code="I10")
    assert str(world.cleo.conditions.get()) == "high blood pressure"


def test_the_profile_counts_what_is_left_and_from_when(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")

    line = profiles.profile(world.ada, world.cleo.pk, NOW).lines[0]

    assert (line.given, line.left, line.open_fill) == (1, 2, None)
    # 75 % of 30 days, rounded up, is 23 days after November 23.
    assert line.next_on == TODAY + timedelta(days=23)


def test_an_ended_prescription_has_nothing_left_and_stands_last(world: World) -> None:
    ended, open_ = world.prescribe(), world.prescribe("warfarin 5 mg")
    facts = ended.facts(NOW, TODAY, board=board_named("Michigan"), roles=world.ben.roles, reason="changed therapy")
    ended.record(PRESCRIPTION.take("cancel", facts, world.ben.roles), act_id=uuid4(), by=world.ben, at=NOW)

    lines = profiles.profile(world.ada, world.cleo.pk, NOW).lines

    assert [line.prescription for line in lines] == [open_, ended]
    assert lines[1].left == 0
