"""How much: numbers with their units, doses side by side, strengths that only echo the dose."""

from decimal import Decimal
from typing import NamedTuple

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.grammar.clock import read_clock
from pestle.terms.sig.grammar.maxima import set_maximum
from pestle.terms.sig.grammar.rhythm import read_count, read_period, set_count
from pestle.terms.sig.grammar.spans import read_span, set_doses
from pestle.terms.sig.grammar.state import MASS, ONE, Reading
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation


class Dose(NamedTuple):
    """A number with its unit, where it ends and how it was written."""

    low: Decimal
    high: Decimal
    unit: str
    after: int
    text: str


_RELATED = {"and": Relation.AND, "plus": Relation.PLUS, "then": Relation.THEN}
_FOLLOWS_A_DOSE = frozenset(
    {"per", "freq", "daily", "when", "every", "bare", "route", "prn", "count", "oncespanish", "dow", "after", "with"}
    | {"before", "end", "for", "at", "eyeorday", "x", "then", "and", "sentence", "comma", "upto", "now", "note"}
)
_LETTERS = {"tee": "tablet", "cee": "capsule"}
_NEBULES = frozenset({"neb", "nebs", "nebulizer"})
_LIQUIDS = frozenset({"water", "liquid", "juice", "fluid", "beverage"})
# The convention for household measures on labels: 1 fl oz is 30 mL (USP <17>, <1121> household measures).
ML_IN_AN_OUNCE = Decimal(30)
PARTS_OF_A_MIXTURE = 100
# Below this a number in a sliding scale is no blood sugar in mg/dL.
LEAST_BLOOD_SUGAR = 50
_MAY_STAND_ALONE = frozenset({"dose", "injection", "device", "vial", "pen", "application", "spray", "drop"})
_ORAL_SHORTHAND = frozenset(
    {"t", "c", "tab", "tabs", "cap", "caps", "tsp", "tbsp", "tsps", "teaspoon", "teaspoons", "teaspoonful"}
)


def read_num(reading: Reading, place: int, token: Token) -> int:
    """Read a number, or a range of numbers, with what follows it."""
    amount = read_amount(reading.tokens, place)
    if amount is None:
        return place + 1
    if amount.conflict:
        reading.out.ask("dose", f"The number is written two ways ({amount.text}): which is right?")
    if amount.low > amount.high:
        reading.out.ask("dose", f"“{amount.text}” can be read in two ways: what is meant?")
        amount = amount.turned()
    mixture = _past_mixture(reading, amount)
    if mixture is not None:
        return mixture
    reading.clause_has_content = True
    for attempt in (_read_scale_row, _read_dose, read_count, read_span, read_clock):
        after = attempt(reading, place, amount)
        if after is not None:
            return after
    return _read_bare_number(reading, place, amount)


def _past_mixture(reading: Reading, amount: Amount) -> int | None:
    """Pass over the name of a mixture, "70/30": two parts of a hundred."""
    second = reading.at(amount.after + 1)
    if reading.at(amount.after).kind != "slash" or second.kind != "num":
        return None
    if amount.low != amount.high or amount.low + Decimal(second.value) != PARTS_OF_A_MIXTURE:
        return None
    reading.out.unread.append(f"{amount.text}/{second.text}")
    return amount.after + 2


def _read_dose(reading: Reading, place: int, amount: Amount) -> int | None:
    after = amount.after
    low, high = amount.low, amount.high
    unit_at = _unit_after_drug_name(reading, after)
    unit = reading.at(unit_at)
    if unit.kind == "num" and (spoons := _read_spoonfuls(reading, unit_at, amount)) is not None:
        return spoons
    if reading.at(after).kind == "sprayword":
        unit_at = after
    unit = _as_unit(reading, reading.at(unit_at))
    if unit.kind == "article" and reading.at(unit_at + 1).kind == "amount":
        return None
    if unit.kind != "unit":
        return None
    name, _, factor = unit.value.partition("*")
    if factor:
        low, high = low * Decimal(factor), high * Decimal(factor)
    after = _skip_echo_of_unit(reading, unit_at + 1)
    if name == "mL" and reading.at(after).value == "spoonful":
        after += 1
    if reading.at(after).kind == "plushalf":
        low, high, after = low + Decimal("0.5"), high + Decimal("0.5"), after + 1
    follow = reading.at(after)
    if follow.kind in {"to", "or", "article"} and (second := read_amount(reading.tokens, after + 1)):
        other = reading.at(second.after)
        if other.kind == "unit" and other.value.partition("*")[0] == name and not reading.draft.has_dose:
            high = second.high * Decimal(other.value.partition("*")[2] or 1)
            after = second.after + 1
    after = _place_dose(reading, Dose(low, high, name, after, amount.text))
    reading.draft.is_oral_shorthand = unit.text in _ORAL_SHORTHAND
    return after


