"""Section 17: quantity, directions and product give the days' supply, and any two give the third.

Rule: days = whole days of quantity ÷ largest average daily use. A stated course, a discard date after opening and the
package end it sooner. While the directions need clarification there is no days' supply.
"""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from pestle.calculations.daily_use import Phase, phases
from pestle.calculations.figures import decimal_of, written
from pestle.calculations.payers import HOUSE, PayerRules
from pestle.calculations.supplied import Supplied, factor_of
from pestle.calculations.worked import CannotCalculate, Check, Step, Warned, Worked
from pestle.terms.sig.values import Directions

CITES = "days = quantity ÷ largest daily use, whole days (payer audit practice)"
ROUNDED_DOWN = "down to whole days"
# Draft limit for a pharmacist to confirm: plans seldom pay for more than this at once.
LONGEST_USUAL_DAYS = 100


class DirectionsUnclear(CannotCalculate):
    """The directions must be asked about first; the reason holds every question."""


def days_supply(directions: Directions, supplied: Supplied, payer: PayerRules = HOUSE) -> Worked[Decimal]:
    """Work out the days' supply in whole days.

    DirectionsUnclear while there are questions; CannotCalculate names the figure that is missing or impossible.
    Source: reference rule, section 17 of the calculations: payers count the most that may be used in a day.
    """
    found = _counted_phases(directions, supplied, payer)
    if isinstance(found, Worked):
        return found
    unit = next((use.unit for phase in found for use in phase.uses if use.unit), None)
    total, steps, warnings = _total_units(unit, supplied, payer)
    steps += [Step(*line) for phase in found for use in phase.uses for line in use.lines]
    lasts, lines = _lasts(found, total, directions.rest_days)
    steps += lines
    course = _course(found, directions.rest_days)
    days = Fraction(floor(lasts))
    if course is not None and course < lasts:
        steps.append(
            Step("the course ends it", f"{written(Fraction(floor(lasts)))} days would last", f"{written(course)} days")
        )
        days = Fraction(floor(course))
    days, capped = _capped(days, supplied)
    steps += capped
    if days < 1:
        raise CannotCalculate("quantity", "The quantity is less than one day's use.")
    average = max((phase.average for phase in found), default=Fraction(0))
    return Worked(
        name="days-supply",
        value=Decimal(int(days)),
        unit="days",
        exact=days if days < lasts and (course is not None or capped) else lasts,
        rounding=ROUNDED_DOWN,
        steps=tuple(steps),
        check=_check(found, days, total, directions.rest_days),
        warnings=(*warnings, *_audit_warnings(directions, found, supplied), *_warnings_of_length(days, lasts, course)),
        citation=CITES,
        is_reviewed=all(warning.is_reviewed for warning in warnings),
        inputs={
            "directions": directions.text,
            "quantity": supplied.quantity,
            "unit": supplied.unit,
            "average": average,
        },
    )


def quantity_needed(
    directions: Directions, days: int, supplied: Supplied, payer: PayerRules = HOUSE, *, package: Decimal = Decimal(1)
) -> Worked[Decimal]:
    """Work out the quantity for so many days, rounded up to whole packages; `supplied.quantity` is not looked at.

    DirectionsUnclear while there are questions; CannotCalculate for days or packages that are not above zero.
    """
    if days <= 0 or days > 3660:
        raise CannotCalculate("days", f"{days} is not a number of days between 1 and 3,660.")
    if package <= 0:
        raise CannotCalculate("package", "A package holds more than nothing.")
    found = _counted_phases(directions, supplied, payer)
    if isinstance(found, Worked):
        raise CannotCalculate("directions", "A medicine used only in need has no quantity for a number of days.")
    factor, line, warnings = factor_of(found[0].uses[0].unit, supplied, payer)
    steps = [Step(*each) for phase in found for use in phase.uses for each in use.lines]
    used = _used_in(found, Fraction(days), directions.rest_days)
    steps.append(Step("units used", f"over {days} days", written(used)))
    exact = used / factor
    if line:
        steps.append(Step(*line))
    count = ceil(exact / Fraction(package))
    value = decimal_of(count * Fraction(package))
    steps.append(
        Step("quantity", f"{written(exact)} up to whole packages of {package:f}", f"{value:f} {supplied.unit}")
    )
    return Worked(
        name="quantity-needed",
        value=value,
        unit=supplied.unit,
        exact=exact,
        rounding=f"up to whole packages of {package:f}",
        steps=tuple(steps),
        check=Check("quantity ≥ units used", f"{value:f}", written(exact), Fraction(value) >= exact),
        warnings=tuple(warnings),
        citation=CITES,
        is_reviewed=not warnings,
        inputs={"directions": directions.text, "days": days},
    )


