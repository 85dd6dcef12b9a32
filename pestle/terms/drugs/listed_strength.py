"""The strength of one ingredient, as the FDA directory lists it: an amount and a unit such as mg/5mL."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from pestle.terms.decimals import plain

_SHOWN = {"ug": "mcg", "[iU]": "units", "[USP'U]": "units", "[arb'U]": "units", "meq": "mEq"}
_MILLIGRAMS = {"kg": Decimal(1_000_000), "g": Decimal(1000), "mg": Decimal(1), "ug": Decimal("0.001")}
_KEPT = {shown: unit for unit, shown in _SHOWN.items() if unit in {"ug", "[iU]", "meq"}}
_TOLD = re.compile(r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>[^/]+?)(?:/(?P<per>\d+(?:\.\d+)?)? ?(?P<per_unit>[A-Za-z]*))?")
_UNIT = re.compile(r"(?P<unit>.+?)/(?P<per>\d*\.?\d*)(?P<per_unit>\D*)")


@dataclass(frozen=True, slots=True)
class ListedStrength:
    """An amount of an ingredient in so much of the product; `per_unit` is empty for one tablet or capsule."""

    amount: Decimal
    unit: str
    per: Decimal
    per_unit: str

    @classmethod
    def read(cls, amount: str, unit: str) -> "ListedStrength | None":
        """Read "10" and "mg/1", or "160" and "mg/5mL"; None where either makes no sense."""
        match = _UNIT.fullmatch(unit.strip())
        if match is None:
            return None
        try:
            return cls(
                Decimal(amount.strip()), match["unit"], Decimal(match["per"] or 1), match["per_unit"].strip().lower()
            )
        except InvalidOperation:
            return None

    @classmethod
    def told(cls, text: str) -> "ListedStrength | None":
        """Read a strength as it is shown: "10 mg", "100 units/mL", "0.75 mg/0.5 mL"; None for percent and all else."""
        match = _TOLD.fullmatch(text.strip())
        if match is None:
            return None
        unit = _KEPT.get(match["unit"], match["unit"])
        return cls(Decimal(match["amount"]), unit, Decimal(match["per"] or 1), (match["per_unit"] or "").lower())

    def __str__(self) -> str:
        percent = self.percent
        if percent is not None:
            return f"{plain(percent)}%"
        shown = f"{plain(self.amount)} {_SHOWN.get(self.unit, self.unit)}"
        if not self.per_unit:
            return shown if self.per == 1 else f"{shown}/{plain(self.per)}"
        unit = "mL" if self.per_unit == "ml" else self.per_unit
        return f"{shown}/{unit}" if self.per == 1 else f"{shown}/{plain(self.per)} {unit}"

    @property
    def percent(self) -> Decimal | None:
        """Give weight in weight as a percentage: 10 mg/g and 1 g/100g are both 1; None for all other units."""
        if self.unit not in _MILLIGRAMS or self.per_unit not in _MILLIGRAMS or not self.per:
            return None
        return _tidy(100 * self._milligrams / (self.per * _MILLIGRAMS[self.per_unit]))

    def key(self, *, by_concentration: bool) -> str:
        """Give a text that is equal for equal strengths.

        Where the package decides the dose (a syringe, a nebule), 30 mg/0.3 mL is not 100 mg/mL: pass False.
        """
        percent = self.percent
        if percent is not None:
            return f"{plain(percent)}%"
        amount, unit = (self._milligrams, "mg") if self.unit in _MILLIGRAMS else (self.amount, self.unit)
        if by_concentration and self.per_unit == "ml" and self.per:
            return f"{plain(_tidy(amount / self.per))} {unit}/ml"
        return f"{plain(_tidy(amount))} {unit}/{plain(self.per)}{self.per_unit}"

    @property
    def milligrams(self) -> Decimal | None:
        """Give the amount in milligrams; None where the unit is no weight."""
        return _tidy(self._milligrams) if self.unit in _MILLIGRAMS else None

    @property
    def _milligrams(self) -> Decimal:
        return self.amount * _MILLIGRAMS[self.unit]


@lru_cache(maxsize=32_768)
def read_strengths(amounts: str, units: str) -> tuple[ListedStrength, ...]:
    """Read two lists of the directory; empty unless every pair can be read."""
    pairs = list(zip(amounts.split("; "), units.split("; "), strict=False))
    if len(amounts.split("; ")) != len(units.split("; ")):
        return ()
    read = [ListedStrength.read(amount, unit) for amount, unit in pairs]
    return tuple(each for each in read if each is not None) if all(read) else ()


def _tidy(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("1.000000000")).normalize()
