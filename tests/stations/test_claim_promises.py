"""Fills that went on before their plan answered, and the answer was no: never sold like that, always settled."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.stations import board
from pestle.stations.handover import returns
from pestle.stations.payers import claim_changes, claims
from pestle.stations.payers.claim_desk import reject_page
from pestle.stations.payers.claim_ways import take_way
from pestle.stations.payers.claim_worklist import worklist
from pestle.terms.findings import Refused
from tests.claim_steps import answer, newest, sent
from tests.payer import PretendPayer
from tests.street import ROAD, sell, walk
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
LISINOPRIL = "681800980"
STATES = ("awaiting_check", "queued", "filled", "verified", "bagged", "in_will_call")


@pytest.fixture
def world() -> World:
    return make_world()


def rejected_later(world: World, payer: PretendPayer, state: str, **fact: object) -> Fill:
    """A fill that went on unbilled as far as `state`, when its plan said no."""
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product=LISINOPRIL, **(fact or {"needs_authorization": True}))
    payer.tell("fail", how="close")
    fill = sent(world)
    world.pharmacy.goes_on_unbilled = True
    world.pharmacy.save()
    claims.go_on_unbilled(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    fill.refresh_from_db()
    if ROAD.index(state) > ROAD.index("awaiting_check"):
        walk(world, fill, to=state)
    fill = answer(fill, at=NOW + timedelta(seconds=20))
    assert (fill.state, fill.is_unbilled_promise, newest(fill).state) == (state, True, "rejected")
    return Fill.objects.with_names().select_related("pharmacy").get(pk=fill.pk)


def open_tasks(fill: Fill) -> int:
    return Task.objects.filter(fill=fill, kind="unbilled", done_at=None).count()


def test_a_no_that_comes_later_is_counted_at_the_board_beside_its_queue_and_not_twice(
    world: World, payer: PretendPayer
) -> None:
    rejected_later(world, payer, "queued")

    found = board.board(world.pharmacy, LATER)

    rows = {row.line.title: (row.open, row.besides) for row in found.rows if row.open or row.besides}
    assert rows == {"Claims: rejected": (0, 1), "Filling": (1, 0)}
    assert (found.open, found.sum_check.holds) == (1, True)


@pytest.mark.parametrize("state", STATES)
def test_a_no_that_comes_later_is_a_task_and_a_line_to_clear_and_the_fill_stays(
    world: World, payer: PretendPayer, state: str
) -> None:
    fill = rejected_later(world, payer, state)

    (row,) = worklist(world.pharmacy, world.ada).rows
    page = reject_page(fill, world.ada, at=LATER)

    assert (row.fill, row.code, row.has_gone_on) == (fill, "75", True)
    assert open_tasks(fill) == 1
    assert page is not None
    shut = {each.way.key for each in page.ways if each.shut}
    assert {"authorization", "cash"}.isdisjoint(shut)
    assert "ask" in shut
    assert page.take_back == ("return_to_stock" if state == "in_will_call" else "take_back")


def test_it_is_not_sold_until_it_is_settled(world: World, payer: PretendPayer) -> None:
    fill = rejected_later(world, payer, "in_will_call")

    with pytest.raises(Refused, match="has no price yet"):
        sell(world, fill)


@pytest.mark.parametrize("state", STATES)
def test_cash_settles_it_where_it_is(world: World, payer: PretendPayer, state: str) -> None:
    fill = rejected_later(world, payer, state)
    since, basket, bag = fill.state_since, fill.basket_id, fill.bag_id

    claims.charge_cash(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk)

    fill.refresh_from_db()
    assert (fill.state, fill.state_since, fill.basket_id, fill.bag_id) == (state, since, basket, bag)
    assert (fill.payment, fill.is_unbilled_promise, open_tasks(fill)) == ("cash", False, 0)
    assert fill.price is not None
    assert worklist(world.pharmacy, world.ada).rows == ()
    assert walk(world, fill, to="sold").state == "sold"


def test_cash_is_no_way_out_of_a_paid_claim(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = sent(world)

    with pytest.raises(Refused, match="did not go on unbilled"):
        claims.charge_cash(act_id=uuid4(), by=world.ben, at=LATER, fill_id=fill.pk)


@pytest.mark.parametrize("state", STATES)
def test_sent_again_with_what_was_missing_the_price_follows_and_it_is_sold(
    world: World, payer: PretendPayer, state: str
) -> None:
    fill = rejected_later(world, payer, state)
    payer.tell("authorize", number="55501", member="CM1968314", product=LISINOPRIL)
    typed = {"authorization_kind": "1", "authorization_number": "55501"}
    take_way(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk, key="authorization", typed=typed)
    assert open_tasks(fill) == 0
    with pytest.raises(Refused, match="on its way"):
        claims.charge_cash(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk)

    fill = answer(fill, at=LATER)

    assert (fill.state, fill.is_unbilled_promise, newest(fill).state) == (state, False, "paid")
    assert fill.price is not None
    assert walk(world, fill, to="sold").state == "sold"


def test_a_second_no_is_a_task_again(world: World, payer: PretendPayer) -> None:
    fill = rejected_later(world, payer, "filled", is_covered=False)

    claims.resend(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk)
    fill = answer(fill, at=LATER)

    assert (fill.state, fill.is_unbilled_promise, open_tasks(fill)) == ("filled", True, 1)
    assert Task.objects.filter(fill=fill, kind="unbilled").count() == 2


def nothing_sent(world: World, fill: Fill) -> None:
    claims.resend(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)


def nothing_taken_back(world: World, fill: Fill) -> None:
    claim_changes.take_back(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, reason="told by the patient")


@pytest.mark.parametrize("act", [nothing_sent, nothing_taken_back])
def test_while_the_plan_is_silent_it_is_neither_sent_by_hand_nor_taken_back(
    world: World, payer: PretendPayer, act: Callable[[World, Fill], None]
) -> None:
    payer.join(world)
    payer.tell("fail", how="close")
    fill = sent(world)
    world.pharmacy.goes_on_unbilled = True
    world.pharmacy.save()
    claims.go_on_unbilled(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)

    with pytest.raises(Refused, match="has not said no"):
        act(world, fill)


@pytest.mark.parametrize("state", STATES[:-1])
def test_taken_back_its_stock_is_on_the_shelf_and_every_way_is_open_again(
    world: World, payer: PretendPayer, state: str
) -> None:
    fill = rejected_later(world, payer, state)
    with pytest.raises(Refused, match="reason"):
        claim_changes.take_back(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk, reason=" ")

    claim_changes.take_back(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk, reason="patient waits for it")

    fill = Fill.objects.with_names().select_related("pharmacy").get(pk=fill.pk)
    assert (fill.state, fill.is_unbilled_promise, open_tasks(fill)) == ("rejected", False, 0)
    assert not fill.lots.exists()
    page = reject_page(fill, world.ada, at=LATER)
    assert page is not None
    assert next(each for each in page.ways if each.way.key == "ask").shut == ()


def test_from_will_call_it_goes_back_to_its_shelf(world: World, payer: PretendPayer) -> None:
    fill = rejected_later(world, payer, "in_will_call")

    returns.return_to_stock(act_id=uuid4(), by=world.ada, at=LATER, fill_id=fill.pk)

    fill.refresh_from_db()
    assert fill.state == "returned"


def test_changed_and_billed_again_the_changed_claim_goes_out(world: World, payer: PretendPayer) -> None:
    fill = rejected_later(world, payer, "filled", per_day="0.5")
    claim_changes.change_and_rebill(
        act_id=uuid4(), by=world.ben, at=LATER, fill_id=fill.pk, quantity=Decimal(15), days_supply=30
    )

    fill = answer(fill, at=LATER)

    assert (fill.state, fill.quantity, fill.is_unbilled_promise) == ("awaiting_check", Decimal(15), False)
    assert (newest(fill).state, open_tasks(fill)) == ("paid", 0)
