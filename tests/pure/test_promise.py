"""When a prescription can be ready. The sums are worked by hand."""

from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from pestle.calculations.business.promise import Queue, earliest_promise

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("America/Detroit"))


def queue(name: str = "Filling", ahead: int = 0, people: int = 1, minutes: str = "2", **given: bool) -> Queue:
    return Queue(name, ahead, people, Decimal(minutes) * 60, **given)


@pytest.mark.parametrize(
    ("queues", "items", "ready"),
    [
        # 1 at 2 minutes; the next whole five minutes.
        ([queue()], 1, "12:05"),
        # (9 + 1) ÷ 2 × 1.8 = 9.
        ([queue(ahead=9, people=2, minutes="1.8")], 1, "12:10"),
        # Entry is done after 11; filling has 10 ahead at 3 minutes: 33 of work, longer than 11 + 3.
        ([queue("Entry", 10, 1, "1"), queue("Filling", 10, 1, "3")], 1, "12:35"),
        # Entry is done after 30; filling keeps pace, so ours takes 1 more.
        ([queue("Entry", 9, 1, "3"), queue("Filling", 9, 1, "1")], 1, "12:35"),
        # Three items in one pair of hands: 3 × 2.
        ([queue()], 3, "12:10"),
        # Exactly on five minutes stays there.
        ([queue(minutes="5")], 1, "12:05"),
    ],
)
def test_the_earliest_promise_is_reckoned_by_hand(queues: list[Queue], items: int, ready: str) -> None:
    worked = earliest_promise(queues, now=NOON, items=items)

    assert datetime.fromisoformat(worked.value).strftime("%H:%M") == ready
    assert len(worked.steps) == len(queues) + 1


def test_every_step_shows_its_sum() -> None:
    worked = earliest_promise([queue("Filling", 14, 2, "1.7")], now=NOON)

    assert str(worked.steps[0]) == "Filling: 14 ahead and this one, 2 people, 1.7 min each: 15 ÷ 2 × 1.7 min = 12.8 min"
    assert str(worked.steps[-1]) == "Up to the next 5 minutes: 12:00 + 12.8 min = 12:15"


def test_less_than_a_minute_each_is_told_in_seconds_so_that_the_sum_can_be_done_again() -> None:
    worked = earliest_promise([queue("Data entry", 35, 2, "0.05")], now=NOON)

    assert str(worked.steps[0]) == "Data entry: 35 ahead and this one, 2 people, 3 s each: 36 ÷ 2 × 3 s = 0.9 min"


def test_an_assumed_figure_and_an_empty_bench_are_said() -> None:
    worked = earliest_promise([queue(people=0, is_measured=False)], now=NOON)

    assert not worked.is_reviewed
    assert [str(each) for each in worked.warnings] == [
        "Nobody is at Filling now; reckoned as if one person were.",
        "Not measured yet today, so the minutes are assumed: Filling. (unreviewed limit)",
    ]


def test_more_work_never_makes_an_earlier_promise() -> None:
    promises = [earliest_promise([queue(ahead=n), queue("Check", n, 2, "1")], now=NOON).exact for n in range(30)]

    assert all(a is not None and b is not None and a <= b for a, b in pairwise(promises))


def test_a_promise_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="one item"):
        earliest_promise([queue()], now=NOON, items=0)
