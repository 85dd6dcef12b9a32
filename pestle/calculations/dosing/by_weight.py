"""Section 11: doses by weight, and the volume that holds them."""

from decimal import Decimal

from pestle.calculations.amount import Amount, counted
from pestle.calculations.inputs import Input
from pestle.calculations.limits import CHILD_BELOW, HIGH_ALERT
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import DOSE, MEASURED_VOLUME
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

SALT_STRENGTHS = frozenset({"equivalents per volume", "amount of substance per volume"})
CITES = "dimensional analysis; ISMP (weight in kg only)"
WEIGHT = Input("weight", "kg", limit="weight", draw="6..40/1 kg|22..88/11 lb|50..95/5 kg")
CONCENTRATION = Input(
    "concentration", "mg/mL|unit/mL|mEq/mL|mmol/mL", draw="125 mg/5 mL|200 mg/5 mL|250 mg/5 mL|400 mg/5 mL"
)


@calculation(
    name="dose-by-weight",
    title="Dose by weight",
    section=11,
    topic="doses",
    keywords="mg/kg, weight-based, pediatric dose",
    formula="dose = dose per kg × weight",
    inputs=(
        Input(
            "per_kg",
            "mg/kg|mg/kg/day|mg/kg/dose|unit/kg|mEq/kg|mmol/kg|unit/kg/day",
            "dose per kg",
            limit="dose per kg|single dose per kg|daily dose per kg",
            draw="5..50/5 mg/kg/dose|10..40/5 mg/kg/day",
        ),
        WEIGHT,
    ),
    answer="mg|mg/day|mg/dose|unit|mEq|mmol|unit/day",
    nearest=DOSE,
    cites=CITES,
    question="{per_kg} for a patient of {weight}: what dose?",
)
def dose_by_weight(per_kg: Amount, weight: Amount) -> Working[Decimal]:
    """Gives a dose from mg/kg, mg/kg/day or mg/kg/dose; asks which when the order does not say."""
    dose = per_kg * weight
    unsaid = per_kg.unit.kind.endswith("per body mass")
    warnings = (Warned("The order does not say whether this is for one dose or for a day."),) if unsaid else ()
    return working(
        dose,
        "{} × {}",
        per_kg,
        weight,
        back=("dose ÷ weight", dose / weight, per_kg),
        warnings=warnings,
        second_calculation=second_for(dose, weight),
    )


@calculation(
    name="divided-dose",
    title="Divided dose by weight",
    section=11,
    topic="doses",
    keywords="mg/kg/day, divided, pediatric, suspension, amoxicillin",
    formula="dose = dose per kg per day × weight ÷ doses per day",
    inputs=(
        Input(
            "per_kg",
            "mg/kg/day|unit/kg/day",
            "dose per kg per day",
            limit="daily dose per kg",
            draw="20..90/5 mg/kg/day",
        ),
        WEIGHT,
        Input("times", "doses/day", "doses a day", draw="2..4/1 doses/day"),
        Input("concentration", "mg/mL|unit/mL", is_optional=True, draw="250 mg/5 mL|400 mg/5 mL"),
        Input("most", "mg/dose|unit/dose", "highest single dose for an adult", is_optional=True),
    ),
    answer="mg/dose|unit/dose",
    nearest=DOSE,
    cites=CITES,
    question="{per_kg} in {times} for a patient of {weight}: mg per dose?",
)
def divided_dose(
    *, per_kg: Amount, weight: Amount, times: Amount, concentration: Amount | None, most: Amount | None
) -> Working[Decimal]:
    """Gives the single dose; with a concentration also its volume. A child's dose never passes the adult's."""
    daily = per_kg * weight
    dose = daily / times
    if most is not None and dose > most:
        raise CannotCalculate("per_kg", f"{dose.in_unit(most.unit)} is above the highest dose for an adult, {most}.")
    also = (("volume", (dose / concentration).to("mL/dose"), "0.1"),) if concentration is not None else ()
    before = (Step("dose per day = dose per kg × weight", "{} × {}", daily, (per_kg, weight)),)
    return working(
        dose,
        "{} ÷ {}",
        daily,
        times,
        before=before,
        back=("dose × times ÷ weight", dose * times / weight, per_kg),
        also=also,
        second_calculation=second_for(dose, weight),
    )


