"""Section 11: body surface area and doses by it."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.figures import power, root
from pestle.calculations.inputs import Input, choice
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import DOSE
from pestle.calculations.worked import Warned

HEIGHT = Input("height", "cm", limit="height", draw="100..195/5 cm|58..74/1 in")
WEIGHT = Input("weight", "kg", limit="weight", draw="15..40/1 kg|50..110/5 kg")
POWERS = {"dubois": ("0.007184", "0.725", "0.425"), "haycock": ("0.024265", "0.3964", "0.5378")}


@calculation(
    name="surface-area",
    title="Body surface area",
    section=11,
    topic="doses",
    keywords="BSA, Mosteller, DuBois, Haycock, m2",
    formula="Mosteller √(cm × kg ÷ 3,600); DuBois 0.007184 × cm^0.725 × kg^0.425; "
    "Haycock 0.024265 × cm^0.3964 × kg^0.5378",
    inputs=(HEIGHT, WEIGHT, choice("formula", "mosteller", "dubois", "haycock", default="mosteller")),
    answer="m2",
    cites="Mosteller, NEJM 1987; Du Bois 1916; Haycock 1978",
    answer_limit="surface area",
    question="Height {height}, weight {weight}: body surface area by {formula}?",
)
def surface_area(*, height: Amount, weight: Amount, formula: str) -> Working[Decimal]:
    """Gives the body surface area; use one formula in one institution."""
    tall, heavy = height.to("cm").value, weight.value
    if formula == "mosteller":
        answer = Amount.of(root(tall * heavy / 3600), "m2")
        back = Amount(answer.value**2 * 3600 / tall * 1000, weight.unit)
        return working(
            answer,
            "√({} × {} ÷ 3,600)",
            height.to("cm"),
            weight,
            back=("area² × 3,600 ÷ height", back, weight),
            warnings=_said(formula),
            formula=f"area by {formula.title()}",
        )
    factor, of_height, of_weight = POWERS[formula]
    scale = Amount.read(factor).base
    answer = Amount.of(scale * power(tall, of_height) * power(heavy, of_weight), "m2")
    back = Amount(power(answer.value / scale / power(tall, of_height), str(1 / Decimal(of_weight))) * 1000, weight.unit)
    numbers = f"{factor} × {{}}^{of_height} × {{}}^{of_weight}"
    return working(
        answer,
        numbers,
        height.to("cm"),
        weight,
        back=(f"(area ÷ {factor} ÷ height^{of_height})^(1 ÷ {of_weight})", _near(back, weight), weight),
        warnings=_said(formula),
        formula=f"area by {formula.title()}",
    )


@calculation(
    name="dose-by-surface-area",
    title="Dose by surface area",
    section=11,
    topic="doses",
    keywords="mg/m2, BSA, chemotherapy",
    formula="dose = dose per m2 × surface area",
    inputs=(
        Input("per_area", "mg/m2|unit/m2|mg/m2/day", "dose per m2", draw="50..400/25 mg/m2"),
        Input("area", "m2", "body surface area", limit="surface area", draw="0.6..2.2/0.05 m2"),
    ),
    answer="mg|unit|mg/day",
    nearest=DOSE,
    cites="dimensional analysis",
    question="{per_area} for a patient of {area}: dose?",
)
def dose_by_surface_area(per_area: Amount, area: Amount) -> Working[Decimal]:
    """Gives a dose from mg/m2."""
    dose = per_area * area
    return working(dose, "{} × {}", per_area, area, back=("dose ÷ area", dose / area, per_area))


def _said(formula: str) -> tuple[Warned, ...]:
    return (Warned(f"Worked with the formula of {formula.title()}: do not mix formulas for one patient."),)


def _near(found: Amount, expected: Amount) -> Amount:
    """Take a root of a root for what it is worth: 25 digits."""
    close = abs(found.base - expected.base) * 10**20 < expected.base
    return expected if close else found
