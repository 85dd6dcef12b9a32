"""No more than: maximums, "up to", repeats."""

from decimal import Decimal

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.grammar.rhythm import Period, Rhythm, read_period, set_rhythm
from pestle.terms.sig.grammar.spans import set_doses, set_duration
from pestle.terms.sig.grammar.state import DAY_HOURS, HIDDEN, ONE, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Repeat


def read_maximum(reading: Reading, place: int, token: Token) -> int:
    """Read "max 6 per day", "nte 8 tabs/24h", "mdd 3", "no more than 3 times a day"."""
    reading.clause_has_content = True
    at = reading.skip(place + 1)
    while reading.at(at).kind in HIDDEN | {"equals", "colon", "max", "to", "totalof", "open", "upto"}:
        at += 1
    amount = read_amount(reading.tokens, at)
    if amount is None:
        if token.text not in {"max", "maximum"} or reading.draft.max_per_day is None:
            reading.out.ask("maximum", "A maximum is mentioned without its number: what is the most in one day?")
        return place + 1
    after = reading.skip(amount.after)
    unit = reading.at(after)
    if unit.kind in {"times", "x"} or unit.value == "dose" or unit.kind == "doses":
        return _read_maximum_times(reading, amount, after + 1)
    name = None
    high = amount.high
    if unit.kind in {"unit", "tee", "sprayword"}:
        name, _, factor = (unit.value or {"tee": "tablet"}.get(unit.kind, "spray")).partition("*")
        high *= Decimal(factor or 1)
        after += 1
    else:
        after = amount.after
    period = read_period(reading, after)
    if period and (period[0], period[1]) != (ONE, "d"):
        reading.out.ask("maximum", "The maximum is not given for a day: how much is the most in one day?")
    set_maximum(reading, high, name)
    return period[2] if period else after


def _read_maximum_times(reading: Reading, amount: Amount, after: int) -> int:
    period = read_period(reading, after)
    draft = reading.draft
    if draft.frequency is None:
        size, unit, end, _ = period or Period(ONE, "d", after)
        draft.prn = True
        set_rhythm(reading, Rhythm(0, int(amount.high), size, None, unit))
        return end
    if period and (period[0], period[1]) == (ONE, "d") and draft.high is not None:
        set_maximum(reading, amount.high * draft.high, draft.unit)
    elif not period:
        set_doses(reading, int(amount.high), after)
        if draft.high is not None:
            set_maximum(reading, amount.high * draft.high, draft.unit)
    else:
        reading.out.ask("maximum", "The maximum is not given for a day: how much is the most in one day?")
    return period[2] if period else after


def set_maximum(reading: Reading, high: Decimal, unit: str | None) -> None:
    """Keep the most in one day; two different ones are asked about."""
    draft = reading.draft
    if draft.max_per_day is not None and (draft.max_per_day, draft.max_unit or unit) != (
        high,
        unit or draft.max_unit,
    ):
        reading.out.ask("maximum", "Two different maximums are given: which is right?")
        high = min(high, draft.max_per_day)
    draft.max_per_day, draft.max_unit = high, unit or draft.max_unit


def read_up_to(reading: Reading, place: int, token: Token) -> int:
    """Read "up to 3 times a day", "up to 8 tablets a day", "up to 2 weeks", "up to 3 doses"."""
    at = reading.skip(place + 1)
    amount = read_amount(reading.tokens, at)
    if amount is None:
        return _read_up_to_word(reading, at)
    reading.clause_has_content = True
    after = reading.skip(amount.after)
    unit = reading.at(after)
    if unit.kind == "time":
        return _up_to_a_time(reading, amount, after)
    if unit.kind in {"times", "x"}:
        return _up_to_times(reading, amount, after)
    if unit.value == "dose" or unit.kind == "doses":
        return _up_to_doses(reading, amount, after + 1)
    if reading.draft.has_dose:
        return read_maximum(reading, place, token)
    name, _, factor = unit.value.partition("*") if unit.kind == "unit" else ("", "", "")
    reading.set_dose(Decimal(0), amount.high * Decimal(factor or 1), name or None)
    return after + 1 if unit.kind == "unit" else amount.after


def _up_to_a_time(reading: Reading, amount: Amount, after: int) -> int:
    unit = reading.at(after)
    if unit.value == "h":
        return _wear(reading, amount, after + 1)
    set_duration(reading, amount, unit.value)
    return after + 1


def _up_to_times(reading: Reading, amount: Amount, after: int) -> int:
    draft = reading.draft
    period = read_period(reading, after + 1) or Period(ONE, "d", after + 1)
    if draft.frequency is not None and not draft.is_bare_daily and draft.high is not None and period.unit == "d":
        set_maximum(reading, amount.high * draft.high, draft.unit)
    else:
        draft.prn = True
        set_rhythm(reading, Rhythm(0, int(amount.high), period.size, None, period.unit))
    return period.after


def _read_up_to_word(reading: Reading, at: int) -> int:
    reading.preposition = "upto"
    token = reading.at(at)
    if token.kind == "count" and (period := read_period(reading, at + 1)):
        reading.draft.prn = True
        set_rhythm(reading, Rhythm(0, int(token.value), period[0], None, period[1]))
        return period[2]
    return at


def _up_to_doses(reading: Reading, amount: Amount, after: int) -> int:
    period = read_period(reading, after)
    if period and (period[0], period[1]) == (ONE, "d"):
        if reading.draft.frequency is None:
            reading.draft.prn = True
            set_rhythm(reading, Rhythm(0, int(amount.high), ONE, None, "d"))
        elif reading.draft.high is not None:
            set_maximum(reading, amount.high * reading.draft.high, reading.draft.unit)
        return period[2]
    return set_doses(reading, int(amount.high), after)


def _wear(reading: Reading, amount: Amount, after: int) -> int:
    """Read "for up to 12 hours in a 24-hour period", as patches are worn."""
    reading.out.notes.append(f"wear_hours:{amount.high:f}")
    at = reading.skip(after)
    if reading.at(at).kind in {"in", "per", "every", "slash"}:
        inner = reading.skip(at + 1)
        day = read_amount(reading.tokens, inner)
        if day and day.low == DAY_HOURS:
            set_rhythm(reading, Rhythm(1, None, ONE, None, "d"))
            after = day.after
            while reading.at(after).kind in {"to", "time"} or reading.at(after).text == "period":
                after += 1
    return after


def read_repeat(reading: Reading, place: int, token: Token) -> int:
    """Read "may repeat q5min x 3", "may repeat once after 2 hours"."""
    reading.clause_has_content = True
    low = high = unit = doses = None
    at = place + 1
    while True:
        current = reading.at(at)
        if (
            current.kind in HIDDEN | {"every", "in", "after", "x", "unit", "upto", "times", "total", "each"}
            or current.value == "1d"
        ):
            at += 1
        elif current.kind == "oncespanish":
            doses, at = 2, at + 1
        elif current.kind == "count":
            doses, at = int(current.value) + 1, at + 1
        elif current.kind == "num" and (amount := read_amount(reading.tokens, at)):
            if reading.at(reading.skip(amount.after)).kind == "time":
                low, high = amount.low, amount.high
                unit, at = reading.at(reading.skip(amount.after)).value, reading.skip(amount.after) + 1
            else:
                doses, at = int(amount.high), amount.after
                if doses == 1 and reading.at(at).kind in {"times", "unit"}:
                    doses = 2
        else:
            break
    if reading.out.rest_days and low is None:
        return at
    reading.draft.repeat = Repeat(low, high, unit, 2 if doses == 1 else doses)
    return at
