"""What for: as needed, and the purpose of the medicine."""

from pestle.terms.sig.amounts import Amount, read_amount
from pestle.terms.sig.bodies import BODY_ROUTES
from pestle.terms.sig.grammar.spans import set_duration
from pestle.terms.sig.grammar.state import HIDDEN, ONE, Reading
from pestle.terms.sig.tokens import Token

# Words about a reason that do not change it.
_GENERIC = frozenset(
    {"control", "relief", "management", "symptoms", "symptom", "attack", "attacks", "episode", "episodes", "of", "or"}
    | {"prevention", "flares", "issues", "problems", "therapy", "treatment", "medication", "acute", "chronic", "your"}
)


def read_prn(reading: Reading, place: int, token: Token) -> int:
    """Read "as needed" and the reason after it."""
    reading.draft.prn = True
    reading.clause_has_content = True
    return _read_reason_after(reading, place + 1, is_purpose=False, needs_for=True)


def read_for(reading: Reading, place: int, token: Token) -> int:
    """Read what follows "for": a length of time, a reason or a purpose."""
    at = reading.skip(place + 1)
    following = reading.at(at)
    if following.kind in {"num", "upto", "roman", "x"} or (
        following.kind == "time" and reading.at(place + 1).kind == "article"
    ):
        if following.kind == "time":
            set_duration(reading, Amount(ONE, ONE, at, "1"), following.value)
            return at + 1
        reading.preposition = "for"
        return place + 1
    is_purpose = not (reading.draft.prn or reading.preposition == "upto" or reading.draft.frequency == 0)
    return _read_reason_after(reading, place + 1, is_purpose=is_purpose, needs_for=False)


def read_reason(reading: Reading, place: int, token: Token) -> int:
    """Read a reason that stands by itself."""
    return _read_reason_after(reading, place, is_purpose=not reading.draft.prn, needs_for=False)


def _read_reason_after(reading: Reading, place: int, *, is_purpose: bool, needs_for: bool) -> int:
    """Read reasons joined by or, and, commas or slashes; unknown words are kept as they are written."""
    at = reading.skip(place)
    if needs_for:
        if reading.at(at).kind not in {"for", "mark"} and not _starts_a_reason(reading, at):
            return place
        at = reading.skip(at + 1) if reading.at(at).kind in {"for", "mark"} else at
        if not _starts_a_reason(reading, at):
            return place
    end = at
    while True:
        if not _starts_a_reason(reading, at):
            break
        at, text = _reason_at(reading, at)
        reading.draft.add_reason(text, is_purpose=is_purpose)
        at = _past_threshold(reading, at)
        end = at
        joiners = set()
        while reading.at(at).kind in {"or", "and", "slash", "comma"} | HIDDEN:
            joiners.add(reading.at(at).kind)
            at += 1
        if joiners <= {"comma"} | HIDDEN and reading.at(at).kind != "reason":
            # After a bare comma something else may begin: only a reason we know goes on with the list.
            break
    return max(end, place)


def _past_threshold(reading: Reading, place: int) -> int:
    """Pass over the figure from which the need begins: "fever > 101", "weight gain of 3 lbs"."""
    at = place
    while reading.at(at).kind in HIDDEN | {"compare", "in"}:
        at += 1
    amount = read_amount(reading.tokens, at)
    bracketed = read_amount(reading.tokens, place + 1) if reading.at(place).kind == "open" else None
    if bracketed and reading.at(bracketed.after).kind == "close":
        # The figure on a scale of pain: "moderate pain (4-6)".
        reading.out.unread.append(bracketed.text)
        return bracketed.after + 1
    if amount is None or at == place:
        return place
    end = amount.after
    if reading.at(end).kind == "slash" and reading.at(end + 1).kind == "num":
        end += 2
    follows = reading.at(end).kind
    is_measured = follows == "word" or any(reading.at(step).kind == "compare" for step in range(place, at))
    if not is_measured or follows in {"unit", "time", "times"}:
        return place
    end += follows == "word"
    reading.out.unread.append(" ".join(token.text for token in reading.tokens[place:end]))
    return end


def _starts_a_reason(reading: Reading, place: int) -> bool:
    token = reading.at(place)
    return token.kind in {"reason", "word"} or _is_a_rash(token) or _names_a_part(reading, place)


def _reason_at(reading: Reading, place: int) -> tuple[int, str]:
    """Read one reason with the words about it: pain, breakthrough pain, heart failure, restless legs."""
    words: list[str] = []
    known: list[str] = []
    while True:
        token = reading.at(place)
        if token.kind == "reason" or _is_a_rash(token):
            known.append(token.value if token.kind == "reason" else "rash")
            words.append(known[-1])
        elif token.kind in {"word", "of"} or _names_a_part(reading, place) or (words and _is_the_part(reading, token)):
            words.append(token.text)
        elif token.kind != "ignore":
            break
        place += 1
        if known and reading.at(place).kind == "reason":
            break
    own = [word for word in words if word not in _GENERIC and word not in known]
    return place, " ".join(words) if own else "/".join(known) or " ".join(words)


def _is_a_rash(token: Token) -> bool:
    """Tell whether a word that also names where to apply is what ails."""
    return token.kind == "route" and token.text in {"rash", "lesions"}


def _is_the_part(reading: Reading, token: Token) -> bool:
    """Tell whether a part of the body ends the reason of something swallowed: "restless legs"."""
    return _is_a_part(token) and reading.draft.unit in {"tablet", "capsule", "mL"}


def _is_a_part(token: Token) -> bool:
    return token.kind == "route" and token.value in BODY_ROUTES


def _names_a_part(reading: Reading, place: int) -> bool:
    """Tell whether a part of the body stands before the word for what ails it: "chest tightness", "right knee pain"."""
    after = place
    while reading.at(after).kind == "sidebody" or _is_a_part(reading.at(after)):
        after += 1
        if reading.at(after).kind in {"and", "or", "slash"}:
            return _names_a_part(reading, after + 1) or reading.at(after + 1).kind == "reason"
    return after > place and reading.at(after).kind in {"word", "reason"}
