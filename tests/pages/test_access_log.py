"""Who looked at whose record, and who may read that."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pestle.records.events import AccessLog
from pestle.records.people import Worker
from pestle.terms.roles import Role
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Worker], Client]


def test_the_pharmacist_in_charge_reads_who_looked_and_that_is_a_look_too(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.priya)
    address = f"/people/looks/{world.cleo.pk}/"
    client.get(address)

    page = client.get(address).content.decode()

    assert "Priya Shah" in page
    assert "people, looks" in page
    assert AccessLog.objects.filter(worker=world.priya, patient=world.cleo).count() == 2


def test_the_list_of_looks_tells_no_more_of_the_patient_than_a_list_does(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.priya).get(f"/people/looks/{world.cleo.pk}/").content.decode()

    assert "Cleo M." in page
    assert "Marchetti" not in page


@pytest.mark.parametrize("name", ["ada", "ben", "dana", "hana"])
def test_who_does_not_watch_does_not_read_the_looks(world: World, signed_in: SignIn, name: str) -> None:
    answer = signed_in(getattr(world, name)).get(f"/people/looks/{world.cleo.pk}/")

    assert answer.status_code == 409
    assert not AccessLog.objects.exists()


def test_an_auditor_reads_the_looks_and_an_administrator_does_not(world: World, signed_in: SignIn) -> None:
    for role, status in ((Role.AUDITOR, 200), (Role.ADMINISTRATOR, 409)):
        world.gil.role_names = [role.value]
        world.gil.save()

        assert signed_in(world.gil).get(f"/people/looks/{world.cleo.pk}/").status_code == status


def test_the_record_of_another_pharmacy_is_not_there(world: World, signed_in: SignIn) -> None:
    elsewhere = type(world.pharmacy).objects.get(pk=world.pharmacy.pk)
    elsewhere.pk, elsewhere.ncpdp_id = None, "2399992"
    elsewhere.save()
    theirs = type(world.cleo).objects.get(pk=world.cleo.pk)
    theirs.pk, theirs.pharmacy = None, elsewhere
    theirs.save()

    assert signed_in(world.priya).get(f"/people/looks/{theirs.pk}/").status_code == 404
    assert not AccessLog.objects.exists()


def test_the_looks_of_a_page_are_written_in_one_statement(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.priya)
    client.get(f"/people/looks/{world.cleo.pk}/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/people/looks/{world.cleo.pk}/")

    written = [each["sql"] for each in asked.captured_queries if "records_accesslog" in each["sql"]]
    assert sum(sql.startswith("INSERT") for sql in written) == 1
