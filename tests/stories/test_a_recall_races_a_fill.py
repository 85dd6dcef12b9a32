"""Ada finishes a fill from a lot at the moment in which that lot is recalled: the patient never gets both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, connections

from pestle.records.fills import Fill
from pestle.records.stock import Lot
from pestle.records.withdrawn import Recall
from pestle.stations.bench import filling
from pestle.stations.withdrawn import recall_screening
from pestle.terms.findings import Refused
from tests.recalls import notice
from tests.stations.bench import act, bottle, in_hand, queued
from tests.street import sell, walk
from tests.world import World, make_world

# Looks, a hundredth of a second apart, until the recall waits or is over; one of the two comes.
PATIENCE = 2000
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def counted(world: World) -> Fill:
    """A fill with its bottle scanned and its tablets counted: only F10 is still to be pressed."""
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(world.lots["98001A"]))
    return filling.set_cap(**act(world), fill_id=fill.pk, is_child_resistant=True)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    start = Barrier(len(acts), timeout=20)

    def one(each: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return each()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(30) for future in [pool.submit(one, each) for each in acts]]


def test_a_fill_and_a_recall_at_one_moment_leave_no_fill_with_a_recalled_lot(world: World) -> None:
    fill, lot = counted(world), world.lots["98001A"]
    notice(lot)

    at_once(
        lambda: filling.finish(**act(world), fill_id=fill.pk, counted=fill.quantity),
        lambda: recall_screening.screen(**act(world, world.ben)),
    )

    fill.refresh_from_db()
    assert Lot.objects.get(pk=lot.pk).is_recalled
    # The fill was first and was stopped with its tablets, or the recall was first and it never began to hold any.
    assert fill.state in {"recall_held", "queued"}


def test_a_fill_that_has_begun_to_end_makes_the_recall_wait_and_is_stopped_then(world: World) -> None:
    fill, lot = counted(world), world.lots["98001A"]
    notice(lot)
    has_read, is_recalled = Event(), Event()

    def finish_slowly() -> None:
        def pause(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.lstrip().startswith("WITH entry AS") and not has_read.is_set():
                has_read.set()
                # It goes on once the recall waits for it; a recall that did not wait would be over by then.
                for _ in range(PATIENCE):
                    if is_recalled.wait(0.01) or _somebody_waits():
                        break
            return execute(sql, params, many, context)

        with connection.execute_wrapper(pause):
            filling.finish(**act(world), fill_id=fill.pk, counted=fill.quantity)

    def recall_meanwhile() -> None:
        assert has_read.wait(20)
        recall_screening.screen(**act(world, world.ben))
        is_recalled.set()

    at_once(finish_slowly, recall_meanwhile)

    fill.refresh_from_db()
    assert fill.state == "recall_held"
    assert Recall.objects.get().standing().get().quantity == 70


def test_a_sale_and_a_recall_at_one_moment_end_in_a_stopped_bag_or_in_a_patient_to_tell(world: World) -> None:
    fill, lot = walk(world, to="in_will_call"), world.lots["98001A"]
    notice(lot)

    at_once(lambda: sell(world, fill), lambda: recall_screening.screen(**act(world, world.ben)))

    fill.refresh_from_db()
    recall = Recall.objects.get()
    is_sold_and_listed = fill.state == "sold" and list(recall.to_tell()) == [fill]
    assert is_sold_and_listed or fill.state == "recall_held"
