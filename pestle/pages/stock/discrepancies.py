"""Discrepancies: what was counted and is not in the book, what may explain it, what was said, and its end."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.pages.house.typed import chosen
from pestle.pages.stock.second_person import second_person
from pestle.stations.stock import discrepancies
from pestle.terms.roles import BENCH, PHARMACISTS, Role

app_name = "discrepancies"


@may(BENCH, Role.AUDITOR)
def queue(request: Request) -> HttpResponse:
    """Show what is not explained yet, the first due first, and what was closed."""
    shown = {
        "standing": discrepancies.standing(request.pharmacy), "ended": discrepancies.ended(request.pharmacy),
        "sees_the_book": not request.worker.roles.isdisjoint(discrepancies.SEES_THE_BOOK),
    }  # fmt: skip
    return render(request, "discrepancies/queue.html", shown)


@may(BENCH, Role.AUDITOR)
def one(request: Request, pk: int) -> HttpResponse:
    """Show one discrepancy; the book's figures only to whoever may see them."""
    shown = discrepancies.shown(request.worker, pk, request.arrived_at)
    ways = {way.step.verb: way for way in shown.ways}
    context: dict[str, Any] = {
        "shown": shown, "row": shown.discrepancy, "ways": ways, "outcomes": discrepancies.OUTCOMES,
        "may_close": not request.worker.roles.isdisjoint(PHARMACISTS),
    }  # fmt: skip
    return render(request, "discrepancies/one.html", context)


@require_POST
@may(BENCH)
def explain(request: Request, pk: int) -> HttpResponse:
    """Write down what was found."""
    discrepancies.explain(**_act(request), discrepancy_id=pk, words=request.POST.get("reason", ""))
    return redirect("discrepancies:one", pk)


@require_POST
@may(PHARMACISTS)
def escalate(request: Request, pk: int) -> HttpResponse:
    """Hand it to the pharmacist in charge."""
    discrepancies.escalate(**_act(request), discrepancy_id=pk)
    return redirect("discrepancies:one", pk)


@require_POST
@may(PHARMACISTS)
def close(request: Request, pk: int) -> HttpResponse:
    """End it, with a second person where the book is corrected."""
    discrepancies.close(
        **_act(request), discrepancy_id=pk, outcome=request.POST.get("outcome", ""),
        lot_id=chosen(request.POST.get("lot", "")), witness=second_person(request),
    )  # fmt: skip
    return redirect("discrepancies:queue")


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", queue, name="queue"),
    path("<int:pk>/", one, name="one"),
    path("<int:pk>/explain/", explain, name="explain"),
    path("<int:pk>/escalate/", escalate, name="escalate"),
    path("<int:pk>/close/", close, name="close"),
]
