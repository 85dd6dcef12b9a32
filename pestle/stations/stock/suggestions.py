"""What to order today, product by product, each number with its working; a person accepts it line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, Sum

from pestle.calculations.amount import Amount
from pestle.calculations.business.stock import par_order, reorder_point
from pestle.calculations.worked import Worked
from pestle.flows.fill import FillState
from pestle.ledger.places import ON_SHELVES, PlaceKind
from pestle.records.catalogue import Package, Price
from pestle.records.fills import Fill
from pestle.records.pharmacies import Pharmacy
from pestle.records.purchasing import ON_ORDER, OrderLine
from pestle.records.reference_lists import Shortage
from pestle.records.stock import Balance, Line, StockItem
from pestle.stations.intake.drop_off import today_at

# How long stock takes to come, what is kept for a bad day, and for how long one orders: the pharmacy's own, unreviewed.
LEAD_DAYS, SAFETY_DAYS, ORDER_FOR_DAYS = 1, 3, 14
USE_DAYS = 28
HERE = (*ON_SHELVES, PlaceKind.RECEIVING.value)
CHEAPER = Decimal("0.90")
MOST = 200


@dataclass(frozen=True, slots=True)
class Cheaper:
    """Another generic of the same formulation that costs less for each unit, by the average of pharmacies (NADAC)."""

    package: Package
    per_unit: Decimal
    saves_percent: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One product to order: how many packages and why, and what to know before."""

    item: StockItem
    packages: int
    on_hand: Decimal
    on_order: Decimal
    owed: Decimal
    per_day: Decimal
    point: Worked[Decimal]
    packs: Worked[Decimal]
    is_short: bool
    cheaper: Cheaper | None

    @property
    def package(self) -> Package:
        return self.item.package

    @property
    def is_controlled(self) -> bool:
        """Whether it is ordered apart."""
        return self.package.product.dea_schedule.may_be_controlled

    @property
    def working(self) -> list[list[str]]:
        """Give the working as it is kept with an order's line."""
        return [[step.formula, f"{step.put_in} = {step.result}"] for step in (*self.point.steps, *self.packs.steps)]


def suggestions(pharmacy: Pharmacy, at: datetime) -> list[Suggestion]:
    """This will give what stands at or below its reorder point, first what somebody waits for."""
    items = StockItem.objects.filter(pharmacy=pharmacy, package__units__isnull=False, is_ordered=True)
    items = items.select_related("package__product", "shelf")
    on_hand, on_order = _on_hand(pharmacy), _on_order(pharmacy)
    owed, used = _owed(pharmacy), _used(pharmacy, at)
    nothing = Decimal(0)
    found = [
        each
        for item in items
        if (
            each := _suggestion(
                item, on_hand=on_hand.get(item.package_id, nothing), on_order=on_order.get(item.package_id, nothing),
                owed=owed.get(item.package_id, nothing), used=used.get(item.package_id, nothing),
            )
        )
    ]  # fmt: skip
    found.sort(key=lambda each: (not each.owed, each.on_hand > 0, str(each.package.product.nonproprietary_name)))
    return _with_notes(found[:MOST], pharmacy, at)


def _suggestion(
    item: StockItem, *, on_hand: Decimal, on_order: Decimal, owed: Decimal, used: Decimal
) -> Suggestion | None:
    size = item.package.units or Decimal(1)
    point = reorder_point(
        use=Amount.of(used), period=Amount.of(USE_DAYS, "day"), lead=Amount.of(LEAD_DAYS, "day"),
        safety=Amount.of(SAFETY_DAYS, "day"),
    ) if used else _never_used()  # fmt: skip
    reorder_at = max(item.reorder_at, point.value)
    coming = on_hand + on_order - owed
    if coming > reorder_at or (not used and not owed and coming > item.reorder_at):
        return None
    per_day = used / USE_DAYS
    par = max(item.order_up_to, (per_day * (LEAD_DAYS + SAFETY_DAYS + ORDER_FOR_DAYS)).quantize(Decimal(1))) + owed
    packs = par_order(
        par=Amount.of(par), on_hand=Amount.of(on_hand), on_order=Amount.of(on_order), pack=Amount.of(size)
    )
    if packs.value < 1:
        return None
    return Suggestion(
        item, int(packs.value), on_hand, on_order, owed, per_day, point, packs, is_short=False, cheaper=None
    )


