"""First-expiring-first-out: which lots to take for a quantity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pestle.terms.quantity import Quantity


@dataclass(frozen=True, slots=True)
class OnHand:
    """What one place holds of one lot."""

    lot: int
    place: int
    number: str
    expires_on: date | None
    quantity: Quantity
    is_recalled: bool = False


@dataclass(frozen=True, slots=True)
class Taking:
    """So much of one lot from one place."""

    lot: int
    place: int
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Proposal:
    """The lots to take, and what is missing after all usable lots were counted."""

    takings: tuple[Taking, ...]
    missing: Quantity


def propose(stock: Iterable[OnHand], wanted: Quantity, *, last_use_on: date) -> Proposal:
    """This will choose lots for a quantity, first to expire first.

    A lot counts only if it is not recalled, has an expiry date, and lasts until `last_use_on`, the day the patient will
    have used the supply.
    """
    usable = (lot for lot in stock if not lot.is_recalled and lot.expires_on and lot.expires_on >= last_use_on)
    takings: list[Taking] = []
    missing = wanted
    for lot in sorted(usable, key=lambda each: (each.expires_on or date.max, each.number, each.place)):
        if missing.amount <= 0:
            break
        amount = min(missing.amount, lot.quantity.amount)
        if amount > 0:
            takings.append(Taking(lot.lot, lot.place, Quantity(amount, wanted.unit)))
            missing -= takings[-1].quantity
    return Proposal(tuple(takings), missing)
