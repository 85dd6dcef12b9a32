"""Patients: find one by name, birth date or telephone, and the profile with everything that is known of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import allergies_of
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, shows_patients
from pestle.stations.entry import patients, profiles
from pestle.stations.entry.patients import day_asked
from pestle.stations.intake import cards, new_people
from pestle.stations.intake.new_people import Card
from pestle.terms.sig import languages

app_name = "patients"
SEXES = (("F", "female"), ("M", "male"), ("U", "not said"))
YES_NO = (("no", "no"), ("yes", "yes"))
PREGNANT = (("", "not asked"), ("no", "no"), ("yes", "yes"))
RELATIONSHIPS = (("1", "cardholder"), ("2", "spouse"), ("3", "child"), ("4", "other"))
CARD = ("bin", "pcn", "group", "cardholder_id", "person_code", "relationship", "plan_name")


@shows_patients
def index(request: Request) -> HttpResponse:
    """Find patients as somebody types; names are short until one is opened."""
    text = request.GET.get("q", "").strip()
    found = profiles.find(text, request.pharmacy)
    request.saw(*(each.pk for each in found))
    page = "patients/found.html" if request.headers.get("HX-Request") else "patients/index.html"
    return render(request, page, {"text": text, "found": found})


@shows_patients
def profile(request: Request, pk: int) -> HttpResponse:
    """Show one patient."""
    return render(request, "patients/profile.html", _profile(request, pk))


@require_POST
@changes_nothing
@shows_patients
def read_card(request: Request, pk: int) -> HttpResponse:
    """Read a card's code, scanned or photographed, into the fields of a new plan; nothing is kept yet."""
    sent = request.FILES.get("card_picture")
    proposed = cards.propose_from_picture(sent.read()) if sent else cards.propose(request.POST.get("card_text", ""))
    return render(request, "patients/profile.html", _profile(request, pk) | {"card": proposed})


def _profile(request: Request, pk: int) -> dict[str, Any]:
    found = profiles.profile(request.worker, pk, request.arrived_at)
    request.saw(pk)
    return {
        "profile": found,
        "patient": found.patient,
        "allergies": allergies_of(found.patient),
        "sexes": SEXES,
        "yes_no": YES_NO,
        "pregnant": PREGNANT,
        "languages": [(each, each) for each in languages()],
        "relationships": RELATIONSHIPS,
        "is_pregnant": {True: "yes", False: "no", None: ""}[found.patient.is_pregnant],
    }


@require_POST
@shows_patients
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what is written of the patient."""
    typed = {name: request.POST[name] for name in patients.EDITED if name in request.POST}
    patients.edit(**_act(request), patient_id=pk, typed=typed)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def allergies(request: Request, pk: int) -> HttpResponse:
    """Write down that allergies were asked: a new one, none, or no change."""
    name, reaction = request.POST.get("allergen", "").strip(), request.POST.get("reaction", "")
    none_known = request.POST.get("answer") == "none"
    new = ((name, reaction),) if name and not none_known else ()
    new_people.ask_allergies(**_act(request), patient_id=pk, none_known=none_known, new=new)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def end_allergy(request: Request, pk: int, allergy: int) -> HttpResponse:
    """End an allergy that is none."""
    patients.end_allergy(**_act(request), allergy_id=allergy, because=request.POST.get("because", ""))
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def condition(request: Request, pk: int) -> HttpResponse:
    """Write down a condition."""
    words, code = request.POST.get("words", ""), request.POST.get("code", "")
    patients.add_condition(**_act(request), patient_id=pk, words=words, code=code)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def end_condition(request: Request, pk: int, condition: int) -> HttpResponse:
    """End a condition that is over, or was told wrongly."""
    patients.end_condition(**_act(request), condition_id=condition, because=request.POST.get("because", ""))
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def coverage(request: Request, pk: int) -> HttpResponse:
    """Add a card as the next plan in the order of billing."""
    card = Card(**{name: request.POST.get(name, "") for name in CARD})
    new_people.add_coverage(**_act(request), patient_id=pk, card=card)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def change_coverage(request: Request, pk: int, coverage: int) -> HttpResponse:
    """End a plan, or bill it first."""
    act = patients.end_coverage if request.POST.get("way") == "end" else patients.bill_first
    act(**_act(request), coverage_id=coverage)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def proxy(request: Request, pk: int) -> HttpResponse:
    """Name somebody who may collect."""
    patients.add_proxy(
        **_act(request),
        patient_id=pk,
        name=request.POST.get("name", ""),
        relation=request.POST.get("relation", ""),
        birth_on=day_asked(request.POST.get("proxy_birth_on", ""), "proxy_birth_on"),
    )
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def end_proxy(request: Request, pk: int, proxy: int) -> HttpResponse:
    """End somebody's right to collect."""
    patients.end_proxy(**_act(request), proxy_id=proxy)
    return redirect("patients:profile", pk)


@require_POST
@shows_patients
def caps(request: Request, pk: int) -> HttpResponse:
    """Write down which caps the patient asks for."""
    patients.waive_caps(**_act(request), patient_id=pk, is_waived=request.POST.get("caps") == "easy")
    return redirect("patients:profile", pk)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("<int:pk>/", profile, name="profile"),
    path("<int:pk>/edit/", edit, name="edit"),
    path("<int:pk>/allergies/", allergies, name="allergies"),
    path("<int:pk>/allergies/<int:allergy>/end/", end_allergy, name="end_allergy"),
    path("<int:pk>/condition/", condition, name="condition"),
    path("<int:pk>/condition/<int:condition>/end/", end_condition, name="end_condition"),
    path("<int:pk>/card/read/", read_card, name="read_card"),
    path("<int:pk>/coverage/", coverage, name="coverage"),
    path("<int:pk>/coverage/<int:coverage>/", change_coverage, name="change_coverage"),
    path("<int:pk>/proxy/", proxy, name="proxy"),
    path("<int:pk>/proxy/<int:proxy>/end/", end_proxy, name="end_proxy"),
    path("<int:pk>/caps/", caps, name="caps"),
]
