"""What a fill supplies: the package as the catalogue, our list and people know it, in units of the dose."""

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from pestle.calculations.dispensing.packages import OnceOpened, PackageKnown, Told, supplied_of
from pestle.calculations.supplied import Supplied
from pestle.records.catalogue import Package, Product
from pestle.records.fills import Fill
from pestle.records.pharmacies import Pharmacy
from pestle.records.safety_lists import OpenedPackage
from pestle.records.stock import PackageFigure
from pestle.terms.drugs.listed_strength import ListedStrength
from pestle.terms.drugs.packaging import Contents, read_contents
from pestle.terms.drugs.search_words import words_of
from pestle.terms.quantity import BillingUnit
from pestle.terms.sig.products import product_of
from pestle.terms.sig.values import Directions

# Routes that say more of a dosage form than its own words: a solution for the eye is counted in drops.
_ROUTE_WORDS = {
    "OPHTHALMIC": "ophthalmic", "AURICULAR (OTIC)": "otic", "NASAL": "nasal", "TRANSDERMAL": "transdermal",
    "VAGINAL": "vaginal", "RECTAL": "rectal", "RESPIRATORY (INHALATION)": "inhalation", "TOPICAL": "topical",
    "SUBLINGUAL": "sublingual", "BUCCAL": "buccal",
}  # fmt: skip
_COMPOUND_UNITS = {"1": "each", "2": "g", "3": "mL"}
_PIECES = frozenset(
    {"tablet", "capsule", "patch", "suppository", "lozenge", "film", "gum", "wafer", "insert", "enema", "packet"}
)
_KINDS = (
    ("VIAL", "vial"), ("SYRINGE", "pen"), ("CARTRIDGE", "pen"), ("PEN", "pen"), ("INJECTOR", "pen"),
    ("INHALER", "inhaler"), ("CANISTER", "inhaler"), ("BOTTLE", "bottle"),
)  # fmt: skip


def product_words(product: Product | None) -> str:
    """This will give a product's name, strength, route and form in one line, as the reader of directions wants it."""
    if product is None:
        return ""
    route = _ROUTE_WORDS.get(product.route.strip(), "")
    words = (product.nonproprietary_name, product.strength, route, product.dosage_form)
    return " ".join(word for word in words if word).lower()


def supplied(fill: Fill, directions: Directions) -> Supplied:
    """This will give what is dispensed in units of the dose; CannotCalculate names what must be read on the package."""
    if fill.package is None:
        raise ValueError("A fill without a package supplies nothing.")
    if fill.prescription.is_compound:
        # What it is made of says nothing of how it is used: only its own unit counts.
        return Supplied(quantity=fill.quantity, unit=_COMPOUND_UNITS.get(fill.prescription.compound_unit, "each"))
    return supplied_of(fill.quantity, dose_unit_of(directions), known_of(fill.package, fill.pharmacy))


def dose_unit_of(directions: Directions) -> str | None:
    """This will give the unit the doses are in, None where they say none."""
    return next((step.unit or step.max_unit for step in directions.steps if step.unit or step.max_unit), None)


def known_of(package: Package, pharmacy: Pharmacy) -> PackageKnown:
    """This will gather what is known of a package here."""
    product = package.product
    contents = read_contents(package.description, dosage_form=product.dosage_form)
    return PackageKnown(
        unit=unit_of(package),
        strengths=tuple(filter(None, map(ListedStrength.told, product.strengths))),
        contents=contents,
        opened=opened(product, contents),
        told=tuple(_told(pharmacy, package)),
        description=package.description,
        is_suspension="SUSPENSION" in product.dosage_form,
    )


def unit_of(package: Package) -> str:
    """This will give the unit a package's quantity is in, as the calculation names it."""
    if package.unit in {BillingUnit.ML, BillingUnit.GRAM}:
        return package.unit.symbol
    unit = product_of(product_words(package.product)).unit
    return unit if unit in _PIECES else "each"


def pen_step(package: Package) -> Decimal | None:
    """This will give the smallest step a pen can be set to, None where it is no pen or nobody has said."""
    known = opened(package.product, read_contents(package.description, dosage_form=package.product.dosage_form))
    return known.dose_step if known else None


def opened(product: Product, contents: Contents | None) -> OnceOpened | None:
    """This will give what the list of opened packages says of a product: the row that names it most closely."""
    names = {*words_of(product.proprietary_name), *words_of(product.nonproprietary_name)}
    kind = _kind_of(contents)
    doses = contents.holds if contents is not None and contents.is_doses else None
    fitting = [
        row
        for row in OpenedPackage.objects.filter(container__in=("", kind)).select_related("source")
        if set(words_of(row.product)) <= names
        and row.strength in {"", product.strength}
        and (not row.doses or row.doses == doses)
    ]
    best = max(fitting, key=lambda row: (len(row.product), bool(row.strength), bool(row.doses)), default=None)
    if best is None:
        return None
    return OnceOpened(
        in_use_days=best.in_use_days, prime_units=best.prime_units, dose_step=best.dose_step, holds=best.holds,
        doses=best.doses or None, each_is=best.each_is, source="our own list",
        is_reviewed=best.source.is_reviewed,
    )  # fmt: skip


def _kind_of(contents: Contents | None) -> str:
    container = contents.container if contents else ""
    return next((kind for word, kind in _KINDS if word in container), "")


def _told(pharmacy: Pharmacy, package: Package) -> Iterator[Told]:
    zone = ZoneInfo(pharmacy.time_zone)
    rows = PackageFigure.objects.filter(pharmacy=pharmacy, package=package).select_related("said_by", "checked_by")
    for row in rows:
        day = row.said_at.astimezone(zone)
        checked = f", checked by {row.checked_by.full_name}" if row.checked_by else ", not checked yet"
        by = f"{row.said_by.full_name}, {row.read_from}, {day:%b} {day.day}, {day.year}{checked}"
        yield Told(
            doses=row.doses, dose_unit=row.dose_unit, in_quantity=row.in_quantity, in_use_days=row.in_use_days,
            by=by, is_checked=row.checked_by_id is not None,
        )  # fmt: skip
