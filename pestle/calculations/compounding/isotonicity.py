"""Section 10: isotonic solutions by sodium chloride equivalent and by freezing point."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate, Step

CITES = "USP <1160>; Remington, isotonic solutions"
SALINE = Amount.of(Fraction("0.9"), "% w/v")
EQUIVALENT = "sodium chloride equivalent"
DRUGS = Input(
    "drugs",
    "g|% w/v",
    "each drug: its mass, or its strength in the volume",
    is_list=True,
    draw="0.1..0.4/0.05 g|1 % w/v|0.5 % w/v",
)
VALUES = Input(
    "values", "", "E value of each drug, in the same order", limit=EQUIVALENT, is_list=True, draw="0.14..0.3/0.01"
)
VOLUME = Input("volume", "mL", draw="30..120/15 mL")


@calculation(
    name="sodium-chloride-needed",
    title="Sodium chloride to make isotonic",
    section=10,
    topic="isotonicity",
    keywords="isotonic, E value, NaCl, eye drops, tonicity",
    formula="NaCl = 0.9% × volume − sum of (drug × E)",
    inputs=(VOLUME, DRUGS, VALUES),
    answer="g",
    nearest="0.001",
    cites=CITES,
    question="Grams of NaCl to make {volume} with {drugs} of a drug (E {values}) isotonic?",
)
def sodium_chloride_needed(
    *, volume: Amount, drugs: tuple[Amount, ...], values: tuple[Amount, ...]
) -> Working[Decimal]:
    """Gives the sodium chloride to add; refuses a solution that is already hypertonic."""
    steps, whole, present = _tonicity(volume, drugs, values)
    needed = whole - present
    return working(
        needed,
        "{} − {}",
        whole,
        present,
        before=steps,
        back=("(NaCl + drug as NaCl) ÷ volume", (needed + present) / volume, SALINE),
    )


@calculation(
    name="tonicity-agent",
    title="Another agent to make isotonic",
    section=10,
    topic="isotonicity",
    keywords="isotonic, boric acid, dextrose, potassium nitrate, E value",
    formula="agent = (0.9% × volume − sum of (drug × E)) ÷ E of the agent",
    inputs=(
        VOLUME,
        DRUGS,
        VALUES,
        Input("agent", "", "E value of the agent", limit=EQUIVALENT, draw="0.16|0.5|0.58|0.18"),
    ),
    answer="g",
    nearest="0.001",
    cites=CITES,
    question="Grams of an agent with E {agent} to make {volume} with {drugs} of a drug (E {values}) isotonic?",
)
def tonicity_agent(
    *, volume: Amount, drugs: tuple[Amount, ...], values: tuple[Amount, ...], agent: Amount
) -> Working[Decimal]:
    """Gives how much of an agent other than sodium chloride to add."""
    steps, whole, present = _tonicity(volume, drugs, values)
    needed = (whole - present) / agent
    last = Step("NaCl = whole − drug as NaCl", "{} − {}", whole - present, (whole, present))
    return working(
        needed,
        "{} ÷ {}",
        whole - present,
        agent,
        before=(*steps, last),
        back=("(agent × E + drug as NaCl) ÷ volume", (needed * agent + present) / volume, SALINE),
    )


@calculation(
    name="isotonic-volume",
    title="Volume a drug makes isotonic",
    section=10,
    topic="isotonicity",
    keywords="isotonic, V value, E value",
    formula="volume = drug × E ÷ 0.009 g/mL",
    inputs=(
        Input("drug", "g", draw="0.1..0.5/0.05 g"),
        Input("value", "", "E value", limit=EQUIVALENT, draw="0.15..0.35/0.01"),
    ),
    answer="mL",
    nearest="0.1",
    cites=CITES,
    question="How many mL does {drug} of a drug with E {value} make isotonic?",
)
def isotonic_volume(drug: Amount, value: Amount) -> Working[Decimal]:
    """Gives the volume of water a drug makes isotonic by itself."""
    answer = drug * value / SALINE
    return working(
        answer, "{} × {} ÷ 0.009 g/mL", drug, value, back=("volume × 0.009 ÷ E", answer * SALINE / value, drug)
    )


@calculation(
    name="equivalent-from-volume",
    title="E value from an isotonic volume",
    section=10,
    topic="isotonicity",
    keywords="E value, V value",
    formula="E = volume × 0.009 g/mL ÷ drug",
    inputs=(Input("volume", "mL", draw="4..12/0.1 mL"), Input("drug", "g", draw="0.3 g")),
    answer="",
    cites=CITES,
    question="{drug} of a drug makes {volume} isotonic. Its E value?",
)
def equivalent_from_volume(volume: Amount, drug: Amount) -> Working[Decimal]:
    """Gives a drug's sodium chloride equivalent from its White-Vincent volume."""
    answer = volume * SALINE / drug
    return working(
        answer, "{} × 0.009 g/mL ÷ {}", volume, drug, back=("E × drug ÷ 0.009 g/mL", answer * drug / SALINE, volume)
    )


