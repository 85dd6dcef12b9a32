"""The National Provider Identifier."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Npi:
    """Ten digits that begin with 1 or 2; the last is the Luhn check digit over 80840 and the first nine.

    Source: 45 CFR 162.406; CMS check digit requirements. A right check digit does not prove that the NPI was issued.
    Raises ValueError for anything else.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 10 or not self.digits.isascii() or not self.digits.isdigit():
            raise ValueError(f"An NPI has ten digits, not {self.digits!r}.")
        if self.digits[0] not in "12":
            raise ValueError(f"An NPI begins with 1 or 2, not with {self.digits[0]}.")
        expected = npi_check_digit(self.digits[:9])
        if self.digits[-1] != expected:
            raise ValueError(f"NPI {self.digits} ends in {self.digits[-1]}; its check digit would be {expected}.")

    def __str__(self) -> str:
        return self.digits


def npi_check_digit(first_nine: str) -> str:
    """Give the Luhn check digit of 80840 followed by the nine digits; the prefix adds a constant 24."""
    total = 24
    for place, digit in enumerate(reversed(first_nine)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
