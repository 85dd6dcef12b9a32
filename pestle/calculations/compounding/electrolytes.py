"""Section 9: millimoles, milliequivalents and milliosmoles."""

from decimal import Decimal
from typing import NamedTuple

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, choice
from pestle.calculations.limits import HIGH_ALERT
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Asks, Step, Warned

CITES = "USP <1160> (milliequivalents and milliosmoles)"
MOLAR_MASS = Input(
    "molar_mass", "g/mol", "molar mass", limit="molar mass", draw="58.44 g/mol|74.55 g/mol|84.01 g/mol|53.5 g/mol"
)
VALENCE = Input("valence", "", "charges of one formula unit", limit="valence", draw="1")
PARTICLES = Input("particles", "", "particles one formula unit makes", limit="particles", draw="2")
PER_MOLE = Amount.of(1, "mEq/mmol")
OSMOLES_PER_MOLE = Amount.of(1, "mOsm/mmol")


class Salt(NamedTuple):
    """A salt as it stands in the bottle: molar mass with its water, charges of the ion counted, particles."""

    molar_mass: str
    valence: int
    particles: int


SALTS = {
    "sodium chloride": Salt("58.44", 1, 2),
    "potassium chloride": Salt("74.55", 1, 2),
    "sodium acetate": Salt("82.03", 1, 2),
    "potassium acetate": Salt("98.14", 1, 2),
    "sodium bicarbonate": Salt("84.01", 1, 2),
    "ammonium chloride": Salt("53.49", 1, 2),
    "calcium gluconate monohydrate": Salt("448.4", 2, 3),
    "calcium chloride dihydrate": Salt("147.01", 2, 3),
    "magnesium sulfate heptahydrate": Salt("246.47", 2, 2),
}


@calculation(
    name="milliequivalents",
    title="Milliequivalents from a mass",
    section=9,
    topic="electrolytes",
    keywords="mEq, electrolyte, valence",
    formula="mEq = mg × valence ÷ molar mass",
    inputs=(Input("mass", "mg|mg/mL", "mass, or mass in a volume", draw="100..2,000/50 mg"), MOLAR_MASS, VALENCE),
    answer="mEq|mEq/L",
    cites=CITES,
    question="How many mEq are in {mass} of a salt of molar mass {molar_mass} and valence {valence}?",
)
def milliequivalents(*, mass: Amount, molar_mass: Amount, valence: Amount) -> Working[Decimal]:
    """Gives mEq, or mEq/L from a mass in a volume."""
    answer = mass / molar_mass * valence * PER_MOLE
    return working(
        answer,
        "{} ÷ {} × {}",
        mass,
        molar_mass,
        valence,
        back=("mEq × molar mass ÷ valence", answer / PER_MOLE / valence * molar_mass, mass),
    )


@calculation(
    name="mass-from-milliequivalents",
    title="Mass from milliequivalents",
    section=9,
    topic="electrolytes",
    keywords="mEq to mg, mEq to g, equivalent weight",
    formula="mg = mEq × molar mass ÷ valence",
    inputs=(Input("equivalents", "mEq|mEq/L", "mEq, or mEq in a volume", draw="5..120/5 mEq"), MOLAR_MASS, VALENCE),
    answer="mg|mg/L",
    cites=CITES,
    question="How many mg of a salt (molar mass {molar_mass}, valence {valence}) hold {equivalents}?",
)
def mass_from_milliequivalents(*, equivalents: Amount, molar_mass: Amount, valence: Amount) -> Working[Decimal]:
    """Gives mg, or mg/L from mEq/L."""
    answer = equivalents / PER_MOLE / valence * molar_mass
    return working(
        answer,
        "{} × {} ÷ {}",
        equivalents,
        molar_mass,
        valence,
        back=("mg × valence ÷ molar mass", answer / molar_mass * valence * PER_MOLE, equivalents),
    )


@calculation(
    name="millimoles",
    title="Millimoles from a mass",
    section=9,
    topic="electrolytes",
    keywords="mmol, phosphate",
    formula="mmol = mg ÷ molar mass",
    inputs=(Input("mass", "mg|mg/mL", draw="100..2,000/50 mg"), MOLAR_MASS),
    answer="mmol|mmol/L",
    cites=CITES,
    question="How many mmol are in {mass} of a salt of molar mass {molar_mass}?",
)
def millimoles(mass: Amount, molar_mass: Amount) -> Working[Decimal]:
    """Gives mmol, or mmol/L from a mass in a volume."""
    answer = mass / molar_mass
    return working(answer, "{} ÷ {}", mass, molar_mass, back=("mmol × molar mass", answer * molar_mass, mass))


