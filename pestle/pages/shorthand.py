"""Own shorthand: what is used, what is proposed, what people were seen to type."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.stations.entry import shorthand
from pestle.terms.roles import BENCH, LEADS, PHARMACISTS
from pestle.terms.sig import write_directions

app_name = "shorthand"


def index(request: Request) -> HttpResponse:
    """Show the codes of this pharmacy and what each becomes on a label."""
    rows = [(row, _label(row.text)) for row in shorthand.in_table(request.pharmacy)]
    roles = request.worker.roles
    shown = {
        "rows": rows,
        "seen": shorthand.seen_in_use(request.pharmacy),
        "may_propose": not roles.isdisjoint(BENCH),
        "may_approve": not roles.isdisjoint(PHARMACISTS),
        "may_retire": not roles.isdisjoint(PHARMACISTS | LEADS),
    }
    return render(request, "shorthand/index.html", shown)


@require_POST
@may(BENCH)
def propose(request: Request) -> HttpResponse:
    """Put a code forward."""
    said = request.POST
    shorthand.propose(**_act(request), short=said.get("short", ""), text=said.get("text", ""))
    return redirect("shorthand:index")


@require_POST
@may(PHARMACISTS)
def approve(request: Request, pk: int) -> HttpResponse:
    """Let a code be used."""
    shorthand.approve(**_act(request), shorthand_id=pk)
    return redirect("shorthand:index")


@require_POST
@may(BENCH)
def retire(request: Request, pk: int) -> HttpResponse:
    """Take a code out of use, or turn a proposal down."""
    shorthand.retire(**_act(request), shorthand_id=pk, because=request.POST.get("because", ""))
    return redirect("shorthand:index")


def _label(text: str) -> str:
    read = shorthand.reading_of(text)
    return "" if read.questions or read.unread else write_directions(read).text


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("propose/", propose, name="propose"),
    path("<int:pk>/approve/", approve, name="approve"),
    path("<int:pk>/retire/", retire, name="retire"),
]
