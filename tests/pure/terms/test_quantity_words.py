"""Units beside a quantity: what they are billed in, and when one is not plainly one."""

import pytest

from pestle.terms.quantity import BillingUnit
from pestle.terms.quantity_words import billing_unit_said, is_counted_by_piece, is_package


@pytest.mark.parametrize(("words", "unit"), [
    ("mL",          BillingUnit.ML),
    ("cc",          BillingUnit.ML),
    ("grams",       BillingUnit.GRAM),
    ("tabs.",       BillingUnit.EACH),
    ("Vial",        BillingUnit.EACH),
    ("box",         None),
    ("unspecified", None),
    ("",            None),
])  # fmt: skip
def test_words_are_read_as_a_billing_unit(words: str, unit: BillingUnit | None) -> None:
    assert billing_unit_said(words) is unit


def test_a_box_is_a_package_and_a_tablet_is_not() -> None:
    assert is_package("Boxes")
    assert not is_package("tablet")


@pytest.mark.parametrize(("form", "unit", "is_piece"), [
    ("TABLET, FILM COATED", BillingUnit.EACH, True),
    ("INJECTION, SOLUTION", BillingUnit.EACH, False),
    ("TABLET",              BillingUnit.ML,   False),
])  # fmt: skip
def test_one_is_plainly_one_piece_only_of_what_is_counted(form: str, unit: BillingUnit, is_piece: bool) -> None:
    assert is_counted_by_piece(form, unit) is is_piece
