"""The calculator: a page for each calculation, found by typing what one wants, with its working beside it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.calculations import catalogue
from pestle.calculations.registry import Calculation
from pestle.flows.fill import FillState
from pestle.pages.house.calculation_fields import (
    Heading,
    asked_of,
    fields_of,
    heading_of,
    labelled,
    result_of,
    typed_in,
)
from pestle.pages.house.last_inputs import LastInputs
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, may, shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import WorkedStep, Working
from pestle.records.calculations import KeptCalculation
from pestle.records.fills import Fill
from pestle.stations import scanning
from pestle.stations.entry import calculator
from pestle.stations.intake.drop_off import fill_of
from pestle.terms.roles import BENCH, PHARMACISTS

app_name = "calculator"
# The station that a fill is at: from there one came, and there one goes back.
HOMES: dict[str, tuple[str, str]] = {
    FillState.IN_ENTRY: ("data_entry:sheet", "data entry"),
    FillState.AWAITING_CHECK: ("pre_check:check", "pre-check"),
    FillState.QUEUED: ("filling:fill", "filling"),
    FillState.FILLED: ("verification:check", "verification"),
}


def index(request: Request, fill_id: int | None = None) -> HttpResponse:
    """Show every calculation by topic; what is typed and entered opens the best match."""
    wanted = request.GET.get("q", "").strip()
    found = catalogue.find(wanted) if wanted else []
    if found:
        return redirect(_address(found[0].name, fill_id))
    fill = _fill(request, fill_id)
    shown_ = _list("", fill_id) | _about(fill) | {"wanted": wanted, "last": calculator.kept_with(fill) if fill else ()}
    return render(request, "calculator/index.html", shown_)


def find(request: Request, fill_id: int | None = None) -> HttpResponse:
    """Show the calculations that what is typed speaks of."""
    _fill(request, fill_id)
    here = request.GET.get("here", "")
    return render(request, "calculator/found.html", _list(request.GET.get("q", ""), fill_id, here))


def page(request: Request, name: str, fill_id: int | None = None) -> HttpResponse:
    """Show one calculation, with what was last typed for this patient."""
    entry, fill = catalogue.named(name), _fill(request, fill_id)
    typed = _last(request, fill).of(entry.name)
    return render(request, "calculator/page.html", _page(request, entry, fill, typed))


@require_POST
@changes_nothing
def work(request: Request, name: str, fill_id: int | None = None) -> HttpResponse:
    """Answer what was typed so far with the result and its working."""
    entry, fill = catalogue.named(name), _fill(request, fill_id)
    _last(request, fill).keep(entry.name, typed_in(entry, request.POST))
    attempt = calculator.attempt(entry, asked_of(entry, typed_in(entry, request.POST)))
    return render(request, "calculator/live.html", result_of(entry, attempt))


@require_POST
@changes_nothing
def sheet(request: Request, name: str) -> HttpResponse:
    """Print a calculation that belongs to no patient."""
    # Setting a page of text loads much that a page server which prints no calculation never needs.
    from pestle.stations.entry import calculation_sheet

    entry = catalogue.named(name)
    worked = asked_of(entry, typed_in(entry, request.POST)).work(entry)
    return _pdf(calculation_sheet.loose(entry.title, worked, pharmacy=request.pharmacy, at=request.arrived_at))


@require_POST
@may(BENCH)
@shows_patients
def attach(request: Request, fill_id: int, name: str) -> HttpResponse:
    """Keep a calculation with a fill."""
    entry = catalogue.named(name)
    kept = calculator.attach(
        **_act(request), fill_id=fill_id, name=name, asked=asked_of(entry, typed_in(entry, request.POST))
    )
    return redirect("calculator:kept", kept.pk)


@shows_patients
def kept(request: Request, pk: int) -> HttpResponse:
    """Show a calculation that is kept with a fill, who stands for it, and what it waits for."""
    row = calculator.kept_of(request.worker, pk)
    request.saw(row.fill.prescription.patient_id)
    return render(request, "calculator/kept.html", _kept(request, row))


@shows_patients
def kept_sheet(request: Request, pk: int) -> HttpResponse:
    """Print a kept calculation for the pharmacist's check."""
    from pestle.stations.entry import calculation_sheet

    row = calculator.kept_of(request.worker, pk)
    request.saw(row.fill.prescription.patient_id)
    return _pdf(calculation_sheet.of_kept(row))


@may(BENCH)
@shows_patients
def second(request: Request, pk: int) -> HttpResponse:
    """Let a second person work it from the order: the page shows nothing of the first calculation but its kind."""
    row = calculator.kept_of(request.worker, pk)
    request.saw(row.fill.prescription.patient_id)
    entry = catalogue.named(row.name)
    if request.method == "POST":
        calculator.calculate_again(**_act(request), kept_id=pk, asked=asked_of(entry, typed_in(entry, request.POST)))
        return redirect("calculator:kept", pk)
    calculator.may_calculate_again(row, request.worker)
    shown_ = {
        "kept": row,
        "entry": heading_of(entry),
        "fields": fields_of(entry, {}),
        "order": row.fill.prescription.as_received,
    }
    return render(request, "calculator/second.html", shown_ | _about(row.fill))


@require_POST
@shows_patients
def check(request: Request, pk: int) -> HttpResponse:
    """Record the pharmacist's check of the working."""
    calculator.check(**_act(request), kept_id=pk)
    return redirect("calculator:kept", pk)


@require_POST
@may(BENCH)
@shows_patients
def set_aside(request: Request, pk: int) -> HttpResponse:
    """Take a calculation out of use, with the reason."""
    calculator.set_aside(**_act(request), kept_id=pk, because=request.POST.get("because", ""))
    return redirect("calculator:kept", pk)


