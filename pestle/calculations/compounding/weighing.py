"""Section 8: least weighable quantity, aliquots and percent error."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

CITES = "USP <1160>; USP <1176>"
SENSITIVITY = Input("sensitivity", "mg", "sensitivity requirement of the balance", draw="4 mg|5 mg|6 mg|10 mg")


@calculation(
    name="least-weighable",
    title="Least weighable quantity",
    section=8,
    topic="weighing",
    keywords="LWQ, minimum weighable, balance, sensitivity",
    formula="least = sensitivity requirement ÷ allowed error",
    inputs=(SENSITIVITY, Input("error", "%", "allowed error", limit="percent", draw="1..5/1 %")),
    answer="mg",
    nearest="0.1",
    cites=CITES,
    question="A balance of sensitivity requirement {sensitivity}; {error} error allowed. Least weighable quantity?",
)
def least_weighable(sensitivity: Amount, error: Amount) -> Working[Decimal]:
    """Gives the smallest mass a balance weighs within the allowed error."""
    least = sensitivity / error
    return working(least, "{} ÷ {}", sensitivity, error, back=("least × error", least * error, sensitivity))


@calculation(
    name="weighing-error",
    title="Percent error of a weighing",
    section=8,
    topic="weighing",
    keywords="balance error, sensitivity",
    formula="error = sensitivity requirement ÷ mass weighed × 100",
    inputs=(SENSITIVITY, Input("mass", "mg", "mass weighed", draw="50..500/10 mg")),
    answer="%",
    cites=CITES,
    question="{mass} is weighed on a balance with a sensitivity requirement of {sensitivity}. Percent error?",
)
def weighing_error(sensitivity: Amount, mass: Amount) -> Working[Decimal]:
    """Gives the error the balance can hide in this mass; warns above 5%."""
    error = sensitivity / mass
    warnings = (
        (Warned("More than 5% error: weigh a larger mass and take an aliquot."),) if error > Amount.of(5, "%") else ()
    )
    return working(
        error, "{} ÷ {} × 100", sensitivity, mass, back=("error × mass", error * mass, sensitivity), warnings=warnings
    )


@calculation(
    name="percent-error",
    title="Percent error from a target",
    section=8,
    topic="weighing",
    keywords="deviation, accuracy, gravimetric",
    formula="error = |actual − target| ÷ target × 100",
    inputs=(Input("actual", "any", draw="4.8..5.4/0.01 g"), Input("target", "any", draw="5 g|5.1 g")),
    answer="%",
    cites="USP <1160>; component tolerance 5% (house)",
    question="Target {target}, weighed {actual}. Percent error?",
)
def percent_error(actual: Amount, target: Amount) -> Working[Decimal]:
    """Gives how far off a measured amount is, without sign; asks for a reason above 5%."""
    error = Amount.of(abs(((actual - target) / target).base * 100), "%")
    off = actual - target
    back = target * error if off.base >= 0 else -(target * error)
    late = error > Amount.of(5, "%")
    warnings = (
        (Warned("More than 5% off: outside the usual tolerance.", Asks.REASON, "actual", is_reviewed=False),)
        if late
        else ()
    )
    return working(
        error, "|{} − {}| ÷ {} × 100", actual, target, target, back=("target × error", back, off), warnings=warnings
    )


@calculation(
    name="solid-aliquot",
    title="Aliquot of a powder",
    section=8,
    topic="weighing",
    keywords="aliquot, lactose, diluent, small dose",
    formula="diluent = weighed × aliquot ÷ dose − weighed",
    inputs=(
        Input("dose", "mg", "drug wanted in one aliquot", draw="1..10/1 mg"),
        Input("least", "mg", "least weighable quantity", default="120 mg", draw="120 mg|150 mg"),
        Input("weighed", "mg", "drug weighed; the smallest multiple when not given", is_optional=True),
        Input("aliquot", "mg", "size of the aliquot; the least weighable when not given", is_optional=True),
    ),
    answer="mg",
    nearest="1",
    cites=CITES,
    question="{dose} of drug is wanted; the least weighable quantity is {least}. Weigh the smallest whole multiple "
    "and take an aliquot of the least weighable quantity: mg of diluent?",
)
def solid_aliquot(*, dose: Amount, least: Amount, weighed: Amount | None, aliquot: Amount | None) -> Working[Decimal]:
    """Gives the diluent to add; beside it the drug to weigh, the multiple and the aliquot that holds the dose."""
    multiple = -((-(least / dose).base) // 1) if weighed is None else (weighed / dose).base
    taken = dose * Fraction(multiple) if weighed is None else weighed
    portion = least if aliquot is None else aliquot
    for field, amount in (("weighed", taken), ("aliquot", portion)):
        if amount < least:
            raise CannotCalculate(field, f"{amount} is less than can be weighed, {least}.")
    whole = portion * Fraction(multiple)
    diluent = whole - taken
    if diluent.base < 0:
        raise CannotCalculate(
            "aliquot", f"an aliquot of {portion} cannot hold {dose} of drug: it is smaller than the dose."
        )
    steps = (
        Step("multiple = weighed ÷ dose", "{} ÷ {}", Amount.of(Fraction(multiple)), (taken, dose)),
        Step("whole = multiple × aliquot", "{} × {}", whole, (Amount.of(Fraction(multiple)), portion)),
    )
    also = (("weighed", taken, ""), ("aliquot", portion, ""), ("multiple", Amount.of(Fraction(multiple)), ""))
    back = ("weighed ÷ (weighed + diluent) × aliquot", portion * (taken / (taken + diluent)), dose)
    return working(diluent, "{} − {}", whole, taken, before=steps, back=back, also=also)


@calculation(
    name="liquid-aliquot",
    title="Aliquot by volume",
    section=8,
    topic="weighing",
    keywords="aliquot, dissolve, small dose, liquid",
    formula="solvent = weighed × aliquot ÷ dose",
    inputs=(
        Input("dose", "mg", "drug wanted in one aliquot", draw="1..10/1 mg"),
        Input("aliquot", "mL", "volume of the aliquot", draw="2 mL|5 mL|10 mL"),
        Input("least", "mg", "least weighable quantity", default="120 mg", draw="120 mg|150 mg"),
    ),
    answer="mL",
    nearest="0.1",
    cites=CITES,
    question="{dose} is wanted in {aliquot}; the least weighable quantity is {least}. "
    "Weigh the smallest whole multiple: make it up to how many mL?",
)
def liquid_aliquot(*, dose: Amount, aliquot: Amount, least: Amount) -> Working[Decimal]:
    """Gives the volume to make up to; beside it the drug to weigh."""
    multiple = Fraction(-((-(least / dose).base) // 1))
    weighed, whole = dose * multiple, aliquot * multiple
    steps = (Step("weighed = dose × multiple", "{} × {}", weighed, (dose, Amount.of(multiple))),)
    back = ("weighed ÷ volume × aliquot", weighed / whole * aliquot, dose)
    return working(
        whole, "{} × {} ÷ {}", weighed, aliquot, dose, before=steps, back=back, also=(("weighed", weighed, ""),)
    )


@calculation(
    name="minimum-weight",
    title="Minimum weight of an electronic balance",
    section=8,
    topic="weighing",
    keywords="USP 41, repeatability, electronic balance, readability",
    formula="minimum = 2,000 × greater of repeatability and 0.41 × readability",
    inputs=(
        Input("repeatability", "mg", "standard deviation of at least ten weighings", draw="0.05..0.3/0.05 mg"),
        Input("readability", "mg", "smallest step of the display", draw="0.1 mg|0.01 mg|1 mg"),
    ),
    answer="mg",
    nearest="0.1",
    cites="USP <41>",
    is_reviewed=False,
    question="Repeatability {repeatability}, readability {readability}: minimum weight by USP <41>?",
)
def minimum_weight(repeatability: Amount, readability: Amount) -> Working[Decimal]:
    """Gives the smallest mass the balance may weigh with 0.10% accuracy."""
    floor = readability * Fraction("0.41")
    used = max(repeatability, floor)
    least = used * 2000
    steps = (Step("floor = 0.41 × readability", "0.41 × {}", floor, (readability,)),)
    return working(least, "2,000 × {}", used, before=steps, back=("minimum ÷ 2,000", least / 2000, used))
