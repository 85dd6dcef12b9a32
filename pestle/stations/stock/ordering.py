"""Orders to suppliers: written from suggestions or by hand, sent by wire or on paper, given up with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import F, Max

from pestle.flows.machine import NEW
from pestle.flows.order import ORDER, OrderState
from pestle.records.catalogue import Package
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind, Pharmacy
from pestle.records.purchasing import Order, OrderLine
from pestle.records.stock import StockItem
from pestle.rules.buying_facts import OrderFacts
from pestle.stations.acts import act_within, one_act
from pestle.stations.outbox import post_message
from pestle.stations.stock.order_papers import purchase_order
from pestle.terms.findings import refuse

STATION = "ordering"
MOST_PACKAGES = 9999
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many packages of a product, with the working that led to it."""

    package_id: int
    packages: int
    working: Sequence[Sequence[str]] = ()


@one_act
def draft(
    *, act_id: UUID, by: Worker, at: datetime, wanted: Sequence[Wanted], partner_id: int | None = None
) -> Order:  # fmt: skip
    """Write an order of the accepted lines; it is not sent yet. Without a partner it will go on paper."""
    if not wanted:
        raise refuse("Mark at least one line first.", rule="order_asks_for_something", field="lines")
    partner = _supplier(by, partner_id) if partner_id is not None else None
    order = Order(pharmacy_id=by.pharmacy_id, partner=partner, number=_next_number(by.pharmacy), made_at=at)
    facts = OrderFacts(state=NEW, at=at, roles=by.roles)
    order.begin(ORDER.take("draft", facts, by.roles), act_id=act_id, by=by, at=at, station=STATION)
    for position, each in enumerate(wanted, start=1):
        _add(order, each, position)
    return order


@one_act
def change_line(
    *, act_id: UUID, by: Worker, at: datetime, order_id: int, package_id: int, packages: int
) -> Order:  # fmt: skip
    """Put another number of packages on a draft; nothing takes the line off, a new product adds one."""
    order = _order(by, order_id)
    taken = ORDER.take("change", order.facts(at, by), by.roles)
    if not 0 <= packages <= MOST_PACKAGES:
        raise refuse(f"Type how many packages: 0 to {MOST_PACKAGES:,}.", rule="packages_are_counted", field="packages")
    line = order.lines.filter(package_id=package_id).first()
    before = line.packages if line else 0
    told = {"package": package_id, "before": before, "packages": packages}
    # The step first: of two who change one draft, one is told before a line is written.
    order.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    if line is None and packages:
        last = order.lines.aggregate(last=Max("position"))["last"] or 0
        _add(order, Wanted(package_id, packages), last + 1)
    elif line is not None and packages:
        OrderLine.objects.filter(pk=line.pk).update(packages=packages)
    elif line is not None:
        line.delete()
    return order


@one_act
def send(*, act_id: UUID, by: Worker, at: datetime, order_id: int, because: dict[str, str] | None = None) -> Order:
    """Send a draft to its supplier; one on paper counts as sent once it is printed."""
    order = _order(by, order_id)
    taken = ORDER.take("send", order.facts(at, by), by.roles, because=because)
    order.sent_at = at
    order.save(update_fields=["sent_at"])
    told = {"lines": order.lines.count(), "to": order.partner.name if order.partner else "on paper"}
    order.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    if order.partner is not None:
        post_message(
            partner=order.partner, kind="850", body=purchase_order(order, at), act_id=act_within(act_id, "850"), by=by,
            at=at, external_id=order.number, subject=order,
        )  # fmt: skip
    return order


@one_act
def close_short(*, act_id: UUID, by: Worker, at: datetime, order_id: int, reason: str) -> Order:
    """Wait no longer for what has not come of an order."""
    order = _order(by, order_id)
    taken = ORDER.take("close_short", order.facts(at, by, reason=reason), by.roles)
    order.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()})
    return order


@one_act
def discard(*, act_id: UUID, by: Worker, at: datetime, order_id: int) -> Order:
    """Throw a draft away; it stays in the history."""
    order = _order(by, order_id)
    taken = ORDER.take("discard", order.facts(at, by), by.roles)
    order.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return order


def note_received(order: Order, *, act_id: UUID, by: Worker, at: datetime) -> None:
    """This will move an order on after packages came for it; to be called inside an act that took them in."""
    facts = order.facts(at, by)
    verb = "come_in_part" if facts.packages_open else "come_in"
    if ORDER.step(verb, order.state) is None or (
        verb == "come_in_part" and order.state == OrderState.PARTLY_RECEIVED
    ):  # fmt: skip
        return
    order.record(ORDER.take(verb, facts, by.roles), act_id=act_id, by=by, at=at, station=STATION)


def suppliers(pharmacy: Pharmacy) -> list[Partner]:
    """This will give the suppliers that take orders by wire."""
    return list(Partner.objects.filter(pharmacy=pharmacy, kind=PartnerKind.WHOLESALER, is_in_use=True).order_by("name"))


def open_orders(pharmacy: Pharmacy) -> list[Order]:
    """This will give drafts and what is still to come, newest first."""
    states = [state for state in OrderState if state not in ORDER.finals]
    rows = Order.objects.filter(pharmacy=pharmacy, state__in=states).select_related("partner")
    return list(rows.prefetch_related("lines__package__product").order_by("-pk"))


def _supplier(by: Worker, partner_id: int) -> Partner:
    found = Partner.objects.filter(pk=partner_id, pharmacy_id=by.pharmacy_id, kind=PartnerKind.WHOLESALER).first()
    if found is None:
        raise refuse("Choose a supplier of this pharmacy.", rule="order_has_a_supplier", field="supplier")
    return found


def _order(by: Worker, order_id: int) -> Order:
    found = Order.objects.filter(pk=order_id, pharmacy_id=by.pharmacy_id).select_related("partner", "pharmacy").first()
    if found is None:
        raise refuse("There is no such order in this pharmacy: look at Orders again.", rule="order_is_here")
    return found


def _next_number(pharmacy: Pharmacy) -> str:
    Pharmacy.objects.filter(pk=pharmacy.pk).update(next_order_number=F("next_order_number") + 1)
    pharmacy.refresh_from_db(fields=["next_order_number"])
    return f"PO{pharmacy.next_order_number - 1}"


def _add(order: Order, wanted: Wanted, position: int) -> None:
    package = Package.objects.filter(pk=wanted.package_id).first()
    if package is None:
        raise refuse(
            "That package is not in the directory: scan or type another NDC.", rule="package_is_here", field="lines"
        )
    if not 0 < wanted.packages <= MOST_PACKAGES:
        raise refuse(f"Type how many packages: 1 to {MOST_PACKAGES:,}.", rule="packages_are_counted", field="packages")
    item = StockItem.objects.filter(pharmacy_id=order.pharmacy_id, package=package).first()
    price = None
    if item is not None and item.unit_cost is not None and package.units is not None:
        price = (item.unit_cost * package.units).quantize(CENT, ROUND_HALF_UP)
    OrderLine.objects.create(
        pharmacy_id=order.pharmacy_id, order=order, position=position, package=package, packages=wanted.packages,
        price=price, working=[list(row) for row in wanted.working],
    )  # fmt: skip
