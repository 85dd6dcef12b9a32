"""Pickup: who is here, which bags are in hand, what was said, signed and paid; then it is sold."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, may, shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import road
from pestle.pages.house.tenders import change_of, tenders_of
from pestle.pages.house.typed import chosen
from pestle.pages.where import ROAD
from pestle.stations import people, scanning
from pestle.stations.handover import counselling, open_sales, pickup, receipts
from pestle.stations.handover.open_sales import Counter, OpenSale
from pestle.stations.handover.signatures import is_signature, paths, typed_name
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.roles import REGISTER
from pestle.terms.typed_days import read_birth

app_name = "pickup"
KEPT = "sale"
RELATIONS = ("self", "spouse", "parent", "child", "caregiver", "neighbour", "other")
BEGUN = 3


@may(REGISTER)
@shows_patients
def index(request: Request) -> HttpResponse:
    """Show the register; nobody is on it until two identifiers were typed."""
    return render(request, "pickup/index.html", _shown(request, _sale(request)))


@require_POST
@may(REGISTER)
@shows_patients
def who(request: Request) -> HttpResponse:
    """Take the name and birth date as they were said."""
    name, birth_on = " ".join(request.POST.get("name", "").split()), _birth(request)
    begun = _sale(request)
    if begun.waits_for_birth and "name" not in request.POST:
        sale, _ = open_sales.take_scan(
            open_sales.with_birth(begun, birth_on, request.worker), begun.tag, request.worker, request.arrived_at
        )
        _keep(request, sale)
        return redirect("pickup:index")
    if len(name) < BEGUN or " " not in name.replace(",", " ").strip():
        raise refuse("Type both names, or the beginning of both.", rule="two_identifiers_agree", field="name")
    sale = OpenSale(name=name, birth_on=birth_on)
    shown = open_sales.counter(sale, request.worker, request.arrived_at)
    if not shown.people:
        # One sentence for every reason: that somebody is known here is told to nobody who does not know both.
        sentence = "Nobody here has this name and birth date. Ask for both again, spelled."
        raise refuse(sentence, rule="two_identifiers_agree", cites="NPSG.01.01.01", field="name")
    _keep(request, sale)
    return redirect("pickup:index")


@require_POST
@changes_nothing
@may(REGISTER)
@shows_patients
def scan(request: Request) -> HttpResponse:
    """Take a bag or a vial in hand; another person's stops the sale, in sound, colour and words."""
    sale, text = _sale(request), request.POST.get("text", "")
    found = scanning.resolve(text, request.pharmacy)
    if sale.said is None:
        return _begin(request, text)
    if found.worker is not None:
        words = f"{found.worker.given}'s badge: type the PIN to record the talk."
        return _parts(request, sale, state="match", said=found.worker.given, words=words, badge=text.strip())
    if found.bag is None and found.fill is None:
        # Only another person's bag stops a sale; a stray code does not.
        return not_here(found, "Scan a bag or a vial of who is here.")
    try:
        sale, said = open_sales.take_scan(sale, text, request.worker, request.arrived_at)
    except Refused as refusal:
        return _stop(request, sale, text, refusal)
    _keep(request, sale)
    return _parts(request, sale, state="match", said=said, words=said)


@require_POST
@changes_nothing
@may(REGISTER)
@shows_patients
def say(request: Request) -> HttpResponse:
    """Keep what was answered, signed or typed so far."""
    sale = _told(request, _sale(request))
    _keep(request, sale)
    return render(request, "pickup/register_part.html", _shown(request, sale) | {"is_part": True})


@require_POST
@changes_nothing
@may(REGISTER)
@shows_patients
def leave(request: Request) -> HttpResponse:
    """Leave one item for another day, or take it up again."""
    sale, fill_id = _sale(request), chosen(request.POST.get("fill", ""))
    if fill_id is not None:
        sale = replace(sale, left=sale.left ^ {fill_id})
        _keep(request, sale)
    return redirect("pickup:index")


