"""From what is low to the shelf in a real browser: an order over the wire, its papers back, each package by scan."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.purchasing import Delivery, Order, SupplierInvoice, TracedPackage
from pestle.records.stock import Balance, Lot, StockItem
from pestle.stations import outbox
from pestle.stations.bench.filling_waits import run_out
from tests.pages.browser import axe
from tests.pages.hands import Hands, at_a_bench
from tests.street import walk
from tests.supplier import SECRET, SECRET_NAME, PretendWholesaler, join_supplier
from tests.world import World, an_act, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISINOPRIL = "lisinopril 10 mg"


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(SECRET_NAME, SECRET)
    world = make_world()
    world.now = timezone.now().replace(microsecond=0)
    Lot.objects.update(expires_on=(world.now + timedelta(days=900)).date())
    StockItem.objects.filter(package=world.packages[LISINOPRIL]).update(reorder_at=100)
    return world


@pytest.fixture
def wholesaler(world: World, live_server: LiveServer, tmp_path: Path) -> Iterator[PretendWholesaler]:
    program = PretendWholesaler(tmp_path, live_server.url)
    join_supplier(world, port=program.port)
    yield program
    program.stop()


@pytest.fixture
def ada(world: World, page: Page, live_server: LiveServer) -> Hands:
    return at_a_bench(page, live_server.url, world.ada)


def papers_have_come(order: Order) -> Delivery:
    """Wait for the notice, the tracing data and the invoice, which the wholesaler brings by itself."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if SupplierInvoice.objects.filter(order=order).exists() and TracedPackage.objects.exists():
            return Delivery.objects.get(order=order)
        time.sleep(0.1)
    raise AssertionError([(each.kind, each.state, each.last_error) for each in Message.objects.all()])


def test_ada_orders_what_is_low_receives_it_by_scan_and_an_owed_fill_completes_itself(
    world: World, ada: Hands, wholesaler: PretendWholesaler
) -> None:
    fill = walk(world, to="queued")
    run_out(act_id=an_act(), by=world.program, at=world.now, fill_id=fill.pk, wakes_at=world.now + timedelta(days=2))

    ada.page.goto(f"{ada.url}/ordering/")
    ada.sees("somebody waits")
    assert axe(ada.page) == []
    ada.press("F10")
    ada.sees_heading("Order PO")
    ada.press("F10")
    ada.sees("Sent")
    order = Order.objects.get()
    outbox.deliver(Message.objects.get(kind="850").pk, at=timezone.now())
    delivery = papers_have_come(order)
    order.refresh_from_db()
    assert order.state == "acknowledged"

    ada.press("Alt+9")
    ada.is_at("/receiving/")
    ada.sees("announced")
    ada.page.goto(f"{ada.url}/receiving/{delivery.pk}/")
    ada.press("F10")
    ada.sees("Scan each package.")
    codes = wholesaler.tell("tote", order=order.number)["codes"]
    assert len(codes) == order.lines.get().packages
    for count, code in enumerate(codes, start=1):
        ada.scan(code)
        ada.sees(f"{count} of {len(codes)}")
    assert axe(ada.page) == []
    ada.press("F10")
    ada.sees_heading("Put away")
    ada.press("F10")
    ada.sees("All of it is on its place.")

    order.refresh_from_db()
    fill = Fill.objects.get(pk=fill.pk)
    assert order.state == "received"
    assert fill.state == "queued"
    shelved = Balance.objects.filter(place__kind=PlaceKind.SHELF.value, lot__package=world.packages[LISINOPRIL])
    assert sum(row.quantity for row in shelved) == 100 + 100 * len(codes)
    assert not TracedPackage.objects.filter(scanned_at=None).exists()


def test_a_supplier_that_does_not_answer_is_tried_again_and_never_ordered_from_twice(
    world: World, wholesaler: PretendWholesaler
) -> None:
    from pestle.stations.stock import ordering
    from pestle.stations.stock.ordering import Wanted

    supplier = Partner.objects.get(kind=PartnerKind.WHOLESALER)
    lines = [Wanted(world.packages[LISINOPRIL].pk, 1)]
    order = ordering.draft(act_id=an_act(), by=world.ada, at=world.now, wanted=lines, partner_id=supplier.pk)
    ordering.send(act_id=an_act(), by=world.ada, at=world.now, order_id=order.pk)
    message = Message.objects.get(kind="850")
    wholesaler.tell("fail", how="garbage")

    first = outbox.deliver(message.pk, at=timezone.now())
    assert first.state == "failing"
    outbox.deliver(message.pk, at=timezone.now())
    # The same order once more, as after a power cut in the middle.
    from pestle.stations.stock.supplier_door import carry

    carry(supplier, message)

    papers_have_come(order)
    ordered = [line for line in wholesaler.tell("book")["lines"] if line["what"].startswith("ordered")]
    assert [line["what"] for line in ordered] == ["ordered", "ordered again"]
    assert Delivery.objects.count() == 1
