"""What is dispensed, and how its unit becomes the unit of the dose."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pestle.calculations.figures import written
from pestle.calculations.payers import PayerRules
from pestle.calculations.worked import CannotCalculate, Warned

# One fingertip unit, from the last crease to the tip of an adult's finger, is about 0.5 g (Long and Finlay 1991).
GRAMS_IN_A_FINGERTIP_UNIT = Fraction(1, 2)
_MASS_IN_MG = {"mcg": Fraction(1, 1000), "mg": Fraction(1), "g": Fraction(1000)}
_ONE_EACH = frozenset({"each", "injection", "pen", "syringe", "device", "dose"})
_NOT_COUNTED = frozenset(
    {"mL", "g", "mg", "mcg", "unit", "drop", "puff", "spray", "inch", "application", "click", "mEq"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """What is dispensed.

    units_per_quantity_unit  dose units in one quantity unit: drops in 1 mL, puffs in an inhaler, mg in a tablet
    discard_after_days       days one container may be used after opening
    containers               how many containers the quantity is, for the days after opening and for priming
    prime_units              units used to prime before each dose
    dose_step                smallest step the pen can be set to
    per_application          quantity units one application takes (0.5 g for a fingertip unit)
    lines                    how quantity and units were found: formula, numbers, result of each line
    warned                   what to know about the figures: whose list, whether anybody reviewed it
    """

    quantity: Decimal
    unit: str
    units_per_quantity_unit: Decimal | Fraction | None = None
    discard_after_days: int | None = None
    containers: int = 1
    prime_units: Decimal = Decimal(0)
    dose_step: Decimal | None = None
    per_application: Decimal | None = None
    is_suspension: bool = False
    lines: tuple[tuple[str, str, str], ...] = ()
    warned: tuple[Warned, ...] = ()


def factor_of(
    unit: str | None, supplied: Supplied, payer: PayerRules
) -> tuple[Fraction, tuple[str, str, str] | None, list[Warned]]:
    """Give dose units in one quantity unit, the line of working that says so, and what to watch for.

    CannotCalculate when only the label or the prescriber could tell.
    """
    if unit is None or unit == supplied.unit:
        return Fraction(1), None, []
    if unit == "drop" and supplied.unit == "mL" and supplied.units_per_quantity_unit is None:
        return _drops(supplied, payer)
    factor = _known_factor(unit, supplied)
    if factor is None:
        raise CannotCalculate("units_per_quantity_unit", f"How many {unit}s are in one {supplied.unit} is not known.")
    return factor, None if factor == 1 else _line(factor, unit, supplied), []


def _known_factor(unit: str, supplied: Supplied) -> Fraction | None:
    given = supplied.units_per_quantity_unit
    if given is not None and given <= 0:
        raise CannotCalculate("units_per_quantity_unit", "Units in one quantity unit must be above zero.")
    if unit == "application" and supplied.per_application:
        return 1 / Fraction(supplied.per_application)
    if given is not None:
        return Fraction(given)
    if unit in _MASS_IN_MG and supplied.unit in _MASS_IN_MG:
        return _MASS_IN_MG[supplied.unit] / _MASS_IN_MG[unit]
    if (unit, supplied.unit) == ("fingertip unit", "g"):
        return GRAMS_IN_A_FINGERTIP_UNIT**-1
    each = {unit, supplied.unit} & _ONE_EACH
    return Fraction(1) if each and not {unit, supplied.unit} & _NOT_COUNTED else None


def _drops(supplied: Supplied, payer: PayerRules) -> tuple[Fraction, tuple[str, str, str], list[Warned]]:
    drops = Fraction(payer.drops_per_ml_suspension if supplied.is_suspension else payer.drops_per_ml_solution)
    warned = Warned(f"{written(drops)} drops in 1 mL as {payer.name} counts.", is_reviewed=payer.is_reviewed)
    return drops, _line(drops, "drop", supplied), [warned]


def _line(factor: Fraction, unit: str, supplied: Supplied) -> tuple[str, str, str]:
    return ("units in one", f"{written(factor)} {unit} in 1 {supplied.unit}", written(factor))
