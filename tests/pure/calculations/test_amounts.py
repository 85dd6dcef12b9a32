"""Amounts: what is read, what is refused, and that kinds never mix."""

import contextlib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.calculations.amount import Amount
from pestle.calculations.figures import decimal_of, read_number, rounded, written
from pestle.calculations.worked import CannotCalculate

READ = [
    # written             number          unit
    ("1,250.5 mL",        "1250.5",       "mL"),
    ("100 mg/2 mL",       "100",          "mg/2 mL"),
    ("1:1000 w/v",        "0.001",        "g/mL"),
    ("1 in 400 w/v",      "0.0025",       "g/mL"),
    ("8 lb 6 oz",         "8.375",        "lb"),
    ("1/2 tablet",        "0.5",          "tablet"),
    ("1 1/2 tablets",     "1.5",          "tablet"),
    ("$4.25/tablet",      "4.25",         "USD/tablet"),
    ("5 mcg/kg/min",      "5",            "mcg/kg/min"),
    ("204.9 mg/(5.mL)",   "204.9",        "mg/5 mL"),
    ("60 mL/min/{1.73_m2}", "60",         "mL/min/1.73 m2"),
    ("0.9 % w/v",         "9",            "mg/mL"),
    ("3 times/day",       "3",            "/day"),
    ("10 [drp]/min",      "10",           "drops/min"),
    ("5 cc",              "5",            "mL"),
    ("250 µg",            "250",          "mcg"),
    ("10 IU",             "10",           "units"),
    ("5 mg.min/mL",       "5",            "mg.min/mL"),
]  # fmt: skip

REFUSED = [
    "", "mg", "5,00 mL", "1e3 mg", "NaN mg", "inf mL", "5 U", "5 gr", "5 ML", "5 MG", "5 mg/0 mL", "1:0", "½ tablet",
    "5 foo", "5 mg\x00", "5 mL/", "١٢ mg", "- 5 mg", "1/0 tablet", "5" * 30 + " mg", "5 " + "m" * 300, "5 cups",
    "--5 mg",
]  # fmt: skip

UNMIXABLE = [
    ("1 g", "mL"), ("1 mg", "mEq"), ("1 mEq", "mmol"), ("1 unit", "mg"), ("1 tablet", "capsule"), ("1 drop", "mL"),
    ("5 mg/kg", "%"), ("1 mmol", "mOsm"), ("1 m2", "mL"), ("20 °C", "°F"), ("1 dose/day", "tablet/day"),
    ("1 month", "day"),
]  # fmt: skip

# NIST Handbook 44, appendix C; the last four are the pharmacy's own round figures (USP <1160>).
EXACT = [
    ("1 lb",        "453.59237 g"),
    ("1 oz",        "28.349523125 g"),
    ("1 grain",     "64.79891 mg"),
    ("1 in",        "2.54 cm"),
    ("1 US fl oz",  "29.5735295625 mL"),
    ("1 US tsp",    "4.92892159375 mL"),
    ("1 US tbsp",   "14.78676478125 mL"),
    ("1 US pint",   "473.176473 mL"),
    ("1 US quart",  "946.352946 mL"),
    ("1 US gallon", "3785.411784 mL"),
    ("1 tsp",       "5 mL"),
    ("1 tbsp",      "15 mL"),
    ("1 fl oz",     "30 mL"),
    ("1 pint",      "480 mL"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "unit"), READ)
def test_an_amount_is_read_as_people_write_it(text: str, number: str, unit: str) -> None:
    assert Amount.read(text).to(unit) == Amount.of(Fraction(number), unit)


@pytest.mark.parametrize("text", REFUSED)
def test_nonsense_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(CannotCalculate) as refused:
        Amount.read(text, field="dose")

    assert refused.value.field == "dose"


@pytest.mark.parametrize(("text", "unit"), UNMIXABLE)
def test_kinds_do_not_convert_without_a_bridge(text: str, unit: str) -> None:
    with pytest.raises(CannotCalculate, match="bridge"):
        Amount.read(text).to(unit)


@pytest.mark.parametrize(("text", "unit"), UNMIXABLE)
def test_kinds_are_never_added_or_compared(text: str, unit: str) -> None:
    one, other = Amount.read(text), Amount.of(1, unit)

    assert one != other
    for mix in (one.__add__, one.__sub__, one.__lt__, one.__ge__):
        with pytest.raises(CannotCalculate):
            mix(other)


@pytest.mark.parametrize(("one", "same"), EXACT)
def test_a_unit_is_exactly_its_standard(one: str, same: str) -> None:
    assert Amount.read(one) == Amount.read(same)


def test_mg_per_kg_needs_the_mass_of_a_body() -> None:
    per_kg, powder = Amount.read("5 mg/kg"), Amount.read("70 kg")

    assert (per_kg * powder.as_body_mass()).to("mg") == Amount.read("350 mg")
    with pytest.raises(CannotCalculate):
        (per_kg * powder).to("mg")


@pytest.mark.parametrize("number", [0.5, 1.0, True])
def test_a_float_or_a_truth_is_no_number(number: object) -> None:
    with pytest.raises(TypeError):
        Amount.of(number, "mg")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.5", "0.5"),
        ("5.0", "5"),
        ("1000", "1,000"),
        ("1234567.5", "1,234,567.5"),
        ("1/3", "0.333333…"),
        ("-2.50", "-2.5"),
    ],
)
def test_a_number_is_written_as_ismp_asks(number: str, text: str) -> None:
    assert written(Fraction(number)) == text


UNITS = ["mg", "g", "kg", "mcg", "lb", "oz", "grain"], ["mL", "L", "tsp", "US fl oz", "pint"], ["h", "min", "day"]


@settings(max_examples=150)
@given(st.fractions(-(10**9), 10**9, max_denominator=10**6), st.sampled_from(UNITS), st.data())
def test_a_conversion_there_and_back_changes_nothing(number: Fraction, units: list[str], chosen: st.DataObject) -> None:
    first, second = chosen.draw(st.sampled_from(units)), chosen.draw(st.sampled_from(units))
    amount = Amount.of(number, first)

    assert amount.to(second).to(first).value == number


@settings(max_examples=150)
@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(["0.001", "0.1", "1", "250"]))
def test_rounding_moves_at_most_half_a_step_and_halves_away_from_zero(number: Decimal, nearest: str) -> None:
    step = Fraction(nearest)
    exact = Fraction(number)
    found = rounded(exact, step)

    assert abs(found - exact) <= step / 2
    assert (found / step).denominator == 1
    if abs(found - exact) == step / 2:
        assert abs(found) > abs(exact)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    with contextlib.suppress(CannotCalculate):
        assert Amount.read(text).unit.kind


@settings(max_examples=100)
@given(st.decimals(0, 10**9, places=4))
def test_a_number_is_read_back_as_written(number: Decimal) -> None:
    exact = Fraction(number)

    assert read_number(written(exact, digits=20)) == exact
    assert Fraction(decimal_of(exact)) == exact
