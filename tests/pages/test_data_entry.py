"""The page of data entry: who may see it, what it shows, what it keeps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.messages import Document
from pestle.records.people import Worker
from pestle.stations.intake import drop_off
from tests.world import NOW, World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db
ORIGINAL = {
    "kind": "NewRx",
    "patient": {"family": "Marchetti", "given": "Cleo", "birth_on": "1968-03-14", "sex": "F"},
    "prescriber": {"family": "Nair", "given": "Priya", "npi": "2000000010"},
    "drug": {"description": "lisinopril 10 mg tablet", "directions": "Take 1 tab by mouth once daily", "quantity": "30",
             "unit": "tablet", "refills": "2", "written_on": "2026-11-23", "substitutions": "0", "diagnoses": []},
}  # fmt: skip
PART = {"HTTP_HX_REQUEST": "true"}


def in_entry(world: World, drug: str = "lisinopril 10 mg", **rx: Any) -> Fill:
    # The pages ask the clock of the machine.
    written_on = timezone.now().date() - timedelta(days=3)
    given = {"as_received": ORIGINAL, "sig_short": "", "written_on": written_on, **rx}
    fill = world.fill(world.prescribe(drug, **given))
    drop_off.begin_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    fill.refresh_from_db()
    return fill


def test_the_page_shows_original_fields_and_working_and_writes_the_look_down(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)

    page = signed_in(world.ada).get(f"/data-entry/{fill.pk}/").content.decode()

    assert "Take 1 tab by mouth once daily" in page
    assert "Take 1 tablet by mouth once a day." in page
    assert "same as the original" in page
    assert "30 days" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "penicillin: hives" in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).count() == 1


def test_the_queue_names_people_short(world: World, signed_in: SignIn) -> None:
    in_entry(world)

    page = signed_in(world.ada).get("/data-entry/").content.decode()

    assert "Cleo M." in page
    assert "Marchetti" not in page


def test_a_field_is_kept_as_it_is_typed_and_what_follows_comes_back(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)

    answer = signed_in(world.ada).post(f"/data-entry/{fill.pk}/save/", {"directions": "1t po bid"}, **PART)

    fill.refresh_from_db()
    assert fill.prescription.directions == "Take 1 tablet by mouth 2 times a day."
    assert fill.days_supply == 15
    assert "differs from the original" in answer.content.decode()
    assert 'id="id_days_supply"' in answer.content.decode()


def test_what_cannot_be_read_is_refused_beside_its_field_and_nothing_else_is_lost(
    world: World, signed_in: SignIn
) -> None:
    fill = in_entry(world)

    answer = signed_in(world.ada).post(f"/data-entry/{fill.pk}/save/", {"quantity": "sixty"}, **PART)

    assert answer.status_code == 409
    assert 'data-field="quantity"' in answer.content.decode()


def test_a_cashier_types_no_prescriptions(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)

    answer = signed_in(world.hana).post(f"/data-entry/{fill.pk}/save/", {"quantity": "10"}, **PART)

    assert answer.status_code == 409
    assert "Data entry is for a technician" in answer.content.decode()


def test_a_fill_sent_back_lands_on_its_first_marked_field(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)
    fill.marked_fields, fill.sent_back_because = ["refills", "quantity"], "count the refills"
    fill.save()

    page = signed_in(world.ada).get(f"/data-entry/{fill.pk}/").content.decode()

    quantity = page[page.index('id="id_quantity"') :].split(">", 1)[0]
    assert "autofocus" in quantity
    assert page.count("autofocus") == 1
    assert "count the refills" in page


def test_sending_a_claim_ends_entry_and_goes_back_to_the_queue(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)

    answer = signed_in(world.ada).post(f"/data-entry/{fill.pk}/send/", {"payment": "plan", "quantity": "30"})

    fill.refresh_from_db()
    assert answer.headers["Location"] == "/data-entry/"
    assert fill.state == "adjudicating"


def test_another_pharmacys_fill_is_not_shown(world: World, signed_in: SignIn) -> None:
    fill = in_entry(world)
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()
    world.gil.pharmacy = world.pharmacy
    world.gil.save()

    assert signed_in(world.gil).get(f"/data-entry/{fill.pk}/").status_code == 409


def test_a_paper_original_is_shown_as_it_came_and_only_to_its_own_pharmacy(world: World, signed_in: SignIn) -> None:
    picture = b"\x89PNG made up"
    document = Document.objects.create(
        pharmacy=world.pharmacy, kind="paper", media_type="image/png", content=picture, sha256="0" * 64,
        uploaded_by=world.ada, uploaded_at=NOW,
    )  # fmt: skip
    fill = in_entry(world, document=document, origin="1")
    client = signed_in(world.ada)
    address = f"/data-entry/original/{fill.prescription.pk}/"

    assert f'src="{address}"' in client.get(f"/data-entry/{fill.pk}/").content.decode()
    answer = client.get(address)
    assert (answer.content, answer.headers["Content-Type"]) == (picture, "image/png")
    document.media_type = "text/html"
    document.save()
    assert client.get(address).status_code == 404
