"""How e-prescriptions come on a day of faults: twice, three times, out of order, and after their own cancellation."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from pestle.demo.orders import Order

TWICE, THREE_TIMES, CANCELLED_FIRST, JUMBLED_SECONDS = 8.0, 2.0, 4.0, 6.0


def flurry(orders: Sequence[Order], chance: Random) -> list[Order]:
    """This will give the orders as they come on a day of faults; none is taken away."""
    come: list[Order] = []
    cancelled = {order.cancels for order in orders if order.kind == "CancelRx"}
    repeated = {order.repeats for order in orders if order.repeats}
    for order in orders:
        is_whole = order.kind == "NewRx" and order.number not in cancelled | repeated and not order.repeats
        if is_whole and chance.random() * 100 < CANCELLED_FIRST:
            come.append(replace(order, number=f"{order.number}-x", kind="CancelRx", cancels=order.number))
            come.append(replace(order, trouble="cancelled first", after=order.after + chance.uniform(2.0, 8.0)))
            continue
        drawn = chance.random() * 100
        copies = 3 if drawn < THREE_TIMES else 2 if drawn < THREE_TIMES + TWICE else order.copies
        come.append(replace(order, copies=max(copies, order.copies), after=order.after + _jumble(chance)))
    return come


def _jumble(chance: Random) -> float:
    return chance.uniform(0.0, JUMBLED_SECONDS) if chance.random() < 0.3 else 0.0
