"""Drop-off: the inbox, one arrival with its reasons, and the ways other than the wire by which a prescription comes."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.house.originals import original_answer
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import WorkedStep, Working, road
from pestle.pages.house.typed import chosen, moment
from pestle.pages.where import ROAD
from pestle.stations import scanning, waiting
from pestle.stations.acts import act_within
from pestle.stations.intake import arrivals, counter, documents, drop_off, duplicates, new_people, promises
from pestle.stations.intake.arrivals import Desk
from pestle.stations.intake.counter import Counter, Item
from pestle.stations.intake.new_people import Card, NewPatient
from pestle.stations.intake.promises import Promise
from pestle.terms.findings import refuse
from pestle.terms.matching import Outcome
from pestle.terms.roles import Role
from pestle.terms.typed_days import read_birth, read_day

app_name = "drop_off"
KINDS = (("paper", "paper, at the counter"), ("fax", "fax"), ("phone", "telephone"), ("transfer", "transfer"))
LEAVES = (("waits", "Waits here"), ("comes back", "Comes back"), ("delivery", "Delivery"))
FILTERS = (
    ("", "All"),
    ("nothing", "All matched"),
    ("patient", "Patient"),
    ("prescriber", "Prescriber"),
    ("product", "Drug"),
)
ITEM_ROWS = 4
COLUMNS = 3
PATIENT_FIELDS = {
    "family name": "Family",
    "given name": "Given",
    "birth date": "Born",
    "sex": "Sex",
    "address": "Address",
    "phone": "Phone",
}
RELATIONS = (("1", "cardholder"), ("2", "spouse"), ("3", "child"), ("4", "other"), ("0", "not said"))
SEXES = (("F", "female"), ("M", "male"), ("U", "not said"))


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what has arrived, the most urgent first; it can be cut by what did not match."""
    found = arrivals.inbox(request.pharmacy, failed=request.GET.get("failed", ""))
    request.saw(*(row.fill.prescription.patient_id for row in found.rows))
    filters = [(value, words, found.counts.get(value, 0)) for value, words in FILTERS]
    return render(request, "drop_off/queue.html", {"inbox": found, "filters": filters})


@shows_patients
def arrival(request: Request, pk: int) -> HttpResponse:
    """Show one arrival: its original, who and what it may mean, what to look at before the patient leaves."""
    return render(request, "drop_off/arrival.html", _shown(request, pk))


@shows_patients
def people(request: Request, pk: int) -> HttpResponse:
    """Compare the people who may be meant by name and birth date as they were said."""
    shown = _shown(request, pk, name=request.GET.get("said_name", ""), born=request.GET.get("said_born", ""))
    return render(request, "drop_off/people.html", shown)


@require_POST
@shows_patients
def match(request: Request, pk: int) -> HttpResponse:
    """Record a choice of patient, prescriber or drug."""
    what, chosen_id = _chosen(request)
    if chosen_id is None:
        raise refuse("Choose one of those shown.", rule="what_is_matched")
    drop_off.match(**_act(request), fill_id=pk, what=what, chosen_id=chosen_id)
    return redirect("drop_off:arrival", pk)


@require_POST
@shows_patients
def promise(request: Request, pk: int) -> HttpResponse:
    """Set how it leaves and by when."""
    leaves = request.POST.get("leaves", "comes back")
    drop_off.promise_anew(
        **_act(request),
        fill_id=pk,
        promised_at=moment(request, "promised_at"),
        is_waiter=leaves == "waits",
        is_for_delivery=leaves == "delivery",
        because=_reasons(request),
    )
    return redirect("drop_off:arrival", pk)


@require_POST
@shows_patients
def answer_duplicates(request: Request, pk: int) -> HttpResponse:
    """Say which of the look-alikes stays."""
    fill = duplicates.answer(
        **_act(request),
        fill_id=pk,
        choice=request.POST.get("choice", ""),
        because=request.POST.get("because", ""),
        other_id=chosen(request.POST.get("other", "")),
    )
    return redirect("drop_off:arrival", pk) if fill.duplicates_cleared_by_id else redirect("drop_off:queue")


@require_POST
@shows_patients
def allergies(request: Request, pk: int) -> HttpResponse:
    """Record what the patient says of allergies."""
    fill = drop_off.fill_of(request.worker, pk)
    if fill.prescription.patient_id is None:
        raise refuse("Choose the patient first.", rule="patient_is_known", field="patient")
    told = request.POST
    new_people.ask_allergies(
        **_act(request),
        patient_id=fill.prescription.patient_id,
        none_known=told.get("answer") == "none known",
        new=((told["allergen"], told.get("reaction", "")),) if told.get("allergen", "").strip() else (),
    )
    return redirect("drop_off:arrival", pk)


