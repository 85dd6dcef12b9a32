"""What a schedule column, filled or blank, is worth. See docs/decisions/0011."""

import pytest

from pestle.terms.drugs.listed_schedule import read_listed_schedule
from pestle.terms.schedule import Schedule

CONTROLLED = {
    "hydrocodone": Schedule.II,  # 79 FR 49661, since 2014-10-06
    "tramadol": Schedule.IV,
    "codeine": Schedule.V,
    "butalbital": None,  # some products are exempted, 21 CFR 1308.32
}


@pytest.mark.parametrize(
    ("listed", "names", "is_prescription", "contents_are_listed", "schedule"),
    [
        ("II", "HYDROCODONE BITARTRATE; ACETAMINOPHEN", True, True, Schedule.II),
        ("III", "HYDROCODONE BITARTRATE; ACETAMINOPHEN", True, True, Schedule.UNKNOWN),
        ("III", "ACETAMINOPHEN; CODEINE PHOSPHATE", True, True, Schedule.III),
        ("V", "CODEINE PHOSPHATE; GUAIFENESIN", False, True, Schedule.V),
        ("", "TRAMADOL HYDROCHLORIDE", True, True, Schedule.UNKNOWN),
        ("", "BUTALBITAL; ACETAMINOPHEN; CAFFEINE", True, True, Schedule.UNKNOWN),
        ("", "LISINOPRIL", True, True, Schedule.NONE),
        ("", "Pain Relief Kit", True, False, Schedule.UNKNOWN),
        ("", "First Aid Kit", False, False, Schedule.NONE),
        ("I don't know", "LISINOPRIL", True, True, Schedule.UNKNOWN),
        # A name inside a longer word is another drug.
        ("", "METHYLCODEINELIKE", True, True, Schedule.NONE),
    ],
)
def test_only_a_listing_without_any_doubt_is_not_controlled(
    listed: str, names: str, is_prescription: bool, contents_are_listed: bool, schedule: Schedule
) -> None:
    read = read_listed_schedule(
        listed,
        names=names,
        is_prescription=is_prescription,
        contents_are_listed=contents_are_listed,
        controlled=CONTROLLED,
    )

    assert read.schedule is schedule
    assert read.because.endswith(".")


def test_the_sentence_names_the_word_that_makes_it_doubtful() -> None:
    read = read_listed_schedule(
        "III", names="Hydrocodone", is_prescription=True, contents_are_listed=True, controlled=CONTROLLED
    )

    assert read.because == "The directory lists C-III, but hydrocodone is never below C-II: ask."
