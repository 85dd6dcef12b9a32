"""Earlier forms of a row are kept by the database, with the act that changed it."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = ("Allergy", "Coverage", "Fill", "Patient", "Pharmacy", "Prescriber", "Prescription", "StockItem", "Worker")


@pytest.fixture
def world() -> World:
    return make_world()


@one_act
def move_house(*, act_id, by, at, patient_id):  # type: ignore[no-untyped-def]
    Patient.objects.filter(pk=patient_id).update(address="9 Elm Street")


def test_what_a_patient_was_before_is_kept_with_who_changed_it_and_by_which_act(world: World) -> None:
    act_id = uuid4()

    move_house(act_id=act_id, by=world.ada, at=NOW, patient_id=world.cleo.pk)

    before = world.cleo.history.get()
    assert (before.address, before.pgh_label) == ("412 Alder Court", "changed")
    assert before.pgh_context == {"act": str(act_id), "name": "test_history.move_house", "worker": world.ada.pk}
    assert before.pgh_context_id == act_id


def test_the_next_act_is_not_signed_by_the_one_before(world: World) -> None:
    move_house(act_id=uuid4(), by=world.ada, at=NOW, patient_id=world.cleo.pk)

    Patient.objects.filter(pk=world.cleo.pk).update(address="1 Oak Street")

    assert [each.pgh_context is None for each in world.cleo.history.order_by("pgh_id")] == [False, True]


def test_a_row_that_is_written_as_it_was_leaves_no_history(world: World) -> None:
    world.cleo.save()

    assert not world.cleo.history.exists()


def test_a_pin_is_never_kept_in_history(world: World) -> None:
    Worker.objects.filter(pk=world.ada.pk).update(pin="hash", pin_failures=3)

    columns = {field.name for field in apps.get_model("records", "WorkerHistory")._meta.fields}
    assert world.ada.history.count() == 1
    assert "pin" not in columns
    assert "pin_failures" in columns


@pytest.mark.parametrize("name", KEPT)
def test_every_history_refuses_change_deletion_and_emptying(name: str) -> None:
    table = apps.get_model("records", f"{name}History")._meta.db_table

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        triggers = " ".join(row[0] for row in cursor.fetchall())

    assert "append_only" in triggers
    assert "no_truncate" in triggers


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}", "TRUNCATE {}"], ids=["change", "delete", "empty"]
)
def test_history_is_never_changed(world: World, statement: str) -> None:
    Patient.objects.filter(pk=world.cleo.pk).update(address="9 Elm Street")

    with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("records_patienthistory"))

    assert world.cleo.history.count() == 1


def test_moving_a_fill_along_keeps_its_history_beside_its_events(world: World) -> None:
    fill = world.fill()
    fill.remark = "Ask for the blue caps."
    fill.save()

    assert fill.history.get().remark == ""
