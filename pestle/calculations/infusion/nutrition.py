"""Section 21: parenteral nutrition."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, choice
from pestle.calculations.limits import HIGH_ALERT
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

CITES = "ASPEN parenteral nutrition recommendations; 3.4, 4 and 10 kcal/g"
SECOND = HIGH_ALERT["parenteral nutrition"]
DEXTROSE, AMINO, FAT = Amount.read("3.4 kcal/g"), Amount.read("4 kcal/g"), Amount.read("10 kcal/g")
EMULSIONS = {"10%": "1.1 kcal/mL", "20%": "2 kcal/mL", "30%": "3 kcal/mL"}
NOTHING = Amount.of(0, "kcal")
DEXTROSE_MASS = Input("dextrose", "g", default="0 g", may_be_zero=True, draw="150..400/10 g")
AMINO_MASS = Input("amino_acids", "g", default="0 g", may_be_zero=True, draw="40..120/5 g")
WEIGHT = Input("weight", "kg", limit="weight", draw="50..90/5 kg")


@calculation(
    name="nutrition-energy",
    title="Energy of parenteral nutrition",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, PN, kcal, calories, lipid",
    formula="kcal = dextrose × 3.4 + amino acids × 4 + lipid volume × kcal/mL",
    inputs=(
        DEXTROSE_MASS,
        AMINO_MASS,
        Input("lipid", "mL", "volume of lipid emulsion", default="0 mL", may_be_zero=True, draw="100..500/50 mL"),
        choice("emulsion", *EMULSIONS, default="20%"),
    ),
    answer="kcal",
    nearest="1",
    cites=CITES,
    second_calculation=SECOND,
    question="{dextrose} dextrose, {amino_acids} amino acids, {lipid} of {emulsion} lipid: kcal?",
)
def nutrition_energy(*, dextrose: Amount, amino_acids: Amount, lipid: Amount, emulsion: str) -> Working[Decimal]:
    """Gives all calories; beside it those not from protein."""
    per = Amount.read(EMULSIONS[emulsion])
    sugar, protein, fat = dextrose * DEXTROSE, amino_acids * AMINO, lipid * per
    total = sugar + protein + fat
    steps = (
        Step("dextrose", "{} × {}", sugar, (dextrose, DEXTROSE)),
        Step("amino acids", "{} × {}", protein, (amino_acids, AMINO)),
        Step("lipid", "{} × {}", fat, (lipid, per)),
    )
    return working(
        total,
        "{} + {} + {}",
        sugar,
        protein,
        fat,
        before=steps,
        back=("(total − protein − lipid) ÷ 3.4", (total - protein - fat) / DEXTROSE, dextrose),
        also=(("non-protein", sugar + fat, "1"),),
    )


@calculation(
    name="dextrose-for-energy",
    title="Dextrose for wanted calories",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, kcal, dextrose grams",
    formula="dextrose = kcal ÷ 3.4 kcal/g",
    inputs=(Input("energy", "kcal", draw="500..1,500/50 kcal"),),
    answer="g",
    nearest="1",
    cites=CITES,
    second_calculation=SECOND,
    question="{energy} from dextrose: grams?",
)
def dextrose_for_energy(energy: Amount) -> Working[Decimal]:
    """Gives the dextrose that holds wanted calories."""
    mass = energy / DEXTROSE
    return working(mass, "{} ÷ {}", energy, DEXTROSE, back=("dextrose × 3.4 kcal/g", mass * DEXTROSE, energy))


@calculation(
    name="nutrient-in-infusion",
    title="Nutrient given in a time",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, grams in 24 h, amino acids",
    formula="nutrient = rate × time × strength",
    inputs=(
        Input("rate", "mL/h", draw="40..100/5 mL/h"),
        Input("time", "h", default="24 h", draw="24 h|12 h"),
        Input("strength", "% w/v", draw="3..20/1 % w/v"),
    ),
    answer="g",
    nearest="1",
    cites=CITES,
    second_calculation=SECOND,
    question="{strength} at {rate} for {time}: grams?",
)
def nutrient_in_infusion(*, rate: Amount, time: Amount, strength: Amount) -> Working[Decimal]:
    """Gives the grams of a nutrient that an infusion brings."""
    volume = rate * time
    mass = volume * strength
    before = (Step("volume = rate × time", "{} × {}", volume, (rate, time)),)
    return working(
        mass,
        "{} × {}",
        volume,
        strength,
        before=before,
        back=("nutrient ÷ strength ÷ time", mass / strength / time, rate),
    )


@calculation(
    name="stock-volume",
    title="Volume of a stock for grams",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, D70W, amino acids, mL of stock",
    formula="volume = mass ÷ strength",
    inputs=(
        Input("mass", "g", draw="50..300/10 g"),
        Input("strength", "% w/v", draw="70 % w/v|15 % w/v|10 % w/v|20 % w/v"),
    ),
    answer="mL",
    nearest="0.1",
    cites=CITES,
    second_calculation=SECOND,
    question="mL of a {strength} stock for {mass}?",
)
def stock_volume(mass: Amount, strength: Amount) -> Working[Decimal]:
    """Gives the volume of a stock solution that holds a mass."""
    volume = mass / strength
    return working(volume, "{} ÷ {}", mass, strength, back=("volume × strength", volume * strength, mass))


@calculation(
    name="water-to-add",
    title="Sterile water for the bag",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, sterile water, QS",
    formula="water = total − sum of the parts",
    inputs=(
        Input("total", "mL", draw="1,500..2,500/100 mL"),
        Input("parts", "mL", "volume of each part", is_list=True, draw="600 mL; 357 mL; 250 mL|500 mL; 400 mL; 60 mL"),
    ),
    answer="mL",
    nearest="0.1",
    cites=CITES,
    second_calculation=SECOND,
    question="Bag of {total} with parts of {parts}: mL of sterile water?",
)
def water_to_add(total: Amount, parts: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the water that fills the bag; refuses parts that do not fit."""
    whole = sum(parts[1:], parts[0])
    water = total - whole
    if water.base < 0:
        raise CannotCalculate("parts", f"{whole} does not fit into {total}: take stronger stock solutions.")
    before = (Step("parts", " + ".join(map(str, parts)), whole),)
    return working(water, "{} − {}", total, whole, before=before, back=("water + parts", water + whole, total))


