"""Holding: a reason, an owner, a time; waking up by itself; taken up where it was held."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.stations import waiting
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(hours=2)


@pytest.fixture
def world() -> World:
    return make_world()


def hold(world: World, fill: Fill, **given: Any) -> Fill:
    told: dict[str, Any] = {
        "act_id": uuid4(), "by": world.ada, "at": NOW, "fill_id": fill.pk, "reason": "patient", "wakes_at": SOON,
        "owner": world.ada,
    }  # fmt: skip
    return waiting.hold(**(told | given))


@pytest.mark.parametrize("state", ["received", "in_entry", "awaiting_check", "queued"])
def test_a_held_fill_is_taken_up_where_it_was_held(world: World, state: str) -> None:
    fill = hold(world, walk(world, to=state), remark="calls back after lunch")
    assert (fill.state, fill.held_from, fill.owner) == ("held", state, world.ada)

    fill = waiting.take_up(act_id=uuid4(), by=world.gil, at=NOW, fill_id=fill.pk)

    assert (fill.state, fill.waiting_for, fill.wakes_at, fill.owner) == (state, "", None, None)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"reason": " "}, "what this waits for"),
        ({"owner": None}, "who looks after"),
        ({"wakes_at": None}, "when this wakes up"),
        ({"wakes_at": NOW}, "when this wakes up"),
        ({"wakes_at": NOW - timedelta(days=1)}, "when this wakes up"),
    ],
)
def test_nothing_waits_without_reason_owner_and_time(world: World, given: dict[str, Any], says: str) -> None:
    fill = walk(world, to="queued")

    with pytest.raises(Refused, match=says):
        hold(world, fill, **given)
    fill = Fill.objects.get(pk=fill.pk)
    assert (fill.state, fill.waiting_for) == ("queued", "")


def test_a_role_may_own_what_waits(world: World) -> None:
    assert hold(world, walk(world, to="queued"), owner=None, owner_role="pharmacist").owner_role == "pharmacist"


@pytest.mark.parametrize("state", ["filled", "verified", "bagged", "in_will_call", "sold"])
def test_what_holds_stock_is_not_held(world: World, state: str) -> None:
    with pytest.raises(Refused, match="not a step from here"):
        hold(world, walk(world, to=state))


def test_what_slept_long_enough_wakes_by_itself_and_once(world: World) -> None:
    fill = hold(world, walk(world, to="queued"))

    assert waiting.wake(at=SOON - timedelta(seconds=1)) == 0
    assert waiting.wake(at=SOON) == 1
    assert waiting.wake(at=SOON) == 0

    fill.refresh_from_db()
    last = fill.events().last()
    assert last is not None
    assert (fill.state, last.verb, last.worker) == ("queued", "unhold", world.program)


def test_what_expired_while_it_slept_says_so_when_it_wakes(world: World) -> None:
    rx = world.prescribe()
    fill = hold(world, walk(world, world.fill(rx), to="received"))
    rx.expires_on = SOON.date() - timedelta(days=1)
    rx.save()

    waiting.wake(at=SOON)

    fill.refresh_from_db()
    assert fill.state == "expired"


def test_what_lies_on_the_profile_expires_with_its_prescription(world: World) -> None:
    rx = world.prescribe()
    fill = world.fill(rx)
    waiting.set_wait(fill, reason="future fill", wakes_at=SOON, owner_role="technician")
    fill.record(
        fill.MACHINE.take("store", fill.facts(NOW, world.ada), world.ada.roles),
        act_id=uuid4(), by=world.ada, at=NOW,
    )  # fmt: skip
    rx.expires_on = NOW.date()
    rx.save()

    assert waiting.expire(at=NOW) == 0
    assert waiting.expire(at=NOW + timedelta(days=1)) == 1
    assert waiting.expire(at=NOW + timedelta(days=1)) == 0

    fill.refresh_from_db()
    rx.refresh_from_db()
    assert (fill.state, rx.state) == ("expired", "expired")


def test_a_prescription_with_work_on_a_bench_does_not_expire_under_it(world: World) -> None:
    rx = world.prescribe(expires_on=NOW.date())
    walk(world, world.fill(rx), to="queued")

    waiting.expire(at=NOW + timedelta(days=2))

    rx.refresh_from_db()
    assert rx.state == "active"


def test_a_double_click_holds_once(world: World) -> None:
    fill, act_id = walk(world, to="queued"), uuid4()

    hold(world, fill, act_id=act_id)
    hold(world, fill, act_id=act_id)

    assert fill.events().filter(verb="hold").count() == 1


def test_a_fill_of_another_pharmacy_is_refused_in_words(world: World) -> None:
    fill = walk(world, to="queued")
    there = make_world(beside=world)

    with pytest.raises(Refused, match="not in this pharmacy"):
        waiting.take_up(act_id=uuid4(), by=there.ada, at=NOW, fill_id=fill.pk)
