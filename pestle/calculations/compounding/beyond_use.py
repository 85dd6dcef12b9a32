"""Section 24 and USP <795>, <797>: beyond-use dates.

The figures were collected from public secondary sources; each row says whether a designated person has confirmed it
against the official chapter of 1 November 2023. None has, so every answer shows as unreviewed.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, Kind, choice
from pestle.calculations.registry import Working, calculation, stated
from pestle.calculations.worked import CannotCalculate, Check, Step

MADE_ON = Input("made_on", kind=Kind.DAY, label="day of compounding", draw="2026-01-20|2026-02-20|2026-12-15")
MADE_AT = Input("made_at", kind=Kind.MOMENT, label="moment of compounding", draw="2026-03-01T09:30|2026-02-27T22:15")
EARLIEST = Input(
    "earliest_component", kind=Kind.DAY, label="earliest expiry or beyond-use date of a component", is_optional=True
)
STUDY = Input("documented", "day", "documented stability, when shorter", is_optional=True)

NONSTERILE = {  # USP <795>, days.
    "nonpreserved aqueous": 14,
    "preserved aqueous": 35,
    "oral nonaqueous liquid": 90,
    "nonaqueous": 180,
}


class Stores(NamedTuple):
    """Days in controlled room temperature, refrigerator and freezer."""

    room: int
    refrigerator: int
    freezer: int


STERILE = {  # USP <797>, Category 2 and 3, days.
    "2 aseptic nonsterile component": Stores(1, 4, 45),
    "2 aseptic": Stores(4, 10, 45),
    "2 aseptic tested": Stores(30, 45, 60),
    "2 terminal": Stores(14, 28, 45),
    "2 terminal tested": Stores(45, 60, 90),
    "3 aseptic": Stores(60, 90, 120),
    "3 terminal": Stores(90, 120, 180),
}
CATEGORY_1_HOURS = {"room": 12, "refrigerator": 24}


@calculation(
    name="beyond-use-nonsterile",
    title="Beyond-use date, nonsterile",
    section=24,
    topic="dates",
    keywords="BUD, 795, cream, suspension, ointment",
    formula="earliest of: day made + limit of its class, component expiry, documented stability",
    inputs=(MADE_ON, choice("preparation", *NONSTERILE), EARLIEST, STUDY),
    cites="USP <795>, 1 November 2023 (secondary sources)",
    is_reviewed=False,
    question="{preparation} preparation made {made_on}: beyond-use date (YYYY-MM-DD)?",
)
def beyond_use_nonsterile(
    *, made_on: date, preparation: str, earliest_component: date | None, documented: Amount | None
) -> Working[date]:
    """Gives the beyond-use date and every limit beside the one that decides."""
    limits = {f"{preparation}: {NONSTERILE[preparation]} days": _later(made_on, NONSTERILE[preparation])}
    return _earliest(made_on, limits, earliest_component, documented)


@calculation(
    name="beyond-use-sterile",
    title="Beyond-use date, sterile category 2 and 3",
    section=24,
    topic="dates",
    keywords="BUD, 797, CSP, category 2, category 3, sterility test",
    formula="earliest of: day made + limit of its class and store, component expiry, documented stability",
    inputs=(
        MADE_ON,
        choice("preparation", *STERILE),
        choice("store", "room", "refrigerator", "freezer"),
        EARLIEST,
        STUDY,
    ),
    cites="USP <797>, 1 November 2023 (secondary sources)",
    is_reviewed=False,
    question="Category {preparation}, {store}, made {made_on}: beyond-use date (YYYY-MM-DD)?",
)
def beyond_use_sterile(
    *, made_on: date, preparation: str, store: str, earliest_component: date | None, documented: Amount | None
) -> Working[date]:
    """Gives the beyond-use date; the category follows from rooms, components and tests, never from a wish."""
    days = getattr(STERILE[preparation], store)
    return _earliest(
        made_on,
        {f"category {preparation}, {store}: {days} days": _later(made_on, days)},
        earliest_component,
        documented,
    )


@calculation(
    name="beyond-use-category-1",
    title="Beyond-use time, sterile category 1",
    section=24,
    topic="dates",
    keywords="BUD, 797, CSP, category 1, 12 hours, 24 hours",
    formula="moment made + 12 h at room temperature or 24 h refrigerated",
    inputs=(MADE_AT, choice("store", "room", "refrigerator"), EARLIEST),
    cites="USP <797>, 1 November 2023 (secondary sources)",
    is_reviewed=False,
    question="Category 1, {store}, made {made_at}: beyond-use time (YYYY-MM-DDTHH:MM)?",
)
def beyond_use_category_1(*, made_at: datetime, store: str, earliest_component: date | None) -> Working[datetime]:
    """Gives the moment; the clock starts when compounding starts, and hours are elapsed hours."""
    hours = CATEGORY_1_HOURS[store]
    try:
        limit = made_at + timedelta(hours=hours)
    except OverflowError:
        raise CannotCalculate("made_at", "is too late a moment.") from None
    steps = [Step(f"made + {hours} h", made_at.isoformat(timespec="minutes"), limit.isoformat(timespec="minutes"))]
    if earliest_component is not None and earliest_component < made_at.date():
        raise CannotCalculate(
            "earliest_component", f"{earliest_component} is already past: the component cannot be used."
        )
    if earliest_component is not None and earliest_component < limit.date():
        limit = datetime.combine(
            earliest_component, datetime.max.time().replace(second=0, microsecond=0), made_at.tzinfo
        )
        steps.append(Step("component expires first", str(earliest_component), limit.isoformat(timespec="minutes")))
    return stated(limit, *steps)


def _earliest(
    made_on: date, limits: dict[str, date], component: date | None, documented: Amount | None
) -> Working[date]:
    if component is not None:
        if component < made_on:
            raise CannotCalculate("earliest_component", f"{component} is already past: the component cannot be used.")
        limits["earliest component"] = component
    if documented is not None:
        limits[f"documented stability: {documented}"] = _later(made_on, int(documented.to("day").value))
    deciding = min(limits, key=lambda name: limits[name])
    answer = limits[deciding]
    steps = [Step("limit", name, day) for name, day in limits.items() if name != deciding]
    days = (answer - made_on).days
    back = Check(
        "beyond-use date − day made", timedelta(days=days).days, days, answer - timedelta(days=days) == made_on
    )
    return stated(answer, *steps, Step("deciding limit", deciding, answer), check=back)


def _later(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CannotCalculate("made_on", f"{day} is too late a day.") from None