@calculation(
    name="glucose-rate",
    title="Glucose infusion rate",
    section=21,
    topic="parenteral nutrition",
    keywords="GIR, mg/kg/min, dextrose",
    formula="GIR = dextrose ÷ (weight × time)",
    inputs=(Input("dextrose", "g", draw="150..400/10 g"), WEIGHT, Input("time", "h", default="24 h", draw="24 h|12 h")),
    answer="mg/kg/min",
    nearest="0.01",
    cites="ASPEN; adults 4 to 5, neonates at most 12 to 14 mg/kg/min",
    second_calculation=SECOND,
    answer_limit="glucose infusion",
    question="{dextrose} dextrose over {time} for {weight}: mg/kg/min?",
)
def glucose_rate(*, dextrose: Amount, weight: Amount, time: Amount) -> Working[Decimal]:
    """Gives how fast dextrose is given per kg."""
    rate = dextrose / weight / time
    fast = rate > Amount.of(5, "mg/kg/min")
    warnings = (Warned("Above 5 mg/kg/min: more than an adult usually gets.", is_reviewed=False),) if fast else ()
    return working(
        rate,
        "{} ÷ ({} × {})",
        dextrose,
        weight,
        time,
        back=("GIR × weight × time", rate * weight * time, dextrose),
        warnings=warnings,
    )


@calculation(
    name="nitrogen",
    title="Nitrogen of protein",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, nitrogen balance, 6.25",
    formula="nitrogen = protein ÷ 6.25",
    inputs=(Input("protein", "g", draw="40..125/5 g"),),
    answer="g",
    cites=CITES,
    question="{protein} protein: grams of nitrogen?",
)
def nitrogen(protein: Amount) -> Working[Decimal]:
    """Gives the nitrogen in protein."""
    found = protein / Fraction("6.25")
    return working(found, "{} ÷ 6.25", protein, back=("nitrogen × 6.25", found * Fraction("6.25"), protein))


