"""How and where: verbs, routes, eyes and ears."""

from pestle.terms.sig.bodies import BODY_ROUTES
from pestle.terms.sig.grammar.rhythm import read_freq
from pestle.terms.sig.grammar.state import Reading
from pestle.terms.sig.lexicon import site_named
from pestle.terms.sig.sites import said_again
from pestle.terms.sig.tokens import Token

_TAKEN = frozenset({"tablet", "capsule", "packet", "scoop", "capful", "mL", "g"})


def read_verb(reading: Reading, place: int, token: Token) -> int:
    """Read what to do."""
    _read_any_verb(reading, token.value)
    return place + 1


def _read_any_verb(reading: Reading, verb: str) -> None:
    draft = reading.draft
    if (not draft.has_dose and draft.verb is None) or (
        draft.verb is None and reading.joiner not in {"and", "then", "plus"}
    ):
        draft.verb = verb
    else:
        reading.next_verb = verb


def read_spray_word(reading: Reading, place: int, token: Token) -> int:
    """Read "spray" as a verb; after a number it was a unit."""
    _read_any_verb(reading, "spray")
    return place + 1


def read_apply_there(reading: Reading, place: int, token: Token) -> int:
    """Read AAA: apply to the affected area."""
    _read_any_verb(reading, "apply")
    return read_route(reading, place, Token("route", "top", token.text))


def read_in(reading: Reading, place: int, token: Token) -> int:
    """Read IN and EN beside sprays as the nose; else they are prepositions."""
    follows = reading.at(place + 1).kind
    if (
        reading.draft.unit == "spray"
        and reading.draft.route is None
        and follows in {"freq", "count", "daily", "now", "end", "per", "every", "prn"}
    ):
        return read_route(reading, place, Token("route", token.text, token.text))
    at = end = reading.skip(place + 1)
    while reading.at(end).kind in {"word", "ignore"}:
        end += 1
    if reading.at(at).kind == "word" and reading.draft.unit in _TAKEN:
        reading.out.unread.append(" ".join(each.text for each in reading.tokens[place:end]))
        return end
    reading.preposition = "in" if reading.preposition is None else reading.preposition
    return place + 1


def read_route(reading: Reading, place: int, token: Token) -> int:
    """Read how or where it is used; two routes that differ are asked about."""
    reading.clause_has_content = True
    draft = reading.draft
    vague = {"oph", "ophs", "otic", "otics", "top", "in", "inh", "po", "skin"}
    if (
        draft.route is None
        or (draft.route in vague and token.value not in vague)
        or (draft.route, token.value) == ("po", "inh")
    ):
        draft.route, reading.place_text = token.value, site_named(token.text)
        if reading.place_text in said_again() or reading.place_text != token.text:
            draft.site = draft.site or reading.place_text
    elif {draft.route, token.value} <= BODY_ROUTES and reading.joiner in {"and", "or"}:
        draft.site = f"{draft.site or reading.place_text} {reading.joiner} {site_named(token.text)}"
    elif draft.route != token.value and token.value not in vague:
        reading.out.ask("route", f"Two routes are given (“{token.text}” is the second): which is meant?")
    return place + 1


def read_eye_or_day(reading: Reading, place: int, token: Token) -> int:
    """Read OD: the right eye beside drops, else once a day."""
    draft = reading.draft
    if (
        draft.unit in {"drop", "application", "inch", "ribbon"}
        or draft.verb == "instill"
        or "eye" in reading.product_words
    ):
        return read_route(reading, place, Token("route", "od", token.text))
    if draft.unit is None and draft.low is None:
        reading.out.ask("directions", "“OD”: the right eye, or once a day?")
        return place + 1
    reading.out.assumptions.append("“OD” beside a solid dose was read as once a day.")
    return read_freq(reading, place, Token("freq", "1/1d", token.text))


def read_ear_or_word(reading: Reading, place: int, token: Token) -> int:
    """Read AS and AD as ears beside drops, else as common words."""
    if reading.draft.unit == "drop":
        return read_route(reading, place, Token("route", "as" if token.kind == "earorword" else "ad", token.text))
    return place + 1
