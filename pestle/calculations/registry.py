"""The table of calculations: command, pages and practice all read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, ParamSpec, TypeVar, cast

from pestle.calculations.amount import Amount
from pestle.calculations.figures import decimal_of
from pestle.calculations.inputs import Input
from pestle.calculations.limits import LIMITS, Limit
from pestle.calculations.rounding import BySize, Rounding, to_nearest
from pestle.calculations.units import unit_named
from pestle.calculations.worked import (
    Also,
    Answer,
    Asks,
    CannotCalculate,
    Check,
    Step,
    Warned,
    Worked,
)

P = ParamSpec("P")
T = TypeVar("T", bound=Answer)

AGREES_WITHIN = Fraction(1, 10**20)  # Roots and powers are worked to 40 digits; everything else is exact.
Back = tuple[str, Amount, Amount]
Other = tuple[str, Amount, str]
CALCULATIONS: "dict[str, Calculation[Any, Any]]" = {}


class WorkingDisagrees(ArithmeticError):
    """The way back did not meet the input: a fault of ours, never shown as an answer."""


@dataclass(frozen=True, slots=True)
class Working(Generic[T]):
    """What the body of a calculation gives: the exact answer and how it came about."""

    answer: Amount | str | bool | date
    numbers: str = ""
    values: tuple[object, ...] = ()
    before: tuple[Step, ...] = ()
    back: Back | Check | None = None
    also: tuple[Other | Also, ...] = ()
    warnings: tuple[Warned, ...] = ()
    rounding: Rounding | None = None
    second_calculation: str = ""
    unit: str = ""
    formula: str = ""


def working(
    answer: Amount,
    numbers: str,
    *values: object,
    before: tuple[Step, ...] = (),
    back: Back | None = None,
    also: tuple[Other, ...] = (),
    warnings: tuple[Warned, ...] = (),
    rounding: Rounding | None = None,
    second_calculation: str = "",
    formula: str = "",
) -> Working[Decimal]:
    """Give an exact number with the last line of its working: the formula's numbers put in."""
    return Working(answer, numbers, values, before, back, also, warnings, rounding, second_calculation, "", formula)


def stated(
    answer: T,
    *steps: Step,
    check: Check | None = None,
    warnings: tuple[Warned, ...] = (),
    also: tuple[Also, ...] = (),
    unit: str = "",
) -> Working[T]:
    """Give an answer that is no number: a text, a date, yes or no."""
    return Working(cast("str | bool | date", answer), before=steps, back=check, warnings=warnings, also=also, unit=unit)


