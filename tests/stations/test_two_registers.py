"""Two registers at the same moment: one sale wins, the other is told; nothing is sold, paid or moved twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from pestle.records.fills import Fill
from pestle.records.handover import Bag, Payment, Sale
from pestle.records.stock import Balance, Entry
from pestle.stations.handover import returns, will_call
from pestle.terms.findings import Refused
from tests.street import sell, walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run acts at the same moment, each with a connection of its own; gives the answers and the refusals."""

    def run(*acts: Callable[[], Any]) -> list[Any]:
        start = Barrier(len(acts), timeout=20)

        def one(act: Callable[[], Any]) -> Any:
            try:
                start.wait()
                return act()
            except Refused as refusal:
                return refusal
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return [future.result(30) for future in [pool.submit(one, act) for act in acts]]

    return run


def test_two_registers_sell_one_bag_once(world: World, at_once: Callable[..., list[Any]]) -> None:
    fill = walk(world, to="in_will_call")

    answers = at_once(lambda: sell(world, fill), lambda: sell(world, fill))

    assert sorted(type(each).__name__ for each in answers) == ["Refused", "Sale"]
    assert (Sale.objects.count(), Payment.objects.count()) == (1, 1)
    assert Entry.objects.filter(fill=fill, reason="sold").count() == 1
    assert Balance.objects.get(place=world.places["patient"], lot=fill.lots.get().lot).quantity == 30


def test_a_sale_and_a_return_at_the_same_moment_are_one_of_both(
    world: World, at_once: Callable[..., list[Any]]
) -> None:
    fill = walk(world, to="in_will_call")

    def give_back() -> Fill:
        return returns.return_to_stock(act_id=uuid4(), by=world.dana, at=NOW, fill_id=fill.pk)

    answers = at_once(lambda: sell(world, fill), give_back)

    fill.refresh_from_db()
    assert [isinstance(each, Refused) for each in answers].count(True) == 1
    assert (fill.state, Sale.objects.count()) in {("sold", 1), ("returned", 0)}


def test_one_act_asked_for_twice_at_once_is_done_once(world: World, at_once: Callable[..., list[Any]]) -> None:
    fill, act_id = walk(world, to="in_will_call"), uuid4()

    def give_back() -> Fill:
        return returns.return_to_stock(act_id=act_id, by=world.ada, at=NOW, fill_id=fill.pk)

    answers = at_once(give_back, give_back)

    assert [each.state for each in answers] == ["returned", "returned"]
    assert Entry.objects.filter(fill=fill, reason="returned to stock").count() == 1


def test_two_who_bag_at_the_same_moment_get_two_codes(world: World, at_once: Callable[..., list[Any]]) -> None:
    first, second = walk(world, to="verified"), walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="verified")
    other = type(world.cleo).objects.create(
        pharmacy=world.pharmacy, family="Ono", given="Ken", birth_on=world.cleo.birth_on, sex="M"
    )
    second.prescription.patient = other
    second.prescription.save()

    def bag(fill: Fill) -> Callable[[], Bag]:
        return lambda: will_call.bag(act_id=uuid4(), by=world.ada, at=NOW, fill_ids=[fill.pk])

    bags = at_once(bag(first), bag(second))

    assert len({each.code for each in bags}) == 2
