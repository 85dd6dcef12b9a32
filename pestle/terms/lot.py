"""The maker's lot number and the last day a package may be used."""

import re
from dataclasses import dataclass
from datetime import date

from pestle.terms.days import last_day_of_month

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTH_THEN_YEAR = re.compile(r"(?P<month>\d{1,2})[/-](?P<year>\d{4}|\d{2})")
YEAR_THEN_MONTH = re.compile(r"(?P<year>\d{4})[/-](?P<month>\d{1,2})")
NAMED_MONTH = re.compile(r"(?P<month>[A-Z]{3})[A-Z]*[ ./-]*(?P<year>\d{4}|\d{2})")
ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
NAMED_DAY = re.compile(r"(?P<day>\d{1,2})[ -]?(?P<month>[A-Z]{3})[ -]?(?P<year>\d{4})")
FORMS = (MONTH_THEN_YEAR, YEAR_THEN_MONTH, NAMED_MONTH, ISO_DAY, NAMED_DAY)


@dataclass(frozen=True, slots=True, order=True)
class LotNumber:
    """A lot or batch number as printed, letter case kept: one to twenty visible characters (GS1 AI 10).

    Raises ValueError for an empty, longer or unprintable one.
    """

    text: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.text) <= 20:
            raise ValueError(f"A lot number has 1 to 20 characters, not {len(self.text)}.")
        if not self.text.isascii() or not self.text.isprintable() or " " in self.text:
            raise ValueError(f"A lot number has only visible characters, not {self.text!r}.")

    def __str__(self) -> str:
        return self.text


def read_expiry(text: str, *, today: date) -> date:
    """Read a printed expiry date; month and year alone mean the last day of that month.

    Raises ValueError for a date that can be read in two ways, such as 03/04/27, and for what is no date.
    """
    wanted = text.strip().upper()
    for form in FORMS:
        if found := form.fullmatch(wanted):
            return _date_from(found.groupdict(), text, today)
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", wanted):
        raise ValueError(f"{text!r} can be read with the day or the month first: write it as YYYY-MM-DD.")
    raise ValueError(f"{text!r} is not an expiry date: write it as YYYY-MM-DD or MM/YYYY.")


def full_year(two_digits: int, *, today: date) -> int:
    """Give the year a two-digit year means: 49 years back to 50 ahead (GS1 General Specifications, 7.12)."""
    year = today.year - today.year % 100 + two_digits
    if year - today.year >= 51:
        return year - 100
    return year + 100 if year - today.year <= -50 else year


def _date_from(parts: dict[str, str], text: str, today: date) -> date:
    year = int(parts["year"]) if len(parts["year"]) == 4 else full_year(int(parts["year"]), today=today)
    try:
        month = int(parts["month"]) if parts["month"].isdigit() else MONTHS.index(parts["month"]) + 1
        return date(year, month, int(parts["day"])) if "day" in parts else last_day_of_month(year, month)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an expiry date: there is no such day.") from error
