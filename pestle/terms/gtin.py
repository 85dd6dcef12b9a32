"""The Global Trade Item Number on a package."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """Fourteen digits, the last one a check digit.

    Raises ValueError for another length or a wrong check digit.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 14 or not self.digits.isascii() or not self.digits.isdigit():
            raise ValueError(f"A GTIN is kept as fourteen digits, not {self.digits!r}.")
        expected = gs1_check_digit(self.digits[:-1])
        if self.digits[-1] != expected:
            raise ValueError(f"GTIN {self.digits} ends in {self.digits[-1]}; its check digit would be {expected}.")

    @classmethod
    def of(cls, digits: str) -> "Gtin":
        """Make a GTIN from its form of 8, 12 (UPC-A), 13 (EAN) or 14 digits, check digit included."""
        if len(digits) not in {8, 12, 13, 14}:
            raise ValueError(f"A GTIN has 8, 12, 13 or 14 digits, not {len(digits)}.")
        return cls(digits.zfill(14))

    @classmethod
    def for_us_drug(cls, ndc10: str, *, indicator: int = 0) -> "Gtin":
        """Make the GTIN of a US drug: indicator, 03, the ten digits of its NDC, check digit (FDA and GS1 US)."""
        body = f"{indicator}03{ndc10}"
        return cls(body + gs1_check_digit(body))

    @property
    def indicator(self) -> int:
        """Give the packaging level: 0 the single package, 1 to 8 a case, 9 variable measure."""
        return int(self.digits[0])

    @property
    def us_drug_digits(self) -> str | None:
        """Give the ten NDC digits inside a US drug GTIN; where their dashes stand is not in the barcode."""
        return self.digits[3:13] if self.digits[1:3] == "03" else None

    def __str__(self) -> str:
        return self.digits


def gs1_check_digit(body: str) -> str:
    """Give the GS1 check digit: weights 3, 1, 3, 1 … from the right (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)
