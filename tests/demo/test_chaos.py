"""The day of faults: what goes wrong is the same from the same seed, and nothing of the day is taken away by it."""

from collections import Counter
from itertools import islice
from random import Random

from pestle.demo.chaos import plan
from pestle.demo.chaos.flurry import flurry
from pestle.demo.orders import Order


def some(seed: int, count: int = 200) -> list[plan.Fault]:
    return list(islice(plan.faults(seed, least_pause=1.0, most_pause=2.0), count))


def test_the_same_seed_brings_the_same_faults_and_another_seed_others() -> None:
    assert some(7) == some(7)
    assert some(7) != some(8)


def test_each_of_our_programs_is_killed_as_often_as_the_others() -> None:
    killed = Counter(fault.what for fault in some(7, 180) if fault.kind == plan.KILL and fault.what in plan.OURS)

    assert killed == dict.fromkeys(plan.OURS, 30)


def test_every_other_fault_comes_once_in_each_round() -> None:
    others = [(each.kind, each.what, each.seconds) for each in some(7, 2 * len(plan.OTHERS))[1::2]]

    assert sorted(others) == sorted(plan.OTHERS)
    assert all(fault.words for fault in some(7))


def test_a_flurry_sends_twice_and_out_of_order_and_loses_nothing() -> None:
    orders = [Order(f"7-1-{number:04}", {}) for number in range(300)]

    come = flurry(orders, Random("7"))  # noqa: S311

    assert [each.number for each in come if each.kind == "NewRx"] == [each.number for each in orders]
    assert {each.copies for each in come} == {1, 2, 3}
    assert [each.after for each in come] != sorted(each.after for each in come)
    for cancel in (each for each in come if each.kind == "CancelRx"):
        order = next(each for each in come if each.number == cancel.cancels)
        assert cancel.after < order.after


def test_an_order_that_is_cancelled_anyway_is_cancelled_once() -> None:
    order = Order("7-1-0001", {})
    cancel = Order("7-1-0001-x", {}, kind="CancelRx", cancels="7-1-0001")

    come = [each for seed in range(60) for each in flurry([order, cancel], Random(seed))]  # noqa: S311

    assert sum(each.kind == "CancelRx" for each in come) == 60
