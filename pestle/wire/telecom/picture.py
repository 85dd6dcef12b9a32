"""Pictures of the field table: what a value may look like, and what it means."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pestle.wire.telecom.errors import UnfitError
from pestle.wire.telecom.overpunch import read_signed, read_unsigned, write_signed, write_unsigned


class Form(StrEnum):
    """The kinds of value the standard knows."""

    TEXT = "text"
    DIGITS = "digits"
    DECIMAL = "decimal"
    SIGNED = "signed"
    DATE = "date"
    TIME = "time"


FIXED_SIZES: Final = frozenset({Form.DATE, Form.TIME})
FITS: Final = {
    Form.TEXT: ".{0,%(size)d}",
    Form.DIGITS: "[0-9]{0,%(size)d}",
    Form.DECIMAL: "[0-9]{0,%(size)d}",
    # The last character carries digit and sign, see `overpunch`.
    Form.SIGNED: "(?=.{0,%(size)d}$)(?:[0-9]*[0-9{A-I}J-R])?",
    Form.DATE: "(?:[0-9]{%(size)d})?",
    Form.TIME: "(?:[0-9]{%(size)d})?",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: form, largest size in characters, and implied decimals."""

    form: Form
    size: int
    decimals: int
    fits: Callable[[str], object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Whole messages are held against their pictures: one look at a text that fits, words for one that does not.
        object.__setattr__(self, "fits", re.compile(FITS[self.form] % {"size": self.size}, re.DOTALL).fullmatch)

    def fault(self, text: str) -> str | None:
        """Say why the text does not fit, or nothing; empty text is an absent field and always fits."""
        if self.fits(text):
            return None
        if len(text) > self.size:
            return f"takes at most {self.size} characters, {len(text)} stand here"
        try:
            self.check(text)
        except UnfitError as unfit:
            return str(unfit)
        return None

    def check(self, text: str) -> None:
        """Raise UnfitError when non-empty text of lawful size does not have this picture's form."""
        if not text or self.form is Form.TEXT:
            return
        if self.form is Form.SIGNED:
            read_signed(text, self.decimals)
            return
        read_unsigned(text, self.decimals)
        if self.form in FIXED_SIZES and len(text) != self.size:
            raise UnfitError(f"takes {self.size} digits")


PICTURE: Final = re.compile(r"(x|9|s9)\((\d+)\)(?:v(9+|\d))?")


def picture(text: str) -> Picture:
    """Read the table's notation: `x(20)`, `9(7)v999`, `s9(6)v99`, `s9(3)v4`, `date` (CCYYMMDD) or `time` (HHMM)."""
    if text == "date":
        return Picture(Form.DATE, 8, 0)
    if text == "time":
        return Picture(Form.TIME, 4, 0)
    parts = PICTURE.fullmatch(text)
    if parts is None:
        raise UnfitError("is no picture of the field table")
    letter, whole, fraction = parts[1], int(parts[2]), parts[3] or ""
    decimals = len(fraction) if fraction.startswith("9") else int(fraction or 0)
    forms = {"x": Form.TEXT, "s9": Form.SIGNED, "9": Form.DECIMAL if decimals else Form.DIGITS}
    return Picture(forms[letter], whole + decimals, decimals)


def read_value(shape: Picture, text: str) -> str | Decimal | date | time | None:
    """Give the meaning of a field's text without the blanks round it; nothing for an empty one or a date of zeros.

    Digits stay text, because codes and identifiers keep their zeros. Raises UnfitError.
    """
    text = text.strip(" ")
    if not text:
        return None
    if (said := shape.fault(text)) is not None:
        raise UnfitError(said)
    if shape.form is Form.SIGNED:
        return read_signed(text, shape.decimals)
    if shape.form is Form.DECIMAL:
        return read_unsigned(text, shape.decimals)
    if shape.form is Form.DATE:
        return _read_date(text)
    return _read_time(text) if shape.form is Form.TIME else text


def write_value(shape: Picture, value: object) -> str:
    """Give the text of a value, without padding; raises UnfitError when it does not fit, and never rounds or cuts."""
    text = _write(shape, value)
    if (said := shape.fault(text)) is not None:
        raise UnfitError(said)
    return text


def _write(shape: Picture, value: object) -> str:
    match shape.form, value:
        case Form.SIGNED, Decimal():
            return write_signed(value, shape.decimals)
        case Form.DECIMAL, Decimal():
            return write_unsigned(value, shape.decimals)
        case Form.DATE, date():
            return f"{value:%Y%m%d}".zfill(shape.size)
        case Form.TIME, time():
            return f"{value:%H%M}"
        case Form.DIGITS, int() if not isinstance(value, bool):
            return str(value)
        case ((Form.TEXT | Form.DIGITS), str()):
            return str(value)
    raise UnfitError(f"takes a {shape.form} value, not {type(value).__name__}")


def _read_date(text: str) -> date | None:
    if not text.strip("0"):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise UnfitError("is no day of the calendar") from None


def _read_time(text: str) -> time:
    try:
        return time(int(text[:2]), int(text[2:]))
    except ValueError:
        raise UnfitError("is no time of the day") from None
