from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.quantity import BillingUnit, Quantity

EACH, ML, GRAM = BillingUnit.EACH, BillingUnit.ML, BillingUnit.GRAM
amounts = st.decimals(min_value=-99999, max_value=99999, places=3)


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("90",       EACH, "90"),
        ("0.5",      ML,   "0.5 mL"),
        ("0.500",    ML,   "0.5 mL"),
        (".25",      GRAM, "0.25 g"),
        ("1000",     EACH, "1000"),
        ("1E+2",     ML,   "100 mL"),
        ("-3",       EACH, "-3"),
        ("-0",       ML,   "0 mL"),
        ("0.001",    ML,   "0.001 mL"),
    ],
)  # fmt: skip
def test_a_quantity_is_written_with_leading_and_without_trailing_zeros(
    amount: str, unit: BillingUnit, shown: str
) -> None:
    assert str(Quantity.of(amount, unit)) == shown


@pytest.mark.parametrize("amount", ["0.0005", "1.2345", "NaN", "Infinity", "100000000000"])
def test_an_amount_that_the_tables_cannot_hold_is_refused(amount: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Quantity(Decimal(amount), EACH)


@pytest.mark.parametrize("amount", [0.5, 1, True, "1"])
def test_only_a_decimal_makes_a_quantity(amount: object) -> None:
    with pytest.raises(TypeError):
        Quantity(amount, EACH)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", [0.5, True])
def test_a_float_is_refused_by_the_short_form_too(amount: object) -> None:
    with pytest.raises(TypeError):
        Quantity.of(amount)  # type: ignore[arg-type]


def test_different_units_never_meet() -> None:
    tablets, syrup = Quantity.of(3), Quantity.of(3, ML)

    for act in (lambda: tablets + syrup, lambda: tablets - syrup, lambda: tablets < syrup):
        with pytest.raises(ValueError, match="different units"):
            act()
    assert tablets != syrup


def test_a_bare_number_is_no_quantity() -> None:
    with pytest.raises(TypeError):
        Quantity.of(3) + 3  # type: ignore[operator]


def test_a_multiple_that_needs_a_fourth_place_is_refused() -> None:
    assert Quantity.of("0.5", ML) * 3 == Quantity.of("1.5", ML)
    with pytest.raises(ValueError, match="more than 3 decimal places"):
        Quantity.of("0.001", ML) * Decimal("0.5")


@settings(max_examples=50)
@given(amounts, amounts)
def test_what_is_taken_away_can_be_given_back_exactly(first: Decimal, second: Decimal) -> None:
    whole, part = Quantity(first, GRAM), Quantity(second, GRAM)

    assert whole - part + part == whole
    assert sum([whole, part, -whole, -part], Quantity.zero(GRAM)) == Quantity.zero(GRAM)
