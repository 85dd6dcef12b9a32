"""Whether a notice means a lot: certain only where NDC and lot agree plainly."""

from dataclasses import replace
from datetime import date

import pytest

from pestle.terms.recall.lot_text import read_lot_text
from pestle.terms.recall.matching import Certainty, HeldLot, Noticed, meant
from pestle.terms.recall.saying import what_to_say

NDC, OTHER_PACKAGE, OTHER = "68180098001", "68180098003", "00093172101"
LOT = HeldLot(NDC, "Lupin Limited", ("lisinopril",), "24H117", date(2028, 5, 31))
STARTED = date(2026, 11, 2)
CERTAIN, DOUBTFUL = Certainty.CERTAIN, Certainty.DOUBTFUL


def noticed(text: str, *, ndcs: tuple[str, ...] = (NDC,), label: tuple[str, ...] = (), is_over: bool = False,
            words: str = "Lisinopril tablets 10 mg, Lupin", started_on: date = STARTED) -> Noticed:  # fmt: skip
    return Noticed(frozenset(ndcs), frozenset(label), words, read_lot_text(text), text, started_on, is_over)


CASES: tuple[tuple[str, Noticed, Certainty | None], ...] = (
    ("the lot is named", noticed("Lot 24H117, Exp 05/28"), CERTAIN),
    ("without an expiry", noticed("Lots: 24H116, 24H117"), CERTAIN),
    ("in small letters", noticed("Lot 24h117"), CERTAIN),
    ("between two numbers", noticed("Lots 24H110 through 24H130"), CERTAIN),
    ("all lots", noticed("All lots"), CERTAIN),
    ("with another expiry", noticed("Lot 24H117, Exp 05/27"), DOUBTFUL),
    ("written with a hyphen", noticed("Lot 24H-117"), DOUBTFUL),
    ("beside words nobody understood", noticed("Lot 24H117, and what the letter of May names"), DOUBTFUL),
    ("the package is another one", noticed("Lot 24H117", ndcs=(OTHER_PACKAGE,)), DOUBTFUL),
    ("only the label names the NDC", noticed("Lot 24H117", ndcs=(), label=(NDC,)), DOUBTFUL),
    ("only words fit", noticed("Lot 24H117", ndcs=()), DOUBTFUL),
    ("nobody can read which lots", noticed("see the letter"), DOUBTFUL),
    ("it names no lots", noticed(""), DOUBTFUL),
    ("all lots, with a condition", noticed("All lots distributed before May 2026"), DOUBTFUL),
    ("another lot", noticed("Lot 24H118"), None),
    ("outside of the range", noticed("Lots 24H118 through 24H130"), None),
    ("another product", noticed("Lot 24H117", ndcs=(OTHER,)), None),
    ("words of another maker", noticed("Lot 24H117", ndcs=(), words="Lisinopril tablets, Teva"), None),
    ("all lots, and long over", noticed("All lots", is_over=True), None),
    ("all lots, before this one was made", noticed("All lots", started_on=date(2015, 5, 1)), None),
)


@pytest.mark.parametrize(("case", "notice", "certainty"), CASES, ids=[case for case, _, _ in CASES])
def test_a_notice_means_a_lot(case: str, notice: Noticed, certainty: Certainty | None) -> None:
    found = meant(notice, LOT)

    assert (found.certainty if found else None) is certainty


def test_a_lot_whose_number_nobody_knows_is_doubtful_on_any_recall_of_the_product() -> None:
    found = meant(noticed("Lot 24H900"), replace(LOT, number="unknown"))

    assert found is not None
    assert found.certainty is DOUBTFUL


def test_the_patient_hears_it_in_both_languages_and_a_presumed_lot_is_said_to_be_one() -> None:
    said = what_to_say(drug="lisinopril", sold_on=date(2026, 11, 9), is_serious=True, is_presumed=True)

    assert "lisinopril we gave you on November 9." in said.english
    assert "may be one of them" in said.english
    assert "do not take any more" in said.english
    assert "el 9 de noviembre" in said.spanish
