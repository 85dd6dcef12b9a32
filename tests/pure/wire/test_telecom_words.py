import pytest

from pestle.wire.telecom.table import SEGMENTS, rows
from pestle.wire.telecom.words import code_text, codes_of, reject_text


@pytest.mark.parametrize(
    ("code", "words", "field"),
    [
        ("75",  "Plan wants a prior authorization",            None),
        ("79",  "Refilled too soon",                           None),
        ("88",  "Drug use review stopped the claim",           None),
        ("19",  "Missing or not valid: Days Supply",           "405-D5"),
        ("E7",  "Missing or not valid: Quantity Dispensed",    "442-E7"),
        ("28",  "Missing or not valid: Date Prescription Written", "414-DE"),
        ("PA",  "Prior authorization is used up and cannot be renewed", None),
    ],
)  # fmt: skip
def test_a_reject_code_has_short_words_that_show_as_unreviewed(code: str, words: str, field: str | None) -> None:
    text = reject_text(code)

    assert text is not None
    assert (text.words, text.field, text.is_reviewed) == (words, field, False)


def test_an_unknown_reject_code_has_no_words() -> None:
    assert reject_text("Q~") is None


def test_a_code_is_found_with_and_without_its_zero() -> None:
    assert code_text("420-DK", "05") == code_text("420-DK", "5")
    assert code_text("439-E4", "DD") is not None
    assert code_text("439-E4", "ZZ") is None


def test_the_codes_of_a_field_come_in_order() -> None:
    assert [one.code for one in codes_of("112-AN")] == ["P", "D", "C", "Q", "A", "S", "R", "F", "B"]


def test_no_code_stands_twice_in_a_table() -> None:
    rejects = [row["code"] for row in rows("rejects.tsv")]
    codes = [(row["number"], row["code"]) for row in rows("codes.tsv")]

    assert len(rejects) == len(set(rejects))
    assert len(codes) == len(set(codes))


def test_the_field_table_holds_every_segment_and_names_only_repeats_it_knows() -> None:
    assert len(SEGMENTS) == 26
    assert sum(len(segment.fields) for segment in SEGMENTS.values()) == 328
    for segment in SEGMENTS.values():
        for field in segment.fields.values():
            assert field.under == "" or field.under in segment.branches
            assert field.number.endswith(f"-{field.id}")
