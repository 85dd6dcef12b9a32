"""The first check: typed against written, what changed, and decisions with their codes."""

from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.stations.bench import verification
from pestle.stations.entry import data_entry, pre_check
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db
ORIGINAL = {
    "kind": "NewRx",
    "patient": {"family": "Marchetti", "given": "Cleo", "birth_on": "1968-03-14", "sex": "F"},
    "prescriber": {"family": "Nair", "given": "Priya", "npi": "2000000010"},
    "drug": {"description": "lisinopril 10 mg tablet", "directions": "Take 1 tab by mouth once daily", "quantity": "30",
             "unit": "tablet", "refills": "2", "written_on": "2026-11-23", "substitutions": "0"},
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return make_world()


def at_check(world: World, drug: str = "lisinopril 10 mg", *, allergy: str = "", **rx: Any) -> Fill:
    if allergy:
        world.cleo.allergies.create(allergen=allergy, noted_on=TODAY)
    fill = world.fill(world.prescribe(drug, **{"as_received": ORIGINAL, "sig_short": "", **rx}))
    drop_off.begin_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    data_entry.finish_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, payment="cash")
    return Fill.objects.get(pk=fill.pk)


def outcomes(fill: Fill) -> dict[str, str]:
    fill = Fill.objects.select_related("prescription__patient", "package__product").get(pk=fill.pk)
    return {row.field: row.outcome for row in pre_check.comparisons(fill)}


def test_a_prescription_typed_as_it_was_written_agrees_in_every_field(world: World) -> None:
    found = outcomes(at_check(world))

    assert set(found.values()) <= {"agrees", "not said"}
    assert found["directions"] == found["patient"] == found["product"] == found["quantity"] == "agrees"


@pytest.mark.parametrize(("field", "given"), [
    ("product",    {"drug": "lisinopril 20 mg"}),
    ("quantity",   {"quantity_written": 90, "as_received": {"drug": {"quantity": "90", "unit": "tablet"}}}),
    ("refills",    {"refills": 3}),
    ("daw",        {"daw": "1"}),
    ("directions", {"sig_short": "1t po bid", "directions": "Take 1 tablet by mouth 2 times a day."}),
])  # fmt: skip
def test_what_was_typed_otherwise_differs_and_stands_first(world: World, field: str, given: dict[str, Any]) -> None:
    fill = at_check(world, **given)

    assert outcomes(fill)[field] == "differs"
    assert next(iter(outcomes(fill))) == field


def test_a_decision_carries_its_words_its_note_and_its_codes(world: World) -> None:
    fill = at_check(world, allergy="lisinopril")
    finding = fill.dur_findings.get()

    pre_check.decide(
        act_id=uuid4(), by=world.ben, at=NOW, finding_id=finding.pk, preset="prescriber", remark="Dr. Nair, 1:55 pm"
    )

    finding.refresh_from_db()
    assert finding.decision == "Dispense, prescriber agreed. Dr. Nair, 1:55 pm"
    assert (finding.code, finding.service_code, finding.result_code) == ("DA", "M0", "1G")


def test_a_decision_that_names_a_call_needs_a_note(world: World) -> None:
    finding = at_check(world, allergy="lisinopril").dur_findings.get()

    with pytest.raises(Refused, match="has a note"):
        pre_check.decide(act_id=uuid4(), by=world.ben, at=NOW, finding_id=finding.pk, preset="prescriber")


def test_a_technician_decides_nothing(world: World) -> None:
    finding = at_check(world, allergy="lisinopril").dur_findings.get()

    with pytest.raises(Refused, match="A pharmacist decides"):
        pre_check.decide(act_id=uuid4(), by=world.ada, at=NOW, finding_id=finding.pk, preset="no_matter")


def test_approving_waits_until_every_finding_is_decided(world: World) -> None:
    fill = at_check(world, allergy="lisinopril")

    found = pre_check.check(world.ben, fill.pk, NOW)

    assert found.approve is not None
    assert [each.rule for each in found.approve.findings] == ["every_alert_is_decided"]


def test_a_fill_sent_back_with_one_field_lands_there_and_comes_back(world: World) -> None:
    fill = at_check(world)
    verification.send_back(act_id=uuid4(), by=world.ben, at=NOW, fill_id=fill.pk, fields=["refills"], reason="says 1")

    data_entry.save_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, typed={"refills": "1"})
    data_entry.finish_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, payment="cash")

    fill.refresh_from_db()
    assert fill.state == "awaiting_check"
    assert fill.marked_fields == ["refills"]
    assert fill.prescription.refills == 1


def test_what_changed_since_the_last_fill_is_told(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    again = world.fill(rx, number=2, quantity=60, days_supply=60)

    fill = Fill.objects.select_related("package__product", "prescription__prescriber").get(pk=again.pk)
    last = fill.last_dispensed()

    assert last is not None
    assert [(each.words, each.before, each.now) for each in pre_check.changes(fill, last)] == [
        ("Quantity", "30", "60"),
        ("Days' supply", "30", "60"),
    ]
