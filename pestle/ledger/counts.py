"""A count is a claim about reality; its difference is an entry with a reason."""

from pestle.ledger.entries import Entry, move
from pestle.terms.quantity import Quantity


def difference_entry(*, lot: int, place: int, book: Quantity, seen: Quantity, difference_place: int) -> Entry | None:
    """This will make the entry that brings the book to what was seen, or nothing where they agree."""
    off = seen - book
    if not off.amount:
        return None
    if off.amount > 0:
        return move("counted more", lot, off, source=difference_place, target=place)
    return move("counted less", lot, -off, source=place, target=difference_place)
