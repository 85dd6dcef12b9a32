"""Section 19: morphine milligram equivalents."""

from decimal import Decimal
from typing import NamedTuple

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, choice
from pestle.calculations.limits import HIGH_ALERT
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.worked import CannotCalculate, Step, Warned

TABLE = "CDC Clinical Practice Guideline 2022, table of conversion factors"


class Factor(NamedTuple):
    """How many morphine milligram equivalents one unit of a drug has."""

    factor: str
    per: str = "MME/mg"


FACTORS = {
    "codeine": Factor("0.15"),
    "fentanyl transdermal": Factor("2.4", "MME/day"),
    "hydrocodone": Factor("1"),
    "hydromorphone": Factor("5"),
    "methadone": Factor("4.7"),
    "morphine": Factor("1"),
    "oxycodone": Factor("1.5"),
    "oxymorphone": Factor("3"),
    "tapentadol": Factor("0.4"),
    "tramadol": Factor("0.2"),
}
ORAL = tuple(name for name in FACTORS if "transdermal" not in name)
OPIOID = HIGH_ALERT["opioid"]
NOT_FOR_CONVERSION = f"{TABLE}. Never use it to change from one opioid to another."


@calculation(
    name="opioid-daily",
    title="Morphine equivalents in a day",
    section=19,
    topic="opioids",
    keywords="MME, morphine milligram equivalents, opioid",
    formula="MME/day = strength × units per day × factor",
    inputs=(
        choice("drug", *ORAL),
        Input(
            "strength",
            "mg/tablet|mg/dose|mg/mL|mg/capsule|mg",
            "strength of one",
            draw="5 mg/dose|10 mg/dose|15 mg/dose|30 mg/dose",
        ),
        Input("daily", "tablet/day|doses/day|mL/day|capsule/day", "units a day, at most", draw="2..6/1 doses/day"),
    ),
    answer="MME/day",
    nearest="0.1",
    cites=TABLE,
    warning=NOT_FOR_CONVERSION,
    second_calculation=OPIOID,
    question="{drug} {strength}, {daily}: MME a day?",
)
def opioid_daily(*, drug: str, strength: Amount, daily: Amount) -> Working[Decimal]:
    """Gives the day's morphine equivalents of one oral opioid; compare with 50 and 90."""
    each = strength / Amount.of(1, "dose") if strength.unit.kind == "mass" else strength
    milligrams = each * daily
    if milligrams.unit.kind != "mass per time":
        raise CannotCalculate("daily", f"{daily} does not count the same thing as {strength}.")
    return _equivalents(drug, milligrams, Step("mg per day", "{} × {}", milligrams.to("mg/day"), (strength, daily)))


@calculation(
    name="opioid-claim",
    title="Morphine equivalents of a claim",
    section=19,
    topic="opioids",
    keywords="MME, claim, quantity, days' supply",
    formula="MME/day = strength × quantity ÷ days' supply × factor",
    inputs=(
        choice("drug", *ORAL),
        Input("strength", "mg/tablet|mg/capsule|mg/mL", draw="5 mg/tablet|10 mg/tablet|15 mg/tablet"),
        Input("quantity", "tablet|capsule|mL", draw="20..120/10 tablets"),
        Input("days", "day", "days' supply", draw="5..30/5 days"),
    ),
    answer="MME/day",
    nearest="0.1",
    cites=TABLE,
    warning=NOT_FOR_CONVERSION,
    second_calculation=OPIOID,
    question="{drug} {strength}, {quantity} for {days}: MME a day?",
)
def opioid_claim(*, drug: str, strength: Amount, quantity: Amount, days: Amount) -> Working[Decimal]:
    """Gives the day's morphine equivalents from what was billed."""
    milligrams = strength * quantity / days
    if milligrams.unit.kind != "mass per time":
        raise CannotCalculate("quantity", f"{quantity} does not count the same thing as {strength}.")
    return _equivalents(
        drug, milligrams, Step("mg per day", "{} × {} ÷ {}", milligrams.to("mg/day"), (strength, quantity, days))
    )


@calculation(
    name="opioid-patch",
    title="Morphine equivalents of a fentanyl patch",
    section=19,
    topic="opioids",
    keywords="MME, fentanyl, transdermal, mcg/h",
    formula="MME/day = mcg/h × 2.4, however many patches",
    inputs=(Input("rate", "mcg/h", "strength of the patches worn", draw="12 mcg/h|25 mcg/h|50 mcg/h|75 mcg/h"),),
    answer="MME/day",
    nearest="0.1",
    cites=TABLE,
    warning=NOT_FOR_CONVERSION,
    second_calculation=OPIOID,
    question="Fentanyl patch {rate}: MME a day?",
)
def opioid_patch(rate: Amount) -> Working[Decimal]:
    """Gives the day's morphine equivalents of the patches worn at one time."""
    per = Amount.of(Decimal(FACTORS["fentanyl transdermal"].factor), "MME/day") / Amount.of(1, "mcg/h")
    found = rate * per
    return working(found, "{} × 2.4", rate, back=("MME ÷ 2.4", found / per, rate), warnings=_bands(found))


@calculation(
    name="opioid-total",
    title="Morphine equivalents of all opioids",
    section=19,
    topic="opioids",
    keywords="MME, total",
    formula="total = sum of MME/day",
    inputs=(
        Input(
            "each",
            "MME/day",
            "MME a day of each opioid",
            is_list=True,
            draw="20..60/10 MME/day|30 MME/day; 30 MME/day|45 MME/day; 20 MME/day",
        ),
    ),
    answer="MME/day",
    nearest="0.1",
    cites=TABLE,
    warning=NOT_FOR_CONVERSION,
    second_calculation=OPIOID,
    question="Opioids of {each}: total?",
)
def opioid_total(each: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the sum over all opioids a person takes."""
    total = sum(each[1:], each[0])
    rest = sum(each[1:], Amount.of(0, "MME/day"))
    return working(
        total, " + ".join(map(str, each)), back=("total − the others", total - rest, each[0]), warnings=_bands(total)
    )


def _equivalents(drug: str, milligrams: Amount, step: Step) -> Working[Decimal]:
    factor = Amount.of(Decimal(FACTORS[drug].factor), "MME/mg")
    found = milligrams * factor
    return working(
        found,
        "{} × {}",
        milligrams.to("mg/day"),
        factor,
        before=(step,),
        back=("MME ÷ factor", found / factor, milligrams),
        warnings=_bands(found),
    )


def _bands(found: Amount) -> tuple[Warned, ...]:
    for level, text in (
        (90, "90 MME/day or more: many payers stop here."),
        (50, "50 MME/day or more: caution, offer naloxone."),
    ):
        if found >= Amount.of(level, "MME/day"):
            return (Warned(text, citation="CDC 2022" if level == 50 else "payer edits", is_reviewed=level == 50),)
    return ()
