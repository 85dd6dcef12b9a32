"""How often: codes, counts and their periods, intervals."""

from decimal import Decimal
from typing import NamedTuple

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.draft import Draft
from pestle.terms.sig.grammar.clock import read_clock
from pestle.terms.sig.grammar.state import DAY_HOURS, ONE, Reading
from pestle.terms.sig.tokens import Token


class Period(NamedTuple):
    """How long a count runs ("a day", "per week"), where the words end, and a time of day they name."""

    size: Decimal
    unit: str
    after: int
    when: str = ""


def read_count(reading: Reading, place: int, amount: Amount) -> int | None:
    """Read "3 times a day", "3 x daily", "6 hourly"."""
    after = reading.skip(amount.after)
    token = reading.at(after)
    if token.kind == "per" and token.value == "1h" and token.text in {"hourly", "hrly"}:
        _set_period(reading, amount, "h")
        return after + 1
    if token.kind == "per" and token.text.startswith("x "):
        return _finish_count(reading, amount, Period(*_period_of(token), after + 1), after)
    if token.kind == "times":
        period = read_period(reading, _past_closed(reading, after + 1))
        return _finish_count(reading, amount, period, after + 1)
    if token.kind == "x" and (period := read_period(reading, after + 1)):
        return _finish_count(reading, amount, period, after + 1)
    return None


def _past_closed(reading: Reading, place: int) -> int:
    return place + 1 if reading.at(place).kind == "close" and not reading.depth else place


def _finish_count(reading: Reading, amount: Amount, period: Period | None, after: int) -> int:
    low, high = int(amount.low), int(amount.high)
    if period:
        set_count(reading, low, high, period)
        return period[2]
    if low == high == 1 and not reading.draft.has_rhythm:
        reading.draft.is_once = True
    elif reading.draft.count is None and reading.draft.frequency is None:
        reading.draft.count = (low, high)
    return after


def set_count(reading: Reading, low: int, high: int, period: Period) -> None:
    """Keep so many times in a period."""
    size, unit = period.size, period.unit
    if low == high and _widens(reading, low, size, unit):
        return
    if reading.joiner == "and" and reading.draft.is_bare_daily and high > 1:
        reading.out.ask("frequency", "A second frequency is joined by “and”: how often is it taken?")
    if period.when:
        reading.add_when(period.when)
    set_rhythm(reading, Rhythm(low, high if high != low else None, size, None, unit))


def read_period(reading: Reading, place: int) -> Period | None:
    """Read "a day", "per 24 hours", "/24h", "every other day" after a count."""
    place = place if reading.at(place).text == "per" else reading.skip(place)
    token = reading.at(place)
    if token.kind == "per":
        return Period(*_period_of(token), place + 1)
    if token.kind in {"bare", "daily"}:
        return Period(ONE, "d", place + 1, token.value if token.kind == "daily" else "night")
    if token.kind == "freq" and token.value.startswith("1/") and token.value != "1/1h":
        return Period(*_period_of(Token("per", token.value[2:], "")), place + 1)
    if token.kind in {"slash", "in", "every", "each", "mark"} or token.text in {"per", "a"}:
        return _read_period_of_time(reading, reading.skip(place + 1))
    if token.kind == "time" and token.text in {"day", "d", "week"}:
        return Period(ONE, token.value, place + 1)
    return None


def _read_period_of_time(reading: Reading, place: int) -> Period | None:
    amount = read_amount(reading.tokens, place)
    unit_at = reading.skip(amount.after) if amount else place
    unit = reading.at(unit_at)
    if unit.kind != "time" or unit.value not in {"h", "d", "wk", "mo"}:
        return None
    size = amount.low if amount else ONE
    is_a_day = (unit.value, size) == ("h", DAY_HOURS)
    return Period(ONE, "d", unit_at + 1) if is_a_day else Period(size, unit.value, unit_at + 1)


def _period_of(token: Token) -> tuple[Decimal, str]:
    digits = token.value.rstrip("hdwkmo")
    return Decimal(digits), token.value[len(digits) :]


class Rhythm(NamedTuple):
    """How often: low to high times in period to period_max of a unit."""

    low: int
    high: int | None
    period: Decimal
    period_max: Decimal | None
    unit: str


_HOURS = {"h": Decimal(1), "d": Decimal(24), "wk": Decimal(168), "mo": Decimal(720), "min": Decimal(1) / 60}


