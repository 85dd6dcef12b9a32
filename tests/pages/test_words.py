"""Days, clocks, lateness, money and quantities as the design writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from pestle.pages.house.frame import Frame
from pestle.pages.templatetags import words
from pestle.terms.money import Money
from pestle.terms.quantity import BillingUnit, Quantity

NOW = datetime(2026, 11, 23, 13, 48, tzinfo=UTC)


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("given", "unit", "expected"),
    [
        (Decimal("0.5"), "mL", "0.5 mL"),
        (Decimal("5.0"), "mg", "5 mg"),
        (Decimal("1250.000"), "mg", "1,250 mg"),
        (Decimal("100"), "", "100"),
        (Decimal("-60"), "", "\N{MINUS SIGN}60"),
        (Decimal("0"), "", "0"),
        (Quantity.of("2.5", BillingUnit.ML), "", "2.5 mL"),
        (Quantity.of(60), "", "60"),
        (None, "mg", "–"),
    ],
)
def test_a_quantity_has_a_leading_zero_and_no_trailing_one(
    given: Quantity | Decimal | None, unit: str, expected: str
) -> None:
    assert spaced(words.quantity(given, unit)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Decimal("1234.5"), "$1,234.50"),
        (Money.of("0"), "$0.00"),
        (Money.of("-3"), "\N{MINUS SIGN}$3.00"),
        (None, "–"),
    ],
)
def test_money_that_is_not_known_is_no_zero(given: Money | Decimal | None, expected: str) -> None:
    assert words.money(given) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(minutes=29), "in 29 min"),
        (timedelta(minutes=-8), "late 8 min"),
        (timedelta(seconds=20), "now"),
        (timedelta(hours=1, minutes=5), "in 1 h 5 min"),
        (timedelta(hours=-2), "late 2 h"),
        (timedelta(days=-1, hours=-3), "late 1 day"),
        (timedelta(days=12), "in 12 days"),
    ],
)
def test_lateness_is_told_in_words(left: timedelta, expected: str) -> None:
    assert spaced(words.lateness(NOW + left, NOW)) == expected


def test_days_and_ages_are_written_as_the_design_writes_them() -> None:
    day = date(2026, 11, 3)

    assert words.day(day) == "Nov 3, 2026"
    assert words.typed_day(day) == "11/03/2026"
    assert words.week_day(day) == "Tue Nov 3"
    assert words.long_day(day) == "Tuesday, November 3, 2026"
    assert spaced(words.age(day, NOW)) == "20 days"


@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(1968, 3, 14), "58 y"), (date(2025, 11, 24), "11 mo"), (date(2024, 11, 23), "2 y"), (None, "–")],
)
def test_an_age_under_two_years_is_told_in_months(born: date | None, expected: str) -> None:
    assert spaced(words.years_old(born, date(2026, 11, 23))) == expected


@pytest.mark.parametrize(("hours", "expected"), [(12, "1:48 pm"), (24, "13:48")])
def test_the_clock_follows_the_house_and_its_time_zone(hours: int, expected: str) -> None:
    template = Template("{% load words %}{% at moment %}")
    here = NOW.replace(tzinfo=ZoneInfo("America/Los_Angeles"))

    shown = template.render(Context({"moment": here.astimezone(UTC), "frame": Frame(now=here, hours=hours)}))

    assert spaced(shown) == expected


@pytest.mark.parametrize(("hour", "expected"), [(0, "12:05 am"), (12, "12:05 pm"), (23, "11:05 pm")])
def test_noon_and_midnight_are_twelve(hour: int, expected: str) -> None:
    assert spaced(words.clock(datetime(2026, 11, 23, hour, 5, tzinfo=UTC))) == expected
