"""The stocked products of the made-up pharmacy: common drugs from several makers, each on a shelf with its lots."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from pestle.ledger.entries import move, together
from pestle.ledger.places import PlaceKind
from pestle.records.catalogue import Package, Price
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.reference_lists import CommonDirections
from pestle.records.stock import Lot, Place, StockItem
from pestle.stations.book import post
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.schedule import Schedule

_FORMS: dict[str, str] = {
    # How the list of common drugs says a form, and how the directory spells it (a pattern of PostgreSQL).
    "tablet": r"^TABLET(, (FILM )?COATED)?$",
    "capsule": r"^CAPSULE(, (GELATIN COATED|LIQUID FILLED))?$",
    "tablet, extended release": r"^TABLET.*EXTENDED RELEASE",
    "tablet, delayed release": r"^TABLET, DELAYED RELEASE",
    "tablet, orally disintegrating": r"^TABLET, ORALLY DISINTEGRATING",
    "tablet, sublingual": r"^TABLET$",
    "capsule, extended release": r"^CAPSULE.*EXTENDED RELEASE",
    "capsule, delayed release": r"^CAPSULE.*DELAYED RELEASE",
    "cream": r"^CREAM",
    "ointment": r"^OINTMENT",
    "gel": r"^GEL",
    "inhaler": r"^(AEROSOL|POWDER)",
    "nasal spray": r"^SPRAY",
    "ophthalmic solution": r"^SOLUTION",
    "otic solution": r"^SOLUTION",
    "oral suspension": r"^(POWDER, FOR SUSPENSION|SUSPENSION)",
    "pen": r"^INJECTION",
    "injection": r"^INJECTION",
    "patch": r"^PATCH",
    "film": r"^FILM",
    "nebulizer solution": r"^SOLUTION",
}
# Words of the list that belong to the form or the brand and not to the ingredient.
_NOT_INGREDIENT = {
    "xl", "er", "dr", "cd", "odt", "sl", "ds", "nasal", "gel", "cream", "patch", "otic", "suspension", "dose", "pack",
    "auto-injector", "sodium", "potassium", "hyclate", "succinate", "tartrate", "carbonate",
}  # fmt: skip
_SOLID = {"tablet", "capsule"}
SHELVES = tuple(f"{aisle}-{bay:02d}-{level}" for aisle in "ABCDEF" for bay in range(1, 16) for level in range(1, 5))
BASKETS = tuple(f"B-{number:02d}" for number in range(1, 41))
WILL_CALL = tuple(f"W-{number:02d}" for number in range(1, 61))


@dataclass(frozen=True, slots=True)
class Stocked:
    """A package on the shelf and how it is usually prescribed."""

    package: Package
    directions: str
    quantity: Decimal
    use: str


def make_places(pharmacy: Pharmacy) -> dict[str, Place]:
    """This will make every place of the pharmacy's book and give them by name."""
    rows = [
        ("Supplier", PlaceKind.SUPPLIER), ("Patient", PlaceKind.PATIENT), ("Waste", PlaceKind.WASTE),
        ("Count difference", PlaceKind.COUNT_DIFFERENCE), ("Relabelled", PlaceKind.RELABELLED),
        ("Quarantine", PlaceKind.QUARANTINE), ("Receiving", PlaceKind.RECEIVING),
        ("Driver", PlaceKind.DRIVER), ("Vault", PlaceKind.VAULT), ("Fridge", PlaceKind.FRIDGE),
        ("Freezer", PlaceKind.FREEZER), ("Owed", PlaceKind.OWED), ("Return bin", PlaceKind.RETURN_BIN),
        ("Recall hold", PlaceKind.RECALL_HOLD), ("Outdated", PlaceKind.OUTDATED),
        ("Reverse distributor", PlaceKind.REVERSE_DISTRIBUTOR), ("Other pharmacies", PlaceKind.OTHER_PHARMACIES),
        *((name, PlaceKind.SHELF) for name in SHELVES),
        *((name, PlaceKind.BASKET) for name in BASKETS),
        *((name, PlaceKind.WILL_CALL) for name in WILL_CALL),
    ]  # fmt: skip
    made = Place.objects.bulk_create(
        Place(pharmacy=pharmacy, kind=kind.value, name=name, is_inside=kind.is_inside) for name, kind in rows
    )
    return {place.name: place for place in made}


def choose_packages(*, count: int, chance: Random) -> list[Stocked]:
    """This will choose packages of the common drugs that are certain in size and unit, several makers of each."""
    chosen: dict[int, Stocked] = {}
    commons = list(CommonDirections.objects.order_by("pk"))
    for makers in range(1, 9):
        for common in commons:
            if len(chosen) >= count:
                return list(chosen.values())
            for package in _packages_of(common)[makers - 1 :: 8]:
                if len(chosen) < count:
                    chosen.setdefault(
                        package.pk, Stocked(package, common.directions, _quantity(common, package), common.use)
                    )
    return list(chosen.values())