@require_POST
@changes_nothing
@may(REGISTER)
@shows_patients
def put_back(request: Request) -> HttpResponse:
    """Answer a stop: the wrong bag went back to its place."""
    _keep(request, replace(_sale(request), stopped=""))
    return redirect("pickup:index")


@require_POST
@may(REGISTER)
@shows_patients
def counsel(request: Request) -> HttpResponse:
    """Let the pharmacist record the talk, with badge and PIN where somebody else stands at the register."""
    patient, worker = request.POST.get("patient", ""), request.worker
    shown = open_sales.counter(_sale(request), worker, request.arrived_at)
    person = next((each for each in shown.people if str(each.patient.pk) == patient), None)
    if person is None or not person.in_sale:
        raise refuse("There is nobody here to talk to.", rule="patient_is_known", field="badge")
    request.saw(person.patient.pk)
    if not open_sales.may_counsel(worker):
        worker = people.worker_of_badge(request.POST.get("badge", ""), request.pharmacy)
        people.check_pin(worker, request.POST.get("pin", ""), request.arrived_at)
    counselling.counsel(
        act_id=request.act_id, by=worker, at=request.arrived_at,
        fill_ids=[each.fill.pk for each in person.in_sale], remark=request.POST.get("remark", ""),
    )  # fmt: skip
    return redirect("pickup:index")


@require_POST
@may(REGISTER)
@shows_patients
def sell(request: Request) -> HttpResponse:
    """Sell all that is in hand, and show the receipt."""
    sale = _told(request, _sale(request))
    _keep(request, sale)
    shown = open_sales.counter(sale, request.worker, request.arrived_at)
    request.saw(*(each.patient.pk for each in shown.people))
    if sale.stopped:
        raise refuse(sale.stopped, rule="one_person_at_the_register", cites="NPSG.01.01.01", field="scan")
    told = open_sales.hand_over_of(sale)
    sold = pickup.sell(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_ids=shown.fill_ids,
        hand_over=replace(told, tenders=tenders_of(request.POST, shown.total), because=reasons_given(request)),
    )  # fmt: skip
    request.session.pop(KEPT, None)
    return redirect("pickup:receipt", sold.pk)


@require_POST
@changes_nothing
def clear(request: Request) -> HttpResponse:
    """Clear the register; every bag stays where it is."""
    request.session.pop(KEPT, None)
    return redirect("pickup:index")


@may(REGISTER)
@shows_patients
def receipt(request: Request, pk: int) -> HttpResponse:
    """Show the receipt of a sale."""
    return render(request, "pickup/receipt.html", {"receipt": _receipt(request, pk), "road": road(ROAD, here="")})


