"""Balanced entries: quantity moves from one place to another and is never set."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.quantity import Quantity


class Unbalanced(ValueError):
    """The lines of an entry do not sum to zero for a lot."""


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of one lot coming to (above zero) or leaving (below zero) one place."""

    place: int
    lot: int
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Entry:
    """What moved and why; refuses to exist unless its lines sum to zero for each lot."""

    reason: str
    lines: tuple[Line, ...]
    because: str = ""

    def __post_init__(self) -> None:
        sums: dict[int, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            sums[line.lot] += line.quantity.amount
        crooked = [lot for lot, total in sums.items() if total]
        if crooked or not self.lines:
            raise Unbalanced(f"The entry “{self.reason}” does not balance for lot {crooked or 'at all'}.")


def move(reason: str, lot: int, quantity: Quantity, *, source: int, target: int) -> Entry:
    """This will make the entry that takes a quantity of one lot from a source place to a target place."""
    if quantity.amount <= 0:
        raise ValueError(f"A movement is above zero, not {quantity}.")
    return Entry(reason, (Line(source, lot, -quantity), Line(target, lot, quantity)))


def together(reason: str, entries: Iterable[Entry], *, because: str = "") -> Entry:
    """This will join several movements into one entry, so that they happen at once or not at all."""
    return Entry(reason, tuple(line for entry in entries for line in entry.lines), because)


def reverse(entry: Entry, *, because: str) -> Entry:
    """This will make the entry that takes another one back; a mistake is put right this way and no other."""
    return Entry(f"reversed: {entry.reason}", tuple(Line(x.place, x.lot, -x.quantity) for x in entry.lines), because)
