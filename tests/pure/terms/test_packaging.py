"""Package descriptions of the FDA directory of May 2019, checked against the NADAC pricing unit of the same NDC."""

from decimal import Decimal

import pytest

from pestle.terms.drugs.packaging import Packaging, read_packaging
from pestle.terms.quantity import BillingUnit

EACH, ML, GRAM = BillingUnit.EACH, BillingUnit.ML, BillingUnit.GRAM


@pytest.mark.parametrize(
    ("description", "dosage_form", "unit", "units"),
    [
        ("500 TABLET in 1 BOTTLE", "TABLET", EACH, "500"),
        ("10 BLISTER PACK in 1 CARTON > 10 TABLET in 1 BLISTER PACK", "TABLET", EACH, "100"),
        ("5 POUCH in 1 CARTON > 1 PATCH in 1 POUCH > 72 h in 1 PATCH", "PATCH", EACH, "5"),
        ("118 mL in 1 BOTTLE", "LIQUID", ML, "118"),
        ("1.5 L in 1 BOTTLE, PLASTIC", "LIQUID", ML, "1500"),
        ("10 VIAL in 1 CARTON > 10 mL in 1 VIAL", "INJECTION, SOLUTION", ML, "100"),
        ("10 VIAL in 1 BOX > 3 mL in 1 VIAL", "INJECTION, POWDER, FOR SOLUTION", EACH, "10"),
        ("1 TUBE in 1 CARTON > 28.4 g in 1 TUBE", "CREAM", GRAM, "28.4"),
        ("100 mL in 1 BOTTLE", "POWDER, FOR SUSPENSION", ML, "100"),
        ("1 KIT in 1 CARTON * 40 g in 1 JAR * 1.6 g in 1 VIAL", "KIT", EACH, "1"),
        # Actuations of an inhaler, worn days without a patch, a dilution, a gas: nothing certain.
        ("1 INHALER in 1 CARTON > 60 AEROSOL, METERED in 1 INHALER", "AEROSOL, METERED", None, None),
        ("1 POUCH in 1 CARTON > 90 d in 1 POUCH", "RING", EACH, None),
        ("9 [hp_C] in 1 TUBE", "PELLET", None, None),
        ("680 L in 1 CYLINDER", "GAS", None, None),
        ("30 POUCH in 1 CARTON > 17 g in 1 POUCH", "POWDER, FOR SOLUTION", None, None),
        ("2 KIT in 1 CARTON > 1 KIT in 1 KIT * 1 SYRINGE in 1 TRAY", "KIT", EACH, None),
        ("a box of something", "TABLET", None, None),
    ],
)
def test_what_is_in_a_package_is_read_and_never_guessed(
    description: str, dosage_form: str, unit: BillingUnit | None, units: str | None
) -> None:
    read = read_packaging(description, dosage_form=dosage_form)

    assert read == Packaging(unit, Decimal(units) if units else None)


def test_the_unit_of_the_price_decides_between_vials_and_millilitres() -> None:
    description = "12 POUCH in 1 CARTON > 5 AMPULE in 1 POUCH > .2 mL in 1 AMPULE"

    assert read_packaging(description, dosage_form="SOLUTION/ DROPS").units == 12
    assert read_packaging(description, dosage_form="SOLUTION/ DROPS", priced_by=EACH) == Packaging(EACH, Decimal(60))


def test_a_price_in_a_unit_the_words_do_not_give_leaves_the_count_open() -> None:
    read = read_packaging("148 mL in 1 BOTTLE", dosage_form="LIQUID", priced_by=GRAM)

    assert read == Packaging(GRAM, None)
