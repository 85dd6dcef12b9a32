"""Section 5: dilution, concentration and fortifying."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.units import unit_named
from pestle.calculations.worked import CannotCalculate, Step, Warned

CITES = "USP <1160>: C1 × V1 = C2 × V2"
STRENGTH = "any"
SMALLEST = "0.2 mL"
_MEASURABLE = Amount.read(SMALLEST)
STOCK = Input("stock", STRENGTH, "strength of the stock", draw="10..70/5 % w/v|1:400 w/v|1:750 w/v")
WANTED = Input("wanted", STRENGTH, "strength wanted", draw="1..9/0.5 % w/v|1:2,000 w/v|1:5,000 w/v|0.01 % w/v")


@calculation(
    name="dilution",
    title="Stock to dilute",
    section=5,
    topic="dilution",
    keywords="C1V1, dilute, stock solution, diluent, QS",
    formula="V1 = C2 × V2 ÷ C1",
    inputs=(
        STOCK,
        WANTED,
        Input("quantity", "mL|g", "how much to make", draw="100..1,000/50 mL"),
        Input("bottle", "mL|g", "size of a stock bottle", is_optional=True),
    ),
    answer="mL|g",
    cites=CITES,
    question="How much {stock} stock makes {quantity} of {wanted}?",
)
def dilution(*, stock: Amount, wanted: Amount, quantity: Amount, bottle: Amount | None) -> Working[Decimal]:
    """Gives the stock to take, and the diluent to make up with; and the bottles to open when their size is given.

    Liquids are taken to add up; for alcohol in water make up to the mark instead.
    """
    stock, wanted = alike(stock, wanted)
    refuse_stronger(stock, wanted, "wanted")
    take = quantity * (wanted / stock)
    also = [("diluent", quantity - take, "0.01")]
    if bottle is not None:
        also.append(("bottles", Amount.of(-((-(take / bottle).base) // 1), "bottle"), "1"))
    return working(
        take,
        "{} × {} ÷ {}",
        wanted,
        quantity,
        stock,
        before=(),
        back=("C1 × V1 ÷ V2", stock * (take / quantity), wanted),
        also=tuple(also),
        warnings=_small(take),
    )


@calculation(
    name="diluted-strength",
    title="Strength after dilution to a final quantity",
    section=5,
    topic="dilution",
    keywords="new strength, diluted to",
    formula="C2 = C1 × V1 ÷ V2",
    inputs=(
        Input("strength", STRENGTH, draw="5..50/5 % w/v"),
        Input("quantity", "mL|g|pint", draw="50..400/50 mL"),
        Input("final", "mL|g", "final quantity", draw="500..2,000/250 mL"),
    ),
    answer="% w/v|%",
    cites=CITES,
    question="{quantity} of {strength} is diluted to {final}. New strength?",
)
def diluted_strength(*, strength: Amount, quantity: Amount, final: Amount) -> Working[Decimal]:
    """Gives the new strength; `final` is the whole, stock included."""
    if final < quantity:
        raise CannotCalculate("final", f"{final} is less than the {quantity} that goes in.")
    return _weaker(strength, quantity, final, "{} × {} ÷ {}", (strength, quantity, final))


@calculation(
    name="strength-after-adding",
    title="Strength after adding diluent",
    section=5,
    topic="dilution",
    keywords="add base, add water, mixed with",
    formula="C2 = C1 × V1 ÷ (V1 + added)",
    inputs=(
        Input("strength", STRENGTH, draw="1..10/0.5 %"),
        Input("quantity", "mL|g", draw="15..90/15 g"),
        Input("added", "mL|g", "diluent added", draw="10..60/5 g"),
    ),
    answer="% w/v|%",
    cites=CITES,
    question="{quantity} of {strength} is mixed with {added} of plain base. New strength?",
)
def strength_after_adding(*, strength: Amount, quantity: Amount, added: Amount) -> Working[Decimal]:
    """Gives the new strength when something without drug is added."""
    return _weaker(strength, quantity, quantity + added, "{} × {} ÷ ({} + {})", (strength, quantity, quantity, added))


@calculation(
    name="dilute-all",
    title="How far a stock can be diluted",
    section=5,
    topic="dilution",
    keywords="make from, water to add, volume made",
    formula="V2 = C1 × V1 ÷ C2",
    inputs=(
        STOCK,
        Input("quantity", "mL|g", "stock at hand", draw="25..500/25 mL"),
        WANTED,
    ),
    answer="mL|g",
    cites=CITES,
    question="How much {wanted} can be made from {quantity} of {stock}?",
)
def dilute_all(*, stock: Amount, quantity: Amount, wanted: Amount) -> Working[Decimal]:
    """Gives the whole that can be made from a stock, and the diluent to add."""
    stock, wanted = alike(stock, wanted)
    refuse_stronger(stock, wanted, "wanted")
    whole = quantity * (stock / wanted)
    also = (("diluent", whole - quantity, "0.01"),)
    return working(
        whole,
        "{} × {} ÷ {}",
        stock,
        quantity,
        wanted,
        also=also,
        back=("C2 × V2 ÷ C1", whole * (wanted / stock), quantity),
    )


@calculation(
    name="fortify",
    title="Drug to add to reach a strength",
    section=5,
    topic="dilution",
    keywords="fortify, add drug, raise strength",
    formula="drug = (wanted − present strength) × volume",
    inputs=(
        Input("present", "mg/mL", "present strength", draw="10 mg/5 mL|20 mg/5 mL|2 mg/mL"),
        Input("wanted", "mg/mL", "strength wanted", draw="5..12/1 mg/mL"),
        Input("volume", "mL", draw="30..240/30 mL"),
    ),
    answer="mg",
    cites="mass balance; the volume of the powder is ignored",
    warning="The powder's own volume is not counted: make up to the mark.",
    question="{volume} of {present} is to be {wanted}. mg of drug to add?",
)
def fortify(*, present: Amount, wanted: Amount, volume: Amount) -> Working[Decimal]:
    """Gives the drug to add to a liquid."""
    if wanted < present:
        raise CannotCalculate("wanted", f"{wanted} is weaker than the {present} at hand: dilute instead.")
    drug = (wanted - present) * volume
    return working(
        drug,
        "({} − {}) × {}",
        wanted,
        present,
        volume,
        back=("drug ÷ volume + present", drug / volume + present, wanted),
    )


@calculation(
    name="stock-for-dilution",
    title="Drug in a stock that is diluted before use",
    section=5,
    topic="dilution",
    keywords="diluted to a litre gives, stock solution for, mouthwash",
    formula="drug = final strength × final volume ÷ portion × stock volume",
    inputs=(
        Input("final_strength", "% w/v", "strength after dilution", draw="1:500 w/v|1:1,000 w/v|1:3,200 w/v"),
        Input("final_volume", "mL", "volume after dilution", draw="480 mL|500 mL|1,000 mL"),
        Input("portion", "mL", "portion of stock that is diluted", draw="5 mL|10 mL|15 mL"),
        Input("volume", "mL", "stock to make", draw="120 mL|240 mL|480 mL"),
        Input("source", "% w/v", "strength of what the stock is made from", is_optional=True),
    ),
    answer="g",
    cites=CITES,
    question="Make {volume} of stock: {portion} of it diluted to {final_volume} gives {final_strength}. Grams of drug?",
)
def stock_for_dilution(
    *, final_strength: Amount, final_volume: Amount, portion: Amount, volume: Amount, source: Amount | None
) -> Working[Decimal]:
    """Gives the drug in the stock; and with the strength of a source, how much of that source to take."""
    if final_volume < portion:
        raise CannotCalculate("final_volume", f"{final_volume} is less than the portion of {portion}.")
    each = final_strength * final_volume
    drug = each / portion * volume
    also = (("source", drug / source, "0.01"),) if source is not None else ()
    return working(
        drug,
        "{} ÷ {} × {}",
        each.to("g"),
        portion,
        volume,
        before=(Step("drug in one portion", "{} × {}", each.to("g"), (final_strength, final_volume)),),
        back=("drug ÷ stock × portion ÷ final", drug / volume * portion / final_volume, final_strength),
        also=also,
    )


@calculation(
    name="serial-dilution",
    title="Serial dilution",
    section=5,
    topic="dilution",
    keywords="serial, tenfold, aliquot",
    formula="strength = stock ÷ (factor × factor …)",
    inputs=(
        Input("stock", STRENGTH, draw="1..50/1 mg/mL"),
        Input("factors", "", "dilution factor of each step, such as 10", is_list=True, draw="10; 10|10; 5|2; 10; 10"),
    ),
    nearest="0.0001",
    cites=CITES,
    question="{stock} is diluted in steps of {factors}. Final strength?",
)
def serial_dilution(stock: Amount, factors: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the strength after several dilutions; each factor is total ÷ portion."""
    product = Fraction(1)
    for factor in factors:
        if factor.base < 1:
            raise CannotCalculate("factors", f"{factor} would make it stronger.")
        product *= factor.base
    final = stock / product
    before = (Step("all steps together", " × ".join(str(factor) for factor in factors), Amount.of(product)),)
    return working(
        final, "{} ÷ {}", stock, Amount.of(product), before=before, back=("final × factors", final * product, stock)
    )


