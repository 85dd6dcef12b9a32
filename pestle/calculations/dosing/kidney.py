"""Section 13: kidney function and carboplatin."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.figures import power
from pestle.calculations.inputs import Input, choice
from pestle.calculations.limits import HIGH_ALERT
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Step, Warned

AGE = Input("age", "year", limit="adult age", draw="25..85/1 years")
WEIGHT = Input("weight", "kg", "weight chosen: actual, ideal or adjusted", limit="weight", draw="50..100/2 kg")
CREATININE = Input(
    "creatinine", "mg/dL", "serum creatinine; mcmol/L is taken over 88.4 mcmol/L per mg/dL", limit="creatinine",
    bridge=("mcmol/L", "88.4"), draw="0.6..2.4/0.1 mg/dL",
)  # fmt: skip
HEIGHT = Input("height", "cm", limit="height", draw="90..160/5 cm")
SEX = choice("sex", "male", "female")
WHICH = choice(
    "which_weight", "actual", "ideal", "adjusted", default="actual", draw=False, label="which weight this is"
)
UNSTABLE = "Only for a stable creatinine; do not round a low creatinine up without saying so."


@calculation(
    name="creatinine-clearance",
    title="Creatinine clearance (Cockcroft-Gault)",
    section=13,
    topic="kidney and body weight",
    keywords="CrCl, Cockcroft, renal, kidney",
    formula="CrCl = (140 − age) × weight ÷ (72 × creatinine) × 0.85 for a woman",
    inputs=(AGE, WEIGHT, CREATININE, SEX, WHICH),
    answer="mL/min",
    nearest="1",
    cites="Cockcroft and Gault 1976",
    warning=UNSTABLE,
    answer_limit="clearance",
    question="Cockcroft-Gault: {sex}, {age}, {weight}, creatinine {creatinine}. Clearance in mL/min?",
)
def creatinine_clearance(
    *, age: Amount, weight: Amount, creatinine: Amount, sex: str, which_weight: str
) -> Working[Decimal]:
    """Gives the creatinine clearance; which weight was used is stated with it."""
    share, serum = _share(sex), creatinine.to("mg/dL").value
    left = 140 - age.to("year").value
    found = Amount.of(left * weight.base / 1000 / (72 * serum) * share, "mL/min")
    back = Amount(found.value * 72 * serum / share / left * 1000, weight.unit)
    last = f" × {Amount.of(share)}" if share != 1 else ""
    return working(
        found,
        "(140 − {}) × {} ÷ (72 × {})" + last,
        age,
        weight,
        Amount.of(serum, "mg/dL"),
        warnings=(Warned(f"Worked with the {which_weight} body weight."),),
        back=("CrCl × 72 × creatinine ÷ (140 − age)", back, weight),
    )


@calculation(
    name="schwartz",
    title="Child's filtration rate (bedside Schwartz)",
    section=13,
    topic="kidney and body weight",
    keywords="GFR, pediatric, renal",
    formula="GFR = 0.413 × height in cm ÷ creatinine",
    inputs=(HEIGHT, CREATININE, Input("age", "year", limit="schwartz age", is_optional=True)),
    answer="mL/min/1.73 m2",
    nearest="0.1",
    cites="Schwartz 2009; National Kidney Foundation (IDMS creatinine)",
    warning=UNSTABLE,
    answer_limit="indexed clearance",
    question="Bedside Schwartz: height {height}, creatinine {creatinine}. GFR?",
)
def schwartz(*, height: Amount, creatinine: Amount, age: Amount | None) -> Working[Decimal]:
    """Gives the estimated filtration rate of a child of 1 to 17 years, indexed to 1.73 m2."""
    del age
    serum, factor = creatinine.to("mg/dL").value, Fraction("0.413")
    found = Amount.of(factor * height.to("cm").value / serum, "mL/min/1.73 m2")
    back = Amount.of(found.value * serum / factor, "cm")
    return working(
        found,
        "0.413 × {} ÷ {}",
        height.to("cm"),
        Amount.of(serum, "mg/dL"),
        back=("GFR × creatinine ÷ 0.413", back, height),
    )


@calculation(
    name="jelliffe",
    title="Creatinine clearance (Jelliffe 1973)",
    section=13,
    topic="kidney and body weight",
    keywords="CrCl, renal",
    formula="CrCl = (98 − 0.8 × (age − 20)) ÷ creatinine × 0.9 for a woman",
    inputs=(AGE, CREATININE, SEX),
    answer="mL/min/1.73 m2",
    nearest="1",
    cites="Jelliffe 1973",
    warning=UNSTABLE,
    question="Jelliffe: {sex}, {age}, creatinine {creatinine}. Clearance?",
)
def jelliffe(*, age: Amount, creatinine: Amount, sex: str) -> Working[Decimal]:
    """Gives the clearance without a weight, indexed to 1.73 m2."""
    serum, share = creatinine.to("mg/dL").value, Fraction(1) if sex == "male" else Fraction("0.9")
    top = 98 - Fraction("0.8") * (age.to("year").value - 20)
    found = Amount.of(top / serum * share, "mL/min/1.73 m2")
    back = Amount.of((98 - found.value * serum / share) / Fraction("0.8") + 20, "year")
    last = "" if share == 1 else " × 0.9"
    return working(
        found,
        "(98 − 0.8 × ({} − 20)) ÷ {}" + last,
        age,
        Amount.of(serum, "mg/dL"),
        back=("(98 − CrCl × creatinine) ÷ 0.8 + 20", back, age),
    )


@calculation(
    name="ckd-epi",
    title="Filtration rate (CKD-EPI 2021)",
    section=13,
    topic="kidney and body weight",
    keywords="eGFR, renal, kidney",
    formula="142 × min(Scr/κ, 1)^α × max(Scr/κ, 1)^−1.2 × 0.9938^age × 1.012 for a woman",
    inputs=(AGE, CREATININE, SEX),
    answer="mL/min/1.73 m2",
    nearest="1",
    cites="Inker, NEJM 2021",
    warning="Indexed: take it back to the patient's own surface before dosing.",
    question="CKD-EPI 2021: {sex}, {age}, creatinine {creatinine}. eGFR?",
)
def ckd_epi(*, age: Amount, creatinine: Amount, sex: str) -> Working[Decimal]:
    """Gives the estimated filtration rate of an adult, indexed to 1.73 m2."""
    serum, is_man = creatinine.to("mg/dL").value, sex == "male"
    kappa, alpha = (Fraction("0.9"), "-0.302") if is_man else (Fraction("0.7"), "-0.241")
    relative = serum / kappa
    exponent = alpha if relative < 1 else "-1.2"
    by_age = power(Fraction("0.9938"), str(Decimal(age.to("year").value.numerator) / age.to("year").value.denominator))
    rest = 142 * by_age * (1 if is_man else Fraction("1.012"))
    found = Amount.of(rest * power(relative, exponent), "mL/min/1.73 m2")
    before = (Step("Scr ÷ κ", "{} ÷ {}", Amount.of(relative), (Amount.of(serum, "mg/dL"), Amount.of(kappa))),)
    last = "" if is_man else " × 1.012"
    return working(
        found,
        f"142 × {{}}^{exponent} × 0.9938^{{}}" + last,
        Amount.of(relative),
        Amount.of(age.to("year").value),
        before=before,
    )


@calculation(
    name="deindex",
    title="Filtration rate for this patient's surface",
    section=13,
    topic="kidney and body weight",
    keywords="eGFR, de-index, mL/min, BSA",
    formula="mL/min = indexed rate × surface area ÷ 1.73 m2",
    inputs=(
        Input("rate", "mL/min/1.73 m2", "indexed rate", draw="20..120/5 mL/min/1.73 m2"),
        Input("area", "m2", limit="surface area", draw="1.4..2.3/0.05 m2"),
    ),
    answer="mL/min",
    nearest="1",
    cites="FDA guidance on renal impairment studies",
    question="eGFR {rate}, surface area {area}: mL/min?",
)
def deindex(rate: Amount, area: Amount) -> Working[Decimal]:
    """Gives the rate in mL/min of a patient whose surface is not 1.73 m2."""
    found = rate * area
    return working(found, "{} × {}", rate, area, back=("mL/min ÷ area", found / area, rate))


@calculation(
    name="carboplatin",
    title="Carboplatin by Calvert",
    section=22,
    topic="chemotherapy",
    keywords="Calvert, AUC, GFR, chemotherapy",
    formula="dose = AUC × (GFR + 25), GFR at most 125 mL/min",
    inputs=(
        Input(
            "target",
            "mg.min/mL",
            "area under the curve",
            limit="area under the curve",
            draw="4 mg.min/mL|5 mg.min/mL|6 mg.min/mL",
        ),
        Input("rate", "mL/min", "filtration rate", draw="30..150/5 mL/min"),
        choice("measured", "estimated", "measured", default="estimated", draw=False),
    ),
    answer="mg",
    nearest="1",
    cites="Calvert 1989; FDA 2010 (cap of an estimated GFR at 125 mL/min)",
    second_calculation=HIGH_ALERT["chemotherapy"],
    question="Carboplatin AUC {target}, estimated GFR {rate}. Dose?",
)
def carboplatin(*, target: Amount, rate: Amount, measured: str) -> Working[Decimal]:
    """Gives the dose; an estimated filtration rate counts at most 125 mL/min."""
    top, extra = Amount.of(125, "mL/min"), Amount.of(25, "mL/min")
    is_capped = measured == "estimated" and rate > top
    used = top if is_capped else rate
    dose = target * (used + extra)
    warnings = (Warned(f"The estimated GFR of {rate} is capped at {top}."),) if is_capped else ()
    return working(
        dose,
        "{} × ({} + {})",
        target,
        used,
        extra,
        back=("dose ÷ (GFR + 25)", dose / (used + extra), target),
        warnings=warnings,
    )


def _share(sex: str) -> Fraction:
    return Fraction(1) if sex == "male" else Fraction("0.85")
