"""Directions as plain mappings, in the form of our test vectors, and coded steps back from them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pestle.terms.sig.sites import said_again
from pestle.terms.sig.values import Directions, Relation, Step

_PART_OF_MEAL = {"ac1": "ac"}


def step_as_mapping(step: Step) -> dict[str, Any]:
    """Give a step as names and plain values; numbers as JSON numbers, clock times as parts of the day."""
    return (
        {
            "verb": step.verb,
            "dose_low": as_number(step.dose_low),
            "dose_high": as_number(step.dose_high),
            "unit": step.unit,
            "route": _route(step),
            "frequency": step.frequency,
            "frequency_max": step.frequency_max,
            "period": as_number(step.period),
            "period_max": as_number(step.period_max),
            "period_unit": step.period_unit,
            "when": [_PART_OF_MEAL.get(code, code) for code in step.when] + [_part_of_day(time) for time in step.times],
            "days_of_week": list(step.days_of_week),
            "duration": as_number(step.duration_max or step.duration),
            "duration_unit": step.duration_unit,
            "prn": step.prn,
            "prn_reason": step.prn_reason,
            "max_per_day": as_number(step.max_per_day),
        }
        | ({"times": list(step.times)} if step.times else {})
        | ({"site": step.site} if step.site else {})
    )


def _route(step: Step) -> str | None:
    """The place where it was named; the way in where the place only says more of it."""
    if step.route == "part" and step.unit == "patch":
        return "td"
    return step.route if step.site in said_again() and step.route != "part" else step.site or step.route


def directions_as_mapping(directions: Directions) -> dict[str, Any]:
    """Give the whole reading: steps, how they hang together, questions, hazards and what was assumed."""
    return {
        "parsed": [step_as_mapping(step) for step in directions.steps],
        "relation": str(directions.relation) if directions.relation else None,
        "notes": list(directions.notes),
        "needs_clarification": directions.needs_clarification,
        "questions": [str(question) for question in directions.questions],
        "safety_flags": [f"{hazard.written}: {hazard.use_instead}" for hazard in directions.hazards],
        "assumptions": list(directions.assumptions),
        "corrections": [list(pair) for pair in directions.corrections],
        "unread": list(directions.unread),
    }


def steps_from_mappings(rows: Sequence[Mapping[str, Any]], relation: str | None = None) -> tuple[Step, ...]:
    """Make coded steps out of mappings of the same form, as they come with a structured prescription."""
    return tuple(_coded_step(row, Relation(relation) if relation and place else None) for place, row in enumerate(rows))


def _coded_step(row: Mapping[str, Any], relation: Relation | None) -> Step:
    return Step(
        verb=row.get("verb"),
        dose_low=_decimal(row.get("dose_low")),
        dose_high=_decimal(row.get("dose_high")),
        unit=row.get("unit"),
        route=row.get("route"),
        frequency=row.get("frequency"),
        frequency_max=row.get("frequency_max"),
        period=_decimal(row.get("period")),
        period_max=_decimal(row.get("period_max")),
        period_unit=row.get("period_unit"),
        when=tuple(row.get("when") or ()),
        days_of_week=tuple(row.get("days_of_week") or ()),
        duration=_decimal(row.get("duration")),
        duration_unit=row.get("duration_unit"),
        prn=bool(row.get("prn")),
        prn_reason=row.get("prn_reason"),
        max_per_day=_decimal(row.get("max_per_day")),
        relation=relation,
    )


def as_number(value: Decimal | None) -> int | float | None:
    """Give a number as JSON writes it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _part_of_day(time: str) -> str:
    hour = int(time[:2])
    if hour < 12:
        return "am"
    return "noon" if time == "12:00" else "pm" if hour < 21 else "night"
