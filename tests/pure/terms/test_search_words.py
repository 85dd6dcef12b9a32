"""What people type when they look for a drug."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pestle.terms.drugs.search_words import index_words, is_ndc_like, search_terms, words_of

MEANINGS = {"hctz": "hydrochlorothiazide", "er": "extended release"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Lisinopril 10MG", ["lisinopril", "10", "mg"]),
        ("0.50 mcg", ["0.5", "mcg"]),
        (".5ug", ["0.5", "mcg"]),
        ("1,000 units", ["1000", "units"]),
        ("5/325", ["5", "325"]),
        ("clobetasol 0.05%", ["clobetasol", "0.05", "%"]),
        ("co-trimoxazole", ["co", "trimoxazole"]),
    ],
)
def test_words_and_numbers_are_cut_the_same_for_index_and_question(typed: str, words: list[str]) -> None:
    assert list(words_of(typed)) == words


def test_a_number_is_whole_unless_it_is_still_being_typed() -> None:
    unfinished, finished = search_terms("lisin 1", MEANINGS)[1], search_terms("lisin 1 ", MEANINGS)[1]

    assert unfinished.is_prefix
    assert not finished.is_prefix
    assert not search_terms("1 lisin", MEANINGS)[0].is_prefix


def test_an_abbreviation_is_looked_up_and_still_taken_literally() -> None:
    assert search_terms("metoprolol er", MEANINGS)[1].words == ("er", "extended")


@pytest.mark.parametrize(
    ("typed", "is_ndc"),
    [("0378-1805", True), ("00378180510", True), ("0378", True), ("037", False), ("10 mg", False), ("lisin", False)],
)
def test_digits_and_dashes_alone_are_an_ndc(typed: str, is_ndc: bool) -> None:
    assert is_ndc_like(typed) is is_ndc


@given(st.text(max_size=60))
def test_whatever_is_typed_gives_words_that_can_be_found(typed: str) -> None:
    for term in search_terms(typed, MEANINGS):
        assert term.words[0] in index_words([typed])
