"""Pictures of calculations: where the numbers go, for those who think in pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pestle.calculations.amount import Amount
from pestle.calculations.worked import Worked


@dataclass(frozen=True, slots=True)
class Alligation:
    """The cross: strengths on the left, what is wanted in the middle, parts on the right."""

    stronger: str
    weaker: str
    wanted: str
    parts_of_stronger: str
    parts_of_weaker: str
    why_stronger: str
    why_weaker: str
    template = "calculator/alligation.html"

    @property
    def says(self) -> str:
        """Give the picture in a sentence."""
        return (
            f"Alligation: {self.stronger} and {self.weaker} make {self.wanted}. {self.parts_of_stronger} of "
            f"{self.stronger} to {self.parts_of_weaker} of {self.weaker}."
        )


def picture_of(worked: Worked[Any]) -> Alligation | None:
    """Give the picture of a worked answer, where its kind has one."""
    draw = _PICTURES.get(worked.name)
    return draw(worked.inputs or {}) if draw else None


def _alternate(inputs: Mapping[str, Any]) -> Alligation:
    return _cross(inputs["higher"], inputs["lower"], inputs["target"])


def _add(inputs: Mapping[str, Any]) -> Alligation:
    present, added = inputs["present"], inputs["added"]
    return _cross(max(present, added), min(present, added), inputs["target"])


def _cross(stronger: Amount, weaker: Amount, wanted: Amount) -> Alligation:
    weaker = weaker.in_unit(stronger.unit) if weaker.base else Amount(Fraction(0), stronger.unit)
    wanted = wanted.in_unit(stronger.unit)
    return Alligation(
        str(stronger),
        str(weaker),
        str(wanted),
        _parts(wanted - weaker),
        _parts(stronger - wanted),
        f"{wanted} − {weaker}, of the {stronger}",
        f"{stronger} − {wanted}, of the {weaker}",
    )


def _parts(difference: Amount) -> str:
    number = str(Amount(difference.value, Amount.of(1).unit))
    return f"{number} part" if difference.value <= 1 else f"{number} parts"


_PICTURES: Mapping[str, Callable[[Mapping[str, Any]], Alligation]] = {
    "alligation-alternate": _alternate,
    "alligation-add": _add,
}