def _as_unit(reading: Reading, unit: Token) -> Token:
    """Give the unit that a word other than a unit stands for after a number."""
    if unit.kind == "sprayword":
        return Token("unit", "spray", "spray")
    if unit.kind == "sobre":
        return Token("unit", "packet", unit.text)
    if (unit.kind, unit.value) == ("route", "neb") and unit.text in _NEBULES and not reading.draft.has_dose:
        reading.draft.route = "neb"
        return Token("unit", "vial", unit.text)
    if unit.kind in _LETTERS:
        name = _LETTERS[unit.kind]
        reading.out.assumptions.append(f"“{unit.text.upper()}” after a number was read as {name}.")
        return Token("unit", name, unit.text)
    return unit


def _skip_echo_of_unit(reading: Reading, after: int) -> int:
    """Pass over a unit written twice, as in "1 ml (ml)"."""
    first = reading.at(after - 1)
    if reading.at(after).kind == "unit" and reading.at(after).value == first.value:
        return after + 1
    return after


def _unit_after_drug_name(reading: Reading, after: int) -> int:
    place = reading.skip(after)
    seen = 0
    while reading.at(place).kind == "word" and seen < 3:
        place, seen = place + 1, seen + 1
    if seen and reading.at(place).kind != "unit":
        mass = read_amount(reading.tokens, place)
        if mass and reading.at(mass.after).kind == "unit" and reading.at(mass.after).value in MASS:
            counted = reading.skip(mass.after + 1)
            if reading.at(counted).kind == "unit" and reading.at(counted).value not in MASS:
                return counted
        return after
    if not seen:
        mass = read_amount(reading.tokens, place)
        if mass and reading.at(mass.after).kind == "unit" and reading.at(mass.after).value in MASS:
            counted = reading.skip(mass.after + 1)
            if reading.at(counted).kind == "unit" and reading.at(counted).value in {"tablet", "capsule", "patch"}:
                return counted
    return place


def _read_spoonfuls(reading: Reading, place: int, amount: Amount) -> int | None:
    """Read "2 - 3 5 ml spoonfuls": a count of spoons and the size of the spoon."""
    size = read_amount(reading.tokens, place)
    if not size or reading.at(size.after).value != "mL" or reading.at(size.after + 1).value != "spoonful":
        return None
    return _place_dose(reading, Dose(amount.low * size.low, amount.high * size.high, "mL", size.after + 2, amount.text))


def _place_dose(reading: Reading, dose: Dose) -> int:
    """Put a number with its unit where it belongs: dose, maximum, echo of the dose, or the next step's dose."""
    draft = reading.draft
    passed = _pass_what_is_no_dose(reading, dose)
    if passed is None:
        passed = _read_postfix_maximum(reading, dose.after, dose.high, dose.unit)
    if passed is not None:
        return passed
    if _is_echo(reading, dose.unit, dose.low):
        _take_echo(reading, dose)
    elif reading.joiner == "or" and draft.low is not None and draft.unit == dose.unit and not draft.has_rhythm:
        draft.high = max(dose.high, draft.high or dose.high)
    else:
        if draft.has_dose or (draft.day_span and reading.joiner in {"then", "comma"} and draft.has_rhythm):
            _start_next_dose(reading, dose.text)
        reading.set_dose(dose.low, dose.high, dose.unit)
    return dose.after


def _pass_what_is_no_dose(reading: Reading, dose: Dose) -> int | None:
    """Pass over concentrations (250 mg/5 mL), strengths in percent and ounces of water; ask about doses by weight."""
    follow = reading.at(dose.after)
    if follow.kind == "perweight":
        reading.out.ask("dose", "The dose is by weight or body surface: how much is that for this patient?")
        return dose.after + 1
    if follow.kind == "percent":
        return dose.after + 1
    if follow.kind == "slash" and dose.unit in MASS:
        per = read_amount(reading.tokens, dose.after + 1)
        unit_at = per.after if per else dose.after + 1
        if reading.at(unit_at).kind == "unit":
            return unit_at + 1
    if dose.unit == "oz" or (dose.unit == "dose" and reading.draft.has_dose):
        return _read_aside(reading, dose)
    return None


def _read_aside(reading: Reading, dose: Dose) -> int:
    if dose.unit != "dose":
        return _read_water(reading, dose)
    period = read_period(reading, dose.after)
    if period and reading.draft.count is None:
        set_count(reading, int(dose.low), int(dose.high), period)
        return period.after
    if reading.preposition == "for":
        return set_doses(reading, int(dose.high), dose.after)
    reading.out.ask("dose", f"What does “{dose.text} doses” refer to?")
    return dose.after


