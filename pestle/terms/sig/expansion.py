"""Shorthand into plain words as it is typed, the pharmacy's own codes first."""

import re
from collections.abc import Mapping

from pestle.terms.sig.lexicon import phrases, plain_letters, raw_words

_WORD = re.compile(r"\S+")
_NO_SPACE_BEFORE = frozenset(".,;:)%°")


def apply_library(text: str, sig_library: Mapping[str, str]) -> str:
    """Replace a pharmacy's own codes by what they stand for; a code is a whole word, in any case of letters."""
    own = {code.lower(): meaning for code, meaning in sig_library.items()}
    return _WORD.sub(lambda found: own.get(found.group().lower(), found.group()), text)


def expand_shorthand(text: str, sig_library: Mapping[str, str] | None = None) -> str:
    """Write shorthand out in plain words, leaving everything else as it was typed; safe for half-typed text."""
    if sig_library:
        text = apply_library(text, sig_library)
    words = raw_words(plain_letters(text[:2000]))
    out: list[str] = []
    place = 0
    while place < len(words):
        plain, length = _expansion(words, place)
        out.append(plain)
        place += length
    return _joined(out)


def _expansion(words: list[str], place: int) -> tuple[str, int]:
    word = words[place]
    for phrase in phrases().get(word, ()):
        length = len(phrase.rest)
        if length and tuple(words[place + 1 : place + 1 + length]) != phrase.rest:
            continue
        follows_number = place > 0 and words[place - 1][-1].isdigit()
        if phrase.meaning.kind == "time" and not follows_number:
            return word, 1
        return phrase.plain or " ".join(words[place : place + 1 + length]), 1 + length
    return word, 1


def _joined(parts: list[str]) -> str:
    text = ""
    for part in parts:
        glued = part in _NO_SPACE_BEFORE or part in {"-", "/"} or text.endswith(("(", "-", "/"))
        text += part if glued or not text else f" {part}"
    return text
