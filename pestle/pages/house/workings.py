"""From an answer of `pestle.calculations` to the lines a person reads."""

from decimal import Decimal
from typing import Any

from pestle.calculations.worked import Worked
from pestle.pages.house.shapes import WorkedStep, Working
from pestle.terms.decimals import plain


def working_of(answer: Working | Worked[Any]) -> Working:
    """Give the title, answer, steps, check and foot of a worked answer; a `Working` is given back as it is."""
    if isinstance(answer, Working):
        return answer
    steps = [WorkedStep(step.formula, f"{step.put_in} = {step.result}") for step in answer.steps]
    if answer.check:
        agrees = "agrees" if answer.check.agrees else "does not agree"
        steps.append(WorkedStep(f"Check: {answer.check.formula}", f"{answer.check.found}, {agrees}"))
    return Working(answer.name, _value(answer), tuple(steps), _foot(answer))


def _value(answer: Worked[Any]) -> str:
    value = plain(answer.value) if isinstance(answer.value, Decimal) else str(answer.value)
    return f"{value}\N{NO-BREAK SPACE}{answer.unit}" if answer.unit else value


def _foot(answer: Worked[Any]) -> str:
    parts = [str(warning) for warning in answer.warnings]
    parts += [
        f"Rounded {answer.rounding}." if answer.rounding else "",
        f"{answer.citation}." if answer.citation else "",
    ]
    parts += ["" if answer.is_reviewed else "A figure used here is not reviewed yet."]
    return " ".join(part for part in parts if part)