def stock_shelves(
    pharmacy: Pharmacy, stocked: list[Stocked], places: dict[str, Place], *, by: Worker, at: datetime, chance: Random
) -> None:
    """This will put two or three lots of each package on its shelf, as one opening entry for each package."""
    prices = dict(
        Price.objects.filter(ndc11__in=[each.package.ndc11 for each in stocked])
        .order_by("ndc11", "-effective_on").distinct("ndc11").values_list("ndc11", "per_unit")
    )  # fmt: skip
    items, lots = [], []
    for serial, each in enumerate(stocked):
        shelf = _shelf_for(each.package, places, serial)
        size = each.package.units or Decimal(100)
        items.append(
            StockItem(
                pharmacy=pharmacy, package=each.package, shelf=shelf, reorder_at=size, order_up_to=size * 4,
                unit_cost=prices.get(each.package.ndc11) or _made_up_cost(each.package, chance),
            )
        )  # fmt: skip
        lots += _lots(pharmacy, each.package, at.date(), serial, chance)
    StockItem.objects.bulk_create(items)
    shelf_of = {item.package_id: item.shelf_id for item in items}
    _open_the_book(Lot.objects.bulk_create(lots), shelf_of, places, by=by, at=at, chance=chance)


def _made_up_cost(package: Package, chance: Random) -> Decimal:
    """What was paid for a unit that NADAC does not list: pennies for what is counted, dollars for the rest."""
    cents = chance.randrange(4, 160) if (package.units or 0) > 40 else chance.randrange(150, 2400)
    return Decimal(cents) / 100


def _quantity(common: CommonDirections, package: Package) -> Decimal:
    """A usual quantity in the package's own unit: the list's number for solids, whole packages for the rest."""
    number = common.quantity.split()[0]
    if common.dosage_form.partition(",")[0] in _SOLID and number.isdigit():
        return Decimal(number)
    return package.units or Decimal(1)


def _packages_of(common: CommonDirections) -> list[Package]:
    ingredients = _ingredients(common.generic_name)
    is_solid = common.dosage_form.partition(",")[0] in _SOLID
    rows = Package.objects.filter(
        product__base_substances__contains=ingredients,
        product__base_substances__len=len(ingredients),
        product__dosage_form__regex=_FORMS[common.dosage_form],
        product__schedule__in=[schedule.value for schedule in Schedule if schedule.is_known],
        product__is_newest_listing=True,
        product__product_type__startswith="HUMAN",
        is_in_directory=True, is_sample=False, units__isnull=False, units__gt=0, units__lte=1000,
    )  # fmt: skip
    if is_solid:
        rows = rows.filter(units__gte=21)
    if len(ingredients) == 1 and is_solid:
        rows = rows.filter(product__strength__in=list(common.strengths))
    return list(rows.select_related("product").order_by("product__labeler", "ndc11")[:64])


def _ingredients(name: str) -> list[str]:
    words = " ".join(word for word in name.lower().split() if word not in _NOT_INGREDIENT)
    return [part.strip() for part in words.split("/")]


def _shelf_for(package: Package, places: dict[str, Place], serial: int) -> Place:
    if package.product.dea_schedule is Schedule.II:
        return places["Vault"]
    return places[SHELVES[serial % len(SHELVES)]]


def _lots(pharmacy: Pharmacy, package: Package, today: date, serial: int, chance: Random) -> list[Lot]:
    days = [chance.randrange(200, 420), chance.randrange(430, 900)]
    if serial % 40 == 7:
        days.append(chance.choice((-12, 21)))  # An expired or a short-dated bottle somebody has to find.
    return [
        Lot(
            pharmacy=pharmacy, package=package, number=f"{chance.choice('ABCDEFGHKLMN')}{serial:04d}{number}",
            expires_on=_month_end(today + timedelta(days=ahead)),
        )
        for number, ahead in enumerate(days)
    ]  # fmt: skip


def _open_the_book(
    lots: list[Lot], shelf_of: dict[int, int], places: dict[str, Place], *, by: Worker, at: datetime, chance: Random
) -> None:
    supplier = places["Supplier"].pk
    by_package: dict[int, list[Lot]] = {}
    for lot in lots:
        by_package.setdefault(lot.package_id, []).append(lot)
    for package_id, members in by_package.items():
        movements = []
        for lot in members:
            size = lot.package.units or Decimal(100)
            amount = Quantity(size * chance.choice((1, 2, 3)), BillingUnit(lot.package.billing_unit))
            movements.append(move("opening stock", lot.pk, amount, source=supplier, target=shelf_of[package_id]))
        post(together("opening stock", movements), act_id=uuid5(UUID(int=package_id), "opening stock"), by=by, at=at)


def _month_end(day: date) -> date:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first_of_next - timedelta(days=1)
