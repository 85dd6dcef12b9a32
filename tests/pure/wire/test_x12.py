from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire import x12
from pestle.wire.x12 import X12Error
from pestle.wire.x12.elements import Party
from pestle.wire.x12.envelopes import Address, enveloped, read_receipt, receipt_of
from pestle.wire.x12.interchange import Segment
from pestle.wire.x12.invoicing import Charge, Invoice, InvoiceLine, read_invoice, write_invoice
from pestle.wire.x12.ordering import (
    Acknowledgement,
    AnsweredLine,
    LineAnswer,
    OrderLine,
    PurchaseOrder,
    read_acknowledgement,
    read_order,
    write_acknowledgement,
    write_order,
)
from pestle.wire.x12.shipping import Carton, ShipNotice, ShippedItem, ShippedOrder, read_ship_notice, write_ship_notice

AT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
BETWEEN = Address(sender="CORNERSTREET", receiver="LAKESIDE")
LISINOPRIL = (("N4", "68180098001"), ("VN", "1234567"))
LINE = OrderLine(number="1", quantity=Decimal(2), unit="EA", price=Decimal("4.15"), basis="CT", ids=LISINOPRIL)
ORDER = PurchaseOrder(
    number="PO260302A",
    ordered_on=date(2026, 3, 2),
    references=(("CO", "100200"),),
    parties=(
        Party(role="ST", name="CORNER STREET PHARMACY", qualifier="11", id="BE1234563", street=("9 MAIN ST",),
              city="LANSING", state="MI", postal_code="48901"),
        Party(role="SE", name="LAKESIDE DRUG", qualifier="21", id="123456789"),
    ),
    lines=(LINE, OrderLine(number="2", quantity=Decimal(1), unit="EA", ids=(("N4", "00006027731"),))),
)  # fmt: skip
ANSWER = Acknowledgement(
    kind="AC",
    number="PO260302A",
    ordered_on=date(2026, 3, 2),
    lines=(
        AnsweredLine(line=LINE, answers=(
            LineAnswer(status="IA", quantity=Decimal(1), unit="EA", on=date(2026, 3, 3)),
            LineAnswer(status="IS", quantity=Decimal(1), unit="EA", ids=(("N4", "00093721410"),)),
        )),
    ),
)  # fmt: skip
NOTICE = ShipNotice(
    number="SH9001",
    written_at=datetime.fromisoformat("2026-03-02T17:30"),
    dates=(("011", date(2026, 3, 2)), ("017", date(2026, 3, 3))),
    references=(("BM", "BOL77"),),
    parties=(Party(role="SF", name="LAKESIDE DRUG", qualifier="21", id="123456789"),),
    packages="1",
    carrier="OWN",
    orders=(
        ShippedOrder(
            number="PO260302A",
            ordered_on=date(2026, 3, 2),
            references=(("IV", "INV5001"),),
            cartons=(
                Carton(marks=(("GM", "00403000112345678901"),), items=(
                    ShippedItem(number="1", ids=LISINOPRIL, quantity=Decimal(2), unit="EA", lot="A123",
                                expires_on=date(2027, 11, 30)),
                )),
                Carton(items=(
                    ShippedItem(number="2", ids=(("N4", "00006027731"),), quantity=Decimal(1), unit="EA", lot="B9"),
                )),
            ),
        ),
    ),
)  # fmt: skip
INVOICE = Invoice(
    number="INV5001",
    invoiced_on=date(2026, 3, 2),
    order_number="PO260302A",
    ordered_on=date(2026, 3, 2),
    lines=(
        InvoiceLine(number="1", quantity=Decimal(2), unit="EA", price=Decimal("4.15"), ids=LISINOPRIL,
                    description="LISINOPRIL 10MG TAB 100", lots=("A123",)),
    ),
    charges=(Charge(indicator="C", code="D240", amount=Decimal("1.50"), description="FREIGHT"),),
    total=Decimal("9.80"),
)  # fmt: skip

SAMPLE = (
    b"ISA*00*          *00*          *ZZ*LAKESIDE       *ZZ*CORNERSTREET   *260302*1730*U*00401*000000007*0*P*:~\n"
    b"GS*SH*LAKESIDE*CORNERSTREET*20260302*1730*7*X*004010~\n"
    b"ST*856*0001~\nBSN*00*SH9001*20260302*1730*0001~\nHL*1**S~\nHL*2*1*O~\nPRF*PO260302A~\nHL*3*2*I~\n"
    b"LIN*1*N4*68180098001*LT*A123~\nSN1*1*2*EA~\nDTM*036*20271100~\nCTT*3~\nSE*11*0001~\nGE*1*7~\nIEA*1*000000007~\n"
)


def whole(kind: str, *bodies: tuple[Segment, ...]) -> bytes:
    return x12.encode(enveloped([(kind, body) for body in bodies], address=BETWEEN, number=7, at=AT))


def only(raw: bytes) -> x12.TransactionSet:
    (found,) = x12.decode(raw).sets
    return found


