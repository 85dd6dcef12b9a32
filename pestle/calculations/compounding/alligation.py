"""Section 6: alligation medial and alternate."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.compounding.dilution import alike
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate, Step

CITES = "USP <1160> (alligation)"


@calculation(
    name="alligation-medial",
    title="Strength of a mixture",
    section=6,
    topic="alligation",
    keywords="alligation, mixing, combine, weighted mean",
    formula="strength = sum of (quantity × strength) ÷ sum of quantities",
    inputs=(
        Input(
            "quantities",
            "any",
            is_list=True,
            draw="60 g; 80 g|10 g; 20 g|30 g; 45 g|25 g; 75 g|100 g; 150 g|40 g; 60 g|120 g; 240 g|15 g; 35 g",
        ),
        Input(
            "strengths",
            "any",
            is_list=True,
            may_be_zero=True,
            draw="1%; 2.5%|5%; 20%|0%; 10%|2%; 8%|10%; 50%|0.5%; 1%|3%; 12%|15%; 70%",
        ),
    ),
    cites=CITES,
    question="{quantities} of {strengths} are mixed. Strength of the mixture?",
)
def alligation_medial(quantities: tuple[Amount, ...], strengths: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the strength of a mixture of known quantities and strengths."""
    if len(quantities) != len(strengths):
        raise CannotCalculate("strengths", f"there are {len(quantities)} quantities and {len(strengths)} strengths.")
    drugs = [quantity * strength for quantity, strength in zip(quantities, strengths, strict=True)]
    drug, whole = sum(drugs[1:], drugs[0]), sum(quantities[1:], quantities[0])
    answer = drug / whole
    if answer.unit.dimensions == strengths[0].unit.dimensions:
        answer = answer.in_unit(strengths[0].unit)
    products = " + ".join(f"{one} × {other}" for one, other in zip(quantities, strengths, strict=True))
    before = (Step("drug", products, drug), Step("whole", " + ".join(map(str, quantities)), whole))
    return working(answer, "{} ÷ {}", drug, whole, before=before, back=("strength × whole", answer * whole, drug))


@calculation(
    name="alligation-alternate",
    title="Mix two strengths to a third",
    section=6,
    topic="alligation",
    keywords="alligation, tic-tac-toe, higher and lower strength",
    formula="quantity of the higher = (target − lower) ÷ (higher − lower) × total",
    inputs=(
        Input("higher", "any", "higher strength", draw="20..90/10 %"),
        Input("lower", "any", "lower strength, 0% for plain base or water", may_be_zero=True, draw="0..10/1 %"),
        Input("target", "any", "strength wanted", draw="11..19/1 %"),
        Input("total", "any", "how much to make", draw="30..500/10 g"),
    ),
    answer="g|mL",
    cites=CITES,
    question="Mix {higher} and {lower} to make {total} of {target}. How much of the {higher}?",
)
def alligation_alternate(*, higher: Amount, lower: Amount, target: Amount, total: Amount) -> Working[Decimal]:
    """Gives the quantity of the higher strength; beside it the lower one, and the higher's percent of the mix."""
    lower, target = _all_alike(higher, lower, target)
    _refuse_outside(higher, lower, target)
    share = (target - lower) / (higher - lower)
    take = total * share
    rest = total - take
    steps = (
        Step("parts of the higher = target − lower", "{} − {}", target - lower, (target, lower)),
        Step("parts of the lower = higher − target", "{} − {}", higher - target, (higher, target)),
        Step("all parts", "{} + {}", higher - lower, (target - lower, higher - target)),
    )
    return working(
        take,
        "{} ÷ {} × {}",
        target - lower,
        higher - lower,
        total,
        before=steps,
        back=(
            "(higher × its quantity + lower × its quantity) ÷ total",
            higher * (take / total) + lower * (rest / total),
            target,
        ),
        also=(("lower", rest, "0.01"), ("share of the higher", share.to("%"), "0.01")),
    )


@calculation(
    name="alligation-add",
    title="How much of one strength to add to another",
    section=6,
    topic="alligation",
    keywords="alligation, add pure drug, add base, known quantity",
    formula="added = quantity × (target − present) ÷ (added strength − target)",
    inputs=(
        Input("present", "any", "strength at hand", may_be_zero=True, draw="1..10/1 %"),
        Input("quantity", "any", "quantity at hand", draw="30..480/30 g"),
        Input(
            "added", "any", "strength added: 0% for base, 100% for pure drug", may_be_zero=True, draw="100%|40%|50%|60%"
        ),
        Input("target", "any", "strength wanted", draw="12..30/1 %"),
    ),
    answer="g|mL",
    cites=CITES,
    question="How much {added} must be added to {quantity} of {present} to give {target}?",
)
def alligation_add(*, present: Amount, quantity: Amount, added: Amount, target: Amount) -> Working[Decimal]:
    """Gives how much of a second strength turns a known quantity into the target."""
    high, low = (added, present) if added.base > present.base else (present, added)
    low, target = _all_alike(high, low, target)
    _refuse_outside(high, low, target)
    if target.base == added.base:
        raise CannotCalculate("target", f"no quantity of {added} brings {present} to {target} itself.")
    take = quantity * ((target - present) / (added - target))
    whole = quantity + take
    found = (present * quantity + added * take) / whole
    return working(
        take,
        "{} × ({} − {}) ÷ ({} − {})",
        quantity,
        target,
        present,
        added,
        target,
        back=("(present × quantity + added × its quantity) ÷ whole", found, target),
        also=(("whole", whole, "0.01"),),
    )


def _all_alike(higher: Amount, lower: Amount, target: Amount) -> tuple[Amount, Amount]:
    _, target = alike(higher, target)
    if not lower.base:
        lower = Amount(lower.base, higher.unit)
    return alike(higher, lower)[1], target


def _refuse_outside(higher: Amount, lower: Amount, target: Amount) -> None:
    if not lower < higher:
        raise CannotCalculate("higher", f"{higher} is not stronger than {lower}.")
    if not lower <= target <= higher:
        raise CannotCalculate("target", f"{target} does not lie between {lower} and {higher}: no mixture gives it.")
