"""Benches, badges, PINs and roles, through the acts that change them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest

from pestle.flows.fill import FILL
from pestle.records.events import Act
from pestle.records.people import Account, Shift, Worker
from pestle.records.pharmacies import Bench
from pestle.stations import people, queues
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
PIN = "730194"


@pytest.fixture
def world() -> World:
    return make_world()


def give_badge(worker: Worker) -> str:
    act_id = uuid4()
    people.give_badge(act_id=act_id, by=worker, at=NOW, worker_id=worker.pk)
    return people.badge_code(act_id)


def set_pin(worker: Worker, by: Worker | None = None, pin: str = PIN) -> Worker:
    people.set_pin(act_id=uuid4(), by=by or worker, at=NOW, worker_id=worker.pk, pin=pin)
    return Worker.objects.get(pk=worker.pk)


def change(world: World, worker: Worker, *roles: Role, by: Worker | None = None, licence: str | None = None) -> Worker:
    return people.change_roles(
        act_id=uuid4(), by=by or world.priya, at=NOW, worker_id=worker.pk, roles=roles, licence=licence
    )


def test_a_badge_is_known_by_its_digest_and_the_one_before_stops_working(world: World) -> None:
    first, second = give_badge(world.ada), give_badge(world.ada)

    assert people.worker_of_badge(second, world.pharmacy) == world.ada
    with pytest.raises(Refused, match="belongs to nobody here"):
        people.worker_of_badge(first, world.pharmacy)
    assert second not in Worker.objects.get(pk=world.ada.pk).badge


def test_the_badge_of_somebody_who_left_opens_nothing(world: World) -> None:
    code = give_badge(world.ada)
    people.retire_worker(act_id=uuid4(), by=world.priya, at=NOW, worker_id=world.ada.pk)

    with pytest.raises(Refused, match="belongs to nobody here"):
        people.worker_of_badge(code, world.pharmacy)


def test_a_badge_of_another_pharmacy_is_nobodys_here(world: World) -> None:
    code = give_badge(world.ada)
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()

    with pytest.raises(Refused, match="belongs to nobody here"):
        people.worker_of_badge(code, world.pharmacy)


def test_a_badge_asked_for_twice_by_one_click_is_one_badge(world: World) -> None:
    act_id = uuid4()
    for _ in range(2):
        people.give_badge(act_id=act_id, by=world.ada, at=NOW, worker_id=world.ada.pk)

    assert people.worker_of_badge(people.badge_code(act_id), world.pharmacy) == world.ada


def test_the_right_pin_opens_and_forgets_the_wrong_ones(world: World) -> None:
    ada = set_pin(world.ada)
    for _ in range(4):
        with pytest.raises(Refused, match="not the PIN"):
            people.check_pin(ada, "000111", NOW)

    people.check_pin(ada, PIN, NOW)

    assert Worker.objects.get(pk=ada.pk).pin_failures == 0


def test_five_wrong_pins_let_it_rest_for_fifteen_minutes_even_for_the_right_one(world: World) -> None:
    ada = set_pin(world.ada)
    for _ in range(5):
        with pytest.raises(Refused):
            people.check_pin(ada, "000111", NOW)

    with pytest.raises(Refused, match="rests for 1 more min"):
        people.check_pin(ada, PIN, NOW + timedelta(minutes=14, seconds=30))
    people.check_pin(ada, PIN, NOW + timedelta(minutes=15))


def test_wrong_pins_are_kept_in_the_history_of_the_worker(world: World) -> None:
    ada = set_pin(world.ada)
    for _ in range(2):
        with pytest.raises(Refused):
            people.check_pin(ada, "000111", NOW)

    assert list(ada.history.order_by("pgh_id").values_list("pin_failures", flat=True))[-2:] == [0, 1]


def test_without_a_pin_none_is_right(world: World) -> None:
    with pytest.raises(Refused, match="no PIN yet"):
        people.check_pin(world.ada, "", NOW)


def test_a_lead_lets_somebody_choose_a_new_pin_and_a_colleague_does_not(world: World) -> None:
    set_pin(world.ada, by=world.dana)

    with pytest.raises(Refused, match="can let somebody choose anew"):
        set_pin(world.ada, by=world.gil)
    people.check_pin(Worker.objects.get(pk=world.ada.pk), PIN, NOW)


def test_nobody_makes_themselves_a_pharmacist_by_giving_a_pharmacist_a_new_badge_and_pin(world: World) -> None:
    with pytest.raises(Refused, match="set by its owner"):
        set_pin(world.ben, by=world.dana)
    with pytest.raises(Refused, match="may do all that its owner may"):
        people.give_badge(act_id=uuid4(), by=world.dana, at=NOW, worker_id=world.ben.pk)
    with pytest.raises(Refused, match="set by its owner"):
        set_pin(world.priya, by=world.ben)

    assert set_pin(world.ben, by=world.priya).pin


def test_a_pin_is_kept_only_as_a_hash(world: World) -> None:
    assert PIN not in set_pin(world.ada).pin


def test_one_worker_stands_at_a_bench_and_who_stood_there_has_left(world: World) -> None:
    bench = Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")
    people.take_bench(act_id=uuid4(), by=world.ada, at=NOW, bench_id=bench.pk)
    later = NOW + timedelta(minutes=5)

    people.switch_worker(act_id=uuid4(), by=world.gil, at=later, bench_id=bench.pk)

    shifts = Shift.objects.filter(bench=bench).order_by("since_at").values_list("worker", "since_at", "until_at")
    assert list(shifts) == [(world.ada.pk, NOW, later), (world.gil.pk, later, None)]


def test_taking_another_bench_leaves_the_one_before(world: World) -> None:
    first, second = (
        Bench.objects.create(pharmacy=world.pharmacy, name=name, station="filling")
        for name in ("Filling 1", "Filling 2")
    )
    people.take_bench(act_id=uuid4(), by=world.ada, at=NOW, bench_id=first.pk)

    people.take_bench(act_id=uuid4(), by=world.ada, at=NOW, bench_id=second.pk, leaves_id=first.pk)

    assert Shift.objects.get(until_at=None).bench == second


def test_a_bench_of_another_pharmacy_is_not_taken(world: World) -> None:
    here = world.ada
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()
    bench = Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")
    ada = Worker.objects.get(pk=here.pk)

    with pytest.raises(Refused, match="no such bench"):
        people.take_bench(act_id=uuid4(), by=ada, at=NOW, bench_id=bench.pk)


def test_an_invited_worker_has_an_account_nobody_can_open_yet(world: World) -> None:
    eve = people.invite_worker(
        act_id=uuid4(), by=world.priya, at=NOW, username="eve", given="Eve", family="Lund", roles=[Role.TECHNICIAN]
    )

    assert eve.roles == {Role.TECHNICIAN}
    assert eve.account is not None
    assert not eve.account.has_usable_password()
    assert Act.objects.get(answer_model="worker", answer_id=eve.pk).worker == world.priya


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"username": "ADA"}, "already signs in under this name"),
        ({"given": " "}, "Type something here"),
        ({"roles": []}, "Choose what they are"),
        ({"roles": [Role.PHARMACIST]}, "licence number"),
        ({"roles": [Role.ADMINISTRATOR, Role.TECHNICIAN]}, "nothing else here"),
    ],
)
def test_an_invitation_that_is_not_whole_is_refused(world: World, wrong: dict[str, object], sentence: str) -> None:
    given = {"username": "eve", "given": "Eve", "family": "Lund", "roles": [Role.TECHNICIAN], **wrong}

    with pytest.raises(Refused, match=sentence):
        people.invite_worker(act_id=uuid4(), by=world.priya, at=NOW, **given)  # type: ignore[arg-type]

    assert not Account.objects.filter(username="eve").exists()


def test_roles_change_at_once_and_keep_who_changed_them(world: World) -> None:
    change(world, world.ada, Role.LEAD_TECHNICIAN)

    assert Worker.objects.get(pk=world.ada.pk).roles == {Role.LEAD_TECHNICIAN}
    before = world.ada.history.get()
    assert (before.role_names, before.pgh_context["worker"]) == (["certified technician"], world.priya.pk)


@pytest.mark.parametrize("name", ["ada", "ben", "dana", "hana"])
def test_who_is_not_in_charge_changes_nobodys_roles(world: World, name: str) -> None:
    with pytest.raises(Refused, match="kept by the pharmacist in charge or an administrator"):
        change(world, world.gil, Role.LEAD_TECHNICIAN, by=getattr(world, name))


def test_the_last_pharmacist_in_charge_stays(world: World) -> None:
    administrator = change(world, world.gil, Role.ADMINISTRATOR)

    with pytest.raises(Refused, match="Name another pharmacist in charge first"):
        change(world, world.priya, Role.PHARMACIST, by=administrator, licence="5302-1")
    with pytest.raises(Refused, match="Name another pharmacist in charge first"):
        people.retire_worker(act_id=uuid4(), by=administrator, at=NOW, worker_id=world.priya.pk)


def test_somebody_of_another_pharmacy_is_nobody_here(world: World) -> None:
    elsewhere = make_elsewhere(world)

    with pytest.raises(Refused, match="Nobody of this number works here"):
        change(world, elsewhere, Role.LEAD_TECHNICIAN)


def make_elsewhere(world: World) -> Worker:
    pharmacy = type(world.pharmacy).objects.get(pk=world.pharmacy.pk)
    pharmacy.pk, pharmacy.ncpdp_id = None, "2399992"
    pharmacy.save()
    return Worker.objects.create(pharmacy=pharmacy, given="Zoe", role_names=["technician"])


def test_who_leaves_loses_badge_pin_bench_and_account_and_keeps_their_name_on_what_they_did(world: World) -> None:
    bench = Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")
    fill = world.fill()
    people.take_bench(act_id=uuid4(), by=world.ada, at=NOW, bench_id=bench.pk)

    people.retire_worker(act_id=uuid4(), by=world.priya, at=NOW, worker_id=world.ada.pk)

    ada = Worker.objects.select_related("account").get(pk=world.ada.pk)
    assert (ada.is_active, ada.badge, ada.pin, ada.roles) == (False, "", "", frozenset())
    assert ada.account is not None
    assert not ada.account.is_active
    assert not Shift.objects.filter(until_at=None).exists()
    assert fill.events().get().worker == ada


def test_every_open_state_of_a_fill_is_in_exactly_one_queue() -> None:
    listed = [state.value for queue in queues.QUEUES for state in queue.states]

    assert sorted(listed) == sorted(FILL.open_states)


def test_queues_count_open_late_oldest_and_the_next_promise(
    world: World, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    rx = world.prescribe()
    world.fill(rx, number=1, promised_at=NOW - timedelta(minutes=8))
    world.fill(rx, number=2, promised_at=NOW + timedelta(minutes=29))
    world.fill(rx, number=3, promised_at=NOW + timedelta(minutes=50))

    with django_assert_num_queries(1):
        counted = queues.counts(world.pharmacy, NOW)

    waiting = counted["drop_off"]
    assert (waiting.open, waiting.late) == (3, 1)
    assert (waiting.oldest, waiting.next_promise) == (NOW, NOW + timedelta(minutes=29))
    assert counted["filling"].open == 0


def test_what_is_parked_names_the_worker_and_no_patient(world: World) -> None:
    fill = world.fill()
    fill.in_hands_of, fill.in_hands_since = world.ada, NOW
    fill.save()

    assert people.parked(world.pharmacy) == (people.Parked(world.ada, 1, NOW),)
