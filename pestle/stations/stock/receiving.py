"""Receiving: each package by scan, its lot and expiry with it; what is wrong is set apart; the rest is put away."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import F, Max

from pestle.flows.delivery import DELIVERY
from pestle.flows.machine import NEW
from pestle.ledger.entries import move
from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.catalogue import Package
from pestle.records.people import Worker
from pestle.records.purchasing import Delivery, DeliveryLine, OrderLine
from pestle.records.stock import Lot, Place, StockItem
from pestle.rules.buying_facts import DeliveryFacts, TakenFacts
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.filling_waits import stock_came
from pestle.stations.book import post, the_place
from pestle.stations.intake.drop_off import today_at
from pestle.stations.stock import tracing
from pestle.stations.stock.cold import needs_cold
from pestle.stations.stock.ordering import note_received
from pestle.stations.withdrawn.recall_screening import is_named
from pestle.terms.decimals import plain
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule
from pestle.wire.gs1 import Gs1Scan

STATION = "receiving"
FOUR_PLACES = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class InHand:
    """What a scan or a person says of the package in the hand; `code` is the whole code, where there was one."""

    package_id: int
    lot_number: str = ""
    expires_on: date | None = None
    packages: int = 1
    temperature_c: Decimal | None = None
    code: Gs1Scan | None = None


@one_act
def open_delivery(*, act_id: UUID, by: Worker, at: datetime, delivery_id: int) -> Delivery:
    """Begin to take in a delivery that was announced."""
    delivery = _delivery(by, delivery_id)
    taken = DELIVERY.take("open", _facts(delivery, by, at), by.roles)
    delivery.opened_at = at
    delivery.save(update_fields=["opened_at"])
    delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return delivery


@one_act
def open_unannounced(*, act_id: UUID, by: Worker, at: datetime, number: str) -> Delivery:
    """Begin to take in what came without a notice, by the number on its slip."""
    written = number.strip()[:30]
    if not written:
        raise refuse("Type the number on the packing slip.", rule="delivery_has_a_number", field="number")
    if Delivery.objects.filter(pharmacy_id=by.pharmacy_id, partner=None, number=written).exists():
        raise refuse(
            "A delivery with this number was opened before: look at Receiving.",
            rule="delivery_comes_once",
            field="number",
        )
    delivery = Delivery(pharmacy_id=by.pharmacy_id, number=written, opened_at=at)
    facts = DeliveryFacts(state=NEW, at=at, today=today_at(by.pharmacy, at), roles=by.roles)
    return delivery.begin(DELIVERY.take("open", facts, by.roles), act_id=act_id, by=by, at=at, station=STATION)


@one_act
def take_in(
    *, act_id: UUID, by: Worker, at: datetime, delivery_id: int, in_hand: InHand, witness: Worker | None = None,
    because: dict[str, str] | None = None,
) -> DeliveryLine:  # fmt: skip
    """Take packages of one lot in: from the supplier to receiving, on the line they belong to.

    A lot or expiry that the code lacks is asked for, never taken from the notice. A serial number that the tracing data
    do not know, or know with another lot, is a pharmacist's to accept.
    """
    delivery = _delivery(by, delivery_id)
    package = _package(in_hand.package_id)
    lot_number, expires_on = in_hand.lot_number.strip(), in_hand.expires_on
    known = Lot.objects.filter(
        pharmacy_id=by.pharmacy_id, package=package, number=lot_number, returned_fill__isnull=True
    ).first()
    told = TakenFacts(
        lot_number=lot_number, expires_on=expires_on, packages=in_hand.packages,
        units_are_known=package.units is not None, schedule=package.product.dea_schedule,
        is_recalled=(known is not None and known.is_recalled) or is_named(package, lot_number, expires_on),
        temperature_c=in_hand.temperature_c, needs_cold=needs_cold(package),
    )  # fmt: skip
    facts = _facts(delivery, by, at, taken=told, witness=witness)
    taken = DELIVERY.take("take_in", facts, by.roles, because=because)
    _check_serial(in_hand, delivery, by, at, because)
    lot = _lot(package, lot_number, expires_on, by)
    line = _line_for(delivery, package, lot)
    _move(lot, in_hand.packages, PlaceKind.SUPPLIER, PlaceKind.RECEIVING, act_id=act_id, by=by, at=at, witness=witness)
    _count(line, in_hand.packages, lot=lot, temperature_c=in_hand.temperature_c)
    details = {
        "ndc": package.ndc.dashed, "lot": lot_number, "packages": in_hand.packages,
        "serial": in_hand.code.serial if in_hand.code else "", "witness": witness.short_name if witness else "",
    }  # fmt: skip
    delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    line.refresh_from_db()
    return line


@one_act
def take_back(
    *, act_id: UUID, by: Worker, at: datetime, line_id: int, packages: int, reason: str
) -> DeliveryLine:  # fmt: skip
    """Correct a number: packages that were scanned and are not there go back out of the book."""
    line = _line(by, line_id)
    facts = _facts(line.delivery, by, at, reason=reason)
    taken = DELIVERY.take("take_back", facts, by.roles)
    if not 0 < packages <= line.received or line.lot is None:
        raise refuse(
            f"{line.received} were taken in on this line: type that many or fewer.",
            rule="packages_are_counted",
            field="packages",
        )
    _move(line.lot, packages, PlaceKind.RECEIVING, PlaceKind.SUPPLIER, act_id=act_id, by=by, at=at, because=reason)
    _count(line, -packages)
    details = {"line": line.position, "packages": packages, "reason": reason.strip()}
    line.delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    line.refresh_from_db()
    return line


@one_act
def set_apart(
    *, act_id: UUID, by: Worker, at: datetime, line_id: int, packages: int, reason: str
) -> DeliveryLine:  # fmt: skip
    """Set packages of a line apart: damaged, warm, suspect, not ordered. What was taken in goes to quarantine first."""
    line = _line(by, line_id)
    facts = _facts(line.delivery, by, at, reason=reason, taken=TakenFacts(packages=packages))
    taken = DELIVERY.take("set_apart", facts, by.roles)
    from_receiving = min(packages, line.received)
    if from_receiving and line.lot is not None:
        _move(
            line.lot, from_receiving, PlaceKind.RECEIVING, PlaceKind.QUARANTINE, act_id=act_id, by=by, at=at,
            because=reason,
        )  # fmt: skip
        _count(line, -from_receiving)
    DeliveryLine.objects.filter(pk=line.pk).update(apart=F("apart") + packages, apart_because=reason.strip()[:120])
    details = {"line": line.position, "packages": packages, "reason": reason.strip()}
    line.delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    line.refresh_from_db()
    return line


@one_act
def close(*, act_id: UUID, by: Worker, at: datetime, delivery_id: int, reason: str = "") -> Delivery:
    """Close a delivery: what is short, over or damaged is written down with what is claimed; the order moves on."""
    delivery = _delivery(by, delivery_id)
    taken = DELIVERY.take("close", _facts(delivery, by, at, reason=reason), by.roles)
    lines = list(delivery.lines.select_related("package__product", "order_line"))
    details = {"reason": reason.strip(), "differences": [_difference(line) for line in lines if line.differs]}
    delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    for line in lines:
        if line.order_line_id and line.received:
            OrderLine.objects.filter(pk=line.order_line_id).update(received=F("received") + line.received)
        _keep_cost(line)
    if delivery.order is not None and any(line.received for line in lines):
        note_received(delivery.order, act_id=act_within(act_id, "order"), by=by, at=at)
    return delivery


@one_act
def put_away(
    *, act_id: UUID, by: Worker, at: datetime, line_id: int, place_id: int | None = None
) -> Delivery:  # fmt: skip
    """Put what was taken in on one line at its place; with the last line the delivery is done.

    Schedule II goes to a vault. What waited for the product is taken up, the earliest promise first.
    """
    line = _line(by, line_id)
    delivery = line.delivery
    if line.lot is None or line.package is None or not line.received:
        raise refuse(
            "Nothing of this line was taken in: there is nothing to put away.",
            rule="packages_are_counted",
            field="line",
        )
    if DELIVERY.step("put_away", delivery.state) is None:
        raise refuse("Close the delivery first; then its lines are put away.", rule="only_along_the_table")
    if line.put_away_at is not None:
        raise refuse("This line was put away before.", rule="put_away_once", field="line")
    place = _shelf_of(line.package, by, place_id)
    _move(line.lot, line.received, PlaceKind.RECEIVING, place, act_id=act_id, by=by, at=at)
    DeliveryLine.objects.filter(pk=line.pk).update(put_away_at=at, put_away_to=place)
    details = {"line": line.position, "place": place.name, "packages": line.received}
    if delivery.lines.filter(received__gt=0, put_away_at__isnull=True).exists():
        delivery.note("put_line_away", act_id=act_id, by=by, at=at, station=STATION, details=details)
    else:
        taken = DELIVERY.take("put_away", _facts(delivery, by, at), by.roles)
        delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    stock_came(at=at, by=by, package_id=line.package_id or 0)
    return delivery


@one_act
def never_came(*, act_id: UUID, by: Worker, at: datetime, delivery_id: int, reason: str) -> Delivery:
    """End a delivery that was announced and never came."""
    delivery = _delivery(by, delivery_id)
    taken = DELIVERY.take("never_come", _facts(delivery, by, at, reason=reason), by.roles)
    delivery.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()})
    return delivery


def _facts(
    delivery: Delivery, by: Worker, at: datetime, *, taken: TakenFacts | None = None, witness: Worker | None = None,
    reason: str = "",
) -> DeliveryFacts:  # fmt: skip
    return delivery.facts(at, by, today_at(by.pharmacy, at), taken=taken, witness=witness, reason=reason)


def _check_serial(
    in_hand: InHand, delivery: Delivery, by: Worker, at: datetime, because: dict[str, str] | None
) -> None:  # fmt: skip
    said = tracing.note_scan(in_hand.code, delivery, at)
    reason = (because or {}).get("serial_is_traced", "").strip()
    if said and not (reason and by.roles & PHARMACISTS):
        raise Refused(
            (
                Finding(
                    rule="serial_is_traced", sentence=f"{said} Set the package apart until a pharmacist has looked.",
                    cites=tracing.CITES, lifted_by=PHARMACISTS, field="scan", is_reviewed=False,
                ),
            )
        )  # fmt: skip


def _move(
    lot: Lot, packages: int, source: PlaceKind, target: PlaceKind | Place, *, act_id: UUID, by: Worker, at: datetime,
    because: str = "", witness: Worker | None = None,
) -> None:  # fmt: skip
    units = lot.package.units
    if units is None:
        raise refuse("The directory does not say how much is in this package.", rule="package_size_is_known")
    amount = Quantity(units * packages, BillingUnit(lot.package.billing_unit or BillingUnit.EACH))
    to = target if isinstance(target, Place) else the_place(by, target)
    reasons = {PlaceKind.SUPPLIER: "received", PlaceKind.RECEIVING: "put away"}
    reason = reasons[source] if source is PlaceKind.SUPPLIER or isinstance(target, Place) else f"to {target.value}"
    entry = move(reason, lot.pk, amount, source=the_place(by, source).pk, target=to.pk)
    post(type(entry)(entry.reason, entry.lines, because.strip()[:200]), act_id=act_id, by=by, at=at, witness=witness)


def _count(line: DeliveryLine, packages: int, *, lot: Lot | None = None, temperature_c: Decimal | None = None) -> None:
    changed: dict[str, object] = {"received": F("received") + packages}
    if lot is not None:
        changed |= {"lot": lot, "lot_number": lot.number, "expires_on": lot.expires_on}
    if temperature_c is not None:
        changed["temperature_c"] = temperature_c
    DeliveryLine.objects.filter(pk=line.pk).update(**changed)


def _line_for(delivery: Delivery, package: Package, lot: Lot) -> DeliveryLine:
    """Give the line that packages of a lot belong to: its own, else one announced without a lot, else a new one."""
    rows = list(delivery.lines.of_package(package))
    own = next((row for row in rows if row.lot_number == lot.number), None)
    bare = next((row for row in rows if not row.lot_number), None)
    if own or bare:
        return own or bare or rows[0]
    last = delivery.lines.aggregate(last=Max("position"))["last"] or 0
    ordered = next((row.order_line for row in rows), None)
    return DeliveryLine.objects.create(
        pharmacy_id=delivery.pharmacy_id, delivery=delivery, position=last + 1, package=package,
        ndc_said=package.ndc11, order_line=ordered, is_vault=package.product.dea_schedule is Schedule.II,
    )  # fmt: skip


def _lot(package: Package, number: str, expires_on: date | None, by: Worker) -> Lot:
    same = Lot.objects.filter(
        pharmacy_id=by.pharmacy_id, package=package, number=number, returned_fill__isnull=True
    ).exclude(expires_on=expires_on)
    if (other := same.first()) is not None and other.expires_on is not None:
        raise refuse(
            f"Lot {number} is known here with the expiry {other.expires_on:%b %-d, %Y}: read the bottle again, or set "
            "it apart as suspect.", rule="lot_has_one_expiry", field="expires_on", cites="21 U.S.C. 360eee-1(d)(4)",
        )  # fmt: skip
    lot, _ = Lot.objects.get_or_create(
        pharmacy_id=by.pharmacy_id, package=package, number=number, expires_on=expires_on, returned_fill=None
    )
    return lot


def _keep_cost(line: DeliveryLine) -> None:
    """Remember what a unit cost last."""
    if not line.received or line.package is None or line.package.units is None or line.invoiced_price is None:
        return
    cost = (line.invoiced_price / line.package.units).quantize(FOUR_PLACES, ROUND_HALF_UP)
    items = StockItem.objects.filter(pharmacy_id=line.pharmacy_id, package=line.package)
    items.update(unit_cost=cost)


def _difference(line: DeliveryLine) -> str:
    what = line.package.ndc.dashed if line.package else line.ndc_said
    invoiced = line.announced if line.invoiced is None else line.invoiced
    short = invoiced - line.received
    worth = f", {plain(abs(short) * line.invoiced_price)} dollars" if line.invoiced_price is not None and short else ""
    apart = f", {line.apart} apart ({line.apart_because})" if line.apart else ""
    return f"{what}: announced {line.announced}, invoiced {invoiced}, received {line.received}{apart}{worth}"


def _shelf_of(package: Package, by: Worker, place_id: int | None) -> Place:
    is_vault = package.product.dea_schedule is Schedule.II
    wanted = (PlaceKind.VAULT,) if is_vault else FOR_USE
    places = Place.objects.filter(pharmacy_id=by.pharmacy_id, kind__in=[kind.value for kind in wanted])
    if place_id is not None:
        place = places.filter(pk=place_id).first()
    else:
        item = StockItem.objects.filter(pharmacy_id=by.pharmacy_id, package=package).select_related("shelf").first()
        place = places.filter(pk=item.shelf_id).first() if item else None
        place = place or (places.first() if is_vault else None)
    if place is None:
        words = "Schedule II goes to a vault: scan it." if is_vault else "This product has no shelf yet: scan one."
        raise refuse(words, rule="place_is_known", field="place", cites="21 CFR 1301.75" if is_vault else "")
    StockItem.objects.get_or_create(pharmacy_id=by.pharmacy_id, package=package, defaults={"shelf": place})
    return place


def _package(package_id: int) -> Package:
    found = Package.objects.filter(pk=package_id).select_related("product").first()
    if found is None:
        words = "Nobody knows this code: set the package apart, a pharmacist says what it is."
        raise refuse(words, rule="package_is_here", field="scan")
    return found


def _delivery(by: Worker, delivery_id: int) -> Delivery:
    rows = Delivery.objects.filter(pk=delivery_id, pharmacy_id=by.pharmacy_id)
    found = rows.select_related("partner", "order", "pharmacy").first()
    if found is None:
        raise refuse("There is no such delivery in this pharmacy: look at Receiving again.", rule="delivery_is_here")
    return found


def _line(by: Worker, line_id: int) -> DeliveryLine:
    rows = DeliveryLine.objects.filter(pk=line_id, pharmacy_id=by.pharmacy_id)
    found = rows.select_related("delivery__order", "delivery__pharmacy", "package__product", "lot__package").first()
    if found is None:
        raise refuse("There is no such line in this pharmacy: look at the delivery again.", rule="delivery_is_here")
    return found
