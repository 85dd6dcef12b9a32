"""How much a day: the largest use that directions allow, step by step."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from pestle.calculations.figures import written
from pestle.terms.sig.bodies import PAIRED_ROUTES
from pestle.terms.sig.values import Directions, Relation, Step

DAYS = {"min": Fraction(1, 1440), "h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7), "mo": Fraction(30)}


@dataclass(frozen=True, slots=True)
class Use:
    """The largest use of one step.

    per_dose  units of the dose in one dose, both of a pair counted
    doses     doses a day, on average
    average   units a day, on average: what divides a quantity
    most      units in the busiest day
    lines     how it was reckoned
    """

    unit: str | None
    per_dose: Fraction
    doses: Fraction
    average: Fraction
    most: Fraction
    is_once: bool = False
    is_for_events: bool = False
    is_scale: bool = False
    lines: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps used in the same days: together so much a day, for so many days (None: without end)."""

    uses: tuple[Use, ...]
    days: Fraction | None

    @property
    def average(self) -> Fraction:
        """Units a day on average, all steps together."""
        return self._together([(use.average, use.is_scale) for use in self.uses])

    @property
    def most(self) -> Fraction:
        """Units in the busiest day, all steps together."""
        return self._together([(use.most, use.is_scale) for use in self.uses])

    @property
    def is_once(self) -> bool:
        """Tell whether the phase is one single dose."""
        return all(use.is_once for use in self.uses)

    @staticmethod
    def _together(parts: list[tuple[Fraction, bool]]) -> Fraction:
        """Add the steps up; a sliding scale's maximum covers the fixed doses beside it when it is above them."""
        fixed = sum((units for units, is_scale in parts if not is_scale), Fraction(0))
        scaled = sum((units for units, is_scale in parts if is_scale), Fraction(0))
        return scaled if scaled > fixed else fixed + scaled


def use_of(step: Step, *, priming: Decimal = Decimal(0)) -> Use | None:
    """Give the largest use of a step: the larger dose, the shorter interval, never above a stated maximum.

    None when the step does not say how much or how often. Source: payer audits count the most that may be used.
    """
    most_in_a_day = _maximum(step)
    is_event = step.frequency is None and not step.days_of_week
    if step.dose_high is None or is_event:
        return _by_maximum(step, most_in_a_day)
    pair = 2 if step.route in PAIRED_ROUTES else 1
    per_dose = Fraction(step.dose_high) * pair + Fraction(priming)
    lines = _dose_lines(step, pair, priming, per_dose)
    if step.is_given_once:
        return Use(step.unit, per_dose, Fraction(0), Fraction(0), per_dose, is_once=True, lines=lines)
    doses, busiest, line = _doses_a_day(step)
    average, most = per_dose * doses, per_dose * busiest
    lines += (line, ("units a day", f"{written(per_dose)} × {written(doses)}", _units(average, step.unit)))
    if most_in_a_day is not None and most_in_a_day < most:
        lines += (
            ("stated maximum a day", f"{_units(most_in_a_day, step.unit)} is less than {written(most)}", "counts"),
        )
        average, most = min(average, most_in_a_day), most_in_a_day
    return Use(step.unit, per_dose, doses, average, most, lines=lines)


def phases(directions: Directions, *, priming: Decimal = Decimal(0)) -> tuple[Phase, ...] | None:
    """Give the phases of directions in their order; None when one of them cannot be counted."""
    grouped: list[list[Step]] = []
    for step in directions.steps:
        if step.relation in {None, Relation.THEN} or not grouped:
            grouped.append([])
        grouped[-1].append(step)
    found = []
    for group in grouped:
        uses = [use_of(step, priming=priming) for step in group]
        known = tuple(use for use in uses if use is not None)
        if len(known) != len(uses):
            return None
        lengths = [length for length in map(_length, group) if length is not None]
        found.append(Phase(known, max(lengths) if len(lengths) == len(group) else None))
    return tuple(found)


def most_in_one_day(directions: Directions) -> Fraction | None:
    """Give the most units that may be used in any one day; None when the directions do not say."""
    found = phases(directions)
    return max((phase.most for phase in found), default=None) if found and not directions.questions else None


def _by_maximum(step: Step, most: Fraction | None) -> Use | None:
    if most is None:
        return None
    line = ("stated maximum a day", "", _units(most, step.max_unit or step.unit))
    per_dose = Fraction(step.dose_high) if step.dose_high is not None else most
    return Use(
        step.max_unit or step.unit,
        per_dose,
        most / per_dose,
        most,
        most,
        is_for_events=True,
        is_scale=step.amount == "sliding scale",
        lines=(line,),
    )


def _maximum(step: Step) -> Fraction | None:
    if step.max_per_day is None or (step.max_unit and step.unit and step.max_unit != step.unit):
        return None
    return Fraction(step.max_per_day)


def _dose_lines(step: Step, pair: int, priming: Decimal, per_dose: Fraction) -> tuple[tuple[str, str, str], ...]:
    if pair == 1 and not priming:
        return ()
    numbers = f"{written(Fraction(step.dose_high or 0))}"
    numbers += f" × {pair}" if pair > 1 else ""
    numbers += f" + {written(Fraction(priming))} to prime" if priming else ""
    return (("units in one dose", numbers, _units(per_dose, step.unit)),)


def _doses_a_day(step: Step) -> tuple[Fraction, Fraction, tuple[str, str, str]]:
    """Give doses a day on average, doses in the busiest day, and the line of working."""
    days_named = len(step.days_of_week)
    if step.frequency is None:
        return (
            Fraction(days_named, 7),
            Fraction(1),
            ("doses a day", f"{days_named} ÷ 7", written(Fraction(days_named, 7))),
        )
    count = Fraction(step.frequency_max or step.frequency)
    period = Fraction(step.period or 1)
    unit = step.period_unit or "d"
    if unit in {"h", "min"}:
        hours = period * DAYS[unit] * 24
        doses = count * 24 / hours
        return doses, Fraction(ceil(doses)), ("doses a day", f"24 h ÷ {written(hours / count)} h", written(doses))
    days = period * DAYS[unit]
    doses = count / days
    busiest = Fraction(max(1, ceil(doses)))
    if days_named and unit == "d":
        doses = doses * days_named / 7
        return doses, busiest, ("doses a day", f"{written(count)} × {days_named} days ÷ 7", written(doses))
    numbers = f"{written(count)}" if days == 1 else f"{written(count)} ÷ {written(days)} days"
    return doses, busiest, ("doses a day", numbers, written(doses))


def _length(step: Step) -> Fraction | None:
    if step.duration is None or step.is_given_once:
        return Fraction(0) if step.is_given_once else None
    length = Fraction(step.duration_max or step.duration)
    if step.duration_unit == "dose":
        doses, _, _ = _doses_a_day(step)
        return length / doses if doses else None
    return length * DAYS[step.duration_unit or "d"]


def _units(value: Fraction, unit: str | None) -> str:
    return f"{written(value)} {unit or 'units'}"