def _never_used() -> Worked[Decimal]:
    return Worked(
        name="reorder-point", value=Decimal(0), unit="", exact=None, rounding="", steps=(),
        citation="nothing was used in four weeks",
    )  # fmt: skip


def _with_notes(found: list[Suggestion], pharmacy: Pharmacy, at: datetime) -> list[Suggestion]:
    ndcs = [each.package.ndc11 for each in found]
    short = set(Shortage.objects.filter(ndc11__in=ndcs).values_list("ndc11", flat=True))
    cheaper = _cheaper(found, pharmacy, at)
    return [
        Suggestion(
            each.item, each.packages, each.on_hand, each.on_order, each.owed, each.per_day, each.point, each.packs,
            is_short=each.package.ndc11 in short, cheaper=cheaper.get(each.package.pk),
        )
        for each in found
    ]  # fmt: skip


def _cheaper(found: Iterable[Suggestion], pharmacy: Pharmacy, at: datetime) -> dict[int, Cheaper]:
    """Give, for each generic, the cheapest other generic of its formulation and size, where it saves a tenth."""
    wanted = {each.package.pk: each.package for each in found if each.package.product.marketing_category == "ANDA"}
    others = Package.objects.filter(
        product__formulation_id__in={each.product.formulation_id for each in wanted.values()},
        product__marketing_category="ANDA", product__is_newest_listing=True, is_sample=False, ended_on__isnull=True,
        units__in={each.units for each in wanted.values()},
    ).select_related("product")  # fmt: skip
    prices = dict(
        Price.objects.newest_on(today_at(pharmacy, at))
        .filter(ndc11__in=[*(each.ndc11 for each in others), *(each.ndc11 for each in wanted.values())])
        .values_list("ndc11", "per_unit")
    )
    best: dict[int, Cheaper] = {}
    for pk, package in wanted.items():
        now = prices.get(package.ndc11)
        alike = [
            (prices[each.ndc11], each.pk, each)
            for each in others
            if each.product.formulation_id == package.product.formulation_id
            and each.units == package.units
            and each.ndc11 in prices
        ]
        if not now or not alike:
            continue
        least, _, other = min(alike, key=lambda each: each[:2])
        if least <= now * CHEAPER:
            best[pk] = Cheaper(other, least, int((1 - least / now) * 100))
    return best


def _on_hand(pharmacy: Pharmacy) -> Mapping[int, Decimal]:
    rows = Balance.objects.filter(pharmacy=pharmacy, place__kind__in=HERE, lot__is_recalled=False, quantity__gt=0)
    return dict(rows.values_list("lot__package_id").annotate(held=Sum("quantity")))


def _on_order(pharmacy: Pharmacy) -> Mapping[int, Decimal]:
    lines = OrderLine.objects.filter(pharmacy=pharmacy, order__state__in=ON_ORDER, received__lt=F("packages"))
    coming: dict[int, Decimal] = {}
    for line in lines.select_related("package"):
        coming[line.package_id] = coming.get(line.package_id, Decimal(0)) + line.open * (line.package.units or 0)
    return coming


def _owed(pharmacy: Pharmacy) -> Mapping[int, Decimal]:
    fills = Fill.objects.filter(pharmacy=pharmacy, state__in=[FillState.OUT_OF_STOCK, FillState.OWED])
    return {
        package: quantity
        for package, quantity in fills.values_list("package_id").annotate(owed=Sum("quantity"))
        if package is not None
    }


def _used(pharmacy: Pharmacy, at: datetime) -> Mapping[int, Decimal]:
    """Give what fills took off the shelves in four weeks; what they put back counts against it."""
    lines = Line.objects.filter(
        Q(entry__fill__isnull=False), pharmacy=pharmacy, place__kind__in=ON_SHELVES,
        entry__at__gte=at - timedelta(days=USE_DAYS),
    )  # fmt: skip
    rows = lines.values_list("lot__package_id").annotate(moved=Sum("quantity"))
    return {package: max(-moved, Decimal(0)) for package, moved in rows}
