"""What the page of a stocked product shows: its lots, its book, how long it lasts, where it is used now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet, Sum

from pestle.flows.fill import FILL
from pestle.ledger.places import ON_SHELVES, PlaceKind
from pestle.records import drug_warnings, search
from pestle.records.catalogue import Package, Price
from pestle.records.fills import DISPENSED, FINAL, Fill, FillLot
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.search import FoundProduct
from pestle.records.stock import Balance, Line, Lot, StockItem
from pestle.stations.intake.drop_off import today_at
from pestle.terms.decimals import plain
from pestle.terms.drugs.drug_facts import LookAlikeFact
from pestle.terms.findings import refuse

SUSPECTED_AT = (*ON_SHELVES, PlaceKind.RECEIVING.value)
USE_DAYS = 28
PICTURE_DAYS = 84
SHORT_DATED_DAYS = 90
MOST_LINES = 60
MOST_FOUND = 40


@dataclass(frozen=True, slots=True)
class LotLine:
    """So much of one lot at one place."""

    lot: Lot
    place: str
    quantity: Decimal
    is_on_shelf: bool
    days_left: int | None
    turn: str

    @property
    def is_short_dated(self) -> bool:
        return self.days_left is not None and self.days_left < SHORT_DATED_DAYS


@dataclass(frozen=True, slots=True)
class BookLine:
    """One entry as it moved what is on the shelves, with what was there afterwards."""

    at: datetime
    words: str
    because: str
    fill: Fill | None
    lots: tuple[str, ...]
    change: Decimal
    on_hand: Decimal
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """How long what is here lasts: use a day from what was filled, and the picture of twelve weeks."""

    on_hand: Decimal
    used: Decimal
    days: int | None
    empty_on: date | None
    reorder_at: Decimal
    points: tuple[tuple[date, Decimal], ...]
    measured_days: int = USE_DAYS

    @property
    def per_day(self) -> Decimal:
        """Give units a day, to a tenth."""
        return (self.used / self.measured_days).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Use:
    """A fill that holds some of this product now."""

    fill: Fill
    lots: tuple[str, ...]
    quantity: Decimal
    is_presumed: bool


@dataclass(frozen=True, slots=True)
class Item:
    """Everything the page of a product shows."""

    package: Package
    stock_item: StockItem | None
    price: Price | None
    lots: tuple[LotLine, ...]
    on_hand: Decimal
    cover: Cover
    book: tuple[BookLine, ...]
    uses: tuple[Use, ...]
    equals: tuple[tuple[FoundProduct, Decimal, int | None], ...]
    look_alikes: tuple[LookAlikeFact, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a lot went: where it lies, which open fills hold it, which patients had it."""

    lot: Lot
    balances: tuple[Balance, ...]
    open_uses: tuple[FillLot, ...]
    sold: tuple[FillLot, ...]
    moves: tuple[Line, ...]

    @property
    def to_tell(self) -> frozenset[int]:
        """Give the fills whose patients are still to be told, of a recalled lot."""
        fills = (each.fill for each in self.sold if self.lot.is_recalled)
        return frozenset(fill.pk for fill in fills if FILL.step("tell_of_recall", fill.state) is not None)


def find(text: str, pharmacy: Pharmacy, at: datetime) -> list[tuple[StockItem, Decimal]]:
    """This will find stocked items by name or NDC; with nothing typed, those that stand below their reorder point."""
    items = StockItem.objects.filter(pharmacy=pharmacy).select_related("package__product", "shelf")
    if text:
        day = at.astimezone(ZoneInfo(pharmacy.time_zone)).date()
        stocked = search.stocked_products(pharmacy.pk)
        answer = search.search(text, on=day, stocked=stocked, groups=12)
        products = [each.product_id for group in answer.formulations for each in group.products if each.is_stocked]
        items = items.filter(package__product_id__in=products)
    found = list(items.order_by("package__product__nonproprietary_name", "package__product__strength", "pk"))
    held = _held([item.package_id for item in found], pharmacy)
    rows = [(item, held.get(item.package_id, Decimal(0))) for item in found]
    return rows[:MOST_FOUND] if text else [row for row in rows if row[1] <= row[0].reorder_at][:MOST_FOUND]