def daily_units(
    supplied: Supplied, days: int, *, dose_unit: str | None = None, payer: PayerRules = HOUSE
) -> Worked[Decimal]:
    """Work out what quantity and days leave for one day: the third of quantity, directions and days."""
    if days <= 0:
        raise CannotCalculate("days", f"{days} is not a number of days.")
    factor, line, warnings = factor_of(dose_unit, supplied, payer)
    exact = Fraction(supplied.quantity) * factor / days
    unit = dose_unit or supplied.unit
    steps = ([Step(*line)] if line else []) + [
        Step(
            "units a day", f"{written(Fraction(supplied.quantity) * factor)} ÷ {days} days", f"{written(exact)} {unit}"
        )
    ]
    return Worked(
        name="daily-units",
        value=decimal_of(exact),
        unit=f"{unit} a day",
        exact=exact,
        rounding="not rounded",
        steps=tuple(steps),
        check=Check(
            "units a day × days", written(exact * days), written(Fraction(supplied.quantity) * factor), agrees=True
        ),
        warnings=tuple(warnings),
        citation=CITES,
        inputs={"quantity": supplied.quantity, "days": days},
    )


def _counted_phases(
    directions: Directions, supplied: Supplied, payer: PayerRules
) -> tuple[Phase, ...] | Worked[Decimal]:
    if directions.questions:
        raise DirectionsUnclear("directions", " ".join(str(question) for question in directions.questions))
    priming = supplied.prime_units if payer.counts_priming else Decimal(0)
    found = phases(directions, priming=priming)
    is_rescue = found is None or any(step.period_unit == "min" for step in directions.steps)
    is_measured = not any(step.amount for step in directions.steps)
    is_event = any(step.prn or step.repeat or step.when for step in directions.steps)
    if is_measured and ((is_rescue and is_event) or _is_one_dose_in_need(directions)):
        return _rescue(directions, payer)
    if found is None:
        raise CannotCalculate("directions", _what_is_missing(directions, supplied))
    units = {use.unit for phase in found for use in phase.uses if use.unit}
    if len(units) > 1:
        raise CannotCalculate(
            "directions", f"The steps are in {' and '.join(sorted(units))}: bring them to one unit first."
        )
    return found


def _is_one_dose_in_need(directions: Directions) -> bool:
    return all(step.prn and step.frequency is not None and step.period is None for step in directions.steps)


def _rescue(directions: Directions, payer: PayerRules) -> Worked[Decimal]:
    if payer.rescue_days is None:
        raise CannotCalculate("payer", "Used only in need: the payer's own table says how many days it is.")
    return Worked(
        name="days-supply",
        value=Decimal(payer.rescue_days),
        unit="days",
        exact=Fraction(payer.rescue_days),
        rounding="as the payer's table says",
        steps=(Step("used only in need", f"table of {payer.name}", f"{payer.rescue_days} days"),),
        citation="payer's table for medicines used in need",
        is_reviewed=payer.is_reviewed,
        inputs={"directions": directions.text},
    )


def _what_is_missing(directions: Directions, supplied: Supplied) -> str:
    if any(step.amount for step in directions.steps):
        return f"How many {supplied.unit} one application takes is not said: ask for grams a day."
    return "The directions do not say how much is used in a day."


