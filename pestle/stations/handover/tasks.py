"""What somebody has to do at a time, and did: telephone a prescriber, tell a patient, chase a reversal."""

from datetime import datetime, timedelta
from uuid import UUID

from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.stations.acts import demand_bench, one_act
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import PHARMACISTS

LONGEST = timedelta(days=30)
MOST = 200
LONGEST_WORDS = 200


def to_do(pharmacy: Pharmacy) -> tuple[Task, ...]:
    """This will give what is to be done, the first to wake up first."""
    rows = Task.objects.filter(pharmacy=pharmacy).to_do()
    return tuple(rows.select_related("fill__prescription", "patient", "owner", "made_by")[:MOST])


def one(by: Worker, task_id: int) -> Task | None:
    """This will give one task with what it is about; None where this pharmacy has none of that number."""
    rows = Task.objects.filter(pk=task_id, pharmacy_id=by.pharmacy_id)
    return rows.select_related(
        "fill__prescription__patient", "fill__prescription__prescriber", "patient", "owner", "made_by", "done_by"
    ).first()


def is_pharmacists(task: Task) -> bool:
    """This will tell whether only a pharmacist may do it."""
    return task.owner_role in {role.value for role in PHARMACISTS}


@one_act
def take(*, act_id: UUID, by: Worker, at: datetime, task_id: int) -> Task:
    """This will put a worker's name on a task, in place of whoever had it."""
    task = _open(by, task_id)
    Task.objects.filter(pk=task.pk).update(owner=by)
    task.owner = by
    return task


@one_act
def put_off(*, act_id: UUID, by: Worker, at: datetime, task_id: int, until: datetime, because: str) -> Task:
    """This will let a task wake up later, with the reason; refused for a moment gone by or beyond thirty days."""
    task = _open(by, task_id)
    because = _words(because, "Say why it waits: who was asked, what they said.", "because")
    if not at < until <= at + LONGEST:
        raise refuse("Put it off to a time to come, at most 30 days from now.", rule="task_wakes_up", field="until")
    Task.objects.filter(pk=task.pk).update(wakes_at=until, put_off_because=because)
    task.wakes_at, task.put_off_because = until, because
    return task


@one_act
def finish(*, act_id: UUID, by: Worker, at: datetime, task_id: int, outcome: str) -> Task:
    """This will record what came of a task, once."""
    task = _open(by, task_id)
    outcome = _words(outcome, "Write what came of it: who was spoken to, what was agreed.", "outcome")
    Task.objects.filter(pk=task.pk).update(done_by=by, done_at=at, outcome=outcome)
    task.done_by, task.done_at, task.outcome = by, at, outcome
    return task


def _open(by: Worker, task_id: int) -> Task:
    """Hold the row for this act; two at once come one after the other."""
    demand_bench(by, "What is to be done")
    task = Task.objects.select_for_update().filter(pk=task_id, pharmacy_id=by.pharmacy_id).first()
    if task is None:
        raise refuse("This pharmacy has no such task. Open the list of what is to be done anew.", rule="task_is_known")
    if task.done_at is not None:
        raise _done_before(task)
    if is_pharmacists(task) and by.roles.isdisjoint(PHARMACISTS):
        raise refuse("This one is the pharmacist's: call one with Alt P.", rule="who_may", cites="table of roles")
    return task


def _done_before(task: Task) -> Refused:
    who = task.done_by.short_name if task.done_by else "Somebody"
    return refuse(f"{who} has done it already: “{task.outcome}”. Go on with the next.", rule="task_is_open")


def _words(text: str, wanted: str, field: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise refuse(wanted, rule="reason_is_given", field=field)
    if len(words) > LONGEST_WORDS:
        raise refuse(
            f"Keep it to {LONGEST_WORDS} characters: these are {len(words)}.", rule="words_are_short", field=field
        )
    return words
