"""Days left out, days with another dose, doses that take turns."""

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.grammar.state import HIDDEN, ONE, WEEK, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation

_BETWEEN_DAYS = HIDDEN | {"dow", "and", "or", "comma", "slash"}


def read_exception(reading: Reading, place: int) -> int | None:
    """Read "except Sunday", "except 7.5 mg on Tuesday", "none on weekends"; None when it is something else."""
    dose_first = _dose_at(reading, reading.skip(place))
    at = dose_first[1] if dose_first else _past_no_dose(reading, place)
    days, after = _days_from(reading, at)
    draft = reading.draft
    if not days or not draft.has_dose:
        return None
    dose = dose_first or _dose_at(reading, _past_verb(reading, after))
    if draft.days_of_week:
        is_clear = dose is None and not set(days) & set(draft.days_of_week)
        return after if is_clear else None
    if (draft.frequency, draft.frequency_max, draft.period, draft.period_unit) != (1, None, ONE, "d"):
        return None
    draft.is_bare_daily = True
    draft.days_of_week = [day for day in WEEK if day not in days]
    if dose is None:
        return after
    amount, end = dose
    _start_with(reading, amount, draft.unit)
    reading.draft.days_of_week = days
    return after if dose_first else end


def read_alternating(reading: Reading, place: int, token: Token) -> int | None:
    """Read two doses that take turns from day to day; None when something else takes turns."""
    if not token.text.startswith("alternat"):
        return None
    first = _dose_at(reading, _past_verb(reading, place + 1))
    if reading.draft.has_dose and first:
        return _take_turns(reading, first)
    if first is None or reading.at(reading.skip(first[1])).kind not in {"and", "with"}:
        return None
    second = _dose_at(reading, reading.skip(reading.skip(first[1]) + 1))
    if second is None:
        return None
    unit = reading.at(reading.skip(first[0].after))
    reading.set_dose(first[0].low, first[0].high, unit.value if unit.kind == "unit" else None)
    return _take_turns(reading, second)


def _take_turns(reading: Reading, second: tuple[Amount, int]) -> int | None:
    """Give both doses every other day, on days that take turns."""
    draft = reading.draft
    if draft.frequency is not None and (draft.frequency, draft.period_unit) != (1, "d"):
        return None
    amount, after = second
    when, times = list(draft.when), list(draft.times)
    _every_other_day(reading)
    _start_with(reading, amount, draft.unit)
    _every_other_day(reading)
    reading.draft.when, reading.draft.times = when, times
    while reading.at(reading.skip(after)).value in {"1d", "2d"} or reading.at(reading.skip(after)).text == "qod":
        after = reading.skip(after) + 1
    return after


def _every_other_day(reading: Reading) -> None:
    draft = reading.draft
    draft.frequency, draft.period, draft.period_unit = 1, ONE + ONE, "d"
    draft.is_bare_daily = False


def _start_with(reading: Reading, amount: Amount, unit: str | None) -> None:
    named = reading.at(reading.skip(amount.after))
    reading.start_step(Relation.AND)
    reading.clause_has_content = True
    reading.set_dose(amount.low, amount.high, named.value if named.kind == "unit" else unit)


def _dose_at(reading: Reading, place: int) -> tuple[Amount, int] | None:
    amount = read_amount(reading.tokens, place)
    if amount is None:
        return None
    unit_at = reading.skip(amount.after)
    named = reading.at(unit_at)
    if named.kind in {"time", "times"} or (named.kind == "unit" and "*" in named.value):
        return None
    return amount, unit_at + 1 if named.kind == "unit" else amount.after


def _past_verb(reading: Reading, place: int) -> int:
    while reading.at(place).kind in HIDDEN | {"verb", "comma", "when", "with", "to", "colon"}:
        place += 1
    return place


def _past_no_dose(reading: Reading, place: int) -> int:
    while reading.at(place).kind in HIDDEN | {"unit", "verb", "word"}:
        place += 1
    return place


def _days_from(reading: Reading, place: int) -> tuple[list[str], int]:
    """Give the days of the week named from here on, and the place after them."""
    days: list[str] = []
    after = place
    while reading.at(place).kind in _BETWEEN_DAYS:
        token = reading.at(place)
        place += 1
        if token.kind == "dow":
            days += [day for day in token.value.split(",") if day not in days]
            after = place
    return days, after
