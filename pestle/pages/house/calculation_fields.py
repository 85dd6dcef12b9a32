"""A calculation as fields, and its answer as the parts of a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pestle.calculations import catalogue
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.practice import in_words, shown
from pestle.calculations.registry import Calculation
from pestle.calculations.typed import units_beside, with_units
from pestle.calculations.worked import Also, Asks, Worked
from pestle.pages.house.pictures import picture_of
from pestle.pages.house.shapes import Working
from pestle.pages.house.workings import working_of
from pestle.stations.entry.calculator import Asked, Attempt
from pestle.terms.decimals import plain

UNIT = "__unit"
OPTIONS = ("nearest", "answer_in", "because")


@dataclass(frozen=True, slots=True)
class Field:
    """One input as a field: its words, what stands in it, and the unit beside it."""

    name: str
    label: str
    note: str
    value: str
    unit: str
    units: tuple[str, ...]
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    is_needed: bool = True

    @property
    def unit_name(self) -> str:
        """Give the name under which the unit is sent."""
        return f"{self.name}{UNIT}"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a template shows of a calculation, which it would otherwise call, since a calculation can be called."""

    name: str
    title: str
    formula: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number to go to the bench with."""

    figure: str
    words: str


def heading_of(entry: Calculation[Any, Any]) -> Heading:
    """Give a calculation's name, title and formula."""
    return Heading(entry.name, entry.title, entry.formula)


def result_of(entry: Calculation[Any, Any], attempt: Attempt) -> dict[str, Any]:
    """Give what the panel of the answer shows: the answer, a refusal, or what is still to come."""
    worked = attempt.worked
    shown_: dict[str, Any] = {"entry": heading_of(entry), "attempt": attempt, "labels": _labels(entry)}
    if attempt.missing:
        shown_["missing"] = [shown_["labels"][name] for name in attempt.missing]
    if attempt.refusal is not None:
        shown_["refusal"] = attempt.refusal.findings[0]
        shown_["refused_label"] = shown_["labels"].get(attempt.refusal.field, "")
    if worked is not None:
        shown_ |= {"working": working(entry.title, worked), "picture": picture_of(worked), "figures": _figures(worked)}
        shown_ |= {"worked": worked, "reasons": [each for each in worked.warnings if each.asks is Asks.REASON]}
        shown_["cautions"] = [each for each in worked.warnings if each.asks is not Asks.REASON]
        shown_["is_unreviewed"] = not worked.is_reviewed or any(not each.is_reviewed for each in worked.warnings)
    return shown_


def working(title: str, worked: Worked[Any]) -> Working:
    """Give an answer and its steps under the title of its calculation; warnings stand beside it, not in the foot."""
    steps = working_of(worked).steps
    parts = (f"Rounded {worked.rounding}." if worked.rounding else "", f"Source: {worked.citation}.")
    return Working(title, shown(worked), steps, " ".join(part for part in parts if part))


def labelled(name: str, inputs: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give kept inputs under the words of their fields."""
    labels = _labels(catalogue.named(name))
    return [(labels.get(key, key), value) for key, value in inputs.items()]


def _labels(entry: Calculation[Any, Any]) -> dict[str, str]:
    return {each.name: _label(each) for each in entry.inputs}


def _label(wanted: Input) -> str:
    words = wanted.label or wanted.name.replace("_", " ")
    return words[:1].upper() + words[1:]


def fields_of(entry: Calculation[Any, Any], typed: Mapping[str, str]) -> list[Field]:
    """Give the fields of a calculation with what stands in them."""
    return [_field(wanted, typed) for wanted in entry.inputs]


_KINDS = {Kind.DAY: "date", Kind.MOMENT: "datetime-local"}


def _field(wanted: Input, typed: Mapping[str, str]) -> Field:
    units = units_beside(wanted)
    notes = ["several, with ; between" if wanted.is_list else ""]
    notes += [f"{wanted.default} when left empty" if wanted.default else "optional" if wanted.is_optional else ""]
    choices = tuple((each, each) for each in wanted.choices)
    if wanted.is_optional or wanted.default:
        choices = (("", wanted.default or "–"), *(pair for pair in choices if pair[0] != wanted.default))
    kind = "choice" if wanted.kind is Kind.CHOICE else "any" if wanted.unit == "any" else "amount" if units else "text"
    return Field(
        name=wanted.name,
        label=_label(wanted),
        note="; ".join(filter(None, notes)),
        value=typed.get(wanted.name, ""),
        unit=typed.get(f"{wanted.name}{UNIT}", units[0] if units else ""),
        units=units,
        kind=_KINDS.get(wanted.kind, kind),
        choices=choices,
        is_needed=not (wanted.default or wanted.is_optional),
    )


def _also(also: Also) -> str:
    value = plain(also.value) if isinstance(also.value, Decimal) else in_words(also.value)
    return f"{value}{'' if also.unit.startswith('%') else ' '}{also.unit}".strip()


def _figures(worked: Worked[Any]) -> list[Figure]:
    if worked.exact is None or not worked.also:
        return []
    first = Figure(shown(worked), worked.steps[-1].formula.partition(" = ")[0])
    return [first, *(Figure(_also(each), each.name) for each in worked.also)]


def asked_of(entry: Calculation[Any, Any], typed: Mapping[str, str]) -> Asked:
    """Give what is asked of a calculation, each number with its unit."""
    options = {name: typed.get(name, "") for name in OPTIONS}
    return Asked(given=with_units(entry, typed, _units(entry, typed)), **options)


def typed_in(entry: Calculation[Any, Any], sent: Mapping[str, str]) -> dict[str, str]:
    """Give what a person typed into the fields of a calculation, empty ones left out."""
    names = [name for each in entry.inputs for name in (each.name, f"{each.name}{UNIT}")]
    return {name: sent[name].strip() for name in (*names, *OPTIONS) if sent.get(name, "").strip()}


def _units(entry: Calculation[Any, Any], typed: Mapping[str, str]) -> dict[str, str]:
    """Give the unit beside each field: as chosen, or the one unit that is printed there."""
    return {
        each.name: typed.get(f"{each.name}{UNIT}") or next(iter(units_beside(each)), "") for each in entry.inputs
    }  # fmt: skip
