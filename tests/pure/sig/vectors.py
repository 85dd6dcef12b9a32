"""The 222 directions with worked answers, and how a reading of ours compares with each."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pestle.calculations.days_supply import days_supply
from pestle.calculations.supplied import Supplied
from pestle.calculations.worked import CannotCalculate
from pestle.terms.sig import Directions, directions_as_mapping, read_directions

SAMPLES = Path(__file__).parents[2] / "samples" / "sig" / "vectors.jsonl"
FIELDS = {
    "dose": ("dose_low", "dose_high", "unit"),
    "frequency": ("frequency", "frequency_max", "period", "period_max", "period_unit"),
    "times": ("when", "days_of_week"),
    "route": ("route",),
    "verb": ("verb",),
    "duration": ("duration", "duration_unit"),
    "need": ("prn", "prn_reason", "max_per_day"),
}


@cache
def vectors() -> tuple[dict[str, Any], ...]:
    """Give every vector."""
    return tuple(json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines())


@cache
def directions_of(identifier: str) -> Directions:
    """Give our reading of one vector."""
    row = next(row for row in vectors() if row["id"] == identifier)
    return read_directions(row["sig"], row.get("context"))


def agrees(row: dict[str, Any], part: str) -> bool:
    """Tell whether every step of our reading agrees with the vector in one part."""
    ours = directions_as_mapping(directions_of(row["id"]))["parsed"]
    theirs = row["steps"]
    if len(ours) != len(theirs):
        return False
    return all(
        (mine[name] or None) == (wanted.get(name) or None)
        for mine, wanted in zip(ours, theirs, strict=True)
        for name in FIELDS[part]
    )


def supply_of(row: dict[str, Any]) -> int | None:
    """Give our days' supply for a vector; None where we refuse one."""
    if "quantity" not in row:
        return None
    per = row.get("units_per_quantity_unit")
    supplied = Supplied(
        quantity=Decimal(str(row["quantity"])),
        unit=row["quantity_unit"],
        units_per_quantity_unit=None if per is None else Decimal(str(per)),
        discard_after_days=row.get("discard_after_days"),
    )
    try:
        worked = days_supply(directions_of(row["id"]), supplied)
    except CannotCalculate:
        return None
    assert worked.check is None or worked.check.agrees
    return int(worked.value)
