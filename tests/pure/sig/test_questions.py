"""What must be asked, never guessed. Written for this project, 2026-11."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pestle.calculations.days_supply import DirectionsUnclear, days_supply
from pestle.calculations.supplied import Supplied
from pestle.terms.sig import read_directions

UNCLEAR = [
    # text                                              asked about    product
    ("",                                                "directions",  None),
    ("use as directed",                                 "dose",        None),
    ("take 1 tablet by mouth",                          "frequency",   None),
    ("take daily",                                      "dose",        None),
    ("1 tab prn",                                       "frequency",   None),
    ("apply bid",                                       "dose",        None),
    ("1 tab ad lib",                                    "frequency",   None),
    ("take one (2) tablets daily",                      "dose",        None),
    ("take 1-1/2 tablets daily",                        "dose",        None),
    ("take 1 tablet twice daily every 6 hours",         "frequency",   None),
    ("take 1 tablet every day every other day",         "frequency",   None),
    ("1 tab q6 prn",                                    "frequency",   None),
    ("take 1 tablet twice daily in the morning",        "frequency",   None),
    ("take 1 tablet daily, then 2 tablets daily",       "duration",    None),
    ("take 2 tabs every 12 days for 10 days",           "frequency",   None),
    ("2 tabs bid x 5 days, then 1 tab x 5 days",        "frequency",   None),
    ("take 2 on day 1 and 1 on days 4-5",               "duration",    None),
    ("inject per sliding scale tid ac",                 "dose",        None),
    ("10 mg/kg po q8h",                                 "dose",        None),
    ("take 1 tablet daily unless dizzy",                "directions",  None),
    ("take 1 tablet daily, increase by 1 every week",   "directions",  None),
    ("take 1 tablet on odd days",                       "directions",  None),
    ("od",                                              "directions",  None),
    ("d/c 1 tab daily",                                 "directions",  None),
    ("tome once tabletas al día",                       "frequency",   None),
    ("take 2,5 ml daily",                               "dose",        None),
    ("1 tab daily #30 7",                               "directions",  None),
    ("take 100 tablets daily",                          "dose",        None),
    ("take 0 tablets daily",                            "dose",        None),
    ("gr v daily",                                      "dose",        None),
    ("1 tab q12h max",                                  "maximum",     None),
    ("1 tab q4h, max 6 per day, max 4 per day",         "maximum",     None),
    ("4 gtts au tid",                                   "route",       "timolol ophthalmic solution"),
    ("1 gtt ou bid",                                    "route",       "ofloxacin otic solution"),
    ("take 1 tablet bid",                               "product",     "amoxicillin oral suspension"),
    ("take 5 ml bid",                                   "product",     "metformin 500 mg tablet"),
    ("1 tab daily",                                     "frequency",   "methotrexate 2.5 mg tablet"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "field", "product"), UNCLEAR)
def test_unclear_directions_are_asked_about_and_give_no_days_supply(
    written: str, field: str, product: str | None
) -> None:
    directions = read_directions(written, product)

    assert field in {question.field for question in directions.questions}
    with pytest.raises(DirectionsUnclear):
        days_supply(directions, Supplied(quantity=Decimal(30), unit="tablet"))


def test_a_coded_sig_that_disagrees_is_asked_about() -> None:
    written = read_directions("take 1 tablet by mouth twice daily")
    coded = (replace(written.steps[0], dose_low=Decimal(2), dose_high=Decimal(2)),)

    assert read_directions(written.text, structured=coded).needs_clarification
    assert not read_directions(written.text, structured=written.steps).needs_clarification


def test_directions_without_end_are_refused_with_a_question() -> None:
    directions = read_directions("1 tab po bid " * 1000)

    assert directions.steps == ()
    assert directions.needs_clarification
