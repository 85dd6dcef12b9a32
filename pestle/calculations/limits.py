"""Guard rails as rows: what is impossible is refused, what is unlikely waits for a reason.

A row marked unreviewed is a draft that a pharmacist has to confirm; whoever calls may give rows of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pestle.calculations.amount import Amount
from pestle.calculations.worked import CannotCalculate, NeedsReason

HOUSE = "house limit, to be confirmed by a pharmacist"


@dataclass(frozen=True, slots=True)
class Limit:
    """The range a quantity can have, and the range it usually has."""

    lowest: Amount | None = None
    highest: Amount | None = None
    usually_from: Amount | None = None
    usually_to: Amount | None = None
    because: str = ""
    citation: str = HOUSE
    is_reviewed: bool = False

    def fits(self, amount: Amount) -> bool:
        """Tell whether the row is about amounts of this kind."""
        edges = (self.lowest, self.highest, self.usually_from, self.usually_to)
        return any(edge is not None and edge.unit.dimensions == amount.unit.dimensions for edge in edges)

    def refuse_impossible(self, field: str, amount: Amount) -> None:
        """Raise CannotCalculate for an amount that cannot be."""
        if self.lowest is not None and amount < self.lowest:
            raise CannotCalculate(field, f"{amount} is below {self.lowest}, the lowest that can be.{self._note}")
        if self.highest is not None and amount > self.highest:
            raise CannotCalculate(field, f"{amount} is above {self.highest}, the highest that can be.{self._note}")

    def doubt(self, field: str, amount: Amount) -> NeedsReason | None:
        """Give the question to answer first when the amount is possible but unlikely."""
        if self.usually_from is not None and amount < self.usually_from:
            return NeedsReason(
                field, f"{amount} is below the usual {self.usually_from}: say why it is right.{self._note}"
            )
        if self.usually_to is not None and amount > self.usually_to:
            return NeedsReason(
                field, f"{amount} is above the usual {self.usually_to}: say why it is right.{self._note}"
            )
        return None

    @property
    def _note(self) -> str:
        return (f" {self.because}" if self.because else "") + ("" if self.is_reviewed else " (Unreviewed limit.)")


def limit(
    possible: tuple[str, str] = ("", ""),
    usual: tuple[str, str] = ("", ""),
    *,
    because: str = "",
    cites: str = HOUSE,
    is_reviewed: bool = False,
    of_body: bool = False,
) -> Limit:
    """Make a row from written amounts; an empty one leaves that side open."""
    read = [Amount.read(text) if text else None for text in (*possible, *usual)]
    lowest, highest, usually_from, usually_to = (
        amount.as_body_mass() if amount is not None and of_body else amount for amount in read
    )
    return Limit(lowest, highest, usually_from, usually_to, because, cites, is_reviewed)


FROM_THE_ORDER = "a second person calculates from the order, not from this answer."
HIGH_ALERT = {
    name: f"{name[0].upper()}{name[1:]}: {FROM_THE_ORDER}"
    for name in (
        "chemotherapy", "parenteral nutrition", "opioid", "heparin", "insulin", "concentrated electrolyte",
        "drug measured in units", "weight of a child",
    )
}  # fmt: skip
CHILD_BELOW = Amount.read("40 kg").as_body_mass()  # House limit, to be confirmed by a pharmacist.

LIMITS: Mapping[str, Limit] = {
    "weight": limit(("0.3 kg", "350 kg"), ("2 kg", "200 kg"), because="Was it pounds?", of_body=True),
    "height": limit(("20 cm", "250 cm"), ("40 cm", "210 cm"), because="Was it inches?"),
    "adult height": limit(
        ("60 in", "250 cm"),
        ("", "210 cm"),
        because="Devine is not defined below 60 inches.",
        cites="Devine 1974, for adults above 5 feet; the upper figures are house limits",
    ),
    "surface area": limit(("0.1 m2", "3 m2"), ("", "2.6 m2")),
    "adult age": limit(("18 years", "125 years"), ("", "100 years")),
    "child age": limit(("0 years", "18 years")),
    "schwartz age": limit(
        ("1 year", "18 years"), because="Bedside Schwartz is for 1 to 17 years.", cites="Schwartz and others 2009"
    ),
    "creatinine": limit(("0.2 mg/dL", "20 mg/dL"), ("", "10 mg/dL"), because="Was it micromoles per litre?"),
    "clearance": limit(("", ""), ("", "150 mL/min")),
    "indexed clearance": limit(("", ""), ("", "200 mL/min/1.73 m2")),
    "specific gravity": limit(("0.1", "25"), ("0.6", "2"), because="Liquids for medicines lie between 0.6 and 2."),
    "density": limit(
        ("0.1 g/mL", "25 g/mL"), ("0.6 g/mL", "2 g/mL"), because="Liquids for medicines lie between 0.6 and 2."
    ),
    "percent": limit(("0%", "100%"), cites="a part is never more than the whole", is_reviewed=True),
    "strength w/v": limit(
        ("", "25 g/mL"), ("", "70% w/v"), because="Above about 70% w/v a solution is hardly possible."
    ),
    "pump rate": limit(
        ("", "999 mL/h"),
        ("", "250 mL/h"),
        because="Most pumps stop at 999 mL/h; more than 250 mL/h is a bolus.",
        cites="from memory: manuals of large-volume pumps; the usual figure is a house limit",
    ),
    "drip rate": limit(("", ""), ("5 drops/min", "250 drops/min")),
    "probe reading": limit(("-100 °C", "60 °C"), because="Such a reading is a probe fault."),
    "scale factor": limit(("", ""), ("0.1", "10")),
    "sodium chloride equivalent": limit(("0", "2"), ("0.02", "1.2")),
    "margin": limit(("0%", "99.99%"), ("", "95%")),
    "drops per mL": limit(
        ("1 drop/mL", "100 drops/mL"),
        ("10 drops/mL", "60 drops/mL"),
        because="Sets give 10, 15, 20 or 60 drops/mL.",
    ),
    "valence": limit(("1", "6"), ("", "4"), cites="ions have 1 to 4 charges", is_reviewed=True),
    "particles": limit(("1", "12"), ("", "6")),
    "molar mass": limit(("1 g/mol", "200,000 g/mol"), ("6 g/mol", "2,500 g/mol")),
    "dose per kg": limit(("", ""), ("", "200 mg/kg"), because="Was it for a day, or per pound?"),
    "single dose per kg": limit(("", ""), ("", "200 mg/kg/dose"), because="Was it for a day, or per pound?"),
    "daily dose per kg": limit(("", ""), ("", "400 mg/kg/day"), because="Was it per pound?"),
    "area under the curve": limit(
        ("0.5 mg.min/mL", "10 mg.min/mL"),
        ("2 mg.min/mL", "7 mg.min/mL"),
        because="Calvert targets are 4 to 7.",
        cites="Calvert and others 1989; the outer figures are house limits",
    ),
    "glucose infusion": limit(
        ("", ""),
        ("", "14 mg/kg/min"),
        because="Adults 4 to 5, neonates at most 12 to 14 mg/kg/min.",
        cites="ASPEN recommendations for parenteral nutrition",
    ),
    "bioavailability": limit(
        ("0.01", "1"), cites="a part is never more than the whole; the lower figure is a house limit"
    ),
}
