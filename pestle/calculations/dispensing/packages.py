"""What a package tells of its doses: strength, contents and what is known of it once it is opened.

From these the quantity dispensed becomes units of the dose. What nobody has said is asked for, never guessed.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pestle.calculations.figures import written
from pestle.calculations.supplied import Supplied
from pestle.calculations.worked import CannotCalculate, Warned
from pestle.terms.decimals import plain
from pestle.terms.drugs.listed_strength import ListedStrength
from pestle.terms.drugs.packaging import Contents

# Dose units that one press of an inhaler or a pump gives.
PRESSES = frozenset({"puff", "spray", "inhalation", "actuation", "dose"})
_WHOLE_CONTAINERS = frozenset({"pen", "syringe", "device", "vial", "ampule", "nebule"})
_USED_WHOLE = ("SYRINGE", "CARTRIDGE", "PEN", "INJECTOR", "VIAL, SINGLE", "AMPULE")
_PENS = ("SYRINGE", "CARTRIDGE", "PEN", "INJECTOR")
_ACTIVITY = frozenset({"[iU]", "U", "[USP'U]", "[arb'U]"})
_IN_MILLIGRAMS = {"mcg": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000)}
_MEASURED = frozenset({"mL", "g"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnceOpened:
    """What a list knows of a product in one kind of container; `source` names the list.

    in_use_days   days it may be used once opened
    prime_units   units let go before each dose of a pen
    dose_step     the smallest step the pen can be set to
    holds, doses  so many grams or millilitres give so many doses, where the product is billed by weight or volume
    each_is       what one "each" is where it is billed so: "dose" or "container"
    """

    in_use_days: int | None = None
    prime_units: Decimal | None = None
    dose_step: Decimal | None = None
    holds: Decimal | None = None
    doses: Decimal | None = None
    each_is: str = ""
    source: str = ""
    is_reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person read on the package: so many dose units in so much of it; `by` says who, where and when."""

    doses: Decimal
    dose_unit: str
    in_quantity: Decimal
    in_use_days: int | None = None
    by: str = ""
    is_checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageKnown:
    """All that is known of what is dispensed, beside its quantity."""

    unit: str
    strengths: tuple[ListedStrength, ...] = ()
    contents: Contents | None = None
    opened: OnceOpened | None = None
    told: tuple[Told, ...] = ()
    description: str = ""
    is_suspension: bool = False

    @property
    def is_pen(self) -> bool:
        """Tell whether it is a pen or a cartridge for one, from which more than one dose is drawn."""
        return bool(self.contents and self.contents.container.startswith(_PENS) and self.opened)


def supplied_of(quantity: Decimal, dose_unit: str | None, known: PackageKnown) -> Supplied:
    """Bring a quantity to units of the dose, with the lines of working that say how.

    CannotCalculate names what a person has to read on the package.
    """
    told = next((each for each in known.told if each.dose_unit == dose_unit), None)
    if told is not None:
        return _as_told(quantity, told, known)
    if dose_unit in PRESSES and known.unit != dose_unit:
        return _presses(quantity, dose_unit, known)
    if dose_unit in _WHOLE_CONTAINERS and known.unit in _MEASURED:
        return _whole_containers(quantity, dose_unit, known)
    if known.contents is not None and known.contents.container == "KIT" and dose_unit in {"tablet", "capsule"}:
        return _kit(quantity, dose_unit, known.contents, known)
    return _by_strength(quantity, dose_unit, known)


def _as_told(quantity: Decimal, told: Told, known: PackageKnown) -> Supplied:
    containers = _containers(quantity, told.in_quantity)
    warned = () if told.is_checked else (Warned(f"{_read_as(told, known)}: {told.by}.", is_reviewed=False),)
    return Supplied(
        quantity=quantity, unit=known.unit, units_per_quantity_unit=Fraction(told.doses) / Fraction(told.in_quantity),
        discard_after_days=told.in_use_days or _days(known), containers=containers,
        is_suspension=known.is_suspension, lines=(("read on the package", told.by, _read_as(told, known)),),
        warned=warned,
    )  # fmt: skip


def _presses(quantity: Decimal, dose_unit: str, known: PackageKnown) -> Supplied:
    contents, opened = known.contents, known.opened
    if contents is None or not contents.is_doses:
        if contents is not None and opened is not None and opened.doses and opened.holds:
            return _of_containers(quantity, dose_unit, opened.holds, opened.doses, known)
        raise _ask(f"How many {dose_unit}s one {_noun(known)} gives is not known: read it on the package.")
    if known.unit in _MEASURED:
        if opened is None or opened.holds is None or opened.doses != contents.holds:
            raise _ask(
                f"One {_noun(known)} gives {plain(contents.holds)} {dose_unit}s; how many {known.unit} it holds is "
                "not known: read it on the package."
            )
        return _of_containers(quantity, dose_unit, opened.holds, contents.holds, known)
    each = opened.each_is if opened else ""
    if not each:
        raise _ask(
            f"Whether {plain(quantity)} means so many {_noun(known)}s of {plain(contents.holds)} {dose_unit}s, or so "
            f"many {dose_unit}s, is not known: say it once for this package."
        )
    holds = Decimal(1) if each == "container" else contents.holds
    return _of_containers(quantity, dose_unit, holds, contents.holds, known)


