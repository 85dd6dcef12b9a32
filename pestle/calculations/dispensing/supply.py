"""Section 17: days' supply and quantity by plain arithmetic; directions as text go through `days_supply.py`."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.worked import CannotCalculate, Step

CITES = "payers count the most that may be used in a day; whole days, rounded down (draft)"
TOPIC = "quantity and days' supply"
DOSES = Input("doses", "doses/day", "doses a day", is_optional=True, draw="1..4/1 doses/day")
EVERY = Input("every", "h|day|week", "or the time from dose to dose, as 72 h", is_optional=True)
PER_DOSE = Input("dose", "any", "the most in one dose, both eyes or nostrils counted", draw="1..3/1 tablets")


@calculation(
    name="days-supply",
    title="Days' supply",
    section=17,
    topic=TOPIC,
    keywords="days supply, how long, quantity, insulin, drops, inhaler, patch",
    formula="days = quantity × units in one ÷ (dose × doses a day), whole days",
    inputs=(
        Input("quantity", "any", "what is dispensed", draw="30..180/30 tablets"),
        PER_DOSE,
        DOSES,
        EVERY,
        Input("holds", "any", "what one of the quantity holds, as 20 drops/mL or 300 units/pen", is_optional=True),
        Input("prime", "any", "used to prime before each dose", is_optional=True),
        Input("discard", "day", "days one opening lasts, all containers together", is_optional=True),
    ),
    nearest=to_nearest("1", Way.DOWN),
    cites=CITES,
    is_reviewed=False,
    question="{quantity}, {dose} a dose, {doses}: days' supply?",
    also_asked=(
        (
            "{quantity} of eye drops at {holds}, {dose} in each eye counted together, {doses}: days' supply?",
            {"quantity": "2.5 mL|5 mL|10 mL|15 mL", "holds": "20 drops/mL", "dose": "2 drops|4 drops"}
            | {"doses": "1..4/1 doses/day"},
        ),
        (
            "{quantity} of {holds}, {dose} a dose, {doses}, {prime} to prime each time: days' supply?",
            {"quantity": "2..5/1 pens", "holds": "300 units/pen", "dose": "6..40/2 units", "prime": "2 units"}
            | {"doses": "1..3/1 doses/day"},
        ),
        (
            "{quantity} of {holds}, {dose} a dose, {doses}: days' supply?",
            {"quantity": "1 inhaler|2 inhalers", "holds": "60 puffs/inhaler|120 puffs/inhaler|200 puffs/inhaler"}
            | {"dose": "1 puff|2 puffs", "doses": "2 doses/day|4 doses/day|6 doses/day"},
        ),
        (
            "{quantity} of suspension, {dose} a dose, {doses}: days' supply?",
            {"quantity": "75 mL|100 mL|150 mL|200 mL", "dose": "5 mL|7.5 mL|10 mL", "doses": "2..3/1 doses/day"},
        ),
        (
            "{quantity}, {dose} at a time, a new one every {every}: days' supply?",
            {"quantity": "4..12/1 patches", "dose": "1 patch", "every": "3 days|7 days"},
        ),
        (
            "{quantity} of cream, {dose} each time, {doses}: days' supply?",
            {"quantity": "15 g|30 g|45 g|60 g|80 g", "dose": "0.5 g|1 g|1.5 g|2 g", "doses": "1..4/1 doses/day"},
        ),
    ),
)
def days_supply_of(
    *,
    quantity: Amount,
    dose: Amount,
    doses: Amount | None,
    every: Amount | None,
    holds: Amount | None,
    prime: Amount | None,
    discard: Amount | None,
) -> Working[Decimal]:
    """Gives the whole days a quantity lasts; the days after opening end it sooner."""
    a_day = _doses_a_day(doses, every)
    whole_dose = dose + prime if prime else dose
    total = quantity * holds if holds else quantity
    lasts = Amount.of(_times(total, whole_dose, "quantity") / a_day, "day")
    before = [Step("doses a day", "", str(Amount.of(a_day, "doses/day")))]
    if holds:
        before.append(Step("in the quantity", "{} × {}", total, (quantity, holds)))
    if prime:
        before.append(Step("used in one dose", "{} + {}", whole_dose, (dose, prime)))
    if discard and discard < lasts:
        before.append(Step("would last", "{} ÷ {} ÷ {}", lasts, (total, whole_dose, Amount.of(a_day, "doses/day"))))
        return working(discard.to("day"), "discard after {}", discard, before=tuple(before))
    return working(
        lasts,
        "{} ÷ ({} × {})",
        total,
        whole_dose,
        Amount.of(a_day, "doses/day"),
        before=tuple(before),
        back=("days × doses a day × dose", whole_dose * (lasts.value * a_day), total.in_unit(total.unit)),
    )


@calculation(
    name="quantity-for-days",
    title="Quantity for a number of days",
    section=17,
    topic=TOPIC,
    keywords="quantity to dispense, how many tablets, how many mL",
    formula="quantity = dose × doses a day × days ÷ strength of one",
    inputs=(
        PER_DOSE,
        DOSES,
        EVERY,
        Input("days", "day|h|week", "how long", draw="7 days|10 days|14 days|30 days"),
        Input("strength", "any", "strength of one, as 500 mg/tablet", is_optional=True),
    ),
    nearest="0.001",
    cites="arithmetic",
    question="{dose} a dose, {doses}, for {days}: quantity?",
)
def quantity_for_days(
    *, dose: Amount, doses: Amount | None, every: Amount | None, days: Amount, strength: Amount | None
) -> Working[Decimal]:
    """Gives the quantity for so long, in the unit of the dose or of one piece of that strength."""
    a_day = _doses_a_day(doses, every)
    count = a_day * days.to("day").value
    used = dose * count
    line = Step("used", "{} × {} × {}", used, (dose, Amount.of(a_day, "doses/day"), days))
    if strength is None:
        return working(used, "{} × {} × {}", dose, Amount.of(a_day, "doses/day"), days, back=("÷", used / count, dose))
    return working(
        used / strength,
        "{} ÷ {}",
        used,
        strength,
        before=(line,),
        back=("quantity × strength ÷ doses", used / strength * strength / count, dose),
    )


def _doses_a_day(doses: Amount | None, every: Amount | None) -> Fraction:
    if (doses is None) == (every is None):
        raise CannotCalculate("doses", "give either the doses a day or the time from dose to dose.")
    if doses is not None:
        return doses.value
    return 1 / (every.to("day").value if every is not None else Fraction(1))


def _times(total: Amount, dose: Amount, field: str) -> Fraction:
    """Give how many doses are in the total; both must be in one kind of unit."""
    if total.unit.dimensions != dose.unit.dimensions:
        raise CannotCalculate(field, f"{total} and {dose} are different kinds: say what one of the quantity holds.")
    return total.base / dose.base
