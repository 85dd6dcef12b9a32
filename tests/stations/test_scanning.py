"""What a scanned text stands for."""

from hashlib import sha256

import pytest

from pestle.records.handover import Bag
from pestle.records.messages import Document
from pestle.records.pharmacies import Pharmacy
from pestle.stations import scanning
from pestle.stations.scanning import What, resolve
from pestle.terms.findings import Refused
from pestle.wire.ndc import ten_digit_forms
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_the_label_of_a_fill_reads_back_to_it(world: World) -> None:
    fill = world.fill()

    found = resolve(scanning.label_code(fill), world.pharmacy)

    assert found.what is What.FILL
    assert found.fill == fill


@pytest.mark.parametrize(("number", "part", "body"), [(1, 1, "00"), (3, 1, "02"), (2, 2, "012"), (100, 9, "999")])
def test_a_label_counts_refills_in_two_digits_and_later_parts_in_a_third(
    world: World, number: int, part: int, body: str
) -> None:
    rx = world.prescribe()

    label = scanning.label_body(world.fill(rx, number=number, part=part))

    assert label == f"{rx.rx_number}-{body}"


def test_the_second_part_of_a_fill_is_not_the_first(world: World) -> None:
    first = world.fill(world.prescribe())
    second = world.fill(first.prescription, part=2)

    assert resolve(scanning.label_code(first), world.pharmacy).fill == first
    assert resolve(scanning.label_code(second), world.pharmacy).fill == second


def test_a_tenth_part_gets_no_label(world: World) -> None:
    with pytest.raises(Refused, match="nine parts"):
        scanning.label_body(world.fill(part=10))


def test_a_typed_number_is_the_prescription_and_never_its_label(world: World) -> None:
    rx = world.fill().prescription

    for typed in (str(rx.rx_number), f"rx{rx.rx_number}", f" Rx {rx.rx_number} "):
        found = resolve(typed, world.pharmacy)
        assert found.what is What.PRESCRIPTION
        assert (found.prescription, found.fill) == (rx, None)


def test_a_bottle_is_its_package_with_and_without_dashes(world: World) -> None:
    package = world.packages["warfarin 5 mg"]

    for text in ("0093-1721-01", "00093172101", "00093-1721-01"):
        assert resolve(text, world.pharmacy).package == package


def test_ten_digits_that_fit_two_products_are_asked_about(world: World) -> None:
    one, two = world.packages["warfarin 5 mg"], world.packages["lisinopril 10 mg"]
    digits = "0093172101"
    readings = {"5-4-1": "00931072101", "5-3-2": "00931072101"}
    type(two).objects.filter(pk=two.pk).update(ndc11=readings["5-3-2"])

    found = resolve(digits, world.pharmacy)

    assert digits in {form.replace("-", "") for form in ten_digit_forms(one.ndc)}
    assert found.must_ask
    assert found.package is None
    assert "choose" in found.said


def test_an_unknown_product_says_so(world: World) -> None:
    found = resolve("99999-9999-99", world.pharmacy)

    assert not found.is_known
    assert "directory" in found.said


def test_bag_place_badge_and_document_are_found_by_their_codes(world: World) -> None:
    bag = Bag.objects.create(pharmacy=world.pharmacy, code="118204", patient=world.cleo, made_at=world.now)
    document = Document.objects.create(
        pharmacy=world.pharmacy, kind="paper", media_type="image/png", content=b"x", sha256="0" * 64,
        uploaded_by=world.ada, uploaded_at=world.now,
    )  # fmt: skip
    world.ada.badge = sha256(b"ADA-1").hexdigest()
    world.ada.save()

    assert resolve(scanning.bag_code(bag), world.pharmacy).bag == bag
    assert resolve(scanning.place_code(world.places["B-07"]), world.pharmacy).place == world.places["B-07"]
    assert resolve(scanning.place_code(world.places["W-12"]), world.pharmacy).place == world.places["W-12"]
    assert resolve(scanning.place_code(world.places["shelf"]), world.pharmacy).place == world.places["shelf"]
    assert resolve(scanning.badge_code("ADA-1"), world.pharmacy).worker == world.ada
    assert resolve(scanning.document_code(document), world.pharmacy).document == document


@pytest.mark.parametrize("text", ["PXF7204418-00A", "PXB118204Q", "hello", "", "PXW", "000", "]d2\x1d"])
def test_what_stands_for_nothing_here_is_unknown_with_a_sentence(world: World, text: str) -> None:
    found = resolve(text, world.pharmacy)

    assert found.what is What.UNKNOWN
    assert found.said


def test_another_pharmacys_label_is_unknown_here(world: World) -> None:
    fill = world.fill()
    other = Pharmacy.objects.create(
        name="Quay Street", address="1 Quay", city="Lake", state="MI", postal_code="48000", phone="7345550999",
        ncpdp_id="2399992", npi="2000000003", dea_number="BP1234570", board="Michigan",
    )  # fmt: skip

    assert not resolve(scanning.label_code(fill), other).is_known
    assert not resolve(str(fill.prescription.rx_number), other).is_known