@calculation(
    name="nutrition-osmoles",
    title="Osmoles of parenteral nutrition",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, osmolarity, mOsm, peripheral",
    formula="mOsm = amino acids × 10 + dextrose × 5 + electrolytes × 2 + lipid × 0.7",
    inputs=(
        DEXTROSE_MASS,
        AMINO_MASS,
        Input("electrolytes", "mEq", "cations", default="0 mEq", may_be_zero=True, draw="40..120/10 mEq"),
        Input("lipid", "g", default="0 g", may_be_zero=True, draw="0..60/10 g"),
        Input("volume", "mL", "volume of the bag", is_optional=True, draw="1,500..2,500/100 mL"),
    ),
    answer="mOsm",
    nearest="1",
    cites="rule of thumb: dextrose × 5, amino acids × 10 (ASPEN); electrolytes × 2 and lipid × 0.7 are drafts",
    is_reviewed=False,
    second_calculation=SECOND,
    question="{amino_acids} amino acids, {dextrose} dextrose, {electrolytes}, {lipid} lipid in {volume}: mOsm in all?",
)
def nutrition_osmoles(
    *, dextrose: Amount, amino_acids: Amount, electrolytes: Amount, lipid: Amount, volume: Amount | None
) -> Working[Decimal]:
    """Gives the osmoles; with the bag's volume also mOsm/L, to compare with 900 for a peripheral line."""
    each = [(amino_acids, "10 mOsm/g"), (dextrose, "5 mOsm/g"), (electrolytes, "2 mOsm/mEq"), (lipid, "0.7 mOsm/g")]
    products = [amount * Amount.read(per) for amount, per in each]
    total = sum(products[1:], products[0])
    steps = tuple(
        Step("", f"{{}} × {per}", product, (amount,))
        for (amount, per), product in zip(each, products, strict=True)
        if amount.base
    )
    strength = (total / volume).to("mOsm/L") if volume is not None else None
    strong = strength is not None and strength > Amount.of(900, "mOsm/L")
    warnings = (Warned(f"{strength} is above 900 mOsm/L: central line only.", Asks.REASON, "volume"),) if strong else ()
    back = (
        ("(total − the others) ÷ 10", (total - sum(products[2:], products[1])) / Amount.read("10 mOsm/g"), amino_acids)
        if amino_acids.base
        else None
    )
    return working(
        total,
        " + ".join(["{}"] * len(products)),
        *products,
        before=steps,
        back=back,
        warnings=warnings,
        also=(("osmolarity", strength, "1"),) if strength is not None else (),
    )


@calculation(
    name="osmolarity",
    title="Osmolarity from osmoles",
    section=21,
    topic="parenteral nutrition",
    keywords="mOsm/L",
    formula="osmolarity = osmoles ÷ volume",
    inputs=(Input("osmoles", "mOsm", draw="800..2,400/20 mOsm"), Input("volume", "mL", draw="1,000..2,500/250 mL")),
    answer="mOsm/L",
    nearest="1",
    cites=CITES,
    question="{osmoles} in {volume}: mOsm/L?",
)
def osmolarity(osmoles: Amount, volume: Amount) -> Working[Decimal]:
    """Gives mOsm in each litre."""
    found = osmoles / volume
    return working(found, "{} ÷ {}", osmoles, volume, back=("osmolarity × volume", found * volume, osmoles))


@calculation(
    name="overfill",
    title="Ingredient with overfill",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, overfill, priming",
    formula="ingredient = ordered × (volume + overfill) ÷ volume",
    inputs=(
        Input("ordered", "any", draw="20..90/10 mEq"),
        Input("volume", "mL", draw="1,000..2,500/250 mL"),
        Input("overfill", "mL", draw="30..100/10 mL"),
    ),
    answer="",
    nearest="0.01",
    cites="ASPEN: scale every ingredient alike",
    second_calculation=SECOND,
    question="{ordered} ordered in {volume} with {overfill} overfill: how much to add?",
)
def overfill(*, ordered: Amount, volume: Amount, overfill: Amount) -> Working[Decimal]:
    """Gives how much to add so that the concentration stays as ordered."""
    factor = (volume + overfill) / volume
    needed = ordered * factor.base
    return working(
        needed,
        "{} × ({} + {}) ÷ {}",
        ordered,
        volume,
        overfill,
        volume,
        back=("added ÷ (volume + overfill) × volume", needed / factor.base, ordered),
    )


