"""What goes with a vial: easy caps with the clause that allows them, and the Medication Guide that is asked for."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.catalogue import SourceFile
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.safety_lists import ChildResistantExemption, MedicationGuide
from pestle.stations import scanning
from pestle.stations.bench import filling, filling_extras
from pestle.stations.bench.labels import slip, vial_label
from pestle.terms.findings import Refused
from pestle.terms.quantity import BillingUnit
from tests.street import walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def act(world: World, by: Worker | None = None) -> dict[str, Any]:
    return {"act_id": uuid4(), "by": by or world.ada, "at": NOW}


def a_list(name: str) -> dict[str, Any]:
    source = SourceFile.objects.create(
        name=name, title=name, as_of="2026-11", as_of_on=date(2026, 11, 1), stale_after_days=365, is_own_list=True,
        basis="made up", origin="tests", digest="2" * 64, loaded_at=NOW,
    )  # fmt: skip
    return {"source": source, "as_of_on": source.as_of_on}


def in_hand(world: World, drug: str = "lisinopril 10 mg") -> Fill:
    """A fill at the bench with label and bottle scanned and counted: only the end is missing."""
    fill = walk(world, world.fill(world.prescribe(drug)), to="queued")
    assert fill.package is not None
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    filling.assign_basket(**act(world), fill_id=fill.pk, place_id=world.places["B-07"].pk)
    filling.scan_label(**act(world), fill_id=fill.pk, text=scanning.label_code(fill))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=fill.package.ndc11)
    filling.count(**act(world), fill_id=fill.pk, counted=fill.quantity)
    return again(world, fill)


def again(world: World, fill: Fill) -> Fill:
    return filling.load(fill.pk, world.ada)


def with_nitroglycerin(world: World) -> str:
    drug = "nitroglycerin 0.4 mg"
    world.add_product(drug, "TABLET", "100 TABLET in 1 BOTTLE", BillingUnit.EACH, route="SUBLINGUAL", units="100")
    world.receive(drug, "NTG1", date(2028, 5, 31), "100")
    ChildResistantExemption.objects.create(
        **a_list("child_resistant"), clause="i", drug="nitroglycerin", form="sublingual dosage forms"
    )
    return drug


def test_an_easy_cap_without_a_word_on_record_is_refused_at_the_end(world: World) -> None:
    fill = in_hand(world)
    filling.set_cap(**act(world), fill_id=fill.pk, is_child_resistant=False)

    with pytest.raises(Refused, match="child-resistant cap"):
        filling.finish(**act(world), fill_id=fill.pk)

    assert filling_extras.cap_words(again(world, fill)) == "easy cap: nothing on record allows it"


def test_an_exempt_drug_leaves_in_an_easy_cap_and_label_and_slip_say_so(world: World) -> None:
    fill = in_hand(world, with_nitroglycerin(world))
    assert filling_extras.cap_hint(fill) == "Exempt: nitroglycerin, sublingual dosage forms (16 CFR 1700.14(a)(10)(i))."

    filling.set_cap(**act(world), fill_id=fill.pk, is_child_resistant=False)
    filling.finish(**act(world), fill_id=fill.pk)

    fill = again(world, fill)
    assert fill.state == "filled"
    assert filling_extras.cap_words(fill) == "easy cap: exempt, 16 CFR 1700.14(a)(10)(i)"
    assert any("Not child-resistant" in each.words for each in vial_label(fill, NOW).warnings)
    assert "Easy cap" in slip(fill, NOW).flags


def test_what_turns_on_the_package_is_for_a_pharmacist_to_say(world: World) -> None:
    drug = "estradiol 1 mg"
    world.add_product(drug, "TABLET", "100 TABLET in 1 BOTTLE", BillingUnit.EACH, units="100")
    world.receive(drug, "E1", date(2028, 5, 31), "100")
    ChildResistantExemption.objects.create(**a_list("child_resistant"), clause="xxi", drug="hormones", form="estrogen")
    fill = in_hand(world, drug)
    assert "a pharmacist says" in filling_extras.cap_hint(fill)

    with pytest.raises(Refused, match="A pharmacist says"):
        filling.set_cap(**act(world), fill_id=fill.pk, is_child_resistant=False, reason="dial pack")
    filling.set_cap(
        **act(world, world.ben), fill_id=fill.pk, is_child_resistant=False, reason="relies on estrogen alone"
    )
    filling.finish(**act(world), fill_id=fill.pk)

    fill = again(world, fill)
    assert fill.closure_because == "16 CFR 1700.14(a)(10)(xxi): relies on estrogen alone, Ben Levi"


def test_a_drug_that_no_clause_fits_is_not_exempted_by_anybody(world: World) -> None:
    fill = in_hand(world)

    with pytest.raises(Refused, match="No clause of the list"):
        filling.set_cap(**act(world, world.ben), fill_id=fill.pk, is_child_resistant=False, reason="he asked")


def guide(world: World, *, is_for_this_application: bool) -> None:
    product = world.packages["lisinopril 10 mg"].product
    product.application_number = "NDA019777"
    product.save(update_fields=["application_number"])
    digits = "019777" if is_for_this_application else "019778"
    MedicationGuide.objects.create(
        **a_list("medication_guides"), application_digits=digits, trade_names="Prinivil", ingredients=["LISINOPRIL"],
        base_substances=["lisinopril"],
    )  # fmt: skip


def test_a_drug_with_a_guide_is_not_finished_before_somebody_says_what_became_of_it(world: World) -> None:
    guide(world, is_for_this_application=True)
    fill = in_hand(world)
    with pytest.raises(Refused, match="A Medication Guide goes with this drug"):
        filling.finish(**act(world), fill_id=fill.pk)
    with pytest.raises(Refused, match="for this very application"):
        filling.set_leaflet(**act(world), fill_id=fill.pk, answer="none for this label")
    with pytest.raises(Refused, match="what became of the guide"):
        filling.set_leaflet(**act(world), fill_id=fill.pk, answer="perhaps")

    filling.set_leaflet(**act(world), fill_id=fill.pk, answer="attached")
    filling.finish(**act(world), fill_id=fill.pk)

    fill = again(world, fill)
    assert fill.state == "filled"
    assert "Medication Guide attached" in slip(fill, NOW).flags
    assert fill.events().get(verb="leaflet").details == {"answer": "attached", "due": "yes"}


def test_a_guide_of_a_like_drug_is_looked_up_and_may_be_none_for_this_label(world: World) -> None:
    guide(world, is_for_this_application=False)
    fill = in_hand(world)
    with pytest.raises(Refused, match="A Medication Guide goes with this drug"):
        filling.finish(**act(world), fill_id=fill.pk)

    filling.set_leaflet(**act(world), fill_id=fill.pk, answer="none for this label")
    filling.finish(**act(world), fill_id=fill.pk)

    assert again(world, fill).leaflet == "none for this label"


def test_a_drug_without_a_guide_is_finished_without_a_word(world: World) -> None:
    fill = in_hand(world)

    filling.finish(**act(world), fill_id=fill.pk)

    assert again(world, fill).leaflet == ""
