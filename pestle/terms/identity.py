"""The numbers by which payers and pharmacies know each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Bin:
    """The issuer number that routes a claim: six digits, or eight (NCPDP field 101-A1; ISO/IEC 7812).

    Raises ValueError for another length.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) not in {6, 8} or not self.digits.isascii() or not self.digits.isdigit():
            raise ValueError(f"A BIN has six or eight digits, not {self.digits!r}.")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True, order=True)
class Pcn:
    """The processor control number: up to ten printable characters (NCPDP field 104-A4); empty when a payer uses none.

    Raises ValueError for a longer or unprintable one.
    """

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > 10 or not self.text.isascii() or not self.text.isprintable():
            raise ValueError(f"A PCN has up to ten printable characters, not {self.text!r}.")
        if self.text != self.text.strip():
            raise ValueError(f"A PCN has no spaces around it, unlike {self.text!r}.")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class NcpdpId:
    """The seven-digit number NCPDP gives each pharmacy.

    Raises ValueError for another length.
    """

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != 7 or not self.digits.isascii() or not self.digits.isdigit():
            raise ValueError(f"An NCPDP pharmacy number has seven digits, not {self.digits!r}.")

    def __str__(self) -> str:
        return self.digits
