"""Practice: endless problems of each kind, marked by the same code that works for patients.

Chance comes in from outside: a `Draw` is anything that gives a whole number below another one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import every, topics
from pestle.calculations.figures import written
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Calculation
from pestle.calculations.units import unit_named
from pestle.calculations.worked import Answer, Asks, CannotCalculate, Worked

Draw = Callable[[int], int]
# Two lists of a question that belong together, "{quantities} of {strengths}".
TWO_LISTS = re.compile(r"\{(\w+)\} (of|at) \{(\w+)\}")
TRIES = 60


class Mark(StrEnum):
    """How an answer was marked."""

    RIGHT = "right"
    WRONG = "wrong"
    NO_UNIT = "unit missing"
    WRONG_UNIT = "wrong unit"
    UNREADABLE = "not readable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One question, the inputs as given in it, and the worked answer."""

    topic: str
    name: str
    question: str
    given: dict[str, str]
    worked: Worked[Answer]

    @property
    def answer(self) -> str:
        """Give the right answer as a person writes it."""
        return shown(self.worked)


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of an answer, with a sentence for the trainee."""

    mark: Mark
    sentence: str

    @property
    def is_right(self) -> bool:
        """Say whether it counts."""
        return self.mark is Mark.RIGHT


@dataclass(slots=True)
class Score:
    """Right answers out of all, by topic."""

    right: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    def count(self, topic: str, marked: Marked) -> None:
        """Take in one answer."""
        self.asked[topic] = self.asked.get(topic, 0) + 1
        self.right[topic] = self.right.get(topic, 0) + marked.is_right

    def rows(self) -> list[tuple[str, int, int]]:
        """Give (topic, right, asked), weakest first."""
        rows = [(topic, self.right[topic], self.asked[topic]) for topic in self.asked]
        return sorted(rows, key=lambda row: (Fraction(row[1], row[2]), row[0]))


def seeded(seed: str) -> Draw:
    """Give a draw that is always the same for the same seed."""
    numbers = _numbers(seed)
    return lambda below: next(numbers) % below


def practised(topic: str = "") -> list[Calculation[Any, Any]]:
    """Give the calculations that can be practised, of one topic or of all; CannotCalculate for an unknown topic."""
    if topic and topic not in topics():
        raise CannotCalculate("topic", f"{topic[:40]!r} is not a topic: {', '.join(topics())}.")
    return [entry for entry in every() if entry.question and (not topic or entry.topic == topic)]


def problems(draw: Draw, *, topic: str = "") -> Iterator[Problem]:
    """Give problems without end; each kind comes before any comes again."""
    kinds = practised(topic)
    while True:
        for entry in _shuffled(kinds, draw):
            yield problem(entry, draw)


def problem(entry: Calculation[Any, Any], draw: Draw) -> Problem:
    """Draw numbers for one kind until they make a possible problem that asks for no reason."""
    question, draws = _question(entry, draw)
    for _ in range(TRIES):
        given = {name: drawn(choices, draw) for name, choices in draws.items()}
        try:
            worked = entry.work(given)
        except CannotCalculate:
            continue
        if any(warned.asks is Asks.REASON for warned in worked.warnings):
            continue
        return Problem(entry.topic, entry.name, f"{_asked(entry, question, given)}{_how(worked)}", given, worked)
    raise ValueError(f"{entry.name} draws no possible problem.")


def _question(entry: Calculation[Any, Any], draw: Draw) -> tuple[str, Mapping[str, str]]:
    first = (entry.question, {wanted.name: wanted.draw for wanted in entry.inputs if wanted.draw})
    if not entry.also_asked:
        return first
    return (first, *entry.also_asked)[draw(1 + len(entry.also_asked))]


def drawn(choices: str, draw: Draw) -> str:
    """Draw one of "250 mL|500 mL" or a step of "50..500/50 mL"."""
    options = choices.split("|")
    choice = options[draw(len(options))]
    span, slash, rest = choice.partition("/") if ".." in choice else (choice, "", "")
    if not slash:
        return choice
    low, high = (Fraction(side.replace(",", "")) for side in span.split(".."))
    number, _, unit = rest.partition(" ")
    step = Fraction(number.replace(",", ""))
    count = (high - low) // step
    return f"{written(low + step * draw(count + 1), digits=12)} {unit}".rstrip()


def mark(problem: Problem, answer: str) -> Marked:
    """Mark a typed answer: the number, rounded or exact, and its unit."""
    worked = problem.worked
    if worked.exact is None:
        return _mark_text(worked, answer)
    try:
        given = Amount.read(answer)
    except CannotCalculate as error:
        return Marked(Mark.UNREADABLE, f"{error.reason} The answer is {problem.answer}.")
    wanted = Amount.of(worked.exact, worked.unit)
    if wanted.unit.symbol and not given.unit.symbol and ":" not in answer:
        return Marked(Mark.NO_UNIT, f"A number without its unit is no answer. The answer is {problem.answer}.")
    if given.unit.dimensions != wanted.unit.dimensions:
        given_percent = _as_percent(given, wanted)
        if given_percent is None:
            return Marked(Mark.WRONG_UNIT, f"{given} measures {given.unit.kind}. The answer is {problem.answer}.")
        given = given_percent
    return _mark_number(problem, given.in_unit(wanted.unit).value, wanted.value)


def shown(worked: Worked[Answer]) -> str:
    """Write an answer with its unit."""
    if worked.exact is None:
        return in_words(worked.value)
    number = Fraction(str(worked.value))
    if worked.unit.startswith("USD"):
        return str(Amount.of(number, worked.unit))
    separator = "" if worked.unit.startswith(("%", "/")) else " "
    return f"{written(number, digits=15)}{separator}{worked.unit}".rstrip()


def in_words(value: Answer) -> str:
    """Write an answer that is no number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _mark_number(problem: Problem, given: Fraction, exact: Fraction) -> Marked:
    worked = problem.worked
    value = Fraction(str(worked.value))
    if given in {value, exact} or abs(given - exact) < abs(value - exact):
        return Marked(Mark.RIGHT, f"Right: {problem.answer}.")
    ratio = abs(given / exact) if exact and given else Fraction(0)
    for power in (10, 100, 1000, 10**6):
        if any(abs(ratio * factor - 1) * 200 < 1 for factor in (Fraction(power), Fraction(1, power))):
            return Marked(
                Mark.WRONG, f"Off by a factor of {power:,}: check the decimal point. The answer is {problem.answer}."
            )
    if exact and abs(given - exact) * 50 <= abs(exact):
        return Marked(Mark.WRONG, f"Close, but round {worked.rounding}. The answer is {problem.answer}.")
    return Marked(Mark.WRONG, f"The answer is {problem.answer}.")


