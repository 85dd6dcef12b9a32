"""Calendar days as law and labels count them."""

from calendar import monthrange
from datetime import date

_FIRST_YEAR, _LAST_YEAR = 1850, 2199


def last_day_of_month(year: int, month: int) -> date:
    """Give the day on which a month ends; a label that says only month and year is good through it."""
    return date(year, month, monthrange(year, month)[1])


def months_after(day: date, months: int) -> date:
    """Give the same day of a later month, or that month's last day when it is shorter (31 August + 6 = 28 February)."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_in_our_time(day: date) -> bool:
    """Tell whether a day can be meant in a pharmacy: nobody alive was born before 1850, and nothing waits until 2200.

    A day far outside overflows the clock of some time zone, and the row that holds it could never be read again.
    """
    return _FIRST_YEAR <= day.year <= _LAST_YEAR
