"""Refills: scan a label or type a number, hear at once what can be done, and do it with one key."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.flows.fill import FillState
from pestle.pages.drop_off import LEAVES, promise_working
from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.shapes import road
from pestle.pages.house.typed import chosen
from pestle.pages.where import ROAD
from pestle.stations import scanning
from pestle.stations.acts import act_within
from pestle.stations.intake import drop_off, prescriber_requests, promises, refills
from pestle.terms.findings import refuse

app_name = "refills"


@shows_patients
def find(request: Request) -> HttpResponse:
    """Ask for a label or a number; a number that is here opens its prescription."""
    text = request.GET.get("q", "").strip()
    said = ""
    if text:
        found = scanning.resolve(text, request.pharmacy)
        rx = found.fill.prescription if found.fill else found.prescription
        if rx is not None:
            return redirect("refills:prescription", rx.pk)
        said = found.said or "This is no prescription of this pharmacy."
    return render(request, "refills/find.html", {"text": text, "said": said, "road": road(ROAD, here="Drop-off")})


@shows_patients
def prescription(request: Request, pk: int) -> HttpResponse:
    """Tell what would come of a refill now, and what else can be done."""
    answer = refills.answer(pk, by=request.worker, at=request.arrived_at)
    request.saw(answer.prescription.patient_id)
    liftable = [each for each in answer.findings if each.may_be_lifted_by(request.worker.roles)]
    asked = prescriber_requests.open_request(answer.prescription, prescriber_requests.RENEWAL)
    shown = {
        "answer": answer,
        "rx": answer.prescription,
        "patient": answer.prescription.patient,
        "liftable": liftable,
        "is_liftable": bool(answer.findings) and len(liftable) == len(answer.findings),
        "asked": asked,
        "leaves": LEAVES,
        "road": road(ROAD, here="Drop-off"),
        "working": promise_working(promises.promise(request.pharmacy, request.arrived_at)),
        "fills": answer.prescription.fills.select_related("package__product").order_by("-number", "-part"),
    }
    return render(request, "refills/prescription.html", shown)


@require_POST
@shows_patients
def ask(request: Request, pk: int) -> HttpResponse:
    """Take the refill, and go on to data entry at once."""
    leaves = request.POST.get("leaves", "comes back")
    fill = refills.ask_refill(
        **_act(request),
        prescription_id=pk,
        is_waiter=leaves == "waits",
        is_for_delivery=leaves == "delivery",
        because=_reasons(request),
    )
    if fill.state == FillState.RECEIVED:
        # Everything of a refill is matched: its entry is where it is looked at.
        begun = {**_act(request), "act_id": act_within(request.act_id, "begin")}
        drop_off.begin_entry(**begun, fill_id=fill.pk)
    return redirect("data_entry:sheet", fill.pk)


@require_POST
@shows_patients
def renew(request: Request, pk: int) -> HttpResponse:
    """Ask the prescriber for more."""
    typed = request.POST.get("refills", "").strip()
    wanted = chosen(typed)
    if typed and wanted is None:
        raise refuse("Type how many refills to ask for.", rule="refills", field="refills")
    prescriber_requests.ask_renewal(**_act(request), prescription_id=pk, refills=wanted)
    return redirect("refills:prescription", pk)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


def _reasons(request: Request) -> dict[str, str]:
    given = ((name.removeprefix("because-"), str(text)) for name, text in request.POST.items() if "because-" in name)
    return {name: text for name, text in given if text.strip()}


def url_of(pk: int) -> str:
    """Give the address of a prescription's refill."""
    return reverse("refills:prescription", args=[pk])


urlpatterns = [
    path("", find, name="index"),
    path("<int:pk>/", prescription, name="prescription"),
    path("<int:pk>/ask/", ask, name="ask"),
    path("<int:pk>/renew/", renew, name="renew"),
]
