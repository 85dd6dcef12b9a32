"""What is said beside the dose: quantity and refills, remarks, conditions, tools, how long a lotion stays on."""

from pestle.terms.sig.amounts import read_amount
from pestle.terms.sig.grammar.state import HIDDEN, MASS, Reading
from pestle.terms.sig.grammar.unknown import ask_about_caution, close_clause
from pestle.terms.sig.tokens import Token

_FOR_THE_PHARMACY = HIDDEN | {"colon", "equals", "x", "admin"}
_UNITS_OF_DOSE = frozenset({"tablet", "capsule", "mL", "drop", "puff", "spray", "unit", "patch", "suppository"})
_ENDS_A_REMARK = frozenset({"sentence", "end", "close", "max", "repeat"})


def read_admin(reading: Reading, place: int, token: Token) -> int:
    """Pass over what is meant for the pharmacy: "disp #30", "refills: 2", "qty 60 (sixty)"."""
    close_clause(reading)
    at = place + 1
    while reading.at(at).kind in _FOR_THE_PHARMACY:
        at += 1
    amount = read_amount(reading.tokens, at)
    if amount is not None:
        at = amount.after
        at += reading.at(at).kind in {"unit", "time", "tee", "times"}
    else:
        at = place + 1
    reading.out.unread.append(_text(reading, place, at))
    return at


def read_remark(reading: Reading, place: int, token: Token) -> int:
    """Pass over a remark up to the end of its sentence; one that names a dose is asked about."""
    end = _end_of_remark(reading, place)
    if _names_a_dose(reading, place, end):
        reading.clause_words.append(token.text)
        return place + 1
    reading.out.unread.append(_text(reading, place, end))
    return end


def read_if(reading: Reading, place: int, token: Token) -> int:
    """Read "if you have fever" as a need; a condition that brings a dose of its own is asked about."""
    end = _end_of_remark(reading, place)
    if _names_a_dose(reading, place, end):
        return ask_about_caution(reading, place, token)
    draft = reading.draft
    reasons = [reading.at(at).value for at in range(place, end) if reading.at(at).kind == "reason"]
    is_a_need = draft.has_dose and draft.repeat is None and (reading.clause_has_content or bool(reasons))
    if not is_a_need:
        reading.out.unread.append(_text(reading, place, end))
        return end
    draft.prn = True
    for reason in reasons or [_text(reading, place + 1, end)]:
        draft.add_reason(reason, is_purpose=False)
    reading.clause_has_content = True
    return end


def read_meanwhile(reading: Reading, place: int, token: Token) -> int:
    """Pass over "until seen by the doctor", "while taking the antibiotic": neither dose nor rhythm."""
    end = _end_of_remark(reading, place)
    if _names_a_dose(reading, place, end):
        return ask_about_caution(reading, place, token)
    reading.out.unread.append(_text(reading, place, end))
    return end


def read_tool(reading: Reading, place: int, token: Token) -> int:
    """Pass over a tool: "via spacer", "using the oral syringe"."""
    at = reading.skip(place + 1)
    end = at
    while reading.at(end).kind in {"word", "unit", "ignore", "earorword", "meal"} or (
        reading.at(end).kind == "route" and reading.at(end + 1).kind in {"word", "unit"}
    ):
        end += 1
    if end > at and reading.at(end - 1).kind in {"word", "unit", "ignore"}:
        reading.out.unread.append(_text(reading, place, end))
        return end
    return place + 1


def read_with(reading: Reading, place: int, token: Token) -> int:
    """Note "with", which goes with a meal; what else is taken along is passed over."""
    at = reading.skip(place + 1)
    if reading.at(at).kind == "word" and reading.draft.has_dose:
        return read_tool(reading, place, token)
    strength = read_amount(reading.tokens, at)
    if strength and reading.draft.has_dose and reading.at(strength.after).value in MASS:
        end = strength.after + 1
        end += reading.at(end).kind == "unit"
        reading.out.unread.append(_text(reading, place, end))
        return end
    reading.preposition = "with"
    return place + 1


def read_leave_on(reading: Reading, place: int, token: Token) -> int:
    """Read how long something stays on before it is rinsed off; of a patch, how long it is worn."""
    at = place + 1
    while reading.at(at).kind in HIDDEN | {"for", "upto", "word", "route"}:
        at += 1
    amount = read_amount(reading.tokens, at)
    unit = reading.at(reading.skip(amount.after)) if amount else None
    if amount is None or unit is None or unit.kind != "time" or unit.value not in {"min", "h"}:
        reading.out.unread.append(token.text)
        return place + 1
    if reading.draft.unit == "patch" and unit.value == "h":
        reading.out.notes.append(f"wear_hours:{amount.high:f}")
    else:
        reading.out.notes.append(f"leave_{unit.value}:{amount.text}")
    return reading.skip(amount.after) + 1


def read_starting(reading: Reading, place: int, token: Token) -> int:
    """Pass over the day of the first dose: "starting 1 day before surgery", "beginning on Monday"."""
    at = reading.skip(place + 1)
    if reading.at(at).kind == "time" or not reading.draft.has_dose:
        return place + 1
    amount = read_amount(reading.tokens, at)
    if amount and reading.at(reading.skip(amount.after)).kind != "time":
        return place + 1
    end = _end_of_remark(reading, place)
    for each in range(at, end):
        if reading.at(each).kind in {"comma", "then", "for", "x", "prn"}:
            end = each
            break
    if _names_a_dose(reading, place, end):
        return place + 1
    reading.out.unread.append(_text(reading, place, end))
    return end


def read_testing(reading: Reading, place: int, token: Token) -> int:
    """Read "to test blood sugar": one strip or lancet for each test, where that is the product."""
    reading.clause_has_content = True
    reading.draft.is_test = True
    return place + 1


def _end_of_remark(reading: Reading, place: int) -> int:
    """Give the place where a remark ends: its sentence, or where a new instruction begins."""
    at = place + 1
    while reading.at(at).kind not in _ENDS_A_REMARK:
        current, following = reading.at(at), reading.at(at + 1)
        if current.kind == "verb" and following.kind in {"num", "article"}:
            break
        if current.kind == "comma" and following.kind in {"verb", "num", "then", "freq", "prn", "max", "repeat"}:
            break
        at += 1
    return at


def _names_a_dose(reading: Reading, place: int, end: int) -> bool:
    for at in range(place, end):
        token = reading.at(at)
        if token.kind == "unit" and token.value.partition("*")[0] in _UNITS_OF_DOSE and _is_counted(reading, at):
            return True
        if token.kind in {"freq", "times"}:
            return True
    return False


def _is_counted(reading: Reading, place: int) -> bool:
    before = reading.at(place - 1).kind
    return before in {"num", "plushalf", "article"} or (before == "ignore" and reading.at(place - 2).kind == "num")


def _text(reading: Reading, place: int, end: int) -> str:
    return " ".join(reading.at(at).text for at in range(place, end))
