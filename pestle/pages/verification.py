"""Verification: the pharmacist's two checks of what is in the vial, or back with the field marked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import allergies_of, reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import road
from pestle.pages.where import ROAD
from pestle.rules.checking import CHECKS
from pestle.stations import scanning
from pestle.stations.bench import filling_extras, filling_scans, verification, verification_desk
from pestle.stations.handover import counselling
from pestle.terms.schedule import Schedule

app_name = "verification"
MARKS = tuple((name, words) for name, words, _ in verification.FIELDS)
NAMES = frozenset(name for name, _ in MARKS)


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what waits for the final check; nothing opens by itself."""
    fills = verification_desk.queue(request.pharmacy)
    done = verification_desk.just_verified(request.pharmacy, request.worker)
    request.saw(*(each.prescription.patient_id for each in (*fills, *done)))
    return render(request, "verification/queue.html", {"fills": fills, "done": done})


@shows_patients
def check(request: Request, pk: int) -> HttpResponse:
    """Show one fill with both checks, neither of them ticked."""
    return render(request, "verification/check.html", _shown(request, pk))


@shows_patients
def act(request: Request, pk: int) -> HttpResponse:
    """Give the button of the corner again: with a field marked, it sends back."""
    return render(request, "verification/act.html", _shown(request, pk))


@require_POST
@changes_nothing
@shows_patients
def scan(request: Request) -> HttpResponse:
    """Open the fill whose vial was scanned in the queue."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.fill is None:
        return not_here(found, "Scan the label of a vial.")
    request.saw(found.fill.prescription.patient_id)
    return scan_answer("match", "Vial", go=reverse("verification:check", args=[found.fill.pk]))


@require_POST
@shows_patients
def scan_vial(request: Request, pk: int) -> HttpResponse:
    """Take the scan of the vial in hand; another fill's label stops."""
    text = request.POST.get("text", "")
    filling_scans.scan_vial(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, text=text)
    shown = _shown(request, pk)
    html = render_to_string("verification/vial.html", shown, request=request)
    return scan_answer(
        "match", f"Vial {shown['rx'].rx_number}", words="This vial carries this fill's label.", html=html
    )


@require_POST
@shows_patients
def answer(request: Request, pk: int) -> HttpResponse:
    """Take the pharmacist's answer: with fields marked it goes back, else both checks are answered for."""
    fields = request.POST.getlist("fields")
    if fields:
        verification.send_back(
            act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, fields=fields,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    else:
        verification.verify(
            act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk,
            checked=request.POST.getlist("checked"), counsel_because=request.POST.get("counsel"),
            because=reasons_given(request),
        )  # fmt: skip
    return redirect("verification:queue")


def _shown(request: Request, pk: int) -> dict[str, Any]:
    asked = request.GET if request.method == "GET" else request.POST
    checked = frozenset(asked.getlist("checked")) & CHECKS
    desk = verification_desk.desk(request.worker, pk, request.arrived_at, checked=checked)
    rx = desk.fill.prescription
    request.saw(rx.patient_id)
    return {
        "desk": desk,
        "sheet": desk,
        "fill": desk.fill,
        "rx": rx,
        "patient": rx.patient,
        "allergies": allergies_of(rx.patient),
        "schedule": Schedule(rx.schedule),
        "original": rx.as_received,
        "road": road(ROAD, here="Verification", notes=_notes(desk)),
        "marks": MARKS,
        "cap": filling_extras.cap_words(desk.fill),
        "marked": [name for name in asked.getlist("fields") if name in NAMES],
        "left": [name for name in ("data", "product") if name not in checked],
        "shut": desk.standing[0] if desk.standing else None,
        "liftable": [each for each in desk.standing if each.may_be_lifted_by(request.worker.roles)],
        "counsel_reasons": [("", "no flag: offer only"), *((each, each) for each in _reasons(desk.counsel))],
    }


def _reasons(counsel: str) -> tuple[str, ...]:
    known = counselling.REASONS
    return known if not counsel or counsel in known else (counsel, *known)


def _notes(desk: verification_desk.Desk) -> dict[str, str]:
    who = desk.fill.filled_by
    return {"Filling": who.short_name} if who else {}


urlpatterns = [
    path("", queue, name="queue"),
    path("scan/", scan, name="scan"),
    path("<int:pk>/", check, name="check"),
    path("<int:pk>/act/", act, name="act"),
    path("<int:pk>/scan/", scan_vial, name="scan_vial"),
    path("<int:pk>/answer/", answer, name="answer"),
]
