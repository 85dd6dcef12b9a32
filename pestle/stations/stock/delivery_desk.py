"""What the page of receiving shows: each line as ordered, invoiced and scanned, and what the delivery completes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pestle.flows.delivery import DELIVERY, DeliveryState
from pestle.flows.fill import FillState
from pestle.flows.machine import Way
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.purchasing import ON_ITS_WAY, Delivery, DeliveryLine, SupplierInvoice
from pestle.records.stock import StockItem
from pestle.rules.buying import SHORT_DATED
from pestle.rules.buying_facts import DeliveryFacts
from pestle.stations.intake.drop_off import today_at
from pestle.terms.findings import refuse

MOST_ENDED = 20


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line and its result in a word: kind is that of a tag."""

    line: DeliveryLine
    ordered: int | None
    shelf: str
    kind: str
    result: str

    @property
    def is_hidden(self) -> bool:
        """Whether its numbers are hidden until two people have counted."""
        return self.line.is_vault and not self.line.received and not self.line.apart


@dataclass(frozen=True, slots=True)
class Desk:
    """A delivery on the bench."""

    delivery: Delivery
    lines: tuple[LineShown, ...]
    scanned: int
    expected: int
    invoice: SupplierInvoice | None
    completes: tuple[Fill, ...]
    facts: DeliveryFacts
    ways: tuple[Way[DeliveryFacts], ...]

    @property
    def left_to_put_away(self) -> tuple[LineShown, ...]:
        """Lines that were taken in and are not on their shelf yet, by address."""
        waiting = (each for each in self.lines if each.line.received and each.line.put_away_at is None)
        return tuple(sorted(waiting, key=lambda each: each.shelf))

    @property
    def worth_of_differences(self) -> Decimal:
        """What is invoiced and was not taken in, in dollars."""
        return sum(
            (
                (each.line.invoiced - each.line.received) * each.line.invoiced_price
                for each in self.lines
                if each.line.invoiced is not None and each.line.invoiced_price is not None
            ),
            Decimal(0),
        )


def waiting(pharmacy: Pharmacy) -> list[Delivery]:
    """This will give what is announced, on the bench or still to be put away, the oldest first."""
    rows = Delivery.objects.filter(pharmacy=pharmacy, state__in=ON_ITS_WAY).select_related("partner", "order")
    return list(rows.prefetch_related("lines").order_by("state_since", "pk"))


def ended(pharmacy: Pharmacy) -> list[Delivery]:
    """This will give the last deliveries that are done."""
    rows = Delivery.objects.filter(pharmacy=pharmacy).exclude(state__in=ON_ITS_WAY).select_related("partner", "order")
    return list(rows.order_by("-state_since")[:MOST_ENDED])


def desk(by: Worker, delivery_id: int, at: datetime) -> Desk:
    """This will gather what the page of one delivery shows; Refused where there is none."""
    rows = Delivery.objects.filter(pk=delivery_id, pharmacy_id=by.pharmacy_id).select_related("partner", "order")
    delivery = rows.first()
    if delivery is None:
        raise refuse("There is no such delivery in this pharmacy: look at Receiving again.", rule="delivery_is_here")
    day = today_at(by.pharmacy, at)
    lines = list(
        delivery.lines.select_related("package__product", "order_line", "lot", "put_away_to").order_by("position")
    )
    packages = [line.package_id for line in lines if line.package_id]
    shelves = dict(
        StockItem.objects.filter(pharmacy_id=by.pharmacy_id, package_id__in=packages).values_list(
            "package_id", "shelf__name"
        )
    )
    facts = delivery.facts(at, by, day)
    return Desk(
        delivery,
        tuple(_shown(line, delivery, day, shelves.get(line.package_id or 0, "")) for line in lines),
        scanned=sum(line.received for line in lines if not line.is_vault),
        expected=sum(max(line.announced, line.received) for line in lines if not line.is_vault),
        invoice=SupplierInvoice.objects.filter(delivery=delivery).first(),
        completes=tuple(_completes(packages, by)),
        facts=facts,
        ways=DELIVERY.steps_open_to(facts, by.roles),
    )


def _completes(packages: list[int], by: Worker) -> "list[Fill]":
    fills = Fill.objects.filter(
        pharmacy_id=by.pharmacy_id, package_id__in=packages, state__in=[FillState.OUT_OF_STOCK, FillState.OWED]
    )
    return list(fills.select_related("prescription__patient", "package__product").order_by("promised_at", "pk")[:12])


def _shown(line: DeliveryLine, delivery: Delivery, day: date, shelf: str) -> LineShown:
    kind, result = _result(line, delivery, day)
    place = line.put_away_to.name if line.put_away_to else shelf
    return LineShown(line, line.order_line.packages if line.order_line else None, place, kind, result)


def _result(line: DeliveryLine, delivery: Delivery, day: date) -> tuple[str, str]:
    if line.put_away_at is not None:
        return "ok", "put away"
    if line.is_vault and not line.received and not line.apart:
        return "plain", "count blind"
    if line.apart:
        return "stop", f"{line.apart} apart: {line.apart_because}"
    expected = line.announced if line.invoiced is None else line.invoiced
    if line.received > expected:
        return "stop", f"{line.received - expected} over"
    if line.received < expected:
        short = expected - line.received
        is_open = delivery.state in {DeliveryState.ANNOUNCED, DeliveryState.RECEIVING}
        return ("warn", f"{short} to scan") if is_open else ("stop", f"{short} short")
    return _present(line, day)


def _present(line: DeliveryLine, day: date) -> tuple[str, str]:
    if not line.received:
        return "plain", "nothing comes"
    if line.expires_on and line.expires_on < day + SHORT_DATED:
        return "warn", f"short-dated, {(line.expires_on - day) // timedelta(days=1)} d"
    if line.temperature_c is not None:
        return "ok", f"{line.temperature_c} °C, fridge"
    return "ok", "all here"