@calculation(
    name="equivalent-from-molar-mass",
    title="E value from molar mass",
    section=10,
    topic="isotonicity",
    keywords="E value, dissociation, i factor",
    formula="E = (58.5 ÷ 1.8) × i ÷ molar mass",
    inputs=(
        Input("molar_mass", "g/mol", limit="molar mass", draw="180..400/10 g/mol"),
        Input("dissociation", "", "i: 1 none, 1.8 two ions, 2.6 three, 3.4 four", draw="1|1.8|2.6"),
    ),
    answer="",
    cites=CITES,
    question="E value of a drug of molar mass {molar_mass} with i = {dissociation}?",
)
def equivalent_from_molar_mass(molar_mass: Amount, dissociation: Amount) -> Working[Decimal]:
    """Gives a drug's sodium chloride equivalent at 80% dissociation."""
    salt = Amount.read("58.5 g/mol")
    answer = salt / Fraction("1.8") * dissociation / molar_mass
    return working(
        answer,
        "({} ÷ 1.8) × {} ÷ {}",
        salt,
        dissociation,
        molar_mass,
        back=("(58.5 ÷ 1.8) × i ÷ E", salt / Fraction("1.8") * dissociation / answer, molar_mass),
    )


@calculation(
    name="freezing-point-saline",
    title="Sodium chloride by freezing point",
    section=10,
    topic="isotonicity",
    keywords="freezing point depression, cryoscopic, isotonic",
    formula="NaCl = (0.52 − depression of the drug) ÷ 0.58 g per 100 mL × volume",
    inputs=(
        VOLUME,
        Input("depression", "", "freezing point depression of the drug in this strength, °C", draw="0.08..0.3/0.02"),
    ),
    answer="g",
    nearest="0.001",
    cites=CITES,
    question="Grams of NaCl for {volume} of a drug solution that lowers the freezing point by {depression} °C?",
)
def freezing_point_saline(volume: Amount, depression: Amount) -> Working[Decimal]:
    """Gives the sodium chloride to add so that the solution freezes at −0.52 °C."""
    missing = Fraction("0.52") - depression.base
    if missing < 0:
        raise CannotCalculate("depression", f"{depression} °C is more than 0.52: the solution is already hypertonic.")
    strength = Amount.of(missing / Fraction("0.58"), "% w/v")
    answer = strength * volume
    before = (Step("NaCl per 100 mL = (0.52 − depression) ÷ 0.58", "(0.52 − {}) ÷ 0.58", strength, (depression,)),)
    back = Amount.of(Fraction("0.52") - (answer / volume).to("% w/v").value * Fraction("0.58"))
    return working(
        answer, "{} × {}", strength, volume, before=before, back=("0.52 − NaCl per 100 mL × 0.58", back, depression)
    )


def _tonicity(
    volume: Amount, drugs: tuple[Amount, ...], values: tuple[Amount, ...]
) -> tuple[tuple[Step, ...], Amount, Amount]:
    if len(drugs) != len(values):
        raise CannotCalculate("values", f"there are {len(drugs)} drugs and {len(values)} E values.")
    masses = [(drug * volume if "volume" in drug.unit.kind else drug).to("g") for drug in drugs]
    each = [mass * value for mass, value in zip(masses, values, strict=True)]
    present, whole = sum(each[1:], each[0]).to("g"), (volume * SALINE).to("g")
    if present > whole:
        raise CannotCalculate("drugs", f"the drugs count as {present} of NaCl, more than {whole}: already hypertonic.")
    products = " + ".join(f"{mass} × {value}" for mass, value in zip(masses, values, strict=True))
    steps = (
        Step("NaCl if alone = 0.9% × volume", "0.9% × {}", whole, (volume,)),
        Step("drug as NaCl = drug × E", products, present),
    )
    return steps, whole, present
