"""Section 16: powders made liquid."""

from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

CITES = "USP <1160>; product label"
MASS = Input("drug", "mg|unit", "drug in the vial", draw="250..1,000/250 mg|2 g")
STRENGTH = Input("strength", "mg/mL|unit/mL", "strength wanted", draw="50 mg/mL|100 mg/mL|125 mg/mL")


@calculation(
    name="diluent-volume",
    title="Diluent for a powder",
    section=16,
    topic="reconstitution",
    keywords="reconstitute, powder volume, vial, diluent",
    formula="diluent = drug ÷ strength − powder volume",
    inputs=(MASS, STRENGTH, Input("powder_volume", "mL", draw="0.1..0.9/0.1 mL", may_be_zero=True)),
    answer="mL",
    cites=CITES,
    question="A vial holds {drug}; its powder takes {powder_volume}. Diluent for {strength}?",
)
def diluent_volume(*, drug: Amount, strength: Amount, powder_volume: Amount) -> Working[Decimal]:
    """Gives the diluent to add; beside it the final volume."""
    final = drug / strength
    diluent = final - powder_volume
    if diluent.base <= 0:
        raise CannotCalculate(
            "strength", f"{final.to('mL')} in all leaves no room for diluent beside {powder_volume} of powder."
        )
    before = (Step("final volume = drug ÷ strength", "{} ÷ {}", final, (drug, strength)),)
    return working(
        diluent,
        "{} − {}",
        final,
        powder_volume,
        before=before,
        also=(("final volume", final.to("mL"), "0.01"),),
        back=("drug ÷ (diluent + powder volume)", drug / (diluent + powder_volume), strength),
        warnings=_bulky(powder_volume, final),
    )


@calculation(
    name="powder-volume",
    title="Volume of the powder",
    section=16,
    topic="reconstitution",
    keywords="displacement, powder volume",
    formula="powder volume = drug ÷ strength − diluent",
    inputs=(MASS, STRENGTH, Input("diluent", "mL", "diluent added", draw="1.5..4.5/0.1 mL")),
    answer="mL",
    cites=CITES,
    question="{drug} with {diluent} of diluent gives {strength}. Powder volume?",
)
def powder_volume(*, drug: Amount, strength: Amount, diluent: Amount) -> Working[Decimal]:
    """Gives the room the powder takes."""
    final = drug / strength
    powder = final - diluent
    if powder.base < 0:
        raise CannotCalculate("diluent", f"{diluent} of diluent is more than the final volume, {final.to('mL')}.")
    before = (Step("final volume = drug ÷ strength", "{} ÷ {}", final, (drug, strength)),)
    return working(
        powder,
        "{} − {}",
        final,
        diluent,
        before=before,
        back=("drug ÷ (diluent + powder volume)", drug / (powder + diluent), strength),
        warnings=_bulky(powder, final),
    )


@calculation(
    name="reconstituted-dose",
    title="Volume of a dose after reconstitution",
    section=16,
    topic="reconstitution",
    keywords="vial, dose volume, draw up",
    formula="volume = dose ÷ drug × final volume",
    inputs=(
        MASS,
        Input("final_volume", "mL", "volume after reconstitution", draw="2..20/1 mL"),
        Input("dose", "mg|unit", draw="100..250/25 mg"),
    ),
    answer="mL",
    cites=CITES,
    question="A vial of {drug} makes {final_volume}. mL for {dose}?",
)
def reconstituted_dose(*, drug: Amount, final_volume: Amount, dose: Amount) -> Working[Decimal]:
    """Gives the volume that holds a dose."""
    answer = dose / drug * final_volume
    more = (Warned("The dose is more than one vial holds."),) if dose > drug else ()
    return working(
        answer,
        "{} ÷ {} × {}",
        dose,
        drug,
        final_volume,
        back=("volume ÷ final volume × drug", answer / final_volume * drug, dose),
        warnings=more,
    )


@calculation(
    name="wrong-diluent",
    title="Strength after the wrong amount of diluent",
    section=16,
    topic="reconstitution",
    keywords="mistake, too much water, antibiotic suspension",
    formula="strength = label strength × label volume ÷ (diluent used + powder volume)",
    inputs=(
        Input("strength", "mg/mL|unit/mL", "strength on the label", draw="250 mg/5 mL|125 mg/5 mL|400 mg/5 mL"),
        Input("volume", "mL", "final volume on the label", draw="100 mL|150 mL"),
        Input("right", "mL", "diluent on the label", draw="72..90/2 mL"),
        Input("used", "mL", "diluent used", draw="60..110/5 mL"),
    ),
    answer="mg/5 mL|unit/mL",
    nearest="0.1",
    cites=CITES,
    warning="Never dispense it: discard, or ask the pharmacist.",
    question="Label: {strength}, {volume} with {right} of water. By mistake {used} was used. Actual mg/5 mL?",
)
def wrong_diluent(*, strength: Amount, volume: Amount, right: Amount, used: Amount) -> Working[Decimal]:
    """Gives the strength of what was really made, for the record of the mistake."""
    powder = volume - right
    if powder.base < 0:
        raise CannotCalculate("right", f"{right} of diluent is more than the final volume, {volume}.")
    actual = used + powder
    answer = strength * volume / actual
    steps = (
        Step("powder volume = label volume − diluent", "{} − {}", powder, (volume, right)),
        Step("volume made", "{} + {}", actual, (used, powder)),
    )
    return working(
        answer,
        "{} × {} ÷ {}",
        strength,
        volume,
        actual,
        before=steps,
        back=("strength × volume made ÷ label volume", answer * actual / volume, strength),
    )


def _bulky(powder: Amount, final: Amount) -> tuple[Warned, ...]:
    if powder * 5 > final * 2:
        return (
            Warned(
                "The powder takes more than 40% of the final volume: check it.",
                Asks.REASON,
                "powder_volume",
                is_reviewed=False,
            ),
        )
    return ()
