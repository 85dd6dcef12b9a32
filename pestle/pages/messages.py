"""Messages in trouble: what could not be sent, read or dealt with, and what a person can do about each."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.stations import message_desk, outbox
from pestle.terms.findings import refuse

app_name = "messages"


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show every message a person should look at, the oldest first, and what still goes out by itself."""
    return render(
        request, "messages/queue.html", {"trouble": message_desk.trouble(request.pharmacy, request.arrived_at)}
    )


@shows_patients
def message(request: Request, pk: int) -> HttpResponse:
    """Show one message as it came or would go, what went wrong, and its history."""
    found = message_desk.one(request.worker, pk, request.arrived_at)
    if found is None:
        raise Http404
    request.saw(found.patient_id)
    return render(request, "messages/message.html", {"found": found, "message": found.message})


@require_POST
@shows_patients
def again(request: Request, pk: int) -> HttpResponse:
    """Send it again now."""
    outbox.send_again(**_act(request), message_id=pk)
    return redirect("messages:queue")


@require_POST
@shows_patients
def aside(request: Request, pk: int) -> HttpResponse:
    """Record that somebody dealt with it by hand."""
    because = request.POST.get("because", "").strip()
    if not because:
        raise refuse("Write what was done about it.", rule="reason_is_given", field="because")
    outbox.set_aside(**_act(request), message_id=pk, because=because)
    return redirect("messages:queue")


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", queue, name="queue"),
    path("<int:pk>/", message, name="message"),
    path("<int:pk>/again/", again, name="again"),
    path("<int:pk>/aside/", aside, name="aside"),
]