@dataclass(frozen=True)
class Calculation(Generic[P, T]):
    """One row of the table; call it with amounts, or `work` it with written inputs."""

    name: str
    title: str
    section: int
    topic: str
    keywords: tuple[str, ...]
    formula: str
    inputs: tuple[Input, ...]
    answers: tuple[str, ...]
    rounding: Rounding | BySize
    citation: str
    is_reviewed: bool
    answer_limit: str
    second_calculation: str
    warning: str
    question: str
    also_asked: tuple[tuple[str, Mapping[str, str]], ...]
    body: Callable[P, Working[T]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Worked[T]:
        """Calculate. CannotCalculate names the input that is impossible, NeedsReason the unlikely one."""
        if args:
            raise TypeError(f"{self.name} takes its inputs by name.")
        return self.work(kwargs)

    def work(
        self,
        given: Mapping[str, object],
        *,
        nearest: str = "",
        answer_in: str = "",
        because: str = "",
        limits: Mapping[str, Limit] = LIMITS,
    ) -> Worked[T]:
        """Calculate from amounts or written inputs; `because` is the reason why unlikely inputs are right."""
        taken: dict[str, Any] = {}
        warnings: list[Warned] = []
        known = 0
        for wanted in self.inputs:
            value = given.get(wanted.name)
            if value is None:
                taken[wanted.name] = wanted.when_missing()
                continue
            known += 1
            value = taken[wanted.name] = wanted.take(value)
            for name in wanted.limit.split("|") if wanted.limit else ():
                _guard(limits[name], wanted.name, value, because, warnings)
        if known != sum(value is not None for value in given.values()):
            self._refuse_unknown(given)
        try:
            found = cast("Callable[..., Working[T]]", self.body)(**taken)
        except CannotCalculate as error:
            raise error if error.field else CannotCalculate(self._first_field(), error.reason) from None
        chosen = to_nearest(nearest) if nearest else found.rounding
        if isinstance(found.answer, Amount):
            exact = self._in_answer_unit(found.answer, answer_in)
            if self.answer_limit:
                _guard_answer(limits[self.answer_limit], exact, warnings)
            rule = chosen or self._rule(exact.value, answer_in)
            return self._numbered(found, exact, rule, taken, warnings)
        return Worked(
            name=self.name,
            value=cast("T", found.answer),
            unit=found.unit,
            exact=None,
            rounding="",
            steps=found.before,
            check=cast("Check | None", found.back),
            warnings=(*warnings, *self._own_warning(), *found.warnings),
            citation=self.citation,
            is_reviewed=self.is_reviewed,
            inputs=taken,
            also=cast("tuple[Also, ...]", found.also),
            second_calculation=found.second_calculation or self.second_calculation,
        )

    def input(self, name: str) -> Input:
        """Give the input of this name; CannotCalculate when there is none."""
        for wanted in self.inputs:
            if wanted.name == name:
                return wanted
        raise CannotCalculate(name, f"{self.name} has no such input; it takes {self._names()}.")

    def _numbered(
        self, found: Working[T], answer: Amount, rule: Rounding, taken: Mapping[str, object], warnings: list[Warned]
    ) -> Worked[T]:
        exact, unit = answer.value, answer.unit
        value = rule.apply(exact)
        if found.warnings or self.warning:
            warnings.extend((*self._own_warning(), *found.warnings))
        if abs(exact.numerator) * rule.nearest.denominator < 10 * rule.nearest.numerator * exact.denominator:
            _mind_rounding(exact, value, rule, warnings)
        back = None if found.back is None else _way_back(cast("Back", found.back))
        # After earlier steps the whole formula no longer fits the last line: name only what it gives.
        formula = found.formula or (self.formula.split(" = ", 1)[0] if found.before else self.formula)
        step = Step(formula, found.numbers, answer, found.values)
        also = tuple(_other(cast("Other", each)) for each in found.also) if found.also else ()
        # By position, because this is the one place through which every number goes.
        return Worked(
            self.name, cast("T", value), unit.one if abs(value) <= 1 else unit.symbol, exact, rule.in_words(unit),
            (*found.before, step), back, tuple(warnings), self.citation, self.is_reviewed, taken, also,
            found.second_calculation or self.second_calculation,
        )  # fmt: skip

    def _in_answer_unit(self, answer: Amount, answer_in: str) -> Amount:
        if answer_in:
            try:
                return answer.to(answer_in)
            except CannotCalculate as error:
                raise CannotCalculate("answer_in", error.reason) from None
        if answer.unit.symbol in self.answers:
            return answer
        for written in self.answers:
            unit = unit_named(written)
            if unit.dimensions == answer.unit.dimensions:
                return answer.in_unit(unit)
        return answer

    def _rule(self, exact: Fraction, answer_in: str) -> Rounding:
        if answer_in and answer_in not in self.answers:
            return FINE if abs(exact) < 1 else CENTI
        return self.rounding.for_size(exact) if isinstance(self.rounding, BySize) else self.rounding

    def _own_warning(self) -> tuple[Warned, ...]:
        return (Warned(self.warning),) if self.warning else ()

    def _refuse_unknown(self, given: Mapping[str, object]) -> None:
        for name in given:
            self.input(name)

    def _first_field(self) -> str:
        return self.inputs[0].name if self.inputs else ""

    def _names(self) -> str:
        return ", ".join(wanted.name for wanted in self.inputs)


FINE = to_nearest("0.0001")
CENTI = to_nearest("0.01")


def calculation(
    *,
    name: str,
    title: str,
    section: int,
    topic: str,
    keywords: str = "",
    formula: str = "",
    inputs: tuple[Input, ...],
    answer: str = "",
    nearest: str | Rounding | BySize = "0.01",
    cites: str,
    is_reviewed: bool = True,
    answer_limit: str = "",
    second_calculation: str = "",
    warning: str = "",
    question: str = "",
    also_asked: tuple[tuple[str, Mapping[str, str]], ...] = (),
) -> Callable[[Callable[P, Working[T]]], Calculation[P, T]]:
    """Put a calculation into the table. `answer` lists its possible units with | between them.

    Practice asks `question` with what the inputs draw, or one of `also_asked` with the draws beside it.
    """

    def enter(body: Callable[P, Working[T]]) -> Calculation[P, T]:
        if name in CALCULATIONS:
            raise ValueError(f"There are two calculations called {name}.")
        rule = to_nearest(nearest) if isinstance(nearest, str) else nearest
        entered = Calculation(
            name, title, section, topic, tuple(keywords.split(", ")) if keywords else (), formula, inputs,
            tuple(answer.split("|")) if answer else (), rule, cites, is_reviewed, answer_limit, second_calculation,
            warning, question, also_asked, body,
        )  # fmt: skip
        object.__setattr__(entered, "__doc__", describe(entered))
        CALCULATIONS[name] = entered
        return entered

    return enter


def describe(entry: "Calculation[Any, Any]") -> str:
    """Write what a calculation does, its formula, units, errors and source."""
    lines = [entry.body.__doc__ or entry.title, ""]
    if entry.formula:
        lines += [f"Formula: {entry.formula}."]
    lines += [f"{wanted.name}: {wanted.in_words()}" for wanted in entry.inputs]
    answer = " or ".join(unit or "number" for unit in entry.answers) or "text"
    errors = "Raises CannotCalculate for an impossible or bare input, NeedsReason for an unlikely one."
    return "\n".join([*lines, f"Answer: {answer}.", f"Source: {entry.citation}.", errors])


def _guard(rule: Limit, field: str, value: Any, because: str, warnings: list[Warned]) -> None:
    for amount in value if isinstance(value, tuple) else (value,):
        if not rule.fits(amount):
            continue
        rule.refuse_impossible(field, amount)
        if (doubt := rule.doubt(field, amount)) is not None:
            if not because.strip():
                raise doubt
            text = f"{field}: {amount} is unusual, accepted because: {because.strip()}"
            warnings.append(Warned(text, Asks.REASON, field, rule.citation, rule.is_reviewed))


def _guard_answer(rule: Limit, answer: Amount, warnings: list[Warned]) -> None:
    rule.refuse_impossible("answer", answer)
    if (doubt := rule.doubt("answer", answer)) is not None:
        warnings.append(Warned(doubt.reason, Asks.REASON, "answer", rule.citation, rule.is_reviewed))


def _mind_rounding(exact: Fraction, value: Decimal, rule: Rounding, warnings: list[Warned]) -> None:
    moved = abs(Fraction(value) - exact)
    if exact and not value and rule.nearest < 1:
        raise CannotCalculate(
            "nearest", f"the answer would round to nothing at {decimal_of(rule.nearest)}: ask for a finer step."
        )
    if moved * 20 > abs(exact) and rule.nearest < 1:
        percent = f"{decimal_of(moved / abs(exact) * 100):.1f}"
        warnings.append(
            Warned(f"Rounding moves the answer by {percent}%.", is_reviewed=False, citation="house limit of 5%")
        )


def _way_back(back: Back) -> Check:
    formula, found, expected = back
    agrees = found.base == expected.base or abs(found.base - expected.base) <= abs(expected.base) * AGREES_WITHIN
    if not agrees or found.unit.dimensions != expected.unit.dimensions:
        raise WorkingDisagrees(f"{formula} gives {found}, not {expected}.")
    return Check(formula, found.in_unit(expected.unit), expected, agrees)


def _other(other: Other) -> Also:
    name, amount, nearest = other
    exact = amount.value
    value = to_nearest(nearest).apply(exact) if nearest else decimal_of(exact)
    return Also(name, value, amount.unit.one if abs(value) <= 1 else amount.unit.symbol, exact)