def item(by: Worker, package_id: int, at: datetime) -> Item:
    """This will gather what the page of one package shows; Refused where the directory has no such package."""
    package = Package.objects.filter(pk=package_id).select_related("product__formulation").first()
    if package is None:
        raise refuse("That package is not in the directory: find it by name or NDC.", rule="package_is_here")
    day = today_at(by.pharmacy, at)
    stock_item = StockItem.objects.filter(pharmacy=by.pharmacy, package=package).select_related("shelf").first()
    lots = _lot_lines(package, by.pharmacy, day)
    on_hand = sum((line.quantity for line in lots if line.is_on_shelf and not line.lot.is_recalled), Decimal(0))
    lines = list(_shelf_lines(package, by.pharmacy))
    total = sum((line.quantity for line in lines), Decimal(0))
    return Item(
        package,
        stock_item,
        price=Price.objects.newest_on(day).filter(ndc11=package.ndc11).first(),
        lots=lots,
        on_hand=on_hand,
        cover=_cover(lines, on_hand, total, stock_item, day=day, pharmacy=by.pharmacy, at=at),
        book=tuple(_book(lines, total)),
        uses=tuple(_uses(package, by.pharmacy)),
        equals=_equals(package, by.pharmacy, day),
        look_alikes=drug_warnings.look_alikes(package.product),
    )


def trace(by: Worker, lot_id: int) -> Trace:
    """This will tell where a lot lies, which open fills hold it, and who was given it."""
    lot = lot_of(by, lot_id)
    inside = Balance.objects.filter(lot=lot, is_inside=True, quantity__gt=0)
    taken = FillLot.objects.filter(lot=lot).select_related(
        "fill__prescription__patient", "fill__package__product", "fill__basket", "fill__bag__place"
    )
    return Trace(
        lot,
        balances=tuple(inside.select_related("place").order_by("place__name")),
        open_uses=tuple(taken.exclude(fill__state__in=FINAL).order_by("fill__promised_at", "pk")),
        sold=tuple(taken.filter(fill__state__in=DISPENSED).order_by("is_presumed", "-fill__sold_at")),
        moves=tuple(
            lot.lines.select_related("entry__worker", "place")
            .order_by("-entry__at", "-entry_id", "-quantity")[:MOST_LINES]
        ),
    )  # fmt: skip


def lot_of(by: Worker, lot_id: int) -> Lot:
    """This will give a lot of the worker's own pharmacy; Refused where there is none."""
    lot = Lot.objects.filter(pk=lot_id, pharmacy_id=by.pharmacy_id).select_related("package__product").first()
    if lot is None:
        raise refuse("There is no such lot in this pharmacy: find it by its product.", rule="lot_is_here")
    return lot


def _held(package_ids: Iterable[int], pharmacy: Pharmacy) -> dict[int, Decimal]:
    rows = Balance.objects.filter(
        pharmacy=pharmacy, lot__package_id__in=list(package_ids), lot__is_recalled=False, place__kind__in=ON_SHELVES
    )
    return dict(rows.values_list("lot__package_id").annotate(held=Sum("quantity")))


def _lot_lines(package: Package, pharmacy: Pharmacy, day: date) -> tuple[LotLine, ...]:
    rows = Balance.objects.filter(pharmacy=pharmacy, lot__package=package, is_inside=True, quantity__gt=0)
    ordered = rows.select_related("lot", "place").order_by("lot__expires_on", "lot__number", "place__name")
    lines, turn = [], 0
    for row in ordered:
        left = (row.lot.expires_on - day).days if row.lot.expires_on else None
        on_shelf = row.place.kind in ON_SHELVES
        usable = on_shelf and not row.lot.is_recalled and left is not None and left > 0
        turn += usable
        lines.append(
            LotLine(row.lot, row.place.name, row.quantity, on_shelf, left, _turn(row, left, turn, usable=usable))
        )
    return tuple(lines)


def _turn(row: Balance, left: int | None, turn: int, *, usable: bool) -> str:
    if row.lot.is_recalled:
        return "recalled"
    if left is not None and left <= 0:
        return "expired"
    if row.place.kind not in ON_SHELVES:
        return "in use" if row.place.kind != PlaceKind.QUARANTINE.value else "not for use"
    if not usable:
        return "no expiry known"
    return "use first" if turn == 1 else "then"


