"""Lengths: of the treatment, of a rest, before a meal; days by number."""

from decimal import Decimal

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.grammar.rhythm import Rhythm, read_per, set_rhythm
from pestle.terms.sig.grammar.state import DAY_HOURS, HIDDEN, ONE, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation


def begins_after_then(reading: Reading, place: int) -> bool:
    """Tell whether a new step begins here, after "then"."""
    if not reading.draft.has_content:
        return False
    amount = read_amount(reading.tokens, place)
    if amount and reading.at(amount.after).kind == "time":
        return reading.at(reading.skip(amount.after + 1)).kind not in {"off", "later"}
    return True


def next_of_a_course(reading: Reading, place: int) -> bool:
    """Tell whether a second rhythm with its own length begins here: "qid x 1 wk, tid x 1 wk"."""
    draft = reading.draft
    if reading.joiner != "comma" or draft.duration is None or draft.frequency is None or reading.depth:
        return False
    at = place
    if reading.at(at).kind == "num":
        amount = read_amount(reading.tokens, at)
        if amount is None or reading.at(reading.skip(amount.after)).kind != "times":
            return False
        at = reading.skip(amount.after)
    at += 1
    while reading.at(at).kind in HIDDEN | {"per", "every", "time", "num", "daily", "when"} and at < place + 5:
        at += 1
    lasts = reading.at(at).kind in {"x", "for"}
    length = read_amount(reading.tokens, reading.skip(at + 1)) if lasts else None
    return length is not None and reading.at(reading.skip(length.after)).kind == "time"


def read_span(reading: Reading, _: int, amount: Amount) -> int | None:
    """Read a number of minutes, hours, days, weeks or months: how long, how long before, or off."""
    after = reading.skip(amount.after)
    token = reading.at(after)
    if reading.at(amount.after).kind == "on":
        return None
    if token.text == "nights":
        token = Token("time", "d", token.text)
    if token.kind != "time":
        return None
    if reading.at(after + 1).kind == "on" and reading.at(after + 2).kind != "dow":
        return _read_on_off(reading, amount, token, after + 1)
    follow = reading.skip(after + 1)
    if token.value in {"min", "h"} and _reads_offset(reading, amount, token, follow):
        return after + 1
    if _reads_what_follows(reading, amount, token, reading.at(follow)):
        return follow + 1
    set_duration(reading, amount, token.value)
    return after + 1


def _reads_what_follows(reading: Reading, amount: Amount, token: Token, follow: Token) -> bool:
    """Read "days supply", "days off", "hours later", "hours apart"."""
    if follow.kind == "supply":
        reading.out.unread.append(f"{amount.text} {token.text} supply")
    elif follow.kind == "off":
        _rest(reading, amount, token.value)
    elif follow.kind == "later":
        reading.draft.is_once = reading.draft.is_once or not reading.draft.has_rhythm
        reading.out.ask(
            "frequency", f"“{amount.text} {token.text} later” does not go on our label: how is it to be said?"
        )
    elif follow.kind == "caution" and follow.value == "apart":
        draft = reading.draft
        is_daily = draft.frequency is not None and (draft.period, draft.period_unit) == (ONE, "d")
        if not is_daily or token.value != "h" or amount.low * (draft.frequency or 0) > DAY_HOURS:
            reading.out.ask("frequency", f"“{amount.text} {token.text} apart”: how often is it taken?")
        reading.out.unread.append(f"{amount.text} {token.text} apart")
    else:
        return False
    return True


def _reads_offset(reading: Reading, amount: Amount, token: Token, follow: int) -> bool:
    nxt = reading.at(follow)
    timed = nxt.kind == "when" and nxt.value in {"ac", "pc", "acm", "hs", "proc", "activity", "food", "dialysis"}
    if nxt.kind in {"before", "after"} or timed:
        scale = 60 if token.value == "h" else 1
        if reading.draft.offset is not None:
            reading.out.ask("frequency", "Two times before or after are given: which is meant?")
        reading.draft.offset = (int(amount.low * scale), int(amount.high * scale))
        return True
    return False


