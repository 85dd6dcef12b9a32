"""The independent second calculation: two people work from the order, then their answers are laid side by side."""

from dataclasses import dataclass
from typing import Any

from pestle.calculations.practice import shown
from pestle.calculations.worked import Worked


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether two answers agree, and every difference in words."""

    agrees: bool
    differences: tuple[str, ...]


def compare(first: Worked[Any], second: Worked[Any]) -> Compared:
    """Compare two calculations of the same order, inputs before answers, so that two equal slips are still seen."""
    differences = [] if first.name == second.name else [f"one is {first.name}, the other {second.name}"]
    ours, theirs = first.inputs or {}, second.inputs or {}
    differences += [
        f"{name}: {_said(ours.get(name))} against {_said(theirs.get(name))}"
        for name in sorted({*ours, *theirs})
        if _plain(ours.get(name)) != _plain(theirs.get(name))
    ]
    if (first.value, first.unit) != (second.value, second.unit):
        differences.append(f"answer: {shown(first)} against {shown(second)}")
    return Compared(not differences, tuple(differences))


def _plain(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _said(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else "nothing" if value is None else str(value)
