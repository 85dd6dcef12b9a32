"""A North American telephone or fax number."""

import re
from dataclasses import dataclass

SHAPE = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
EXTENSION = re.compile(r"(?:x|ext\.?|extension)\s*(?P<digits>[0-9]{1,8})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Phone:
    """Ten digits of the North American Numbering Plan and an extension, if any.

    Raises ValueError when area code or exchange begin with 0 or 1, or the count of digits is wrong.
    """

    digits: str
    extension: str = ""

    def __post_init__(self) -> None:
        if not SHAPE.fullmatch(self.digits):
            raise ValueError(f"A phone number has ten digits, area code and exchange from 2 up, not {self.digits!r}.")
        if self.extension and not (self.extension.isascii() and self.extension.isdigit()):
            raise ValueError(f"An extension has only digits, not {self.extension!r}.")

    @classmethod
    def read(cls, text: str) -> "Phone":
        """Read a number as people write it: (555) 234-5678 x12, +1 555-234-5678."""
        found = EXTENSION.search(text)
        main, extension = (text[: found.start()], found["digits"]) if found else (text, "")
        if re.search(r"[^0-9()+./\s-]", main):
            raise ValueError(f"{text!r} is not a phone number.")
        digits = re.sub(r"[^0-9]", "", main)
        return cls(digits[1:] if len(digits) == 11 and digits[0] == "1" else digits, extension)

    def __str__(self) -> str:
        number = f"({self.digits[:3]}) {self.digits[3:6]}-{self.digits[6:]}"
        return f"{number} x{self.extension}" if self.extension else number