@require_POST
@shows_patients
def coverage(request: Request, pk: int) -> HttpResponse:
    """Add the card the patient shows."""
    fill = drop_off.fill_of(request.worker, pk)
    if fill.prescription.patient_id is None:
        raise refuse("Choose the patient first.", rule="patient_is_known", field="patient")
    told = {name: request.POST.get(name, "") for name in Card.__dataclass_fields__}
    card = Card(**{**told, "relationship": told["relationship"] or "1"})
    new_people.add_coverage(**_act(request), patient_id=fill.prescription.patient_id, card=card)
    return redirect("drop_off:arrival", pk)


@require_POST
@shows_patients
def prescriber(request: Request, pk: int) -> HttpResponse:
    """Add the prescriber the original names, as typed, and choose them."""
    named = (
        "family", "given", "npi", "dea_number", "credential", "practice", "phone", "fax", "address", "city", "state",
        "postal_code", "erx_id", "licence",
    )  # fmt: skip
    told: dict[str, Any] = {name: request.POST.get(name, "") for name in named}
    drop_off.fill_of(request.worker, pk)
    row = new_people.add_prescriber(**_act(request), **told)
    _choose_too(request, pk, "prescriber", row.pk)
    return redirect("drop_off:arrival", pk)


@shows_patients
def new_patient(request: Request, pk: int) -> HttpResponse:
    """Ask for a new patient, beside what the original says; add them and choose them."""
    fill = drop_off.fill_of(request.worker, pk)
    if request.method == "POST":
        row = new_people.add_patient(**_act(request), person=_person(request), because=_reasons(request))
        _choose_too(request, pk, "patient", row.pk)
        return redirect("drop_off:arrival", pk)
    request.saw(fill.prescription.patient_id)
    shown = {"fill": fill, "rx": fill.prescription, "original": fill.prescription.as_received, "sexes": SEXES}
    said = {**(fill.prescription.as_received.get("patient") or {})}
    return render(request, "drop_off/new_patient.html", shown | {"said": said, "road": _road()})


@require_POST
@shows_patients
def start(request: Request, pk: int) -> HttpResponse:
    """Send it on to data entry, matched to whom is chosen in the same form, if anybody is."""
    what, chosen_id = _chosen(request)
    if what and chosen_id is not None:
        _choose_too(request, pk, what, chosen_id)
    drop_off.begin_entry(**_act(request), fill_id=pk, because=_reasons(request))
    return redirect("data_entry:sheet", pk)


@require_POST
@shows_patients
def hold(request: Request, pk: int) -> HttpResponse:
    """Put it aside with a reason and a time."""
    waiting.hold(
        **_act(request),
        fill_id=pk,
        reason=request.POST.get("waiting_for", ""),
        wakes_at=moment(request, "wakes_at"),
        owner=request.worker,
        owner_role=Role.TECHNICIAN.value,
        remark=request.POST.get("remark", ""),
    )
    return redirect("drop_off:queue")


@shows_patients
def new(request: Request) -> HttpResponse:
    """Take in what comes on paper, by fax, by telephone or as a transfer."""
    if request.method == "POST":
        fill = counter.take_in(**_act(request), brought=_brought(request))
        return redirect("drop_off:arrival", fill.pk)
    kind = request.GET.get("kind", "paper")
    number = chosen(request.GET.get("document", ""))
    document = None if number is None else documents.document_of(request.worker, number)
    shown = {
        "kind": kind if kind in dict(KINDS) else "paper",
        "kinds": KINDS,
        "document": document,
        "rows": range(1, ITEM_ROWS + 1),
        "pages": [(str(page), f"page {page}") for page in range(1, (document.pages if document else 1) + 1)],
        "leaves": LEAVES,
        "road": _road(),
        "promise": _promise(request),
    }
    return render(request, "drop_off/new.html", shown)


@shows_patients
def known(request: Request) -> HttpResponse:
    """Show, as it is typed, whom the names and the birth date mean; the one who is meant is chosen, of two nobody."""
    said = request.GET
    people = counter.known_people(
        said.get("family", ""), said.get("given", ""), _birth(request, "birth_on"), request.worker
    )
    request.saw(*(each.pk for each in people))
    is_asked = all(said.get(name, "").strip() for name in ("family", "given", "birth_on"))
    return render(request, "drop_off/known.html", {"known": people, "is_asked": is_asked})


