"""An amount of a product in the unit it is billed, stocked and dispensed in."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pestle.terms.decimals import exact, plain

PLACES = 3
WHOLE_DIGITS = 11  # The tables keep quantities as numeric(14,3).


class BillingUnit(StrEnum):
    """The three billing units of NCPDP, by their codes in field 600-28."""

    EACH = "EA"
    ML = "ML"
    GRAM = "GM"

    @property
    def symbol(self) -> str:
        """Give the unit as people write it; each has none."""
        return {"EA": "", "ML": "mL", "GM": "g"}[self.value]


@dataclass(frozen=True, slots=True)
class Quantity:
    """At most three decimal places of one billing unit; may be negative, because a book has two sides.

    Raises TypeError for a float and ValueError for a fourth decimal place.
    """

    amount: Decimal
    unit: BillingUnit

    def __post_init__(self) -> None:
        if not isinstance(self.unit, BillingUnit):
            raise TypeError(f"A quantity needs a billing unit, not {self.unit!r}.")
        kept = exact(self.amount, places=PLACES, whole_digits=WHOLE_DIGITS, name="A quantity")
        object.__setattr__(self, "amount", kept)

    @classmethod
    def of(cls, amount: Decimal | int | str, unit: BillingUnit = BillingUnit.EACH) -> "Quantity":
        """Make a quantity from a whole number, a decimal or its text; a float is refused."""
        if isinstance(amount, bool | float):
            raise TypeError(f"A quantity is a Decimal, never a {type(amount).__name__}.")
        return cls(Decimal(amount), unit)

    @classmethod
    def zero(cls, unit: BillingUnit) -> "Quantity":
        """Give nothing of that unit."""
        return cls(Decimal(0), unit)

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount + self._amount_of(other), self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount - self._amount_of(other), self.unit)

    def __neg__(self) -> "Quantity":
        return Quantity(-self.amount, self.unit)

    def __abs__(self) -> "Quantity":
        return Quantity(abs(self.amount), self.unit)

    def __mul__(self, times: Decimal | int) -> "Quantity":
        if isinstance(times, bool) or not isinstance(times, Decimal | int):
            raise TypeError(f"A quantity is multiplied by a whole number or a Decimal, not by {times!r}.")
        return Quantity(self.amount * times, self.unit)

    __rmul__ = __mul__

    def __lt__(self, other: "Quantity") -> bool:
        return self.amount < self._amount_of(other)

    def __le__(self, other: "Quantity") -> bool:
        return self.amount <= self._amount_of(other)

    def __gt__(self, other: "Quantity") -> bool:
        return self.amount > self._amount_of(other)

    def __ge__(self, other: "Quantity") -> bool:
        return self.amount >= self._amount_of(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit.symbol}".rstrip()

    @property
    def is_whole(self) -> bool:
        """Say whether there is no broken unit in it."""
        return self.amount == self.amount.to_integral_value()

    def _amount_of(self, other: "Quantity") -> Decimal:
        if not isinstance(other, Quantity):
            raise TypeError(f"A quantity goes only with a quantity, not with {other!r}.")
        if other.unit is not self.unit:
            raise ValueError(f"{self} and {other} are in different units: {self.unit} and {other.unit}.")
        return other.amount
