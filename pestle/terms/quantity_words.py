"""The units people write beside a quantity, and which of them a product is billed in."""

from collections.abc import Mapping
from types import MappingProxyType

from pestle.terms.quantity import BillingUnit

PACKAGES = frozenset(
    {"box", "boxes", "bottle", "bottles", "package", "packages", "pack", "packs", "pkg", "tube", "tubes", "bag", "bags",
     "carton", "cartons", "inhaler", "inhalers", "canister", "canisters", "jar", "jars", "dose pack"}
)  # fmt: skip
_PIECES = (
    "ea", "each", "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules", "patch", "patches",
    "syringe", "syringes", "prefilled pen syringe", "pen", "pens", "cartridge", "cartridges", "vial", "vials",
    "suppository", "suppositories", "packet", "packets", "kit", "kits", "lozenge", "lozenges", "film", "films",
    "lancet", "lancets", "strip", "strips", "pen needle", "device", "ampule", "ampules",
)  # fmt: skip
_UNITS: Mapping[str, BillingUnit] = MappingProxyType(
    {
        **dict.fromkeys(("ml", "milliliter", "milliliters", "cc"), BillingUnit.ML),
        **dict.fromkeys(("g", "gm", "gram", "grams"), BillingUnit.GRAM),
        **dict.fromkeys(_PIECES, BillingUnit.EACH),
    }
)
_COUNTED = ("TABLET", "CAPSULE", "LOZENGE", "SUPPOSITORY", "PATCH", "FILM", "TROCHE", "GRANULE", "PELLET", "WAFER")


def billing_unit_said(words: str) -> BillingUnit | None:
    """Give the billing unit of the words beside a quantity; None for whole packages and for what says nothing."""
    return _UNITS.get(_plain(words))


def is_package(words: str) -> bool:
    """Tell whether the words mean whole packages, of which the product's own size says how much they hold."""
    return _plain(words) in PACKAGES


def is_counted_by_piece(dosage_form: str, unit: BillingUnit) -> bool:
    """Tell whether one of the product is plainly one piece: a tablet, a patch; not a pen or an inhaler."""
    return unit is BillingUnit.EACH and dosage_form.upper().startswith(_COUNTED)


def _plain(words: str) -> str:
    return words.strip(" .").lower()
