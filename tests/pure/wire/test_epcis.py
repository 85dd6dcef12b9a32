from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.terms.gtin import Gtin, gs1_check_digit
from pestle.wire import epcis
from pestle.wire.epcis import EpcisError, Packed, Shipping, TracedPlace, TracedProduct
from pestle.wire.epcis.document import transaction_numbers
from pestle.wire.epcis.urns import gtin_and_serial, sgtin_urn, sscc_digits, sscc_urn

GTIN = Gtin.for_us_drug("6818009801")
BODY = "00030001123456789"
CARTON = BODY + gs1_check_digit(BODY)
SHIPPING = Shipping(
    instance="SH9001",
    at=datetime(2026, 3, 2, 17, 30, tzinfo=UTC),
    sender=TracedPlace(id="urn:epc:id:sgln:030001.111111.0", name="Lakeside Drug", city="Lansing", state="MI"),
    receiver=TracedPlace(id="urn:epc:id:sgln:030002.222222.0", name="Corner Street Pharmacy"),
    products=(TracedProduct(gtin=GTIN, ndc="68180-980-01", name="Lisinopril", strength="10 mg"),),
    packed=(
        Packed(gtin=GTIN, serial="S-1", lot="A123", expires_on=date(2027, 11, 30), carton=CARTON),
        Packed(gtin=GTIN, serial="S/2", lot="A124", expires_on=date(2027, 12, 31), carton=CARTON),
        Packed(gtin=GTIN, serial="S3", lot="A123", expires_on=date(2027, 11, 30)),
    ),
    order_number="PO260302A",
    invoice_number="INV5001",
)
RAW = epcis.encode(epcis.shipping_document(SHIPPING))


def test_a_shipment_is_opened_down_to_its_packages() -> None:
    document = epcis.decode(RAW)

    found = epcis.packages(document)

    assert [(each.serial, each.lot, each.expires_on, each.cartons) for each in found] == [
        ("S-1", "A123", date(2027, 11, 30), (CARTON,)),
        ("S/2", "A124", date(2027, 12, 31), (CARTON,)),
        ("S3", "A123", date(2027, 11, 30), ()),
    ]
    assert {each.ndc for each in found} == {"68180-980-01"}
    assert transaction_numbers(found[0]) == {"po": "PO260302A", "inv": "INV5001"}
    assert document.affirms_statement
    assert (document.sender, document.receiver) == (SHIPPING.sender.id, SHIPPING.receiver.id)


def test_a_document_comes_back_as_it_was() -> None:
    document = epcis.decode(RAW)

    assert epcis.encode(document) == RAW
    assert epcis.from_json(epcis.to_json(document)) == document


def test_a_package_that_was_unpacked_goes_without_its_carton() -> None:
    unpacked = RAW.replace(
        b"<action>ADD</action>\n        <bizStep>urn:epcglobal:cbv:bizstep:packing",
        b"<action>DELETE</action>\n        <bizStep>urn:epcglobal:cbv:bizstep:unpacking",
    )
    assert unpacked != RAW

    # The carton is then shipped with nothing inside that anybody told of.
    with pytest.raises(EpcisError, match="content no event tells"):
        epcis.packages(epcis.decode(unpacked))


def test_a_package_nobody_commissioned_has_no_lot() -> None:
    unknown = RAW.replace(b"bizstep:commissioning", b"bizstep:inspecting")

    assert {(each.lot, each.expires_on) for each in epcis.packages(epcis.decode(unknown))} == {("", None)}


def test_a_carton_inside_itself_is_refused() -> None:
    urn = sscc_urn(CARTON, prefix_digits=7).encode()
    child = sgtin_urn(GTIN, "S-1", prefix_digits=7).encode()
    first, second = RAW.split(b"<AggregationEvent>")
    document = epcis.decode(first + b"<AggregationEvent>" + second.replace(child, urn, 1))

    with pytest.raises(EpcisError, match="into itself"):
        epcis.packages(document)


@pytest.mark.parametrize(
    ("was",                        "becomes",                          "where"),
    [
        (b"2027-11-30",            b"2027-02-30",                      "itemExpirationDate"),
        (b"2027-11-30",            b"someday",                         "itemExpirationDate"),
        (b'schemaVersion="1.2"',   b'schemaVersion="2.0"',             "schemaVersion"),
        (b"<EventList>",           b"<EventList><Surprise/>",          "EventList"),
        (b"<eventTime>2026",       b"<eventTime>x026",                 "event 1 eventTime"),
        (b"EPCISBody",             b"EPCISBodies",                     "EPCISBody"),
        (b"<EPCISHeader>",         b"<EPCISHeader>&boom;",             "line"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_right_is_refused_by_its_place(was: bytes, becomes: bytes, where: str) -> None:
    assert was in RAW

    with pytest.raises(EpcisError) as refused:
        epcis.decode(RAW.replace(was, becomes))

    assert where in refused.value.where


def test_day_00_of_an_expiry_is_the_last_of_the_month() -> None:
    found = epcis.packages(epcis.decode(RAW.replace(b"2027-11-30", b"2027-11-00")))

    assert found[0].expires_on == date(2027, 11, 30)


def test_entities_and_document_types_are_refused() -> None:
    with pytest.raises(EpcisError, match="document type"):
        epcis.decode(b'<!DOCTYPE x [<!ENTITY a "b">]><EPCISDocument schemaVersion="1.2"/>')


# GS1 US: guideline for DSCSA, example package 0001-0123-45 with serial 11.
def test_a_package_is_named_as_in_the_guideline() -> None:
    found = gtin_and_serial("urn:epc:id:sgtin:030001.0012345.11")

    assert found == (Gtin("00300010123455"), "11")
    assert sgtin_urn(Gtin("00300010123455"), "11", prefix_digits=6) == "urn:epc:id:sgtin:030001.0012345.11"


@given(
    st.text("0123456789", min_size=16, max_size=16).map(lambda rest: "0" + rest), st.integers(6, 12)
)  # fmt: skip
def test_a_carton_is_named_and_read_back(body: str, prefix_digits: int) -> None:
    digits = body + gs1_check_digit(body)

    assert sscc_digits(sscc_urn(digits, prefix_digits=prefix_digits)) == digits


@given(
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"#<>?`^{}|[]\\&%/$@~'),
        min_size=1,
        max_size=20,
    )
)
def test_a_serial_is_named_and_read_back(serial: str) -> None:
    assert gtin_and_serial(sgtin_urn(GTIN, serial, prefix_digits=7)) == (GTIN, serial)


@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_one_changed_byte_is_read_or_refused(at: int, byte: int) -> None:
    raw = RAW[:at] + bytes([byte]) + RAW[at + 1 :]
    try:
        document = epcis.decode(raw)
        epcis.packages(document)
    except EpcisError:
        return
    assert epcis.decode(epcis.encode(document)) == document


def test_a_shipment_of_many_packages_is_read_whole() -> None:
    packed = tuple(
        Packed(gtin=GTIN, serial=f"S{number}", lot=f"L{number % 7}", expires_on=date(2027, 11, 30))
        for number in range(500)
    )

    document = epcis.shipping_document(replace(SHIPPING, packed=packed))

    assert len({each.epc for each in epcis.packages(document)}) == 500
