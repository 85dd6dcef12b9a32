from decimal import Decimal

import pytest

from pestle.terms.decimals import half_up
from pestle.terms.money import Money


@pytest.mark.parametrize(
    ("worked_out", "cents"),
    [
        ("2.675",   "2.68"),  # Binary floats give 2.67.
        ("2.665",   "2.67"),  # Banker's rounding gives 2.66.
        ("0.005",   "0.01"),
        ("-0.005",  "-0.01"),
        ("12.3449", "12.34"),
    ],
)  # fmt: skip
def test_half_a_cent_goes_away_from_zero(worked_out: str, cents: str) -> None:
    assert Money.rounded(Decimal(worked_out)) == Money.of(cents)


def test_half_up_leaves_as_many_places_as_asked() -> None:
    assert half_up(Decimal("2.5"), places=0) == Decimal(3)
    assert str(half_up(Decimal(2), places=3)) == "2.000"


def test_a_fraction_of_a_cent_is_refused_unless_it_is_rounded_in_the_open() -> None:
    with pytest.raises(ValueError, match="more than 2 decimal places"):
        Money.of("0.001")


@pytest.mark.parametrize("amount", [1.5, True])
def test_a_float_is_no_money(amount: object) -> None:
    for make in (Money, Money.of, Money.rounded):
        with pytest.raises(TypeError):
            make(amount)  # type: ignore[operator]


def test_money_is_multiplied_only_by_whole_numbers() -> None:
    assert Money.of("1.25") * 3 == Money.of("3.75")
    with pytest.raises(TypeError):
        Money.of(1) * Decimal("0.5")  # type: ignore[operator]


def test_money_is_written_with_its_sign_first() -> None:
    assert [str(Money.of(amount)) for amount in ("1234.5", "-3", "0")] == ["$1,234.50", "-$3.00", "$0.00"]
