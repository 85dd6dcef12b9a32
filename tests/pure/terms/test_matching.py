"""How what is said and what is known are compared."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.matching import (
    HIGH,
    DrugFacts,
    Outcome,
    PersonFacts,
    PrescriberFacts,
    is_one_slip,
    match_drug,
    match_person,
    match_prescriber,
)
from pestle.terms.schedule import Schedule

CLEO = PersonFacts("Marchetti", "Cleo", date(1968, 3, 14), "F", "412 Alder Court", "48105", ("7345550142",))
CLEA = PersonFacts("Marchetti", "Clea", date(1986, 3, 14), "F", "88 Quarry Road", "48103", ("7345550197",))
NAIR = PrescriberFacts("Nair", "Priya", "2000000010", "BN1234563", "Alder Family Medicine", "", ("7345550177",))
LISINOPRIL = DrugFacts(
    "lisinopril", ("Lisinopril",), "10 mg", "TABLET", ("68180098001",), Schedule.NONE
)  # fmt: skip


def said_drug(words: str, ndc: str = "68180098003", schedule: Schedule = Schedule.UNKNOWN) -> DrugFacts:
    return DrugFacts(words, ndcs=(ndc,) if ndc else (), schedule=schedule)


def test_the_same_person_is_certain() -> None:
    match = match_person(replace(CLEO, address="412 alder ct."), CLEO)

    assert match.is_certain
    assert (match.agreeing, match.compared) == (3, 3)


@pytest.mark.parametrize(
    "said",
    [
        replace(CLEO, birth_on=None),
        replace(CLEO, birth_on=date(1968, 3, 15)),
        replace(CLEO, given="Clea"),
        replace(CLEO, family="Marcheti"),
        replace(CLEO, given=""),
        replace(CLEO, sex="M"),
        replace(CLEO, address="", postal_code="", phones=()),
        replace(CLEO, address="1 Elm St", phones=("7345550000",)),
    ],
)
def test_one_thing_missing_or_different_is_never_certain(said: PersonFacts) -> None:
    assert not match_person(said, CLEO).is_certain


def test_people_with_similar_names_are_told_apart_in_words() -> None:
    match = match_person(CLEO, CLEA)

    assert not match.is_certain
    assert match.score < HIGH
    assert "The given name differs in one letter: Cleo, Clea." in match.warnings
    assert any("birth date is nearly the same" in words for words in match.warnings)


def test_a_telephone_number_alone_never_matches() -> None:
    match = match_person(PersonFacts("", "", phones=CLEO.phones), CLEO)

    assert match.score < 20
    assert not match.is_certain


def test_a_person_whose_day_and_month_changed_places_still_scores_like_nobody_else() -> None:
    said = replace(CLEO, birth_on=date(1968, 4, 3))

    assert match_person(said, replace(CLEO, birth_on=date(1968, 3, 4))).of("birth date").outcome is Outcome.ALIKE


@pytest.mark.parametrize(
    ("said", "is_certain"),
    [
        (NAIR, True),
        (replace(NAIR, given="P"), True),
        (replace(NAIR, npi="2000000011"), False),
        (replace(NAIR, npi=""), False),
        (replace(NAIR, family="Nayar"), False),
        (replace(NAIR, dea_number="BN7654321"), False),
        (replace(NAIR, dea_number=""), True),
    ],
)
def test_a_prescriber_is_known_by_number_and_name_together(said: PrescriberFacts, is_certain: bool) -> None:
    assert match_prescriber(said, NAIR).is_certain is is_certain


@pytest.mark.parametrize(
    ("words", "ndc", "is_certain"),
    [
        ("Lisinopril 10 MG Oral Tablet", "68180098003", True),
        ("lisinopril 10mg tab", "68180098001", True),
        ("lisinopril 20 mg tab", "68180098001", False),
        ("LISINOPRIL 10 MG ORAL CAPSULE", "68180098001", False),
        ("warfarin 10 mg tablet", "68180098001", False),
        ("lisinopril 10 mg tablet", "", False),
        ("lisinopril 10 mg tablet", "00093172101", False),
        ("lisinopril 10 mg extended release tablet", "68180098001", False),
        ("lisinopril tablet", "68180098001", False),
    ],
)
def test_a_drug_is_certain_only_when_code_and_words_agree(words: str, ndc: str, is_certain: bool) -> None:
    assert match_drug(said_drug(words, ndc), LISINOPRIL).is_certain is is_certain


def test_a_drug_with_another_schedule_is_not_certain() -> None:
    said = said_drug("lisinopril 10 mg tablet", schedule=Schedule.IV)

    assert not match_drug(said, LISINOPRIL).is_certain


def test_both_strengths_of_a_mixture_count() -> None:
    known = DrugFacts(
        "x",
        ("hydrocodone bitartrate and acetaminophen", "hydrocodone acetaminophen"),
        "5 mg; 325 mg",
        "TABLET",
        ("00406012301",),
        Schedule.II,
    )
    right = DrugFacts("hydrocodone-acetaminophen 5-325 mg tablet", ndcs=("00406012301",))
    wrong = DrugFacts("hydrocodone-acetaminophen 10-325 mg tablet", ndcs=("00406012301",))

    assert match_drug(right, known).is_certain
    assert match_drug(wrong, known).of("strength").outcome is Outcome.DIFFERS


@pytest.mark.parametrize(
    ("one", "other", "is_slip"),
    [("cleo", "clea", True), ("cleo", "celo", True), ("cleo", "cle", True), ("cleo", "cleo", False),
     ("cleo", "cloe", True), ("cleo", "olec", False), ("", "a", True), ("ab", "abcd", False)],
)  # fmt: skip
def test_one_slip_is_one_letter_or_two_neighbours(one: str, other: str, is_slip: bool) -> None:
    assert is_one_slip(one, other) is is_slip


_people = st.builds(
    PersonFacts,
    family=st.sampled_from(["Marchetti", "Marcheti", "Ng", "O'Brien", ""]),
    given=st.sampled_from(["Cleo", "Clea", "C", ""]),
    birth_on=st.none() | st.dates(date(1960, 1, 1), date(1990, 1, 1)),
    sex=st.sampled_from(["F", "M", "U", ""]),
    address=st.sampled_from(["412 Alder Ct", "412 Alder Court", ""]),
    phones=st.sampled_from([(), ("7345550142",)]),
)


@settings(max_examples=60)
@given(_people, _people)
def test_a_score_is_between_0_and_100_and_the_same_from_both_sides(one: PersonFacts, other: PersonFacts) -> None:
    there, back = match_person(one, other), match_person(other, one)

    assert 0 <= there.score <= 100
    assert (there.score, there.is_certain) == (back.score, back.is_certain)
