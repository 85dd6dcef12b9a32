"""Section 18: refills, when they are due and when they end."""

from datetime import date, timedelta
from decimal import Decimal

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, Kind, choice
from pestle.calculations.registry import Working, calculation, stated, working
from pestle.calculations.worked import CannotCalculate, Check, Step, Warned
from pestle.terms.days import months_after

THRESHOLD = Input(
    "threshold", "%", "part of the days' supply that must be used", limit="percent", default="75%", draw="75%|80%|85%"
)


@calculation(
    name="refill-due",
    title="First day a refill is not too soon",
    section=18,
    topic="tapers and refills",
    keywords="refill too soon, early refill, 75%, next fill",
    formula="day = fill date + days' supply × threshold, up to whole days",
    inputs=(
        Input("filled", kind=Kind.DAY, label="date of the last fill", draw="2026-01-05|2026-02-14|2026-03-30"),
        Input("days", "day", "days' supply", draw="30 days|90 days|28 days"),
        THRESHOLD,
    ),
    cites="payer rule: 75 to 85% is typical, more for controlled drugs (draft)",
    is_reviewed=False,
    question="Filled {filled} for {days}; a refill is paid after {threshold}. First day (YYYY-MM-DD)?",
)
def refill_due(*, filled: date, days: Amount, threshold: Amount) -> Working[date]:
    """Gives the first day on which a refill is not too soon."""
    used = (days * threshold.base).to("day")
    whole = -((-used.value) // 1)
    due = later(filled, whole, "days")
    steps = (
        Step("days that must be used", "{} × {}", used, (days, threshold)),
        Step("day", f"{filled} + {whole} days", due),
    )
    return stated(
        due,
        *steps,
        check=Check("day − days", due - timedelta(days=int(whole)), filled, due - timedelta(days=int(whole)) == filled),
    )


@calculation(
    name="total-authorised",
    title="Quantity authorised in all",
    section=18,
    topic="tapers and refills",
    keywords="refills, total quantity",
    formula="total = quantity × (refills + 1)",
    inputs=(
        Input("quantity", "any", draw="30..120/30 tablets"),
        Input("refills", "", draw="1..11/1", may_be_zero=True),
        choice("schedule", "none", "ii", "iii", "iv", "v", default="none", draw=False),
    ),
    nearest="0.001",
    cites="21 CFR 1306.12, 1306.22",
    question="{quantity} with refills: {refills}. Quantity authorised in all?",
)
def total_authorised(*, quantity: Amount, refills: Amount, schedule: str) -> Working[Decimal]:
    """Gives the whole authorised quantity; no refills for schedule II, at most five for III and IV."""
    if refills.value.denominator != 1 or refills.value > 99:
        raise CannotCalculate("refills", f"{refills} is not a number of refills.")
    most = {"ii": 0, "iii": 5, "iv": 5}.get(schedule)
    if most is not None and refills.value > most:
        raise CannotCalculate("refills", f"schedule {schedule.upper()} allows {most or 'no'} refills.")
    total = quantity * (refills.value + 1)
    return working(
        total, "{} × ({} + 1)", quantity, refills, back=("total ÷ (refills + 1)", total / (refills.value + 1), quantity)
    )


@calculation(
    name="prescription-ends",
    title="Last day a prescription can be filled",
    section=18,
    topic="tapers and refills",
    keywords="expiration, six months, one year, controlled",
    formula="last day = written + 6 months (schedule III, IV) or 12 months",
    inputs=(
        Input("written", kind=Kind.DAY, draw="2026-01-31|2026-08-31|2026-03-15"),
        choice("schedule", "none", "iii", "iv", "v", default="none"),
    ),
    cites="21 CFR 1306.22 (III and IV); 12 months otherwise is state law, a draft here",
    question="A prescription of schedule {schedule} was written on {written}. Last day (YYYY-MM-DD)?",
)
def prescription_ends(written: date, schedule: str) -> Working[date]:
    """Gives the last day; six months after 31 August is the end of February."""
    months = 6 if schedule in {"iii", "iv"} else 12
    try:
        last = months_after(written, months)
    except ValueError:
        raise CannotCalculate("written", "is too late a day.") from None
    warnings = (
        ()
        if months == 6
        else (Warned("Twelve months is the usual state rule: see the board of pharmacy.", is_reviewed=False),)
    )
    return stated(last, Step(f"written + {months} months", f"{written} + {months} months", last), warnings=warnings)


@calculation(
    name="window-quantity",
    title="Quantity in a rolling window",
    section=18,
    topic="tapers and refills",
    keywords="quantity limit, rolling window, overlapping fills",
    formula="total = sum of the fills in the window that ends on the day",
    inputs=(
        Input("day", kind=Kind.DAY, label="day of the new fill"),
        Input("window", "day", "length of the window"),
        Input("fills", kind=Kind.TEXT, is_list=True, label="earlier fills, as 2026-01-05 9 tablets"),
        Input("new", "any", "new fill"),
        Input("most", "any", "limit in the window"),
    ),
    nearest="0.001",
    cites="payer quantity limit",
)
def window_quantity(
    *, day: date, window: Amount, fills: tuple[str, ...], new: Amount, most: Amount
) -> Working[Decimal]:
    """Gives what the window would hold with the new fill; warns above the limit."""
    first = later(day, 1 - window.to("day").value, "window")
    total, steps = new, []
    for fill in fills:
        written, _, amount = fill.strip().partition(" ")
        try:
            filled, quantity = date.fromisoformat(written), Amount.read(amount, field="fills")
        except ValueError:
            raise CannotCalculate("fills", f"{fill[:40]!r} is not a fill: write 2026-01-05 9 tablets.") from None
        if first <= filled <= day:
            total = total + quantity
            steps.append(Step("counts", written, quantity))
    over = (Warned(f"{total} is more than {most} in {window}."),) if total > most else ()
    return working(
        total,
        f"fills from {first} to {day} and {new}",
        before=tuple(steps),
        warnings=over,
        back=("total − earlier fills", total - (total - new), new),
    )


def later(day: date, days: object, field: str) -> date:
    """Give the day that many days later; CannotCalculate when the calendar ends."""
    try:
        return day + timedelta(days=int(str(days)))
    except (OverflowError, ValueError):
        raise CannotCalculate(field, f"{days} days from {day} is no day we can write.") from None
