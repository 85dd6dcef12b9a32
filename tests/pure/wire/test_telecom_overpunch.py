from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire.telecom.errors import UnfitError
from pestle.wire.telecom.overpunch import read_signed, read_unsigned, write_signed, write_unsigned
from pestle.wire.telecom.picture import Form, Picture, picture

# Worked answers: the overpunch table of the standard: {ABCDEFGHI positive, }JKLMNOPQR negative.
READ = [
    ("0000740B", 2,   "74.02"),
    ("0000045{", 2,    "4.50"),
    ("0000785B", 2,   "78.52"),
    ("9218G",    2,  "921.87"),
    ("253G",     2,   "25.37"),
    ("10177E",   2, "1017.75"),
    ("0000359G", 2,   "35.97"),
    ("1234{",    2,  "123.40"),
    ("125}",     2,  "-12.50"),
    ("{",        2,    "0.00"),
    ("}",        2,    "0.00"),
    ("0000000N", 2,   "-0.05"),
    ("1A",       2,    "0.11"),
    ("1R",       2,   "-0.19"),
    ("1234",     2,   "12.34"),
    ("6250{",    4,  "6.2500"),
]  # fmt: skip
WRITTEN = [
    ("74.02",   2, "740B"),
    ("4.5",     2, "45{"),
    ("-12.50",  2, "125}"),
    ("0",       2, "{"),
    ("-0",      2, "{"),
    ("-0.05",   2, "N"),
    ("1017.75", 2, "10177E"),
    ("6.25",    4, "6250{"),
    ("1E+2",    2, "1000{"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "decimals", "value"), READ)
def test_signed_text_is_read(text: str, decimals: int, value: str) -> None:
    assert read_signed(text, decimals) == Decimal(value)


@pytest.mark.parametrize(("value", "decimals", "text"), WRITTEN)
def test_a_signed_amount_is_written(value: str, decimals: int, text: str) -> None:
    assert write_signed(Decimal(value), decimals) == text


@pytest.mark.parametrize(
    ("place", "digit"), [(place, str(place)) for place in range(10)], ids=lambda one: f"digit {one}"
)
def test_each_last_digit_has_its_two_letters(place: int, digit: str) -> None:
    assert read_signed("1" + "{ABCDEFGHI"[place], 0) == Decimal(f"1{digit}")
    assert read_signed("1" + "}JKLMNOPQR"[place], 0) == Decimal(f"-1{digit}")


@pytest.mark.parametrize("text", ["", "12S", "1-2{", "A1", "-12", "1 {", "12.5{", "²{", "{{"])
def test_text_that_is_no_signed_amount_is_refused(text: str) -> None:
    with pytest.raises(UnfitError):
        read_signed(text, 2)


@pytest.mark.parametrize("value", ["1.005", "NaN", "Infinity", "1E+40", "1.00000000000000000000000000000001"])
def test_an_amount_that_would_have_to_be_rounded_is_refused(value: str) -> None:
    with pytest.raises(UnfitError):
        write_signed(Decimal(value), 2)


@pytest.mark.parametrize(
    ("value", "text"), [("30", "30000"), ("1.5", "1500"), ("0.001", "1"), ("0", "0"), ("30.000", "30000")]
)
def test_a_quantity_has_three_implied_decimals(value: str, text: str) -> None:
    assert write_unsigned(Decimal(value), 3) == text
    assert read_unsigned(text.zfill(10), 3) == Decimal(value)


def test_a_quantity_below_zero_is_refused() -> None:
    with pytest.raises(UnfitError):
        write_unsigned(Decimal(-1), 3)


@given(st.decimals(min_value=-999999, max_value=999999, places=2))
@settings(max_examples=100)
def test_what_is_written_is_read_back(value: Decimal) -> None:
    assert read_signed(write_signed(value, 2), 2) == value


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x(20)",      Picture(Form.TEXT,    20, 0)),
        ("9(3)",       Picture(Form.DIGITS,   3, 0)),
        ("9(7)v999",   Picture(Form.DECIMAL, 10, 3)),
        ("s9(6)v99",   Picture(Form.SIGNED,   8, 2)),
        ("s9(3)v4",    Picture(Form.SIGNED,   7, 4)),
        ("date",       Picture(Form.DATE,     8, 0)),
    ],
)  # fmt: skip
def test_a_picture_is_read_from_the_standards_notation(text: str, shape: Picture) -> None:
    assert picture(text) == shape
