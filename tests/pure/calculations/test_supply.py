"""Section 17 by plain arithmetic: every problem of the sample, through the call a person types."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from pestle.calculations.catalogue import work
from pestle.calculations.worked import CannotCalculate
from tests.pure.calculations.test_problems import answer_of

SAMPLES = Path(__file__).parents[2] / "samples" / "calculations" / "supply_problems.jsonl"
PROBLEMS = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem["id"])
def test_a_problem_of_quantity_or_days_is_answered_exactly(problem: dict[str, str]) -> None:
    answer = answer_of(problem["call"])

    assert answer.value == Decimal(problem["value"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": "30 tablets", "dose": "1 tablet"}, "doses"),
        ({"quantity": "30 tablets", "dose": "1 tablet", "doses": "2 doses/day", "every": "8 h"}, "doses"),
        ({"quantity": "30 tablets", "dose": "5 mL", "doses": "2 doses/day"}, "quantity"),
        ({"quantity": "5 mL", "dose": "2 drops", "doses": "2 doses/day"}, "quantity"),
    ],
)
def test_what_does_not_fit_together_is_refused(given: dict[str, str], field: str) -> None:
    with pytest.raises(CannotCalculate) as refusal:
        work("days-supply", given)

    assert refusal.value.field == field
