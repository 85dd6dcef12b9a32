"""Suspect product: what is set apart, its verification requests and clocks, and what the FDA was told."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.flows.suspect import SUSPECT
from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.pages.house.typed import chosen
from pestle.records.withdrawn.suspects import FORM
from pestle.rules.recalls import packages_to_verify
from pestle.stations.withdrawn import suspecting
from pestle.terms.roles import BENCH, PHARMACISTS, Role

app_name = "suspects"


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show what is suspect or illegitimate and not ended."""
    shown = {"suspects": suspecting.open_suspects(request.pharmacy), "now": request.arrived_at}
    return render(request, "suspects/index.html", shown)


@may(BENCH, Role.AUDITOR)
def suspect(request: Request, pk: int) -> HttpResponse:
    """Show one suspect product with its requests, its tracing data and its form."""
    found = suspecting.the_suspect(pk, request.worker, holds=False)
    facts = found.facts(request.arrived_at, request.worker)
    shown = {
        "suspect": found,
        "requests": found.requests.select_related("asked_by").order_by("asked_at", "pk"),
        "traced": suspecting.traced_of(found),
        "ways": {way.step.verb: way for way in SUSPECT.steps_open_to(facts, request.worker.roles)},
        "wanted": packages_to_verify(found.packages),
        "facts": facts,
        "events": found.events().select_related("worker"),
        "classes": suspecting.CLASSES,
        "is_pharmacist": not request.worker.roles.isdisjoint(PHARMACISTS),
        "is_late": found.tell_by is not None and found.told_at is None and request.arrived_at > found.tell_by,
        "now": request.arrived_at,
    }
    return render(request, "suspects/suspect.html", shown)


@require_POST
@may(BENCH)
def new(request: Request) -> HttpResponse:
    """Set packages of a lot apart as suspect."""
    numbers = [chosen(request.POST.get(name, "")) or 0 for name in ("lot", "place", "packages")]
    made = suspecting.quarantine(
        **_act(request), lot_id=numbers[0], place_id=numbers[1], packages=numbers[2],
        because=request.POST.get("because", ""),
    )  # fmt: skip
    return redirect("suspects:suspect", made.pk)


@require_POST
@may(BENCH)
def ask(request: Request, pk: int) -> HttpResponse:
    """Record that a maker was asked."""
    serial, asked_of = request.POST.get("serial", ""), request.POST.get("asked_of", "")
    suspecting.ask(**_act(request), suspect_id=pk, serial=serial, asked_of=asked_of)
    return redirect("suspects:suspect", pk)


@require_POST
@may(BENCH)
def hear(request: Request, request_id: int) -> HttpResponse:
    """Record what a maker answered."""
    is_verified = request.POST.get("answer") == "verified"
    words = request.POST.get("words", "")
    found = suspecting.hear(**_act(request), request_id=request_id, is_verified=is_verified, words=words)
    return redirect("suspects:suspect", found.pk)


@require_POST
@may(BENCH)
def clear(request: Request, pk: int) -> HttpResponse:
    """Clear the product."""
    reason = request.POST.get("reason", "")
    suspecting.clear(**_act(request), suspect_id=pk, reason=reason, because=reasons_given(request))
    return redirect("suspects:suspect", pk)


@require_POST
@may(BENCH)
def condemn(request: Request, pk: int) -> HttpResponse:
    """Find the product illegitimate."""
    suspecting.condemn(**_act(request), suspect_id=pk, reason=request.POST.get("reason", ""))
    return redirect("suspects:suspect", pk)


@require_POST
@may(BENCH)
def notify(request: Request, pk: int) -> HttpResponse:
    """Record that the FDA and the partners were told."""
    suspecting.notify(**_act(request), suspect_id=pk, form={name: request.POST.get(name, "") for name in FORM})
    return redirect("suspects:suspect", pk)


@require_POST
@may(BENCH)
def end(request: Request, pk: int) -> HttpResponse:
    """End the notification."""
    suspecting.end(**_act(request), suspect_id=pk, reason=request.POST.get("reason", ""))
    return redirect("suspects:suspect", pk)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("new/", new, name="new"),
    path("requests/<int:request_id>/", hear, name="hear"),
    path("<int:pk>/", suspect, name="suspect"),
    path("<int:pk>/ask/", ask, name="ask"),
    path("<int:pk>/clear/", clear, name="clear"),
    path("<int:pk>/condemn/", condemn, name="condemn"),
    path("<int:pk>/notify/", notify, name="notify"),
    path("<int:pk>/end/", end, name="end"),
]
