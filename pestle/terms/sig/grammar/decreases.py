"""Doses that go down by the same step until none is left: "decrease by 1 tablet daily until gone"."""

from decimal import Decimal

from pestle.terms.sig.amounts import read_amount
from pestle.terms.sig.draft import Draft
from pestle.terms.sig.grammar.rhythm import Period, read_period
from pestle.terms.sig.grammar.state import HIDDEN, ONE, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation

MOST_STEPS = 60
_NOTHING = frozenset({"gone", "done", "finished", "0", "zero", "stopped", "complete", "completed"})
_DOWN = ("decrease", "reduce", "taper", "lower")


def read_decrease(reading: Reading, place: int, token: Token) -> int | None:
    """Read a dose that goes down step by step to nothing; None when its end or its step is not said."""
    draft = reading.draft
    amount = read_amount(reading.tokens, reading.skip(place + 1))
    if (
        not any(word in token.text for word in _DOWN)
        or not token.text.endswith(" by")
        or amount is None
        or draft.low is None
    ):
        return None
    unit_at = reading.skip(amount.after)
    unit = reading.at(unit_at)
    after = unit_at + 1 if unit.kind == "unit" else unit_at
    every = read_period(reading, after)
    length = _length(every)
    if every is None or length is None or not _fits(draft, amount.low, unit, length) or not _ends(reading, every.after):
        return None
    _write_steps(reading, amount.low, length)
    return every.after


def _length(every: Period | None) -> Decimal | None:
    days = {"d": ONE, "wk": Decimal(7)}
    return every.size * days[every.unit] if every and every.unit in days else None


def _fits(draft: Draft, step: Decimal, unit: Token, length: Decimal) -> bool:
    """Tell whether the first dose can go down by whole steps to nothing, its own days being one step long."""
    first = Decimal(draft.day_span[1] - draft.day_span[0] + 1) if draft.day_span else draft.duration
    same_unit = unit.kind != "unit" or unit.value == draft.unit
    is_whole = draft.low == draft.high and step > 0 and draft.low is not None and draft.low % step == 0
    is_daily = draft.frequency in {None, 1} and draft.period_unit in {None, "d"} and draft.period in {None, ONE}
    few = draft.low is not None and step > 0 and draft.low / step <= MOST_STEPS
    return same_unit and is_whole and is_daily and few and first == length and draft.duration_unit in {None, "d"}


def _ends(reading: Reading, place: int) -> bool:
    """Tell whether the text goes on to say that it ends at nothing."""
    while reading.at(place).kind in HIDDEN | {"comma", "then"}:
        place += 1
    if reading.at(place).text == "until":
        place = reading.skip(place + 1)
        return reading.at(place).kind in {"off", "stop"} or reading.at(place).text in _NOTHING
    token = reading.at(place)
    return (token.kind, token.value) == ("note", "finish_all") or token.kind in {"stop", "off"}


def _write_steps(reading: Reading, step: Decimal, length: Decimal) -> None:
    first = reading.draft
    start = first.day_span[0] if first.day_span else None
    if start is None:
        first.frequency, first.period, first.period_unit = 1, ONE, "d"
    dose, day = (first.low or Decimal(0)) - step, (start or 1) + int(length)
    while dose > 0:
        unit = reading.draft.unit
        reading.start_step(Relation.THEN)
        reading.set_dose(dose, dose, unit)
        if start is not None:
            reading.draft.day_span = (day, day + int(length) - 1)
        else:
            reading.draft.frequency, reading.draft.period, reading.draft.period_unit = 1, ONE, "d"
            reading.draft.duration, reading.draft.duration_unit = length, "d"
        dose, day = dose - step, day + int(length)
    reading.joiner = None
