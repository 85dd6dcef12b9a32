"""Section 4: reducing and enlarging formulas."""

from decimal import Decimal

from pestle.calculations.amount import Amount, counted
from pestle.calculations.inputs import Input
from pestle.calculations.limits import LIMITS
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

CITES = "USP <795>; USP <1160>"


@calculation(
    name="scale-formula",
    title="Reduce or enlarge a formula",
    section=4,
    topic="formulas",
    keywords="scale, batch, factor, recipe",
    formula="needed = ingredient × wanted ÷ yield × (1 + overage)",
    inputs=(
        Input("ingredient", "any", "ingredient in the formula", draw="5..60/5 g"),
        Input("made", "any", "what the formula makes", draw="500 mL|1,000 mL"),
        Input("wanted", "any", "what is wanted", draw="120 mL|180 mL|240 mL|360 mL"),
        Input("overage", "%", limit="percent", default="0%", may_be_zero=True),
    ),
    cites=CITES,
    question="A formula makes {made} with {ingredient} of an ingredient. How much for {wanted}?",
)
def scale_formula(*, ingredient: Amount, made: Amount, wanted: Amount, overage: Amount) -> Working[Decimal]:
    """Gives the quantity of an ingredient for another batch size; overage is applied once."""
    factor = wanted / made
    if factor.unit.dimensions:
        raise CannotCalculate("wanted", f"{wanted} and {made} are not in the same kind of unit.")
    needed = ingredient * factor * (1 + overage.base)
    return working(
        needed,
        "{} × {} × (1 + {})",
        ingredient,
        factor,
        overage,
        before=(Step("factor = wanted ÷ made", "{} ÷ {}", factor, (wanted, made)),),
        back=("needed ÷ (1 + overage) ÷ factor", needed / (1 + overage.base) / factor, ingredient),
        warnings=_unusual(factor),
    )


@calculation(
    name="parts",
    title="Formula in parts",
    section=4,
    topic="formulas",
    keywords="parts, ratio, 3:5:7",
    formula="ingredient = its parts ÷ sum of parts × total",
    inputs=(
        Input("part", "", "parts of this ingredient", draw="1..5/1"),
        Input("others", "", "parts of the others", is_list=True, draw="5; 7|2; 3|4|1; 6"),
        Input("total", "any", draw="120..480/30 g"),
    ),
    cites=CITES,
    question="A formula has {part} part(s) of the first, {others} of the others. How much of the first in {total}?",
)
def parts(*, part: Amount, others: tuple[Amount, ...], total: Amount) -> Working[Decimal]:
    """Gives the quantity of one ingredient of a formula written in parts."""
    whole = part + sum(others[1:], others[0])
    answer = total * (part / whole)
    before = (Step("sum of parts", " + ".join(str(each) for each in (part, *others)), whole),)
    return working(
        answer,
        "{} ÷ {} × {}",
        part,
        whole,
        total,
        before=before,
        back=("ingredient ÷ parts × sum", answer / part * whole, total),
    )


@calculation(
    name="units-for-preparation",
    title="Tablets or capsules for a preparation",
    section=4,
    topic="formulas",
    keywords="compounding, suspension, crush tablets, capsules",
    formula="count = strength wanted × quantity ÷ strength of one",
    inputs=(
        Input("strength", "any", "strength wanted", draw="1..10/1 mg/mL|1:250 w/v"),
        Input("quantity", "any", "how much to make", draw="60..240/30 mL"),
        Input("each", "any", "strength of one", draw="20 mg/capsule|25 mg/tablet|50 mg/tablet|100 mg/tablet"),
    ),
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    question="You make {quantity} of {strength} from {each}. How many do you take?",
)
def units_for_preparation(*, strength: Amount, quantity: Amount, each: Amount) -> Working[Decimal]:
    """Gives how many whole tablets or capsules to take; warns when the drug does not come out even."""
    drug = strength * quantity
    count = counted(drug / each, "each", each)
    uneven = count.value.denominator != 1
    warnings = (Warned("The last one is not used whole: weigh the powder that holds the drug."),) if uneven else ()
    before = (Step("drug = strength × quantity", "{} × {}", drug, (strength, quantity)),)
    return working(
        count, "{} ÷ {}", drug, each, before=before, back=("count × each", count * each, drug), warnings=warnings
    )


def _unusual(factor: Amount) -> tuple[Warned, ...]:
    doubt = LIMITS["scale factor"].doubt("wanted", factor)
    return (Warned(doubt.reason, Asks.REASON, "wanted", is_reviewed=False),) if doubt is not None else ()
