"""To do: what somebody has to do at a time, what came of it, or why it waits longer."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.records.handover import Task
from pestle.stations import board
from pestle.stations.handover import tasks
from pestle.terms.findings import refuse

app_name = "tasks"

LATER = {"1": "in an hour", "4": "in four hours", "24": "tomorrow", "72": "in three days", "168": "in a week"}


@shows_patients
def index(request: Request) -> HttpResponse:
    """Show what is to be done, the first to wake up first."""
    rows = tasks.to_do(request.pharmacy)
    request.saw(*{patient for each in rows if (patient := _patient_of(each)) is not None})
    return render(request, "tasks/index.html", {"rows": [(each, board.owner_of(each)) for each in rows]})


@shows_patients
def task(request: Request, pk: int) -> HttpResponse:
    """Show one thing to do: what it is about, whom to ask, what came of it."""
    found = tasks.one(request.worker, pk)
    if found is None:
        raise Http404
    patient = found.patient or (found.fill.prescription.patient if found.fill else None)
    if patient is not None:
        request.saw(patient.pk)
    shown = {
        "task": found, "owner": board.owner_of(found), "patient": patient, "later": list(LATER.items()),
        "is_pharmacists": tasks.is_pharmacists(found),
    }  # fmt: skip
    return render(request, "tasks/task.html", shown)


@require_POST
@shows_patients
def finish(request: Request, pk: int) -> HttpResponse:
    """Record what came of it."""
    tasks.finish(**_act(request), task_id=pk, outcome=request.POST.get("outcome", ""))
    return redirect("tasks:index")


@require_POST
@shows_patients
def put_off(request: Request, pk: int) -> HttpResponse:
    """Let it wake up later."""
    hours = request.POST.get("hours", "")
    if hours not in LATER:
        raise refuse("Choose when it is to come back.", rule="task_wakes_up", field="hours")
    until = request.arrived_at + timedelta(hours=int(hours))
    tasks.put_off(**_act(request), task_id=pk, until=until, because=request.POST.get("because", ""))
    return redirect("tasks:index")


@require_POST
@shows_patients
def take(request: Request, pk: int) -> HttpResponse:
    """Put one's own name on it."""
    tasks.take(**_act(request), task_id=pk)
    return redirect("tasks:task", pk)


def _patient_of(each: Task) -> int | None:
    return each.patient_id or (each.fill.prescription.patient_id if each.fill else None)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("<int:pk>/", task, name="task"),
    path("<int:pk>/finish/", finish, name="finish"),
    path("<int:pk>/put-off/", put_off, name="put_off"),
    path("<int:pk>/take/", take, name="take"),
]
