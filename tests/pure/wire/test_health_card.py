"""Prescription cards read by their labels; card texts are made up, in the arrangements that cards print."""

import pytest

from pestle.wire.health_card import read_card


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("RxBIN: 999999\nRxPCN: CASC\nRxGRP: G100\nID: CM1968314 01",
         {"bin": "999999", "pcn": "CASC", "group": "G100", "cardholder_id": "CM196831401"}),
        ("BIN 999999 PCN CASC GRP G100 MEMBER ID CM1968314 PERSON CODE 01",
         {"bin": "999999", "pcn": "CASC", "group": "G100", "cardholder_id": "CM1968314", "person_code": "01"}),
        ("Cascade Rx|BIN=00999999|PCN=A4|Cardholder ID=W 1234 56|Suffix=2",
         {"bin": "00999999", "pcn": "A4", "cardholder_id": "W123456", "person_code": "2"}),
        ("Group Number: ACME-7\tIdentification: XYZ123", {"group": "ACME-7", "cardholder_id": "XYZ123"}),
        ("PAID IN FULL, no card at all", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_stands_behind_a_label_is_read(text: str, values: dict[str, str]) -> None:
    assert dict(read_card(text).values) == values


def test_what_does_not_fit_its_label_is_a_doubt_and_no_value() -> None:
    read = read_card("BIN: 9999 PCN: CASC")

    assert dict(read.values) == {"pcn": "CASC"}
    assert read.doubts == ("Beside Bin stands 9999: that is no BIN.",)
    assert read.missing == ("BIN", "cardholder ID")


def test_two_values_for_one_label_are_a_doubt() -> None:
    read = read_card("BIN 999999\nBIN 888888\nID A1B2")

    assert dict(read.values) == {"cardholder_id": "A1B2"}
    assert "two BINs: 999999 and 888888" in read.doubts[0]


@pytest.mark.parametrize("text", ["\x00\x1d" * 900, "BIN " * 3000, "ID:" + "9" * 5000, "\N{SNOWMAN}" * 50])
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(read_card(text).missing, tuple)
