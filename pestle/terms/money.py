"""US dollars and cents."""

from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.decimals import exact, half_up

PLACES = 2
WHOLE_DIGITS = 10  # The tables keep money as numeric(12,2).


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount of dollars with two places; may be negative.

    Raises TypeError for a float and ValueError for a fraction of a cent: round in the open with `Money.rounded`.
    """

    amount: Decimal

    def __post_init__(self) -> None:
        kept = exact(self.amount, places=PLACES, whole_digits=WHOLE_DIGITS, name="Money")
        object.__setattr__(self, "amount", kept)

    @classmethod
    def of(cls, amount: Decimal | int | str) -> "Money":
        """Make money from dollars as a whole number, a decimal or its text; a float is refused."""
        if isinstance(amount, bool | float):
            raise TypeError(f"Money is a Decimal, never a {type(amount).__name__}.")
        return cls(Decimal(amount))

    @classmethod
    def rounded(cls, amount: Decimal) -> "Money":
        """Round a worked-out price to the cent, half a cent away from zero."""
        if not isinstance(amount, Decimal):
            raise TypeError(f"Money is a Decimal, never a {type(amount).__name__}.")
        return cls(half_up(amount, places=PLACES))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + other.amount)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - other.amount)

    def __neg__(self) -> "Money":
        return Money(-self.amount)

    def __mul__(self, times: int) -> "Money":
        if isinstance(times, bool) or not isinstance(times, int):
            raise TypeError("Money is multiplied by a whole number; for a rate, multiply the Decimal and round it.")
        return Money(self.amount * times)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{'-' if self.amount < 0 else ''}${abs(self.amount):,.2f}"


NOTHING = Money(Decimal(0))
