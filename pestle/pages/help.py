"""Help: F1 on any page explains its station; the first day's tour walks one made-up prescription down the street."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, resolve
from django.views.decorators.http import require_POST

from pestle.pages.house.refusals import stays_on_page
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, may, shows_patients
from pestle.pages.house.tour_strip import ON_TOUR, strip_of
from pestle.stations import explaining, touring
from pestle.terms.roles import BENCH

app_name = "help"


def index(request: Request) -> HttpResponse:
    """Explain the station of a page; as a part of that page where it stays, else as a page of its own."""
    shown = {"told": explaining.explain(_station_of(request.GET.get("page", "")), request.worker.roles)}
    return render(request, "help/part.html" if stays_on_page(request) else "help/index.html", shown)


@may(BENCH)
@shows_patients
def tour(request: Request) -> HttpResponse:
    """Show the way and how far one has come; F10 begins, goes on, or begins again."""
    standing = touring.standing(request.worker)
    if standing is not None and standing.fill is not None:
        request.saw(standing.fill.prescription.patient_id)
    return render(request, "help/tour.html", {"standing": standing, "stops": touring.STOPS})


@require_POST
@may(BENCH)
@shows_patients
def begin(request: Request) -> HttpResponse:
    """Let the prescription of the tour arrive, or take up the one that is under way, and show the strip everywhere."""
    touring.begin(act_id=request.act_id, by=request.worker, at=request.arrived_at)
    request.session[ON_TOUR] = True
    standing = touring.standing(request.worker)
    return redirect(standing.stop.page if standing else "help:tour")


@require_POST
@may(BENCH)
@shows_patients
def let_ben(request: Request) -> HttpResponse:
    """Let the made-up pharmacist do his part, then go to where the prescription is now."""
    touring.let_ben(act_id=request.act_id, by=request.worker, at=request.arrived_at)
    standing = touring.standing(request.worker)
    return redirect(standing.stop.page if standing else "help:tour")


@require_POST
@changes_nothing
def leave(request: Request) -> HttpResponse:
    """Take the strip away; the tour goes on where it was left."""
    request.session.pop(ON_TOUR, None)
    return redirect("help:tour")


@may(BENCH)
@shows_patients
def strip(request: Request) -> HttpResponse:
    """Give the strip as it stands now, after a scan moved the prescription."""
    return render(request, "parts/tour.html", {"tour": strip_of(request)})


def _station_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path or "/").app_name
    except Http404:
        return ""


urlpatterns = [
    path("", index, name="index"),
    path("first-day/", tour, name="tour"),
    path("first-day/begin/", begin, name="begin"),
    path("first-day/ben/", let_ben, name="let_ben"),
    path("first-day/leave/", leave, name="leave"),
    path("first-day/strip/", strip, name="strip"),
]
