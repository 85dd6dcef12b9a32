"""Directions of a fill: read for its product, written for its label, counted into days."""

from dataclasses import dataclass, replace
from decimal import Decimal

from pestle.calculations.days_supply import days_supply
from pestle.calculations.worked import CannotCalculate, Worked
from pestle.records.catalogue import Package, Product
from pestle.records.fills import Fill
from pestle.records.prescriptions import Prescription
from pestle.stations.entry.shorthand import written_out
from pestle.stations.entry.supplied import dose_unit_of, pen_step, product_words, supplied
from pestle.stations.intake.originals import Original
from pestle.terms.decimals import plain
from pestle.terms.sig import (
    Difference,
    Directions,
    Question,
    expand_shorthand,
    explain_differences,
    languages,
    read_directions,
    write_directions,
)
from pestle.terms.sig.reading import agrees

LONGEST_SHORT = 200
LONGEST_LABEL = 1000
LONGEST_OTHER = 1200
HOUSE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Days:
    """The days' supply as reckoned, or the sentence that says why it cannot be.

    `reads_the_package`: somebody has to read on the package how many of `dose_unit` are in how much.
    """

    worked: Worked[Decimal] | None
    because: str = ""
    dose_unit: str = ""
    reads_the_package: bool = False

    @property
    def value(self) -> int | None:
        """Give the whole days, None where they cannot be reckoned."""
        return int(self.worked.value) if self.worked else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Label text beside the original's: equal in meaning, different, or with nothing to compare."""

    is_same: bool | None
    differences: tuple[Difference, ...] = ()

    @property
    def words(self) -> str:
        """Give the tag's words."""
        if self.is_same is None:
            return "no original text"
        return "same as the original" if self.is_same else "differs from the original"


def read(text: str, product: Product | None) -> Directions:
    """This will read directions as they are meant for a product."""
    return read_directions(text, product_words(product) or None)


def read_for(fill: Fill) -> Directions:
    """This will read a fill's directions for its product and package; a dose its pen cannot be set to is a question."""
    rx, package = fill.prescription, fill.package
    return _for_the_pen(read(typed_directions(rx), rx.product or (package.product if package else None)), package)


def label_text(directions: Directions) -> str:
    """This will give what the label says: our own words where all of it was read, else every word, written out.

    Nothing of the prescriber's text is lost: words that carry no dose may still matter to the patient.
    """
    if directions.questions or directions.unread or not directions.steps:
        return _sentence(expand_shorthand(directions.text))
    return write_directions(directions).text


def take_directions(fill: Fill, text: str) -> None:
    """This will put directions as typed or received on a prescription, not yet saved, with the label text they give.

    What can be read two ways is marked for clarification; an earlier clarification belongs to earlier directions.
    """
    rx = fill.prescription
    text = written_out(text.strip(), rx.pharmacy, rx.as_received)
    directions = _for_the_pen(read(text, rx.product), fill.package)
    rx.sig_short = text if len(text) <= LONGEST_SHORT else ""
    rx.directions = label_text(directions)[:LONGEST_LABEL]
    rx.directions_need_clarification = bool(text) and directions.needs_clarification
    rx.directions_other = _other_language(rx, directions)


def typed_directions(rx: Prescription) -> str:
    """This will give the directions as they were typed or received, before they became label text."""
    return rx.sig_short or rx.directions


def original_directions(original: Original) -> str:
    """This will give the directions an original carries as text."""
    return str((original.get("drug") or {}).get("directions", ""))


def compared(rx: Prescription) -> Comparison:
    """This will compare the directions in use with those of the original, by what they mean."""
    original = original_directions(rx.as_received)
    if not original.strip():
        return Comparison(None)
    theirs, ours = read(original, rx.product), read(typed_directions(rx), rx.product)
    if _plain(theirs.text) == _plain(ours.text):
        return Comparison(is_same=True, differences=explain_differences(ours))
    same = not theirs.questions and agrees(ours.steps, theirs.steps) and set(theirs.unread) <= set(ours.unread)
    return Comparison(is_same=same, differences=explain_differences(ours))


def days_of(fill: Fill) -> Days:
    """This will work out the days' supply of a fill from its directions, quantity and product."""
    rx, package = fill.prescription, fill.package
    if package is None or not fill.quantity or not rx.directions:
        return Days(None, "Drug, quantity and directions come before the days' supply.")
    directions = read_for(fill)
    try:
        return Days(days_supply(directions, supplied(fill, directions)))
    except CannotCalculate as why:
        unit = dose_unit_of(directions) or ""
        return Days(None, why.reason, unit, reads_the_package=why.field == "units_per_quantity_unit" and bool(unit))


def _for_the_pen(directions: Directions, package: Package | None) -> Directions:
    step = pen_step(package) if package is not None else None
    doses = {dose for each in directions.steps if each.unit == "unit" for dose in (each.dose_low, each.dose_high)}
    off = next((dose for dose in sorted(filter(None, doses)) if step and dose % step), None)
    if off is None or step is None:
        return directions
    asked = f"This pen is set in steps of {plain(step)}: {plain(off)} units cannot be dialled. What is the dose?"
    return replace(directions, questions=(*directions.questions, Question("dose", asked)))


def _other_language(rx: Prescription, directions: Directions) -> str:
    language = rx.patient.language if rx.patient else HOUSE_LANGUAGE
    if language == HOUSE_LANGUAGE or language not in languages() or directions.questions or directions.unread:
        return ""
    return write_directions(directions, language).text[:LONGEST_OTHER]


def _sentence(text: str) -> str:
    told = text.strip()
    told = told[:1].upper() + told[1:]
    return told if not told or told.endswith((".", "!", "?")) else f"{told}."


def _plain(text: str) -> str:
    return " ".join(text.lower().replace(".", " ").split())
