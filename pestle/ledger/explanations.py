"""What may explain that a count and the book differ: things the ledger itself knows, the likeliest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pestle.terms.decimals import plain


class Seen(StrEnum):
    """What kind of thing the ledger knows."""

    TAKEN_FOR_A_FILL = "taken for a fill"
    IN_HAND = "in hand, not in the book yet"
    REVERSED = "reversed"
    NOT_PUT_AWAY = "received, not put away"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that touched the place: `quantity` is above zero where it brought stock, below where it took some."""

    seen: Seen
    quantity: Decimal
    words: str
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One explanation to look at, never a finding: a sentence and the entry behind it."""

    words: str
    entry: int | None = None


def candidates(
    *, counted: Decimal, book: Decimal, happenings: Iterable[Happening], package_units: Decimal | None = None
) -> tuple[Candidate, ...]:
    """This will give what may explain a difference, from the figures themselves and from what happened at the place."""
    off = counted - book
    told = [*_of_the_figures(counted, book, package_units)]
    told += [Candidate(_words(each, off), each.entry) for each in happenings if _fits(each, off)]
    return tuple(told)


def _of_the_figures(counted: Decimal, book: Decimal, units: Decimal | None) -> Iterable[Candidate]:
    if is_transposed(counted, book):
        yield Candidate(f"{plain(counted)} is {plain(book)} with two figures changed over: count and type it again.")
    off = abs(counted - book)
    if units and off and off % units == 0:
        whole = plain(off / units)
        yield Candidate(f"The difference is {whole} whole package{'' if whole == '1' else 's'}: look for a bottle.")


def is_transposed(one: Decimal, other: Decimal) -> bool:
    """This will tell whether two numbers differ only by two neighbouring figures that changed places."""
    a, b = plain(one), plain(other)
    if len(a) != len(b):
        return False
    differ = [place for place in range(len(a)) if a[place] != b[place]]
    if len(differ) != 2 or differ[1] - differ[0] != 1:
        return False
    first, second = differ
    return a[first] == b[second] and a[second] == b[first]


def _fits(each: Happening, off: Decimal) -> bool:
    """Say whether a happening is of the size of the difference and could lie in its direction.

    A fill in hand is out of the place and still in the book; a receipt not put away may be in the place and not yet in
    its book. What is in the book already fits either way: it may be written and not done, or done twice.
    """
    if each.seen is Seen.IN_HAND:
        return off == -abs(each.quantity)
    if each.seen is Seen.NOT_PUT_AWAY:
        return off == abs(each.quantity)
    return abs(off) == abs(each.quantity)


def _words(each: Happening, off: Decimal) -> str:
    amount = plain(abs(off))
    is_missing = off < 0
    if each.seen is Seen.IN_HAND:
        return f"{each.words} has {amount} in hand that is not in the book yet: wait until it is finished."
    if each.seen is Seen.NOT_PUT_AWAY:
        return f"{each.words} brought {amount} that the book has at receiving: it may stand here already."
    if each.seen is Seen.REVERSED:
        ask = "they may not have been put back" if is_missing else "they may have been put back twice"
        return f"{each.words} was reversed: {amount} went back in the book, {ask}."
    if each.seen is Seen.TAKEN_FOR_A_FILL:
        ask = "it may have been taken twice" if is_missing else "it may not have been taken"
        return f"{each.words} took {amount}: {ask}. Count its vial."
    way = "brought" if each.quantity > 0 else "took"
    if (each.quantity > 0) == is_missing:
        return f"{each.words} {way} {amount} in the book: it may never have been carried."
    return f"{each.words} {way} {amount}: it may have been carried twice."
