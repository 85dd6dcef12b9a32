"""Every problem of the samples, through the same call a person types."""

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import work
from pestle.calculations.typed import read_call
from pestle.calculations.units import unit_named
from pestle.calculations.worked import Also, Worked

SAMPLES = Path(__file__).parents[2] / "samples" / "calculations"
PROBLEMS = [
    json.loads(line)
    for name in ("problems.jsonl", "published_problems.jsonl")
    for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()
]
# Where the source writes a unit of its own: a whole spoon and a fluid ounce by the pharmacy's convention,
# normality as numbers without a unit, and plain counts of tablets in a Roman numeral.
SAME_UNIT = {
    "[tsp_us]": "tsp",
    "[foz_us]": "fl oz",
    "mg{MME}/d": "MME/day",
    "{pack}": "pack",
    "USD": "USD",
    "{tbl}": "tablet",
}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["id"])
def test_a_problem_is_answered_within_its_tolerance(problem: dict[str, str]) -> None:
    answer = answer_of(problem["call"])

    assert written(answer.value, problem["unit"], answer.unit, problem["value"], Decimal(problem["within"]))


def test_every_problem_names_its_source_and_a_wrong_one_says_why() -> None:
    assert [each["id"] for each in PROBLEMS if not each["source"]] == []
    assert [each["id"] for each in PROBLEMS if (each["basis"] == "source_wrong") != ("why" in each)] == []
    assert len({each["id"] for each in PROBLEMS}) == len(PROBLEMS) == 307 + 57


def answer_of(call: str) -> Worked[Any] | Also:
    """Work a call of the samples; `=>` passes the exact answer on."""
    line, _, pick = call.partition(" -> ")
    worked: Worked[Any] | None = None
    for part in line.split(" => "):
        name, typed, options = read_call(part)
        given: dict[str, object] = dict(typed)
        if worked is not None and worked.exact is not None:
            passed = Amount.of(worked.exact, worked.unit)
            given = {key: passed if value == "{}" else value for key, value in typed.items()}
        worked = work(name, given, **options)
    assert worked is not None
    return worked.other(pick) if pick else worked


def written(value: object, unit: str, own_unit: str, wanted: str, within: Decimal) -> bool:
    """Compare an answer with the one of the source, in the source's unit."""
    if isinstance(value, bool | str):
        return str(value) == wanted
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes") == wanted
    if isinstance(value, date):
        return value.isoformat() == wanted
    target = unit_named(SAME_UNIT.get(unit, unit))
    found = Amount.of(Fraction(str(value)), own_unit)
    if found.unit.dimensions != target.dimensions and unit in {"1", "{tbl}"}:
        target = found.unit
    return abs(found.in_unit(target).value - Fraction(wanted)) <= Fraction(within)
