"""Data entry: the original on the left, the fields on the right, saved as they are typed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.holding import hold_fields, hold_fill
from pestle.pages.house.originals import KNOWN, original_answer
from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import WorkedStep, Working, road
from pestle.pages.house.typed import chosen, moment, number
from pestle.pages.where import ROAD
from pestle.records.patients import Patient
from pestle.records.prescriptions import Prescription
from pestle.rules.facts import Origin
from pestle.stations import scanning
from pestle.stations.entry import calculator, compounds, data_entry, entry_desk, package_figures, questions
from pestle.stations.entry.directions import Days
from pestle.stations.entry.entry_desk import Sheet
from pestle.stations.entry.entry_fields import DAW_WORDS, FIELDS
from pestle.stations.entry.supplied import unit_of
from pestle.stations.intake import drop_off
from pestle.terms.findings import refuse
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule

app_name = "data_entry"
ORIGINS = tuple((each.value, f"{each.value} {each.name.lower()}") for each in Origin)
DAWS = tuple(DAW_WORDS.items())
FIELD_NAMES = frozenset(each.name for each in FIELDS)
SHORTEST_SEARCH = 2
COMPOUND_FORMS = tuple(compounds.FORMS.items())
COMPOUND_UNITS = tuple(compounds.UNITS.items())
HOW = (("telephone", "telephone"), ("fax", "fax"), ("message", "message"), ("in person", "in person"))


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what waits for data entry, the most urgent first; names are short in a list."""
    fills = entry_desk.in_entry(request.pharmacy)
    request.saw(*(fill.prescription.patient_id for fill in fills))
    shown = {"fills": fills, "before": entry_desk.at_drop_off(request.pharmacy)}
    return render(request, "data_entry/queue.html", shown)


@shows_patients
def sheet(request: Request, pk: int) -> HttpResponse:
    """Show one fill: its original, its fields, its working and what was found."""
    return render(request, "data_entry/sheet.html", _shown(request, pk))


@require_POST
@shows_patients
def begin(request: Request, pk: int) -> HttpResponse:
    """Start entry of what was received, or of what is on the profile."""
    drop_off.begin_entry(**_act(request), fill_id=pk, because=reasons_given(request))
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def save(request: Request, pk: int) -> HttpResponse:
    """Keep a field as it was typed, and answer with what follows from it."""
    before = entry_desk.numbers_written(request.worker, pk)
    fill = data_entry.save_entry(**_act(request), fill_id=pk, typed=_typed(request))
    after = {"days_supply": fill.days_supply, "quantity": fill.quantity}
    followed = [name for name in after if name not in request.POST and after[name] != before[name]]
    shown = _shown(request, pk) | {"followed": followed}
    return render(request, "data_entry/followed.html", shown)


@shows_patients
def drugs(request: Request, pk: int) -> HttpResponse:
    """Find drugs as somebody types; with nothing typed, the chosen one and its like."""
    text = request.GET.get("drug", "").strip()
    if len(text) < SHORTEST_SEARCH:
        shown = _shown(request, pk)
        return render(request, "data_entry/drugs.html", shown | {"rows": shown["sheet"].drugs})
    fill, rows = entry_desk.found_rows(text, request.worker, pk, request.arrived_at)
    return render(request, "data_entry/drugs.html", {"rows": rows, "fill": fill, "is_search": True})


@require_POST
@shows_patients
def choose(request: Request, pk: int) -> HttpResponse:
    """Set the drug to dispense; the page goes on at the directions."""
    product_id, package_id = map(chosen, request.POST.get("choice", "").partition("-")[::2])
    if product_id is None or package_id is None:
        raise refuse("Choose one of the drugs in the list.", rule="product_is_chosen", field="drug")
    data_entry.choose_product(**_act(request), fill_id=pk, product_id=product_id, package_id=package_id)
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def send(request: Request, pk: int) -> HttpResponse:
    """End data entry: the claim goes out while the technician goes on, or the patient pays cash."""
    payment = "cash" if request.POST.get("payment") == "cash" else "plan"
    typed, because = _typed(request), reasons_given(request)
    data_entry.finish_entry(**_act(request), fill_id=pk, typed=typed, payment=payment, because=because)
    return redirect("data_entry:queue")


