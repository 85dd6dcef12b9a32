"""Section 18: tapers, dose packs and split tablets."""

import re
from decimal import Decimal
from fractions import Fraction
from math import lcm

from pestle.calculations.amount import Amount, counted
from pestle.calculations.figures import written
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Working, calculation, working
from pestle.calculations.rounding import Way, to_nearest
from pestle.calculations.units import unit_named
from pestle.calculations.worked import CannotCalculate, Step, Warned

MOST_STEPS = 20_000
CITES = "arithmetic; USP <1160>"
PHASE = re.compile(r"(.+?) ?(?:x|for) ?([\d,]+) ?(d|day|days|wk|week|weeks)")
PHASES = Input(
    "phases", kind=Kind.TEXT, is_list=True, label="each step, as 40 mg/day for 3 days",
    draw="40 mg/day for 3 days; 20 mg/day for 3 days; 10 mg/day for 4 days|"
    "30 mg/day for 5 days; 20 mg/day for 5 days; 10 mg/day for 5 days",
)  # fmt: skip


@calculation(
    name="taper-quantity",
    title="Quantity for a taper",
    section=18,
    topic="tapers and refills",
    keywords="taper, prednisone, dose pack, tablets",
    formula="quantity = sum of (daily amount × days) ÷ strength of one",
    inputs=(
        PHASES,
        Input(
            "strength",
            "any",
            "strength of one; leave out when the steps are in tablets or mL",
            is_optional=True,
            draw="5 mg/tablet|10 mg/tablet",
        ),
    ),
    nearest=to_nearest("0.5", Way.UP),
    cites=CITES,
    question="{phases}, from {strength}: how many tablets?",
)
def taper_quantity(phases: tuple[str, ...], strength: Amount | None) -> Working[Decimal]:
    """Gives the tablets (to the next half) or millilitres for all steps of a taper."""
    steps, total = [], Amount.of(0)
    for place, phase in enumerate(phases):
        daily, days = _phase(phase)
        part = daily * days
        steps.append(Step(f"step {place + 1}", "{} × {}", _plain(part), (daily, days)))
        total = part if place == 0 else total + part
    first, days = _phase(phases[0])
    others = total - first * days
    if strength is None:
        return working(
            _plain(total),
            " + ".join(str(step.result) for step in steps),
            before=tuple(steps),
            back=("(total − the other steps) ÷ days", (total - others) / days, first),
            rounding=to_nearest("0.5", Way.UP),
        )
    count = counted(total / strength, "strength", strength)
    pieces = [(_phase(phase)[0] / strength).base * 2 for phase in phases]
    warnings = (
        (Warned("A step is no whole or half tablet: choose another strength."),)
        if any(piece.denominator != 1 for piece in pieces)
        else ()
    )
    if not warnings and any(piece.numerator % 2 for piece in pieces):
        warnings = (Warned("A step needs half tablets: only if scored, never extended-release, coated or hazardous."),)
    return working(
        count,
        "{} ÷ {}",
        _plain(total),
        strength,
        before=tuple(steps),
        back=("count × strength", count * strength, _plain(total)),
        warnings=warnings,
    )