def test_an_order_is_read_as_it_was_written() -> None:
    assert read_order(only(whole("850", write_order(ORDER)))) == ORDER


def test_an_acknowledgement_is_read_as_it_was_written() -> None:
    assert read_acknowledgement(only(whole("855", write_acknowledgement(ANSWER)))) == ANSWER


def test_a_ship_notice_is_read_as_it_was_written() -> None:
    assert read_ship_notice(only(whole("856", write_ship_notice(NOTICE)))) == NOTICE


def test_an_invoice_is_read_as_it_was_written() -> None:
    found = read_invoice(only(whole("810", write_invoice(INVOICE))))

    assert found == INVOICE
    assert found.is_balanced


def test_an_invoice_whose_total_is_not_its_lines_says_so() -> None:
    assert not Invoice(**{**_fields(INVOICE), "total": Decimal("9.81")}).is_balanced


def _fields(invoice: Invoice) -> dict[str, object]:
    return {name: getattr(invoice, name) for name in invoice.__dataclass_fields__}


def test_bytes_come_back_as_they_were_with_their_line_breaks() -> None:
    assert x12.encode(x12.decode(SAMPLE)) == SAMPLE
    assert x12.from_json(x12.to_json(x12.decode(SAMPLE))) == x12.decode(SAMPLE)


def test_day_00_of_an_expiry_is_the_last_of_the_month_and_the_lot_may_stand_in_the_line() -> None:
    notice = read_ship_notice(only(SAMPLE))

    (item,) = notice.orders[0].cartons[0].items
    assert (item.lot, item.expires_on, item.ndc) == ("A123", date(2027, 11, 30), "68180098001")


@pytest.mark.parametrize(
    ("was",                    "becomes",                "where"),
    [
        (b"SE*11*0001",        b"SE*12*0001",            "SE01 of set 0001"),
        (b"SE*11*0001",        b"SE*11*0002",            "SE02 of set 0001"),
        (b"GE*1*7",            b"GE*2*7",                "GE01 of group 7"),
        (b"IEA*1*000000007",   b"IEA*1*000000008",       "IEA02"),
        (b"GE*1*7~\n",         b"",                      "segment 14"),
        (b"~\nHL*1**S",        b"~HL*1**S",              "segment 4"),
        (b"PRF*PO260302A",     b"prf*PO260302A",         "segment 7"),
        (b"00401",             b"004011",                "ISA13"),
        (b"A123",              b"A\xe923",               "byte"),
    ],
)  # fmt: skip
def test_a_damaged_interchange_is_refused_by_segment_and_element(was: bytes, becomes: bytes, where: str) -> None:
    with pytest.raises(X12Error) as refused:
        x12.decode(SAMPLE.replace(was, becomes))

    assert where in refused.value.where


@pytest.mark.parametrize(
    ("was",                  "becomes",              "where"),
    [
        (b"20271100",        b"20270230",            "DTM02"),
        (b"20271100",        b"20271300",            "DTM02"),
        (b"SN1*1*2*EA",      b"SN1*1*two*EA",        "SN102"),
        (b"SN1*1*2*EA",      b"SN1*1*2",             "SN103"),
        (b"HL*3*2*I",        b"HL*3*9*I",            "HL02 of level 3"),
        (b"HL*3*2*I",        b"HL*2*1*O",            "HL of segment"),
        (b"CTT*3",           b"CTT*4",               "CTT01"),
        (b"PRF*PO260302A",   b"REF*XX*1",            "PRF"),
    ],
)  # fmt: skip
def test_a_ship_notice_that_cannot_be_right_is_refused_by_element(was: bytes, becomes: bytes, where: str) -> None:
    found = only(SAMPLE.replace(was, becomes))

    with pytest.raises(X12Error) as refused:
        read_ship_notice(found)

    assert where in refused.value.where


def test_a_receipt_names_the_document_that_was_cut_short() -> None:
    received = x12.split(SAMPLE.replace(b"SE*11*0001", b"SE*10*0001"))

    receipt = read_receipt(only(whole("997", *(body for _, body in receipt_of(received)))))

    assert (receipt.function, receipt.control_number) == ("SH", "7")
    assert [(each.kind, each.control_number, each.is_accepted) for each in receipt.sets] == [("856", "0001", False)]


def test_a_receipt_accepts_what_could_be_read() -> None:
    receipt = read_receipt(only(whole("997", *(body for _, body in receipt_of(x12.split(SAMPLE))))))

    assert [each.is_accepted for each in receipt.sets] == [True]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        found = x12.decode(raw)
    except X12Error:
        return
    assert x12.encode(found) == raw


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255))
@settings(max_examples=400)
def test_one_changed_byte_is_read_as_it_stands_or_refused(at: int, byte: int) -> None:
    raw = SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    try:
        found = x12.decode(raw)
        for each in found.sets:
            read_ship_notice(each)
    except X12Error:
        return
    assert x12.encode(found) == raw
