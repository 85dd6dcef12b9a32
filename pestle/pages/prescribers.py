"""Prescribers: find one by name or number, and change what is written of them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.stations.intake import prescribers
from pestle.terms.roles import BENCH, PHARMACISTS, Role

app_name = "prescribers"
READERS = BENCH | {Role.AUDITOR}
SCHEDULES = tuple((each.value, each.label) for each in prescribers.SCHEDULES)
YES_NO = (("yes", "yes"), ("no", "no longer"))


@may(READERS)
def index(request: Request) -> HttpResponse:
    """Find prescribers as somebody types."""
    text = request.GET.get("q", "").strip()
    shown = {"text": text, "found": prescribers.find(text, request.pharmacy), "back": _back(request)}
    page = "prescribers/found.html" if request.headers.get("HX-Request") else "prescribers/index.html"
    return render(request, page, shown)


@may(READERS)
def profile(request: Request, pk: int) -> HttpResponse:
    """Show one prescriber, ready to be changed."""
    found = prescribers.profile(request.worker, pk, request.arrived_at)
    shown = {
        "profile": found,
        "prescriber": found.prescriber,
        "schedules": SCHEDULES,
        "may_write_schedules": not request.worker.roles.isdisjoint(PHARMACISTS),
        "may_change": not request.worker.roles.isdisjoint(BENCH),
        "yes_no": YES_NO,
        "back": _back(request),
    }
    return render(request, "prescribers/profile.html", shown)


@require_POST
@may(READERS)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what is written of the prescriber."""
    typed = {name: request.POST[name] for name in prescribers.EDITED if name in request.POST}
    if "schedules_are_shown" in request.POST:
        typed["dea_schedules"] = " ".join(request.POST.getlist("dea_schedules"))
    prescribers.edit(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, prescriber_id=pk, typed=typed
    )  # fmt: skip
    back = _back(request)
    return redirect(f"{reverse('prescribers:profile', args=(pk,))}{'?' + urlencode({'back': back}) if back else ''}")


def _back(request: Request) -> str:
    """Give the page of the work that led here, on this server only."""
    place = request.POST.get("back") or request.GET.get("back", "")
    is_here = url_has_allowed_host_and_scheme(place, None) and place.startswith("/")
    return place if is_here else ""


urlpatterns = [
    path("", index, name="index"),
    path("<int:pk>/", profile, name="profile"),
    path("<int:pk>/edit/", edit, name="edit"),
]
