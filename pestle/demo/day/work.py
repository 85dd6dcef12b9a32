"""How somebody at work finds the next piece and goes on when something stands in the way."""

from collections.abc import Callable, Sequence

from django.db import connection

from pestle.demo.day.desk import AWAY, Desk, is_somebody_faster, rules_of
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.terms.findings import Refused

Duty = Callable[[Desk, Worker], bool]
Work = Callable[[Desk, Worker, Fill], None]
LOOKED_AT = 60
SHORT_WAIT, FOR_GOOD = 1.0, 1e9
# Somebody else deals with these: the bench is told to pull it, or a claim is still on its way.
COMES_BY_ITSELF = frozenset({"prescriber_has_not_cancelled", "claim_is_settled", "no_claim_is_on_its_way"})


class NotNow(Exception):
    """This piece waits for something that comes by itself: it is looked at again a little later."""


def next_fill(desk: Desk, by: Worker, states: Sequence[FillState], work: Work) -> bool:
    """This will work on the most urgent free fill in these states; gives whether there was one."""
    waiting = Fill.objects.filter(pharmacy=desk.pharmacy).in_state(*states)
    for pk in list(waiting.values_list("pk", flat=True)[:LOOKED_AT]):
        if desk.is_left(work.__name__, pk):
            continue
        with desk.at_work_on(pk) as is_free:
            if is_free and _worked_on(desk, by, pk, states, work):
                return True
    return False


def load(pk: int) -> Fill:
    """This will load a fill as it is now, with what people look at."""
    rows = Fill.objects.with_names().select_related("pharmacy", "package__product", "prescription__product")
    return rows.get(pk=pk)


def _worked_on(desk: Desk, by: Worker, pk: int, states: Sequence[FillState], work: Work) -> bool:
    fill = load(pk)
    if fill.state not in states:
        return False
    try:
        work(desk, by, fill)
    except NotNow:
        desk.leave(pk, SHORT_WAIT)
        return False
    except Refused as refusal:
        _go_on(desk, by, fill, states, refusal)
    except AWAY:
        connection.close()
        desk.meet("looked again")
        desk.leave(pk, SHORT_WAIT)
    except Exception:
        desk.note_fault(f"fill {pk} in {fill.state}")
        desk.leave(pk, FOR_GOOD)
    return True


def _go_on(desk: Desk, by: Worker, fill: Fill, states: Sequence[FillState], refusal: Refused) -> None:
    has_moved = load(fill.pk).state not in states
    if has_moved or is_somebody_faster(refusal) or rules_of(refusal) & COMES_BY_ITSELF:
        desk.leave(fill.pk, SHORT_WAIT)
        return
    try:
        desk.put_aside(load(fill.pk), refusal, by=by)
    except Refused as again:
        desk.faults.append(f"fill {fill.pk} in {fill.state}: {refusal} It cannot be held either: {again}")
        desk.leave(fill.pk, FOR_GOOD)