@require_POST
@shows_patients
def accept(request: Request, pk: int) -> HttpResponse:
    """Accept label text and days' supply together."""
    data_entry.accept_directions(**_act(request), fill_id=pk, typed=_typed(request))
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def figure(request: Request, pk: int) -> HttpResponse:
    """Keep what somebody read on the package."""
    said = request.POST
    days = said.get("in_use_days", "").strip()
    in_use_days = chosen(days)
    if days and in_use_days is None:
        raise refuse("Type a whole number of days.", rule="field_is_a_number", field="in_use_days")
    package_figures.say_figure(
        **_act(request),
        fill_id=pk,
        dose_unit=said.get("dose_unit", ""),
        doses=decimal_typed(said.get("doses", ""), "doses"),
        in_quantity=decimal_typed(said.get("in_quantity", ""), "in_quantity"),
        in_use_days=in_use_days,
        read_from=said.get("read_from", ""),
    )
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def check_figure(request: Request, pk: int, figure_id: int) -> HttpResponse:
    """Record that a pharmacist held a figure against the package; pre-check goes on."""
    package_figures.check_figure(**_act(request), fill_id=pk, figure_id=figure_id)
    return redirect("pre_check:check", pk)


@require_POST
@shows_patients
def ingredient(request: Request, pk: int) -> HttpResponse:
    """Add an ingredient of a compound, or change how much of it goes in."""
    said = request.POST
    compounds.set_ingredient(
        **_act(request),
        fill_id=pk,
        form=said.get("form", ""),
        unit=said.get("unit", ""),
        ndc=said.get("ndc", ""),
        quantity=decimal_typed(said.get("ingredient_quantity", ""), "ingredient_quantity"),
    )
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def drop_ingredient(request: Request, pk: int, ingredient_id: int) -> HttpResponse:
    """Take an ingredient out of a compound."""
    compounds.drop_ingredient(**_act(request), fill_id=pk, ingredient_id=ingredient_id)
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def ask(request: Request, pk: int) -> HttpResponse:
    """Send the question to the prescriber, or keep it with the fill; either way the fill waits."""
    act = questions.keep_question if request.POST.get("way") == "keep" else questions.ask_prescriber
    question = request.POST.get("question", "")
    act(**_act(request), fill_id=pk, question=question, wakes_at=moment(request, "wakes_at"))
    return redirect("data_entry:queue")


@require_POST
@shows_patients
def clarify(request: Request, pk: int) -> HttpResponse:
    """Write down what the prescriber said the directions are."""
    said = request.POST
    data_entry.clarify_directions(
        **_act(request),
        fill_id=pk,
        directions=said.get("directions", ""),
        said_by=said.get("said_by", ""),
        how=said.get("how", "telephone"),
    )
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def hold(request: Request, pk: int) -> HttpResponse:
    """Put the fill aside with a reason, an owner and a time."""
    hold_fill(request, pk)
    return redirect("data_entry:queue")


@require_POST
@shows_patients
def store(request: Request, pk: int) -> HttpResponse:
    """Put the prescription on the patient's profile, to be filled later."""
    remark = request.POST.get("remark", "")
    data_entry.store_on_profile(**_act(request), fill_id=pk, wakes_at=moment(request, "wakes_at"), remark=remark)
    return redirect("data_entry:queue")


@require_POST
@shows_patients
def end(request: Request, pk: int) -> HttpResponse:
    """Cancel the fill, or refuse it on a pharmacist's judgement."""
    act = data_entry.refuse_to_fill if request.POST.get("way") == "refuse" else data_entry.cancel_fill
    act(**_act(request), fill_id=pk, reason=request.POST.get("reason", ""))
    return redirect("data_entry:queue")


@shows_patients
def original(request: Request, pk: int) -> HttpResponse:
    """Give the picture or PDF the prescription came as, as it came."""
    rx = Prescription.objects.filter(pharmacy=request.pharmacy, pk=pk).select_related("document").first()
    if rx is None or rx.document is None or rx.document.media_type not in KNOWN:
        raise Http404
    request.saw(rx.patient_id)
    return original_answer(rx.document)


