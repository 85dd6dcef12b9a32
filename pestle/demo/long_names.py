"""Names as long as life gives them, put in the place of ordinary ones: for pictures and tests of pages only.

What is changed here is what pages show; books and sealed events are left as they are.
"""

from pestle.records.catalogue import Product
from pestle.records.fills import Fill
from pestle.records.patients import Allergy, Patient
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber

GIVEN, FAMILY = "Maximiliana-Konstantina", "Featherstonehaugh-Wellesley-Montgomery"
# Ninety characters, tall-man letters among them, and no brand of anybody.
DRUG = "amlodipine besylate, valsartan and hydroCHLOROthiazide extended release with two companions"[:90]
STRENGTH = "10 mg / 320 mg / 25 mg"
ADDRESS, CITY = "2999 Upper Saint Bartholomew-by-the-Exchange Boulevard, Apartment 1207 B", "Bloomfield Hills Township"
# The stations whose pages show a person or a drug.
SHOWN_ON = frozenset({
    "board", "drop_off", "data_entry", "claims", "pre_check", "filling", "verification", "will_call", "pickup",
    "patients", "prescribers", "products", "where", "refills", "messages",
})  # fmt: skip


def lengthen(pharmacy: Pharmacy) -> None:
    """This will give everybody with work in this pharmacy, their prescribers and drugs, the longest names."""
    fills = Fill.objects.filter(pharmacy=pharmacy)
    patients = Patient.objects.filter(pk__in=fills.values("prescription__patient"))
    patients.update(given=GIVEN, family=FAMILY, address=ADDRESS, city=CITY)
    Allergy.objects.filter(patient__in=patients).update(
        allergen="sulfamethoxazole with trimethoprim", reaction="swelling of the face and tongue, hives"
    )
    Prescriber.objects.filter(pharmacy=pharmacy).update(given="Bartholomew-Alexander", family="Papadimitriou-Oyelaran")
    products = Product.objects.filter(pk__in=fills.values("package__product"))
    products.update(
        nonproprietary_name=DRUG, strength=STRENGTH, dosage_form="TABLET, FILM COATED, EXTENDED RELEASE",
        labeler="Consolidated Northwestern Pharmaceutical Laboratories and Sons, Incorporated",
    )  # fmt: skip
    Product.objects.filter(pk__in=fills.values("prescription__product")).update(
        nonproprietary_name=DRUG, strength=STRENGTH
    )
