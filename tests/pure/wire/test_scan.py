from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.gtin import Gtin
from pestle.wire import scan
from pestle.wire.errors import WireError
from pestle.wire.scan import ScanKind

OWN_KINDS = [ScanKind.BAG, ScanKind.BASKET, ScanKind.LOCATION, ScanKind.BADGE, ScanKind.DOCUMENT]
bodies = st.from_regex(r"[0-9A-Z]{1,8}(-[0-9A-Z]{1,6}){0,2}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("]d201003000101234551727033110AB12",      ScanKind.PRODUCT),
        ("300010123455",                           ScanKind.PRODUCT),
        ("012345678905",                           ScanKind.PRODUCT),  # A shop product; it has no NDC.
        ("0001-0123-45",                           ScanKind.PRODUCT),
        ("0001012345",                             ScanKind.PRODUCT),
        ("00001012345",                            ScanKind.PRODUCT),
        ("PXF7204418-01G",                         ScanKind.RX_LABEL),
        ("pxf7204418-01g\r\n",                     ScanKind.RX_LABEL),
        ("]C0PXF7204418-01G",                      ScanKind.RX_LABEL),
        ("PXLA-03-2B",                             ScanKind.LOCATION),
        ("7204418",                                ScanKind.UNKNOWN),
        ("17270331",                               ScanKind.UNKNOWN),  # One date element alone names no product.
        ("1012345",                                ScanKind.UNKNOWN),
        ("Rivera, Cleo",                           ScanKind.UNKNOWN),
        ("300010123454",                           ScanKind.UNKNOWN),
        ("PXF7204418-01H",                         ScanKind.UNKNOWN),
        ("PXQ12",                                  ScanKind.UNKNOWN),
        ("PX",                                     ScanKind.UNKNOWN),
        ("",                                       ScanKind.UNKNOWN),
    ],
)  # fmt: skip
def test_any_code_is_told_apart(text: str, kind: ScanKind) -> None:
    assert scan.read(text).kind is kind
    assert scan.read(text).text == text


def test_a_package_brings_its_product_and_every_ndc_it_can_be() -> None:
    found = scan.read("]d201003000101234551727033110AB12")

    assert found.product is not None
    assert found.product.gtin == Gtin("00300010123455")
    assert found.ndc_candidates == found.product.ndc_candidates
    assert len(found.ndc_candidates) == 3


def test_a_label_brings_its_prescription_and_fill() -> None:
    found = scan.read(scan.render_rx_label(rx_number="7204418", fill_number=0))

    assert (found.rx_number, found.fill_number) == ("7204418", 0)
    assert (scan.read("PXLA-03-2B").rx_number, scan.read("PXLA-03-2B").fill_number) == ("", None)


@pytest.mark.parametrize(
    ("payload", "check"),
    [
        ("G123498654321", "H"),  # Guidelines for the Blood Transfusion Services in the UK, annex 2, ISBT 128.
        ("F7204418-01",   "G"),
    ],
)  # fmt: skip
def test_the_check_character_agrees_with_a_published_example(payload: str, check: str) -> None:
    assert scan.check_character(payload) == check


@settings(max_examples=100)
@given(st.sampled_from(OWN_KINDS), bodies)
def test_a_printed_code_is_read_back(kind: ScanKind, body: str) -> None:
    found = scan.read(scan.render_code(kind, body))

    assert (found.kind, found.body) == (kind, body)
    assert scan.from_json(scan.to_json(found)) == found
    assert scan.decode(scan.encode(found)) == found


@settings(max_examples=100)
@given(st.sampled_from(OWN_KINDS), bodies, st.randoms(use_true_random=False))
def test_one_wrong_character_or_two_swapped_never_make_another_code(kind: ScanKind, body: str, choose: Random) -> None:
    code = scan.render_code(kind, body)
    place = choose.randrange(2, len(code) - 1)
    other = choose.choice([letter for letter in scan.ALPHABET if letter != code[place]])
    changed = code[:place] + other + code[place + 1 :]
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert scan.read(changed).kind is ScanKind.UNKNOWN
    assert swapped == code or scan.read(swapped).kind is ScanKind.UNKNOWN


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (ScanKind.BAG,      ""),
        (ScanKind.BAG,      "a1"),
        (ScanKind.BAG,      "A--1"),
        (ScanKind.BAG,      "A" * 25),
        (ScanKind.RX_LABEL, "7204418"),
        (ScanKind.RX_LABEL, "A-01"),
        (ScanKind.PRODUCT,  "1"),
    ],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_never_printed(kind: ScanKind, body: str) -> None:
    with pytest.raises(WireError):
        scan.render_code(kind, body)


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_any_text_is_a_scan(text: str) -> None:
    assert scan.read(text).text == text
