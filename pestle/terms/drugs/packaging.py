"""How much is in a package, read from the directory's words: "10 VIAL in 1 CARTON > 10 mL in 1 VIAL"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.quantity import BillingUnit

_LAYER = re.compile(r"(?P<count>\d*\.?\d+) (?P<what>.+?) in 1 (?P<container>.+)")
_COUNTED = """
TABLET CAPSULE SUPPOSITORY LOZENGE TROCHE PASTILLE INSERT RING PATCH FILM STRIP WAFER IMPLANT PILL GUM SWAB CLOTH
"""
_COUNTED_FORMS = frozenset(_COUNTED.split())
_MEASURES = {
    "mL": (BillingUnit.ML, Decimal(1)),
    "uL": (BillingUnit.ML, Decimal("0.001")),
    "L": (BillingUnit.ML, Decimal(1000)),
    "g": (BillingUnit.GRAM, Decimal(1)),
    "mg": (BillingUnit.GRAM, Decimal("0.001")),
    "kg": (BillingUnit.GRAM, Decimal(1000)),
}
_WEAR_TIMES = frozenset({"h", "d", "g", "mg", "cm2"})
_SINGLE_DOSES = ("PACKET", "POUCH", "SACHET", "APPLICATOR")
# Forms that the directory counts in doses: puffs, sprays, blisters of powder.
_DOSED_FORMS = ("AEROSOL", "POWDER, METERED", "INHALANT", "SPRAY")
PLACES = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Packaging:
    """The billing unit and how many of them are inside. What the words do not say for certain is None."""

    unit: BillingUnit | None = None
    units: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What one innermost container holds: millilitres or grams, or, with `unit` empty, so many doses or pieces."""

    container: str
    holds: Decimal
    unit: str = ""

    @property
    def is_doses(self) -> bool:
        """Tell whether it is counted in doses: the puffs of an inhaler, the sprays of a bottle."""
        return not self.unit


@dataclass(frozen=True, slots=True)
class _Layer:
    count: Decimal
    what: str
    container: str


def read_packaging(description: str, *, dosage_form: str, priced_by: BillingUnit | None = None) -> Packaging:
    """Read a package description of the FDA directory; nothing is guessed.

    `priced_by` is the unit of the NADAC price, where there is one: it decides between vials and millilitres.
    """
    layers = _layers(description)
    usual = _usual(layers, dosage_form)
    if priced_by is None or usual.unit is priced_by:
        return usual
    if priced_by is BillingUnit.EACH and _is_measured(layers):
        return Packaging(BillingUnit.EACH, _kept(_product(layers[:-1])))
    return Packaging(priced_by, None)


def read_contents(description: str, *, dosage_form: str) -> Contents | None:
    """Read what one innermost container holds; None where the words do not say it for certain.

    "1 INHALER in 1 CARTON > 200 AEROSOL, METERED in 1 INHALER" is 200 doses, "5 SYRINGE > 3 mL in 1 SYRINGE" 3 mL, and
    a kit of "28 TABLET in 1 BLISTER PACK" holds 28 pieces where all of its parts are counted ones.
    """
    if dosage_form.partition(",")[0] == "KIT":
        return _kit_contents(description)
    layers = _layers(description)
    if not layers:
        return None
    inner = layers[-1]
    if inner.what in _MEASURES:
        unit, factor = _MEASURES[inner.what]
        return Contents(inner.container, inner.count * factor, unit.symbol)
    if inner.what == dosage_form and dosage_form.startswith(_DOSED_FORMS) and inner.count > 1:
        return Contents(inner.container, inner.count)
    return None


def _kit_contents(description: str) -> Contents | None:
    whole, *parts = description.split(" * ")
    kit = _layers(whole)
    read = [_layers(part) for part in parts]
    if not kit or not parts or not all(read) or kit[-1].what != "KIT":
        return None
    if any(layers[-1].what.partition(",")[0] not in _COUNTED_FORMS for layers in read):
        return None
    return Contents("KIT", sum((_product(layers) for layers in read), Decimal(0)))


def _usual(layers: tuple[_Layer, ...], dosage_form: str) -> Packaging:
    form = dosage_form.partition(",")[0]
    if not layers:
        return Packaging()
    if form == "KIT":
        return Packaging(BillingUnit.EACH, _kits(layers))
    if form in _COUNTED_FORMS:
        return Packaging(BillingUnit.EACH, _counted(layers, dosage_form))
    if dosage_form.startswith("INJECTION, POWDER"):
        return Packaging(BillingUnit.EACH, _vials(layers, dosage_form))
    return _measured(layers, form)


def _measured(layers: tuple[_Layer, ...], form: str) -> Packaging:
    inner = layers[-1]
    # A gas is billed by rules of its own.
    if form == "GAS" or inner.what not in _MEASURES:
        return Packaging()
    unit, factor = _MEASURES[inner.what]
    # A single-dose packet of powder or gel may be billed as one or as so many grams.
    if unit is BillingUnit.GRAM and inner.container.startswith(_SINGLE_DOSES):
        return Packaging()
    return Packaging(unit, _kept(_product(layers) * factor))


def _kits(layers: tuple[_Layer, ...]) -> Decimal | None:
    return _kept(_product(layers)) if layers[-1].what == "KIT" and layers[-1].container != "KIT" else None


def _counted(layers: tuple[_Layer, ...], dosage_form: str) -> Decimal | None:
    inner = layers[-1]
    if inner.what == dosage_form:
        return _kept(_product(layers))
    # "5 POUCH > 1 PATCH in 1 POUCH > 72 h in 1 PATCH": the last layer says how long each is worn.
    if inner.what in _WEAR_TIMES and inner.container == dosage_form:
        return _kept(_product(layers[:-1]))
    return None


def _vials(layers: tuple[_Layer, ...], dosage_form: str) -> Decimal | None:
    inner = layers[-1]
    if inner.what in _MEASURES or (inner.what == dosage_form and inner.count == 1):
        return _kept(_product(layers[:-1]))
    return None


def _layers(description: str) -> tuple[_Layer, ...]:
    # Behind an asterisk stand the parts of a kit.
    written = description.partition(" * ")[0].split(" > ")
    matches = [match for match in map(_LAYER.fullmatch, written) if match]
    if len(matches) < len(written):
        return ()
    return tuple(_Layer(Decimal(match["count"]), match["what"], match["container"]) for match in matches)


def _is_measured(layers: tuple[_Layer, ...]) -> bool:
    return bool(layers) and layers[-1].what in _MEASURES


def _product(layers: tuple[_Layer, ...]) -> Decimal:
    units = Decimal(1)
    for layer in layers:
        units *= layer.count
    return units


def _kept(units: Decimal) -> Decimal | None:
    kept = units.quantize(PLACES)
    return kept if kept == units and kept > 0 else None