def _total_units(unit: str | None, supplied: Supplied, payer: PayerRules) -> tuple[Fraction, list[Step], list[Warned]]:
    if not supplied.quantity.is_finite() or supplied.quantity <= 0 or supplied.quantity > 10**9:
        raise CannotCalculate("quantity", "The quantity must be above zero.")
    factor, line, warnings = factor_of(unit, supplied, payer)
    total = Fraction(supplied.quantity) * factor
    steps = [Step(*each) for each in supplied.lines]
    if line:
        numbers = f"{supplied.quantity:f} {supplied.unit} × {line[1]}"
        steps.append(Step("units in the quantity", numbers, f"{written(total)} {unit or 'units'}"))
    return total, steps, [*supplied.warned, *warnings]


def _lasts(found: tuple[Phase, ...], total: Fraction, rest_days: int | None) -> tuple[Fraction, list[Step]]:
    """Give how long the quantity lasts, phase after phase; the last phase is followed to the end of the quantity."""
    if rest_days and found[-1].days:
        return _cycles(found, total, rest_days)
    steps: list[Step] = []
    left, gone = total, Fraction(0)
    for place, phase in enumerate(found):
        is_last = place == len(found) - 1
        following = None if is_last else found[place + 1]
        if phase.is_once:
            left, gone = _after_one_dose(phase, following, left, gone, steps)
            continue
        lasts = left / phase.average
        if not is_last and phase.days is not None and phase.days <= lasts:
            used = phase.average * phase.days
            steps.append(
                Step(
                    "step used up",
                    f"{written(phase.average)} × {written(phase.days)} days",
                    f"{written(used)} of {written(left)}",
                )
            )
            left, gone = left - used, gone + phase.days
            continue
        steps.append(Step("days", f"{written(left)} ÷ {written(phase.average)} a day", f"{written(lasts)} days"))
        return gone + lasts, steps
    return gone, steps


def _after_one_dose(
    phase: Phase, following: Phase | None, left: Fraction, gone: Fraction, steps: list[Step]
) -> tuple[Fraction, Fraction]:
    """A single dose takes its units and the time to the next dose; alone it is one day."""
    dose = phase.most
    if dose > left:
        raise CannotCalculate("quantity", "The quantity is less than the first dose.")
    if following is None:
        if left >= 2 * dose and not steps:
            raise CannotCalculate(
                "quantity", "The directions are for one dose, the quantity is for more: what is the rest for?"
            )
        steps.append(Step("one single dose", f"{written(dose)} of {written(left)}", "1 day"))
        return left - dose, gone + 1
    if any(use.is_for_events for use in following.uses):
        steps.append(Step("first dose", f"{written(dose)}, within the maximum of the day", "counted there"))
        return left, gone
    steps.append(Step("first dose", f"{written(left)} − {written(dose)}", f"{written(left - dose)} left"))
    return left - dose, gone + _wait(following)


def _wait(following: Phase | None) -> Fraction:
    """Give the days from a single dose to the next: one interval of the next step, or a day when nothing follows."""
    doses = sum((use.doses for use in following.uses), Fraction(0)) if following else Fraction(0)
    return 1 / doses if doses else Fraction(1)


def _cycles(found: tuple[Phase, ...], total: Fraction, rest_days: int) -> tuple[Fraction, list[Step]]:
    on_days = sum((phase.days or Fraction(0) for phase in found), Fraction(0))
    used = sum((phase.average * (phase.days or 0) for phase in found), Fraction(0))
    whole = total // used
    left = total - whole * used
    part = min(left / found[0].average, on_days) if found[0].average else Fraction(0)
    days = whole * (on_days + rest_days) + part
    cycle = f"{written(on_days)} days + {rest_days} days off"
    steps = [Step("units in one cycle", cycle, written(used))]
    numbers = f"{written(Fraction(whole))} × {written(on_days + rest_days)} days" + (
        f" + {written(part)}" if part else ""
    )
    return days, [*steps, Step("days", numbers, f"{written(days)} days")]


