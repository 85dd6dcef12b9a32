"""The number under which the Drug Enforcement Administration registers a prescriber or pharmacy."""

import re
from dataclasses import dataclass

REGISTRANT_LETTERS = frozenset("ABCDEFGHJKLMPRSTUX")
SHAPE = re.compile(r"[A-Z][A-Z9][0-9]{7}")
SUFFIX = re.compile(r"[A-Z0-9-]{1,15}")


@dataclass(frozen=True, slots=True, order=True)
class DeaNumber:
    """Two letters and seven digits, with the internal code of a hospital-based prescriber when there is one.

    Source: 21 CFR 1301.22(c) for the suffix. A right check digit finds typing errors; it does not prove registration.
    Raises ValueError for another shape, an unknown registrant letter or a wrong check digit.
    """

    number: str
    suffix: str = ""

    def __post_init__(self) -> None:
        if not SHAPE.fullmatch(self.number):
            raise ValueError(f"A DEA number has two letters and seven digits, not {self.number!r}.")
        if self.number[0] not in REGISTRANT_LETTERS:
            raise ValueError(f"No kind of DEA registrant has the letter {self.number[0]}.")
        expected = dea_check_digit(self.number[2:8])
        if self.number[-1] != expected:
            raise ValueError(
                f"DEA number {self.number} ends in {self.number[-1]}; its check digit would be {expected}."
            )
        if self.suffix and not SUFFIX.fullmatch(self.suffix):
            raise ValueError(f"A DEA suffix has letters, digits and dashes, not {self.suffix!r}.")

    @classmethod
    def read(cls, text: str) -> "DeaNumber":
        """Read a written number, the part after the first dash as suffix: AB1234563-012A."""
        number, _, suffix = text.strip().upper().partition("-")
        return cls(number, suffix)

    @property
    def registrant_letter(self) -> str:
        """Give the letter that says which kind of registrant this is."""
        return self.number[0]

    @property
    def is_mid_level(self) -> bool:
        """Say whether it belongs to a mid-level practitioner, whose schedules the state may limit."""
        return self.registrant_letter == "M"

    def doubt_about(self, last_name: str) -> str | None:
        """Warn when the second letter is neither the name's initial nor a 9; people marry, so it is only a warning."""
        initial = next((letter for letter in last_name.upper() if letter.isalpha()), "")
        if self.number[1] in {initial, "9"}:
            return None
        return f"The second letter of DEA number {self.number} is {self.number[1]}, but the name begins with {initial}."

    def __str__(self) -> str:
        return f"{self.number}-{self.suffix}" if self.suffix else self.number


def dea_check_digit(first_six: str) -> str:
    """Give the check digit: digits 1, 3, 5 plus twice digits 2, 4, 6; the sum's last digit."""
    odd, even = first_six[0::2], first_six[1::2]
    return str((sum(map(int, odd)) + 2 * sum(map(int, even))) % 10)
