"""What has expired or soon will: what it is worth, what can still go back for credit, and pulling it by scan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from pestle.ledger.entries import move, together
from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.catalogue import Price
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind, Pharmacy
from pestle.records.stock import Balance, Entry, StockItem
from pestle.records.withdrawn import ReturnWindow
from pestle.rules.returns import controlled_outdated_stays_secured, only_old_stock_is_pulled
from pestle.rules.rule import findings
from pestle.rules.withdrawn_facts import OutdatedFacts
from pestle.stations import book
from pestle.stations.acts import one_act
from pestle.stations.intake.drop_off import today_at
from pestle.terms.findings import Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import LEADS

PULLED = "pulled as outdated"
# Days ahead, each list within the next one; 0 is what has expired.
LISTS = (0, 30, 60, 90, 180)
# What suppliers usually take back; each supplier's own stands in its window. Not reviewed.
DAYS_BEFORE, DAYS_AFTER, CREDIT_PERCENT = 180, 180, 90
PULL_AHEAD_DAYS = 180


@dataclass(frozen=True, slots=True)
class Expiring:
    """So much of one lot at one place, how long it lasts, what it is worth, and whether it can go back for credit."""

    row: Balance
    days_left: int
    unit_cost: Decimal | None
    days_to_return: int | None

    @property
    def value(self) -> Decimal | None:
        """Give what it cost, to the cent; nothing where no cost is known."""
        return None if self.unit_cost is None else (self.row.quantity * self.unit_cost).quantize(Decimal("0.01"))

    @property
    def is_controlled(self) -> bool:
        return self.row.lot.package.product.dea_schedule.may_be_controlled

    @property
    def window(self) -> str:
        """Say in a few words whether it can go back for credit."""
        if self.days_to_return is None:
            return "too late for credit"
        if self.days_left > PULL_AHEAD_DAYS:
            return "not yet"
        return f"credit for {self.days_to_return} more days"


@dataclass(frozen=True, slots=True)
class ExpiryBar:
    """One list of the picture: what expires in this stretch of days, in lots and dollars."""

    words: str
    lots: int
    value: Decimal
    percent: int


def expiring(pharmacy: Pharmacy, at: datetime, *, within: int = LISTS[-1]) -> list[Expiring]:
    """This will give what stands to be used and expires within so many days, what has expired first."""
    today = today_at(pharmacy, at)
    kinds = [kind.value for kind in (*FOR_USE, PlaceKind.RECEIVING)]
    rows = Balance.objects.filter(
        pharmacy=pharmacy, place__kind__in=kinds, quantity__gt=0, lot__expires_on__lte=today + timedelta(days=within)
    ).select_related("lot__package__product", "place").order_by("lot__expires_on", "place__name", "pk")  # fmt: skip
    held = list(rows)
    costs = _costs(pharmacy, held)
    after = _days_after(pharmacy)
    return [_expiring(row, today, costs.get(row.lot.package_id), after) for row in held]


def bars(found: Iterable[Expiring]) -> list[ExpiryBar]:
    """This will add up each stretch of days for the picture; the widest bar is a hundred percent."""
    held = list(found)
    stretches = [("expired", None, 0), *((f"{low} to {high} days", low, high) for low, high in pairwise(LISTS))]
    sums = []
    for words, low, high in stretches:
        # The last day still counts: what expires today has 0 days left and is good today.
        members = [each for each in held if (low is None or each.days_left >= low) and each.days_left < high]
        sums.append((words, len(members), sum((each.value or Decimal(0) for each in members), Decimal(0))))
    widest = max((value for _, _, value in sums), default=Decimal(0)) or Decimal(1)
    return [ExpiryBar(words, lots, value, int(value * 100 / widest)) for words, lots, value in sums]


@one_act
def pull_outdated(*, act_id: UUID, by: Worker, at: datetime, lot_id: int, place_id: int) -> Entry:
    """Move all of an old lot from a place to the outdated place; controlled drugs stay where they are locked away."""
    rows = Balance.objects.select_related("lot__package__product", "place")
    held = rows.filter(pharmacy_id=by.pharmacy_id, lot_id=lot_id, place_id=place_id, quantity__gt=0).first()
    kinds = {kind.value for kind in (*FOR_USE, PlaceKind.RECEIVING)}
    if held is None or held.place.kind not in kinds:
        raise refuse("Nothing of this lot stands there: look at the list again.", rule="lot_stands_there", field="lot")
    facts = OutdatedFacts(
        today=today_at(by.pharmacy, at), expires_on=held.lot.expires_on,
        schedule=held.lot.package.product.dea_schedule, pull_ahead_days=PULL_AHEAD_DAYS + 1,
    )  # fmt: skip
    found = findings((only_old_stock_is_pulled, controlled_outdated_stays_secured), facts)
    if found:
        raise Refused(found)
    amount = Quantity(held.quantity, BillingUnit(held.lot.package.billing_unit or BillingUnit.EACH))
    target = book.the_place(by, PlaceKind.OUTDATED)
    entry = together(PULLED, (move(PULLED, lot_id, amount, source=place_id, target=target.pk),))
    return book.post(entry, act_id=act_id, by=by, at=at)


@one_act
def set_window(
    *, act_id: UUID, by: Worker, at: datetime, partner_id: int, days_before: int, days_after: int, credit_percent: int
) -> ReturnWindow:
    """Write down what a supplier takes back: so many days around the expiry, at so many percent of the cost."""
    if by.roles.isdisjoint(LEADS):
        raise refuse("What a supplier takes back is for a lead technician or a pharmacist to set.", rule="who_may")
    partner = Partner.objects.filter(
        pk=partner_id, pharmacy_id=by.pharmacy_id, kind=PartnerKind.WHOLESALER.value
    ).first()  # fmt: skip
    if partner is None:
        raise refuse("Choose one of this pharmacy's suppliers.", rule="supplier_is_here", field="supplier")
    if not (0 <= days_before <= 730 and 0 <= days_after <= 730 and 0 <= credit_percent <= 100):
        raise refuse("Type 0 to 730 days, and 0 to 100 percent.", rule="window_is_a_number", field="days_after")
    told = {"days_before": days_before, "days_after": days_after, "credit_percent": credit_percent}
    window, _ = ReturnWindow.objects.update_or_create(
        pharmacy_id=by.pharmacy_id, partner=partner, defaults=told | {"is_reviewed": False}
    )  # fmt: skip
    return window


def windows(pharmacy: Pharmacy) -> list[tuple[Partner, ReturnWindow]]:
    """This will give each supplier with its window; where nobody set one, the usual one."""
    partners = Partner.objects.filter(pharmacy=pharmacy, kind=PartnerKind.WHOLESALER.value).order_by("name")
    known = {each.partner_id: each for each in ReturnWindow.objects.filter(pharmacy=pharmacy)}
    return [(each, known.get(each.pk) or _usual(pharmacy, each)) for each in partners]


def _usual(pharmacy: Pharmacy, partner: Partner) -> ReturnWindow:
    return ReturnWindow(
        pharmacy=pharmacy, partner=partner, days_before=DAYS_BEFORE, days_after=DAYS_AFTER,
        credit_percent=CREDIT_PERCENT,
    )  # fmt: skip


def _days_after(pharmacy: Pharmacy) -> int:
    """Give how long after its expiry some supplier still credits a package."""
    return max((window.days_after for _, window in windows(pharmacy)), default=DAYS_AFTER)


def _expiring(row: Balance, today: date, cost: Decimal | None, days_after: int) -> Expiring:
    last = row.lot.expires_on or today
    left = (last - today).days
    to_return = left + days_after
    return Expiring(row, left, cost, to_return if to_return >= 0 else None)


def _costs(pharmacy: Pharmacy, rows: list[Balance]) -> dict[int, Decimal]:
    """Give what a unit of each package cost here, or, where that is not known, its NADAC."""
    packages = {row.lot.package_id: row.lot.package.ndc11 for row in rows}
    prices = Price.objects.filter(ndc11__in=list(packages.values())).order_by("ndc11", "-effective_on")
    nadac = dict(prices.distinct("ndc11").values_list("ndc11", "per_unit"))
    own = StockItem.objects.filter(pharmacy=pharmacy, package_id__in=packages, unit_cost__isnull=False)
    costs = {pk: nadac[ndc11] for pk, ndc11 in packages.items() if ndc11 in nadac}
    return costs | {item.package_id: item.unit_cost for item in own if item.unit_cost is not None}
