"""Section 20: loading doses and simple kinetics."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.figures import exponential, logarithm, power
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate, Step, Warned

CITES = "one-compartment model"
WEIGHT = Input("weight", "kg", limit="weight", draw="50..110/5 kg")
HALF_LIFE = Input("half_life", "h", draw="2..24/1 h")


@calculation(
    name="loading-dose",
    title="Loading dose",
    section=20,
    topic="kinetics",
    keywords="Vd, volume of distribution, phenytoin, target level",
    formula="dose = (target − present) × Vd × weight ÷ (salt factor × bioavailability)",
    inputs=(
        Input("target", "mg/L", draw="10..20/1 mg/L"),
        Input("present", "mg/L", default="0 mg/L", may_be_zero=True, draw="0..8/1 mg/L"),
        Input("distribution", "L/kg", "volume of distribution", draw="0.5..0.9/0.05 L/kg"),
        WEIGHT,
        Input("salt_factor", "", default="1", limit="bioavailability", draw="1|0.92"),
        Input("bioavailability", "", default="1", limit="bioavailability", draw="1"),
    ),
    answer="mg",
    nearest="1",
    cites=CITES,
    question="Target {target}, now {present}, Vd {distribution}, {weight}, salt factor {salt_factor}. Loading dose?",
)
def loading_dose(
    *,
    target: Amount,
    present: Amount,
    distribution: Amount,
    weight: Amount,
    salt_factor: Amount,
    bioavailability: Amount,
) -> Working[Decimal]:
    """Gives the dose that lifts the level to the target."""
    if target <= present:
        raise CannotCalculate("target", f"{target} is not above the present {present}.")
    volume = distribution * weight
    rise, share = target - present, salt_factor.base * bioavailability.base
    dose = rise * volume / share
    before = (
        Step("volume = Vd × weight", "{} × {}", volume.to("L"), (distribution, weight)),
        Step("rise", "{} − {}", rise, (target, present)),
    )
    back = ("dose × salt factor × bioavailability ÷ volume + present", dose * share / volume + present, target)
    return working(
        dose, "{} × {} ÷ ({} × {})", rise, volume.to("L"), salt_factor, bioavailability, before=before, back=back
    )


@calculation(
    name="weight-loading-dose",
    title="Loading dose by weight, to a practical step",
    section=20,
    topic="kinetics",
    keywords="vancomycin, mg/kg, round to 250 mg",
    formula="dose = dose per kg × weight, at most the highest single dose",
    inputs=(
        Input("per_kg", "mg/kg", "dose per kg", limit="dose per kg", draw="20..35/5 mg/kg"),
        WEIGHT,
        Input("most", "mg", "highest single dose", default="3,000 mg"),
    ),
    answer="mg",
    nearest="250",
    cites="vancomycin 20 to 35 mg/kg, at most 3 g: ASHP/IDSA 2020; step of 250 mg (house)",
    is_reviewed=False,
    question="Vancomycin {per_kg} for {weight}, to the nearest 250 mg. Dose?",
)
def weight_loading_dose(*, per_kg: Amount, weight: Amount, most: Amount) -> Working[Decimal]:
    """Gives the dose to the nearest 250 mg unless another step is asked for."""
    full = per_kg * weight
    dose = min(full, most)
    warnings = (Warned(f"{full.to('mg')} is capped at {most}."),) if full > most else ()
    before = (Step("dose per kg × weight", "{} × {}", full.to("mg"), (per_kg, weight)),)
    back = ("dose ÷ weight", full / weight, per_kg)
    return working(dose, "the smaller of {} and {}", full.to("mg"), most, before=before, back=back, warnings=warnings)


@calculation(
    name="time-to-fall",
    title="Time until a level has fallen",
    section=20,
    topic="kinetics",
    keywords="half-life, washout, hours to",
    formula="time = half-life × log2(start ÷ end)",
    inputs=(HALF_LIFE, Input("left", "%", "part that is left", limit="percent", draw="50%|25%|12.5%|6.25%")),
    answer="h",
    nearest="0.1",
    cites=CITES,
    question="Half-life {half_life}: time until {left} is left?",
)
def time_to_fall(half_life: Amount, left: Amount) -> Working[Decimal]:
    """Gives the time until a part is left."""
    inverse = 1 / left.base
    if inverse.denominator == 1 and inverse.numerator & (inverse.numerator - 1) == 0:
        count = Fraction(inverse.numerator.bit_length() - 1)
    else:
        count = logarithm(inverse) / logarithm(Fraction(2))
    time = half_life * count
    before = (Step("half-lives = log2(1 ÷ part left)", "log2(1 ÷ {})", Amount.of(count), (left,)),)
    return working(
        time,
        "{} × {}",
        half_life,
        Amount.of(count),
        before=before,
        back=("time ÷ half-lives", time / count, half_life) if count else None,
    )


@calculation(
    name="level-after",
    title="Level after a time",
    section=20,
    topic="kinetics",
    keywords="elimination, concentration, C0",
    formula="level = start × ½^(time ÷ half-life)",
    inputs=(Input("start", "mg/L", draw="10..40/2 mg/L"), HALF_LIFE, Input("time", "h", draw="4..48/4 h")),
    answer="mg/L",
    cites=CITES,
    question="Level {start}, half-life {half_life}: level after {time}?",
)
def level_after(*, start: Amount, half_life: Amount, time: Amount) -> Working[Decimal]:
    """Gives the level that is left after a time."""
    count = (time / half_life).base
    if count > 100:
        raise CannotCalculate("time", "after more than 100 half-lives nothing is left.")
    share = Fraction(1, 2**count.numerator) if count.denominator == 1 else exponential(-count * logarithm(Fraction(2)))
    level = start * share
    before = (Step("half-lives = time ÷ half-life", "{} ÷ {}", Amount.of(count), (time, half_life)),)
    return working(
        level, "{} × ½^{}", start, Amount.of(count), before=before, back=("level ÷ ½^half-lives", level / share, start)
    )


@calculation(
    name="elimination-constant",
    title="Elimination constant",
    section=20,
    topic="kinetics",
    keywords="k, 0.693, half-life",
    formula="k = 0.693 ÷ half-life",
    inputs=(HALF_LIFE,),
    answer="/h",
    nearest="0.0001",
    cites=CITES,
    question="Half-life {half_life}: elimination constant in /h?",
)
def elimination_constant(half_life: Amount) -> Working[Decimal]:
    """Gives the part that leaves per hour; steady state takes about five half-lives."""
    k = logarithm(Fraction(2)) / half_life
    return working(
        k,
        "0.693147… ÷ {}",
        half_life,
        back=("0.693147… ÷ k", logarithm(Fraction(2)) / k, half_life),
        also=(("steady state", half_life * 5, "0.1"),),
    )


@calculation(
    name="decay",
    title="Activity of a radiopharmaceutical",
    section=20,
    topic="kinetics",
    keywords="radioactive, Tc-99m, F-18, I-131, mCi, decay",
    formula="activity = start × ½^(time ÷ half-life)",
    inputs=(
        Input("start", "MBq|mCi", draw="10..30/5 mCi"),
        Input("half_life", "h", draw="6.01 h|109.8 min"),
        Input("time", "h", draw="1..12/1 h"),
    ),
    answer="mCi|MBq",
    nearest="0.01",
    cites="USP <825>; half-lives from the product",
    question="{start}, half-life {half_life}: activity after {time}?",
)
def decay(*, start: Amount, half_life: Amount, time: Amount) -> Working[Decimal]:
    """Gives the activity left after a time."""
    count = (time / half_life).base
    if count > 100:
        raise CannotCalculate("time", "after more than 100 half-lives nothing is left.")
    share = power(Fraction(1, 2), str(Decimal(count.numerator) / count.denominator))
    left = start * share
    return working(
        left, "{} × ½^({} ÷ {})", start, time, half_life, back=("activity ÷ ½^half-lives", left / share, start)
    )
