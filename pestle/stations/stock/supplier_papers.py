"""What a supplier's papers do: an answer settles order lines, a notice announces a delivery, an invoice is held."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from pestle.flows.delivery import DELIVERY
from pestle.flows.machine import NEW
from pestle.flows.order import ORDER
from pestle.records.catalogue import Package
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.purchasing import Delivery, DeliveryLine, Order, OrderLine, SupplierInvoice
from pestle.rules.buying_facts import DeliveryFacts
from pestle.stations.intake.drop_off import today_at
from pestle.terms.findings import refuse
from pestle.terms.schedule import Schedule
from pestle.wire import x12
from pestle.wire.x12.invoicing import InvoiceLine, read_invoice
from pestle.wire.x12.ordering import AnsweredLine, read_acknowledgement
from pestle.wire.x12.shipping import ShippedItem, ShippedOrder, read_ship_notice

STATION = "ordering"
BACK_ORDERED, SUBSTITUTED = "IB", "IS"
REFUSED = frozenset({"IR", "R1", "R2", "R3"})
CREDITS = frozenset({"CR", "CN"})


def take_acknowledgement(found: x12.TransactionSet, message: Message, at: datetime) -> None:
    """This will write the supplier's answer on each line of its order; raises X12Error or Refused."""
    said = read_acknowledgement(found)
    order = _order(message, said.number)
    answered = {line.pk: each for each in said.lines if (line := _line_of(order, each.line.number, each.line.ndc))}
    for line in order.lines.all():
        if line.pk in answered:
            _settle(line, answered[line.pk])
    program = Worker.objects.program(message.pharmacy)
    lines = list(order.lines.all())
    is_refused = all(line.said in REFUSED for line in lines)
    verb = "be_refused" if is_refused and ORDER.step("be_refused", order.state) else "acknowledge"
    if ORDER.step(verb, order.state) is None:
        return
    told = {
        "accepted": sum(line.accepted for line in lines), "back ordered": sum(line.back_ordered for line in lines),
        "refused": sum(line.packages for line in lines if line.said in REFUSED),
    }  # fmt: skip
    taken = ORDER.take(verb, order.facts(at, program), program.roles)
    order.record(taken, act_id=_act(message, verb), by=program, at=at, station=STATION, details=told)


def take_ship_notice(found: x12.TransactionSet, message: Message, at: datetime) -> None:
    """This will announce a delivery for each order of a ship notice; the same notice again announces nothing."""
    notice = read_ship_notice(found)
    for shipped in notice.orders:
        number = notice.number if len(notice.orders) == 1 else f"{notice.number}/{shipped.number}"
        known = Delivery.objects.filter(pharmacy=message.pharmacy, partner=message.partner, number=number[:30])
        if not known.exists():
            _announce(shipped, number[:30], message, at)


def take_invoice(found: x12.TransactionSet, message: Message, at: datetime) -> None:
    """This will keep an invoice and hold its lines against its delivery; another of a known number is refused."""
    invoice = read_invoice(found)
    known = SupplierInvoice.objects.filter(partner=message.partner, number=invoice.number).first()
    if known is not None:
        # The same paper sent twice is no news; another paper under its number is.
        if known.total == invoice.total and known.summed == invoice.summed:
            return
        raise refuse(
            f"Invoice {invoice.number} came before with another total: ask the supplier.", rule="invoice_comes_once"
        )
    order = Order.objects.filter(pharmacy=message.pharmacy, number=invoice.order_number).first()
    delivery = Delivery.objects.filter(
        pharmacy=message.pharmacy, partner=message.partner, invoice_number=invoice.number
    ).first()  # fmt: skip
    SupplierInvoice.objects.create(
        pharmacy=message.pharmacy, partner=message.partner, number=invoice.number[:30], order=order, delivery=delivery,
        invoiced_on=invoice.invoiced_on, total=-invoice.total if invoice.kind in CREDITS else invoice.total,
        summed=invoice.summed, message=message,
    )  # fmt: skip
    if delivery is not None and invoice.kind not in CREDITS:
        _hold_against(delivery, invoice.lines)


def package_of(ndc: str) -> Package | None:
    """This will give the one package of the directory with these digits; None where there is none or more than one."""
    found = Package.objects.filter(ndc11=ndc.replace("-", ""), product__is_newest_listing=True)
    packages = list(found.select_related("product")[:2])
    return packages[0] if len(packages) == 1 else None


