"""The drug-use review: what it finds, what it carries over, what it takes away; each finding with its source."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import DurFinding, Fill
from pestle.records.loading.everything import load
from pestle.records.loading.sources import read_sources
from pestle.records.patients import Patient
from pestle.stations.bench import verification
from pestle.stations.entry import drug_review
from pestle.terms.findings import Refused
from tests.records.conftest import MONDAY, SAMPLE
from tests.street import days_later, walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def lists(world: World) -> None:
    """The small sample of the interaction, allergy and duplicate lists."""
    list(
        load(
            ["interactions", "allergies", "duplicates"], read_sources(SAMPLE), at=MONDAY, watch=lambda what, rows: None
        )
    )


def reviewed(world: World, fill: Fill) -> list[DurFinding]:
    drug_review.review(fill, at=world.now)
    return list(fill.dur_findings.order_by("pk"))


def waiting(world: World, drug: str, **given: Any) -> Fill:
    return walk(world, world.fill(world.prescribe(drug, **given)), to="awaiting_check")


def decide(world: World, finding: DurFinding) -> None:
    verification.decide_alert(
        act_id=uuid4(), by=world.ben, at=world.now, finding_id=finding.pk, decision="INR checked weekly",
        service_code="M0", result_code="1G",
    )  # fmt: skip


@pytest.mark.usefixtures("lists")
def test_an_allergy_of_the_same_class_is_serious(world: World) -> None:
    (found,) = reviewed(world, waiting(world, "amoxicillin 500 mg"))

    assert (found.code, found.is_serious, found.against) == ("DA", True, "penicillin")
    assert "penicillin" in found.sentence
    assert found.source


@pytest.mark.usefixtures("lists")
def test_an_allergy_that_has_ended_is_silent(world: World) -> None:
    world.cleo.allergies.update(ended_on=TODAY)

    assert reviewed(world, waiting(world, "amoxicillin 500 mg")) == []


@pytest.mark.usefixtures("lists")
def test_an_interaction_with_what_the_patient_takes_is_found(world: World) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="sold")

    (found,) = reviewed(world, waiting(world, "ibuprofen 800 mg"))

    assert (found.code, found.against) == ("DD", "warfarin")
    assert not found.is_reviewed


@pytest.mark.usefixtures("lists")
def test_an_interaction_with_what_lies_in_will_call_is_found(world: World) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="in_will_call")

    assert [found.code for found in reviewed(world, waiting(world, "ibuprofen 800 mg"))] == ["DD"]


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(("days", "codes"), [(30 + 15, ["DD"]), (30 + 15 + 1, [])])
def test_a_medicine_counts_as_taken_for_its_supply_and_fifteen_days(world: World, days: int, codes: list[str]) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="sold")
    days_later(world, days)

    assert [found.code for found in reviewed(world, waiting(world, "ibuprofen 800 mg"))] == codes


@pytest.mark.usefixtures("lists")
def test_what_went_back_to_stock_was_never_taken(world: World) -> None:
    other = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="queued")
    verification.send_back(act_id=uuid4(), by=world.ben, at=NOW, fill_id=other.pk, fields=["product"], reason="")

    assert reviewed(world, waiting(world, "ibuprofen 800 mg")) == []


def test_the_same_ingredient_twice_is_serious(world: World) -> None:
    walk(world, to="sold")

    (found,) = reviewed(world, waiting(world, "lisinopril 20 mg"))

    assert (found.code, found.is_serious, found.is_reviewed) == ("ID", True, True)


def test_a_refill_is_no_duplicate_of_its_own_last_fill(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    days_later(world, 28)

    assert reviewed(world, walk(world, world.fill(rx, number=2), to="awaiting_check")) == []


def test_an_early_refill_is_found(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    days_later(world, 23)
    fill = walk(world, world.fill(rx, number=2), to="awaiting_check")
    world.now -= timedelta(days=1)

    assert [found.code for found in reviewed(world, fill)] == ["ER"]


def test_a_childs_dose_is_checked_by_weight(world: World) -> None:
    world.cleo.birth_on = date(2019, 3, 14)
    world.cleo.save()

    (found,) = reviewed(world, waiting(world, "amoxicillin 500 mg"))

    assert (found.code, found.is_serious) == ("PA", False)


def test_pregnancy_goes_to_the_pharmacist(world: World) -> None:
    world.cleo.is_pregnant = True
    world.cleo.save()

    assert [found.code for found in reviewed(world, waiting(world, "warfarin 5 mg"))] == ["PG"]


def test_another_patients_medicines_say_nothing(world: World) -> None:
    other = Patient.objects.create(
        pharmacy=world.pharmacy, family="Ono", given="Ken", birth_on=date(1960, 1, 1), sex="M", allergies_asked_on=TODAY
    )
    walk(world, world.fill(world.prescribe(patient=other)), to="sold")

    assert reviewed(world, waiting(world, "lisinopril 20 mg")) == []


def test_a_review_again_finds_nothing_new_and_keeps_decisions(world: World) -> None:
    walk(world, to="sold")
    fill = waiting(world, "lisinopril 20 mg")
    (found,) = reviewed(world, fill)
    decide(world, found)

    (again,) = reviewed(world, fill)

    assert (again.pk, again.decision) == (found.pk, "INR checked weekly")


def test_a_finding_that_no_longer_holds_goes_unless_it_was_decided(world: World) -> None:
    world.cleo.is_pregnant = True
    world.cleo.save()
    first, second = waiting(world, "warfarin 5 mg"), waiting(world, "zolpidem 10 mg")
    reviewed(world, first)
    decide(world, reviewed(world, second)[0])
    world.cleo.is_pregnant = False
    world.cleo.save()

    assert reviewed(world, Fill.objects.get(pk=first.pk)) == []
    assert len(reviewed(world, Fill.objects.get(pk=second.pk))) == 1


@pytest.mark.usefixtures("lists")
def test_a_decision_is_carried_to_the_refill_and_says_from_where(world: World) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="sold")
    rx = world.prescribe("ibuprofen 800 mg")
    first = walk(world, world.fill(rx), to="awaiting_check")
    (found,) = reviewed(world, first)
    with pytest.raises(Refused, match="Not decided yet"):
        verification.approve(act_id=uuid4(), by=world.ben, at=world.now, fill_id=first.pk)
    decide(world, found)
    walk(world, first, to="sold")
    days_later(world, 28)

    (carried,) = reviewed(world, walk(world, world.fill(rx, number=2), to="awaiting_check"))

    assert (carried.carried_from, carried.decided_by, carried.decision) == (found, world.ben, "INR checked weekly")


@pytest.mark.usefixtures("lists")
def test_a_decision_for_another_prescription_is_not_carried(world: World) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="sold")
    first = waiting(world, "ibuprofen 800 mg")
    decide(world, reviewed(world, first)[0])
    walk(world, first, to="sold")

    again = world.fill(world.prescribe("ibuprofen 800 mg"))

    assert all(found.carried_from is None for found in reviewed(world, again))


def test_without_a_patient_or_a_drug_there_is_nothing_to_review(world: World) -> None:
    assert reviewed(world, world.fill(world.prescribe(), package=None)) == []
