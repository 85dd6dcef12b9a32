"""Element strings by the GS1 General Specifications; the drug 0001-0123-45 is an example GS1 US publishes."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.wire import gs1
from pestle.wire.errors import WireError

GS = "\x1d"
GTIN = "00300010123455"
VISIBLE = "".join(chr(code) for code in range(33, 127) if chr(code) not in "#$@[\\]^`{|}~")


@pytest.mark.parametrize(
    ("scanned", "lot", "expiry", "serial"),
    [
        (f"]d201{GTIN}17270331" f"10AB12{GS}21S-9",   "AB12", date(2027, 3, 31), "S-9"),
        (f"{GS}01{GTIN}17270331" f"10AB12{GS}21S-9",  "AB12", date(2027, 3, 31), "S-9"),
        (f"01{GTIN}21S-9{GS}10AB12{GS}17270331",      "AB12", date(2027, 3, 31), "S-9"),
        (f"]C101{GTIN}17280200",                      None,   date(2028, 2, 29), ""),
        (f"01{GTIN}{GS}17271200{GS}10AB12{GS}",       "AB12", date(2027, 12, 31), ""),
        (f"]d2{GS}01{GTIN}",                          None,   None,               ""),
        (f"]e001{GTIN}\r\n",                          None,   None,               ""),
    ],
)  # fmt: skip
def test_a_drug_package_gives_number_lot_expiry_and_serial(
    scanned: str, lot: str | None, expiry: date | None, serial: str
) -> None:
    scan = gs1.parse(scanned)

    assert scan.gtin == Gtin(GTIN)
    assert scan.lot == (LotNumber(lot) if lot else None)
    assert (scan.expiry, scan.serial) == (expiry, serial)
    assert [ndc.dashed for ndc in scan.ndc_candidates] == ["00001-0123-45", "00010-0123-45", "00010-1234-05"]


@pytest.mark.parametrize(
    ("scanned", "written"),
    [
        ("300010123455",     gs1.Written.UPC_A),
        ("0300010123455",    gs1.Written.EAN_13),
        ("]E00300010123455", gs1.Written.EAN_13),
        (GTIN,               gs1.Written.GTIN_14),
        (f"]I1{GTIN}",       gs1.Written.GTIN_14),
    ],
)  # fmt: skip
def test_a_bare_number_is_the_same_product(scanned: str, written: gs1.Written) -> None:
    scan = gs1.parse(scanned)

    assert (scan.gtin, scan.written) == (Gtin(GTIN), written)
    assert gs1.render(scan) == scanned


def test_a_case_and_a_foreign_product_are_told_apart_from_a_single_drug() -> None:
    case, foreign = gs1.parse("10300010123452"), gs1.parse("6291041500213")

    assert case.gtin is not None
    assert case.gtin.indicator == 1
    assert case.ndc_candidates == gs1.parse(GTIN).ndc_candidates
    assert foreign.ndc_candidates == ()


@pytest.mark.parametrize(
    ("announced", "dashed"),
    [
        ("000010123045",   ["00010-1230-45"]),
        ("00010-1234-05",  ["00010-1234-05"]),
        ("100000123045",   []),
    ],
)  # fmt: skip
def test_an_announced_ndc_needs_no_question(announced: str, dashed: list[str]) -> None:
    scan = gs1.parse(f"01{GTIN}715{announced}")

    assert [ndc.dashed for ndc in scan.ndc_candidates] == dashed


@pytest.mark.parametrize(
    ("scanned", "where"),
    [
        ("0100300010123454",                  "AI 01"),  # Wrong check digit.
        (f"01{GTIN}17271301",                 "AI 17"),  # No thirteenth month.
        (f"01{GTIN}17270231",                 "AI 17"),  # No 31 February.
        (f"01{GTIN}1727",                     "AI 17"),
        (f"01{GTIN}10{'A' * 21}",             "AI 10"),  # One too many; the rest is not taken for another element.
        (f"01{GTIN}10AB^1",                   "AI 10"),
        (f"01{GTIN}10A{GS}10B",               "AI 10"),
        (f"01{GTIN}05XX",                     "position 17"),
        ("300010123454",                      "check digit"),
        ("]E030001012345",                    "]E0"),
        (f"]A001{GTIN}",                      "]A0"),
        ("",                                  "scan"),
        ("00123456789012345678",              "AI 00"),  # A shipping container number with a wrong check digit.
    ],
)  # fmt: skip
def test_a_wrong_code_is_refused_with_its_place(scanned: str, where: str) -> None:
    with pytest.raises(WireError) as caught:
        gs1.parse(scanned)

    assert caught.value.where == where


def test_a_scanner_that_sends_another_separator_is_understood() -> None:
    for separator in ("|", "^]", "<GS>"):
        scan = gs1.parse(f"01{GTIN}10AB12{separator}21S-9", separator=separator)

        assert (scan.lot, scan.serial) == (LotNumber("AB12"), "S-9")


def test_a_lot_that_swallowed_its_neighbour_raises_a_doubt() -> None:
    dropped, whole = gs1.parse(f"01{GTIN}10AB1217270331"), gs1.parse(f"01{GTIN}10AB12{GS}17270331")

    assert dropped.doubt is not None
    assert "drop separators" in dropped.doubt
    assert whole.doubt is None


def test_elements_nobody_asked_for_survive() -> None:
    scanned = f"01{GTIN}1727033110AB12{GS}240X-1{GS}3722"

    scan = gs1.parse(scanned)

    assert scan.others == (gs1.Element("240", "X-1"), gs1.Element("37", "22"))
    assert gs1.render(scan) == scanned
    assert gs1.printed(scan) == f"(01){GTIN}(17)270331(10)AB12(240)X-1(37)22"


@settings(max_examples=100)
@given(
    ndc10=st.text("0123456789", min_size=10, max_size=10),
    lot=st.none() | st.text(VISIBLE, min_size=1, max_size=20),
    expiry=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    serial=st.text(VISIBLE, max_size=20),
)
def test_what_is_printed_is_read_back(ndc10: str, lot: str | None, expiry: date | None, serial: str) -> None:
    number = LotNumber(lot) if lot else None
    scan = gs1.Gs1Scan.of(gtin=Gtin.for_us_drug(ndc10), lot=number, expiry=expiry, serial=serial)

    again = gs1.decode(gs1.encode(scan))

    assert again == scan == gs1.from_json(gs1.to_json(scan))
    assert (again.lot, again.expiry, again.serial) == (number, expiry, serial)


@settings(max_examples=200)
@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_any_text_is_read_or_refused_but_never_breaks_the_reader(text: str) -> None:
    try:
        scan = gs1.parse(text)
    except WireError:
        return
    assert gs1.parse(gs1.render(scan)) == scan


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"elements": [{"ai": "01"}]},
        {"elements": [{"ai": "01", "value": "1"}]},
        {"elements": [{"ai": "1", "value": "0AB"}]},
        {"elements": [{"ai": "10", "value": "A"}], "written": "upc-a"},
        {"elements": [{"ai": "10", "value": "A"}], "symbology": "]E0"},
        {"elements": [{"ai": "10", "value": "A"}], "symbology": "\ud800"},
        {"elements": [{"ai": "01", "value": "10300010123452"}], "written": "ean-13"},
    ],
)
def test_json_that_no_symbol_can_carry_is_refused(value: object) -> None:
    with pytest.raises(WireError):
        gs1.from_json(value)


def test_a_year_that_two_digits_cannot_carry_is_refused() -> None:
    with pytest.raises(WireError, match="AI 17"):
        gs1.Gs1Scan.of(gtin=Gtin(GTIN), expiry=date(2100, 1, 31))
