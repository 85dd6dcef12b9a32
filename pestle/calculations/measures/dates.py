"""Section 24: expiry dates and plain date arithmetic."""

import re
from datetime import date, timedelta

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Working, calculation, stated
from pestle.calculations.worked import CannotCalculate, Check, Step
from pestle.terms.days import last_day_of_month, months_after
from pestle.terms.lot import full_year, read_expiry

YEAR_NOW = Input("seen_on", kind=Kind.DAY, label="the day it is read, for two-digit years", draw="2026-01-15")


@calculation(
    name="expiry-date",
    title="Last day of use from a printed expiry",
    section=24,
    topic="dates",
    keywords="EXP, expiration, month and year",
    formula="month and year alone mean the last day of that month",
    inputs=(Input("printed", kind=Kind.TEXT, draw="4/28|09/2027|FEB 2028|2027-11|12 JAN 2027"), YEAR_NOW),
    cites="21 CFR 211.137; USP General Notices",
    question="A label says EXP {printed}, read on {seen_on}: last day of use (YYYY-MM-DD)?",
)
def expiry_date(printed: str, seen_on: date) -> Working[date]:
    """Gives the last day of use; refuses a date that can be read in two ways."""
    try:
        last = read_expiry(printed, today=seen_on)
    except ValueError as error:
        raise CannotCalculate("printed", str(error)) from None
    return stated(last, Step("last day of the month when no day is printed", printed, last))


@calculation(
    name="gs1-expiry",
    title="Last day of use from a barcode",
    section=24,
    topic="dates",
    keywords="GS1, AI 17, YYMMDD, barcode expiry",
    formula="YYMMDD; day 00 is the last day of the month",
    inputs=(Input("digits", kind=Kind.TEXT, draw="270600|280229|261231|270400"), YEAR_NOW),
    cites="GS1 General Specifications, AI (17) and 7.12",
    question="Barcode expiry {digits}, read on {seen_on}: last day of use (YYYY-MM-DD)?",
)
def gs1_expiry(digits: str, seen_on: date) -> Working[date]:
    """Gives the last day of use of a GS1 expiry."""
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise CannotCalculate("digits", f"{digits[:40]!r} is not six digits YYMMDD.")
    year, month, day = full_year(int(digits[:2]), today=seen_on), int(digits[2:4]), int(digits[4:])
    try:
        last = date(year, month, day) if day else last_day_of_month(year, month)
    except ValueError:
        raise CannotCalculate("digits", f"{digits} is not a day.") from None
    return stated(
        last,
        Step("YYMMDD", digits, last),
        check=Check("back to digits", f"{last:%y%m}", digits[:4], f"{last:%y%m}" == digits[:4]),
    )


@calculation(
    name="date-after",
    title="Day after some time",
    section=24,
    topic="dates",
    keywords="add days, weeks, months, date arithmetic",
    formula="day + time; the end of a shorter month is kept",
    inputs=(
        Input("day", kind=Kind.DAY, draw="2026-01-20|2026-08-31|2026-02-14"),
        Input("time", "day|month", draw="14 days|35 days|90 days|6 months|180 days"),
    ),
    cites="calendar",
    question="{day} plus {time} (YYYY-MM-DD)?",
)
def date_after(day: date, time: Amount) -> Working[date]:
    """Gives the day that lies days, weeks, months or years later."""
    is_months = "month" in time.unit.kind
    count = time.to("month" if is_months else "day").value
    if count.denominator != 1:
        raise CannotCalculate("time", f"{time} is not a whole number of days or months.")
    try:
        later = months_after(day, int(count)) if is_months else day + timedelta(days=int(count))
    except (OverflowError, ValueError):
        raise CannotCalculate("time", f"{time} after {day} is no day we can write.") from None
    check = None if is_months else Check("day − time", later - timedelta(days=int(count)), day, True)
    return stated(later, Step("day + time", f"{day} + {time}", later), check=check)
