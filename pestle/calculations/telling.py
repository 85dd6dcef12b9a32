"""A worked answer for people, and in one stable machine form."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pestle.calculations.amount import Amount
from pestle.calculations.figures import decimal_of
from pestle.calculations.practice import in_words, shown
from pestle.calculations.registry import Calculation
from pestle.calculations.units import unit_named
from pestle.calculations.worked import Also, Answer, Step, Worked
from pestle.terms.decimals import plain


def told(worked: Worked[Answer]) -> str:
    """Write the answer and its working, as for the pharmacist's check."""
    lines = [f"{worked.name}: {shown(worked)}", ""]
    lines += [f"  {name}: {_said(value)}" for name, value in (worked.inputs or {}).items() if value is not None]
    lines += ["", *(f"  {number}. {step}" for number, step in enumerate(worked.steps, 1))]
    lines += list(_after(worked))
    return "\n".join(lines)


def machine_form(worked: Worked[Answer]) -> dict[str, Any]:
    """Give the answer as plain text, lists and dictionaries, numbers as text so that none is changed."""
    return {
        "name": worked.name,
        "value": in_words(worked.value) if worked.exact is None else plain(Decimal(str(worked.value))),
        "unit": worked.unit,
        "ucum": unit_named(worked.unit).ucum if worked.exact is not None else "",
        "exact": None if worked.exact is None else f"{decimal_of(worked.exact):f}",
        "rounding": worked.rounding,
        "inputs": {name: _said(value) for name, value in (worked.inputs or {}).items() if value is not None},
        "steps": [_step(step) for step in worked.steps],
        "check": None if worked.check is None else {"text": str(worked.check), "agrees": worked.check.agrees},
        "also": [{"name": each.name, "value": _also(each), "unit": each.unit} for each in worked.also],
        "warnings": [
            {"text": warned.text, "asks": warned.asks.value, "field": warned.field, "reviewed": warned.is_reviewed}
            for warned in worked.warnings
        ],
        "second_calculation": worked.second_calculation,
        "citation": worked.citation,
        "reviewed": worked.is_reviewed,
    }


def entry_form(entry: Calculation[Any, Any]) -> dict[str, Any]:
    """Give one row of the table in machine form."""
    return {
        "name": entry.name,
        "title": entry.title,
        "section": entry.section,
        "topic": entry.topic,
        "keywords": list(entry.keywords),
        "formula": entry.formula,
        "inputs": [
            {
                "name": wanted.name,
                "wants": wanted.in_words(),
                "required": not (wanted.default or wanted.is_optional),
                "default": wanted.default,
            }
            for wanted in entry.inputs
        ],
        "answer": list(entry.answers),
        "citation": entry.citation,
        "reviewed": entry.is_reviewed,
    }


def _after(worked: Worked[Answer]) -> Iterator[str]:
    if worked.rounding:
        yield f"  rounded {worked.rounding}"
    for each in worked.also:
        yield f"  {each.name}: {Amount.of(each.exact or 0, each.unit) if each.exact is not None else each.value}"
    if worked.check is not None:
        yield f"  check backwards: {worked.check}"
    yield ""
    for warned in worked.warnings:
        yield f"  ! {warned}"
    if worked.second_calculation:
        yield f"  ! {worked.second_calculation}"
    reviewed = "" if worked.is_reviewed else " (unreviewed)"
    yield f"  source: {worked.citation}{reviewed}"


def _also(also: Also) -> str:
    return plain(also.value) if isinstance(also.value, Decimal) else in_words(also.value)


def _step(step: Step) -> dict[str, str]:
    return {"formula": step.formula, "numbers": step.put_in, "result": str(step.result)}


def _said(value: object) -> str:
    return "; ".join(map(_said, value)) if isinstance(value, tuple) else str(value)