@calculation(
    name="calcium-phosphate",
    title="Calcium and phosphate screen",
    section=21,
    topic="parenteral nutrition",
    keywords="TPN, precipitate, solubility, calcium, phosphate",
    formula="product = calcium (mEq/L) × phosphate (mmol/L)",
    inputs=(Input("calcium", "mEq/L", draw="4..14/1 mEq/L"), Input("phosphate", "mmol/L", draw="8..20/1 mmol/L")),
    answer="",
    nearest="1",
    cites="screen at 200 for the product and 45 for the sum: draft; the curve of the product decides",
    is_reviewed=False,
    second_calculation=SECOND,
    warning="A screen only: use the product's solubility curve; phosphate first, calcium last.",
    question="Calcium {calcium}, phosphate {phosphate}: product?",
)
def calcium_phosphate(calcium: Amount, phosphate: Amount) -> Working[Decimal]:
    """Gives the product of the two concentrations; asks to stop above 200."""
    found = Amount.of(calcium.to("mEq/L").value * phosphate.to("mmol/L").value)
    # Phosphate counts 1.8 mEq per mmol at the pH of a bag.
    both = calcium.to("mEq/L").value + phosphate.to("mmol/L").value * Fraction("1.8")
    too_much = found.base > 200 or both > 45
    warnings = (
        (
            Warned(
                "Stop: over the screen. Look at the solubility curve before mixing.",
                Asks.REASON,
                "calcium",
                is_reviewed=False,
            ),
        )
        if too_much
        else ()
    )
    return working(
        found,
        "{} × {}",
        calcium,
        phosphate,
        back=("product ÷ phosphate", Amount.of(found.base / phosphate.to("mmol/L").value, "mEq/L"), calcium),
        warnings=warnings,
    )


@calculation(
    name="emulsion-stability",
    title="Final strengths of a total nutrient admixture",
    section=21,
    topic="parenteral nutrition",
    keywords="TNA, three-in-one, lipid, stability",
    formula="final strength of amino acids = mass ÷ volume",
    inputs=(
        Input("amino_acids", "g", draw="60..120/10 g"),
        Input("dextrose", "g", draw="150..400/50 g"),
        Input("lipid", "g", draw="30..70/10 g"),
        Input("volume", "mL", draw="1,500..2,500/250 mL"),
    ),
    answer="% w/v",
    cites="amino acids at least 4%, dextrose 10%, lipid 2% (draft)",
    is_reviewed=False,
    second_calculation=SECOND,
    question="{amino_acids} amino acids in {volume} (with {dextrose} dextrose, {lipid} lipid): percent of amino acids?",
)
def emulsion_stability(*, amino_acids: Amount, dextrose: Amount, lipid: Amount, volume: Amount) -> Working[Decimal]:
    """Gives the final strength of amino acids, beside it dextrose and lipid; asks when one is too low to be stable."""
    finals = {
        name: (mass / volume).to("% w/v")
        for name, mass in (("amino acids", amino_acids), ("dextrose", dextrose), ("lipid", lipid))
    }
    floors = {"amino acids": 4, "dextrose": 10, "lipid": 2}
    warnings = tuple(
        Warned(
            f"{name} {finals[name]} is below {floor}%: the emulsion may break.",
            Asks.REASON,
            name.replace(" ", "_"),
            is_reviewed=False,
        )
        for name, floor in floors.items()
        if finals[name].value < floor
    )
    first = finals["amino acids"]
    return working(
        first,
        "{} ÷ {}",
        amino_acids,
        volume,
        back=("strength × volume", first * volume, amino_acids),
        also=tuple((name, finals[name], "0.01") for name in ("dextrose", "lipid")),
        warnings=warnings,
    )
