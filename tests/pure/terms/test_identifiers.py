import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.dea_number import DeaNumber, dea_check_digit
from pestle.terms.gtin import Gtin, gs1_check_digit
from pestle.terms.identity import Bin, NcpdpId, Pcn
from pestle.terms.ndc import Ndc
from pestle.terms.npi import Npi, npi_check_digit


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def test_an_ndc_is_read_in_its_three_parts() -> None:
    ndc = Ndc("00071015523")

    assert (ndc.labeler, ndc.product, ndc.package) == ("00071", "0155", "23")
    assert str(ndc) == ndc.dashed == "00071-0155-23"
    assert ndc.is_same_product_as(Ndc("00071015540"))
    assert not ndc.is_same_product_as(Ndc("00071015623"))


@pytest.mark.parametrize("text", ["0071015523", "00071-0155-23", "0007101552x", "", "٠٠٠٧١٠١٥٥٢٣"])
def test_what_is_not_eleven_digits_is_no_ndc_value(text: str) -> None:
    with pytest.raises(ValueError, match="eleven digits"):
        Ndc(text)


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("0030001012345", "5"),  # GS1 US example for 0001-0123-45.
        ("1030001012345", "2"),  # The same drug by the case.
        ("629104150021",  "3"),  # GS1's own check digit example.
    ],
)  # fmt: skip
def test_the_gs1_check_digit_agrees_with_published_examples(body: str, check: str) -> None:
    assert gs1_check_digit(body) == check


def test_a_gtin_of_a_us_drug_holds_its_ten_digits() -> None:
    single, case = Gtin.for_us_drug("0001012345"), Gtin.for_us_drug("0001012345", indicator=1)

    assert (single.digits, case.digits) == ("00300010123455", "10300010123452")
    assert single.us_drug_digits == case.us_drug_digits == "0001012345"
    assert (single.indicator, case.indicator) == (0, 1)
    assert Gtin.of("300010123455") == single
    assert Gtin.of("6291041500213").us_drug_digits is None


@pytest.mark.parametrize("text", ["00300010123454", "0030001012345", "0030001012345A", ""])
def test_a_gtin_with_a_wrong_check_digit_or_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Gtin(text)


@settings(max_examples=50)
@given(digits(13), st.integers(0, 13), st.sampled_from("123456789"))
def test_one_wrong_digit_of_a_gtin_is_always_found(body: str, place: int, change: str) -> None:
    right = body + gs1_check_digit(body)
    wrong = right[:place] + str((int(right[place]) + int(change)) % 10) + right[place + 1 :]

    with pytest.raises(ValueError, match="check digit"):
        Gtin(wrong)


@pytest.mark.parametrize("text", ["1234567893", "1245319599", "1679576722"])  # The first is the example of CMS.
def test_an_npi_with_its_check_digit_is_taken(text: str) -> None:
    assert str(Npi(text)) == text


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("1234567890",  "would be 3"),
        ("3234567893",  "begins with 1 or 2"),
        ("123456789",   "ten digits"),
        ("12345678931", "ten digits"),
    ],
)  # fmt: skip
def test_a_wrong_npi_is_refused_with_the_reason(text: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        Npi(text)


@settings(max_examples=50)
@given(st.sampled_from("12"), digits(8))
def test_the_npi_check_digit_is_luhn_over_80840_and_the_number(first: str, rest: str) -> None:
    whole = "80840" + first + rest + npi_check_digit(first + rest)
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(whole))]

    assert sum(sum(map(int, str(value))) for value in doubled) % 10 == 0


@pytest.mark.parametrize(
    ("text", "sum_of_digits"),
    [
        ("AB1234563",      33),  # (1+3+5) + 2(2+4+6)
        ("BJ5836727",      47),  # (5+3+7) + 2(8+6+2)
        ("AB1234563-012A", 33),
    ],
)  # fmt: skip
def test_a_dea_number_with_its_check_digit_is_taken(text: str, sum_of_digits: int) -> None:
    assert str(DeaNumber.read(text)) == text
    assert dea_check_digit(text[2:8]) == str(sum_of_digits)[-1]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("AB9876549",      "would be 7"),
        ("NB1234563",      "letter N"),
        ("A11234563",      "two letters"),
        ("AB123456",       "two letters"),
        ("AB1234563-0 12", "suffix"),
    ],
)  # fmt: skip
def test_a_wrong_dea_number_is_refused_with_the_reason(text: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        DeaNumber.read(text)


def test_a_dea_number_of_another_name_is_a_doubt_and_no_refusal() -> None:
    number = DeaNumber.read("ab1234563")

    assert number.doubt_about("Baker") is None
    assert (
        number.doubt_about("o'Brien") == "The second letter of DEA number AB1234563 is B, but the name begins with O."
    )
    assert DeaNumber.read("A91234563").doubt_about("Okafor") is None
    assert DeaNumber.read("MB1234563").is_mid_level


@pytest.mark.parametrize(
    ("make", "right", "wrong"),
    [
        (Bin,     "610014",     "61001"),
        (Bin,     "61001412",   "6100141"),
        (Pcn,     "",           " PCN"),
        (Pcn,     "AB-1234567", "AB-12345678"),
        (NcpdpId, "1234567",    "123456"),
    ],
)  # fmt: skip
def test_payer_and_pharmacy_numbers_have_their_lengths(make: type, right: str, wrong: str) -> None:
    assert str(make(right)) == right
    with pytest.raises(ValueError):  # noqa: PT011
        make(wrong)