@require_POST
@shows_patients
def scan(request: Request, pk: int) -> HttpResponse:
    """Understand a scan at this page: a bottle chooses its drug, anything else is named."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.fill is not None:
        return scan_answer("match", f"Rx {found.fill.prescription.rx_number}", go=f"/where/{found.fill.pk}/")
    if found.package is None:
        return not_here(found, "Scan the bottle of the drug, or find it by name with F4.")
    package = found.package
    data_entry.choose_product(**_act(request), fill_id=pk, product_id=package.product_id, package_id=package.pk)
    words = f"{package.product} chosen."
    return scan_answer("match", "Drug chosen", words=words, go=f"/data-entry/{pk}/")


def _shown(request: Request, pk: int) -> dict[str, Any]:
    found: Sheet = entry_desk.sheet(request.worker, pk, request.arrived_at)
    rx = found.fill.prescription
    request.saw(rx.patient_id)
    liftable = [each for each in found.findings if each.may_be_lifted_by(request.worker.roles)]
    return {
        "sheet": found,
        "fill": found.fill,
        "rx": rx,
        "patient": rx.patient,
        "allergies": allergies_of(rx.patient),
        "schedule": Schedule(rx.schedule),
        "prescribes": _prescribes(rx, found.fill.local_day(request.arrived_at)),
        "original": rx.as_received,
        "working": days_working(found.days),
        "road": road(ROAD, here="Data entry"),
        "origins": ORIGINS,
        "daws": DAWS,
        "how": HOW,
        "read_from": [(each, each) for each in package_figures.READ_FROM],
        "dose_label": f"{found.days.dose_unit.capitalize()}s",
        "billed_in": f"are in so much ({unit_of(found.fill.package)})" if found.fill.package else "",
        "compound": compounds.made_of(found.fill),
        "compound_forms": COMPOUND_FORMS,
        "compound_units": COMPOUND_UNITS,
        "question": " ".join(map(str, found.questions)),
        "figures": package_figures.figures_of(found.fill),
        "accepted": data_entry.acceptance(found.fill),
        "kept": calculator.kept_with(found.fill),
        **hold_fields(request),
        "liftable": liftable,
        "is_pharmacist": not request.worker.roles.isdisjoint(PHARMACISTS),
    }


def allergies_of(patient: Patient | None) -> list[str] | None:
    """Give the words of the alarm beside a name: what was told, an empty list for none, None where nobody asked."""
    if patient is None:
        return []
    known = [str(each) for each in patient.allergies.filter(ended_on=None).order_by("allergen")]
    is_asked = patient.has_no_known_allergies or patient.allergies_asked_on is not None
    return known if known or is_asked else None


def days_working(days: Days) -> Working | None:
    """Give the days' supply with its working; the way back only where it does not agree."""
    if days.worked is None:
        return None
    steps = [WorkedStep(step.formula, f"{step.put_in} = {step.result}") for step in days.worked.steps]
    if days.worked.check and not days.worked.check.agrees:
        steps.append(WorkedStep("Check", str(days.worked.check)))
    foot = " ".join(map(str, days.worked.warnings))
    return Working("Days' supply", f"{days.value} days", tuple(steps), foot or "Rounded down to whole days.")


def reasons_given(request: Request) -> dict[str, str]:
    """Give a pharmacist's reasons by the rules they lift, as fields `because-<rule>` hold them."""
    given = (
        (name.removeprefix("because-"), text) for name, text in request.POST.items() if name.startswith("because-")
    )
    return {name: str(text) for name, text in given if str(text).strip()}


def decimal_typed(text: str, field: str) -> Decimal | None:
    """Read a number that was typed; None for an empty field, Refused for what is no number."""
    return number(text, field) if text.strip() else None


def _prescribes(rx: Prescription, day: date) -> bool | None:
    """Tell whether the DEA number covers the drug; None where the question does not come up."""
    schedule = Schedule(rx.schedule)
    if rx.prescriber is None or not schedule.may_be_controlled:
        return None
    return rx.prescriber.may_prescribe(schedule, on=day)


def _act(request: Request) -> dict[str, Any]:
    act_id: UUID = request.act_id
    return {"act_id": act_id, "by": request.worker, "at": request.arrived_at}


def _typed(request: Request) -> dict[str, str]:
    return {name: request.POST[name] for name in FIELD_NAMES if name in request.POST}


urlpatterns = [
    path("", queue, name="queue"),
    path("<int:pk>/", sheet, name="sheet"),
    path("<int:pk>/begin/", begin, name="begin"),
    path("<int:pk>/save/", save, name="save"),
    path("<int:pk>/drugs/", drugs, name="drugs"),
    path("<int:pk>/choose/", choose, name="choose"),
    path("<int:pk>/send/", send, name="send"),
    path("<int:pk>/accept/", accept, name="accept"),
    path("<int:pk>/figure/", figure, name="figure"),
    path("<int:pk>/figure/<int:figure_id>/check/", check_figure, name="check_figure"),
    path("<int:pk>/ask/", ask, name="ask"),
    path("<int:pk>/ingredient/", ingredient, name="ingredient"),
    path("<int:pk>/ingredient/<int:ingredient_id>/drop/", drop_ingredient, name="drop_ingredient"),
    path("<int:pk>/clarify/", clarify, name="clarify"),
    path("<int:pk>/hold/", hold, name="hold"),
    path("<int:pk>/store/", store, name="store"),
    path("<int:pk>/end/", end, name="end"),
    path("<int:pk>/scan/", scan, name="scan"),
    path("original/<int:pk>/", original, name="original"),
]
