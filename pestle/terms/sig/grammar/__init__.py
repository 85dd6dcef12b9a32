"""The grammar of directions: one pass over the tokens, each kind of word filling its part of the step at hand."""

from collections.abc import Callable

from pestle.terms.sig.draft import Drafted
from pestle.terms.sig.grammar.asides import (
    read_admin,
    read_if,
    read_leave_on,
    read_meanwhile,
    read_remark,
    read_starting,
    read_testing,
    read_tool,
    read_with,
)
from pestle.terms.sig.grammar.clock import read_day_of_week, read_meal, read_other_days, read_when
from pestle.terms.sig.grammar.doses import read_amount_word, read_article, read_num, read_total, read_unit
from pestle.terms.sig.grammar.marks import (
    read_as_desired,
    read_as_directed,
    read_close,
    read_comma,
    read_equals,
    read_increase,
    read_joiner,
    read_note,
    read_now,
    read_open,
    read_preposition,
    read_scale,
    read_sentence,
)
from pestle.terms.sig.grammar.maxima import read_maximum, read_repeat, read_up_to
from pestle.terms.sig.grammar.places import (
    read_apply_there,
    read_ear_or_word,
    read_eye_or_day,
    read_in,
    read_route,
    read_spray_word,
    read_verb,
)
from pestle.terms.sig.grammar.reasons import read_for, read_prn, read_reason
from pestle.terms.sig.grammar.rhythm import (
    read_bare,
    read_count_word,
    read_daily,
    read_every,
    read_freq,
    read_one_time_spanish,
    read_parity,
    read_per,
)
from pestle.terms.sig.grammar.spans import (
    begins_after_then,
    next_of_a_course,
    read_first,
    read_named_day,
    read_off,
    read_remove,
    read_stop,
    read_time_word,
    read_x,
)
from pestle.terms.sig.grammar.state import HIDDEN, Reading
from pestle.terms.sig.grammar.unknown import (
    close_clause,
    read_caution,
    read_mark,
    read_mixed_word,
    read_side,
    read_unsure,
)
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation

Reader = Callable[[Reading, int, Token], int]


def read_tokens(tokens: list[Token], product_words: frozenset[str]) -> Drafted:
    """Read every token and give what they say, step by step."""
    reading = Reading(tokens, product_words)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        follows_then = reading.joiner == "then" and token.kind in _STARTS_A_STEP and begins_after_then(reading, place)
        if follows_then or (token.kind in _RHYTHMS and next_of_a_course(reading, place)):
            reading.start_step(Relation.THEN)
        reader = _READERS.get(token.kind)
        if reader is None:
            place += 1
            continue
        before = reading.joiner
        place = max(reader(reading, place, token), place + 1)
        if reading.joiner is before and token.kind not in _KEEPS_JOINER:
            reading.joiner = None
    close_clause(reading)
    reading.keep_draft()
    return reading.out


_STARTS_A_STEP = frozenset(
    {"num", "roman", "freq", "count", "per", "every", "daily", "bare", "when", "prn", "dow", "verb", "asdir", "amount"}
    | {"upto", "eyeorday", "sprayword"}
)
_RHYTHMS = frozenset({"freq", "count", "every", "num", "daily", "per"})
_READERS: dict[str, Reader] = {
    "num": read_num,
    "freq": read_freq,
    "count": read_count_word,
    "oncespanish": read_one_time_spanish,
    "per": read_per,
    "bare": read_bare,
    "daily": read_daily,
    "every": read_every,
    "each": read_every,
    "when": read_when,
    "meal": read_meal,
    "dow": read_day_of_week,
    "verb": read_verb,
    "sprayword": read_spray_word,
    "article": read_article,
    "unit": read_unit,
    "in": read_in,
    "amount": read_amount_word,
    "route": read_route,
    "eyeorday": read_eye_or_day,
    "applythere": read_apply_there,
    "earorword": read_ear_or_word,
    "earorword2": read_ear_or_word,
    "prn": read_prn,
    "for": read_for,
    "reason": read_reason,
    "x": read_x,
    "max": read_maximum,
    "upto": read_up_to,
    "repeat": read_repeat,
    "now": read_now,
    "asdir": read_as_directed,
    "adlib": read_as_desired,
    "scale": read_scale,
    "scaleword": read_scale,
    "increase": read_increase,
    "remove": read_remove,
    "note": read_note,
    "totalof": read_total,
    "caution": read_caution,
    "admin": read_admin,
    "remark": read_remark,
    "if": read_if,
    "meanwhile": read_meanwhile,
    "tool": read_tool,
    "leaveon": read_leave_on,
    "testing": read_testing,
    "starting": read_starting,
    "otherdays": read_other_days,
    "mark": read_mark,
    "sidebody": read_side,
    "unsure": read_unsure,
    "compare": read_unsure,
    "perweight": read_unsure,
    "and": read_joiner,
    "or": read_joiner,
    "plus": read_joiner,
    "then": read_joiner,
    "comma": read_comma,
    "sentence": read_sentence,
    "before": read_preposition,
    "after": read_preposition,
    "with": read_with,
    "at": read_preposition,
    "atclock": read_preposition,
    "stop": read_stop,
    "open": read_open,
    "close": read_close,
    "equals": read_equals,
    "time": read_time_word,
    "first": read_first,
    "off": read_off,
    "parity": read_parity,
    "dayspan": read_named_day,
    "word": read_mixed_word,
    "roman": read_mixed_word,
}
_KEEPS_JOINER = frozenset(
    HIDDEN | {"verb", "tool", "before", "after", "with", "at", "atclock", "open", "comma", "sentence", "sprayword"}
)
