"""What the codes scanned at a register prove to be in the hand."""

from collections.abc import Iterable

from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations import scanning


def in_hand(codes: Iterable[str], by: Worker) -> frozenset[int]:
    """This will give the ids of the fills that were scanned: one by its label, all that stand in a bag by its tag."""
    found: set[int] = set()
    for code in codes:
        thing = scanning.resolve(code, by.pharmacy)
        if thing.fill is not None:
            found.add(thing.fill.pk)
        elif thing.bag is not None:
            found |= set(ready_in(thing.bag.pk))
    return frozenset(found)


def ready_in(bag_id: int) -> list[int]:
    """This will give the ids of what in a bag can be handed over."""
    return list(Fill.objects.filter(bag_id=bag_id, state=FillState.IN_WILL_CALL).values_list("pk", flat=True))
