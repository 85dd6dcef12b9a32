"""When: times of day, meals, clock times, days of the week."""

import re
from decimal import Decimal

from pestle.terms.sig.amounts import Amount
from pestle.terms.sig.grammar.state import HIDDEN, WEEK, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation

_MILITARY = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9]")
_HALVES = frozenset({"am", "pm", "a m", "p m"})
_MEAL_CODES = {"breakfast": "bf", "lunch": "lunch", "supper": "supper", "largest": "largest"}


def read_clock(reading: Reading, place: int, amount: Amount) -> int | None:
    """Read "5 pm", "8:30 am"; a small number before am with no dose yet may also be a dose, and is asked."""
    after, minutes = amount.after, 0
    if reading.at(after).kind == "colon" and reading.at(after + 1).kind == "num":
        minutes, after = int(Decimal(reading.at(after + 1).value)), after + 2
    half = reading.at(reading.skip(after))
    hour = int(amount.low)
    if _MILITARY.fullmatch(amount.text) and reading.draft.has_dose:
        return _keep_clock(reading, int(amount.text[:2]), int(amount.text[2:]), after)
    is_half = half.text in _HALVES or (reading.preposition == "at" and half.value in {"am", "pm", "night"})
    if is_half and half.kind == "when" and amount.low == amount.high and amount.low == hour:
        if not reading.draft.has_dose and reading.preposition not in {"at", "every"} and not minutes:
            reading.out.ask("dose", f"“{amount.text} {half.text}”: a dose or the time of day?")
        return _keep_clock(reading, hour % 12 + (0 if half.value == "am" else 12), minutes, reading.skip(after) + 1)
    if (
        reading.preposition == "at"
        and amount.low == hour
        and 0 <= hour <= 24
        and (minutes or hour > 12 or after > amount.after)
    ):
        return _keep_clock(reading, hour % 24, minutes, after)
    return None


def _keep_clock(reading: Reading, hour: int, minutes: int, after: int) -> int:
    clock = f"{hour:02d}:{minutes:02d}"
    if clock not in reading.draft.times:
        reading.draft.times.append(clock)
    return after


def read_when(reading: Reading, place: int, token: Token) -> int:
    """Read a time of day or of meals."""
    reading.clause_has_content = True
    if token.value in {"ac", "pc", "cc"} and reading.at(place + 1).kind == "meal":
        reading.preposition = {"ac": "before", "pc": "after"}.get(token.value)
        return place + 1
    if reading.draft.has_dose and reading.draft.leads_with_when and _dose_follows(reading, place + 1):
        reading.start_step(Relation.AND if reading.joiner != "then" else Relation.THEN)
    if not reading.draft.has_dose:
        reading.draft.leads_with_when = True
    reading.add_when(token.value)
    return place + 1


def _dose_follows(reading: Reading, place: int) -> bool:
    while reading.at(place).kind in HIDDEN | {"verb", "comma", "colon"}:
        place += 1
    return reading.at(place).kind == "num"


def read_meal(reading: Reading, place: int, token: Token) -> int:
    """Read a named meal with the word before it: before breakfast, with supper."""
    reading.clause_has_content = True
    prefix = {"before": "ac", "after": "pc"}.get(reading.preposition or "", "")
    reading.add_when(prefix + _MEAL_CODES[token.value])
    return place + 1


def read_day_of_week(reading: Reading, place: int, token: Token) -> int:
    """Read days of the week, singly or from one to another."""
    reading.clause_has_content = True
    days = token.value.split(",")
    if (
        reading.draft.has_dose
        and reading.draft.days_of_week
        and _dose_follows(reading, place + 1)
        and reading.draft.leads_with_when
    ):
        reading.start_step(Relation.AND)
    if not reading.draft.has_dose:
        reading.draft.leads_with_when = True
    if reading.at(place + 1).kind == "to" and reading.at(place + 2).kind == "dow":
        days = _days_between(days[0], reading.at(place + 2).value)
        place += 2
    reading.draft.days_of_week += [day for day in days if day not in reading.draft.days_of_week]
    return place + 1


def read_other_days(reading: Reading, place: int, token: Token) -> int:
    """Read "all other days" as the days that earlier steps leave over."""
    reading.clause_has_content = True
    taken = {day for draft in reading.out.drafts for day in draft.days_of_week}
    if not taken or not reading.draft.has_dose or reading.draft.days_of_week:
        reading.out.ask("frequency", f"“{token.text}”: which days are meant?")
    reading.draft.days_of_week = [day for day in WEEK if day not in taken]
    return place + 1


def _days_between(first: str, last: str) -> list[str]:
    start, end = WEEK.index(first), WEEK.index(last.partition(",")[0])
    return list(WEEK[start : end + 1] if start <= end else WEEK[start:] + WEEK[: end + 1])
