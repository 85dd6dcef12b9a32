"""The one shape of every answer: the number, how it came about, and what to watch for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Generic, TypeVar

from pestle.terms.findings import Finding, Refused

Answer = Decimal | str | bool | date
T_co = TypeVar("T_co", bound=Answer, covariant=True)


class CannotCalculate(Refused):
    """An input that cannot give a right answer; says which one and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__((Finding(rule="calculation", sentence=reason, field=field),))
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class NeedsReason(CannotCalculate):
    """An input that is possible but unlikely; the answer waits until a person says why it is right."""


class Asks(StrEnum):
    """What a warning asks of the person who reads it."""

    CARE = "care"
    REASON = "reason"
    SECOND_CALCULATION = "second calculation"


@dataclass(frozen=True, slots=True)
class Warned:
    """One sentence of caution; `is_reviewed` is false when its limit is a draft for a pharmacist to confirm."""

    text: str
    asks: Asks = Asks.CARE
    field: str = ""
    citation: str = ""
    is_reviewed: bool = True

    def __str__(self) -> str:
        return self.text if self.is_reviewed else f"{self.text} (unreviewed limit)"


@dataclass(frozen=True, slots=True)
class Step:
    """One line as written on paper: the formula, the numbers put in, the result with its unit.

    `numbers` is plain text, or has one `{}` for each of `values`; those are written out only when somebody reads them.
    """

    formula: str
    numbers: str
    result: object
    values: tuple[object, ...] = ()

    @property
    def put_in(self) -> str:
        """Give the formula with the numbers in place of the names."""
        return self.numbers.format(*self.values) if self.values else self.numbers

    def __str__(self) -> str:
        line = f"{self.put_in} = {self.result}"
        return f"{self.formula}: {line}" if self.formula else line


@dataclass(frozen=True, slots=True)
class Check:
    """The way back: from the exact answer to one of the inputs, and whether it was met."""

    formula: str
    found: object
    expected: object
    agrees: bool

    def __str__(self) -> str:
        verdict = "agrees with" if self.agrees else "DOES NOT AGREE with"
        return f"{self.formula} = {self.found}, {verdict} {self.expected}"


@dataclass(frozen=True, slots=True)
class Also:
    """A further answer of the same working, such as the diluent beside the stock."""

    name: str
    value: Answer
    unit: str
    exact: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Worked(Generic[T_co]):
    """An answer with its working.

    value       the answer, rounded once
    unit        its unit as a person writes it; empty for a pure number, a date or a text
    exact       the number before rounding (None when the answer is no number)
    rounding    the rule in words: "half up to the nearest 0.1 mL"
    steps       the working
    check       the check done backwards (None where there is no way back)
    citation    where the rule is written
    is_reviewed False while a figure used is a draft for a pharmacist to confirm
    second_calculation  why a second person must calculate from the order; empty when nobody must
    """

    name: str
    value: T_co
    unit: str
    exact: Fraction | None
    rounding: str
    steps: tuple[Step, ...]
    check: Check | None = None
    warnings: tuple[Warned, ...] = ()
    citation: str = ""
    is_reviewed: bool = True
    inputs: Mapping[str, object] | None = None
    also: tuple[Also, ...] = ()
    second_calculation: str = ""

    def other(self, name: str) -> Also:
        """Give the further answer of this name; KeyError when there is none."""
        for answer in self.also:
            if answer.name == name:
                return answer
        raise KeyError(name)