@require_POST
@changes_nothing
@shows_patients
def scan(request: Request, name: str = "") -> HttpResponse:
    """Open the calculator for the fill whose label was scanned."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.fill is None:
        return not_here(found, "Scan the label of a fill to calculate for it.")
    rx_number = found.fill.prescription.rx_number
    return scan_answer("match", f"Rx {rx_number}", go=_address(name, found.fill.pk))


def _list(wanted: str, fill_id: int | None, here: str = "") -> dict[str, Any]:
    entries = catalogue.find(wanted) if wanted.strip() else catalogue.every()
    groups: dict[str, list[tuple[Heading, str]]] = {}
    for entry in entries:
        # A search lists the best match first, whatever its topic.
        groups.setdefault("" if wanted.strip() else entry.topic, []).append(
            (heading_of(entry), _address(entry.name, fill_id))
        )
    find_url = reverse("calculator:fill_find", args=[fill_id]) if fill_id else reverse("calculator:find")
    return {"groups": list(groups.items()), "count": len(entries), "wanted": wanted, "here": here, "find_url": find_url}


def _page(request: Request, entry: Calculation[Any, Any], fill: Fill | None, typed: Any) -> dict[str, Any]:
    fill_id = fill.pk if fill else None
    attempt = calculator.attempt(entry, asked_of(entry, typed))
    urls = {
        "work_url": reverse("calculator:fill_work", args=[fill_id, entry.name])
        if fill_id
        else reverse("calculator:work", args=[entry.name]),
        "send_url": reverse("calculator:attach", args=[fill_id, entry.name])
        if fill_id
        else reverse("calculator:sheet", args=[entry.name]),
        "back_url": reverse("calculator:for_fill", args=[fill_id]) if fill_id else reverse("calculator:index"),
    }
    more = {
        "entry": heading_of(entry),
        "fields": fields_of(entry, typed),
        "typed": typed,
        "may_attach": not request.worker.roles.isdisjoint(BENCH),
    }
    return _list("", fill_id, entry.name) | result_of(entry, attempt) | _about(fill) | urls | more


def _kept(request: Request, row: KeptCalculation) -> dict[str, Any]:
    told = row.worked
    steps = [WorkedStep(each["formula"], f"{each['numbers']} = {each['result']}") for each in told["steps"]]
    if told["check"]:
        steps.append(WorkedStep("Check", told["check"]["text"]))
    foot = (f"Rounded {told['rounding']}." if told["rounding"] else "", f"Source: {told['citation']}.")
    roles = request.worker.roles
    is_maker = row.by_id == request.worker.pk
    return _about(row.fill) | {
        "kept": row,
        "working": Working(row.title, row.answer, tuple(steps), " ".join(filter(None, foot))),
        "inputs": labelled(row.name, row.inputs),
        "second_inputs": labelled(row.name, row.second_inputs or {}),
        "warnings": told["warnings"],
        "also": told["also"],
        "is_pharmacist": not roles.isdisjoint(PHARMACISTS),
        "may_second": row.needs_second and row.set_aside_at is None and not is_maker and not roles.isdisjoint(BENCH),
        "may_check": row.is_settled
        and row.checked_by_id is None
        and not is_maker
        and not roles.isdisjoint(PHARMACISTS),
        "may_set_aside": row.set_aside_at is None and not roles.isdisjoint(BENCH),
        "is_maker": is_maker,
    }


def _about(fill: Fill | None) -> dict[str, Any]:
    if fill is None:
        return {"fill": None}
    rx = fill.prescription
    home, words = HOMES.get(fill.state, ("where:fill", "the fill"))
    return {"fill": fill, "rx": rx, "patient": rx.patient, "home_url": reverse(home, args=[fill.pk]), "home": words}


def _fill(request: Request, fill_id: int | None) -> Fill | None:
    if fill_id is None:
        return None
    fill = fill_of(request.worker, fill_id)
    request.saw(fill.prescription.patient_id)
    return fill


def _last(request: Request, fill: Fill | None) -> LastInputs:
    patient_id = fill.prescription.patient_id if fill else None
    return LastInputs(request.session, worker_id=request.worker.pk, patient_id=patient_id)


def _address(name: str, fill_id: int | None) -> str:
    if fill_id is None:
        return reverse("calculator:page", args=[name]) if name else reverse("calculator:index")
    return (
        reverse("calculator:fill_page", args=[fill_id, name])
        if name
        else reverse("calculator:for_fill", args=[fill_id])
    )


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


def _pdf(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="calculation.pdf"'
    return answer


urlpatterns = [
    path("", index, name="index"),
    path("find/", find, name="find"),
    path("scan/", scan, name="scan"),
    path("kept/<int:pk>/", kept, name="kept"),
    path("kept/<int:pk>/sheet/", kept_sheet, name="kept_sheet"),
    path("kept/<int:pk>/second/", second, name="second"),
    path("kept/<int:pk>/check/", check, name="check"),
    path("kept/<int:pk>/aside/", set_aside, name="set_aside"),
    path("fill/<int:fill_id>/", shows_patients(index), name="for_fill"),
    path("fill/<int:fill_id>/find/", shows_patients(find), name="fill_find"),
    path("fill/<int:fill_id>/<slug:name>/", shows_patients(page), name="fill_page"),
    path("fill/<int:fill_id>/<slug:name>/work/", shows_patients(work), name="fill_work"),
    path("fill/<int:fill_id>/<slug:name>/attach/", attach, name="attach"),
    path("<slug:name>/", page, name="page"),
    path("<slug:name>/work/", work, name="work"),
    path("<slug:name>/scan/", scan, name="page_scan"),
    path("<slug:name>/sheet/", sheet, name="sheet"),
]
