"""Exact decimals: the one place that bounds a number and rounds it the way the trade rounds."""

import re
from decimal import ROUND_HALF_UP, Decimal


def half_up(amount: Decimal, *, places: int) -> Decimal:
    """Round to that many places, halves away from zero, as pharmacy and payers do (never banker's rounding)."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def exact(amount: Decimal, *, places: int, whole_digits: int, name: str) -> Decimal:
    """Give the amount with exactly that many places, without rounding.

    Raises TypeError for anything but a Decimal, ValueError for a number that would lose digits or is too large.
    """
    if not isinstance(amount, Decimal):
        raise TypeError(f"{name} is a Decimal, never a {type(amount).__name__}.")
    if not amount.is_finite():
        raise ValueError(f"{name} cannot be {amount}.")
    if abs(amount) >= Decimal(1).scaleb(whole_digits):
        raise ValueError(f"{name} {amount} has more than {whole_digits} digits before the point.")
    kept = half_up(amount, places=places)
    if kept != amount:
        raise ValueError(f"{name} {amount} has more than {places} decimal places.")
    return kept + 0  # Adding zero turns -0 into 0.


def plain(amount: Decimal) -> str:
    """Write a decimal as ISMP asks: a leading zero always, a trailing zero never, no exponent."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WHOLE = re.compile(r"[0-9]{1,18}")
_TYPED = re.compile(r"(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})?(?:\.(?P<part>[0-9]{0,6}))?")


def typed_whole(text: str) -> int | None:
    """Read a whole number as a page or a partner sends it: plain digits, few enough for a number of a row."""
    return int(text) if _WHOLE.fullmatch(text) else None


def typed_decimal(text: str) -> Decimal | None:
    """Read an amount as a person types it: 90, 1,000, 2.5, .5; None for anything else, so that nothing is guessed.

    A comma only parts thousands: what was meant by 1,5 is for whoever typed it to say.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None or not (found["whole"] or found["part"]):
        return None
    whole, part = (found["whole"] or "0").replace(",", ""), found["part"] or ""
    return Decimal(f"{whole}.{part}" if part else whole)