def _course(found: tuple[Phase, ...], rest_days: int | None) -> Fraction | None:
    """Give how long the whole course is stated to be; None when it has no stated end or goes round in cycles."""
    if rest_days or any(phase.days is None for phase in found) or all(phase.is_once for phase in found):
        return None
    length = Fraction(0)
    for place, phase in enumerate(found):
        if phase.is_once and place + 1 < len(found):
            length += _wait(found[place + 1])
        else:
            length += phase.days or 0
    return length


def _capped(days: Fraction, supplied: Supplied) -> tuple[Fraction, list[Step]]:
    if supplied.discard_after_days is None:
        return days, []
    if supplied.discard_after_days <= 0 or supplied.containers <= 0:
        raise CannotCalculate("discard_after_days", "Days after opening and containers must be above zero.")
    most = Fraction(supplied.discard_after_days * supplied.containers)
    if most >= days:
        return days, []
    numbers = f"{supplied.discard_after_days} days × {supplied.containers} container(s), less than {written(days)}"
    return most, [Step("discard after opening", numbers, f"{written(most)} days")]


def _used_in(found: tuple[Phase, ...], days: Fraction, rest_days: int | None) -> Fraction:
    """Give the units used in so many days; doses of a single time count whole."""
    left, used = days, Fraction(0)
    while left > 0:
        for place, phase in enumerate(found):
            if phase.is_once:
                used += phase.most
                left -= _wait(found[place + 1] if place + 1 < len(found) else None)
                continue
            span = left if phase.days is None or (place + 1 == len(found) and not rest_days) else min(left, phase.days)
            span = min(span, phase.days) if phase.days is not None else span
            used += phase.average * max(span, Fraction(0))
            left -= span
        if not rest_days:
            break
        left -= rest_days
    return used


def _check(found: tuple[Phase, ...], days: Fraction, total: Fraction, rest_days: int | None) -> Check:
    used = _used_in(found, days, rest_days)
    event = any(use.is_for_events for phase in found for use in phase.uses)
    used = max((phase.average for phase in found), default=used) * days if event else used
    return Check("units used in these days ≤ units dispensed", written(used), written(total), agrees=used <= total)


def _audit_warnings(directions: Directions, found: tuple[Phase, ...], supplied: Supplied) -> list[Warned]:
    """Give what would make this figure fail an audit, as far as directions and package show it."""
    steps = directions.steps
    doses = [use.per_dose - Fraction(supplied.prime_units) for phase in found for use in phase.uses]
    off_step = supplied.dose_step and any(dose % Fraction(supplied.dose_step) for dose in doses)
    told = (
        (any(step.prn for step in steps), "As needed: counted by the most that may be used."),
        (
            any(step.dose_low != step.dose_high or step.period_max or step.frequency_max for step in steps),
            "A range: counted by the larger dose and the shorter interval.",
        ),
        (any(step.route in {"ophs", "otics"} for step in steps), "“Affected” may be both sides: counted for both."),
        ("while_awake" in directions.notes, "“While awake”: counted over the whole day."),
        (off_step, f"The dose is not a multiple of the pen's step of {written(Fraction(supplied.dose_step or 0))}."),
        (
            supplied.unit in {"tablet", "capsule"} and supplied.quantity % 1,
            f"{supplied.quantity:f} {supplied.unit}s is not a whole number.",
        ),
    )
    return [Warned(sentence) for holds, sentence in told if holds]


def _warnings_of_length(days: Fraction, lasts: Fraction, course: Fraction | None) -> list[Warned]:
    warned = []
    if course is not None and lasts < course:
        warned.append(Warned("The quantity ends before the stated course."))
    if course is not None and floor(lasts) > course:
        warned.append(Warned("More is dispensed than the course takes: the smallest package, or ask."))
    if days > LONGEST_USUAL_DAYS:
        warned.append(Warned(f"More than {LONGEST_USUAL_DAYS} days: check quantity and directions.", is_reviewed=False))
    return warned
