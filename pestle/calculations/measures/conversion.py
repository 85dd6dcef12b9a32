"""Section 1: from one unit to another of the same kind, and over a named bridge."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount, counted, no_bridge
from pestle.calculations.inputs import Input, Kind, choice
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.units import unit_named
from pestle.calculations.worked import CannotCalculate, Warned

ANY = Input(
    "amount",
    kind=Kind.TEXT,
    label="what you have, with its unit",
    draw="5..95/5 kg|0.125 g|2.5 L|750 mg|8 fl oz|3 tbsp",
)
CONVENTIONS: dict[str, str] = {
    "lb": "1/2.2 kg",
    "grain": "65 mg",
    "oz": "28.4 g",
    "tsp": "5 mL",
    "tbsp": "15 mL",
    "fl oz": "30 mL",
    "pint": "480 mL",
    "quart": "960 mL",
    "gallon": "3,840 mL",
}
CUSTOMARY = ("tsp", "tbsp", "fl oz", "pint", "quart", "gallon")
LAB_BRIDGES = {"creatinine": "88.4", "glucose": "18.016", "calcium": "4.008", "urea nitrogen": "2.8"}


@calculation(
    name="convert",
    title="Convert units",
    section=1,
    topic="conversions",
    keywords="units, mg to mcg, lb to kg, teaspoon, ounce, grain, inches",
    formula="amount × factor",
    inputs=(
        ANY,
        Input("to", kind=Kind.TEXT, label="unit wanted", draw="g|mcg|mL|mg|lb|kg"),
        choice("convention", "usual", "exact", "pharmacy", default="usual", draw=False),
        Input("bridge", kind=Kind.TEXT, label="a named bridge, such as 60 mg/grain", is_optional=True),
    ),
    nearest="0.0001",
    cites="NIST Handbook 44, appendix C (exact); USP <1160> and 21 CFR 201 (pharmacy conventions)",
    question="Convert {amount} to {to}.",
)
def convert(*, amount: str, to: str, convention: str, bridge: str | None) -> Working[Decimal]:
    """Gives the same amount in another unit.

    Mass in g is exact; spoons, fluid ounces, pints, quarts and gallons are the pharmacy's round figures, pounds and
    grains exact, unless `convention` says exact or pharmacy.
    """
    have = _by_convention(Amount.read(amount, field="amount"), convention)
    target = Amount.of(1, _named(to, "to"))
    target = Amount.of(1, f"US {target.unit.one}") if target.unit.one in CUSTOMARY and convention == "exact" else target
    if bridge is not None:
        return _over_bridge(have, target, Amount.read(bridge, field="bridge"))
    one = _by_convention(target, convention)
    if have.unit.dimensions != one.unit.dimensions:
        raise CannotCalculate("to", no_bridge(have.unit, one.unit))
    answer = Amount(have.base / one.base * target.unit.factor, target.unit)
    return working(
        answer,
        "{} ÷ {} per {}",
        have,
        one.in_unit(have.unit),
        target.unit.one or "1",
        back=("answer × factor", one * answer.value, have),
        warnings=_said(have, one, convention),
    )


@calculation(
    name="lab-units",
    title="Laboratory value in the other unit",
    section=1,
    topic="conversions",
    keywords="creatinine, glucose, calcium, BUN, umol/L, mmol/L, mg/dL",
    formula="mg/dL = molar value ÷ factor (creatinine 88.4 per mcmol/L, others per mmol/L)",
    inputs=(
        choice("substance", *LAB_BRIDGES),
        Input("reading", "mg/dL|mmol/L", draw="1..9/0.5 mg/dL"),
    ),
    answer="mg/dL|mmol/L|mcmol/L",
    cites="molar masses; creatinine 1 mg/dL = 88.4 mcmol/L",
    question="A {substance} of {reading}: what is it in the other unit (mg/dL or mmol/L)?",
)
def lab_units(substance: str, reading: Amount) -> Working[Decimal]:
    """Gives mg/dL for a molar reading, and mmol/L for a reading in mg/dL."""
    molar = "mcmol/L" if substance == "creatinine" else "mmol/L"
    factor = Fraction(LAB_BRIDGES[substance])
    mass, moles = (
        (Amount.of(1, "mg/dL"), Amount.of(factor, molar))
        if molar == "mcmol/L"
        else (Amount.of(factor, "mg/dL"), Amount.of(1, molar))
    )
    if reading.unit.measures_same_as(moles.unit):
        answer = (reading * (mass / moles)).to("mg/dL")
        return working(
            answer, "{} × {} ÷ {}", reading, mass, moles, back=("answer × factor", answer / (mass / moles), reading)
        )
    answer = (reading / (mass / moles)).to(molar)
    return working(
        answer, "{} × {} ÷ {}", reading, moles, mass, back=("answer ÷ factor", answer * (mass / moles), reading)
    )


@calculation(
    name="units-per-dose",
    title="Tablets or capsules for a dose",
    section=1,
    topic="doses",
    keywords="tablets per dose, capsules, strength, split",
    formula="count = dose ÷ strength of one",
    inputs=(
        Input("dose", "any", "dose", draw="50..500/50 mg"),
        Input("strength", "any", "strength of one", draw="25 mg/tablet|50 mg/tablet|100 mg/capsule"),
    ),
    nearest="0.25",
    cites="dimensional analysis",
    question="Ordered is {dose}; on the shelf is {strength}. How many for one dose?",
)
def units_per_dose(dose: Amount, strength: Amount) -> Working[Decimal]:
    """Gives how many tablets or capsules make a dose, to a quarter; warns when that is not what was ordered."""
    count = counted(dose / strength, "strength", strength)
    return working(
        count, "{} ÷ {}", dose, strength, back=("count × strength", count * strength, dose), warnings=_split(count)
    )


@calculation(
    name="packages-needed",
    title="Whole packages to take from stock",
    section=1,
    topic="conversions",
    keywords="jars, bottles, vials, bags, packages",
    formula="packages = need ÷ package size, up to the next whole one",
    inputs=(
        Input("need", "any", draw="100..900/50 g"),
        Input("size", "any", "size of one", draw="454 g/jar|60 g/tube|30 g/tube"),
    ),
    nearest=to_nearest("1", Way.UP),
    cites="dimensional analysis",
    question="You need {need}; the package is {size}. How many packages do you open?",
)
def packages_needed(need: Amount, size: Amount) -> Working[Decimal]:
    """Gives how many packages must be opened."""
    count = counted(need / size, "size", size)
    return working(count, "{} ÷ {}", need, size, back=("packages × size", count * size, need))


@calculation(
    name="proportion",
    title="Ratio and proportion",
    section=1,
    topic="conversions",
    keywords="proportion, cross multiply, ratio",
    formula="x = first ÷ per × wanted",
    inputs=(
        Input("first", "any", "what is known", draw="2..12/1 g"),
        Input("per", "any", "in how much", draw="1 pint|1 L|500 mL"),
        Input("wanted", "any", "for how much", draw="1 gallon|2 quarts|3 L"),
    ),
    cites="arithmetic",
    question="If {first} goes into {per}, how much goes into {wanted}?",
)
def proportion(*, first: Amount, per: Amount, wanted: Amount) -> Working[Decimal]:
    """Gives the fourth term of a proportion."""
    answer = first * (wanted / per)
    return working(
        answer, "{} ÷ {} × {}", first, per, wanted, back=("x ÷ wanted × per", answer * (per / wanted), first)
    )


def _named(text: str, field: str) -> str:
    try:
        return unit_named(text).symbol
    except CannotCalculate as error:
        raise CannotCalculate(field, error.reason) from None


def _by_convention(amount: Amount, convention: str) -> Amount:
    name = amount.unit.one
    if convention == "exact" and name in CUSTOMARY:
        return Amount.of(amount.value, f"US {name}")
    if convention == "pharmacy" and name in CONVENTIONS:
        if name == "lb":
            return Amount.of(amount.value / Fraction("2.2"), "kg")
        return Amount.read(CONVENTIONS[name]) * amount.value
    return amount


def _over_bridge(have: Amount, target: Amount, bridge: Amount) -> Working[Decimal]:
    if have.unit.dimensions == target.unit.dimensions:
        return _over_written_bridge(have, target, bridge)
    over, times = have / bridge, have * bridge
    if over.unit.dimensions == target.unit.dimensions:
        return working(
            over.in_unit(target.unit), "{} ÷ {}", have, bridge, back=("answer × bridge", over * bridge, have)
        )
    if times.unit.dimensions == target.unit.dimensions:
        return working(
            times.in_unit(target.unit), "{} × {}", have, bridge, back=("answer ÷ bridge", times / bridge, have)
        )
    raise CannotCalculate("bridge", f"{bridge} does not lead from {have} to {target.unit}.")


def _over_written_bridge(have: Amount, target: Amount, bridge: Amount) -> Working[Decimal]:
    top, _, below = bridge.unit.symbol.partition("/")
    upper, lower = unit_named(top), unit_named(below)
    if have.unit is lower:
        answer = Amount.of(have.value * bridge.value, upper.symbol).in_unit(target.unit)
        way = Amount.of(answer.to(upper.symbol).value / bridge.value, lower.symbol)
        return working(answer, "{} × {}", have, bridge, back=("answer ÷ bridge", way, have))
    if target.unit is lower:
        answer = Amount.of(have.to(upper.symbol).value / bridge.value, lower.symbol)
        way = Amount.of(answer.value * bridge.value, upper.symbol)
        return working(answer, "{} ÷ {}", have, bridge, back=("answer × bridge", way, have))
    raise CannotCalculate("bridge", f"{bridge} does not lead from {have} to {target.unit}.")


def _said(have: Amount, one: Amount, convention: str) -> tuple[Warned, ...]:
    if convention == "pharmacy":
        return (Warned("Worked with the pharmacy's round figures, not the exact ones."),)
    household = [amount.unit.one for amount in (have, one) if amount.unit.one in CUSTOMARY]
    return tuple(Warned(f"1 {name} is taken as {CONVENTIONS[name]}, the pharmacy convention.") for name in household)


def _split(count: Amount) -> tuple[Warned, ...]:
    quarters = count.value * 4
    if quarters.denominator != 1:
        return (Warned("No quarter tablet gives this dose exactly: choose another strength or ask."),)
    if count.value.denominator != 1:
        return (Warned("Split only a scored tablet, never one that is extended-release, coated or hazardous."),)
    return ()
