"""Every row of the guard rails: it has a source, it is used, and it holds at both of its edges."""

from fractions import Fraction

import pytest

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import every, work
from pestle.calculations.limits import HIGH_ALERT, LIMITS, Limit
from pestle.calculations.worked import Asks, CannotCalculate, NeedsReason

EDGES = [(name, edge) for name, row in LIMITS.items() for edge in ("lowest", "highest") if getattr(row, edge)]
USUAL = [(name, edge) for name, row in LIMITS.items() for edge in ("usually_from", "usually_to") if getattr(row, edge)]
OUTWARD = {"lowest": -1, "usually_from": -1, "highest": 1, "usually_to": 1}


def beyond(amount: Amount, edge: str) -> Amount:
    """Give the amount a thousandth further out."""
    return Amount(amount.base + (abs(amount.base) or Fraction(1)) * OUTWARD[edge] / 1000, amount.unit)


@pytest.mark.parametrize(("name", "edge"), EDGES)
def test_the_edge_of_the_possible_is_taken_and_what_lies_beyond_is_refused(name: str, edge: str) -> None:
    row = LIMITS[name]
    amount: Amount = getattr(row, edge)

    row.refuse_impossible(name, amount)
    with pytest.raises(CannotCalculate) as refused:
        row.refuse_impossible(name, beyond(amount, edge))

    assert refused.value.field == name
    assert ("Unreviewed limit." in refused.value.reason) is not row.is_reviewed


@pytest.mark.parametrize(("name", "edge"), USUAL)
def test_what_lies_beyond_the_usual_waits_for_a_reason(name: str, edge: str) -> None:
    row = LIMITS[name]
    amount: Amount = getattr(row, edge)

    asked = row.doubt(name, beyond(amount, edge))

    assert row.doubt(name, amount) is None
    assert asked is not None
    assert asked.field == name
    assert ("Unreviewed limit." in asked.reason) is not row.is_reviewed


@pytest.mark.parametrize("name", LIMITS)
def test_a_row_has_a_source_and_its_usual_range_lies_within_the_possible(name: str) -> None:
    row: Limit = LIMITS[name]

    assert row.citation
    if row.lowest and row.usually_from:
        assert row.lowest <= row.usually_from
    if row.highest and row.usually_to:
        assert row.usually_to <= row.highest


def test_every_row_guards_a_calculation() -> None:
    inputs = {name for entry in every() for wanted in entry.inputs for name in wanted.limit.split("|")}
    # The factor of a formula is reckoned before the answer, and guarded there.
    used = inputs | {entry.answer_limit for entry in every()} | {"scale factor"}

    assert set(LIMITS) - used == set()


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("dose-by-weight", {"per_kg": "500 mg/kg/dose", "weight": "70 kg"}, "per_kg"),
        ("dose-by-weight", {"per_kg": "500 mg/kg/day", "weight": "70 kg"}, "per_kg"),
        ("dose-by-weight", {"per_kg": "500 mg/kg", "weight": "70 kg"}, "per_kg"),
        ("divided-dose", {"per_kg": "900 mg/kg/day", "weight": "12 kg", "times": "2 doses/day"}, "per_kg"),
        ("weight-loading-dose", {"per_kg": "350 mg/kg", "weight": "70 kg"}, "per_kg"),
    ],
)
def test_a_dose_per_kilogram_far_above_the_usual_waits_for_a_reason(
    name: str, given: dict[str, object], field: str
) -> None:
    with pytest.raises(NeedsReason) as asked:
        work(name, given)

    assert asked.value.field == field


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("drop-rate", {"volume": "1 L", "time": "30 min", "drop_factor": "20 drops/mL"}),
        ("density", {"mass": "500 g", "volume": "100 mL"}),
        ("specific-gravity", {"mass": "10 g", "volume": "100 mL"}),
        ("percent-by-volume", {"strength": "85%", "specific_gravity": "1.7"}),
    ],
)
def test_an_answer_beyond_the_usual_asks_for_a_reason(name: str, given: dict[str, object]) -> None:
    assert any(warned.asks is Asks.REASON for warned in work(name, given).warnings)


def test_every_row_and_every_high_alert_class_stands_in_the_manual() -> None:
    from pestle.calculations.page import catalogue_page

    page = catalogue_page()

    assert [name for name in LIMITS if f"| {name} |" not in page] == []
    assert [name for name in HIGH_ALERT if name not in page] == []
