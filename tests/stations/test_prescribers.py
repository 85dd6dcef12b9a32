"""Prescribers: found in one box, changed field by field with every wrong one named, their history kept."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.prescribers import Prescriber
from pestle.stations.intake import prescribers
from pestle.terms.findings import Refused
from pestle.terms.schedule import Schedule
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    Prescriber.objects.create(
        pharmacy=world.pharmacy, family="Okafor", given="Ben", npi="2000000002", phone="7345550188", practice="Harbor"
    )
    return world


def edited(world: World, *, by: Any = None, **typed: str) -> Prescriber:
    row = prescribers.edit(
        act_id=uuid4(), by=by or world.ada, at=NOW, prescriber_id=world.nair.pk, typed=typed
    )  # fmt: skip
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("text", [
    "nair", "Priya Nair", "nair alder", "2000000010", "bn1234563", "(734) 555-0177", "0177", "nair, priya",
])  # fmt: skip
def test_a_prescriber_is_found_by_name_practice_number_or_telephone(world: World, text: str) -> None:
    assert prescribers.find(text, world.pharmacy) == [world.nair]


@pytest.mark.parametrize("text", ["", " ", "nair harbor", "2000000011"])
def test_nobody_is_found_by_what_does_not_agree(world: World, text: str) -> None:
    assert prescribers.find(text, world.pharmacy) == []


def test_what_was_changed_is_kept_with_who_changed_it(world: World) -> None:
    edited(world, phone="(734) 555-0199", erx_id="7710000000042", licence="4301000001", practice="Alder Clinic")

    shown = prescribers.profile(world.ada, world.nair.pk, NOW)

    row = shown.prescriber
    assert (row.phone, row.erx_id, row.practice) == ("7345550199", "7710000000042", "Alder Clinic")
    (_, who, words), *others = shown.changes
    assert who == world.ada.short_name
    assert "telephone was 7345550177" in words
    assert "network address was empty" in words
    assert not others


def test_every_wrong_field_is_named_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        edited(world, npi="2000000011", dea_number="BN1234564", phone="12", family="", practice="Elsewhere")

    world.nair.refresh_from_db()
    assert sorted(each.field for each in refusal.value.findings) == ["dea_number", "family", "npi", "phone"]
    assert world.nair.practice == "Alder Family Medicine"


@pytest.mark.parametrize(("field", "text", "said"), [
    ("npi",            "2000000011", "its check digit would be 0"),
    ("npi",            "",           "ten digits"),
    ("dea_number",     "BN1234564",  "its check digit would be 3"),
    ("dea_number",     "12345",      "two letters and seven digits"),
    ("dea_schedules",  "II VI",      "II, III, IV and V"),
    ("dea_expires_on", "soon",       "11/23/2026"),
    ("fax",            "555-01",     "ten digits"),
    ("state",          "Mich",       "two letters"),
    ("erx_id",         "a b",        "no space"),
    ("licence",        "4" * 21,     "At most 20"),
])  # fmt: skip
def test_a_wrong_field_is_refused_with_its_reason(world: World, field: str, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        edited(world, by=world.ben, **{field: text})

    assert [each.field for each in refusal.value.findings] == [field]


def test_an_old_number_that_fails_its_check_is_shown_and_keeps_no_other_field_out(world: World) -> None:
    Prescriber.objects.filter(pk=world.nair.pk).update(npi="2000000011")

    edited(world, npi="2000000011", phone="7345550199")

    shown = prescribers.profile(world.ada, world.nair.pk, NOW)
    assert shown.prescriber.phone == "7345550199"
    assert "NPI 2000000011 fails its check." in shown.doubts


def test_the_same_npi_at_the_same_practice_is_written_once(world: World) -> None:
    with pytest.raises(Refused, match="use that one"):
        edited(world, npi="2000000002", practice="Harbor")


def test_a_pharmacist_writes_which_schedules_a_dea_number_covers(world: World) -> None:
    row = edited(world, by=world.ben, dea_schedules="IV III")

    assert row.dea_schedules == ["III", "IV"]
    assert (row.may_prescribe(Schedule.III, on=TODAY), row.may_prescribe(Schedule.II, on=TODAY)) == (True, False)


def test_a_technician_does_not_write_schedules(world: World) -> None:
    with pytest.raises(Refused, match="pharmacist looks up") as refusal:
        edited(world, dea_schedules="II")

    assert refusal.value.findings[0].field == "dea_schedules"


def test_a_new_dea_number_from_a_technician_covers_nothing_until_a_pharmacist_has_looked(world: World) -> None:
    row = edited(world, dea_number="FN1234563", dea_schedules="II III IV V")

    assert (row.dea_number, row.dea_schedules) == ("FN1234563", [])
    assert any("a pharmacist looks them up" in each for each in prescribers.profile(world.ada, row.pk, NOW).doubts)


def test_without_a_dea_number_there_are_no_schedules(world: World) -> None:
    with pytest.raises(Refused, match="Without a DEA number"):
        edited(world, by=world.ben, dea_number="", dea_schedules="II")


def test_a_number_past_its_day_or_of_another_initial_is_doubted(world: World) -> None:
    edited(world, by=world.ben, dea_number="BX1234563", dea_expires_on="6/30/2026")

    doubts = " ".join(prescribers.profile(world.ada, world.nair.pk, NOW).doubts)

    assert "good until Jun 30, 2026" in doubts
    assert "second letter" in doubts


def test_a_cashier_changes_no_prescriber(world: World) -> None:
    with pytest.raises(Refused, match="technician, an intern or a pharmacist"):
        edited(world, by=world.hana, phone="7345550100")


def test_an_expired_dea_number_covers_nothing_from_the_day_after(world: World) -> None:
    world.nair.dea_expires_on = TODAY

    assert world.nair.may_prescribe(Schedule.II, on=TODAY)
    assert not world.nair.may_prescribe(Schedule.II, on=TODAY + timedelta(days=1))
    assert world.nair.may_prescribe(Schedule.NONE, on=TODAY + timedelta(days=1))
