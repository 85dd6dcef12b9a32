"""The page of pre-check: plum for the pharmacist, marks that turn the button, nothing that opens by itself."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.entry import data_entry
from tests.pages.test_data_entry import PART, in_entry
from tests.world import TODAY, World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def at_check(world: World, *, allergy: str = "") -> Fill:
    if allergy:
        world.cleo.allergies.create(allergen=allergy, noted_on=TODAY)
    fill = in_entry(world)
    data_entry.finish_entry(
        act_id=uuid4(), by=world.ada, at=timezone.now(), fill_id=fill.pk, payment="cash"
    )  # fmt: skip
    fill.refresh_from_db()
    return fill


def test_the_pharmacist_sees_original_and_typed_side_by_side(world: World, signed_in: SignIn) -> None:
    fill = at_check(world)

    page = signed_in(world.ben).get(f"/pre-check/{fill.pk}/").content.decode()

    assert "Take 1 tab by mouth once daily" in page
    assert "Take 1 tablet by mouth once a day." in page
    assert "Signs as Ben Levi" in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ben).count() == 1


def test_a_technician_sees_the_button_shut_with_its_sentence(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.ada).get(f"/pre-check/{at_check(world).pk}/").content.decode()

    assert "is for a pharmacist." in page


def test_with_a_field_marked_the_button_sends_back(world: World, signed_in: SignIn) -> None:
    fill = at_check(world)

    answer = signed_in(world.ben).get(f"/pre-check/{fill.pk}/act/", {"fields": ["refills"]}, **PART)

    assert "Send back" in answer.content.decode()
    assert "Approve" not in answer.content.decode()


def test_sending_back_lands_the_technician_on_the_marked_field(world: World, signed_in: SignIn) -> None:
    fill = at_check(world)

    signed_in(world.ben).post(f"/pre-check/{fill.pk}/send-back/", {"fields": ["refills"], "reason": "one refill"})

    page = signed_in(world.ada).get(f"/data-entry/{fill.pk}/").content.decode()
    assert "autofocus" in page[page.index('id="id_refills"') :].split(">", 1)[0]
    assert "one refill" in page


def test_an_undecided_finding_keeps_approving_shut_until_it_is_decided(world: World, signed_in: SignIn) -> None:
    fill = at_check(world, allergy="lisinopril")
    client, finding = signed_in(world.ben), fill.dur_findings.get()

    assert client.post(f"/pre-check/{fill.pk}/approve/", **PART).status_code == 409
    client.post(f"/pre-check/{fill.pk}/decide/{finding.pk}/", {"preset": "tolerated", "remark": "since 2020"})
    client.post(f"/pre-check/{fill.pk}/approve/")

    fill.refresh_from_db()
    assert fill.state == "queued"


def test_the_queue_goes_back_to_itself_after_each(world: World, signed_in: SignIn) -> None:
    fill = at_check(world)
    client = signed_in(world.ben)

    answer = client.post(f"/pre-check/{fill.pk}/approve/")

    assert answer.headers["Location"] == "/pre-check/"
    assert "Nothing waits for the first check." in client.get("/pre-check/").content.decode()


def test_holding_asks_for_a_time(world: World, signed_in: SignIn) -> None:
    fill = at_check(world)
    client = signed_in(world.ben)

    assert client.post(f"/pre-check/{fill.pk}/hold/", {"waiting_for": "prescriber"}, **PART).status_code == 409
    wakes = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    client.post(f"/pre-check/{fill.pk}/hold/", {"waiting_for": "prescriber", "wakes_at": wakes})

    fill.refresh_from_db()
    assert (fill.state, fill.owner) == ("held", world.ben)