def set_rhythm(reading: Reading, rhythm: Rhythm, *, is_bare: bool = False) -> None:
    """Keep how often the step is done; a second rhythm that does not mean the same is asked about."""
    draft = reading.draft
    old = (draft.frequency, draft.frequency_max, draft.period, draft.period_max, draft.period_unit)
    replaces_daily = draft.is_bare_daily and (rhythm.unit in {"h", "min"} or rhythm[2:] == (ONE, None, "d"))
    if draft.frequency is not None and not replaces_daily and tuple(rhythm) != old:
        is_longer = draft.period is not None and draft.period * _HOURS[draft.period_unit or "d"] > DAY_HOURS
        if is_longer if is_bare else not _means_the_same(draft, rhythm):
            reading.out.ask("frequency", "How often it is taken is written in two ways: which is right?")
        return
    draft.frequency, draft.frequency_max, draft.period, draft.period_max, draft.period_unit = rhythm
    draft.is_bare_daily = is_bare
    draft.count = None


def _means_the_same(draft: Draft, rhythm: Rhythm) -> bool:
    ranges = rhythm.high or rhythm.period_max or draft.frequency_max or draft.period_max
    if ranges or not draft.frequency or not draft.period or not rhythm.period:
        return False
    ours = draft.frequency / (draft.period * _HOURS[draft.period_unit or "d"])
    return ours == rhythm.low / (rhythm.period * _HOURS[rhythm.unit])


def _set_period(reading: Reading, amount: Amount, unit: str) -> None:
    set_rhythm(reading, Rhythm(1, None, amount.low, amount.high if amount.high != amount.low else None, unit))


def read_freq(reading: Reading, place: int, token: Token) -> int:
    """Read a code of frequency, or a range of two."""
    reading.clause_has_content = True
    count, _, size = token.value.partition("/")
    period, unit = _period_of(Token("per", size, ""))
    second = reading.at(place + 2)
    if (
        reading.at(place + 1).kind in {"to", "or", "slash"}
        and second.kind == "freq"
        and second.value.endswith(f"/{size}")
    ):
        set_rhythm(reading, Rhythm(int(count), int(second.value.partition("/")[0]), period, None, unit))
        return place + 3
    if _widens(reading, int(count), period, unit):
        return place + 1
    if reading.draft.is_bare_daily and reading.draft.daily_text == "daily" and int(count) > 1 and unit == "d":
        reading.out.ask("frequency", f"“daily” and “{token.text}”: which is right?")
    if reading.joiner == "and" and reading.draft.frequency and (count != "1" or not reading.draft.is_bare_daily):
        reading.out.ask("frequency", f"“{token.text}” comes on top of another frequency: what is meant?")
    if reading.preposition == "upto":
        reading.draft.prn = True
        set_rhythm(reading, Rhythm(0, int(count), period, None, unit))
    else:
        set_rhythm(reading, Rhythm(int(count), None, period, None, unit))
    return place + 1


def _widens(reading: Reading, count: int, period: Decimal, unit: str) -> bool:
    """Read "daily or twice daily" as one to two times a day."""
    draft = reading.draft
    fits = reading.joiner == "or" and draft.frequency is not None and draft.frequency < count
    if not fits or draft.frequency_max or (draft.period, draft.period_unit) != (period, unit):
        return False
    draft.frequency_max, draft.is_bare_daily = count, False
    return True


def read_count_word(reading: Reading, place: int, token: Token) -> int:
    """Read once, twice, thrice and the period that follows."""
    reading.clause_has_content = True
    count = int(token.value)
    at = reading.skip(place + 1)
    if reading.at(at).kind == "open":
        inside = read_amount(reading.tokens, at + 1)
        if inside and reading.at(inside.after).kind == "close":
            at = reading.skip(inside.after + 1)
    if count == 1 and reading.at(at).kind == "every" and read_amount(reading.tokens, reading.skip(at + 1)):
        return at
    period = read_period(reading, at)
    if period:
        set_count(reading, count, count, period)
        return period[2]
    if reading.at(at).kind == "every":
        return at
    if reading.draft.has_rhythm:
        return place + 1
    if count > 1:
        reading.draft.count = (count, count)
    elif reading.at(at).kind in {"when", "before", "with", "after", "at", "dow"}:
        reading.draft.count = (1, 1)
        if reading.at(at).value not in {"proc", "onset"}:
            reading.out.ask("frequency", "“Once”: one time only, or once every day?")
    else:
        reading.draft.is_once = True
    return place + 1