@calculation(
    name="taper-days",
    title="Days a taper lasts",
    section=18,
    topic="tapers and refills",
    keywords="taper, until gone, days' supply",
    formula="days = days of the closed steps + what is left ÷ last daily amount",
    inputs=(
        Input("quantity", "any", draw="100 mL|120 mL|150 mL"),
        Input(
            "phases",
            kind=Kind.TEXT,
            is_list=True,
            label="closed steps",
            draw="15 mL/day for 2 days; 10 mL/day for 2 days|20 mL/day for 3 days",
        ),
        Input("then", "any", "daily amount of the open last step", draw="5 mL/day"),
    ),
    answer="day",
    nearest=to_nearest("1", Way.DOWN),
    cites=CITES,
    question="{quantity}: {phases}, then {then} until gone. How many days?",
)
def taper_days(*, quantity: Amount, phases: tuple[str, ...], then: Amount) -> Working[Decimal]:
    """Gives whole days; the open last step takes the remainder."""
    steps, used, days = [], quantity * 0, Amount.of(0, "day")
    for place, phase in enumerate(phases):
        daily, length = _phase(phase)
        part = (daily * length).in_unit(quantity.unit)
        used, days = used + part, days + length
        steps.append(Step(f"step {place + 1}", "{} × {}", part, (daily, length)))
    left = quantity - used
    if left.base < 0:
        raise CannotCalculate("quantity", f"{quantity} is used up before the last step begins.")
    rest = (left / then).to("day")
    steps.append(Step("left for the last step", "{} − {}", left, (quantity, used)))
    steps.append(Step("days of the last step", "{} ÷ {}", rest, (left, then)))
    total = days + rest
    return working(
        total,
        "{} + {}",
        days,
        rest,
        before=tuple(steps),
        back=("(days − closed days) × last amount + used", (total - days) * then + used, quantity),
    )


@calculation(
    name="dose-pack",
    title="Dose pack",
    section=18,
    topic="tapers and refills",
    keywords="Medrol, 6-5-4-3-2-1, pack",
    formula="tablets = first + one less each day, down to 1",
    inputs=(Input("first", "tablet", "tablets on the first day", draw="4..12/1 tablets"),),
    answer="tablet",
    nearest="1",
    cites=CITES,
    question="A pack begins with {first} and goes down by one a day to 1. Tablets in all?",
)
def dose_pack(first: Amount) -> Working[Decimal]:
    """Gives the tablets of a pack that goes down by one a day."""
    count = first.value
    if count.denominator != 1 or count > 60:
        raise CannotCalculate("first", f"{first} is not a first day of whole tablets.")
    total = Amount.of(count * (count + 1) / 2, "tablet")
    numbers = " + ".join(str(each) for each in range(int(count), 0, -1))
    return working(
        total, numbers, back=("2 × total ÷ (first + 1)", Amount.of(2 * total.value / (count + 1), "tablet"), first)
    )


@calculation(
    name="split-tablets",
    title="Tablets for split doses",
    section=18,
    topic="tapers and refills",
    keywords="half tablet, split, quantity",
    formula="tablets = dose ÷ strength × doses a day × days, up to whole tablets",
    inputs=(
        Input("dose", "mg/dose|mg", draw="12.5 mg/dose|25 mg/dose|5 mg/dose"),
        Input("strength", "mg/tablet", draw="25 mg/tablet|50 mg/tablet|10 mg/tablet"),
        Input("times", "doses/day", draw="1..3/1 doses/day"),
        Input("days", "day", draw="14 days|30 days|90 days"),
    ),
    answer="tablet",
    nearest=to_nearest("1", Way.UP),
    cites=CITES,
    warning="Only scored tablets; never extended-release, coated or hazardous ones.",
    question="{dose}, {times} for {days}, from {strength}: whole tablets?",
)
def split_tablets(*, dose: Amount, strength: Amount, times: Amount, days: Amount) -> Working[Decimal]:
    """Gives whole tablets; refuses a dose that is no whole number of quarters."""
    each = dose / strength if "dose" in dose.unit.kind else dose / strength / Amount.of(1, "dose")
    quarters = each.to("tablet/dose").value * 4
    if quarters.denominator != 1:
        raise CannotCalculate("strength", f"{dose} is no whole number of quarters of {strength}.")
    count = (each * times * days).to("tablet")
    before = (Step("tablets per dose = dose ÷ strength", "{} ÷ {}", each.to("tablet/dose"), (dose, strength)),)
    return working(
        count,
        "{} × {} × {}",
        each.to("tablet/dose"),
        times,
        days,
        before=before,
        back=("tablets ÷ days ÷ times", count / days / times, each),
    )


