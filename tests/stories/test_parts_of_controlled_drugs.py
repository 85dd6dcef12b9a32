"""Scenarios 4, 5, 6 and 27 of the retail list: parts of controlled drugs with their clocks, a shift that changes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.rules.facts import PartialBasis
from pestle.stations.bench import filling
from pestle.stations.entry import data_entry, entry_desk
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from tests.stations.bench import act, queued
from tests.world import World, make_world

DAY = 24 * 60


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def in_parts(world: World, drug: str, now: str, of: str, basis: PartialBasis) -> tuple[Fill, Fill]:
    """So much now of so much: the part for today, and what is owed."""
    fill = queued(world, drug, quantity=Decimal(of), days_supply=30)
    by = world.ben if drug.startswith("oxycodone") else world.ada
    filling.take_in_hand(**act(world, by), fill_id=fill.pk)
    part = filling.fill_part(**act(world, by), fill_id=fill.pk, quantity=Decimal(now), basis=basis)
    return part, Fill.objects.select_related("prescription", "pharmacy").get(rest_of=part)


def test_4_a_schedule_ii_part_that_the_patient_asked_for_is_good_for_thirty_days_from_writing(world: World) -> None:
    """Written Nov 23, 60 tablets, 20 today: the 40 may follow until Dec 23, and on Dec 24 they void themselves."""
    fill = queued(world, "oxycodone 5 mg", quantity=Decimal(60), days_supply=30)
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    with pytest.raises(Refused, match="pharmacist confirms"):
        filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(20), basis=PartialBasis.ON_REQUEST)
    part = filling.fill_part(
        **act(world, world.ben), fill_id=fill.pk, quantity=Decimal(20), basis=PartialBasis.ON_REQUEST
    )
    rest = Fill.objects.get(rest_of=part)
    assert (part.quantity, rest.quantity) == (20, 40)

    assert filling.lapse_due(at=world.now + timedelta(days=30)) == 0
    with pytest.raises(Refused, match="until Dec 23, 2026"):
        filling.fill_the_rest(**act(world, later=31 * DAY), fill_id=rest.pk)
    assert filling.lapse_due(at=world.now + timedelta(days=31)) == 1

    rest.refresh_from_db()
    assert rest.state in {"closed_short", "expired"}
    with pytest.raises(Refused):
        filling.fill_the_rest(**act(world, world.ben, later=31 * DAY), fill_id=rest.pk)


def test_5_what_the_pharmacy_could_not_supply_of_schedule_ii_is_void_after_72_hours(world: World) -> None:
    """Sixty ordered, 45 here: the 15 follow within 72 hours, or they are dead and the prescriber is told."""
    _, rest = in_parts(world, "oxycodone 5 mg", "45", "60", PartialBasis.UNABLE_TO_SUPPLY)
    assert filling.lapse_due(at=world.now + timedelta(hours=71)) == 0
    with pytest.raises(Refused, match="72 hours have passed"):
        filling.fill_the_rest(**act(world, world.ben, later=73 * 60), fill_id=rest.pk)

    assert filling.lapse_due(at=world.now + timedelta(hours=73)) == 1

    told = Task.objects.get(kind="tell prescriber")
    assert "15 of Rx" in told.words
    assert told.owner_role == "pharmacist"


def test_6_parts_of_schedule_iii_add_up_and_end_six_months_after_issue(world: World) -> None:
    """Testosterone, 4 mL of 10 now: the rest may not be more, and nothing is given after six months from issue."""
    part, rest = in_parts(world, "testosterone 200 mg/mL", "4", "10", PartialBasis.NOT_CONTROLLED)
    assert (part.quantity, rest.quantity) == (4, 6)
    with pytest.raises(Refused, match="less than 4"):
        filling.fill_part(**act(world), fill_id=part.pk, quantity=Decimal(11))

    with pytest.raises(Refused, match="until May 23, 2027"):
        filling.fill_the_rest(**act(world, later=183 * DAY), fill_id=rest.pk)
    filling.fill_the_rest(**act(world, later=20 * DAY), fill_id=rest.pk)

    assert Fill.objects.get(pk=rest.pk).state == "queued"


def test_27_a_shift_changes_in_the_middle_of_data_entry_and_nothing_is_typed_twice(world: World) -> None:
    """Ada is called to the drive-through; Gil opens what she had, sees her typing and whose it was, and goes on."""
    rx = world.prescribe(sig_short="", directions="", as_received={"drug": {"directions": "1 tab daily"}})
    fill = world.fill(rx, days_supply=None)
    drop_off.begin_entry(**act(world), fill_id=fill.pk)
    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"directions": "1t po bid", "note": "asks for easy cap"})

    sheet = entry_desk.sheet(world.gil, fill.pk, world.now)
    assert sheet.fill.in_hands_of == world.ada
    assert (sheet.values["directions"], sheet.values["note"]) == ("1t po bid", "asks for easy cap")
    data_entry.save_entry(**act(world, world.gil), fill_id=fill.pk, typed={"quantity": "60"})

    after = entry_desk.sheet(world.ada, fill.pk, world.now)
    assert after.fill.in_hands_of == world.gil
    assert (after.values["directions"], after.values["quantity"]) == ("1t po bid", "60")
    assert after.fill.days_supply == 30
