"""Reads the lots out of the free text of a recall notice, or says that a person must read it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from pestle.terms.recall.pieces import Kind, Piece, pieces_of
from pestle.terms.recall.ranges import LotRange, range_of


class Reading(StrEnum):
    """How far a lot text could be read."""

    LISTED = "lots named one by one"
    RANGES = "lots from one number to another"
    ALL = "all lots"
    ALL_WITH_CONDITION = "all lots, with a condition a person must read"
    PARTLY = "some lots read, the rest a person must read"
    UNREAD = "a person must read it"
    SAYS_NOTHING = "the notice names no lots"

    @property
    def is_whole(self) -> bool:
        """Say whether nothing in the text is left to a person."""
        return self in {Reading.LISTED, Reading.RANGES, Reading.ALL}


@dataclass(frozen=True, slots=True)
class NamedLot:
    """One lot number as the notice writes it, and the months of expiry that stand with it."""

    number: str
    months: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class LotText:
    """What a lot text says: lots, ranges, all lots; and the words that were not understood."""

    reading: Reading
    lots: tuple[NamedLot, ...] = ()
    ranges: tuple[LotRange, ...] = ()
    left_over: tuple[str, ...] = ()


def read_lot_text(text: str) -> LotText:
    """This will read a lot text strictly: what it does not understand is left to a person, never guessed."""
    if not text.strip(" .;,-"):
        return LotText(Reading.SAYS_NOTHING)
    pieces = pieces_of(text)
    lots, ranges, doubts = _gathered(pieces)
    doubts += [piece.text for piece in pieces if piece.kind is Kind.UNKNOWN]
    says_all = any(piece.kind is Kind.ALL for piece in pieces)
    has_dates = any(piece.kind is Kind.MONTH for piece in pieces)
    reading = _reading(lots, ranges, doubts, says_all=says_all, has_dates=has_dates)
    return LotText(reading, tuple(dict.fromkeys(lots)), tuple(dict.fromkeys(ranges)), tuple(dict.fromkeys(doubts)))


def same_number(one: str, other: str) -> bool:
    """This will say whether two writings are one lot number: case, spaces and hyphens do not tell lots apart."""
    return _bare(one) == _bare(other)


def _bare(number: str) -> str:
    return re.sub(r"[\s\-]", "", number).upper()


def _reading(
    lots: list[NamedLot], ranges: list[LotRange], doubts: list[str], *, says_all: bool, has_dates: bool
) -> Reading:
    if says_all:
        # "All lots" beside a list or a date is a condition: a person says whether it narrows what is meant.
        return Reading.ALL_WITH_CONDITION if doubts or lots or ranges or has_dates else Reading.ALL
    if not lots and not ranges:
        return Reading.UNREAD
    if doubts:
        return Reading.PARTLY
    return Reading.RANGES if ranges else Reading.LISTED


def _gathered(pieces: list[Piece]) -> tuple[list[NamedLot], list[LotRange], list[str]]:
    """Give lots with their months, ranges, and what looked like either and is neither."""
    lots: list[NamedLot] = []
    ranges: list[LotRange] = []
    doubts: list[str] = []
    waiting: list[str] = []
    months: set[tuple[int, int]] = set()

    def settle() -> None:
        lots.extend(NamedLot(number, frozenset(months)) for number in waiting)
        waiting.clear()
        months.clear()

    for piece in pieces:
        if piece.kind in {Kind.LOT, Kind.ITEM, Kind.RANGE} and months:
            settle()
        if piece.kind is Kind.LOT:
            waiting.append(piece.text)
        elif piece.kind is Kind.MONTH:
            months.update(piece.months)
        elif piece.kind is Kind.RANGE:
            found = range_of(piece.text, piece.until, is_said=piece.is_said)
            ranges.extend([found] if found else [])
            doubts.extend([] if found else [f"{piece.text} to {piece.until}"])
    settle()
    return lots, ranges, doubts
