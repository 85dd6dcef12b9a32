"""What the prescribers of the town write: the same day from the same seed, in messages that the pharmacy can read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pestle.demo import orders, troubles
from pestle.demo.orders import Order, write_day
from pestle.links.pretend import prescriber_desk
from pestle.records.pharmacies import Pharmacy
from pestle.stations.intake.originals import from_script
from pestle.wire import script
from tests.demo.conftest import MORNING

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def _day(_made: Pharmacy) -> list[Order]:
    return []


@pytest.fixture
def day(made_up: Pharmacy, _day: list[Order]) -> list[Order]:
    """A day of 150 orders, written once."""
    if not _day:
        _day.extend(write_day(made_up, count=150, seed=7, run=1, at=MORNING))
    return _day


def test_the_same_seed_writes_the_same_day(made_up: Pharmacy, day: list[Order]) -> None:
    assert write_day(made_up, count=150, seed=7, run=1, at=MORNING) == day


def test_the_next_day_of_the_same_seed_is_another_day(made_up: Pharmacy, day: list[Order]) -> None:
    assert write_day(made_up, count=20, seed=7, run=2, at=MORNING) != day[:20]


def test_a_day_has_as_many_prescriptions_as_were_asked_for(day: list[Order]) -> None:
    assert sum(order.kind == "NewRx" for order in day) == 150


def test_no_order_number_stands_for_two_orders(day: list[Order]) -> None:
    numbers = [order.number for order in day]

    assert len(set(numbers)) == len(numbers)


def test_most_orders_are_plain_and_many_troubles_come(day: list[Order]) -> None:
    met = {order.trouble for order in day if order.trouble}

    assert sum(not order.trouble for order in day) > 50
    assert len(met) > 10
    assert met <= {name for name, _, _ in troubles.TROUBLES} | {"first of two"}


def test_every_order_is_a_message_that_reads_back(day: list[Order]) -> None:
    for order in day:
        if order.kind != "NewRx":
            continue
        raw = prescriber_desk.new_rx(
            order.said, to="2399991", message_id="M1", order_number=order.number, now=NOW
        )  # fmt: skip
        read = from_script(script.decode(raw))

        assert read["envelope"]["order_number"] == order.number
        assert read["patient"]["family"] == order.said["patient"]["family"]
        assert read["drug"]["directions"] == order.said["drug"]["directions"]
        assert read["drug"]["ndc11"] == order.said["drug"]["ndc11"]


def test_what_is_cancelled_was_ordered_before(day: list[Order]) -> None:
    seen: set[str] = set()
    for order in day:
        assert not order.cancels or order.cancels in seen
        seen.add(order.number)


def test_a_script_is_a_line_of_json_for_each_order(tmp_path: Path, day: list[Order]) -> None:
    path = tmp_path / "orders.jsonl"
    orders.save_script(day, path)

    commands = [json.loads(line) for line in path.read_text().splitlines()]

    assert len(commands) == len(day)
    assert {command["do"] for command in commands} <= {"new_rx", "cancel_rx"}
    assert path.stat().st_mode & 0o077 == 0
