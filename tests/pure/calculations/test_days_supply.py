# ruff: noqa: E501 (one case a line)
"""Days' supply from directions, by dosage form. Answers worked by hand from the rule beside each block, 2026-11."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.calculations.daily_use import most_in_one_day
from pestle.calculations.days_supply import DirectionsUnclear, daily_units, days_supply, quantity_needed
from pestle.calculations.payers import PayerRules, payer_named
from pestle.calculations.supplied import Supplied
from pestle.calculations.worked import CannotCalculate
from pestle.terms.sig import read_directions


def supplied(quantity: str, unit: str, **more: Any) -> Supplied:
    return Supplied(quantity=Decimal(quantity), unit=unit, **more)


BY_FORM = [
    # directions                                          quantity                                                      days
    # tablets and capsules: count ÷ the most a day
    ("1-2 tabs po q4-6h prn pain",                        supplied("30", "tablet"),                                     2),
    ("1-2 tabs po q4-6h prn pain max 8 per day",          supplied("40", "tablet"),                                     5),
    ("1/2 tab po bid",                                    supplied("15", "tablet"),                                     15),
    ("1 tab po bid x 10 days",                            supplied("30", "tablet"),                                     10),
    ("1 tab po bid x 10 days",                            supplied("14", "tablet"),                                     7),
    ("take 500 mg po tid",                                supplied("60", "capsule", units_per_quantity_unit=Decimal(250)), 10),
    ("take 1 tab mon wed fri",                            supplied("12", "tablet"),                                     28),
    ("take 2 tabs mon wed fri and 1 tab all other days",  supplied("40", "tablet"),                                     28),
    ("6 tabs once a week",                                supplied("24", "tablet"),                                     28),
    # tapers: step after step
    ("4 tabs daily x 3 days, 2 tabs daily x 3 days, 1 tab daily x 3 days", supplied("21", "tablet"),                    9),
    ("2 tabs daily x 1 week, then 1 tab daily",           supplied("30", "tablet"),                                     23),
    ("take 2 tablets now, then 1 tablet daily for 4 days", supplied("6", "tablet"),                                     5),
    ("1 tab daily for 21 days then 7 days off",           supplied("63", "tablet"),                                     84),
    # liquids are measured, not counted
    ("1 tsp po tid",                                      supplied("150", "mL"),                                        10),
    ("250 mg po tid",                                     supplied("150", "mL", units_per_quantity_unit=Decimal(50)),   10),
    # insulin: units, priming, days in use
    ("inject 18 units subcut qhs",                        supplied("10", "mL", units_per_quantity_unit=Decimal(100), discard_after_days=28), 28),
    ("inject 30 units daily",                             supplied("15", "mL", units_per_quantity_unit=Decimal(100), prime_units=Decimal(2)), 46),
    ("inject 5 units daily",                              supplied("6", "mL", units_per_quantity_unit=Decimal(100), discard_after_days=28, containers=2), 56),
    ("inject per sliding scale tid ac max 30 units/day",  supplied("10", "mL", units_per_quantity_unit=Decimal(100)),   33),
    # drops: 20 in 1 mL of solution unless the payer counts otherwise; both eyes are two
    ("1 gtt ou bid",                                      supplied("5", "mL"),                                          25),
    ("1 gtt ou bid",                                      supplied("5", "mL", is_suspension=True),                      18),
    ("1 drop in affected eye(s) bid",                     supplied("5", "mL"),                                          25),
    # inhalers and sprays: actuations on the label
    ("2 puffs q4h prn",                                   supplied("1", "inhaler", units_per_quantity_unit=Decimal(200)), 16),
    ("2 sprays en daily",                                 supplied("1", "bottle", units_per_quantity_unit=Decimal(120)), 30),
    # creams: grams, fingertip units of 0.5 g
    ("apply 2 g to affected area bid",                    supplied("60", "g"),                                          15),
    ("apply 2 ftu to affected area bid",                  supplied("60", "g"),                                          30),
    ("apply thin layer to affected area bid",             supplied("30", "g", per_application=Decimal("0.5")),          30),
    # patches, injections, suppositories
    ("apply 1 patch q72h",                                supplied("10", "patch"),                                      30),
    ("apply 1 patch weekly for 3 weeks, then 1 week off", supplied("3", "patch"),                                       28),
    ("inject 40 mg sc every 2 weeks",                     supplied("2", "syringe", units_per_quantity_unit=Decimal(40)), 28),
    ("1 supp pr q12h prn nausea",                         supplied("12", "suppository"),                                6),
]  # fmt: skip


@pytest.mark.parametrize(("written", "given_out", "days"), BY_FORM)
def test_the_days_supply_of_a_form(written: str, given_out: Supplied, days: int) -> None:
    worked = days_supply(read_directions(written), given_out)

    assert worked.value == days
    assert worked.steps
    assert worked.check is not None
    assert worked.check.agrees


REFUSED = [
    ("1 tab po bid",                            supplied("0", "tablet"),                                          "quantity"),
    ("1 tab po bid",                            supplied("NaN", "tablet"),                                        "quantity"),
    ("1 tab po bid",                            supplied("1", "tablet"),                                          "quantity"),
    ("1 tab po bid",                            supplied("100", "mL"),                                            "units_per_quantity_unit"),
    ("2 puffs bid",                             supplied("1", "inhaler"),                                         "units_per_quantity_unit"),
    ("500 mg po bid",                           supplied("30", "tablet"),                                         "units_per_quantity_unit"),
    ("500 mg po bid",                           supplied("30", "tablet", units_per_quantity_unit=Decimal(0)),     "units_per_quantity_unit"),
    ("inject 10 units daily",                   supplied("10", "mL"),                                             "units_per_quantity_unit"),
    ("apply thin layer to affected area bid",   supplied("30", "g"),                                              "units_per_quantity_unit"),
    ("apply pea-sized amount to face qhs",      supplied("45", "g"),                                              "directions"),
    ("1 tab sl prn chest pain may repeat q5min x 3", supplied("25", "tablet"),                                    "payer"),
    ("1 tab po once",                           supplied("30", "tablet"),                                         "quantity"),
    ("1 tab daily x 3 days then 5 mL daily",    supplied("30", "tablet"),                                         "directions"),
    ("1 gtt od daily",                          supplied("5", "mL", discard_after_days=0),                        "discard_after_days"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "given_out", "field"), REFUSED)
def test_a_figure_that_is_missing_or_impossible_is_named(written: str, given_out: Supplied, field: str) -> None:
    with pytest.raises(CannotCalculate) as refusal:
        days_supply(read_directions(written), given_out)

    assert refusal.value.field == field


def test_unclear_directions_say_what_to_ask() -> None:
    with pytest.raises(DirectionsUnclear, match="How often"):
        days_supply(read_directions("take 1 tablet"), supplied("30", "tablet"))


def test_a_payers_drops_are_counted_and_shown_as_unreviewed() -> None:
    worked = days_supply(read_directions("1 gtt ou bid"), supplied("5", "mL"), payer_named("caremark"))

    assert worked.value == 18
    assert not worked.is_reviewed
    assert "15 drops in 1 mL as Caremark counts. (unreviewed limit)" in [str(warned) for warned in worked.warnings]


def test_medicines_used_in_need_follow_the_payers_table() -> None:
    directions = read_directions("1 tab sl prn chest pain may repeat q5min x 3")

    assert days_supply(directions, supplied("25", "tablet"), PayerRules(rescue_days=30)).value == 30


def test_the_course_ends_the_days_supply_and_both_figures_are_shown() -> None:
    worked = days_supply(read_directions("4 gtts au bid x 7 days"), supplied("10", "mL"))

    assert worked.value == 7
    assert "12 days would last = 7 days" in " ".join(str(step) for step in worked.steps)
    assert any("More is dispensed" in str(warned) for warned in worked.warnings)


def test_a_dose_the_pen_cannot_be_set_to_is_warned_of() -> None:
    directions = read_directions("inject 89 units daily")
    pen = supplied("15", "mL", units_per_quantity_unit=Decimal(100), dose_step=Decimal(2))

    assert any("pen's step of 2" in str(warned) for warned in days_supply(directions, pen).warnings)


@pytest.mark.parametrize(
    ("written", "days", "given_out", "package", "quantity"),
    [
        ("1 tab po tid",                         10, supplied("1", "tablet"), "1",   "30"),
        ("1 tsp po tid",                         16, supplied("1", "mL"),     "1",   "240"),
        ("1 tsp po tid",                         16, supplied("1", "mL"),     "150", "300"),
        ("1 gtt ou bid",                         30, supplied("1", "mL"),     "5",   "10"),
        ("1 tab once a week",                    28, supplied("1", "tablet"), "1",   "4"),
        ("2 tabs daily x 1 week, then 1 tab daily", 30, supplied("1", "tablet"), "1", "37"),
    ],
)  # fmt: skip
def test_days_and_directions_give_the_quantity(
    written: str, days: int, given_out: Supplied, package: str, quantity: str
) -> None:
    worked = quantity_needed(read_directions(written), days, given_out, package=Decimal(package))

    assert worked.value == Decimal(quantity)


def test_quantity_and_days_give_the_daily_units() -> None:
    worked = daily_units(supplied("10", "mL"), 20, dose_unit="drop")

    assert (worked.value, worked.unit) == (Decimal(10), "drop a day")


def test_the_most_in_one_day_is_not_averaged() -> None:
    assert most_in_one_day(read_directions("6 tabs once a week")) == 6
    assert most_in_one_day(read_directions("1 gtt ou qid")) == 8
    assert most_in_one_day(read_directions("take 1 tablet")) is None


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["1 tablet", "2 tablets", "1-2 tabs", "1/2 tablet"]),
    st.sampled_from(["daily", "bid", "q6h", "q7h", "every other day", "weekly", "3 times a week", "mon thu"]),
    st.integers(1, 90),
)
def test_the_quantity_for_some_days_lasts_at_least_so_long(dose: str, rhythm: str, days: int) -> None:
    directions = read_directions(f"take {dose} by mouth {rhythm}")

    quantity = quantity_needed(directions, days, supplied("1", "tablet")).value

    assert days_supply(directions, supplied(f"{quantity}", "tablet")).value >= days
