from datetime import date

import pytest

from pestle.terms.days import last_day_of_month, months_after
from pestle.terms.lot import LotNumber, full_year, read_expiry

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("printed", "last_day"),
    [
        ("03/27",      date(2027, 3, 31)),
        ("3/2027",     date(2027, 3, 31)),
        ("03-2028",    date(2028, 3, 31)),
        ("02/28",      date(2028, 2, 29)),
        ("MAR-27",     date(2027, 3, 31)),
        ("June 2027",  date(2027, 6, 30)),
        ("2027-03",    date(2027, 3, 31)),
        ("2027-03-04", date(2027, 3, 4)),
        ("04MAR2027",  date(2027, 3, 4)),
        ("4 Mar 2027", date(2027, 3, 4)),
    ],
)  # fmt: skip
def test_a_printed_expiry_is_read_and_a_month_means_its_last_day(printed: str, last_day: date) -> None:
    assert read_expiry(printed, today=TODAY) == last_day


@pytest.mark.parametrize(
    ("printed", "because"),
    [
        ("03/04/27",   "day or the month first"),
        ("3.4.2027",   "day or the month first"),
        ("13/27",      "no such day"),
        ("2027-02-29", "no such day"),
        ("MAY",        "not an expiry date"),
        ("FOO-27",     "no such day"),
        ("",           "not an expiry date"),
    ],
)  # fmt: skip
def test_a_date_that_can_be_read_in_two_ways_or_none_is_refused(printed: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        read_expiry(printed, today=TODAY)


@pytest.mark.parametrize(
    ("today", "two_digits", "year"),
    [
        (2026, 76, 2076),
        (2026, 77, 1977),
        (2026, 0,  2000),
        (1999, 0,  2000),
        (2051, 1,  2101),
        (2051, 2,  2002),
    ],
)  # fmt: skip
def test_two_digits_mean_a_year_from_49_back_to_50_ahead(today: int, two_digits: int, year: int) -> None:
    assert full_year(two_digits, today=date(today, 1, 1)) == year


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31),  6,  date(2027, 2, 28)),
        (date(2027, 8, 31),  6,  date(2028, 2, 29)),
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2026, 1, 15),  -1, date(2025, 12, 15)),
    ],
)  # fmt: skip
def test_months_are_counted_to_the_same_day_or_the_end_of_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_december_ends_too() -> None:
    assert last_day_of_month(2026, 12) == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["", "A" * 21, "A B", "A\x1dB", "Ä1"])
def test_a_lot_number_is_one_to_twenty_visible_characters(text: str) -> None:
    assert LotNumber("x7-A/1").text == "x7-A/1"
    with pytest.raises(ValueError, match="lot number"):
        LotNumber(text)
