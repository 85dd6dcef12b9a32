"""The pages of prescribers: found as typed, changed with each wrong field named, reached from the work."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from pestle.records.people import Worker
from tests.street import walk
from tests.world import World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def test_a_prescriber_is_found_and_opened(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    found = client.get("/prescribers/", {"q": "nair"}).content.decode()
    page = client.get(f"/prescribers/{world.nair.pk}/").content.decode()

    assert f"/prescribers/{world.nair.pk}/" in found
    for words in ("Nair, Priya MD", "2000000010", "BN1234563", "Alder Family Medicine", "A pharmacist looks these up"):
        assert words in page


def test_a_wrong_npi_and_dea_number_are_refused_beside_their_fields(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.ada).post(
        f"/prescribers/{world.nair.pk}/edit/", {"npi": "2000000011", "dea_number": "BN1"}, HTTP_HX_REQUEST="true"
    )

    assert answer.status_code == 409
    assert set(re.findall(r'data-field="(\w+)"', answer.content.decode())) == {"npi", "dea_number"}


def test_a_pharmacist_ticks_the_schedules_and_unticked_ones_are_gone(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ben)

    client.post(f"/prescribers/{world.nair.pk}/edit/", {"schedules_are_shown": "yes", "dea_schedules": ["IV", "V"]})
    world.nair.refresh_from_db()
    assert world.nair.dea_schedules == ["IV", "V"]

    client.post(f"/prescribers/{world.nair.pk}/edit/", {"schedules_are_shown": "yes"})
    world.nair.refresh_from_db()
    assert world.nair.dea_schedules == []


def test_what_a_technician_keeps_leaves_the_schedules_alone(world: World, signed_in: SignIn) -> None:
    signed_in(world.ada).post(f"/prescribers/{world.nair.pk}/edit/", {"phone": "7345550199"})

    world.nair.refresh_from_db()
    assert (world.nair.phone, world.nair.dea_schedules) == ("7345550199", ["II", "III", "IV", "V"])


def test_data_entry_and_drop_off_lead_to_the_prescriber_and_back(world: World, signed_in: SignIn) -> None:
    fill = walk(world, to="in_entry")
    client = signed_in(world.ada)
    leads = f'href="/prescribers/{world.nair.pk}/?back='

    sheet = client.get(f"/data-entry/{fill.pk}/").content.decode()
    page = client.get(f"/prescribers/{world.nair.pk}/", {"back": f"/data-entry/{fill.pk}/"}).content.decode()

    assert leads in sheet
    assert f'href="/data-entry/{fill.pk}/"' in page


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(world: World, signed_in: SignIn, elsewhere: str) -> None:
    page = signed_in(world.ada).get(f"/prescribers/{world.nair.pk}/", {"back": elsewhere}).content.decode()

    assert elsewhere not in page


def test_a_cashier_sees_no_prescribers_page(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.hana).get("/prescribers/").status_code == 409