def _read_water(reading: Reading, dose: Dose) -> int:
    """Read "in 4-8 ounces of water" as the liquid a powder is mixed with; other ounces are left unread."""
    after = reading.skip(dose.after)
    if reading.at(after).text not in _LIQUIDS:
        if reading.draft.has_dose or reading.preposition == "in":
            reading.out.unread.append(f"{dose.text} {dose.unit}")
        else:
            reading.set_dose(dose.low * ML_IN_AN_OUNCE, dose.high * ML_IN_AN_OUNCE, "mL")
        return dose.after
    if "mix_water" not in reading.out.notes:
        reading.out.notes.append("mix_water")
    return after + 1


def _read_postfix_maximum(reading: Reading, after: int, high: Decimal, unit: str | None) -> int | None:
    """Read "6 tabs/day max"."""
    period = read_period(reading, after)
    at = period[2] if period else after
    if (
        reading.at(at).kind == "max"
        and reading.draft.has_dose
        and read_amount(reading.tokens, reading.skip(at + 1)) is None
    ):
        set_maximum(reading, high, unit)
        return at + 1
    return None


def _is_echo(reading: Reading, unit: str, low: Decimal) -> bool:
    draft = reading.draft
    if draft.low is None or reading.joiner in {"then", "and", "plus", "comma"} or draft.unit is None:
        return False
    if draft.unit == unit:
        return reading.depth > 0 and draft.low <= low
    mixed = (unit in MASS or unit == "mL") != (draft.unit in MASS)
    return (mixed or {unit, draft.unit} <= (MASS | {"mL"})) and (reading.depth > 0 or reading.echoes or unit in MASS)


def _take_echo(reading: Reading, dose: Dose) -> None:
    """Keep a strength that only repeats the dose; a count of tablets is the dose and the strength its echo."""
    draft = reading.draft
    if draft.unit in MASS and dose.unit not in MASS and draft.low is not None:
        draft.echo = (draft.low, draft.unit or "")
        draft.low, draft.high, draft.unit = dose.low, dose.high, dose.unit
    elif draft.unit != dose.unit:
        draft.echo = (dose.low, dose.unit)
    elif draft.low != dose.low and reading.depth:
        reading.out.unread.append(f"{dose.low:f} {dose.unit}")


def _start_next_dose(reading: Reading, text: str) -> None:
    draft = reading.draft
    joiner = reading.joiner
    if joiner == "or":
        reading.out.ask("dose", f"Two doses with “or” between (“{text}” is the second): which, and when?")
    if joiner in _RELATED:
        relation = _RELATED[joiner]
        if relation is Relation.AND and draft.is_once:
            relation = Relation.THEN
    elif draft.duration is not None or draft.day_span or draft.bare_repeats or draft.is_once:
        relation = Relation.THEN
    else:
        relation = Relation.AND
        if joiner is None and not draft.has_rhythm and not draft.prn:
            reading.out.ask("dose", f"Two doses stand side by side (“{text}” is the second): which is meant?")
    carried = draft.joined_when if draft.leads_with_when else []
    when = [draft.when.pop() for _ in carried if draft.when]
    if carried:
        draft.joined_when = []
    reading.start_step(relation)
    reading.draft.when = when[::-1]
    reading.draft.leads_with_when = bool(when)


def _read_scale_row(reading: Reading, place: int, amount: Amount) -> int | None:
    """Read one row of a sliding scale: "150-200: 2 units"."""
    marked = reading.at(amount.after).kind in {"colon", "equals"}
    if amount.high < LEAST_BLOOD_SUGAR or not (marked or amount.low < amount.high):
        return None
    dose_at = reading.skip(amount.after + marked)
    while reading.at(dose_at).kind == "verb":
        dose_at += 1
    dose = read_amount(reading.tokens, dose_at)
    if not dose or reading.at(dose.after).value != "unit":
        return None
    draft = reading.draft
    draft.is_scale = True
    draft.low = dose.low if draft.low is None else min(draft.low, dose.low)
    draft.high = dose.high if draft.high is None else max(draft.high, dose.high)
    draft.unit = "unit"
    reading.out.unread.append(f"{amount.text}: {dose.text} units")
    return dose.after + 1


def _read_bare_number(reading: Reading, _: int, amount: Amount) -> int:
    """Read a number with no unit: a dose where one is still wanted, else something to ask about."""
    after = reading.skip(amount.after)
    token = reading.at(after)
    if token.kind in {"percent", "amount"}:
        return after + 1 if token.kind == "percent" else amount.after
    if token.kind == "admin" or (token.kind == "compare" and reading.depth):
        reading.out.unread.append(f"{amount.text} {token.text}")
        return after + 1
    if token.kind == "word" and (passed := _read_measure(reading, after, amount)) is not None:
        return passed
    if _read_postfix_maximum(reading, after, amount.high, None) is not None:
        return reading.skip(after) + 1
    if _may_be_a_dose(reading, token, after) and _wants_a_dose(reading, token):
        if reading.draft.has_dose:
            _start_next_dose(reading, amount.text)
        reading.set_dose(amount.low, amount.high, None)
    elif not (reading.depth and reading.draft.low in {amount.low, None}):
        reading.out.ask("directions", f"What does the number “{amount.text}” mean?")
    return amount.after


