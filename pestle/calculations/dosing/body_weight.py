"""Section 13: ideal, adjusted and lean body weight, body mass index."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, choice
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Step, Warned

HEIGHT = Input("height", "cm", limit="height", draw="60..76/1 in|155..195/5 cm")
ADULT_HEIGHT = Input("height", "cm", limit="adult height", draw="60..76/1 in")
WEIGHT = Input("weight", "kg", limit="weight", draw="50..140/5 kg|120..300/10 lb")
SEX = choice("sex", "male", "female")


@calculation(
    name="ideal-body-weight",
    title="Ideal body weight",
    section=13,
    topic="kidney and body weight",
    keywords="IBW, Devine",
    formula="IBW = 50 kg (man) or 45.5 kg (woman) + 2.3 kg × inches over 60",
    inputs=(ADULT_HEIGHT, SEX),
    answer="kg",
    nearest="0.1",
    cites="Devine 1974",
    question="Ideal body weight of a {sex} of {height}?",
)
def ideal_body_weight(height: Amount, sex: str) -> Working[Decimal]:
    """Gives the ideal body weight of an adult of at least 60 inches; below that it is not defined."""
    over, start = height.to("in").value - 60, _start(sex)
    ideal = Amount.of(start + Fraction("2.3") * over, "kg")
    before = (Step("inches over 60", "{} − 60 in", Amount.of(over, "in"), (height.to("in"),)),)
    back = Amount.of((ideal.value - start) / Fraction("2.3") + 60, "in")
    return working(
        ideal,
        "{} + 2.3 kg × {}",
        Amount.of(start, "kg"),
        Amount.of(over),
        before=before,
        back=("(IBW − start) ÷ 2.3 + 60", back, height),
    )


@calculation(
    name="adjusted-body-weight",
    title="Adjusted body weight",
    section=13,
    topic="kidney and body weight",
    keywords="AdjBW, ABW, obese",
    formula="adjusted = IBW + 0.4 × (weight − IBW)",
    inputs=(ADULT_HEIGHT, WEIGHT, SEX, Input("factor", "", default="0.4", draw="0.4")),
    answer="kg",
    nearest="0.1",
    cites="Devine 1974; correction factor 0.4",
    question="Adjusted body weight (factor {factor}) of a {sex} of {height} and {weight}?",
)
def adjusted_body_weight(*, height: Amount, weight: Amount, sex: str, factor: Amount) -> Working[Decimal]:
    """Gives the adjusted weight; beside it the ideal one. Meant for 120% of the ideal weight and more."""
    ideal = Amount.of(_start(sex) + Fraction("2.3") * (height.to("in").value - 60), "kg").as_body_mass()
    adjusted = ideal + (weight - ideal) * factor.base
    low = weight * 5 < ideal * 6
    warnings = (Warned("Less than 120% of the ideal weight: an adjusted weight is not usual."),) if low else ()
    before = (Step("IBW", "{} + 2.3 kg × ({} − 60 in)", ideal, (Amount.of(_start(sex), "kg"), height.to("in"))),)
    return working(
        adjusted,
        "{} + {} × ({} − {})",
        ideal,
        factor,
        weight,
        ideal,
        before=before,
        warnings=warnings,
        back=("(adjusted − IBW) ÷ factor + IBW", (adjusted - ideal) / factor.base + ideal, weight),
        also=(("ideal body weight", ideal, "0.1"),),
    )


@calculation(
    name="lean-body-weight",
    title="Lean body weight",
    section=13,
    topic="kidney and body weight",
    keywords="LBW, Janmahasatian",
    formula="LBW = 9,270 × weight ÷ (6,680 + 216 × BMI) (man), ÷ (8,780 + 244 × BMI) (woman)",
    inputs=(HEIGHT, WEIGHT, SEX),
    answer="kg",
    nearest="0.1",
    cites="Janmahasatian 2005",
    question="Lean body weight of a {sex} of {height} and {weight}?",
)
def lean_body_weight(*, height: Amount, weight: Amount, sex: str) -> Working[Decimal]:
    """Gives the lean body weight."""
    index = _mass_index(height, weight)
    first, second = (6680, 216) if sex == "male" else (8780, 244)
    divisor = first + second * index.value
    lean = weight * 9270 / divisor
    before = (Step("BMI = kg ÷ m²", "{} ÷ ({})²", index, (weight, height.to("m"))),)
    return working(
        lean,
        f"9,270 × {{}} ÷ ({first:,} + {second} × {{}})",
        weight,
        Amount.of(index.value),
        before=before,
        back=("LBW × divisor ÷ 9,270", lean * divisor / 9270, weight),
    )


@calculation(
    name="body-mass-index",
    title="Body mass index",
    section=13,
    topic="kidney and body weight",
    keywords="BMI",
    formula="BMI = weight in kg ÷ (height in m)²",
    inputs=(HEIGHT, WEIGHT),
    answer="kg/m2",
    nearest="0.1",
    cites="WHO",
    question="Body mass index of a person of {height} and {weight}?",
)
def body_mass_index(height: Amount, weight: Amount) -> Working[Decimal]:
    """Gives the body mass index."""
    index = _mass_index(height, weight)
    back = weight / (height * height) * (height * height)
    return working(index, "{} ÷ ({})²", weight, height.to("m"), back=("BMI × height²", back, weight))


def _start(sex: str) -> Fraction:
    return Fraction(50) if sex == "male" else Fraction("45.5")


def _mass_index(height: Amount, weight: Amount) -> Amount:
    return (
        Amount.of(weight.value / height.to("m").value ** 2, "kg/m2")
        if weight.unit.symbol == "kg"
        else (weight / (height * height)).to("kg/m2")
    )
