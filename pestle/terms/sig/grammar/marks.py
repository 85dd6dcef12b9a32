"""Joining words, notes and marks."""

from pestle.terms.sig.grammar.state import Reading
from pestle.terms.sig.grammar.unknown import close_clause
from pestle.terms.sig.tokens import Token
from pestle.terms.sig.values import Relation


def read_now(reading: Reading, place: int, token: Token) -> int:
    """Read "now", "stat", "single dose"."""
    reading.clause_has_content = True
    if not reading.draft.has_rhythm:
        reading.draft.is_once = True
    return place + 1


def read_as_directed(reading: Reading, place: int, token: Token) -> int:
    """Note that the directions lean on others."""
    reading.out.is_as_directed = True
    if reading.draft.relation is Relation.THEN and not reading.draft.has_content:
        reading.out.ask("dose", "“As directed” follows the steps that are written out: how much then, and how often?")
    end = place + 1
    while reading.at(end).kind in {"word", "ignore", "tool"}:
        end += 1
    if any(each.kind == "word" for each in reading.tokens[place:end]):
        reading.out.unread.append(" ".join(each.text for each in reading.tokens[place:end]))
        return end
    return place + 1


def read_as_desired(reading: Reading, place: int, token: Token) -> int:
    """Ask about "as desired"."""
    reading.out.ask("frequency", "“As desired” says neither how much nor how often: what is the most in one day?")
    return place + 1


def read_scale(reading: Reading, place: int, token: Token) -> int:
    """Note a sliding scale; one that comes on top of a fixed dose is a step of its own."""
    if reading.draft.has_dose and reading.joiner in {"plus", "and", "then"} and token.kind == "scale":
        reading.start_step(Relation.PLUS)
    reading.clause_has_content = True
    reading.draft.is_scale = True
    return place + 1


def read_increase(reading: Reading, place: int, token: Token) -> int:
    """Read "may increase to": a second dose that may widen the first."""
    if not reading.draft.has_content:
        reading.out.ask("dose", "An increase is written without the dose it starts from: what is the first dose?")
        return place + 1
    reading.start_step(Relation.THEN)
    reading.draft.is_increase = True
    return place + 1


def read_note(reading: Reading, place: int, token: Token) -> int:
    """Keep an instruction our phrase books know."""
    if token.value == "contents":
        return place + 1
    if token.value not in reading.out.notes:
        reading.out.notes.append(token.value)
    return place + 1


def read_joiner(reading: Reading, place: int, token: Token) -> int:
    """Note the word that joins what follows."""
    reading.joiner = token.kind
    return place + 1


def read_comma(reading: Reading, place: int, token: Token) -> int:
    """End a clause at a comma."""
    close_clause(reading)
    if reading.joiner not in {"then", "and", "plus"}:
        reading.joiner = "comma"
    return place + 1


def read_sentence(reading: Reading, place: int, token: Token) -> int:
    """End a sentence."""
    close_clause(reading)
    if reading.joiner not in {"then"}:
        reading.joiner = "comma"
    reading.preposition = None
    return place + 1


def read_preposition(reading: Reading, place: int, token: Token) -> int:
    """Note before, after, at; what is neither meal nor hour ("after brushing") is passed over."""
    at = reading.skip(place + 1)
    end = at
    while token.kind in {"before", "after"} and reading.at(end).kind in {"word", "ignore"}:
        end += 1
    if end > at and reading.at(at).kind == "word" and reading.draft.has_dose:
        reading.out.unread.append(" ".join(each.text for each in reading.tokens[place:end]))
        return end
    reading.preposition = "at" if token.kind in {"at", "atclock"} else token.kind
    return place + 1


def read_open(reading: Reading, place: int, token: Token) -> int:
    """Enter brackets."""
    reading.depth += 1
    return place + 1


def read_close(reading: Reading, place: int, token: Token) -> int:
    """Leave brackets."""
    reading.depth = max(0, reading.depth - 1)
    return place + 1


def read_equals(reading: Reading, place: int, token: Token) -> int:
    """Note that what follows repeats the dose in other words."""
    reading.echoes = True
    return place + 1
