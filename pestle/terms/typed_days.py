"""A day as people type it: 11/23/2026, 11/23/26, 112326, and, where today is known, 11/23, 23, t, +20 or -1.

Whatever is short is read towards one side, never guessed: a written day looks back, a day of travel looks ahead.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from pestle.terms.days import is_in_our_time

FORMS = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%m-%d-%Y", "%m%d%Y", "%m%d%y")
_AWAY = re.compile(r"(?P<sign>[+-])(?P<days>[0-9]{1,3})")
_SHORT = re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})")
_MONTH = 31
_YEAR = 366
_LEAP = 8  # February 29 may be eight years away: 1896 to 1904.


def read_day(text: str, *, today: date | None = None, is_ahead: bool = False) -> date | None:
    """This will read a typed day, or give None; short forms need `today` and are read before it, or `is_ahead` of it.

    "11/23" is the last such day until today (ahead: the next from today on), "23" alone likewise, "t" is today, "+20"
    and "-1" count days from today.
    """
    text = text.strip().lower()
    for form in FORMS:
        if (form == "%m%d%y" and len(text) != 6) or (form == "%m%d%Y" and len(text) != 8):
            # Python reads 1231 as January 2, 2031: without slashes only whole forms count.
            continue
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day on paper has no time zone
        except ValueError:
            continue
        return day if is_in_our_time(day) else None
    return _short(text, today, is_ahead) if today is not None else None


def read_birth(text: str, *, today: date) -> date | None:
    """This will read a birth date: two digits of a year mean the past century where they would lie in the future."""
    day = read_day(text)
    if day is None or day <= today:
        return day
    try:
        return day.replace(year=day.year - 100)
    except ValueError:
        return None


def _short(text: str, today: date, is_ahead: bool) -> date | None:
    if text == "t":
        return today
    if away := _AWAY.fullmatch(text):
        days = timedelta(days=int(away["days"]))
        return today + days if away["sign"] == "+" else today - days
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return _nearest(lambda day: day.day == int(text), today, days=2 * _MONTH, is_ahead=is_ahead)
    if (said := _SHORT.fullmatch(text)) is None:
        return None
    wanted = (int(said["month"]), int(said["day"]))
    return _nearest(lambda day: (day.month, day.day) == wanted, today, days=_LEAP * _YEAR, is_ahead=is_ahead)


def _nearest(fits: Callable[[date], bool], today: date, *, days: int, is_ahead: bool) -> date | None:
    step = timedelta(days=1 if is_ahead else -1)
    return next((day for away in range(days) if fits(day := today + step * away)), None)
