"""Conversions: FDA, 21 CFR 207.33, and the 10-to-11 digit tables that payers publish (0002-7597-01 and others)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.ndc import Ndc
from pestle.wire import ndc
from pestle.wire.errors import WireError


@pytest.mark.parametrize(
    ("written", "dashed"),
    [
        ("0002-7597-01",     "00002-7597-01"),
        ("50242-040-62",     "50242-0040-62"),
        ("60575-4112-1",     "60575-4112-01"),
        ("0001-0123-45",     "00001-0123-45"),
        ("12345-0678-90",    "12345-0678-90"),
        ("12345067890",      "12345-0678-90"),
        ("012345-0678-90",   "12345-0678-90"),
        ("NDC 0002-7597-01", "00002-7597-01"),
        ("ndc: 50242-040-62", "50242-0040-62"),
        ("50242–040–62",     "50242-0040-62"),
        ("0093-123456",      "00093-1234-56"),
    ],
)  # fmt: skip
def test_a_form_that_shows_its_parts_has_one_reading(written: str, dashed: str) -> None:
    assert ndc.parse(written).dashed == dashed


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("0001012345",   ("00001-0123-45", "00010-0123-45", "00010-1234-05")),
        ("300010123455", ("00001-0123-45", "00010-0123-45", "00010-1234-05")),
        ("12345-67890",  ("12345-0678-90", "12345-6789-00")),
        ("0000000000",   ("00000-0000-00",)),
    ],
)  # fmt: skip
def test_where_the_dashes_were_lost_every_reading_is_given(written: str, readings: tuple[str, ...]) -> None:
    assert tuple(candidate.dashed for candidate in ndc.candidates(written)) == readings


def test_an_ambiguous_ndc_is_never_guessed() -> None:
    with pytest.raises(ndc.AmbiguousNdc, match="lost its dashes") as caught:
        ndc.parse("0001012345")

    assert len(caught.value.candidates) == 3
    assert Ndc("00001012345") in caught.value.candidates


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("",               "NDC"),
        ("lisinopril",     "NDC"),
        ("12345 678 90",   "NDC"),
        ("123456789",      "NDC"),
        ("12-345678-90",   "NDC"),
        ("-12345-678-90",  "NDC"),
        ("300010123454",   "check digit"),
        ("012345067890",   "number system"),
        ("512345067890",   "number system"),
        ("100000-0678-90", "NDC labeler"),
        ("123456-678-90",  "NDC labeler"),
        ("123456-6789-0",  "NDC labeler"),
        ("1234567890123",  "NDC"),
        ("٠٠٠١٠١٢٣٤٥",     "NDC"),
    ],
)  # fmt: skip
def test_what_is_no_ndc_is_refused_with_its_place(written: str, where: str) -> None:
    with pytest.raises(WireError) as caught:
        ndc.candidates(written)

    assert caught.value.where == where


def test_eleven_digits_go_back_to_every_ten_digit_form_they_can_have() -> None:
    assert ndc.ten_digit_forms(Ndc("00002759701")) == ("0002-7597-01", "00002-7597-1")
    assert ndc.ten_digit_forms(Ndc("12345067890")) == ("12345-678-90",)
    assert ndc.ten_digit_forms(Ndc("12345678912")) == ()
    assert ndc.twelve(Ndc("12345067890")) == "012345-0678-90"
    assert ndc.billing(Ndc("12345067890")) == "12345067890"


@settings(max_examples=100)
@given(st.text("0123456789", min_size=11, max_size=11))
def test_every_written_form_of_an_ndc_leads_back_to_it(digits: str) -> None:
    known = Ndc(digits)

    for form in (known.digits, known.dashed, ndc.twelve(known), *ndc.ten_digit_forms(known)):
        assert ndc.parse(form) == known
    for form in ndc.ten_digit_forms(known):
        assert known in ndc.candidates(form.replace("-", ""))


@pytest.mark.parametrize("written", ["0001012345", "NDC 0002-7597-01", "300010123455"])
def test_bytes_and_json_come_back_as_they_were(written: str) -> None:
    reading = ndc.decode(written.encode() + b"\r\n")

    assert ndc.encode(reading) == written.encode()
    assert ndc.from_json(ndc.to_json(reading)) == reading


@pytest.mark.parametrize("value", [None, [], {"text": 5}, {}])
def test_json_without_text_is_refused(value: object) -> None:
    with pytest.raises(WireError):
        ndc.from_json(value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(WireError, match="byte 1"):
        ndc.decode(b"1\xff")
