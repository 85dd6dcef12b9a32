"""Calculations kept with a fill: attached, worked a second time, checked, set aside."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from pestle.calculations.worked import CannotCalculate, NeedsReason
from pestle.flows.fill import FILL
from pestle.records.calculations import KeptCalculation
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.rules.rule import findings
from pestle.stations.entry import calculation_sheet, calculator, data_entry
from pestle.stations.entry.calculator import Asked
from pestle.terms.findings import Refused
from tests.stations.bench import act
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
MIX = {"higher": "2.5 %", "lower": "1 %", "target": "2 %", "total": "60 g"}
HEPARIN = {"dose": "18 unit/kg/h", "weight": "80 kg", "concentration": "25,000 unit/250 mL"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def fill(world: World) -> Fill:
    return world.fill()


def attach(world: World, fill: Fill, name: str, by: Worker | None = None, **given: Any) -> KeptCalculation:
    asked = Asked(given=given.pop("given"), **given)
    return calculator.attach(**act(world, by), fill_id=fill.pk, name=name, asked=asked)


def test_a_calculation_stays_with_its_fill_with_inputs_answer_working_and_name(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "alligation-alternate", given=MIX)

    assert (kept.title, kept.answer, kept.by, kept.fill) == ("Mix two strengths to a third", "40 g", world.ada, fill)
    assert kept.inputs == MIX
    assert [step["result"] for step in kept.worked["steps"]] == ["1%", "0.5%", "1.5%", "40 g"]
    assert kept.worked["also"][0] == {"name": "lower", "value": "20", "unit": "g"}
    event = fill.events().last()
    assert event is not None
    assert (event.verb, event.details["answer"], event.worker) == ("calculated", "40 g", world.ada)
    assert kept.is_settled


def test_a_double_click_keeps_one(world: World, fill: Fill) -> None:
    once = act(world)
    for _ in range(2):
        calculator.attach(**once, fill_id=fill.pk, name="alligation-alternate", asked=Asked(given=MIX))

    assert KeptCalculation.objects.count() == 1


def test_an_impossible_input_is_refused_and_an_unusual_one_needs_a_reason(world: World, fill: Fill) -> None:
    with pytest.raises(CannotCalculate, match="highest that can be"):
        attach(world, fill, "body-mass-index", given={"weight": "500 kg", "height": "180 cm"})
    with pytest.raises(NeedsReason, match="say why it is right"):
        attach(world, fill, "body-mass-index", given={"weight": "210 kg", "height": "180 cm"})

    kept = attach(
        world, fill, "body-mass-index", given={"weight": "210 kg", "height": "180 cm"}, because="weighed today"
    )

    assert "weighed today" in str(kept.worked["warnings"])
    assert KeptCalculation.objects.count() == 1


def test_a_cashier_attaches_nothing_and_a_fill_at_its_end_takes_nothing(world: World, fill: Fill) -> None:
    with pytest.raises(Refused, match="for a technician"):
        attach(world, fill, "alligation-alternate", by=world.hana, given=MIX)
    data_entry.cancel_fill(**act(world, world.ben), fill_id=fill.pk, reason="not wanted")
    with pytest.raises(Refused, match="nothing is added"):
        attach(world, fill, "alligation-alternate", given=MIX)


def test_a_high_alert_drug_waits_for_a_second_person(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))

    assert kept.needs_second
    assert "second person" in kept.second_reason
    assert not kept.is_settled
    assert kept in KeptCalculation.objects.waiting_for_second()


def test_nobody_works_their_own_calculation_a_second_time(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))

    with pytest.raises(Refused, match="somebody else works it"):
        calculator.calculate_again(**act(world), kept_id=kept.pk, asked=Asked(given=_per_minute("18")))


def test_two_people_who_agree_settle_it_and_then_the_pharmacist_checks(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))
    with pytest.raises(Refused, match="second person works it first"):
        calculator.check(**act(world, world.ben), kept_id=kept.pk)

    again = calculator.calculate_again(**act(world, world.dana), kept_id=kept.pk, asked=Asked(given=_per_minute("18")))
    checked = calculator.check(**act(world, world.ben), kept_id=kept.pk)

    assert (again.second_agrees, again.second_by) == (True, world.dana)
    assert checked.checked_by == world.ben
    verbs = [event.verb for event in fill.events()][-3:]
    assert verbs == ["calculated", "second_calculation_agrees", "calculation_checked"]


def test_two_people_who_differ_leave_nothing_to_use_until_it_is_worked_anew(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))

    again = calculator.calculate_again(**act(world, world.dana), kept_id=kept.pk, asked=Asked(given=_per_minute("28")))

    assert again.second_agrees is False
    assert any(line.startswith("dose:") for line in again.differences)
    with pytest.raises(Refused, match="different answers"):
        calculator.check(**act(world, world.ben), kept_id=kept.pk)
    with pytest.raises(Refused, match="Two people have worked it"):
        calculator.calculate_again(**act(world, world.gil), kept_id=kept.pk, asked=Asked(given=_per_minute("18")))
    calculator.set_aside(**act(world), kept_id=kept.pk, because="read 28 for 18")
    assert not KeptCalculation.objects.waiting_for_second().exists()


def test_a_fill_is_not_verified_while_a_high_alert_calculation_waits(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))
    rules = FILL.step("verify", "filled").rules

    def standing() -> set[str]:
        return {each.rule for each in findings(rules, fill.facts(world.now, world.ben))}

    before = standing()
    calculator.calculate_again(**act(world, world.dana), kept_id=kept.pk, asked=Asked(given=_per_minute("18")))

    assert before - standing() == {"high_alert_is_calculated_twice"}


def test_only_a_pharmacist_checks_and_never_their_own(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "alligation-alternate", given=MIX)
    own = attach(world, fill, "alligation-alternate", by=world.ben, given=MIX)

    with pytest.raises(Refused, match="A pharmacist checks"):
        calculator.check(**act(world, world.dana), kept_id=kept.pk)
    with pytest.raises(Refused, match="another pharmacist"):
        calculator.check(**act(world, world.ben), kept_id=own.pk)


def test_it_is_set_aside_only_with_a_reason_and_a_checked_one_by_a_pharmacist(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "alligation-alternate", given=MIX)
    with pytest.raises(Refused, match="Say why"):
        calculator.set_aside(**act(world), kept_id=kept.pk, because=" ")
    calculator.check(**act(world, world.ben), kept_id=kept.pk)
    with pytest.raises(Refused, match="a pharmacist sets it aside"):
        calculator.set_aside(**act(world), kept_id=kept.pk, because="wrong cream")

    aside = calculator.set_aside(**act(world, world.ben), kept_id=kept.pk, because="wrong cream")

    assert (aside.state_words, aside.set_aside_because) == ("set aside", "wrong cream")
    with pytest.raises(Refused, match="was set aside"):
        calculator.check(**act(world, world.priya), kept_id=kept.pk)


def test_another_pharmacys_calculation_is_not_here(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "alligation-alternate", given=MIX)
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()
    world.gil.pharmacy = world.pharmacy
    world.gil.save()

    with pytest.raises(Refused, match="no such calculation"):
        calculator.kept_of(world.gil, kept.pk)


def test_the_sheet_is_a_pdf_that_says_inputs_working_and_people(world: World, fill: Fill) -> None:
    kept = attach(world, fill, "weight-drip", given=_per_minute("18"))

    text = PdfReader(BytesIO(calculation_sheet.of_kept(kept))).pages[0].extract_text()

    for words in (
        "Cleo Marchetti",
        kept.answer,
        "80 kg",
        "Ada Okafor",
        "Second, from the order",
        "Checked by (RPh)",
        "NOT FOR USE: waits for a second person.",
    ):
        assert words in text
    assert str(Decimal(kept.fill.prescription.rx_number)) in text


def _per_minute(dose: str) -> dict[str, str]:
    return {**HEPARIN, "dose": f"{dose} unit/kg/h", "drug": "heparin"}