@require_POST
@shows_patients
def upload(request: Request) -> HttpResponse:
    """Keep the picture or PDF of an original, then ask what is on it."""
    kind = request.POST.get("kind", "paper")
    sent = request.FILES.get("original")
    if sent is None:
        raise refuse("Choose a picture or a PDF.", rule="document_can_be_read", field="original")
    if (sent.size or 0) > documents.LARGEST:
        raise refuse(
            "This file is too large: at most 12 MB. Scan fewer pages at a time.",
            rule="document_can_be_read",
            field="original",
        )
    kept = documents.keep(**_act(request), content=sent.read(), kind=kind if kind in {"paper", "fax"} else "paper")
    return redirect(f"{reverse('drop_off:new')}?kind={kept.kind}&document={kept.pk}")


@shows_patients
def document(request: Request, pk: int) -> HttpResponse:
    """Give an original as it came, before and after it is matched."""
    kept = documents.document_of(request.worker, pk)
    request.saw(*kept.prescriptions.values_list("patient_id", flat=True))
    return original_answer(kept)


@require_POST
@changes_nothing
@shows_patients
def scan(request: Request) -> HttpResponse:
    """Understand a scan at drop-off: a label or a number asks for a refill, a document opens what came on it."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.fill is not None or found.prescription is not None:
        rx = found.fill.prescription if found.fill else found.prescription
        go = reverse("refills:prescription", args=[rx.pk]) if rx else ""
        return scan_answer("match", f"Rx {rx.rx_number}" if rx else "", go=go)
    if found.document is not None:
        first = found.document.prescriptions.order_by("pk").first()
        fill = first.fills.order_by("pk").first() if first else None
        go = (
            reverse("drop_off:arrival", args=[fill.pk])
            if fill
            else f"{reverse('drop_off:new')}?document={found.document.pk}"
        )
        return scan_answer("match", "Document sheet", go=go)
    return not_here(found, "Scan the label of a fill for its refill, or the sheet of a document.")


def promise_working(promise: Promise) -> Working:
    """Give the working of a promise as a page shows it, the moment in the words of this house."""
    worked = promise.worked
    answer = f"{promise.at:%-I:%M %p}".lower()
    steps = [WorkedStep(step.formula, f"{step.put_in} = {step.result}") for step in worked.steps[:-1]]
    steps.append(WorkedStep(worked.steps[-1].formula, answer))
    foot = " ".join(str(each) for each in worked.warnings) or "Measured today at this pharmacy."
    return Working("When can we promise it?", answer, tuple(steps), foot)


def _shown(request: Request, pk: int, *, name: str = "", born: str = "") -> dict[str, Any]:
    said = arrivals.person_typed(name, born, today=_today(request))
    found: Desk = arrivals.desk(request.worker, pk, request.arrived_at, said=said)
    rx = found.prescription
    request.saw(rx.patient_id, *(each.row.pk for each in found.patients))
    people = found.patients[:COLUMNS]
    zone = ZoneInfo(request.pharmacy.time_zone)
    return {
        "desk": found,
        "fill": found.fill,
        "rx": rx,
        "original": rx.as_received,
        "road": _road(),
        "people": people,
        "rows": _comparison(people),
        "said_name": name,
        "said_born": born,
        "leaves": LEAVES,
        "leaves_now": "delivery" if found.fill.is_for_delivery else "waits" if found.fill.is_waiter else "comes back",
        "working": promise_working(found.promise),
        "schedule": arrivals.schedule_words(rx),
        "relations": RELATIONS,
        "reasons": waiting.REASONS,
        "tomorrow": request.arrived_at.astimezone(zone).replace(hour=9, minute=0, second=0, microsecond=0),
        "matched": {each.what: each.how != "no match" for each in found.known},
        "first_open": next((each.what for each in found.known if each.how == "no match"), ""),
        "best": _best(found),
    }


def _best(found: Desk) -> Any:
    """Give the person the one key offers: the first, if nobody is chosen yet and every strong identifier agrees."""
    first = next(iter(found.patients), None)
    if first is None or found.prescription.patient_id is not None:
        return None
    return first if first.match.agreeing == first.match.compared else None


def _comparison(people: Any) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Lay the reasons side by side: the field, what was said, and for each person the value and how it compares."""
    rows = []
    for field, label in PATIENT_FIELDS.items() if people else ():
        reasons = [each.match.of(field) for each in people]
        cells = [(reason.known or "not known", _mark(reason.outcome)) for reason in reasons]
        rows.append((label, reasons[0].said or "not given", cells))
    return rows


