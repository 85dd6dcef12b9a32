"""Section 7: density, specific gravity and displacement."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate, Step

WATER = Amount.of(1, "g/mL")
CITES = "USP <841>; water taken as 1 g/mL at 25 °C"
GRAVITY = Input("specific_gravity", "", limit="specific gravity", draw="0.8..1.4/0.02")


@calculation(
    name="mass-of-volume",
    title="Weight of a volume",
    section=7,
    topic="density",
    keywords="specific gravity, grams of mL, weigh a liquid",
    formula="mass = volume × specific gravity × 1 g/mL",
    inputs=(Input("volume", "mL", draw="20..500/10 mL"), GRAVITY),
    answer="g",
    cites=CITES,
    question="What does {volume} of a liquid of specific gravity {specific_gravity} weigh?",
)
def mass_of_volume(volume: Amount, specific_gravity: Amount) -> Working[Decimal]:
    """Gives the mass of a liquid from its volume."""
    mass = volume * specific_gravity * WATER
    return working(
        mass,
        "{} × {} × {}",
        volume,
        specific_gravity,
        WATER,
        back=("mass ÷ sg ÷ 1 g/mL", mass / specific_gravity / WATER, volume),
    )


@calculation(
    name="volume-of-mass",
    title="Volume of a weight",
    section=7,
    topic="density",
    keywords="specific gravity, mL of grams, glycerin",
    formula="volume = mass ÷ (specific gravity × 1 g/mL)",
    inputs=(Input("mass", "g", draw="5..250/5 g"), GRAVITY),
    answer="mL",
    cites=CITES,
    question="How many mL is {mass} of a liquid of specific gravity {specific_gravity}?",
)
def volume_of_mass(mass: Amount, specific_gravity: Amount) -> Working[Decimal]:
    """Gives the volume to measure for a mass of a liquid."""
    volume = mass / (specific_gravity * WATER)
    return working(
        volume,
        "{} ÷ ({} × {})",
        mass,
        specific_gravity,
        WATER,
        back=("volume × sg × 1 g/mL", volume * specific_gravity * WATER, mass),
    )


@calculation(
    name="specific-gravity",
    title="Specific gravity",
    section=7,
    topic="density",
    keywords="sg, relative density",
    formula="specific gravity = mass ÷ (volume × 1 g/mL)",
    inputs=(Input("mass", "g", draw="80..300/5 g"), Input("volume", "mL", draw="100..250/10 mL")),
    answer="",
    answer_limit="specific gravity",
    cites=CITES,
    question="{volume} of a liquid weighs {mass}. Specific gravity?",
)
def specific_gravity(mass: Amount, volume: Amount) -> Working[Decimal]:
    """Gives how many times as heavy as water a liquid is."""
    found = mass / (volume * WATER)
    return working(
        found, "{} ÷ ({} × {})", mass, volume, WATER, back=("sg × volume × 1 g/mL", found * volume * WATER, mass)
    )


@calculation(
    name="density",
    title="Density",
    section=7,
    topic="density",
    keywords="g/mL",
    formula="density = mass ÷ volume",
    inputs=(Input("mass", "g", draw="80..300/5 g"), Input("volume", "mL", draw="100..250/10 mL")),
    answer="g/mL",
    answer_limit="density",
    cites=CITES,
    question="{volume} of a liquid weighs {mass}. Density?",
)
def density(mass: Amount, volume: Amount) -> Working[Decimal]:
    """Gives the mass of one millilitre."""
    found = mass / volume
    return working(found, "{} ÷ {}", mass, volume, back=("density × volume", found * volume, mass))


@calculation(
    name="percent-by-volume",
    title="Percent w/v from percent w/w",
    section=7,
    topic="density",
    keywords="w/w to w/v, specific gravity",
    formula="% w/v = % w/w × specific gravity",
    inputs=(Input("strength", "%", "% w/w", limit="percent", draw="5..40/1 %"), GRAVITY),
    answer="% w/v",
    answer_limit="strength w/v",
    cites=CITES,
    question="A liquid of {strength} w/w has specific gravity {specific_gravity}. Percent w/v?",
)
def percent_by_volume(strength: Amount, specific_gravity: Amount) -> Working[Decimal]:
    """Gives g per 100 mL of a liquid whose strength is stated by weight."""
    found = strength * specific_gravity * WATER
    return working(
        found,
        "{} × {} × {}",
        strength,
        specific_gravity,
        WATER,
        back=("% w/v ÷ sg ÷ 1 g/mL", found / specific_gravity / WATER, strength),
    )


@calculation(
    name="suppository-base",
    title="Base for a suppository",
    section=7,
    topic="density",
    keywords="displacement, density factor, mould, mold",
    formula="base = mould capacity − drug ÷ density factor",
    inputs=(
        Input("mould", "g", "capacity of the mould, in base", draw="1.8 g|2 g|2.2 g"),
        Input("drug", "g", "drug in one", draw="100..600/50 mg"),
        Input("density_factor", "", draw="1..4/0.1"),
        Input("count", "suppository", "how many", default="1 suppository", draw="6..24/6 suppositories"),
    ),
    answer="g",
    nearest="0.001",
    cites="USP <1151>",
    question="Mould {mould}, drug {drug} of density factor {density_factor} in each: grams of base for {count}?",
)
def suppository_base(*, mould: Amount, drug: Amount, density_factor: Amount, count: Amount) -> Working[Decimal]:
    """Gives the base for one or more suppositories; the density factor is g of drug that displace 1 g of base."""
    displaced = drug / density_factor
    each = mould - displaced
    if each.base <= 0:
        raise CannotCalculate("drug", f"{drug} takes more room than the mould of {mould} has.")
    total = each * count.base
    steps = (
        Step("displaced = drug ÷ density factor", "{} ÷ {}", displaced, (drug, density_factor)),
        Step("base in one = mould − displaced", "{} − {}", each, (mould, displaced)),
    )
    formula = ("(base ÷ count + drug ÷ density factor)", total / count.base + displaced, mould)
    return working(total, "{} × {}", each, count, before=steps, back=formula)
