"""Tall-man letters: the part of a drug name that tells it from its look-alikes, in capitals."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TallMan = Mapping[str, str]
"""From a name in small letters ("hydroxyzine") to its spelling in the list ("hydrOXYzine")."""

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
# Two capitals or more are tall; a single one opens a brand name, as in ZyPREXA, or stands alone.
_TALL = re.compile(r"[A-Z]{2,}")
_LONGEST = 3  # words in one name of the list


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a name; tall ones are set in capitals and heavy weight."""

    text: str
    is_tall: bool = False


def split_tall_man(name: str, table: TallMan) -> tuple[Segment, ...]:
    """Split a drug name into segments, so that joined again they give the name with its tall-man letters.

    Whole words only: a name inside a longer word is another drug. Words that are not in the table stay as they came.
    """
    segments: list[Segment] = []
    written = 0
    for start, end, spelling in _named(name, table):
        segments += _plain(name[written:start])
        segments += _tall(spelling)
        written = end
    return tuple(segments + _plain(name[written:]))


def _named(name: str, table: TallMan) -> Iterator[tuple[int, int, str]]:
    words = [match.span() for match in _WORD.finditer(name)]
    at = 0
    while at < len(words):
        taken = 1
        for count in range(min(_LONGEST, len(words) - at), 0, -1):
            start, end = words[at][0], words[at + count - 1][1]
            spelling = table.get(name[start:end].lower())
            if spelling is not None:
                yield start, end, spelling
                taken = count
                break
        at += taken


def _tall(spelling: str) -> list[Segment]:
    segments: list[Segment] = []
    written = 0
    for match in _TALL.finditer(spelling):
        segments += _plain(spelling[written : match.start()])
        segments.append(Segment(match.group(), is_tall=True))
        written = match.end()
    return segments + _plain(spelling[written:])


def _plain(text: str) -> list[Segment]:
    return [Segment(text)] if text else []
