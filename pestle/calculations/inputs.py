"""The named inputs of a calculation: what each accepts and what it refuses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.units import BODY, Dimensions, unit_named, unit_of
from pestle.calculations.worked import CannotCalculate

LONGEST_TEXT = 60
MOST_VALUES = 200
MASS: Dimensions = (("mass", 1),)
OF_BODY: Dimensions = ((BODY, 1),)
PER_VOLUME = unit_named("% w/v")
PER_DAY = unit_named("doses/day")
PER_TIME: Dimensions = (("time", -1),)


class Kind(StrEnum):
    """What sort of thing is typed in."""

    AMOUNT = "amount"
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Input:
    """One named input.

    unit     the unit one usually types, and others of another kind that also serve, with | between; "" is a pure number
    limit    the name of its guard rail
    default  what is taken when nothing is given (written as one would type it)
    draw     the values practice may draw: "250 mL|500 mL" or "50..500/50 mL"
    """

    name: str
    unit: str = ""
    label: str = ""
    kind: Kind = Kind.AMOUNT
    limit: str = ""
    default: str = ""
    is_optional: bool = False
    is_list: bool = False
    may_be_zero: bool = False
    may_be_negative: bool = False
    choices: tuple[str, ...] = ()
    bridge: tuple[str, str] = ("", "")
    draw: str = ""
    accepts: frozenset[Dimensions] = field(init=False)

    def __post_init__(self) -> None:
        units = self.unit.split("|") if self.kind is Kind.AMOUNT and self.unit != "any" else []
        accepts = frozenset(OF_BODY if self.limit == "weight" else unit_named(unit).dimensions for unit in units)
        object.__setattr__(self, "accepts", accepts)

    def take(self, given: object) -> object:
        """Give the value as the calculation wants it; CannotCalculate names this input."""
        if not self.is_list:
            return self._one(given)
        values = given.split(";") if isinstance(given, str) else given
        if not isinstance(values, Sequence) or not 0 < len(values) <= MOST_VALUES:
            raise CannotCalculate(self.name, f"give 1 to {MOST_VALUES} values with ; between them.")
        return tuple(self._one(value) for value in values)

    def when_missing(self) -> object:
        """Give the default, nothing for an optional input; CannotCalculate when it must be given."""
        if self.default:
            return self.take(self.default)
        if self.is_optional:
            return None
        raise CannotCalculate(self.name, f"is missing: {self.in_words()}.")

    def in_words(self) -> str:
        """Say what is wanted."""
        if self.kind is Kind.CHOICE:
            what = " or ".join(self.choices)
        elif self.kind is Kind.AMOUNT:
            what = " or ".join(unit or "a pure number" for unit in self.unit.split("|"))
        else:
            what = {Kind.DAY: "YYYY-MM-DD", Kind.MOMENT: "YYYY-MM-DDTHH:MM", Kind.TEXT: "text"}[self.kind]
        many = ", several with ; between" if self.is_list else ""
        missing = (
            f", {self.default} when not given" if self.default else ", may be left out" if self.is_optional else ""
        )
        return f"{self.label or self.name.replace('_', ' ')} ({what}{many}{missing})"

    def _one(self, given: object) -> object:
        if self.kind is Kind.AMOUNT:
            return self._amount(given)
        if self.kind is Kind.CHOICE:
            return self._choice(given)
        if self.kind is Kind.DAY:
            return self._day(given)
        if self.kind is Kind.MOMENT:
            return self._moment(given)
        text = str(given).strip()
        if not 0 < len(text) <= LONGEST_TEXT:
            raise CannotCalculate(self.name, f"give 1 to {LONGEST_TEXT} characters.")
        return text

    def _amount(self, given: object) -> Amount:
        if isinstance(given, Amount):
            amount = given
        elif isinstance(given, str):
            amount = Amount.read(given, field=self.name)
        elif isinstance(given, int | Decimal | Fraction) and not isinstance(given, bool):
            amount = Amount.of(given)
        else:
            raise CannotCalculate(self.name, f"give an exact amount, never a {type(given).__name__}.")
        if self.accepts and amount.unit.dimensions not in self.accepts:
            amount = self._bridged(amount)
        top = amount.base.numerator
        if top <= 0 and not self.may_be_negative and not (top == 0 and self.may_be_zero):
            raise CannotCalculate(self.name, f"{amount} is not more than nothing.")
        return amount

    def _bridged(self, amount: Amount) -> Amount:
        dimensions = amount.unit.dimensions
        if self.bridge[0] and dimensions == unit_named(self.bridge[0]).dimensions:
            return Amount.of(amount.to(self.bridge[0]).value / Fraction(self.bridge[1]), self.unit)
        if dimensions == MASS and OF_BODY in self.accepts:
            return amount.as_body_mass()
        if not dimensions and PER_VOLUME.dimensions in self.accepts and (amount.unit.symbol or amount.base < 1):
            # USP General Notices 8.140: a bare percentage of a solid in a liquid is weight in volume.
            return Amount(amount.base, PER_VOLUME)
        if dimensions == PER_TIME and PER_DAY.dimensions in self.accepts:
            return Amount(amount.base, unit_of(PER_DAY.dimensions)).in_unit(PER_DAY)
        if not dimensions:
            raise CannotCalculate(
                self.name, f"{amount} has no unit: write it with its unit, such as {self._example()}."
            )
        raise CannotCalculate(self.name, f"{amount} measures {amount.unit.kind}; wanted is {self._example()}.")

    def _example(self) -> str:
        return " or ".join(unit or "a pure number" for unit in self.unit.split("|"))

    def _choice(self, given: object) -> str:
        text = str(given).strip().lower()
        if text not in self.choices:
            raise CannotCalculate(self.name, f"{text[:40]!r} is not one of {', '.join(self.choices)}.")
        return text

    def _day(self, given: object) -> date:
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        try:
            return date.fromisoformat(str(given).strip())
        except ValueError:
            raise CannotCalculate(self.name, f"{str(given)[:40]!r} is not a day: write YYYY-MM-DD.") from None

    def _moment(self, given: object) -> datetime:
        if isinstance(given, datetime):
            return given
        try:
            return datetime.fromisoformat(str(given).strip())
        except ValueError:
            raise CannotCalculate(self.name, f"{str(given)[:40]!r} is not a moment: write YYYY-MM-DDTHH:MM.") from None


def choice(name: str, *choices: str, default: str = "", draw: bool = True, label: str = "") -> Input:
    """Make an input that is one word of several."""
    drawn = "|".join(choices) if draw else ""
    return Input(name, kind=Kind.CHOICE, choices=choices, default=default, draw=drawn, label=label)
