"""Cuts a lot text into pieces: lots, ranges, expiry months, labels, notes, and what is not understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pestle.terms.recall.months import DATE, months_in
from pestle.terms.recall.wording import (
    A_LOT,
    ALL,
    CODE,
    DASHES,
    EXPIRY,
    GAP,
    GLUED,
    HYPHENED,
    ITEM,
    LABEL,
    LETTERS,
    MADE,
    MORE_DATES,
    NDC,
    NDC_BARE,
    NO_EXPIRY,
    PACK_WORDS,
    RANGE,
    SAID,
    SIZE,
    TWO_IN_ONE,
    UPC,
    WORD,
)


class Kind(StrEnum):
    """What a piece of a lot text is."""

    GAP = "gap"
    LABEL = "label"
    ITEM = "item"
    NOTE = "note"
    SIZE = "size of a package"
    LOT = "lot"
    RANGE = "range"
    MONTH = "month"
    ALL = "all lots"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece; a range has a last number, a date its months."""

    kind: Kind
    text: str
    until: str = ""
    months: frozenset[tuple[int, int]] = frozenset()
    is_said: bool = True


SHORTEST, SHORTEST_APART, LONGEST = 3, 5, 20


def pieces_of(text: str) -> list[Piece]:
    """This will cut a whole text into pieces; nothing of it is left out."""
    plain = GLUED.sub(" ", text.translate(DASHES))
    return _apart(_headed(_lettered(_sized(list(_cut(plain))))))


def _cut(text: str) -> Iterator[Piece]:
    at = 0
    while at < len(text):
        piece, at = _next(text, at)
        yield piece


def _next(text: str, at: int) -> tuple[Piece, int]:
    """Give the piece that starts here, and where the next one starts."""
    is_figure = text[at].isdigit()
    for kind, pattern in _FIGURES if is_figure else _PLAIN:
        if (found := pattern.match(text, at)) and found.end() > at:
            return Piece(kind, found[0]), found.end()
    if dated := _dates(text, at):
        return dated
    for kind, pattern in _SIZES if is_figure else _CODED:
        if found := pattern.match(text, at):
            return Piece(kind, found[0]), found.end()
    return _lot_or_word(text, at)


_PLAIN = (
    (Kind.GAP, GAP), (Kind.ALL, ALL), (Kind.ITEM, ITEM), (Kind.NOTE, UPC), (Kind.NOTE, NDC), (Kind.NOTE, NDC_BARE),
    (Kind.NOTE, MADE), (Kind.NOTE, NO_EXPIRY),
)  # fmt: skip
_FIGURES = ((Kind.ITEM, ITEM), (Kind.NOTE, NDC))
_SIZES = ((Kind.SIZE, SIZE),)
_CODED = ((Kind.LABEL, LABEL), (Kind.NOTE, CODE), (Kind.NOTE, PACK_WORDS))


def _dates(text: str, at: int) -> tuple[Piece, int] | None:
    """Give the expiry that starts here, with or without the word for it, and every date that follows."""
    label = EXPIRY.match(text, at)
    start = label.end() if label else at
    found = DATE.match(text, start)
    if found is None:
        return _bare_label(text, at, start) if label else None
    months, end = set(months_in(found[0])), found.end()
    while (more := MORE_DATES.match(text, end)) and (found := DATE.match(text, more.end())):
        months |= months_in(found[0])
        end = found.end()
    kind = Kind.MONTH if months else Kind.UNKNOWN
    return Piece(kind, text[at:end], months=frozenset(months)), end


def _bare_label(text: str, at: int, end: int) -> tuple[Piece, int]:
    """Give the word for an expiry that no date follows: the head of a column where lots follow, else not understood."""
    follows = A_LOT.match(text, end)
    is_head = follows is not None and len(follows[0]) >= SHORTEST_APART and _is_lot(follows[0])
    return Piece(Kind.NOTE if is_head else Kind.UNKNOWN, text[at:end].strip()), end