def _shelf_lines(package: Package, pharmacy: Pharmacy) -> "QuerySet[Line]":
    lines = Line.objects.filter(pharmacy=pharmacy, lot__package=package, place__kind__in=ON_SHELVES)
    related = lines.select_related("entry__worker", "entry__witness", "entry__fill__prescription", "lot", "place")
    return related.order_by("-entry__at", "-entry_id", "pk")


def _book(lines: list[Line], total: Decimal) -> Iterable[BookLine]:
    """Give the entries, newest first, each with what was on the shelves after it."""
    running = total
    grouped = groupby(lines, key=lambda line: line.entry)
    for count, (entry, group) in enumerate(grouped):
        if count == MOST_LINES:
            return
        moved = list(group)
        change = sum((line.quantity for line in moved), Decimal(0))
        if change:
            yield BookLine(
                entry.at,
                entry.reason,
                entry.because,
                entry.fill,
                tuple(dict.fromkeys(line.lot.number for line in moved)),
                change,
                running,
                tuple(person.short_name for person in (entry.worker, entry.witness) if person),
            )
        running -= change


def _cover(
    lines: list[Line],
    on_hand: Decimal,
    total: Decimal,
    stock_item: StockItem | None,
    *,
    day: date,
    pharmacy: Pharmacy,
    at: datetime,
) -> Cover:
    since = at - timedelta(days=USE_DAYS)
    used = -sum((line.quantity for line in lines if line.entry.fill_id and line.entry.at >= since), Decimal(0))
    used = max(used, Decimal(0))
    days = int(on_hand * USE_DAYS / used) if used else None
    return Cover(
        on_hand,
        used,
        days,
        day + timedelta(days=days) if days is not None else None,
        stock_item.reorder_at if stock_item else Decimal(0),
        tuple(_points(lines, total, day, pharmacy)),
    )


def _points(lines: list[Line], total: Decimal, day: date, pharmacy: Pharmacy) -> Iterable[tuple[date, Decimal]]:
    """Give what was on the shelves at the end of each day that moved something, oldest first, for twelve weeks."""
    zone, first = ZoneInfo(pharmacy.time_zone), day - timedelta(days=PICTURE_DAYS)
    ends: dict[date, Decimal] = {day: total}
    running = total
    for line in lines:
        moved_on = line.entry.at.astimezone(zone).date()
        if moved_on < first:
            break
        ends.setdefault(moved_on, running)
        running -= line.quantity
    ends.setdefault(first, running)
    return sorted(ends.items())


def _uses(package: Package, pharmacy: Pharmacy) -> Iterable[Use]:
    taken = (
        FillLot.objects.filter(lot__package=package, fill__pharmacy=pharmacy)
        .exclude(fill__state__in=FINAL)
        .select_related("lot", "fill__prescription__patient", "fill__basket", "fill__bag__place")
        .order_by("fill_id", "pk")
    )
    for fill, group in groupby(taken, key=lambda each: each.fill):
        held = list(group)
        quantity = sum((each.quantity for each in held), Decimal(0))
        yield Use(fill, tuple(each.lot.number for each in held), quantity, any(each.is_presumed for each in held))


def _equals(package: Package, pharmacy: Pharmacy, day: date) -> tuple[tuple[FoundProduct, Decimal, int | None], ...]:
    ids = dict(
        StockItem.objects.filter(pharmacy=pharmacy, package__product__formulation_id=package.product.formulation_id)
        .exclude(package__product=package.product)
        .values_list("package__product_id")
        .annotate(first=Min("package_id"))
    )
    if not ids:
        return ()
    held = _held(ids.values(), pharmacy)
    found = search.equivalents(package.product, on=day, stocked=dict.fromkeys(ids, package.product.formulation_id))
    alike = [each for each in found.products if each.product_id in ids]
    return tuple((each, held.get(ids[each.product_id], Decimal(0)), ids[each.product_id]) for each in alike)


def told(amount: Decimal, package: Package) -> str:
    """This will write an amount with the package's unit."""
    unit = package.unit.symbol if package.unit else ""
    return f"{plain(amount)} {unit}".strip()
