"""Days' supply at data entry for what is not counted in tablets, asking on the package, and one key to accept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.catalogue import SourceFile
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.safety_lists import OpenedPackage
from pestle.records.stock import PackageFigure
from pestle.stations.entry import data_entry, package_figures, pre_check, questions
from pestle.stations.entry.directions import days_of
from pestle.stations.intake import drop_off
from pestle.terms.findings import Refused
from pestle.terms.quantity import BillingUnit
from tests.street import walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
PENS = "5 SYRINGE in 1 CARTON > 3 mL in 1 SYRINGE"
PUFFS = "1 INHALER in 1 CARTON > 200 AEROSOL, METERED in 1 INHALER"
INHALER = "albuterol 90 mcg"


@pytest.fixture
def world() -> World:
    world = make_world()
    source = SourceFile.objects.create(
        name="opened_packages", title="Opened packages", as_of="2026-11", as_of_on=date(2026, 11, 30),
        stale_after_days=365, is_own_list=True, basis="made up", origin="tests", digest="1" * 64, loaded_at=NOW,
    )  # fmt: skip
    rows = (("insulin lispro", "pen", 28, "2", "1", None, 0), ("insulin degludec", "pen", 56, "2", "2", None, 0),
            ("proair hfa", "inhaler", None, None, None, "8.5", 200))  # fmt: skip
    for product, container, days, prime, step, holds, doses in rows:
        OpenedPackage.objects.create(
            source=source, as_of_on=source.as_of_on, product=product, container=container, in_use_days=days,
            prime_units=prime, dose_step=step, holds=holds, doses=doses,
        )  # fmt: skip
    return world


def add_inhaler(world: World, brand: str = "") -> None:
    world.add_product(
        INHALER, "AEROSOL, METERED", PUFFS, BillingUnit.GRAM, route="RESPIRATORY (INHALATION)", brand=brand,
        ndc11="00085113201",
    )  # fmt: skip


def add_pen(world: World, drug: str) -> None:
    world.add_product(drug, "INJECTION, SOLUTION", PENS, BillingUnit.ML, route="SUBCUTANEOUS", units="15")


def act(world: World, by: Worker | None = None) -> dict[str, Any]:
    return {"act_id": uuid4(), "by": by or world.ada, "at": NOW}


def in_entry(world: World, drug: str, sig: str, quantity: str) -> Fill:
    original = {"drug": {"directions": sig, "quantity": quantity, "description": drug}}
    rx = world.prescribe(drug, as_received=original, sig_short="", directions="", quantity_written=Decimal(quantity))
    fill = world.fill(rx, quantity=Decimal(quantity), days_supply=None)
    drop_off.begin_entry(**act(world), fill_id=fill.pk)
    return again(fill)


def again(fill: Fill) -> Fill:
    return Fill.objects.select_related("prescription__patient", "package__product", "pharmacy").get(pk=fill.pk)


def test_an_e_prescription_for_insulin_pens_gets_its_days_with_priming(world: World) -> None:
    add_pen(world, "insulin lispro 100 units/mL")

    fill = in_entry(world, "insulin lispro 100 units/mL", "Inject 20 units under the skin at bedtime", "15")

    worked = days_of(fill).worked
    assert fill.days_supply == 68
    assert worked is not None
    assert any("20 + 2 to prime" in str(step) for step in worked.steps)
    assert any("our own list" in str(warning) for warning in worked.warnings)


def test_a_dose_that_the_pen_cannot_be_set_to_stops_with_the_question(world: World) -> None:
    """Scenario 24 of the retail list: 89 units on a pen of 2-unit steps is refused at entry."""
    add_pen(world, "insulin degludec 200 units/mL")

    fill = in_entry(world, "insulin degludec 200 units/mL", "Inject 89 units under the skin once daily", "9")

    assert fill.days_supply is None
    assert fill.prescription.directions_need_clarification
    assert "steps of 2: 89 units cannot be dialled" in days_of(fill).because
    with pytest.raises(Refused, match="89 units cannot be dialled"):
        data_entry.accept_directions(**act(world), fill_id=fill.pk)
    with pytest.raises(Refused):
        data_entry.finish_entry(**act(world), fill_id=fill.pk, typed={"days_supply": "30"})

    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"directions": "Inject 90 units once daily"})
    assert again(fill).days_supply == 19


def test_an_inhaler_of_a_brand_on_our_list_is_counted_in_puffs(world: World) -> None:
    add_inhaler(world, brand="ProAir HFA")

    assert in_entry(world, INHALER, "2 puffs q4h prn", "8.5").days_supply == 16


def test_what_nobody_knows_of_a_package_is_asked_once_and_used_from_then_on(world: World) -> None:
    add_inhaler(world)
    fill = in_entry(world, INHALER, "2 puffs q4h prn", "6.7")
    days = days_of(fill)
    assert fill.days_supply is None
    assert days.reads_the_package
    assert "how many g it holds is not known" in days.because

    said = {"dose_unit": "puff", "doses": Decimal(200), "in_quantity": Decimal("6.7"), "read_from": "carton"}
    package_figures.say_figure(**act(world), fill_id=fill.pk, **said)

    assert again(fill).days_supply == 16
    assert in_entry(world, INHALER, "2 puffs q6h", "6.7").days_supply == 25
    row = next(each for each in pre_check.comparisons(again(fill)) if each.field == "days_supply")
    assert "Ada Okafor, carton, Nov 23, 2026, not checked yet" in row.because
    assert "not reviewed" in row.because


def test_a_figure_is_checked_by_a_pharmacist_who_did_not_read_it(world: World) -> None:
    add_inhaler(world)
    fill = in_entry(world, INHALER, "2 puffs q4h prn", "6.7")
    said = {"dose_unit": "puff", "doses": Decimal(200), "in_quantity": Decimal("6.7"), "read_from": "carton"}
    package_figures.say_figure(**act(world, world.priya), fill_id=fill.pk, **said)
    figure = PackageFigure.objects.get()

    for by, why in ((world.ada, "A pharmacist checks"), (world.priya, "another pharmacist")):
        with pytest.raises(Refused, match=why):
            package_figures.check_figure(**act(world, by), fill_id=fill.pk, figure_id=figure.pk)
    package_figures.check_figure(**act(world, world.ben), fill_id=fill.pk, figure_id=figure.pk)

    worked = days_of(again(fill)).worked
    assert worked is not None
    assert not any("not checked" in str(warning) for warning in worked.warnings)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"doses": None}, "how many doses"),
        ({"doses": Decimal(0)}, "how many doses"),
        ({"in_quantity": None}, "in how much"),
        ({"in_use_days": 0}, "1 to 730"),
        ({"read_from": "memory"}, "where you read it"),
    ],
)
def test_a_figure_that_says_nothing_is_refused(world: World, wrong: dict[str, Any], sentence: str) -> None:
    add_inhaler(world)
    fill = in_entry(world, INHALER, "2 puffs q4h prn", "6.7")
    said = {"dose_unit": "puff", "doses": Decimal(200), "in_quantity": Decimal("6.7"), "read_from": "carton"} | wrong

    with pytest.raises(Refused, match=sentence):
        package_figures.say_figure(**act(world), fill_id=fill.pk, **said)


def test_one_key_accepts_the_label_text_and_the_days_and_a_change_undoes_it(world: World) -> None:
    fill = in_entry(world, "lisinopril 10 mg", "1t po qd", "30")
    assert data_entry.acceptance(fill) is None

    data_entry.accept_directions(**act(world), fill_id=fill.pk, typed={"directions": "1t po bid", "days_supply": "30"})

    fill = again(fill)
    accepted = data_entry.acceptance(fill)
    assert fill.days_supply == 15
    assert accepted is not None
    assert accepted.details["label"] == "Take 1 tablet by mouth 2 times a day."
    assert accepted.details["days_supply"] == 15
    assert accepted.details["working"]

    data_entry.save_entry(**act(world), fill_id=fill.pk, typed={"quantity": "60"})
    assert data_entry.acceptance(again(fill)) is None


def test_a_vague_sig_is_asked_of_the_prescriber_and_waits(world: World) -> None:
    fill = in_entry(world, "lisinopril 10 mg", "use as directed", "30")
    asked = questions.questions_of(fill)
    assert "How much is one dose?" in asked
    with pytest.raises(Refused, match="How much is one dose"):
        data_entry.accept_directions(**act(world), fill_id=fill.pk)

    questions.ask_prescriber(**act(world), fill_id=fill.pk, question=asked, wakes_at=NOW + timedelta(hours=4))

    fill = again(fill)
    assert (fill.state, fill.waiting_for) == ("held", "prescriber")
    assert fill.waiting_note == asked
    task = Task.objects.get(fill=fill)
    assert task.kind == "call prescriber"
    assert "clarification" in task.words


def test_a_question_may_be_kept_with_the_fill_without_asking_anybody(world: World) -> None:
    fill = in_entry(world, "lisinopril 10 mg", "use as directed", "30")
    with pytest.raises(Refused, match="Write what is asked"):
        questions.keep_question(**act(world), fill_id=fill.pk, question=" ", wakes_at=NOW + timedelta(hours=4))

    questions.keep_question(**act(world), fill_id=fill.pk, question="How often?", wakes_at=NOW + timedelta(hours=4))

    assert again(fill).waiting_note == "How often?"
    assert not Task.objects.exists()


def test_acceptance_needs_days_and_directions(world: World) -> None:
    add_inhaler(world)
    unknown = in_entry(world, INHALER, "2 puffs q4h prn", "6.7")
    with pytest.raises(Refused, match="is not known"):
        data_entry.accept_directions(**act(world), fill_id=unknown.pk)

    done = walk(world, to="sold")
    with pytest.raises(Refused, match="not in data entry"):
        data_entry.accept_directions(**act(world), fill_id=done.pk)
