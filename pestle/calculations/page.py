"""The catalogue as a page of the manual, written from the table."""

from typing import Any

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import every
from pestle.calculations.limits import HIGH_ALERT, LIMITS
from pestle.calculations.registry import Calculation

HEAD = """# Calculations

Every calculation Pestle knows, written from the table that works them (`pestle calc --markdown`).
Type `pestle calc NAME name=value …`; every number carries its unit; `--nearest`, `--in` and `--because` come after.
A mark of *unreviewed* means that a pharmacist has not yet confirmed the figures.
"""
GUARDS = """## Guard rails

Outside the possible a figure is refused; outside the usual it waits for a reason. A pharmacy may give rows of its own.
"""


def catalogue_page() -> str:
    """Write the page."""
    lines, section = [HEAD], 0
    for entry in every():
        if entry.section != section:
            section = entry.section
            lines.append(f"## {section}. {entry.topic[0].upper()}{entry.topic[1:]}\n")
        lines.append(_entry(entry))
    return "\n".join([*lines, *_limits()]).rstrip()


def _limits() -> list[str]:
    lines = [GUARDS, "| | possible | usual | | source | |", "|---|---|---|---|---|---|"]
    for name, row in LIMITS.items():
        possible, usual = _span(row.lowest, row.highest), _span(row.usually_from, row.usually_to)
        reviewed = "reviewed" if row.is_reviewed else "*unreviewed*"
        lines.append(f"| {name} | {possible} | {usual} | {row.because} | {row.citation} | {reviewed} |")
    return [*lines, "\nA second person calculates from the order for: " + ", ".join(HIGH_ALERT) + "."]


def _span(low: Amount | None, high: Amount | None) -> str:
    if low is None and high is None:
        return ""
    return f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}"


def _entry(entry: Calculation[Any, Any]) -> str:
    answer = " or ".join(unit or "number" for unit in entry.answers) or "as the inputs"
    lines = [
        f"### {entry.name}\n",
        f"{entry.title}. {entry.body.__doc__}\n",
        f"- Formula: {entry.formula}",
        *(f"- `{wanted.name}`: {wanted.in_words()}" for wanted in entry.inputs),
        f"- Answer: {answer}",
        f"- Source: {entry.citation}{'' if entry.is_reviewed else ' (*unreviewed*)'}",
    ]
    if entry.warning:
        lines.append(f"- Note: {entry.warning}")
    if entry.second_calculation:
        lines.append(f"- {entry.second_calculation}")
    return "\n".join(lines) + "\n"
