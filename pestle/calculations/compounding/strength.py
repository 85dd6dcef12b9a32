"""Section 3: percent, ratio and other strengths."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.units import unit_named
from pestle.calculations.worked import CannotCalculate, Step, Warned

CITES = "USP General Notices 8.140 (percentages); USP <1160>"
STRENGTHS = "% w/v|%|unit/mL|mEq/mL|mmol/mL|mg/tablet"


@calculation(
    name="amount-in",
    title="Drug in a quantity",
    section=3,
    topic="percent and ratio strength",
    keywords="grams in, percent, ratio, how much drug",
    formula="drug = strength × quantity",
    inputs=(
        Input("strength", "any", draw="0.5..9/0.5 % w/v|1:1,000 w/v|1:40 w/v|250 mg/5 mL|400 mg/5 mL"),
        Input("quantity", "any", draw="10..500/10 mL"),
    ),
    answer="g|mL|unit|mEq|mmol",
    nearest="0.001",
    cites=CITES,
    question="How much drug is in {quantity} of {strength}? Answer in g.",
)
def amount_in(strength: Amount, quantity: Amount) -> Working[Decimal]:
    """Gives the drug in a volume or a mass; a bare % of a volume is w/v unless "% v/v" is written."""
    if not strength.unit.dimensions and strength.base > 1:
        raise CannotCalculate("strength", f"{strength} is more than the whole.")
    if strength.unit.symbol == "%" and quantity.unit.measures_same_as(unit_named("mL")):
        strength = Amount(strength.base, unit_named("% w/v"))
    drug = strength * quantity
    return working(drug, "{} × {}", strength, quantity, back=("drug ÷ quantity", drug / quantity, strength))


@calculation(
    name="percent-strength",
    title="Percent strength",
    section=3,
    topic="percent and ratio strength",
    keywords="percent w/v, w/w, v/v, part of the whole",
    formula="percent = part ÷ whole × 100",
    inputs=(
        Input("part", "g|mL", "drug", draw="1..20/1 g"),
        Input("whole", "mL|g", "all of it, drug included", draw="100..500/50 mL"),
    ),
    answer="% w/v|%",
    cites=CITES,
    question="{part} of drug in enough vehicle to make {whole}. Percent strength?",
)
def percent_strength(part: Amount, whole: Amount) -> Working[Decimal]:
    """Gives g per 100 mL, g per 100 g or mL per 100 mL."""
    share = part / whole
    if part.unit.measures_same_as(unit_named("mL")) and not share.unit.measures_same_as(unit_named("%")):
        raise CannotCalculate(
            "part", "a volume in a mass has no percent strength: give its mass, or its density first."
        )
    if not share.unit.dimensions and share.base > 1:
        raise CannotCalculate("part", f"{part} is more than the whole, {whole}.")
    return working(
        share, "{} ÷ {} × 100", part, whole, back=("percent × whole", share * whole, part), warnings=too_strong(share)
    )


@calculation(
    name="percent-from-mixing",
    title="Percent w/w after adding drug to a base",
    section=3,
    topic="percent and ratio strength",
    keywords="added to, dissolved in, w/w",
    formula="percent = drug ÷ (drug + base) × 100",
    inputs=(
        Input("drug", "g|mL", draw="2..20/1 g"),
        Input("base", "g|mL", "base or solvent, without the drug", draw="30..120/10 g"),
    ),
    answer="%",
    cites=CITES,
    question="{drug} of drug is added to {base} of base. Percent w/w?",
)
def percent_from_mixing(drug: Amount, base: Amount) -> Working[Decimal]:
    """Gives the percent of a mixture whose whole is the sum of drug and base."""
    whole = drug + base
    share = drug / whole
    return working(share, "{} ÷ ({} + {}) × 100", drug, drug, base, back=("percent × whole", share * whole, drug))


@calculation(
    name="ratio-strength",
    title="Ratio strength, 1 in N",
    section=3,
    topic="percent and ratio strength",
    keywords="1:1000, ratio",
    formula="N = 1 ÷ strength (g per mL)",
    inputs=(Input("strength", "% w/v|%", draw="0.01 % w/v|0.02 % w/v|0.1 % w/v|0.5 % w/v|2 mg/mL"),),
    answer="",
    nearest="1",
    cites=CITES,
    warning="Labels of injections state mg/mL, never a ratio (FDA and USP, 2016).",
    question="Express {strength} as a ratio 1:N. What is N?",
)
def ratio_strength(strength: Amount) -> Working[Decimal]:
    """Gives N of 1:N: grams in millilitres for w/v, parts in parts otherwise."""
    if strength.base > 1:
        raise CannotCalculate("strength", f"{strength} is more than 1 in 1.")
    parts = Amount.of(1 / strength.base)
    return working(parts, "1 ÷ {}", strength, back=("1 ÷ N", Amount(1 / parts.base, strength.unit), strength))


@calculation(
    name="strength-in",
    title="Strength in mg/mL",
    section=3,
    topic="percent and ratio strength",
    keywords="percent to mg/mL, ratio to mg/mL",
    formula="mg/mL = % w/v × 10 = 1,000 ÷ N",
    inputs=(Input("strength", "% w/v", draw="0.1..10/0.1 % w/v|1:1,000 w/v|1:10,000 w/v|1:500 w/v"),),
    answer="mg/mL",
    answer_limit="strength w/v",
    nearest="0.001",
    cites=CITES,
    question="Express {strength} in mg/mL.",
)
def strength_in(strength: Amount) -> Working[Decimal]:
    """Gives the mass of drug in each millilitre."""
    answer = strength.to("mg/mL")
    return working(answer, "{} × 1,000 mg/g", strength.to("g/mL"), back=("mg/mL ÷ 10", answer, strength))


@calculation(
    name="concentration",
    title="Concentration from drug and volume",
    section=3,
    topic="percent and ratio strength",
    keywords="mg/mL, strength, concentration, final volume",
    formula="concentration = drug ÷ final volume",
    inputs=(
        Input("drug", "mg|unit|mEq|mmol", draw="250..2,000/250 mg"),
        Input("volume", "mL", "final volume, never the volume of solvent", draw="50..500/50 mL"),
    ),
    answer="mg/mL|unit/mL|mEq/mL|mmol/mL",
    nearest="0.001",
    cites=CITES,
    question="{drug} of drug in a final volume of {volume}. Concentration in mg/mL?",
)
def concentration(drug: Amount, volume: Amount) -> Working[Decimal]:
    """Gives how much drug each millilitre holds."""
    answer = drug / volume
    return working(
        answer,
        "{} ÷ {}",
        drug,
        volume,
        back=("concentration × volume", answer * volume, drug),
        warnings=too_strong(answer),
    )


@calculation(
    name="share",
    title="Percent of one thing in another",
    section=3,
    topic="percent and ratio strength",
    keywords="elemental iron, percent of, part of",
    formula="percent = part ÷ whole × 100",
    inputs=(Input("part", "any", draw="60 mg|65 mg|36 mg"), Input("whole", "any", draw="325 mg|324 mg|300 mg")),
    answer="%",
    cites="arithmetic",
    question="{part} of elemental iron in {whole} of salt: what percent?",
)
def share(part: Amount, whole: Amount) -> Working[Decimal]:
    """Gives what percent a part is of a whole of the same kind."""
    if not part <= whole:
        raise CannotCalculate("part", f"{part} is more than the whole, {whole}.")
    answer = part / whole
    return working(answer, "{} ÷ {} × 100", part, whole, back=("percent × whole", answer * whole, part))


@calculation(
    name="daily-drug",
    title="Drug taken in a day",
    section=3,
    topic="percent and ratio strength",
    keywords="mg per day, daily dose, suspension",
    formula="drug per day = quantity per dose × doses per day × strength",
    inputs=(
        Input(
            "quantity",
            "mL/dose|tablet/dose|capsule/dose|mL",
            "taken each time",
            draw="5 mL/dose|7.5 mL/dose|10 mL/dose",
        ),
        Input("times", "doses/day", "doses a day", draw="1..4/1 doses/day"),
        Input("strength", "any", draw="125 mg/5 mL|200 mg/5 mL|250 mg/5 mL|400 mg/5 mL"),
    ),
    answer="mg/day|unit/day|mEq/day",
    cites="dimensional analysis",
    question="{quantity}, {times}, of {strength}: how many mg a day?",
)
def daily_drug(*, quantity: Amount, times: Amount, strength: Amount) -> Working[Decimal]:
    """Gives the drug taken in a day."""
    each = quantity if "dose" in quantity.unit.kind else quantity / Amount.of(1, "dose")
    answer = each * times * strength
    return working(
        answer,
        "{} × {} × {}",
        quantity,
        times,
        strength,
        back=("per day ÷ times ÷ strength", answer / times / strength, each),
    )


@calculation(
    name="salt-needed",
    title="Salt, hydrate or impure powder for a wanted drug",
    section=3,
    topic="percent and ratio strength",
    keywords="salt, base, hydrate, assay, purity, water",
    formula="weigh = wanted × (molar mass used ÷ molar mass wanted) ÷ (assay × (1 − water))",
    inputs=(
        Input("wanted", "mg", "drug wanted", draw="100..1,000/50 mg"),
        Input("molar_mass_used", "g/mol", "molar mass of the powder", limit="molar mass", draw="250..400/10 g/mol"),
        Input(
            "molar_mass_wanted", "g/mol", "molar mass of the drug wanted", limit="molar mass", draw="180..240/10 g/mol"
        ),
        Input("assay", "%", "purity, dried", limit="percent", default="100%", draw="95..100/1 %"),
        Input("water", "%", limit="percent", default="0%", may_be_zero=True, draw="0..6/1 %"),
    ),
    answer="mg",
    nearest="0.1",
    cites="USP <1160>",
    question="Wanted: {wanted} of base (molar mass {molar_mass_wanted}). The powder has molar mass {molar_mass_used}, "
    "assay {assay}, water {water}. mg to weigh?",
)
def salt_needed(
    *, wanted: Amount, molar_mass_used: Amount, molar_mass_wanted: Amount, assay: Amount, water: Amount
) -> Working[Decimal]:
    """Gives the mass of the powder at hand that holds the drug wanted."""
    pure = assay * (1 - water.base)
    if not pure.base:
        raise CannotCalculate("water", "a powder of nothing but water holds no drug.")
    answer = wanted * molar_mass_used / molar_mass_wanted / pure
    back = answer * pure * molar_mass_wanted / molar_mass_used
    return working(
        answer,
        "{} × ({} ÷ {}) ÷ {}",
        wanted,
        molar_mass_used,
        molar_mass_wanted,
        pure,
        before=(Step("pure part = assay × (1 − water)", f"{assay} × (1 − {water})", pure),),
        back=("weighed × pure part × wanted ÷ used", back, wanted),
    )


def too_strong(strength: Amount) -> tuple[Warned, ...]:
    """Warn about a w/v strength that hardly any solution reaches."""
    if strength.unit.dimensions == unit_named("% w/v").dimensions and strength > Amount.of(70, "% w/v"):
        return (Warned("Above 70% w/v: hardly any solution is that strong.", is_reviewed=False),)
    return ()
