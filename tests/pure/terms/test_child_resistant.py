"""Exemptions from child-resistant caps: 16 CFR 1700.14(a)(10), a case that is exempt and one that is not for each."""

from decimal import Decimal
from typing import Any

import pytest

from pestle.terms.drugs.child_resistant import Dispensed, exemption_of
from pestle.terms.drugs.listed_strength import ListedStrength

LISTED = {clause: f"clause {clause}" for clause in ("i", "ii", "iii", "iv", "ix", "x", "xiv", "xvii", "xix", "xxi")}


def given(name: str, form: str = "TABLET", strength: str = "10 mg", quantity: str = "30", **more: Any) -> Dispensed:
    told = ListedStrength.told(strength)
    base = {
        "substances": (name,), "names": name, "dosage_form": form, "routes": "ORAL",
        "strengths": (told,) if told else (), "quantity": Decimal(quantity),
    }  # fmt: skip
    return Dispensed(**{**base, **more})


@pytest.mark.parametrize(
    ("dispensed", "clause", "is_certain"),
    [
        (given("nitroglycerin", strength="0.4 mg", routes="SUBLINGUAL"), "i", True),
        (given("nitroglycerin", "CAPSULE", "6.5 mg"), None, None),
        (given("isosorbide dinitrate", strength="5 mg", routes="SUBLINGUAL"), "ii", True),
        (given("isosorbide dinitrate", "TABLET, CHEWABLE", "10 mg"), "ii", True),
        (given("isosorbide dinitrate", strength="20 mg", routes="SUBLINGUAL"), None, None),
        (given("isosorbide dinitrate", strength="10 mg"), None, None),
        # 5 mL holds 200 mg; 100 mL hold 4 g, 300 mL hold 12 g.
        (given("erythromycin ethylsuccinate", "SUSPENSION", "200 mg/5 mL", "100"), "iii", True),
        (given("erythromycin ethylsuccinate", "SUSPENSION", "200 mg/5 mL", "300"), None, None),
        # 105 mg of prednisone in all: 21 of 5 mg, not 22.
        (given("prednisone", strength="5 mg", quantity="21"), "x", True),
        (given("prednisone", strength="5 mg", quantity="22"), None, None),
        (given("methylprednisolone", strength="4 mg", quantity="21"), "xiv", True),
        (given("methylprednisolone", strength="4 mg", quantity="30"), None, None),
        (given("pancrelipase", "CAPSULE, DELAYED RELEASE", ""), "ix", True),
        (given("medroxyprogesterone", strength="10 mg"), "xix", True),
        # What turns on the package is a pharmacist's to say.
        (given("estrogens, conjugated", strength="0.625 mg", quantity="28", is_whole_package=True), "xvii", False),
        (given("estradiol", strength="1 mg"), "xxi", False),
        (given("lisinopril"), None, None),
        (given("prednisone", strength="5 mg", quantity="10", substances=("prednisone", "other")), None, None),
    ],
)
def test_a_clause_fits_or_not(dispensed: Dispensed, clause: str | None, is_certain: bool | None) -> None:
    found = exemption_of(dispensed, LISTED)

    assert (found and found.clause) == clause
    assert (found and found.is_certain) is is_certain


def test_a_clause_that_is_not_on_the_list_is_no_exemption() -> None:
    assert exemption_of(given("prednisone", strength="5 mg", quantity="21"), {}) is None


def test_an_exemption_says_where_it_is_written() -> None:
    found = exemption_of(given("prednisone", strength="5 mg", quantity="21"), LISTED)

    assert found is not None
    assert found.cites == "16 CFR 1700.14(a)(10)(x)"