def read_parity(reading: Reading, place: int, token: Token) -> int:
    """Read "on even days": every other day, where the odd days have a dose of their own."""
    reading.clause_has_content = True
    reading.draft.parity = token.value
    set_rhythm(reading, Rhythm(1, None, ONE + ONE, None, "d"))
    return place + 1


def read_one_time_spanish(reading: Reading, place: int, token: Token) -> int:
    """Read "una vez"."""
    return read_count_word(reading, place, Token("count", "1", token.text))


def read_per(reading: Reading, place: int, token: Token) -> int:
    """Read "daily", "a week": alone it is once, after a count its period."""
    reading.clause_has_content = True
    period, unit = _period_of(token)
    if reading.draft.count:
        low, high = reading.draft.count
        set_rhythm(reading, Rhythm(low, high if high != low else None, period, None, unit))
    else:
        reading.draft.daily_text = token.text
        set_rhythm(reading, Rhythm(1, None, period, None, unit), is_bare=(period, unit) == (ONE, "d"))
    return place + 1


def read_bare(reading: Reading, place: int, token: Token) -> int:
    """Read "nightly"."""
    reading.draft.when.append("night")
    return read_per(reading, place, Token("per", "1d", token.text))


def read_daily(reading: Reading, place: int, token: Token) -> int:
    """Read "every morning", qhs: once a day at a known time."""
    reading.clause_has_content = True
    if not reading.draft.has_dose:
        reading.draft.leads_with_when = True
    reading.add_when(token.value)
    if reading.draft.frequency is None and reading.draft.count is None:
        set_rhythm(reading, Rhythm(1, None, ONE, None, "d"), is_bare=True)
    return place + 1


def read_every(reading: Reading, place: int, token: Token) -> int:
    """Read "every" with its interval, time of day or days."""
    at = reading.skip(place + 1)
    amount = read_amount(reading.tokens, at)
    if amount is None:
        return _read_every_named(reading, at, token)
    if amount.conflict or amount.low > amount.high:
        reading.out.ask("frequency", f"“every {amount.text}” can be read in two ways: which is meant?")
    reading.clause_has_content = True
    after = reading.skip(amount.after)
    unit = reading.at(after)
    if unit.kind == "time":
        _set_period(reading, amount, unit.value)
        return after + 1
    if unit.kind == "when" and unit.value in {"am", "pm"}:
        reading.preposition = "every"
        clock = read_clock(reading, at, amount)
        set_rhythm(reading, Rhythm(1, None, ONE, None, "d"))
        return clock if clock is not None else after + 1
    reading.out.ask("frequency", f"“{token.text} {amount.text}”: every {amount.text} what?")
    return amount.after


def _read_every_other(reading: Reading, at: int, token: Token) -> int:
    """Read "every other night", "every other Monday": every two days, every two weeks."""
    named = reading.at(at)
    unit = {"when": "d", "meal": "", "dow": "wk", "time": named.value}.get(named.kind, "")
    if unit not in {"d", "wk", "mo"}:
        reading.out.ask("frequency", f"“{token.text} other {named.text}”: how often is meant?")
        return at
    set_rhythm(reading, Rhythm(1, None, ONE + ONE, None, unit))
    return at + 1 if named.kind == "time" else at


def _read_every_named(reading: Reading, at: int, token: Token) -> int:
    named = reading.at(at)
    reading.clause_has_content = True
    if named.kind == "other":
        return _read_every_other(reading, reading.skip(at + 1), token)
    if named.kind == "time":
        if named.text.endswith("s") and len(named.text) > 3:
            reading.out.ask("frequency", f"“{token.text} {named.text}”: how many {named.text}?")
        else:
            set_rhythm(reading, Rhythm(1, None, ONE, None, named.value), is_bare=named.value == "d")
        return at + 1
    if named.kind == "dow":
        return at
    if named.kind in {"when", "meal"}:
        if reading.draft.frequency is None and named.value not in {"ac", "pc", "cc"}:
            set_rhythm(reading, Rhythm(1, None, ONE, None, "d"), is_bare=True)
        return at
    if named.kind in {"per", "freq", "daily"} or (named.kind == "route" and token.kind == "each"):
        return at
    reading.out.ask("frequency", f"“{token.text} {named.text}”: how often is meant?".replace("  ", " "))
    return at
