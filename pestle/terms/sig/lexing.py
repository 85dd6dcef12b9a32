"""Text to tokens: the longest known phrases, numbers, words run together taken apart, small misspellings mended."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pestle.terms.sig.day_letters import DAY_LETTERS, day_letters, glued_days
from pestle.terms.sig.lexicon import (
    one_letter_less,
    ordinary_words,
    phrases,
    plain_letters,
    raw_words,
    shorthand_pieces,
    single_words,
    spellings,
)
from pestle.terms.sig.tokens import END, Token

# A longer number is no dose and no length: it is asked about.
MOST_DIGITS = 12
_MARKS = {".": "sentence", ";": "sentence", ":": "colon", ",": "comma", "(": "open", ")": "close", "/": "slash"}
_MARKS |= {"=": "equals", "[": "open", "]": "close", "%": "percent", "<": "compare", ">": "compare", "?": "unsure"}
_COUNTED = frozenset(
    {"tablet", "capsule", "drop", "puff", "spray", "suppository", "patch", "packet", "vial", "lozenge", "application"}
)
_FRACTIONS = {("1", "2"): "0.5", ("1", "4"): "0.25", ("3", "4"): "0.75", ("1", "8"): "0.125"}
_AFTER_A_LOOSE_HYPHEN = frozenset({"route", "unit", "verb", "every", "daily", "prn", "per", "freq", "tee", "cee"})
_SHORTENED = {"ea": "each", "evry": "every"}
_ROMAN_KINDS = frozenset({"roman", "romaniv"})


@dataclass(slots=True)
class Lexed:
    """The tokens of a text, the words they came from, and what was mended on the way."""

    words: list[str]
    tokens: list[Token] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)


def lex(text: str) -> Lexed:
    """Turn directions into tokens; what is not known becomes a token of kind "word"."""
    lexed = Lexed([_SHORTENED.get(word, word) for word in raw_words(plain_letters(text))])
    words = lexed.words
    place = 0
    while place < len(words):
        place = _read_one(lexed, words, place)
    _part_halves(lexed.tokens)
    _drop_loose_hyphens(lexed.tokens)
    _settle_roman(lexed.tokens)
    _mend_on_for_one(lexed)
    return lexed


def _read_one(lexed: Lexed, words: list[str], place: int) -> int:
    word = words[place]
    if word in DAY_LETTERS and (days := day_letters(words, place)):
        lexed.tokens.append(days.token)
        return days.after
    for phrase in phrases().get(word, ()):
        length = len(phrase.rest)
        if not length or tuple(words[place + 1 : place + 1 + length]) == phrase.rest:
            lexed.tokens.append(Token(*phrase.meaning, " ".join(words[place : place + 1 + length])))
            return place + 1 + length
    if word[0].isdigit() or (word[0] == "." and len(word) > 1):
        return _read_number(lexed.tokens, words, place)
    if word in _MARKS:
        lexed.tokens.append(Token(_MARKS[word], "", word))
    elif word.isalpha():
        return _read_unknown(lexed, words, place)
    else:
        lexed.tokens.append(Token("mark", "", word))
    return place + 1


def _read_number(tokens: list[Token], words: list[str], place: int) -> int:
    word = words[place]
    if words[place + 1 : place + 2] == ["/"] and (word, *words[place + 2 : place + 3]) in _FRACTIONS:
        value = _FRACTIONS[(word, words[place + 2])]
        tokens.append(Token("num", value, f"{word}/{words[place + 2]}"))
        return place + 3
    is_readable = len(word) <= MOST_DIGITS
    tokens.append(Token("num", word.replace(",", ""), word) if is_readable else Token("unsure", "", word))
    return place + 1


def _read_unknown(lexed: Lexed, words: list[str], place: int) -> int:
    """Read a word that is no phrase; run-together words are taken apart in place and read again."""
    word = words[place]
    follows_number = place > 0 and words[place - 1][-1].isdigit()
    if days := glued_days(word):
        lexed.tokens.append(Token("dow", days, word))
        return place + 1
    pieces = _pieces(word, follows_number)
    if pieces:
        words[place : place + 1] = pieces
        return place
    mended = _mended(word)
    if mended:
        lexed.corrections.append((word, mended))
        for phrase in phrases().get(mended, ()):
            if not phrase.rest:
                lexed.tokens.append(Token(*phrase.meaning, mended))
                return place + 1
    lexed.tokens.append(Token("word", word, word))
    return place + 1


@lru_cache(maxsize=4096)
def _pieces(word: str, follows_number: bool) -> tuple[str, ...] | None:
    """Take "bidprn" apart; single letters count only where prescribers put them, at either end."""
    if len(word) < 3 or len(word) > 24:
        return None
    known = shorthand_pieces()
    starts = {"h", "d", "w", "t", "x"} if follows_number else {"q", "x"}

    def rest_of(start: int) -> tuple[str, ...] | None:
        if start == len(word):
            return ()
        for end in range(len(word), start, -1):
            piece = word[start:end]
            fits = piece in known if end - start > 1 else _may_stand_alone(piece, start, end, len(word), starts)
            if fits and (rest := rest_of(end)) is not None:
                return (piece, *rest)
        return None

    found = rest_of(0)
    return found if found and len(found) > 1 and any(len(piece) > 1 for piece in found) else None


def _may_stand_alone(piece: str, start: int, end: int, length: int, starts: set[str]) -> bool:
    return (start == 0 and piece in starts) or (end == length and piece in {"q", "x"})


@lru_cache(maxsize=4096)
def _mended(word: str) -> str | None:
    """Give the one known word that is a single slip away from this one, if there is exactly one."""
    if len(word) < 4 or word in ordinary_words():
        return None
    forms = spellings()
    found = {near for form in {word, *one_letter_less(word)} for near in forms.get(form, ()) if _one_slip(word, near)}
    known = single_words()
    # A word cut short by its last letter is more likely than one with another letter in it.
    found = {near for near in found if near.startswith(word)} or found
    meanings = {known.get(near) for near in found}
    return min(found) if len(meanings) == 1 else None


def _one_slip(word: str, near: str) -> bool:
    """Tell whether one letter was dropped, doubled or swapped; another letter counts only in a long word."""
    if word[0] != near[0]:
        return False
    if len(word) != len(near):
        longer, shorter = (word, near) if len(word) > len(near) else (near, word)
        return shorter in one_letter_less(longer)
    differ = [place for place in range(len(word)) if word[place] != near[place]]
    if len(differ) == 1:
        are_vowels = {word[differ[0]], near[differ[0]]} <= set("aeiouy")
        return len(word) >= (5 if are_vowels else 6)
    swapped = len(differ) == 2 and differ[1] == differ[0] + 1
    return swapped and word[differ[0]] == near[differ[1]] and word[differ[1]] == near[differ[0]]


def _settle_roman(tokens: list[Token]) -> None:
    """Roman numerals count only beside a unit, a verb or another numeral; `iv` is else the vein."""
    for place, token in enumerate(tokens):
        if token.kind not in _ROMAN_KINDS:
            continue
        after = _past_range(tokens, place, 1)
        before = _past_range(tokens, place, -1)
        # A counted thing on either side makes a number: "ii gtts", "caps iv".
        is_number = after.value in _COUNTED or before.value in _COUNTED or after.kind == "tee"
        if token.kind == "romaniv":
            tokens[place] = Token("num", "4", token.text) if is_number else Token("route", "iv", token.text)
        elif (
            is_number
            or before.kind in {"verb", "end"}
            or after.kind in {"unit", "freq", "daily", "route", "every", "per"}
        ):
            tokens[place] = Token("num", token.value, token.text)
        else:
            tokens[place] = Token("word", token.text, token.text)


def _part_halves(tokens: list[Token]) -> None:
    """Keep "and a half" as part of the number before it; elsewhere it joins a second dose ("and 1/2 tablet")."""
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.kind not in {"plushalf", "plusquarter"}:
            continue
        before = tokens[place - 1].kind if place else ""
        after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if before != "num" and not (before == "unit" and after != "unit"):
            value = "0.5" if token.kind == "plushalf" else "0.25"
            tokens[place : place + 1] = [Token("and", "", "and"), Token("num", value, token.text)]


def _drop_loose_hyphens(tokens: list[Token]) -> None:
    """Drop the hyphen of "1-po-bid", which is no range."""
    for place in range(len(tokens) - 2, 0, -1):
        is_loose = tokens[place].text == "-" and tokens[place + 1].kind in _AFTER_A_LOOSE_HYPHEN
        if is_loose and tokens[place - 1].kind in {"num", "unit", "route", "verb"}:
            del tokens[place]


def _mend_on_for_one(lexed: Lexed) -> None:
    """Read "take on tablet" as one tablet."""
    for place, token in enumerate(lexed.tokens[:-1]):
        follows_verb = place == 0 or lexed.tokens[place - 1].kind == "verb"
        if token.text == "on" and follows_verb and lexed.tokens[place + 1].value in {"tablet", "capsule"}:
            lexed.tokens[place] = Token("num", "1", "on")
            lexed.corrections.append(("on", "one"))


def _past_range(tokens: list[Token], place: int, step: int) -> Token:
    """Give the neighbour beyond the other end of a range such as i-ii."""
    place += step
    while 0 <= place < len(tokens) and tokens[place].kind in {"to", "roman", "romaniv", "num"}:
        place += step
    return tokens[place] if 0 <= place < len(tokens) else END


def number(token: Token) -> Decimal:
    """Give the value of a number token."""
    return Decimal(token.value)
