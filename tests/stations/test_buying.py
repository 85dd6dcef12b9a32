"""Ordering and receiving: from what is low to the shelf, and what suppliers get wrong on the way."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.ledger.places import PlaceKind
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.purchasing import Delivery, DeliveryLine, Order, SupplierInvoice, TracedPackage
from pestle.records.stock import Balance, Lot, StockItem
from pestle.stations.bench.filling_waits import run_out
from pestle.stations.scanning import resolve
from pestle.stations.stock import delivery_desk, ordering, receiving, suggestions, tracing
from pestle.stations.stock.ordering import Wanted
from pestle.stations.stock.receiving import InHand
from pestle.terms.findings import Refused
from pestle.wire import x12
from pestle.wire.x12.envelopes import read_receipt
from pestle.wire.x12.ordering import read_order
from tests.street import walk
from tests.supplier import SECRET, SECRET_NAME, Papers, join_supplier, papers
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
LISINOPRIL, WARFARIN, OXYCODONE = "lisinopril 10 mg", "warfarin 5 mg", "oxycodone 5 mg"


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(SECRET_NAME, SECRET)
    world = make_world()
    join_supplier(world)
    return world


def sent(world: World, **packages: int) -> Order:
    """An order that was sent: two packages of lisinopril unless something else is said."""
    wanted = packages or {LISINOPRIL: 2}
    lines = [Wanted(world.packages[drug].pk, count) for drug, count in wanted.items()]
    supplier = ordering.suppliers(world.pharmacy)[0]
    order = ordering.draft(act_id=uuid4(), by=world.ada, at=world.now, wanted=lines, partner_id=supplier.pk)
    return ordering.send(act_id=uuid4(), by=world.ada, at=world.now, order_id=order.pk)


def opened(world: World, paper: Papers, order: Order) -> Delivery:
    """A delivery of an order on the bench, with its invoice and tracing data."""
    paper.ship(order)
    paper.trace(order)
    paper.invoice(order)
    delivery = Delivery.objects.get(number="SH1")
    return receiving.open_delivery(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk)


def scan(world: World, delivery: Delivery, text: str, **given: object) -> DeliveryLine:
    """Take one scanned package in."""
    found = resolve(text, world.pharmacy)
    code = found.scan.product
    assert found.package is not None
    assert code is not None
    in_hand = InHand(found.package.pk, lot_number=code.lot.text if code.lot else "", expires_on=code.expiry, code=code)
    return receiving.take_in(
        act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk, in_hand=in_hand, **given
    )  # type: ignore[arg-type]


def held(world: World, kind: PlaceKind, drug: str) -> Decimal:
    rows = Balance.objects.filter(place__kind=kind.value, lot__package=world.packages[drug])
    return sum((row.quantity for row in rows), Decimal(0))


def test_an_order_is_written_as_the_supplier_reads_it(world: World) -> None:
    order = sent(world, **{LISINOPRIL: 2, WARFARIN: 1})

    message = Message.objects.get(kind="850")
    (found,) = x12.decode(bytes(message.body)).sets
    read = read_order(found)
    assert order.state == "sent"
    assert (read.number, [(line.ndc, int(line.quantity), line.price) for line in read.lines]) == (
        order.number, [("68180098001", 2, Decimal("5.00")), ("00093172101", 1, Decimal("5.00"))],
    )  # fmt: skip
    assert dict(read.lines[0].ids)["UK"] == "00368180980018"


def test_schedule_ii_does_not_go_out_on_an_ordinary_order(world: World) -> None:
    with pytest.raises(Refused, match="DEA form 222"):
        sent(world, **{OXYCODONE: 1})


def test_what_is_low_is_suggested_with_its_working_and_not_again_once_ordered(world: World) -> None:
    StockItem.objects.filter(package=world.packages[LISINOPRIL]).update(reorder_at=100)

    before = {each.package.ndc11: each for each in suggestions.suggestions(world.pharmacy, world.now)}
    sent(world, **{LISINOPRIL: before["68180098001"].packages})
    after = {each.package.ndc11 for each in suggestions.suggestions(world.pharmacy, world.now)}

    # Par 300, on hand 100, packages of 100: two.
    assert before["68180098001"].packages == 2
    assert ["missing = par − on hand − on order", "300 − 100 − 0 = 200"] in before["68180098001"].working
    assert "68180098001" not in after


def test_the_suppliers_answer_stands_on_each_line(world: World) -> None:
    order = sent(world, **{LISINOPRIL: 3, WARFARIN: 1})
    paper = papers(world, n68180098001=1)

    paper.acknowledge(order)

    order.refresh_from_db()
    first, second = order.lines.order_by("position")
    assert order.state == "acknowledged"
    assert (first.accepted, first.back_ordered, first.expected_on) == (1, 2, world.now.date() + timedelta(days=8))
    assert (second.accepted, second.back_ordered) == (1, 0)


def test_a_refused_order_says_so(world: World) -> None:
    order = sent(world)
    paper = papers(world)
    paper.shelf.habits["68180098001"] = "refused"

    paper.acknowledge(order)

    order.refresh_from_db()
    assert order.state == "refused"


def test_papers_that_come_twice_do_once(world: World) -> None:
    order, paper = sent(world), papers(world)
    for _ in range(2):
        paper.acknowledge(order)
        paper.ship(order)
        paper.trace(order)
        paper.invoice(order)

    assert Delivery.objects.count() == 1
    assert DeliveryLine.objects.get().announced == 2
    assert SupplierInvoice.objects.count() == 1
    assert TracedPackage.objects.count() == 2
    assert not Message.objects.filter(is_outgoing=False).exclude(state="read").exists()


def test_another_invoice_under_the_same_number_is_kept_and_refused(world: World) -> None:
    order, paper = sent(world), papers(world)
    paper.ship(order)
    paper.invoice(order)
    paper.shelf.habits["68180098001"] = "dearer"

    answer = paper.invoice(order)

    assert SupplierInvoice.objects.get().total == Decimal("10.00")
    assert "another total" in Message.objects.get(state="unreadable").last_error
    # It could be read, so its sender is not told to send it again.
    assert read_receipt(x12.decode(answer).sets[0]).sets[0].is_accepted


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (b"DTM*036*20280531", b"DTM*036*20280230", "DTM02"),
        (b"SN1*1*2*EA",       b"SN1*1*two*EA",     "SN102"),
        (b"HL*3*2*P",         b"HL*3*7*P",         "HL02"),
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_read_is_kept_and_its_sender_told(
    world: World, was: bytes, becomes: bytes, says: str
) -> None:
    order = sent(world)
    paper = papers(world, expires={"68180098001": date(2028, 5, 31)})
    paper.ship(order)
    whole = bytes(Message.objects.get(kind="856").body)
    Delivery.objects.all()

    answer = paper.knock(whole.replace(b"SH1", b"SH2").replace(was, becomes))

    message = Message.objects.get(state="unreadable")
    assert says in message.last_error
    assert becomes in bytes(message.body)
    assert not read_receipt(x12.decode(answer).sets[0]).sets[0].is_accepted
    assert Delivery.objects.count() == 1


def test_an_expiry_with_day_00_is_the_last_of_its_month(world: World) -> None:
    order = sent(world)
    paper = papers(world, expires={"68180098001": date(2028, 2, 29)})
    paper.ship(order)
    whole = bytes(Message.objects.get(kind="856").body)

    paper.knock(whole.replace(b"SH1", b"SH2").replace(b"20280229", b"20280200"))

    assert Delivery.objects.get(number="SH2").lines.get().expires_on == date(2028, 2, 29)


def test_a_delivery_is_taken_in_by_scan_closed_and_put_away(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    for code in paper.codes(order):
        scan(world, delivery, code)

    assert held(world, PlaceKind.RECEIVING, LISINOPRIL) == 200
    receiving.close(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk)
    line = delivery.lines.get()
    receiving.put_away(act_id=uuid4(), by=world.ada, at=world.now, line_id=line.pk)

    delivery.refresh_from_db()
    order.refresh_from_db()
    assert (delivery.state, order.state) == ("put_away", "received")
    assert held(world, PlaceKind.RECEIVING, LISINOPRIL) == 0
    assert held(world, PlaceKind.SHELF, LISINOPRIL) == 300
    assert TracedPackage.objects.filter(scanned_at__isnull=False).count() == 2
    assert StockItem.objects.get(package=world.packages[LISINOPRIL]).unit_cost == Decimal("0.05")


def test_what_is_short_is_claimed_before_the_delivery_is_closed(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    scan(world, delivery, paper.codes(order)[0])

    with pytest.raises(Refused, match="1 line differs"):
        receiving.close(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk)
    receiving.close(
        act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk, reason="One bottle short, claimed."
    )

    order.refresh_from_db()
    told = delivery.events().last()
    assert told is not None
    assert "received 1, 5 dollars" in told.details["differences"][0]
    assert order.state == "partly_received"


def test_what_was_back_ordered_comes_later_and_ends_the_order(world: World) -> None:
    order, paper = sent(world), papers(world, n68180098001=1)
    paper.acknowledge(order)
    delivery = opened(world, paper, order)
    scan(world, delivery, paper.codes(order)[0])
    receiving.close(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk)
    order.refresh_from_db()
    assert order.state == "partly_received"

    paper.shelf.have.clear()
    paper.ship(order, number="SH2")
    paper.trace(order, number="SH2")
    later = Delivery.objects.get(number="SH2")
    receiving.open_delivery(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=later.pk)
    code = paper.codes(order, number="SH2")[0]
    scan(world, later, code)
    receiving.close(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=later.pk, reason="The other came before.")

    order.refresh_from_db()
    assert order.state == "received"


def test_the_same_package_is_not_taken_in_twice(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    code = paper.codes(order)[0]
    scan(world, delivery, code)

    with pytest.raises(Refused, match="scanned before"):
        scan(world, delivery, code)

    assert held(world, PlaceKind.RECEIVING, LISINOPRIL) == 100


def test_a_serial_nobody_told_of_is_a_pharmacists_to_accept(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    strange = paper.codes(order)[0].rpartition("21")[0] + "21FALSE1"

    with pytest.raises(Refused, match="No tracing data") as refusal:
        scan(world, delivery, strange)
    assert refusal.value.findings[0].lifted_by >= world.ben.roles

    found = resolve(strange, world.pharmacy)
    assert found.scan.product is not None
    in_hand = InHand(
        world.packages[LISINOPRIL].pk, lot_number="Z1", expires_on=date(2028, 5, 31), code=found.scan.product
    )
    line = receiving.take_in(
        act_id=uuid4(), by=world.ben, at=world.now, delivery_id=delivery.pk, in_hand=in_hand,
        because={"serial_is_traced": "Lakeside confirmed the serial by telephone, reference 88."},
    )  # fmt: skip
    assert line.received == 1


def test_a_code_without_lot_or_expiry_asks_for_them_and_takes_neither_from_the_notice(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    in_hand = InHand(world.packages[LISINOPRIL].pk)

    with pytest.raises(Refused, match="Type the lot") as refusal:
        receiving.take_in(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk, in_hand=in_hand)

    assert {finding.field for finding in refusal.value.findings} == {"lot", "expires_on"}


def test_a_lot_has_one_expiry(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    known = Lot.objects.get(package=world.packages[LISINOPRIL])
    in_hand = InHand(world.packages[LISINOPRIL].pk, lot_number=known.number, expires_on=date(2029, 5, 31))

    with pytest.raises(Refused, match="known here with the expiry May 31, 2028"):
        receiving.take_in(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk, in_hand=in_hand)


def test_what_is_damaged_is_set_apart_in_quarantine(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    for code in paper.codes(order):
        line = scan(world, delivery, code)

    with pytest.raises(Refused, match="Say why"):
        receiving.set_apart(act_id=uuid4(), by=world.ada, at=world.now, line_id=line.pk, packages=1, reason="")
    receiving.set_apart(act_id=uuid4(), by=world.ada, at=world.now, line_id=line.pk, packages=1, reason="Crushed.")

    line.refresh_from_db()
    assert (line.received, line.apart) == (1, 1)
    assert held(world, PlaceKind.QUARANTINE, LISINOPRIL) == 100
    assert held(world, PlaceKind.RECEIVING, LISINOPRIL) == 100


def test_a_number_is_corrected_by_the_reversing_movement(world: World) -> None:
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    line = scan(world, delivery, paper.codes(order)[0])

    receiving.take_back(
        act_id=uuid4(), by=world.ada, at=world.now, line_id=line.pk, packages=1, reason="Scanned the same box twice."
    )

    line.refresh_from_db()
    assert line.received == 0
    assert held(world, PlaceKind.RECEIVING, LISINOPRIL) == 0


def test_schedule_ii_is_counted_in_blind_by_two_and_goes_to_the_vault(world: World) -> None:
    delivery = receiving.open_unannounced(act_id=uuid4(), by=world.ben, at=world.now, number="SLIP 17")
    in_hand = InHand(world.packages[OXYCODONE].pk, lot_number="OX1", expires_on=date(2028, 5, 31), packages=2)

    def count(witness: Worker | None) -> DeliveryLine:
        return receiving.take_in(
            act_id=uuid4(), by=world.ben, at=world.now, delivery_id=delivery.pk, in_hand=in_hand, witness=witness
        )

    for nobody in (None, world.ben):
        with pytest.raises(Refused, match="two people"):
            count(nobody)
    line = count(world.ada)
    assert line.is_vault
    receiving.close(act_id=uuid4(), by=world.ben, at=world.now, delivery_id=delivery.pk, reason="By paper, form 222.")
    with pytest.raises(Refused, match="goes to a vault"):
        receiving.put_away(
            act_id=uuid4(), by=world.ben, at=world.now, line_id=line.pk, place_id=world.places["shelf"].pk
        )
    receiving.put_away(act_id=uuid4(), by=world.ben, at=world.now, line_id=line.pk, place_id=world.places["vault"].pk)

    assert held(world, PlaceKind.VAULT, OXYCODONE) == 300


def test_what_waited_for_the_product_is_taken_up_when_it_is_on_the_shelf(world: World) -> None:
    fill = walk(world, to="queued")
    Balance.objects.filter(lot__package=world.packages[LISINOPRIL])
    run_out(act_id=uuid4(), by=world.program, at=world.now, fill_id=fill.pk, wakes_at=world.now + timedelta(days=1))
    order, paper = sent(world), papers(world)
    delivery = opened(world, paper, order)
    shown = delivery_desk.desk(world.ada, delivery.pk, world.now)
    assert [each.pk for each in shown.completes] == [fill.pk]
    for code in paper.codes(order):
        line = scan(world, delivery, code)
    receiving.close(act_id=uuid4(), by=world.ada, at=world.now, delivery_id=delivery.pk)

    receiving.put_away(act_id=uuid4(), by=world.ada, at=world.now, line_id=line.pk)

    fill.refresh_from_db()
    assert fill.state == "queued"


def test_a_traced_package_is_found_by_lot_and_by_serial(world: World) -> None:
    order, paper = sent(world), papers(world)
    paper.trace(order)
    one = TracedPackage.objects.order_by("pk")[0]

    assert len(tracing.find(world.ada, one.lot_number)) == 2
    assert [each.serial for each in tracing.find(world.ada, one.serial)] == [one.serial]
    assert one.order_number == order.number


def test_tracing_data_without_the_statement_are_refused(world: World) -> None:
    order, paper = sent(world), papers(world)
    paper.trace(order)
    raw = bytes(Message.objects.get(kind="EPCIS").body)

    answer = paper.knock(raw.replace(b">true<", b">false<"), is_tracing=True)

    assert b"transaction statement" in answer
    assert TracedPackage.objects.count() == 2


def test_an_unsigned_document_is_not_taken(world: World) -> None:
    order, paper = sent(world), papers(world)
    paper.ship(order)
    raw = bytes(Message.objects.get(kind="856").body)

    from pestle.stations.stock import supplier_door

    with pytest.raises(supplier_door.NotSigned):
        supplier_door.knock(raw, token="false", at=world.now)


def test_an_order_that_will_not_come_is_given_up_by_a_lead_with_a_reason(world: World) -> None:
    order = sent(world)

    with pytest.raises(Refused, match="2 packages are still to come"):
        ordering.close_short(act_id=uuid4(), by=world.dana, at=world.now, order_id=order.pk, reason="")
    ordering.close_short(act_id=uuid4(), by=world.dana, at=world.now, order_id=order.pk, reason="Discontinued.")

    order.refresh_from_db()
    assert order.state == "closed_short"