def _of_containers(quantity: Decimal, dose_unit: str, holds: Decimal, doses: Decimal, known: PackageKnown) -> Supplied:
    count = Fraction(quantity) / Fraction(holds)
    noun = _noun(known)
    if count.denominator != 1:
        raise CannotCalculate(
            "quantity", f"{plain(quantity)} {known.unit} is not a whole number of {noun}s of {plain(holds)}."
        )
    lines = (
        (f"{noun}s", f"{plain(quantity)} {known.unit} ÷ {plain(holds)} {known.unit}", f"{written(count)} {noun}"),
        (f"{dose_unit}s in one", known.description, f"{plain(doses)} {dose_unit}s"),
    )
    return Supplied(
        quantity=Decimal(int(count)), unit=noun, units_per_quantity_unit=doses, discard_after_days=_days(known),
        containers=int(count), lines=lines if holds != 1 else lines[1:], warned=_warned(known),
    )  # fmt: skip


def _whole_containers(quantity: Decimal, dose_unit: str, known: PackageKnown) -> Supplied:
    contents = known.contents
    if contents is None or contents.unit != known.unit or not contents.container.startswith((*_USED_WHOLE, "VIAL")):
        raise _ask(f"How many {known.unit} one {dose_unit} holds is not known: read it on the package.")
    if known.opened is not None and known.opened.in_use_days:
        raise _ask(f"More than one dose is drawn from this {dose_unit}: ask for the dose in units, mg or mL.")
    count = Fraction(quantity) / Fraction(contents.holds)
    if count.denominator != 1:
        raise CannotCalculate(
            "quantity",
            f"{plain(quantity)} {known.unit} is not a whole number of {dose_unit}s of {plain(contents.holds)}.",
        )
    numbers = f"{plain(quantity)} {known.unit} ÷ {plain(contents.holds)} {known.unit} in one"
    return Supplied(
        quantity=Decimal(int(count)), unit=dose_unit, containers=int(count),
        lines=((f"{dose_unit}s", numbers, f"{written(count)} {dose_unit}s"),),
    )  # fmt: skip


def _kit(quantity: Decimal, dose_unit: str, contents: Contents, known: PackageKnown) -> Supplied:
    line = (f"{dose_unit}s in one kit", known.description, plain(contents.holds))
    return Supplied(quantity=quantity, unit="kit", units_per_quantity_unit=contents.holds, lines=(line,))


def _by_strength(quantity: Decimal, dose_unit: str | None, known: PackageKnown) -> Supplied:
    per, line = _per_unit(dose_unit, known)
    contents, opened = known.contents, known.opened
    if known.unit in _MEASURED and _days(known) is not None and (contents is None or contents.unit != known.unit):
        raise _ask(f"How many {known.unit} one vial, pen or bottle holds is not known: read it on the package.")
    measured = contents is not None and contents.unit == known.unit
    containers = _containers(quantity, contents.holds) if contents is not None and measured else 1
    lines = line
    if contents is not None and measured and _days(known):
        numbers = f"{plain(quantity)} {known.unit} ÷ {plain(contents.holds)} {known.unit}"
        lines = ((f"{_noun(known)}s", numbers, f"{containers}"), *line)
    return Supplied(
        quantity=quantity, unit=known.unit, units_per_quantity_unit=per, discard_after_days=_days(known),
        containers=containers, is_suspension=known.is_suspension, lines=lines, warned=_warned(known),
        prime_units=(opened.prime_units or Decimal(0)) if opened and known.is_pen else Decimal(0),
        dose_step=opened.dose_step if opened and known.is_pen else None,
    )  # fmt: skip


def _per_unit(dose_unit: str | None, known: PackageKnown) -> tuple[Fraction | None, tuple[tuple[str, str, str], ...]]:
    """Give dose units in one quantity unit from the labelled strength, where dose and product are not one unit."""
    if dose_unit is None or dose_unit == known.unit:
        return None, ()
    found = [(each, _amount_in(dose_unit, each)) for each in known.strengths if _is_per(each, known.unit)]
    fitting = [(each, amount) for each, amount in found if amount is not None]
    # Of a combination, only activity beside masses is certain: 100 units and 33 mcg in one mL.
    if len(fitting) != 1 or (len(known.strengths) > 1 and dose_unit != "unit"):
        return None, ()
    strength, amount = fitting[0]
    per = amount / Fraction(strength.per or 1)
    return per, (("strength", str(strength), f"{written(per)} {dose_unit} in 1 {known.unit}"),)


def _amount_in(dose_unit: str, strength: ListedStrength) -> Fraction | None:
    if dose_unit == "unit":
        return Fraction(strength.amount) if strength.unit in _ACTIVITY else None
    if dose_unit == "mEq":
        return Fraction(strength.amount) if strength.unit == "meq" else None
    if dose_unit in _IN_MILLIGRAMS and strength.milligrams is not None:
        return Fraction(strength.milligrams) / _IN_MILLIGRAMS[dose_unit]
    return None


def _is_per(strength: ListedStrength, unit: str) -> bool:
    if unit in _MEASURED:
        return strength.per_unit == unit.lower()
    return not strength.per_unit


def _containers(quantity: Decimal, holds: Decimal) -> int:
    return max(1, ceil(Fraction(quantity) / Fraction(holds)))


def _days(known: PackageKnown) -> int | None:
    return known.opened.in_use_days if known.opened else None


def _warned(known: PackageKnown) -> tuple[Warned, ...]:
    if known.opened is None or known.opened.is_reviewed or not known.opened.source:
        return ()
    return (Warned(f"In-use days, priming and contents as {known.opened.source} has them.", is_reviewed=False),)


def _noun(known: PackageKnown) -> str:
    container = known.contents.container if known.contents else ""
    if known.is_pen:
        return "pen"
    return container.partition(",")[0].lower() or "container"


def _read_as(told: Told, known: PackageKnown) -> str:
    return f"{plain(told.doses)} {told.dose_unit}s in {plain(told.in_quantity)} {known.unit}"


def _ask(sentence: str) -> CannotCalculate:
    return CannotCalculate("units_per_quantity_unit", sentence)