@calculation(
    name="strengths-for-dose",
    title="Fewest tablets of the strengths at hand",
    section=18,
    topic="tapers and refills",
    keywords="combine strengths, warfarin, levothyroxine, tablets",
    formula="fewest whole tablets whose strengths add up to the dose",
    inputs=(
        Input("dose", "mg", draw="5..45/5 mg"),
        Input(
            "strengths",
            "mg/tablet",
            is_list=True,
            draw="5 mg/tablet; 10 mg/tablet; 20 mg/tablet|1 mg/tablet; 2 mg/tablet; 5 mg/tablet",
        ),
    ),
    answer="tablet",
    nearest="1",
    cites=CITES,
    question="{dose} from {strengths}: the fewest whole tablets?",
)
def strengths_for_dose(dose: Amount, strengths: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the fewest whole tablets; beside it how many of each strength."""
    sizes = sorted({strength.to("mg/tablet").value for strength in strengths}, reverse=True)
    chosen = _fewest(dose.to("mg").value, sizes)
    if chosen is None:
        raise CannotCalculate("strengths", f"no whole tablets of these strengths make {dose}.")
    steps = tuple(
        Step(
            f"{Amount.of(size, 'mg')} tablets",
            "{} × {}",
            Amount.of(size * count, "mg"),
            (Amount.of(count, "tablet"), Amount.of(size, "mg/tablet")),
        )
        for size, count in chosen.items()
        if count
    )
    total = Amount.of(sum(chosen.values()), "tablet")
    made = Amount.of(sum(size * count for size, count in chosen.items()), "mg")
    also = tuple(
        (f"{Amount.of(size, 'mg')}", Amount.of(count, "tablet"), "") for size, count in chosen.items() if count
    )
    return working(
        total,
        " + ".join(str(count) for count in chosen.values() if count),
        before=steps,
        back=("sum of the tablets", made, dose),
        also=also,
    )


def _phase(text: str) -> tuple[Amount, Amount]:
    found = PHASE.fullmatch(" ".join(text.split()))
    if found is None:
        raise CannotCalculate("phases", f"{text[:40]!r} is not a step: write 40 mg/day for 3 days.")
    daily, days = Amount.read(found[1], field="phases"), Amount.read(f"{found[2]} {found[3]}", field="phases").to("day")
    if ("time", -1) not in daily.unit.dimensions:
        raise CannotCalculate("phases", f"{daily} does not say per day.")
    if daily.base <= 0 or days.base <= 0:
        raise CannotCalculate("phases", f"{text[:40]!r} takes nothing.")
    return daily.in_unit(unit_named(f"{daily.unit.symbol.rsplit('/', 1)[0]}/day")), days


def _plain(amount: Amount) -> Amount:
    for unit in ("mg", "mL", "tablet", "capsule"):
        if amount.unit.dimensions == unit_named(unit).dimensions:
            return amount.to(unit)
    return amount


def _fewest(dose: Fraction, sizes: list[Fraction]) -> dict[Fraction, int] | None:
    step = Fraction(1, lcm(*(size.denominator for size in sizes), dose.denominator))
    target, pieces = int(dose / step), [int(size / step) for size in sizes]
    if target > MOST_STEPS:
        raise CannotCalculate("dose", f"{written(dose)} mg is too much to be made from such strengths.")
    # Fewest pieces for every amount up to the dose, each remembered by the last piece that was added.
    fewest, last = [0, *[target + 1] * target], [0] * (target + 1)
    for amount in range(1, target + 1):
        for piece in pieces:
            if piece <= amount and fewest[amount - piece] + 1 < fewest[amount]:
                fewest[amount], last[amount] = fewest[amount - piece] + 1, piece
    if fewest[target] > target:
        return None
    chosen = dict.fromkeys(sizes, 0)
    while target:
        chosen[last[target] * step] += 1
        target -= last[target]
    return chosen
