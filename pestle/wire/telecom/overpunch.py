"""Signed amounts: the last character carries both the last digit and the sign."""

from decimal import Decimal
from typing import Final

from pestle.wire.telecom.errors import UnfitError

POSITIVE: Final = "{ABCDEFGHI"
NEGATIVE: Final = "}JKLMNOPQR"
LARGEST_POWER_OF_TEN: Final = 20


def read_signed(text: str, decimals: int) -> Decimal:
    """Read overpunched text as a Decimal with that many implied decimals; a plain last digit is positive.

    Raises UnfitError when a character is no digit or the last one carries no sign.
    """
    body, last = text[:-1], text[-1:]
    sign, digit = _last_digit(last)
    if body and not _is_digits(body):
        raise UnfitError("takes digits before the signed last character")
    value = Decimal((sign, tuple(map(int, body + digit)), -decimals))
    return value if value else value.copy_abs()


def write_signed(value: Decimal, decimals: int) -> str:
    """Write a Decimal as overpunched text without leading zeros; raises UnfitError rather than round."""
    digits = write_unsigned(value.copy_abs(), decimals)
    row = NEGATIVE if value < 0 else POSITIVE
    return digits[:-1] + row[int(digits[-1])]


def read_unsigned(text: str, decimals: int) -> Decimal:
    """Read plain digits as a Decimal with that many implied decimals; raises UnfitError on anything but digits."""
    if not _is_digits(text):
        raise UnfitError("takes digits only")
    return Decimal((0, tuple(map(int, text)), -decimals))


def write_unsigned(value: Decimal, decimals: int) -> str:
    """Write a Decimal of zero or more as digits without leading zeros; raises UnfitError rather than round."""
    if not value.is_finite() or value < 0:
        raise UnfitError("takes a number of zero or more")
    if value.adjusted() > LARGEST_POWER_OF_TEN:
        raise UnfitError("is too large")
    _, digits, exponent = value.as_tuple()
    shift = decimals + int(exponent)
    whole = "".join(map(str, digits))
    if shift < 0 and whole[shift:].strip("0"):
        raise UnfitError(f"takes at most {decimals} decimals")
    return (whole + "0" * shift if shift >= 0 else whole[:shift]).lstrip("0") or "0"


def _last_digit(last: str) -> tuple[int, str]:
    if last and last in POSITIVE:
        return 0, str(POSITIVE.index(last))
    if last and last in NEGATIVE:
        return 1, str(NEGATIVE.index(last))
    if _is_digits(last):
        return 0, last
    raise UnfitError("takes a signed last character ({ to I, } to R) or a digit")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
