"""Which listings are grouped, and which must not be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pestle.terms.drugs.equivalence import Listing, book_marks, equivalence_code, folded_form, formulation_key
from pestle.terms.drugs.listed_strength import read_strengths

TEN = Listing(
    key="0001-0001",
    substances=("ATORVASTATIN CALCIUM",),
    strengths=read_strengths("10", "mg/1"),
    dosage_form="TABLET, FILM COATED",
    routes=("ORAL",),
    is_prescription=True,
    application_number="ANDA1",
)


@pytest.mark.parametrize(
    "other",
    [
        replace(TEN, key="0002-0001", application_number="NDA2"),
        replace(TEN, dosage_form="TABLET"),
        replace(TEN, substances=("ATORVASTATIN CALCIUM TRIHYDRATE",)),
        replace(TEN, strengths=read_strengths(".010", "g/1")),
        replace(TEN, te_code="AB"),
    ],
)
def test_the_same_drug_of_another_labeler_is_alike(other: Listing) -> None:
    assert formulation_key(other) == formulation_key(TEN)


@pytest.mark.parametrize(
    "other",
    [
        replace(TEN, strengths=read_strengths("20", "mg/1")),
        replace(TEN, substances=("ATORVASTATIN MAGNESIUM",)),
        replace(TEN, dosage_form="TABLET, CHEWABLE"),
        replace(TEN, dosage_form="TABLET, EXTENDED RELEASE"),
        replace(TEN, routes=("SUBLINGUAL",)),
        replace(TEN, is_prescription=False),
        replace(TEN, te_code="AB2"),
        replace(TEN, substances=(), strengths=()),
    ],
)
def test_anything_that_differs_keeps_listings_apart(other: Listing) -> None:
    assert formulation_key(other) != formulation_key(TEN)


def test_twelve_and_twenty_four_hour_tablets_of_one_strength_stay_apart() -> None:
    twelve = replace(TEN, dosage_form="TABLET, FILM COATED, EXTENDED RELEASE", te_code="AB1")
    twenty_four = replace(twelve, te_code="AB3")
    nobody_knows = replace(twelve, te_code="", application_number="ANDA9")

    assert len({formulation_key(each) for each in (twelve, twenty_four, nobody_knows)}) == 3


def test_ingredients_are_compared_in_any_order() -> None:
    one = replace(TEN, substances=("A", "B"), strengths=read_strengths("1; 2", "mg/1; mg/1"))
    two = replace(TEN, substances=("B", "A"), strengths=read_strengths("2; 1", "mg/1; mg/1"))
    swapped = replace(TEN, substances=("B", "A"), strengths=read_strengths("1; 2", "mg/1; mg/1"))

    assert formulation_key(one) == formulation_key(two) != formulation_key(swapped)


def test_only_the_coat_is_left_out_of_the_form() -> None:
    assert folded_form("TABLET, FILM COATED, EXTENDED RELEASE") == "TABLET, EXTENDED RELEASE"
    assert folded_form("CAPSULE, DELAYED RELEASE PELLETS") == "CAPSULE, DELAYED RELEASE PELLETS"


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        ("20MG", ("20",)),
        ("EQ 5MG ANHYDROUS;50MG", ("5", "50")),
        ("0.1%", ("1",)),
        ("EQ 1GM BASE/VIAL", ("1000",)),
        ("160MG/5ML", ("32",)),
        ("100,000 UNITS/GM", ()),
    ],
)
def test_an_orange_book_strength_is_read(written: str, marks: tuple[str, ...]) -> None:
    assert book_marks(written) == tuple(map(Decimal, marks))


def test_a_code_is_taken_only_where_the_strength_has_exactly_one() -> None:
    codes = {(Decimal(10),): frozenset({"AB"}), (Decimal(20),): frozenset({"AB1", "AB2"})}

    assert equivalence_code(read_strengths("10", "mg/1"), codes) == "AB"
    assert equivalence_code(read_strengths("20", "mg/1"), codes) == ""
    assert equivalence_code(read_strengths("40", "mg/1"), codes) == ""
    assert equivalence_code((), codes) == ""
