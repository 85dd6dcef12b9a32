"""Two unit libraries of others agree with every conversion both can do."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from pint import UnitRegistry
from ucumvert import PintUcumRegistry

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import work
from pestle.calculations.units import ATOMS

PINT = {
    "g": "gram", "kg": "kilogram", "mg": "milligram", "mcg": "microgram", "ng": "nanogram", "lb": "pound",
    "oz": "ounce",
    "grain": "grain", "mL": "milliliter", "L": "liter", "dL": "deciliter", "mcL": "microliter", "US tsp": "teaspoon",
    "US tbsp": "tablespoon", "US fl oz": "fluid_ounce", "US pint": "pint", "US quart": "quart", "US gallon": "gallon",
    "mmol": "millimole", "mol": "mole", "mcmol": "micromole", "nmol": "nanomole", "min": "minute", "s": "second",
    "h": "hour", "day": "day", "week": "week", "cm": "centimeter", "mm": "millimeter", "m": "meter", "in": "inch",
    "ft": "foot", "m2": "meter ** 2", "cm2": "centimeter ** 2", "kcal": "kilocalorie", "kJ": "kilojoule",
    "%": "percent", "ppm": "ppm", "MBq": "megabecquerel", "GBq": "gigabecquerel", "mCi": "millicurie",
    "mcCi": "microcurie",
}  # fmt: skip
# What they cannot do, or mean otherwise: the pharmacy's round measures, charges and particles (theirs need a drug),
# units of activity by drug, months and years of the calendar, temperatures on a scale, money.
OURS_ALONE = {
    *("tsp", "tbsp", "fl oz", "pint", "quart", "gallon", "mEq", "Eq", "mOsm", "Osm", "unit", "million units"),
    *("month", "year", "°C", "°F", "K", "MME", "USD"),
}
COMPOUND = [
    # ours                 pint                                 ours                pint
    ("mg/mL",              "milligram / milliliter",            "mcg/mL",           "microgram / milliliter"),
    ("g/L",                "gram / liter",                      "mg/dL",            "milligram / deciliter"),
    ("mL/h",               "milliliter / hour",                 "mL/min",           "milliliter / minute"),
    ("mcg/min",            "microgram / minute",                "mg/h",             "milligram / hour"),
    ("mg/day",             "milligram / day",                   "mcg/min",          "microgram / minute"),
    ("mmol/L",             "millimole / liter",                 "mcmol/mL",         "micromole / milliliter"),
    ("kcal/mL",            "kilocalorie / milliliter",          "kJ/L",             "kilojoule / liter"),
    ("g/m2",               "gram / meter ** 2",                 "mg/cm2",           "milligram / centimeter ** 2"),
]  # fmt: skip
KIND = {atom.symbol: (atom.dimension, atom.power) for atom in ATOMS}
PAIRS = [(one, other) for one, other in combinations(PINT, 2) if KIND[one] == KIND[other]]
CODES = {atom.symbol: atom.ucum for atom in ATOMS if "{" not in atom.ucum and atom.symbol in PINT}


@pytest.fixture(scope="module")
def pint_registry() -> Any:
    return UnitRegistry(non_int_type=Decimal)


@pytest.fixture(scope="module")
def ucum_registry() -> Any:
    return PintUcumRegistry(non_int_type=Decimal)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_pint_agrees(pint_registry: Any, one: str, other: str) -> None:
    theirs = pint_registry.Quantity(Decimal(1), PINT[one]).to(PINT[other]).magnitude

    assert near(Amount.of(1, one).to(other).value, Fraction(theirs))


@pytest.mark.parametrize(("one", "one_of_theirs", "other", "other_of_theirs"), COMPOUND)
def test_pint_agrees_on_rates_and_strengths(
    pint_registry: Any, one: str, one_of_theirs: str, other: str, other_of_theirs: str
) -> None:
    theirs = pint_registry.Quantity(Decimal(1), one_of_theirs).to(other_of_theirs).magnitude

    assert near(Amount.of(1, one).to(other).value, Fraction(theirs))


@pytest.mark.parametrize("reading", ["-40", "0", "25", "37", "98.6", "212"])
def test_pint_agrees_on_temperatures(pint_registry: Any, reading: str) -> None:
    to_celsius = work("temperature", {"reading": f"{reading} °F"}, nearest="0.0001")
    to_fahrenheit = work("temperature", {"reading": f"{reading} °C"}, nearest="0.0001")
    celsius = pint_registry.Quantity(Decimal(reading), "degF").to("degC").magnitude
    fahrenheit = pint_registry.Quantity(Decimal(reading), "degC").to("degF").magnitude

    assert abs(Fraction(celsius) - Fraction(to_celsius.exact or 0)) < Fraction(1, 10**15)
    assert abs(Fraction(fahrenheit) - Fraction(to_fahrenheit.exact or 0)) < Fraction(1, 10**15)


def test_no_unit_that_both_know_is_left_out() -> None:
    assert {atom.symbol for atom in ATOMS} - set(PINT) == OURS_ALONE


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_ucumvert_agrees(ucum_registry: Any, one: str, other: str) -> None:
    theirs = ucum_registry.from_ucum(CODES[one]).to(ucum_registry.from_ucum(CODES[other]).units).magnitude

    assert near(Amount.of(1, one).to(other).value, Fraction(theirs))


def near(ours: Fraction, theirs: Fraction) -> bool:
    """Their decimals have 28 digits; ours are exact."""
    return abs(ours - theirs) <= abs(ours) * Fraction(1, 10**15)