def _rest(reading: Reading, amount: Amount, unit: str) -> None:
    if unit == "h":
        return
    days = int(amount.high * {"d": 1, "wk": 7, "mo": 30}.get(unit, 1))
    reading.out.rest_days = days
    reading.joiner = None


def _read_on_off(reading: Reading, amount: Amount, token: Token, on_at: int) -> int:
    """Read "12 h on 12 h off" and "21 days on, 7 days off"."""
    place = on_at + 1
    while reading.at(place).kind in HIDDEN | {"comma", "and", "then", "slash"}:
        place += 1
    second = read_amount(reading.tokens, place)
    if second and reading.at(second.after).kind == "time" and reading.at(reading.skip(second.after + 1)).kind == "off":
        off_at = reading.skip(second.after + 1)
        unit = reading.at(second.after).value
        if token.value == "h" and unit == "h" and amount.low + second.low == DAY_HOURS:
            reading.out.notes.append(f"wear_hours:{amount.low:f}")
            if not reading.draft.has_rhythm:
                set_rhythm(reading, Rhythm(1, None, ONE, None, "d"))
        else:
            set_duration(reading, amount, token.value)
            _rest(reading, second, unit)
        return off_at + 1
    set_duration(reading, amount, token.value)
    return on_at


def set_duration(reading: Reading, amount: Amount, unit: str) -> None:
    """Keep how long the step lasts; hours and minutes only where they can mean that."""
    draft = reading.draft
    low, high = amount.low, amount.high
    if unit == "h" and draft.unit == "patch" and low == high and low < DAY_HOURS:
        reading.out.notes.append(f"wear_hours:{low:f}")
        return
    if unit == "h":
        if low % DAY_HOURS or high % DAY_HOURS:
            reading.out.unread.append(f"{amount.text} hours")
            reading.out.ask("duration", f"“{amount.text} hours”: what does it say about how long or how often?")
            return
        low, high, unit = low / DAY_HOURS, high / DAY_HOURS, "d"
    if unit in {"s", "min"}:
        # A course is never so short: it is how long one swish, one infusion or one wait takes.
        reading.out.unread.append(f"{amount.text} {'minutes' if unit == 'min' else 'seconds'}")
        return
    if draft.duration is not None and (draft.duration, draft.duration_unit) != (low, unit):
        reading.out.ask("duration", "Two lengths of treatment are given: which is right?")
    draft.duration, draft.duration_unit = low, unit
    draft.duration_max = high if high != low else None


def read_x(reading: Reading, place: int, token: Token) -> int:
    """Read "x 7 days", "x 4 doses", "x 3"."""
    at = reading.skip(place + 1)
    amount = read_amount(reading.tokens, at)
    if amount is None:
        return place + 1
    unit = reading.at(reading.skip(amount.after))
    if unit.kind == "time":
        set_duration(reading, amount, unit.value)
        return reading.skip(amount.after) + 1
    if (unit.kind, unit.value) in {("unit", "dose"), ("doses", "")}:
        return set_doses(reading, int(amount.high), reading.skip(amount.after) + 1)
    if unit.kind == "times":
        return set_doses(reading, int(amount.high), reading.skip(amount.after) + 1)
    if amount.high == 1:
        reading.draft.is_once = not reading.draft.has_rhythm or reading.draft.is_once
    else:
        reading.draft.bare_repeats = int(amount.high)
    return amount.after


def set_doses(reading: Reading, doses: int, after: int) -> int:
    """Keep how many doses there are in all, and give the place after them."""
    if doses == 1:
        reading.draft.is_once = True
    else:
        reading.draft.duration, reading.draft.duration_unit = Decimal(doses), "dose"
    return after