@calculation(
    name="mass-from-millimoles",
    title="Mass from millimoles",
    section=9,
    topic="electrolytes",
    keywords="mmol to mg",
    formula="mg = mmol × molar mass",
    inputs=(Input("moles", "mmol|mmol/L", draw="5..60/5 mmol"), MOLAR_MASS),
    answer="mg|mg/L",
    cites=CITES,
    question="How many mg of a salt of molar mass {molar_mass} hold {moles}?",
)
def mass_from_millimoles(moles: Amount, molar_mass: Amount) -> Working[Decimal]:
    """Gives mg, or mg/L from mmol/L."""
    answer = moles * molar_mass
    return working(answer, "{} × {}", moles, molar_mass, back=("mg ÷ molar mass", answer / molar_mass, moles))


@calculation(
    name="milliosmoles",
    title="Milliosmoles, or osmolarity from a strength",
    section=9,
    topic="electrolytes",
    keywords="mOsm, osmolarity, particles",
    formula="mOsm = mmol × particles = g ÷ molar mass × particles × 1,000",
    inputs=(
        Input("mass", "g|% w/v", "mass, or strength for mOsm/L", draw="0.45 % w/v|0.9 % w/v|5 % w/v|3 % w/v"),
        MOLAR_MASS,
        PARTICLES,
    ),
    answer="mOsm|mOsm/L",
    nearest="0.1",
    cites=CITES,
    question="Osmolarity of {mass} of a salt of molar mass {molar_mass} that makes {particles} particles, in mOsm/L?",
)
def milliosmoles(*, mass: Amount, molar_mass: Amount, particles: Amount) -> Working[Decimal]:
    """Gives mOsm of a mass, or mOsm/L of a strength."""
    answer = mass / molar_mass * particles * OSMOLES_PER_MOLE
    return working(
        answer,
        "{} ÷ {} × {} × 1,000",
        mass,
        molar_mass,
        particles,
        back=("mOsm × molar mass ÷ particles", answer / OSMOLES_PER_MOLE / particles * molar_mass, mass),
    )


@calculation(
    name="mass-from-milliosmoles",
    title="Mass from milliosmoles",
    section=9,
    topic="electrolytes",
    keywords="mOsm to g",
    formula="g = mOsm ÷ particles × molar mass ÷ 1,000",
    inputs=(Input("osmoles", "mOsm|mOsm/L", draw="20..300/10 mOsm"), MOLAR_MASS, PARTICLES),
    answer="g|g/L",
    cites=CITES,
    question="Grams of a salt (molar mass {molar_mass}, {particles} particles) for {osmoles}?",
)
def mass_from_milliosmoles(*, osmoles: Amount, molar_mass: Amount, particles: Amount) -> Working[Decimal]:
    """Gives the mass that makes these milliosmoles."""
    answer = osmoles / OSMOLES_PER_MOLE / particles * molar_mass
    return working(
        answer,
        "{} ÷ {} × {} ÷ 1,000",
        osmoles,
        particles,
        molar_mass,
        back=("g ÷ molar mass × particles", answer / molar_mass * particles * OSMOLES_PER_MOLE, osmoles),
    )


@calculation(
    name="equivalent-weight",
    title="Milliequivalent weight",
    section=9,
    topic="electrolytes",
    keywords="equivalent weight, mg per mEq",
    formula="mg per mEq = molar mass ÷ valence",
    inputs=(MOLAR_MASS, VALENCE),
    answer="mg/mEq",
    nearest="0.001",
    cites=CITES,
    question="mg per mEq of a salt of molar mass {molar_mass} and valence {valence}?",
)
def equivalent_weight(molar_mass: Amount, valence: Amount) -> Working[Decimal]:
    """Gives the mass of one milliequivalent."""
    answer = molar_mass / valence / PER_MOLE
    return working(
        answer, "{} ÷ {}", molar_mass, valence, back=("mg per mEq × valence", answer * valence * PER_MOLE, molar_mass)
    )


@calculation(
    name="normal-solution",
    title="Mass for a normal solution",
    section=9,
    topic="electrolytes",
    keywords="normality, 0.1 N",
    formula="g = normality × volume × molar mass ÷ valence",
    inputs=(
        Input("normality", "Eq/L", "normality as Eq/L", draw="0.1 Eq/L|0.5 Eq/L|1 Eq/L"),
        Input("volume", "mL", draw="100..500/20 mL"),
        MOLAR_MASS,
        VALENCE,
    ),
    answer="g",
    nearest="0.001",
    cites=CITES,
    question="Grams of a salt (molar mass {molar_mass}, valence {valence}) for {volume} of {normality}?",
)
def normal_solution(*, normality: Amount, volume: Amount, molar_mass: Amount, valence: Amount) -> Working[Decimal]:
    """Gives the mass in a solution of a stated normality."""
    equivalents = (normality * volume).to("mEq")
    answer = equivalents / PER_MOLE / valence * molar_mass
    before = (Step("mEq = normality × volume", "{} × {}", equivalents, (normality, volume)),)
    back = ("g × valence ÷ molar mass ÷ volume", answer / molar_mass * valence * PER_MOLE / volume, normality)
    return working(answer, "{} × {} ÷ {}", equivalents, molar_mass, valence, before=before, back=back)