def _mark(outcome: Outcome) -> str:
    return {Outcome.AGREES: "eq", Outcome.ALIKE: "ne", Outcome.DIFFERS: "ne"}.get(outcome, "quiet")


def _chosen(request: Request) -> tuple[str, int | None]:
    """Give what was chosen in a list of rows, as `patient-17` says it."""
    what, _, number = request.POST.get("chosen", "").partition("-")
    return what, chosen(number)


def _choose_too(request: Request, pk: int, what: str, chosen_id: int) -> None:
    named = {**_act(request), "act_id": act_within(request.act_id, f"choose {what}")}
    drop_off.match(**named, fill_id=pk, what=what, chosen_id=chosen_id)


def _brought(request: Request) -> Counter:
    told = request.POST
    number = chosen(told.get("document", ""))
    leaves = told.get("leaves", "comes back")
    return Counter(
        kind=told.get("kind", ""),
        family=told.get("family", ""),
        given=told.get("given", ""),
        birth_on=_birth(request, "birth_on"),
        patient_id=chosen(told.get("patient", "")),
        prescriber=told.get("prescriber", ""),
        taken_from=told.get("taken_from", ""),
        items=tuple(_item(request, row) for row in range(1, ITEM_ROWS + 1)),
        document=None if number is None else documents.document_of(request.worker, number),
        is_waiter=leaves == "waits",
        is_for_delivery=leaves == "delivery",
        because=_reasons(request),
    )


def _item(request: Request, row: int) -> Item:
    told = request.POST
    return Item(
        drug=told.get(f"drug-{row}", ""),
        quantity=told.get(f"quantity-{row}", ""),
        refills=told.get(f"refills-{row}", ""),
        directions=told.get(f"directions-{row}", ""),
        written_on=_written(request, f"written-{row}"),
        page=chosen(told.get(f"page-{row}", "")) or 1,
    )


def _person(request: Request) -> NewPatient:
    told = request.POST
    texts = ("family", "given", "middle", "sex", "phone", "address", "city", "state", "postal_code", "language")
    given = {name: told.get(name, "") for name in texts}
    return NewPatient(**given, birth_on=_birth(request, "birth_on"), takes_texts="takes_texts" in told)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


def _reasons(request: Request) -> dict[str, str]:
    given = ((name.removeprefix("because-"), str(text)) for name, text in request.POST.items() if "because-" in name)
    return {name: text for name, text in given if text.strip()}


def _today(request: Request) -> date:
    return request.arrived_at.astimezone(ZoneInfo(request.pharmacy.time_zone)).date()


def _birth(request: Request, name: str) -> date | None:
    """Read a birth date; nothing typed is None."""
    typed = {**request.GET.dict(), **request.POST.dict()}
    text = str(typed.get(name, "")).strip()
    day = read_birth(text, today=_today(request))
    if text and day is None and request.method == "POST":
        raise refuse("Type the birth date as 3/14/1968.", rule="birth_date", field=name)
    return day


def _written(request: Request, name: str) -> date | None:
    """Read the day a prescription was written, short or whole; nothing typed is None."""
    text = request.POST.get(name, "").strip()
    day = read_day(text, today=_today(request))
    if text and day is None:
        raise refuse("Type the day it was written as 11/23/2026.", rule="written_on", field=name)
    return day


def _promise(request: Request) -> Working:
    return promise_working(promises.promise(request.pharmacy, request.arrived_at))


def _road() -> Any:
    return road(ROAD, here="Drop-off")


urlpatterns = [
    path("", queue, name="queue"),
    path("scan/", scan, name="scan"),
    path("new/", new, name="new"),
    path("new/known/", known, name="known"),
    path("new/original/", upload, name="upload"),
    path("documents/<int:pk>/", document, name="document"),
    path("<int:pk>/", arrival, name="arrival"),
    path("<int:pk>/people/", people, name="people"),
    path("<int:pk>/match/", match, name="match"),
    path("<int:pk>/promise/", promise, name="promise"),
    path("<int:pk>/duplicates/", answer_duplicates, name="duplicates"),
    path("<int:pk>/allergies/", allergies, name="allergies"),
    path("<int:pk>/coverage/", coverage, name="coverage"),
    path("<int:pk>/prescriber/", prescriber, name="prescriber"),
    path("<int:pk>/patient/", new_patient, name="new_patient"),
    path("<int:pk>/start/", start, name="start"),
    path("<int:pk>/hold/", hold, name="hold"),
]