@may(REGISTER)
@shows_patients
def receipt_pdf(request: Request, pk: int) -> HttpResponse:
    """Open the receipt as PDF."""
    answer = HttpResponse(receipts.as_pdf(_receipt(request, pk)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{pk}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(request: Request, sale: OpenSale) -> dict[str, Any]:
    shown = open_sales.counter(sale, request.worker, request.arrived_at)
    request.saw(*(each.patient.pk for each in shown.people))
    return {
        "counter": shown,
        "sale": sale,
        "is_here": sale.said is not None,
        "by_tag": sale.waits_for_birth and request.GET.get("by") != "name",
        "road": road(ROAD, here="Pickup"),
        "places": _places(shown),
        "relations": RELATIONS,
        "strokes": paths(sale.signature),
        "signature_json": json.dumps(list(sale.signature)) if paths(sale.signature) else "",
        "change": change_of(request.POST, shown.total),
        "may_counsel": open_sales.may_counsel(request.worker),
        "accounts": any(each.patient.account_is_open for each in shown.people),
    }


def _places(shown: Counter) -> list[dict[str, Any]]:
    """Give every bag to fetch with its place, in the order of places, and whether it is in hand."""
    found: dict[int, dict[str, Any]] = {}
    for item in shown.in_sale:
        bag = item.fill.bag
        if bag is not None:
            row = found.setdefault(bag.pk, {"bag": bag, "items": 0, "in_hand": True})
            row["items"] += 1
            row["in_hand"] = row["in_hand"] and item.is_scanned
    return list(found.values())


def _parts(request: Request, sale: OpenSale, *, state: str, said: str, words: str, badge: str = "") -> HttpResponse:
    shown = _shown(request, sale) | {"is_part": True, "badge": badge}
    html = render_to_string("pickup/parts.html", shown, request=request)
    return scan_answer(state, said, words=words, html=html)


def _begin(request: Request, text: str) -> HttpResponse:
    """Begin with the bag in hand: its tag gives the name to compare, the birth date is typed as it is said."""
    begun = open_sales.begin_with(text, request.worker)
    if begun is None:
        return not_here(scanning.resolve(text, request.pharmacy), "Scan a bag, or type the name and birth date.")
    _keep(request, begun)
    words = "Ask for name and birth date. Compare the name with the tag, type the birth date."
    return scan_answer("match", "Bag in hand", words=words, go=reverse("pickup:index"))


def _stop(request: Request, sale: OpenSale, text: str, refusal: Refused) -> HttpResponse:
    """Keep the sale stopped until it is answered; the bag's own history keeps that it was nearly given away."""
    words = str(refusal)
    wrong = open_sales.is_wrong_bag(text, sale, request.worker, request.arrived_at)
    if wrong is not None:
        open_sales.note_wrong_bag(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=wrong.pk)
    sale = replace(sale, stopped=words)
    _keep(request, sale)
    return _parts(request, sale, state="stop", said="Stop", words=words)


def _told(request: Request, sale: OpenSale) -> OpenSale:
    answers = {
        patient_id: str(value)
        for name, value in request.POST.items()
        if name.startswith("answer-") and (patient_id := chosen(name.removeprefix("answer-"))) is not None and value
    }
    return replace(
        sale, answers=answers or sale.answers, signature=_signature(request, sale),
        taken_by=request.POST.get("taken_by", sale.taken_by), relation=request.POST.get("relation", sale.relation),
        identification=request.POST.get("identification", sale.identification),
    )  # fmt: skip


def _signature(request: Request, sale: OpenSale) -> list[Any]:
    typed = request.POST.get("signed_name", "").strip()
    if typed:
        return typed_name(typed)
    drawn = request.POST.get("signature")
    if drawn is None:
        return list(sale.signature)
    try:
        strokes = json.loads(drawn) if drawn else []
    except (ValueError, RecursionError) as fault:
        raise refuse("The signature cannot be read: sign again.", rule="signature_is_captured") from fault
    if not isinstance(strokes, list) or (strokes and not is_signature(strokes)):
        raise refuse("The signature cannot be read: sign again.", rule="signature_is_captured")
    return list(strokes)


def _birth(request: Request) -> date:
    today = request.arrived_at.astimezone(ZoneInfo(request.pharmacy.time_zone)).date()
    typed = read_birth(request.POST.get("birth_on", ""), today=today)
    if typed is None:
        finding = Finding(rule="two_identifiers_agree", sentence="Type the birth date: 3/14/1968.", field="birth_on")
        raise Refused((finding,))
    return typed


def _sale(request: Request) -> OpenSale:
    return open_sales.from_values(request.session.get(KEPT, {}))


def _keep(request: Request, sale: OpenSale) -> None:
    request.session[KEPT] = sale.as_values()


def _receipt(request: Request, pk: int) -> receipts.Receipt:
    found = receipts.receipt(request.worker, pk)
    if found is None:
        raise Http404
    request.saw(*(each.patient_id for each in found.sales))
    return found


urlpatterns = [
    path("", index, name="index"),
    path("who/", who, name="who"),
    path("scan/", scan, name="scan"),
    path("say/", say, name="say"),
    path("leave/", leave, name="leave"),
    path("put-back/", put_back, name="put_back"),
    path("counsel/", counsel, name="counsel"),
    path("sell/", sell, name="sell"),
    path("clear/", clear, name="clear"),
    path("sales/<int:pk>/", receipt, name="receipt"),
    path("sales/<int:pk>/receipt.pdf", receipt_pdf, name="receipt_pdf"),
]
