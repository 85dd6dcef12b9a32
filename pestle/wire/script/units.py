"""NCIt codes for the unit of a quantity: a short list of the ones commonly seen, and how sure we are of each.

Source: our own tabulation from public messages, read July 2026. Only NCI Thesaurus settles a code; until somebody has
looked them up there, none of them is reviewed.
"""

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How sure we are that the code means the unit."""

    HIGH = "high"
    MEDIUM = "medium"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit code; `reviewed_by` is empty until a person has checked it in NCI Thesaurus."""

    code: str
    name: str
    confidence: Confidence
    reviewed_by: str = ""


HIGH = {
    "C48542": "tablet",
    "C48480": "capsule",
    "C28254": "milliliter",
    "C48155": "gram",
    "C64933": "each",
    "C38046": "unspecified",
    "C28253": "milligram",
    "C48540": "syringe",
    "C48551": "vial",
    "C62275": "inhaler",
    "C48549": "tube",
    "C48477": "bottle",
    "C48478": "box",
    "C48520": "package",
    "C48521": "packet",
    "C48524": "patch",
    "C48504": "kit",
    "C48481": "cartridge",
    "C97717": "prefilled pen syringe",
}

MEDIUM = {
    "C120216": "pen needle",
    "C120263": "lancet",
    "C48506": "lozenge",
    "C48473": "ampule",
    "C62413": "canister",
    "C16830": "device",
    "C62417": "dose pack",
    "C48501": "inhalation",
    "C65060": "puff",
    "C48491": "metric drop",
    "C48494": "fluid ounce",
    "C48505": "liter",
    "C28252": "kilogram",
    "C48512": "milliequivalent",
    "C64696": "caplet",
    "C53499": "film",
    "C62609": "ring",
    "C62276": "insert",
    "C48552": "wafer",
    "C48548": "troche",
    "C69124": "gum",
    "C54564": "blister",
    "C48474": "bag",
    "C48484": "container",
    "C48544": "teaspoon",
    "C48541": "tablespoon",
    "C62418": "inhaler refill",
    "C67283": "IUD",
    "C48499": "implant",
    "C65032": "pad",
    "C48530": "pouch",
    "C71324": "sachet",
    "C53504": "swab",
}

# The codes around these two run in the order of their names, in which both stand one place off.
DOUBTFUL = {"C48537": "strip", "C48538": "suppository"}

UNITS = {
    code: Unit(code, name, confidence)
    for confidence, names in ((Confidence.HIGH, HIGH), (Confidence.MEDIUM, MEDIUM), (Confidence.DOUBTFUL, DOUBTFUL))
    for code, name in names.items()
}


def unit_of(code: str) -> Unit | None:
    """Give the unit behind a code, or nothing: an unknown unit is shown as its code, never guessed."""
    return UNITS.get(code)