def read_remove(reading: Reading, place: int, token: Token) -> int:
    """Read when a patch or ring comes off, or for how long."""
    at = place + 1
    is_rest = False
    while reading.at(at).kind in HIDDEN | {"after", "at", "in", "word", "for"}:
        is_rest = is_rest or reading.at(at).kind == "for"
        at += 1
    current = reading.at(at)
    if current.kind in {"when", "daily"}:
        reading.out.notes.append(f"remove_when:{current.value}")
        return at + 1
    amount = read_amount(reading.tokens, at)
    if amount and reading.at(reading.skip(amount.after)).value == "h":
        if is_rest and f"wear_hours:{DAY_HOURS - amount.high:f}" in reading.out.notes:
            if not reading.draft.has_rhythm:
                set_rhythm(reading, Rhythm(1, None, ONE, None, "d"))
        else:
            reading.out.notes.append(f"remove_hours:{amount.high:f}")
        return reading.skip(amount.after) + 1
    if amount and reading.at(reading.skip(amount.after)).kind == "time":
        _rest(reading, amount, reading.at(reading.skip(amount.after)).value)
        return reading.skip(amount.after) + 1
    reading.out.unread.append(token.text)
    return place + 1


def read_off(reading: Reading, place: int, token: Token) -> int:
    """Read "off 14 days", "off for 1 week" as rest; elsewhere "off" belongs to what stands before it."""
    at = reading.skip(place + 1)
    at = reading.skip(at + 1) if reading.at(at).kind == "for" else at
    amount = read_amount(reading.tokens, at)
    unit = reading.at(reading.skip(amount.after)) if amount else token
    if amount is None or unit.kind != "time" or reading.draft.duration is None:
        return place + 1
    _rest(reading, amount, unit.value)
    return reading.skip(amount.after) + 1


def read_stop(reading: Reading, place: int, token: Token) -> int:
    """Read "then stop" as the end, and "then stop for 7 days" as rest."""
    reading.joiner = None
    amount = read_amount(reading.tokens, reading.skip(place + 2)) if reading.at(place + 1).kind == "for" else None
    if amount and reading.at(reading.skip(amount.after)).kind == "time":
        _rest(reading, amount, reading.at(reading.skip(amount.after)).value)
        return reading.skip(amount.after) + 1
    return place + 1


def read_named_day(reading: Reading, place: int, token: Token) -> int:
    """Read "on the first day" as day 1."""
    reading.clause_has_content = True
    if reading.draft.has_dose and reading.draft.day_span:
        reading.start_step(Relation.THEN)
    reading.draft.day_span = (int(token.value), int(token.value))
    return place + 1


def read_first(reading: Reading, place: int, token: Token) -> int:
    """Pass over "first" before a length ("for the first 3 days"); elsewhere it is asked about."""
    amount = read_amount(reading.tokens, reading.skip(place + 1))
    if amount is None or reading.at(reading.skip(amount.after)).kind != "time":
        reading.clause_words.append(token.text)
    return place + 1


def read_time_word(reading: Reading, place: int, token: Token) -> int:
    """Read "day 1", "days 2-5"; a lone word of time beside a dose is asked about."""
    amount = read_amount(reading.tokens, place + 1)
    counts_days = amount is not None and reading.at(reading.skip(amount.after)).kind not in {"unit", "times"}
    if token.value not in {"d", "wk"} or amount is None or not counts_days:
        if token.value == "d" and reading.draft.count:
            return read_per(reading, place, Token("per", "1d", token.text))
        if reading.draft.has_dose and not reading.depth and amount is None and reading.at(place + 1).kind != "dow":
            reading.clause_words.append(token.text)
        return place + 1
    reading.clause_has_content = True
    draft = reading.draft
    if draft.has_dose and draft.day_span:
        reading.start_step(Relation.THEN)
    first, last = int(amount.low), int(amount.high)
    reading.draft.is_in_weeks = token.value == "wk"
    reading.draft.day_span = (first * 7 - 6, last * 7) if reading.draft.is_in_weeks else (first, last)
    return amount.after