def alike(stock: Amount, wanted: Amount) -> tuple[Amount, Amount]:
    """Give both strengths in one kind; a bare % or ratio beside a w/v strength is w/v."""
    per_volume = unit_named("% w/v")
    first, second = stock.unit.dimensions, wanted.unit.dimensions
    if first == second:
        return stock, wanted
    if not first and second == per_volume.dimensions and _is_share(stock):
        return Amount(stock.base, per_volume), wanted
    if not second and first == per_volume.dimensions and _is_share(wanted):
        return stock, Amount(wanted.base, per_volume)
    raise CannotCalculate("wanted", f"{wanted} and {stock} are not the same kind of strength.")


def refuse_stronger(stock: Amount, wanted: Amount, field: str) -> None:
    """Refuse to dilute something into more than it is."""
    if wanted > stock:
        raise CannotCalculate(field, f"{wanted} is stronger than the stock, {stock}: no dilution gives that.")


def _is_share(strength: Amount) -> bool:
    return strength.unit.symbol in {"%", ""} and strength.base < 1


def _weaker(
    strength: Amount, quantity: Amount, whole: Amount, numbers: str, values: tuple[Amount, ...]
) -> Working[Decimal]:
    answer = strength * (quantity / whole)
    if answer.unit.dimensions == strength.unit.dimensions:
        answer = answer.in_unit(strength.unit)
    return working(answer, numbers, *values, back=("C2 × V2 ÷ V1", answer * (whole / quantity), strength))


def _small(take: Amount) -> tuple[Warned, ...]:
    if take.unit.measures_same_as(unit_named("mL")) and take < _MEASURABLE:
        return (
            Warned(f"Less than {SMALLEST} cannot be measured well: make an intermediate dilution.", is_reviewed=False),
        )
    return ()
