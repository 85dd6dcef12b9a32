# ruff: noqa: E501 (one case a line)
"""Error-prone abbreviations are read, flagged, and never written."""

import re

import pytest

from pestle.terms.sig import expand_shorthand, explain_differences, languages, read_directions, write_directions
from pestle.terms.sig.hazards import hazards

WRITTEN = [
    # directions                       flagged                         label
    ("inject 10u sc daily",            "U",                            "Inject 10 units under the skin once a day."),
    ("5000 IU po weekly",              "IU",                           "Take 5,000 units by mouth once a week."),
    ("1 tab po q.d.",                  "QD",                           "Take 1 tablet by mouth once a day."),
    ("1 tab po qod",                   "QOD",                          "Take 1 tablet by mouth every other day."),
    ("take 1.0 mg po daily",           "trailing zero",                "Take 1 mg by mouth once a day."),
    ("take .5 mg po daily",            "no leading zero",              "Take 0.5 mg by mouth once a day."),
    ("take 50000 units weekly",        "large number without commas",  "Take 50,000 units once a week."),
    ("25 µg po daily",                 "µg",                           "Take 25 mcg by mouth once a day."),
    ("5 cc po bid",                    "cc",                           "Take 5 mL by mouth 2 times a day."),
    ("1 tab po hs",                    "HS",                           "Take 1 tablet by mouth once a day at bedtime."),
    ("1 tab po qhs",                   "qhs",                          "Take 1 tablet by mouth once a day at bedtime."),
    ("1 tab po qn",                    "qn",                           "Take 1 tablet by mouth once a day at night."),
    ("1 tab po tiw",                   "TIW",                          "Take 1 tablet by mouth 3 times a week."),
    ("1 tab po biw",                   "BIW",                          "Take 1 tablet by mouth 2 times a week."),
    ("4 gtts au bid",                  "AD, AS or AU",                 "Place 4 drops in both ears 2 times a day."),
    ("1 gtt os bid",                   "OD, OS or OU",                 "Place 1 drop in the left eye 2 times a day."),
    ("1 tab per os bid",               "per os",                       "Take 1 tablet by mouth 2 times a day."),
    ("1 tab po q6pm",                  "q6PM",                         "Take 1 tablet by mouth once a day at 6 PM."),
    ("ss tab po bid",                  "SS",                           "Take 1/2 tablet by mouth 2 times a day."),
    ("1 tab i/d",                      "i/d",                          "Take 1 tablet by mouth once a day."),
    ("1 tab po bt",                    "BT",                           "Take 1 tablet by mouth once a day at bedtime."),
    ("1 tab po q1d",                   "q1d",                          "Take 1 tablet by mouth once a day."),
    ("1 tab am & hs",                  "&",                            "Take 1 tablet by mouth 2 times a day in the morning and at bedtime."),
    ("1 tab @ 6 pm",                   "@",                            "Take 1 tablet by mouth once a day at 6 PM."),
]  # fmt: skip
NEVER_WRITTEN = re.compile(
    r"\b(u|iu|qd|qod|hs|qhs|qn|tiw|biw|sc|sq|ad|as|au|od|os|ou|cc|ss|ud|bt|tab|tabs|gtt|po|prn|bid|tid|qid)\b|µ|@|&|\.0\b|(?<!\d)\.\d",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("written", "flagged", "label"), WRITTEN)
def test_an_error_prone_abbreviation_is_read_flagged_and_written_out(written: str, flagged: str, label: str) -> None:
    directions = read_directions(written)

    assert flagged in {hazard.written for hazard in directions.hazards}
    assert write_directions(directions).text == label
    assert flagged in {difference.written for difference in explain_differences(directions)}


@pytest.mark.parametrize("written", [row[0] for row in WRITTEN])
def test_no_error_prone_abbreviation_is_ever_written(written: str) -> None:
    directions = read_directions(written)

    english = write_directions(directions).text.replace("as needed", "")

    assert NEVER_WRITTEN.findall(english) == []
    assert re.findall(r"µ|@|&|\.0\b|(?<!\d)\.\d", write_directions(directions, "es").text) == []


def test_every_row_of_the_table_says_what_to_write() -> None:
    assert all(hazard.use_instead and hazard.misread_as and hazard.source for hazard in hazards())
    assert len({hazard.written for hazard in hazards()}) == len(hazards())


def test_a_language_is_a_file() -> None:
    assert languages() == ("en", "es")


def test_expansion_as_typed_leaves_unfinished_text_alone() -> None:
    assert expand_shorthand("1 tab po bid prn n/v") == "1 tablet by mouth 2 times a day as needed nausea or vomiting"
    assert expand_shorthand("1 tab po q") == "1 tablet by mouth every"
    assert expand_shorthand("") == ""
    assert expand_shorthand("xyz1 now", {"XYZ1": "take 1 tablet"}) == "take 1 tablet now"