@calculation(
    name="salt-milliequivalents",
    title="Milliequivalents of a named salt",
    section=9,
    topic="electrolytes",
    keywords="KCl, NaCl, sodium bicarbonate, magnesium sulfate, calcium gluconate",
    formula="mEq = mg × valence ÷ molar mass of the salt with its water",
    inputs=(choice("salt", *SALTS), Input("mass", "mg|mg/mL", draw="0.5..4/0.5 g")),
    answer="mEq|mEq/mL",
    cites=f"{CITES}; molar masses with the water of the usual injection",
    question="How many mEq are in {mass} of {salt}?",
)
def salt_milliequivalents(salt: str, mass: Amount) -> Working[Decimal]:
    """Gives the mEq of the metal (or ammonium) ion; calcium must name its salt."""
    known = SALTS[salt]
    molar_mass, valence = Amount.read(f"{known.molar_mass} g/mol"), Amount.of(known.valence)
    answer = mass / molar_mass * valence * PER_MOLE
    return working(
        answer,
        "{} ÷ {} × {}",
        mass,
        molar_mass,
        valence,
        back=("mEq × molar mass ÷ valence", answer / PER_MOLE / valence * molar_mass, mass),
    )


@calculation(
    name="companion-ion",
    title="The other ion that comes with a dose",
    section=9,
    topic="electrolytes",
    keywords="potassium phosphate, sodium phosphate, potassium with phosphate",
    formula="other ion = dose ÷ strength × strength of the other ion",
    inputs=(
        Input("dose", "mmol|mEq", draw="6..30/3 mmol"),
        Input("strength", "mmol/mL|mEq/mL", "strength by which it is ordered", draw="3 mmol/mL"),
        Input("other", "mEq/mL|mmol/mL", "strength of the other ion: read the vial", draw="4.4 mEq/mL|4 mEq/mL"),
    ),
    answer="mEq|mmol",
    cites="label of the vial: potassium content differs between products",
    question="{dose} of phosphate from {strength} that also holds {other} of the metal: mEq of the metal?",
)
def companion_ion(*, dose: Amount, strength: Amount, other: Amount) -> Working[Decimal]:
    """Gives the ion that comes along, such as the potassium in a phosphate dose; beside it the volume."""
    volume = dose / strength
    answer = volume * other
    before = (Step("volume = dose ÷ strength", "{} ÷ {}", volume, (dose, strength)),)
    return working(
        answer,
        "{} × {}",
        volume,
        other,
        before=before,
        back=("other ÷ its strength × strength", answer / other * strength, dose),
        also=(("volume", volume.to("mL"), "0.01"),),
    )


@calculation(
    name="potassium-rate",
    title="Rate of intravenous potassium",
    section=9,
    topic="electrolytes",
    keywords="KCl, mEq/h, rider, concentrated electrolyte",
    formula="mEq/h = dose ÷ time",
    inputs=(
        Input("dose", "mEq", draw="10..40/10 mEq"),
        Input("volume", "mL", draw="100 mL|250 mL|500 mL|1,000 mL"),
        Input("time", "h", draw="1..8/1 h"),
        choice("line", "peripheral", "central", default="peripheral"),
    ),
    answer="mEq/h",
    nearest="0.1",
    cites="working knowledge of rate limits, for a pharmacist to confirm",
    is_reviewed=False,
    second_calculation=HIGH_ALERT["concentrated electrolyte"],
    question="{dose} of potassium in {volume} over {time} by a {line} line: mEq/h?",
)
def potassium_rate(*, dose: Amount, volume: Amount, time: Amount, line: str) -> Working[Decimal]:
    """Gives mEq/h; asks for a reason above 10 mEq/h (peripheral) or 20, and above 40 or 80 mEq/L."""
    rate, strength = dose / time, dose / volume
    most_rate, most_strength = (
        (Amount.of(20, "mEq/h"), Amount.of(80, "mEq/L"))
        if line == "central"
        else (Amount.of(10, "mEq/h"), Amount.of(40, "mEq/L"))
    )
    warnings = (
        [Warned(f"{rate.to('mEq/h')} is above {most_rate} for a {line} line.", Asks.REASON, "time", is_reviewed=False)]
        if rate > most_rate
        else []
    )
    if strength > most_strength:
        warnings.append(
            Warned(
                f"{strength.to('mEq/L')} is above {most_strength} for a {line} line.",
                Asks.REASON,
                "volume",
                is_reviewed=False,
            )
        )
    return working(
        rate,
        "{} ÷ {}",
        dose,
        time,
        back=("rate × time", rate * time, dose),
        warnings=tuple(warnings),
        also=(("concentration", strength.to("mEq/L"), "0.1"),),
    )
