"""Section 12: historic rules for a child's dose. They are asked in examinations and never used for a patient."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate

EXAM_ONLY = "Historic rule, for examinations only: not for patient use."
ADULT = Input("adult_dose", "mg|mL|unit", draw="100..800/50 mg")
CITES = "Historic rules as taught for examinations"


@calculation(
    name="young-rule",
    title="Young's rule",
    section=12,
    topic="historic child doses",
    keywords="pediatric, exam",
    formula="child = adult × age ÷ (age + 12)",
    inputs=(Input("age", "year", limit="child age", draw="2..12/1 years"), ADULT),
    answer="mg|mL|unit",
    cites=CITES,
    warning=EXAM_ONLY,
    question="Young's rule: adult dose {adult_dose}, child of {age}. Dose?",
)
def young_rule(age: Amount, adult_dose: Amount) -> Working[Decimal]:
    """Gives a child's dose from the age in years."""
    years = age.to("year").value
    dose = adult_dose * years / (years + 12)
    return working(
        dose,
        "{} × {} ÷ ({} + 12)",
        adult_dose,
        age,
        age,
        back=("child × (age + 12) ÷ age", dose * (years + 12) / years, adult_dose),
    )


@calculation(
    name="clark-rule",
    title="Clark's rule",
    section=12,
    topic="historic child doses",
    keywords="pediatric, exam, 150 lb",
    formula="child = adult × weight in lb ÷ 150",
    inputs=(Input("weight", "kg", limit="weight", draw="20..90/5 lb"), ADULT),
    answer="mg|mL|unit",
    cites=CITES,
    warning=EXAM_ONLY,
    question="Clark's rule: adult dose {adult_dose}, child of {weight}. Dose?",
)
def clark_rule(weight: Amount, adult_dose: Amount) -> Working[Decimal]:
    """Gives a child's dose from the weight, 150 lb being an adult."""
    pounds = Amount.of(150, "lb").as_body_mass()
    dose = adult_dose * (weight / pounds)
    return working(
        dose,
        "{} × {} ÷ 150 lb",
        adult_dose,
        Amount(weight.base, Amount.of(1, "lb").unit),
        back=("child ÷ weight × 150 lb", dose / (weight / pounds), adult_dose),
    )


@calculation(
    name="fried-rule",
    title="Fried's rule",
    section=12,
    topic="historic child doses",
    keywords="pediatric, exam, infant",
    formula="child = adult × age in months ÷ 150",
    inputs=(Input("age", "month", limit="child age", draw="3..24/1 months"), ADULT),
    answer="mg|mL|unit",
    cites=CITES,
    warning=EXAM_ONLY,
    question="Fried's rule: adult dose {adult_dose}, infant of {age}. Dose?",
)
def fried_rule(age: Amount, adult_dose: Amount) -> Working[Decimal]:
    """Gives an infant's dose from the age in months."""
    months = age.to("month").value
    dose = adult_dose * months / 150
    return working(dose, "{} × {} ÷ 150", adult_dose, age, back=("child × 150 ÷ age", dose * 150 / months, adult_dose))


@calculation(
    name="webster-rule",
    title="Webster's rule",
    section=12,
    topic="historic child doses",
    keywords="pediatric, exam",
    formula="child = adult × (age + 1) ÷ (age + 7)",
    inputs=(Input("age", "year", limit="child age", draw="2..12/1 years"), ADULT),
    answer="mg|mL|unit",
    cites=CITES,
    warning=EXAM_ONLY,
    question="Webster's rule: adult dose {adult_dose}, child of {age}. Dose?",
)
def webster_rule(age: Amount, adult_dose: Amount) -> Working[Decimal]:
    """Gives a child's dose from the age in years."""
    years = age.to("year").value
    dose = adult_dose * (years + 1) / (years + 7)
    return working(
        dose,
        "{} × ({} + 1) ÷ ({} + 7)",
        adult_dose,
        age,
        age,
        back=("child × (age + 7) ÷ (age + 1)", dose * (years + 7) / (years + 1), adult_dose),
    )


@calculation(
    name="area-rule",
    title="Child's dose by surface area",
    section=12,
    topic="historic child doses",
    keywords="pediatric, exam, BSA, 1.73",
    formula="child = adult × area ÷ 1.73 m2",
    inputs=(Input("area", "m2", limit="surface area", draw="0.4..1.3/0.05 m2"), ADULT),
    answer="mg|mL|unit",
    nearest="0.1",
    cites=CITES,
    warning=EXAM_ONLY,
    question="Surface area rule: adult dose {adult_dose}, child of {area}. Dose?",
)
def area_rule(area: Amount, adult_dose: Amount) -> Working[Decimal]:
    """Gives a child's dose from the body surface area, 1.73 m2 being an adult."""
    adult = Amount.read("1.73 m2")
    if area > adult:
        raise CannotCalculate("area", f"{area} is more than an adult's 1.73 m2.")
    dose = adult_dose * (area / adult)
    return working(
        dose,
        "{} × {} ÷ {}",
        adult_dose,
        area,
        adult,
        back=("child ÷ area × 1.73 m2", dose / (area / adult), adult_dose),
    )
