"""Exact numbers: how they are read, rounded once, and written as ISMP asks."""

import re
from decimal import Decimal, localcontext
from fractions import Fraction

from pestle.calculations.worked import CannotCalculate

DIGITS = 40
KEPT_DIGITS = 12  # A decimal that ends is written whole up to here, one without an end is cut.
LONGEST = 24
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
MIXED = re.compile(r"(?:(\d{1,6})[ -])?(\d{1,6})/(\d{1,6})")


def read_number(text: str, *, field: str = "") -> Fraction:
    """Read 1,250.5 or 1/2 or 1 1/2 exactly; CannotCalculate for anything else, however it looks to a computer."""
    wanted = text.strip()
    if len(wanted) <= LONGEST and wanted.isascii():
        if (mixed := MIXED.fullmatch(wanted)) is not None and int(mixed[3]):
            return Fraction(int(mixed[1] or 0)) + Fraction(int(mixed[2]), int(mixed[3]))
        if NUMBER.fullmatch(wanted) and any(character.isdigit() for character in wanted):
            return Fraction(wanted.replace(",", ""))
    raise CannotCalculate(field, f"{wanted[:LONGEST]!r} is not a number we can read.")


def rounded(exact: Fraction, nearest: Fraction) -> Fraction:
    """Round half up (away from zero) to a multiple of `nearest`."""
    top, bottom = exact.numerator * nearest.denominator, exact.denominator * nearest.numerator
    count = (2 * abs(top) + bottom) // (2 * bottom)
    return (count if top >= 0 else -count) * nearest


def decimal_of(value: Fraction) -> Decimal:
    """Give a decimal: the same number when it has an end, 28 digits of it when it has none."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(value.numerator) / Decimal(value.denominator)


def written(value: Fraction, *, digits: int = 6) -> str:
    """Write a number: leading zero, no trailing zero, commas from 1,000; an endless one is cut and marked with …"""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    short = decimal_of(value)
    if len(short.as_tuple().digits) <= KEPT_DIGITS and Fraction(short) == value:
        return f"{short:,f}"
    places = max(0, digits - short.adjusted() - 1)
    cut = short.quantize(Decimal(1).scaleb(-places)) if places <= 30 else short
    text = f"{cut:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if Fraction(cut) == value else f"{text}…"


def power(value: Fraction, exponent: str) -> Fraction:
    """Raise a positive number to a decimal power, to 40 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction(decimal_of(value) ** Decimal(exponent))


def root(value: Fraction) -> Fraction:
    """Give the square root, to 40 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def exponential(value: Fraction) -> Fraction:
    """Give e to this power, to 40 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).exp())


def logarithm(value: Fraction) -> Fraction:
    """Give the natural logarithm of a positive number, to 40 digits."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).ln())
