"""A patient's plans at the claims station: their order, whether a card is good, a new card for an old one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.typed import chosen
from pestle.records.patients import Coverage, Patient
from pestle.stations.entry.patients import day_typed
from pestle.stations.payers import claim_cards, claim_plans, claim_sets
from pestle.terms.findings import refuse

CARD = ("bin", "pcn", "group", "cardholder_id", "person_code", "plan_name")


@shows_patients
def coverage(request: Request, patient: int) -> HttpResponse:
    """Show a patient's plans in the order of billing, the order that is proposed, and what each plan said."""
    try:
        shown = claim_plans.plans(patient, request.worker, at=request.arrived_at)
    except Patient.DoesNotExist as missing:
        raise Http404 from missing
    request.saw(patient)
    choices = [(str(each.coverage.pk), f"{each.coverage.order} {each.coverage.plan.name}") for each in shown.lines]
    return render(request, "claims/coverage.html", {"plans": shown, "patient": shown.patient, "choices": choices})


@require_POST
@shows_patients
def order(request: Request, patient: int) -> HttpResponse:
    """Bill the plans in another order."""
    ids = tuple(pk for each in request.POST.getlist("coverage") if (pk := chosen(each)) is not None)
    claim_cards.change_payer_order(**_act(request), patient_id=patient, coverage_ids=ids)
    return redirect("claims:coverage", patient)


@require_POST
@shows_patients
def eligibility(request: Request, patient: int, pk: int) -> HttpResponse:
    """Ask a plan whether a card is good today."""
    claim_cards.check_eligibility(**_act(request), coverage_id=_own(request, patient, pk).pk)
    return redirect("claims:coverage", patient)


@require_POST
@shows_patients
def new_card(request: Request, patient: int) -> HttpResponse:
    """Put a new card in the place of an old one; what the old one rejected goes out again as a set."""
    old = _own(request, patient, chosen(request.POST.get("coverage", "")) or 0)
    ended = day_typed(request.POST.get("old_ends_on", ""))
    if ended is None:
        raise refuse("Type the last day of the old card as 11/25/2026.", rule="field_is_a_day", field="old_ends_on")
    card = claim_sets.Card(**{name: request.POST.get(name, "") for name in CARD})
    claim_sets.take_new_card(**_act(request), coverage_id=old.pk, card=card, old_ends_on=ended)
    return redirect("claims:coverage", patient)


def _own(request: Request, patient: int, pk: int) -> Coverage:
    found = Coverage.objects.filter(pk=pk, patient_id=patient, patient__pharmacy_id=request.worker.pharmacy_id).first()
    if found is None:
        raise refuse("This is not a plan of this patient.", rule="plans_are_the_patients", field="coverage")
    return found


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("coverage/<int:patient>/", coverage, name="coverage"),
    path("coverage/<int:patient>/order/", order, name="order"),
    path("coverage/<int:patient>/new-card/", new_card, name="new_card"),
    path("coverage/<int:patient>/<int:pk>/eligibility/", eligibility, name="eligibility"),
]