def _settle(line: OrderLine, said: AnsweredLine) -> None:
    accepted = sum(int(each.quantity) for each in said.answers if each.status not in REFUSED | {BACK_ORDERED})
    later = [each for each in said.answers if each.status == BACK_ORDERED]
    instead = next((each.ndc for each in said.answers if each.status == SUBSTITUTED and each.ndc), "")
    days = [each.on for each in said.answers if each.on]
    OrderLine.objects.filter(pk=line.pk).update(
        said=said.answers[0].status[:2] if said.answers else "", accepted=accepted,
        back_ordered=sum(int(each.quantity) for each in later),
        expected_on=next((each.on for each in later if each.on), max(days, default=None)),
        instead=package_of(instead) if instead else None,
    )  # fmt: skip


def _announce(shipped: ShippedOrder, number: str, message: Message, at: datetime) -> None:
    order = Order.objects.filter(pharmacy=message.pharmacy, number=shipped.number).first()
    program = Worker.objects.program(message.pharmacy)
    invoice = next((value for qualifier, value in shipped.references if qualifier == "IV"), "")
    delivery = Delivery(
        pharmacy=message.pharmacy, partner=message.partner, number=number, order=order, invoice_number=invoice[:30],
        announced_at=at,
    )  # fmt: skip
    facts = DeliveryFacts(state=NEW, at=at, today=today_at(message.pharmacy, at), roles=program.roles)
    taken = DELIVERY.take("announce", facts, program.roles)
    delivery.begin(taken, act_id=_act(message, f"announce {number}"), by=program, at=at, station=STATION)
    items = [item for carton in shipped.cartons for item in carton.items]
    DeliveryLine.objects.bulk_create(
        _delivery_line(delivery, item, place, order) for place, item in enumerate(items, start=1)
    )


def _delivery_line(delivery: Delivery, item: ShippedItem, place: int, order: Order | None) -> DeliveryLine:
    package = package_of(item.ndc)
    return DeliveryLine(
        pharmacy_id=delivery.pharmacy_id, delivery=delivery, position=place,
        order_line=_line_of(order, item.number, item.ndc) if order else None, package=package, ndc_said=item.ndc[:14],
        lot_number=item.lot[:30], expires_on=item.expires_on, announced=int(item.quantity),
        is_vault=package is not None and package.product.dea_schedule is Schedule.II,
    )  # fmt: skip


def _hold_against(delivery: Delivery, lines: Iterable[InvoiceLine]) -> None:
    """Write what is invoiced beside what was announced: by product, first on the lines whose lots the invoice names."""
    asked: dict[str, tuple[int, InvoiceLine]] = {}
    for line in lines:
        before = asked.get(line.ndc, (0, line))[0]
        asked[line.ndc] = (before + int(line.quantity), line)
    for ndc, (packages, line) in asked.items():
        rows = list(delivery.lines.filter(ndc_said=ndc).order_by("position"))
        left = packages
        for row in rows:
            share = left if row is rows[-1] else min(left, row.announced)
            left -= share
            DeliveryLine.objects.filter(pk=row.pk).update(invoiced=share, invoiced_price=line.price)
        if not rows:
            last = delivery.lines.count()
            DeliveryLine.objects.create(
                pharmacy_id=delivery.pharmacy_id, delivery=delivery, position=last + 1, package=package_of(ndc),
                ndc_said=ndc[:14], invoiced=packages, invoiced_price=line.price,
            )  # fmt: skip


def _order(message: Message, number: str) -> Order:
    found = Order.objects.filter(pharmacy=message.pharmacy, partner=message.partner, number=number).first()
    if found is None:
        raise refuse(f"There is no order {number[:22]} at this supplier: ask who ordered it.", rule="order_is_here")
    return found


def _line_of(order: Order, number: str, ndc: str) -> OrderLine | None:
    """Give an order's line by its number where the product agrees, else by its product alone."""
    lines = list(order.lines.select_related("package", "instead"))
    named = [line for line in lines if str(line.position) == number]
    alike = [line for line in lines if ndc in {line.package.ndc11, line.instead.ndc11 if line.instead else ""}]
    return next((line for line in named if line in alike), alike[0] if alike else (named[0] if named else None))


def _act(message: Message, name: str) -> UUID:
    return uuid5(UUID(int=message.partner_id), f"{message.external_id} {name}")
