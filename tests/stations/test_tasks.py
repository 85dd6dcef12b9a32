"""What is to be done is done once, by whom it belongs to, or put off with a reason."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.stations.handover import tasks
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from tests.world import NOW, World, an_act, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def a_task(world: World, *, role: Role = Role.TECHNICIAN) -> Task:
    return Task.objects.create(
        pharmacy=world.pharmacy, kind="tell patient", words="Tell Cleo that the refund is on its way.",
        patient=world.cleo, owner_role=role.value, wakes_at=NOW, made_by=world.ben, made_at=NOW,
    )  # fmt: skip


def refusal(world: World, task: Task, by: Worker, outcome: str) -> str:
    with pytest.raises(Refused) as refused:
        tasks.finish(act_id=uuid4(), by=by, at=NOW, task_id=task.pk, outcome=outcome)
    return refused.value.findings[0].sentence


def test_what_came_of_it_is_kept_and_it_is_off_the_list(world: World) -> None:
    task = a_task(world)

    tasks.finish(act_id=an_act(), by=world.ada, at=NOW, task_id=task.pk, outcome="told by telephone")

    task.refresh_from_db()
    assert (task.done_by, task.done_at, task.outcome) == (world.ada, NOW, "told by telephone")
    assert tasks.to_do(world.pharmacy) == ()


def test_what_is_done_is_not_done_again(world: World) -> None:
    task = a_task(world)
    tasks.finish(act_id=uuid4(), by=world.ada, at=NOW, task_id=task.pk, outcome="told")

    assert refusal(world, task, world.ben, "told again").startswith("Ada")


def test_nothing_is_done_without_words(world: World) -> None:
    assert "what came of it" in refusal(world, a_task(world), world.ada, "   ")


def test_what_is_the_pharmacists_is_not_done_by_a_technician(world: World) -> None:
    task = a_task(world, role=Role.PHARMACIST)

    assert "pharmacist's" in refusal(world, task, world.ada, "told")
    tasks.finish(act_id=uuid4(), by=world.ben, at=NOW, task_id=task.pk, outcome="told")
    assert Task.objects.get().done_by == world.ben


def test_what_is_put_off_comes_back_with_its_reason_and_its_history(world: World) -> None:
    task = a_task(world)
    until = NOW + timedelta(days=1)

    tasks.put_off(act_id=uuid4(), by=world.ada, at=NOW, task_id=task.pk, until=until, because="nobody answers")

    task.refresh_from_db()
    assert (task.wakes_at, task.put_off_because) == (until, "nobody answers")
    assert task.history.get().wakes_at == NOW


@pytest.mark.parametrize("wait", [timedelta(0), timedelta(days=-1), timedelta(days=30, seconds=1)])
def test_nothing_is_put_off_into_the_past_or_for_good(world: World, wait: timedelta) -> None:
    task = a_task(world)

    with pytest.raises(Refused, match="at most 30 days"):
        tasks.put_off(act_id=uuid4(), by=world.ada, at=NOW, task_id=task.pk, until=NOW + wait, because="later")


def test_another_pharmacys_task_is_not_there(world: World) -> None:
    task = a_task(world)
    task.pharmacy = Pharmacy.objects.create(name="Elm Pharmacy", board="OH", npi="1000000004", ncpdp_id="2300002")
    task.save(update_fields=["pharmacy"])

    assert tasks.one(world.ada, task.pk) is None
    assert "no such task" in refusal(world, task, world.ada, "told")
