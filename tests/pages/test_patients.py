"""The pages of patients: found short, opened whole, every look written down."""

from collections.abc import Callable

import pytest
from django.test import Client

from pestle.records.events import AccessLog
from pestle.records.people import Worker
from tests.world import World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def test_a_list_shows_given_name_and_initial_only(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.ada).get("/patients/", {"q": "cleo 3/14/1968"}).content.decode()

    assert "Cleo M." in page
    assert "Marchetti" not in page
    assert AccessLog.objects.filter(patient=world.cleo).count() == 1


def test_the_profile_shows_the_whole_record_and_who_looked(world: World, signed_in: SignIn) -> None:
    world.fill()
    client = signed_in(world.ada)
    client.get(f"/patients/{world.cleo.pk}/")

    page = client.get(f"/patients/{world.cleo.pk}/").content.decode()

    for words in ("Cleo Marchetti", "penicillin", "Cascade Rx", "lisinopril", "412 Alder Court", "patients, profile"):
        assert words in page


def test_allergies_are_asked_on_the_profile(world: World, signed_in: SignIn) -> None:
    signed_in(world.ada).post(
        f"/patients/{world.cleo.pk}/allergies/", {"allergen": "latex", "reaction": "rash", "answer": "some"}
    )

    assert set(world.cleo.allergies.values_list("allergen", flat=True)) == {"penicillin", "latex"}


def test_a_card_becomes_the_next_plan(world: World, signed_in: SignIn) -> None:
    card = {"bin": "999998", "pcn": "HARBOR", "cardholder_id": "H77", "relationship": "2", "plan_name": "Harbor Health"}

    signed_in(world.ada).post(f"/patients/{world.cleo.pk}/coverage/", card)

    assert list(world.cleo.coverages.order_by("order").values_list("plan__name", flat=True)) == [
        "Cascade Rx",
        "Harbor Health",
    ]


def test_a_wrong_birth_date_is_refused_beside_its_field(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.ada).post(
        f"/patients/{world.cleo.pk}/edit/", {"birth_on": "yesterday"}, HTTP_HX_REQUEST="true"
    )

    assert answer.status_code == 409
    assert 'data-field="birth_on"' in answer.content.decode()


def test_another_pharmacys_patient_is_not_shown(world: World, signed_in: SignIn) -> None:
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()
    world.gil.pharmacy = world.pharmacy
    world.gil.save()

    assert signed_in(world.gil).get(f"/patients/{world.cleo.pk}/").status_code == 409
