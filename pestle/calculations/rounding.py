"""How an answer is rounded: to what, which way, and the words for it."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from pestle.calculations.figures import decimal_of, written
from pestle.calculations.units import Unit
from pestle.calculations.worked import CannotCalculate

WORDS_KEPT = 256


class Way(StrEnum):
    """Which way a number between two steps goes."""

    HALF_UP = "half up to the nearest"
    UP = "up to the next"
    DOWN = "down to the last"


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round to a multiple of `nearest`, once, at the end."""

    nearest: Fraction
    way: Way = Way.HALF_UP
    step: Decimal = field(init=False)
    words: dict[Unit, str] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", decimal_of(self.nearest))

    def apply(self, exact: Fraction) -> Decimal:
        """Round the exact number; the result is a decimal without an end of its own."""
        top, bottom = exact.numerator * self.nearest.denominator, exact.denominator * self.nearest.numerator
        if self.way is Way.HALF_UP:
            count = (2 * abs(top) + bottom) // (2 * bottom)
            count = count if top >= 0 else -count
        else:
            count = top // bottom if self.way is Way.DOWN else -(-top // bottom)
        return count * self.step

    def in_words(self, unit: Unit) -> str:
        """Say the rule: half up to the nearest 0.1 mL/h."""
        said = self.words.get(unit)
        if said is None:
            said = self._in_words(unit)
            if len(self.words) < WORDS_KEPT:
                self.words[unit] = said
        return said

    def _in_words(self, unit: Unit) -> str:
        if unit.symbol == "USD" and self.nearest == Fraction(1, 100):
            return f"{self.way} cent"
        if self.nearest == 1:
            return f"{self.way} whole {unit.one or 'number'}"
        return f"{self.way} {written(self.nearest)} {unit.symbol}".rstrip()


@dataclass(frozen=True, slots=True)
class BySize:
    """Coarser rounding for larger answers: (below this, nearest that) in rising order, then the last."""

    steps: tuple[tuple[Fraction, Fraction], ...]
    beyond: Fraction

    def for_size(self, exact: Fraction) -> Rounding:
        """Choose the rounding for an answer of this size."""
        for below, nearest in self.steps:
            if abs(exact) < below:
                return _half_up(nearest)
        return _half_up(self.beyond)


@lru_cache(maxsize=64)
def _half_up(nearest: Fraction) -> Rounding:
    return Rounding(nearest)


@lru_cache(maxsize=256)
def to_nearest(text: str, way: Way = Way.HALF_UP) -> Rounding:
    """Make the rule "to the nearest 0.1"; CannotCalculate unless it is a decimal above zero."""
    try:
        nearest = Fraction(Decimal(text))
    except (ArithmeticError, ValueError, OverflowError):
        nearest = Fraction(0)
    if not Fraction(1, 10**9) <= nearest <= 10**9:
        raise CannotCalculate("nearest", f"{text[:24]!r} is not a step to round to, such as 0.1 or 250.")
    return Rounding(nearest) if way is Way.HALF_UP else Rounding(nearest, way)


def _sizes(beyond: str, *steps: tuple[str, str]) -> BySize:
    return BySize(tuple((Fraction(below), Fraction(nearest)) for below, nearest in steps), Fraction(beyond))


# What a syringe of fitting size can show, and steps small enough not to change a dose.
# Working knowledge, for a pharmacist to confirm.
MEASURED_VOLUME = _sizes("1", ("1", "0.01"), ("10", "0.1"))
DOSE = _sizes("0.1", ("0.1", "0.00001"), ("1", "0.001"), ("10", "0.01"))
DRIP_DOSE = _sizes("0.01", ("0.1", "0.0001"), ("1", "0.001"))