def _read_measure(reading: Reading, place: int, amount: Amount) -> int | None:
    """Read a measure without a size by the size in brackets, "1 dropperful (1 mL)", and the other way round."""
    at = place
    while reading.at(at).kind == "word" and at - place < 3:
        at += 1
    if reading.depth and reading.at(at).kind == "close" and reading.draft.has_dose:
        reading.out.unread.append(f"{amount.text} {reading.at(place).text}")
        return at
    inner = read_amount(reading.tokens, at + 1)
    if amount.low != ONE or amount.high != ONE or reading.at(at).kind != "open" or inner is None:
        return None
    unit = reading.at(inner.after)
    if unit.kind != "unit" or reading.at(inner.after + 1).kind != "close" or unit.value not in MASS | {"mL"}:
        return None
    return _place_dose(reading, Dose(inner.low, inner.high, unit.value, inner.after + 2, inner.text))


def _may_be_a_dose(reading: Reading, token: Token, after: int) -> bool:
    if (token.kind, token.value) == ("time", "d"):
        return reading.at(after + 1).kind == "num"
    count = read_amount(reading.tokens, after) if token.kind == "num" else None
    return token.kind in _FOLLOWS_A_DOSE or bool(count and reading.at(reading.skip(count.after)).kind == "times")


def _wants_a_dose(reading: Reading, token: Token) -> bool:
    draft = reading.draft
    if not draft.has_dose:
        return True
    follows = reading.joiner in {"then", "and", "plus", "comma"} or reading.next_verb or draft.duration is not None
    return (draft.has_rhythm or draft.day_span is not None) and bool(
        follows or (draft.when and token.kind in {"daily", "when"})
    )


def read_article(reading: Reading, place: int, token: Token) -> int:
    """Read "a tablet" as one, and "for a week" as one week."""
    nxt = reading.at(place + 1)
    if nxt.kind == "unit" and not reading.draft.has_dose:
        return read_num(reading, place, Token("num", "1", token.text)) if _becomes_one(reading, place) else place + 1
    if nxt.kind == "time" and reading.joiner in {"for"}:
        _becomes_one(reading, place)
        return read_num(reading, place, reading.tokens[place])
    return place + 1


def _becomes_one(reading: Reading, place: int) -> bool:
    reading.tokens[place] = Token("num", "1", reading.tokens[place].text)
    return True


def read_unit(reading: Reading, place: int, token: Token) -> int:
    """Read a unit that has no number before it: a roman numeral or number may follow ("tab i")."""
    amount = read_amount(reading.tokens, place + 1)
    name, _, factor = token.value.partition("*")
    if amount and not reading.draft.has_dose and reading.at(amount.after).kind not in {"unit", "time", "times"}:
        times = Decimal(factor or 1)
        reading.clause_has_content = True
        reading.set_dose(amount.low * times, amount.high * times, name)
        return amount.after
    if token.text == "cc" and reading.draft.has_rhythm:
        # After a frequency cc is "with meals", after a number it is mL.
        reading.add_when("cc")
    elif reading.draft.low is not None and reading.draft.unit is None:
        reading.draft.unit = name
    elif reading.draft.verb is None and name == "spray":
        reading.draft.verb = "spray"
    elif reading.draft.unit not in {None, name} and not reading.depth and name not in _MAY_STAND_ALONE:
        reading.clause_words.append(token.text)
    return place + 1


def read_amount_word(reading: Reading, place: int, token: Token) -> int:
    """Read an amount in words: a thin layer, a pea-sized amount."""
    reading.clause_has_content = True
    if reading.draft.low is None or (reading.draft.low == 1 and reading.draft.unit is None):
        reading.draft.low = reading.draft.high = None
        reading.draft.amount = token.value
        if token.value == "thin layer":
            reading.set_dose(ONE, ONE, "application")
    return place + 1


def read_total(reading: Reading, place: int, token: Token) -> int:
    """Pass over "for a total of 4 tablets daily", which repeats what the dose already says."""
    amount = read_amount(reading.tokens, reading.skip(place + 1))
    if amount is None or not reading.draft.has_dose:
        return place + 1
    at = reading.skip(amount.after)
    if reading.at(at).value == "dose" and amount.low == amount.high:
        return set_doses(reading, int(amount.high), at + 1)
    if reading.at(at).kind in {"time", "times"}:
        return place + 1
    at = at + 1 if reading.at(at).kind == "unit" else at
    reading.out.unread.append(f"total of {amount.text}")
    period = read_period(reading, at)
    return period[2] if period else at
