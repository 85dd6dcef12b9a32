"""Whether a recall notice means a lot that is here: for certain, perhaps, or not at all."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pestle.terms.recall.lot_text import LotText, NamedLot, Reading, same_number

# No drug is dated longer than five years: what expires later than this after a recall began was made after it.
LONGEST_LIFE_YEARS = 5
UNKNOWN_LOT = re.compile(r"(?i)(unknown|none|n/?a|-|)")


class Certainty(StrEnum):
    """How sure it is that a notice means a lot."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a notice says: the NDCs in its text, those of its whole label, its words for the product, and the lots."""

    ndcs: frozenset[str]
    label_ndcs: frozenset[str]
    words: str
    lots: LotText
    lots_text: str
    started_on: date | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class HeldLot:
    """One lot as it stands in the book here."""

    ndc11: str
    labeler: str
    substances: tuple[str, ...]
    number: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Meant:
    """That a lot may be meant: how sure, and the reasons in words."""

    certainty: Certainty
    because: str


def meant(notice: Noticed, lot: HeldLot) -> Meant | None:
    """This will say whether a notice means a lot; what speaks for it and is not plain is left to a person."""
    product, product_words = _product(notice, lot)
    if product is None:
        return None
    number, number_words = _number(notice, lot, is_named=product is Certainty.CERTAIN)
    if number is None:
        return None
    both = {product, number}
    certainty = Certainty.CERTAIN if both == {Certainty.CERTAIN} else Certainty.DOUBTFUL
    return Meant(certainty, f"{product_words}; {number_words}")


def _product(notice: Noticed, lot: HeldLot) -> tuple[Certainty | None, str]:
    if lot.ndc11 in notice.ndcs:
        return Certainty.CERTAIN, "the notice names this NDC"
    if any(ndc[:9] == lot.ndc11[:9] for ndc in notice.ndcs):
        return Certainty.DOUBTFUL, "the notice names another package of this product"
    if not notice.ndcs and lot.ndc11 in notice.label_ndcs:
        return Certainty.DOUBTFUL, "this NDC stands on the label of the product the notice describes"
    if not notice.ndcs and not notice.label_ndcs and _is_described(notice.words, lot):
        return Certainty.DOUBTFUL, "the notice gives no NDC; its words fit this product and its maker"
    return None, ""


def _is_described(words: str, lot: HeldLot) -> bool:
    told = words.lower()
    maker = lot.labeler.lower().split()[0].strip(",.") if lot.labeler.strip() else ""
    return bool(lot.substances and maker) and maker in told and all(each.lower() in told for each in lot.substances)


def _number(notice: Noticed, lot: HeldLot, *, is_named: bool) -> tuple[Certainty | None, str]:
    if UNKNOWN_LOT.fullmatch(lot.number.strip()):
        return Certainty.DOUBTFUL, "this lot's number is not known"
    named = next((each for each in notice.lots.lots if same_number(each.number, lot.number)), None)
    if named is not None:
        return _named(named, notice.lots, lot)
    held = next((each for each in notice.lots.ranges if each.holds(lot.number)), None)
    if held is not None:
        is_plain = held.is_said and notice.lots.reading.is_whole
        words = f"{lot.number} lies between {held.first} and {held.last}"
        return (Certainty.CERTAIN if is_plain else Certainty.DOUBTFUL), words
    return _unnamed(notice, lot, is_named=is_named)


def _named(named: NamedLot, lots: LotText, lot: HeldLot) -> tuple[Certainty, str]:
    month = (lot.expires_on.year, lot.expires_on.month) if lot.expires_on else None
    if named.number.upper() != lot.number.upper():
        return Certainty.DOUBTFUL, f"the notice writes {named.number}"
    if named.months and month is not None and month not in named.months:
        return Certainty.DOUBTFUL, f"the notice names lot {named.number} with another expiry"
    if not lots.reading.is_whole:
        return Certainty.DOUBTFUL, f"the notice names lot {named.number}, and more that was not understood"
    return Certainty.CERTAIN, f"the notice names lot {named.number}"


def _unnamed(notice: Noticed, lot: HeldLot, *, is_named: bool) -> tuple[Certainty | None, str]:
    """Judge a lot whose number the notice does not name as far as it was read."""
    if notice.lots.reading in {Reading.LISTED, Reading.RANGES} or not _may_have_been_made(notice, lot):
        return None, ""
    if notice.lots.reading is Reading.ALL and not notice.is_over:
        return Certainty.CERTAIN, "the notice names all lots"
    if lot.number.upper() in notice.lots_text.upper():
        return Certainty.DOUBTFUL, f"{lot.number} stands in the notice"
    if is_named and not notice.is_over:
        return Certainty.DOUBTFUL, "a person must read which lots the notice means"
    return None, ""


def _may_have_been_made(notice: Noticed, lot: HeldLot) -> bool:
    if notice.started_on is None or lot.expires_on is None:
        return True
    return lot.expires_on.year - notice.started_on.year <= LONGEST_LIFE_YEARS