@calculation(
    name="dose-volume",
    title="Volume of a dose",
    section=11,
    topic="doses",
    keywords="mL for a dose, concentration, insulin units, KCl, teaspoons, drops",
    formula="volume = dose ÷ concentration",
    inputs=(Input("dose", "mg|unit|mEq|mmol", draw="50..600/25 mg"), CONCENTRATION),
    answer="mL",
    nearest=MEASURED_VOLUME,
    cites=CITES,
    question="Ordered is {dose}; the liquid is {concentration}. mL to give?",
)
def dose_volume(dose: Amount, concentration: Amount) -> Working[Decimal]:
    """Gives the volume that holds a dose."""
    volume = dose / concentration
    return working(
        volume,
        "{} ÷ {}",
        dose,
        concentration,
        back=("volume × concentration", volume * concentration, dose),
        second_calculation=second_for(dose, concentration=concentration),
    )


@calculation(
    name="drops-for-dose",
    title="Drops of a dose",
    section=11,
    topic="doses",
    keywords="dropper, gtt, drops per mL",
    formula="drops = dose ÷ concentration × drops per mL",
    inputs=(
        Input("dose", "mg|unit", draw="1..5/0.5 mg"),
        Input("concentration", "mg/mL|unit/mL", draw="30 mg/15 mL|15 mg/mL|20 mg/mL"),
        Input(
            "dropper", "drop/mL", "drops per mL of this dropper", limit="drops per mL", draw="15 drops/mL|20 drops/mL"
        ),
    ),
    answer="drop",
    nearest="1",
    cites=CITES,
    question="{dose} of {concentration} with a dropper of {dropper}: drops?",
)
def drops_for_dose(*, dose: Amount, concentration: Amount, dropper: Amount) -> Working[Decimal]:
    """Gives whole drops; the dropper's own count is the bridge, never a general one."""
    drops = counted(dose / concentration * dropper, "dropper", dropper)
    back = ("drops ÷ drops per mL × concentration", drops / dropper * concentration, dose)
    return working(drops, "{} ÷ {} × {}", dose, concentration, dropper, back=back, second_calculation=second_for(dose))


@calculation(
    name="dose-range",
    title="Dose against its range",
    section=11,
    topic="doses",
    keywords="range check, minimum, maximum, safe dose",
    formula="share = ordered per kg ÷ highest per kg × 100",
    inputs=(
        Input("dose", "mg/dose|mg/day|mg", "dose as ordered", draw="100..500/50 mg/dose"),
        WEIGHT,
        Input("lowest", "mg/kg/dose|mg/kg/day|mg/kg", draw="5 mg/kg/dose|10 mg/kg/dose"),
        Input("highest", "mg/kg/dose|mg/kg/day|mg/kg", draw="15 mg/kg/dose|20 mg/kg/dose"),
    ),
    answer="%",
    nearest="1",
    cites=CITES,
    question="{dose} for {weight}; the range is {lowest} to {highest}. What percent of the highest dose is it?",
)
def dose_range(*, dose: Amount, weight: Amount, lowest: Amount, highest: Amount) -> Working[Decimal]:
    """Gives what percent of the highest dose was ordered; asks for a reason outside the range."""
    if highest < lowest:
        raise CannotCalculate("highest", f"{highest} is below the lowest, {lowest}.")
    each = (dose / weight).in_unit(highest.unit)
    share = each / highest
    outside = "below" if each < lowest else "above" if each > highest else ""
    warnings = (
        (Warned(f"{each} is {outside} the range of {lowest} to {highest}.", Asks.REASON, "dose"),) if outside else ()
    )
    before = (Step("ordered per kg = dose ÷ weight", "{} ÷ {}", each, (dose, weight)),)
    return working(
        share,
        "{} ÷ {} × 100",
        each,
        highest,
        before=before,
        back=("share × highest × weight", share * highest * weight, dose),
        warnings=warnings,
        second_calculation=second_for(dose, weight),
    )


def second_for(dose: Amount, weight: Amount | None = None, concentration: Amount | None = None) -> str:
    """Say why a second person must calculate: a child, a drug in units, a concentrated electrolyte; empty if nobody."""
    if weight is not None and weight < CHILD_BELOW:
        return HIGH_ALERT["weight of a child"]
    if "activity" in dose.unit.kind:
        return HIGH_ALERT["drug measured in units"]
    strong = concentration is not None and concentration.unit.kind in SALT_STRENGTHS and concentration.base >= 1
    return HIGH_ALERT["concentrated electrolyte"] if strong else ""
