"""Section 15: drips by weight and by the minute."""

from collections.abc import Mapping
from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.limits import HIGH_ALERT, Limit, limit
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import DRIP_DOSE
from pestle.calculations.worked import Asks, Step, Warned

CITES = "dimensional analysis"
WEIGHT = Input("weight", "kg", limit="weight", draw="50..110/5 kg")
CONCENTRATION = Input(
    "concentration",
    "mg/mL|unit/mL|mEq/mL",
    "drug in the bag",
    draw="200 mg/250 mL|400 mg/250 mL|500 mg/250 mL|50 mg/250 mL",
)
DRUG = Input("drug", kind=Kind.TEXT, label="name of the drug, for its limits", is_optional=True)
PER_KG = "mcg/kg/min|unit/kg/min|mEq/kg/min"

# Working knowledge, for a pharmacist to confirm. Rows of a pharmacy take their place.
DRIP_LIMITS: Mapping[str, Limit] = {
    "dopamine": limit(usual=("2 mcg/kg/min", "20 mcg/kg/min")),
    "norepinephrine": limit(usual=("0.01 mcg/kg/min", "3 mcg/kg/min")),
    "dobutamine": limit(usual=("2 mcg/kg/min", "20 mcg/kg/min")),
    "nitroprusside": limit(usual=("", "10 mcg/kg/min")),
    "propofol": limit(usual=("5 mcg/kg/min", "80 mcg/kg/min")),
}
CLASSES = {
    "heparin": "heparin",
    "insulin": "insulin",
    "morphine": "opioid",
    "fentanyl": "opioid",
    "hydromorphone": "opioid",
    "potassium": "concentrated electrolyte",
}


@calculation(
    name="weight-drip",
    title="Pump rate of a drip by weight",
    section=15,
    topic="drips by weight",
    keywords="mcg/kg/min, dopamine, heparin, units/kg/h, drip",
    formula="rate = dose × weight ÷ concentration",
    inputs=(Input("dose", PER_KG, draw="2..10/0.5 mcg/kg/min"), WEIGHT, CONCENTRATION, DRUG),
    answer="mL/h",
    nearest="0.1",
    cites=CITES,
    answer_limit="pump rate",
    question="{dose}, {weight}, bag of {concentration}: mL/h?",
)
def weight_drip(*, dose: Amount, weight: Amount, concentration: Amount, drug: str | None) -> Working[Decimal]:
    """Gives the pump rate; mcg/min and mcg/kg/min are told apart by their units."""
    needed = dose * weight
    rate = needed / concentration
    before = (
        Step(
            "drug per time = dose × weight",
            "{} × {}",
            needed.to("mg/h") if "mass" in needed.unit.kind else needed,
            (dose, weight),
        ),
    )
    back = ("rate × concentration ÷ weight", rate * concentration / weight, dose)
    return working(
        rate,
        "{} ÷ {}",
        before[0].result,
        concentration,
        before=before,
        back=back,
        warnings=_limits(drug, dose),
        second_calculation=_second(drug, dose),
    )


@calculation(
    name="weight-drip-dose",
    title="Dose a drip gives",
    section=15,
    topic="drips by weight",
    keywords="mcg/kg/min, current dose, reverse",
    formula="dose = rate × concentration ÷ weight",
    inputs=(Input("rate", "mL/h", draw="5..40/1 mL/h"), CONCENTRATION, WEIGHT, DRUG),
    answer="mcg/kg/min|unit/kg/h|mEq/kg/h",
    nearest=DRIP_DOSE,
    cites=CITES,
    question="{rate} of {concentration}, {weight}: mcg/kg/min?",
)
def weight_drip_dose(*, rate: Amount, concentration: Amount, weight: Amount, drug: str | None) -> Working[Decimal]:
    """Gives what a running drip delivers per kg."""
    dose = rate * concentration / weight
    return working(
        dose,
        "{} × {} ÷ {}",
        rate,
        concentration,
        weight,
        back=("dose × weight ÷ concentration", dose * weight / concentration, rate),
        warnings=_limits(drug, dose),
        second_calculation=_second(drug, dose),
    )


@calculation(
    name="drip",
    title="Pump rate of a drip",
    section=15,
    topic="drips by weight",
    keywords="mcg/min, mg/min, mg/h, units/h, mEq/h, nitroglycerin, lidocaine, insulin",
    formula="rate = dose ÷ concentration",
    inputs=(
        Input("dose", "mg/h|unit/h|mEq/h", draw="5..20/5 mcg/min|1..4/1 mg/min|2..10/1 mg/h"),
        Input("concentration", "mg/mL|unit/mL|mEq/mL", draw="25 mg/250 mL|50 mg/250 mL|2 g/500 mL|100 mg/100 mL"),
        DRUG,
    ),
    answer="mL/h",
    nearest="0.1",
    cites=CITES,
    answer_limit="pump rate",
    question="{dose} from {concentration}: mL/h?",
)
def drip(*, dose: Amount, concentration: Amount, drug: str | None) -> Working[Decimal]:
    """Gives the pump rate of a dose per time that does not depend on weight."""
    rate = dose / concentration
    return working(
        rate,
        "{} ÷ {}",
        dose,
        concentration,
        back=("rate × concentration", rate * concentration, dose),
        second_calculation=_second(drug, dose),
    )


@calculation(
    name="weight-drip-time",
    title="Time a drug lasts by weight",
    section=15,
    topic="drips by weight",
    keywords="minutes, mcg/kg/min, total",
    formula="time = drug ÷ (dose × weight)",
    inputs=(
        Input("dose", PER_KG, draw="2..10/1 mcg/kg/min"),
        WEIGHT,
        Input("drug", "mg|unit|mEq", "drug in all", draw="20..200/10 mg"),
    ),
    answer="min",
    nearest="1",
    cites=CITES,
    question="{dose}, {weight}, {drug} in all: minutes?",
)
def weight_drip_time(*, dose: Amount, weight: Amount, drug: Amount) -> Working[Decimal]:
    """Gives how long a quantity of drug lasts."""
    needed = dose * weight
    time = drug / needed
    before = (
        Step(
            "drug per time = dose × weight",
            "{} × {}",
            needed.to("mg/min") if "mass" in needed.unit.kind else needed,
            (dose, weight),
        ),
    )
    return working(
        time, "{} ÷ {}", drug, before[0].result, before=before, back=("time × dose × weight", time * needed, drug)
    )


def _limits(drug: str | None, dose: Amount) -> tuple[Warned, ...]:
    row = DRIP_LIMITS.get((drug or "").strip().lower())
    if row is None or row.usually_to is None or row.usually_to.unit.dimensions != dose.unit.dimensions:
        return ()
    doubt = row.doubt("dose", dose.in_unit(row.usually_to.unit))
    return (Warned(doubt.reason, Asks.REASON, "dose", row.citation, row.is_reviewed),) if doubt is not None else ()


def _second(drug: str | None, dose: Amount) -> str:
    known = CLASSES.get((drug or "").strip().lower())
    if known is None and "activity" in dose.unit.kind:
        known = "drug measured in units"
    return HIGH_ALERT[known] if known is not None else ""
