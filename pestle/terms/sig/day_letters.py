"""Days of the week by their first letters: M/W/F, T/Th/Sa/Su, MWF, TThSa."""

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pestle.terms.sig.tokens import Token

_ORDER = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LETTERS = {"m": "mon", "t": "tue", "w": "wed", "r": "thu", "f": "fri"}
_PAIRS = {"mo": "mon", "tu": "tue", "we": "wed", "th": "thu", "fr": "fri", "sa": "sat", "su": "sun"}
_LONGER = {"tues": "tue", "thur": "thu", "thurs": "thu"} | {day: day for day in _ORDER}
DAY_LETTERS = _LETTERS | _PAIRS | _LONGER
_BETWEEN = frozenset({"/", ",", "&", "and"})


class DayLetters(NamedTuple):
    """The days read as one token, and the place after them."""

    token: Token
    after: int


def day_letters(words: list[str], place: int) -> DayLetters | None:
    """Read days named by letters with marks between, or a span of them; one alone is no day."""
    days, after = [DAY_LETTERS[words[place]]], place + 1
    if words[after : after + 1] == ["-"] and words[after + 1 : after + 2] and words[after + 1] in DAY_LETTERS:
        first, last = _ORDER.index(days[0]), _ORDER.index(DAY_LETTERS[words[after + 1]])
        if first < last:
            return DayLetters(_token(_ORDER[first : last + 1], words[place : after + 2]), after + 2)
    while (found := _next_day(words, after)) is not None:
        days.append(DAY_LETTERS[words[found]])
        after = found + 1
    only_letters = any(word in _LETTERS or word in _PAIRS for word in words[place:after])
    if len(days) < 2 or len(set(days)) != len(days) or not only_letters:
        return None
    return DayLetters(_token(days, words[place:after]), after)


@lru_cache(maxsize=1024)
def glued_days(word: str) -> str | None:
    """Read "mwf", "tthsa": letters of at least two days in the order of the week."""
    days: list[str] = []
    place = 0
    while place < len(word):
        pair, letter = word[place : place + 2], word[place]
        if pair in {"tu", "th", "sa", "su"}:
            days.append(_PAIRS[pair])
            place += 2
        elif letter in _LETTERS:
            days.append(_LETTERS[letter])
            place += 1
        else:
            return None
    numbers = [_ORDER.index(day) for day in days]
    is_in_order = all(one < other for one, other in itertools.pairwise(numbers))
    return ",".join(days) if len(days) > 1 and is_in_order else None


def _next_day(words: list[str], after: int) -> int | None:
    """Give the place of the next day, over a comma and "and"; side by side they need two letters each."""
    place = after
    while words[place : place + 1] and words[place] in _BETWEEN and place - after < 2:
        place += 1
    if place >= len(words) or words[place] not in DAY_LETTERS:
        return None
    if place == after and (words[place] in _LETTERS or words[after - 1] in _LETTERS):
        return None
    return place


def _token(days: Sequence[str], words: list[str]) -> Token:
    return Token("dow", ",".join(days), " ".join(words))