def _mark_text(worked: Worked[Answer], answer: str) -> Marked:
    wanted = in_words(worked.value)
    same = answer.strip().lower().replace(" ", "") == wanted.lower().replace(" ", "")
    return Marked(Mark.RIGHT, f"Right: {wanted}.") if same else Marked(Mark.WRONG, f"The answer is {wanted}.")


def _as_percent(given: Amount, wanted: Amount) -> Amount | None:
    per_volume = unit_named("% w/v")
    if given.unit.symbol == "%" and wanted.unit.dimensions == per_volume.dimensions:
        return Amount(given.base, per_volume)
    return None


def _how(worked: Worked[Answer]) -> str:
    """Say how to round, where there is something to round."""
    is_exact = isinstance(worked.value, Decimal) and worked.exact == Fraction(worked.value)
    return f" (round {worked.rounding})" if worked.rounding and not is_exact else ""


def _asked(entry: Calculation[Any, Any], question: str, given: dict[str, str]) -> str:
    """Put the numbers into the question; two lists side by side are told pair by pair: 25 g of 10% and 75 g of 50%."""

    def pairs(found: re.Match[str]) -> str:
        one, word, other = found.groups()
        if not (entry.input(one).is_list and entry.input(other).is_list):
            return found[0]
        both = zip(_parts(entry.input(one), given[one]), _parts(entry.input(other), given[other]), strict=True)
        return " and ".join(f"{first} {word} {second}" for first, second in both)

    return TWO_LISTS.sub(pairs, question).format(
        **{name: ", ".join(_parts(entry.input(name), text)) for name, text in given.items()}
    )


def _parts(wanted: Input, text: str) -> list[str]:
    parts = text.split("; ")
    if wanted.kind is Kind.AMOUNT:
        parts = [part if part.startswith("1:") else str(Amount.read(part)) for part in parts]
    return ["1 dose/day" if part == "1 doses/day" else part for part in parts]


def _shuffled(kinds: Sequence[Calculation[Any, Any]], draw: Draw) -> Iterable[Calculation[Any, Any]]:
    order = list(kinds)
    for place in range(len(order) - 1, 0, -1):
        other = draw(place + 1)
        order[place], order[other] = order[other], order[place]
    return order


def _numbers(seed: str) -> Iterator[int]:
    count = 0
    while True:
        yield int.from_bytes(sha256(f"{seed}/{count}".encode()).digest()[:8], "big")
        count += 1