def _lot_or_word(text: str, at: int) -> tuple[Piece, int]:
    if (found := RANGE.match(text, at)) and all(_is_lot(each) for each in found.groups()):
        is_said = SAID.search(found[0]) is not None
        return Piece(Kind.RANGE, found[1], until=found[2], is_said=is_said), found.end()
    found = A_LOT.match(text, at)
    if found is None or not _is_lot(found[0]):
        found = WORD.match(text, at)
        word = found[0] if found else text[at]
        return Piece(Kind.UNKNOWN, word), at + len(word)
    halves = HYPHENED.fullmatch(found[0])
    if halves and len(halves[1]) == len(halves[2]):
        # It may be one lot or all lots from the first half to the second: both are kept, and neither is certain.
        return Piece(Kind.RANGE, halves[1], until=halves[2], is_said=False), found.end()
    return Piece(Kind.LOT, found[0]), found.end()


def _is_lot(text: str) -> bool:
    """Say whether a token may be a lot: a digit in it, and neither too short nor longer than a lot number can be."""
    is_sized = SHORTEST <= len(text) <= LONGEST and any(sign.isdigit() for sign in text)
    return is_sized and TWO_IN_ONE.fullmatch(text) is None


def _sized(pieces: list[Piece]) -> list[Piece]:
    """Leave to a person what looks like a size and stands where a lot number is due: "Lot 1234 tablets"."""
    read: list[Piece] = []
    behind = Piece(Kind.GAP, "")
    for piece in pieces:
        figures = len(piece.text) - len(piece.text.lstrip("0123456789"))
        is_due = behind.kind is Kind.LABEL or (behind.kind is Kind.LOT and len(behind.text) == figures)
        read.append(Piece(Kind.UNKNOWN, piece.text) if piece.kind is Kind.SIZE and is_due else piece)
        behind = behind if piece.kind is Kind.GAP else piece
    return read


def _lettered(pieces: list[Piece]) -> list[Piece]:
    """Read capitals without a figure as a lot only right behind the word for it, or in a row of such lots."""
    read: list[Piece] = []
    behind = Kind.GAP
    for piece in pieces:
        is_lot = piece.kind is Kind.UNKNOWN and behind in {Kind.LABEL, Kind.LOT} and LETTERS.match(piece.text)
        read.append(Piece(Kind.LOT, piece.text.rstrip(",;.")) if is_lot else piece)
        if is_lot or piece.kind is Kind.LABEL:
            behind = read[-1].kind
        elif piece.kind not in {Kind.GAP, Kind.MONTH, Kind.ITEM}:
            behind = piece.kind if piece.kind is not Kind.LOT else Kind.GAP
    return read


def _headed(pieces: list[Piece]) -> list[Piece]:
    """Read words that stand right before a label as its heading, unless they narrow what the label says."""
    heads: set[int] = set()
    for index, piece in enumerate(pieces):
        if piece.kind is Kind.LABEL:
            heads |= _heading_before(pieces, index)
    return [Piece(Kind.NOTE, each.text) if index in heads else each for index, each in enumerate(pieces)]


NARROWS = re.compile(
    r"except|not|other|exclud|before|after|begin|start|prior|since|end|suffix|prefix|contain|until|between|from|any|unknown|without|no|none|within|all",
    re.IGNORECASE,
)


def _heading_before(pieces: list[Piece], label: int) -> set[int]:
    heading: set[int] = set()
    for index in range(label - 1, -1, -1):
        piece = pieces[index]
        if piece.kind in {Kind.GAP, Kind.NOTE, Kind.SIZE} and ";" not in piece.text:
            continue
        if piece.kind is not Kind.UNKNOWN:
            break
        if NARROWS.match(piece.text) or any(sign.isdigit() for sign in piece.text):
            return set()
        heading.add(index)
    return heading


def _apart(pieces: list[Piece]) -> list[Piece]:
    """Leave to a person short numbers that only a space parts: they may be one lot number written with a space."""
    doubtful: set[int] = set()
    for index in range(len(pieces) - 2):
        one, gap, other = pieces[index : index + 3]
        is_pair = one.kind is other.kind is Kind.LOT and gap.kind is Kind.GAP and gap.text.isspace()
        if is_pair and min(len(one.text), len(other.text)) < SHORTEST_APART:
            doubtful |= {index, index + 2}
    return [Piece(Kind.UNKNOWN, each.text) if index in doubtful else each for index, each in enumerate(pieces)]
