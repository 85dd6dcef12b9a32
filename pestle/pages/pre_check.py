"""Pre-check: the pharmacist compares, decides what was found, and approves or sends back with the field marked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import allergies_of, reasons_given
from pestle.pages.house.holding import hold_fields, hold_fill
from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.shapes import Choice, road
from pestle.pages.where import ROAD
from pestle.stations.bench import verification
from pestle.stations.entry import calculator, package_figures, pre_check
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule

app_name = "pre_check"
MARKS = frozenset(name for name, _, where in verification.FIELDS if where == "entry")


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what waits for the first check, the most urgent first."""
    rows = pre_check.queue(request.pharmacy)
    request.saw(*(fill.prescription.patient_id for fill, _, _ in rows))
    return render(request, "pre_check/queue.html", {"rows": rows})


@shows_patients
def check(request: Request, pk: int) -> HttpResponse:
    """Show one fill: typed against written, what was found, what is new."""
    return render(request, "pre_check/check.html", _shown(request, pk))


@shows_patients
def act(request: Request, pk: int) -> HttpResponse:
    """Give the button of the corner again: with a field marked, it sends back."""
    marked = [name for name in request.GET.getlist("fields") if name in MARKS]
    return render(request, "pre_check/act.html", _shown(request, pk) | {"marked": marked})


@require_POST
@shows_patients
def decide(request: Request, pk: int, finding: int) -> HttpResponse:
    """Record the decision about one finding."""
    pre_check.decide(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        finding_id=finding,
        preset=request.POST.get("preset", ""),
        remark=request.POST.get("remark", ""),
    )
    return redirect("pre_check:check", pk)


@require_POST
@shows_patients
def approve(request: Request, pk: int) -> HttpResponse:
    """Accept the typed prescription; nothing opens by itself afterwards."""
    verification.approve(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        fill_id=pk,
        because=reasons_given(request),
        remark=request.POST.get("remark", ""),
    )
    return redirect("pre_check:queue")


@require_POST
@shows_patients
def send_back(request: Request, pk: int) -> HttpResponse:
    """Send the fill back to entry, where the technician lands on the first marked field."""
    verification.send_back(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        fill_id=pk,
        fields=request.POST.getlist("fields"),
        reason=request.POST.get("reason", ""),
    )
    return redirect("pre_check:queue")


@require_POST
@shows_patients
def hold(request: Request, pk: int) -> HttpResponse:
    """Put the fill aside with a reason, an owner and a time."""
    hold_fill(request, pk)
    return redirect("pre_check:queue")


def _shown(request: Request, pk: int) -> dict[str, Any]:
    found = pre_check.check(request.worker, pk, request.arrived_at)
    rx = found.fill.prescription
    request.saw(rx.patient_id)
    findings = found.approve.findings if found.approve else ()
    return {
        "check": found,
        "sheet": found,
        "fill": found.fill,
        "rx": rx,
        "patient": rx.patient,
        "allergies": allergies_of(rx.patient),
        "schedule": Schedule(rx.schedule),
        "original": rx.as_received,
        "road": road(ROAD, here="Pre-check"),
        "figures": package_figures.figures_of(found.fill),
        "may_check_figures": not request.worker.roles.isdisjoint(PHARMACISTS),
        "kept": calculator.kept_with(found.fill),
        "presets": [_choice(each) for each in pre_check.PRESETS],
        "shut": findings[0] if findings else None,
        "liftable": [each for each in findings if each.may_be_lifted_by(request.worker.roles)],
        "is_here": found.approve is not None,
        "first_open": next((each.pk for each in found.alerts if each.decided_by_id is None), None),
        **hold_fields(request),
    }


def _choice(preset: pre_check.Preset) -> Choice:
    note = "with a note: whom, when, what" if preset.needs_a_note else ""
    codes = f"{preset.service} · {preset.result}"
    return Choice(preset.words, note, value=preset.name, evidence=codes)


urlpatterns = [
    path("", queue, name="queue"),
    path("<int:pk>/", check, name="check"),
    path("<int:pk>/act/", act, name="act"),
    path("<int:pk>/decide/<int:finding>/", decide, name="decide"),
    path("<int:pk>/approve/", approve, name="approve"),
    path("<int:pk>/send-back/", send_back, name="send_back"),
    path("<int:pk>/hold/", hold, name="hold"),
]
