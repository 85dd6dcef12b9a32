from datetime import date

import pytest

from pestle.terms.typed_days import read_birth, read_day

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("typed", "back", "ahead"),
    [
        ("11/23/2026", date(2026, 11, 23), date(2026, 11, 23)),
        ("11/23/26",   date(2026, 11, 23), date(2026, 11, 23)),
        ("112326",     date(2026, 11, 23), date(2026, 11, 23)),
        ("11232026",   date(2026, 11, 23), date(2026, 11, 23)),
        ("2026-11-23", date(2026, 11, 23), date(2026, 11, 23)),
        ("11/23",      date(2026, 11, 23), date(2027, 11, 23)),
        ("12/2",       date(2025, 12, 2),  date(2026, 12, 2)),
        ("11/30",      TODAY,              TODAY),
        ("2",          date(2026, 11, 2),  date(2026, 12, 2)),
        ("31",         date(2026, 10, 31), date(2026, 12, 31)),
        ("t",          TODAY,              TODAY),
        ("+20",        date(2026, 12, 20), date(2026, 12, 20)),
        ("-1",         date(2026, 11, 29), date(2026, 11, 29)),
        ("2/29",       date(2024, 2, 29),  date(2028, 2, 29)),
        ("2/30",       None,               None),
        ("13/1",       None,               None),
        ("0",          None,               None),
        ("1231",       None,               None),
        ("soon",       None,               None),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_type_it(typed: str, back: date | None, ahead: date | None) -> None:
    assert read_day(typed, today=TODAY) == back
    assert read_day(typed, today=TODAY, is_ahead=True) == ahead


@pytest.mark.parametrize("typed", ["11/23", "23", "t", "+20"])
def test_a_short_day_means_nothing_where_today_is_not_given(typed: str) -> None:
    assert read_day(typed) is None


def test_nobody_was_born_tomorrow() -> None:
    assert read_birth("3/14/68", today=TODAY) == date(1968, 3, 14)
    assert read_birth("031468", today=TODAY) == date(1968, 3, 14)
    assert read_birth("3/14/2016", today=TODAY) == date(2016, 3, 14)
    assert read_birth("2/29/40", today=TODAY) == date(1940, 2, 29)
    assert read_birth("yesterday", today=TODAY) is None
