"""An exact amount of something, and the arithmetic that keeps its units right."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Self

from pestle.calculations.figures import LONGEST, read_number, written
from pestle.calculations.units import BODY, COUNTED, NUMBER, Unit, product_of, unit_named
from pestle.calculations.worked import CannotCalculate

Number = int | Fraction | Decimal

RATIO = re.compile(r"1 ?(?::|in) ?([\d,.]{1,20})(?: ?(w/v|w/w|v/v))?")
LEADING = re.compile(r"(-?[\d,.]+(?:[ -]\d+/\d+(?![\d.])|/\d+(?![\d.]))?) ?(.*)", re.DOTALL)
NEXT_PART = re.compile(r"(.+?) (\d.*)")
RATIO_UNITS = {None: "", "w/w": "", "v/v": "", "w/v": "g/mL"}
BODY_KILOGRAM = Unit("kg", "kg", Fraction(1000), ((BODY, 1),), "kg")


class Amount:
    """A number with its unit. Amounts multiply and divide into new units; they add and compare only within one kind.

    Kept as an exact fraction of the base unit. A float is refused with TypeError, a mix of kinds with CannotCalculate.
    """

    __slots__ = ("base", "unit")
    base: Fraction
    unit: Unit

    def __init__(self, base: Fraction, unit: Unit) -> None:
        self.base = base
        self.unit = unit

    @classmethod
    def of(cls, number: Number, unit: str = "") -> Self:
        """Make an amount of that many of a unit."""
        if isinstance(number, bool) or not isinstance(number, Number):
            raise TypeError(f"An amount is exact, never a {type(number).__name__}.")
        known = unit_named(unit)
        exact = Fraction(number)
        return cls(exact if known.is_base else exact * known.factor, known)

    @classmethod
    def read(cls, text: str, *, field: str = "") -> Self:
        """Read "1,250.5 mL", "100 mg/2 mL", "1:1000 w/v", "8 lb 6 oz" or "$4.25/tablet"; CannotCalculate otherwise."""
        try:
            return cls._read(" ".join(text[:200].split()) if len(text) <= 200 else _refuse_length())
        except CannotCalculate as error:
            raise error if error.field else type(error)(field, error.reason) from None

    @property
    def value(self) -> Fraction:
        """Give the number in its own unit."""
        return self.base if self.unit.is_base else self.base / self.unit.factor

    def to(self, unit: str) -> Self:
        """Give the amount in another unit of the same kind; CannotCalculate when only a bridge would lead there."""
        target = unit_named(unit)
        if target.dimensions != self.unit.dimensions:
            raise CannotCalculate("", no_bridge(self.unit, target))
        return type(self)(self.base, target)

    def in_unit(self, unit: Unit) -> Self:
        """Give the same amount in a unit already read; CannotCalculate when it measures something else."""
        if unit.dimensions != self.unit.dimensions:
            raise CannotCalculate("", no_bridge(self.unit, unit))
        return type(self)(self.base, unit)

    def as_body_mass(self) -> Self:
        """Give a mass as the mass of a patient, which mg/kg can be multiplied by."""
        return type(self)(self.base, BODY_KILOGRAM)

    def __mul__(self, other: "Amount | Number") -> "Amount":
        if isinstance(other, Amount):
            return Amount(self.base * other.base, product_of(self.unit, other.unit, 1))
        return Amount(self.base * Fraction(other), self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other: "Amount | Number") -> "Amount":
        if not (other.base if isinstance(other, Amount) else other):
            raise CannotCalculate("", "nothing can be divided by zero.")
        if isinstance(other, Amount):
            return Amount(self.base / other.base, product_of(self.unit, other.unit, -1))
        return Amount(self.base / Fraction(other), self.unit)

    def __rtruediv__(self, other: Number) -> "Amount":
        return Amount(Fraction(other), NUMBER) / self

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.base + self._same(other), self.unit)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.base - self._same(other), self.unit)

    def __neg__(self) -> "Amount":
        return Amount(-self.base, self.unit)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and self.base == other.base and self.unit.measures_same_as(other.unit)

    def __hash__(self) -> int:
        return hash((self.base, self.unit.dimensions))

    def __lt__(self, other: "Amount") -> bool:
        return self.base < self._same(other)

    def __le__(self, other: "Amount") -> bool:
        return self.base <= self._same(other)

    def __gt__(self, other: "Amount") -> bool:
        return self.base > self._same(other)

    def __ge__(self, other: "Amount") -> bool:
        return self.base >= self._same(other)

    def __str__(self) -> str:
        number, unit = self.value, self.unit
        if unit.is_money:
            return _in_dollars(number, unit.symbol[3:])
        name = unit.one if abs(number) <= 1 else unit.symbol
        return f"{written(number)}{'' if name.startswith(('%', '/')) else ' '}{name}".rstrip()

    def __repr__(self) -> str:
        return f"Amount.read({str(self)!r})"

    def _same(self, other: "Amount") -> Fraction:
        if not self.unit.measures_same_as(other.unit):
            raise CannotCalculate("", no_bridge(self.unit, other.unit))
        return other.base

    @classmethod
    def _read(cls, text: str) -> Self:
        if (ratio := RATIO.fullmatch(text)) is not None:
            return cls.of(1 / _positive(read_number(ratio[1])), RATIO_UNITS[ratio[2]])
        if text.startswith("$"):
            text = _dollars(text)
        found = LEADING.fullmatch(text)
        if found is None:
            raise CannotCalculate("", f"{text[:LONGEST]!r} is not a number with its unit.")
        rest = found[2].strip()
        if (joined := NEXT_PART.fullmatch(rest)) is not None and "/" not in rest:
            first, second = cls.of(read_number(found[1]), joined[1].rstrip(" ,")), cls._read(joined[2])
            return cls((first + second).base, first.unit)
        return cls.of(read_number(found[1]), rest)


def counted(amount: Amount, field: str, divisor: Amount) -> Amount:
    """Give the amount when it counts one kind of thing (tablets, jars); CannotCalculate names the input that is off."""
    dimensions = amount.unit.dimensions
    if len(dimensions) == 1 and dimensions[0][1] == 1 and dimensions[0][0] in COUNTED:
        return amount.to(dimensions[0][0])
    raise CannotCalculate(field, f"{divisor} does not say what one piece holds in the same kind of unit.")


def no_bridge(one: Unit, other: Unit) -> str:
    """Say why one unit does not become the other."""
    return (
        f"{one.kind} ({one or 'no unit'}) and {other.kind} ({other or 'no unit'}) do not convert into each other "
        "without a bridge such as a strength, a density or a molar mass."
    )


def _in_dollars(number: Fraction, rest: str) -> str:
    cents = number * 100
    shown = f"{Decimal(cents.numerator).scaleb(-2):,.2f}" if cents.denominator == 1 else written(number, digits=8)
    return f"-${shown[1:]}{rest}" if shown.startswith("-") else f"${shown}{rest}"


def _dollars(text: str) -> str:
    number, slash, rest = text[1:].partition("/")
    return f"{number.strip()} USD{slash}{rest}"


def _positive(number: Fraction) -> Fraction:
    if number <= 0:
        raise CannotCalculate("", "a ratio strength is 1 in a number above zero.")
    return number


def _refuse_length() -> str:
    raise CannotCalculate("", "an amount is not that long.")
