"""Will-call: bags by scan, each at its place with its last day; the driver; what goes back to stock."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import road
from pestle.pages.house.tenders import tenders_of
from pestle.pages.house.typed import chosen
from pestle.pages.where import ROAD
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.people import Worker
from pestle.stations import people, scanning
from pestle.stations.acts import act_within
from pestle.stations.bench import printing
from pestle.stations.handover import pickup, returned_printing, returns, will_call, will_call_desk
from pestle.stations.handover.signatures import typed_name
from pestle.terms.findings import Refused, refuse

app_name = "will_call"


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what is to be bagged, what stands where and until when, and what is due back."""
    shelf = will_call_desk.shelf(request.pharmacy, request.arrived_at)
    request.saw(
        *(each.patient.pk for each in shelf.to_bag), *(each.bag.patient_id for each in (*shelf.bags, *shelf.out))
    )
    return render(request, "will_call/queue.html", {"shelf": shelf})


@require_POST
@shows_patients
def scan(request: Request) -> HttpResponse:
    """Take a scan in the list: a verified vial is bagged, a bag is opened."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.fill is not None and will_call_desk.may_be_bagged(found.fill):
        bag = will_call.bag(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_ids=[found.fill.pk])
        return scan_answer("match", f"In bag {bag.code}", go=reverse("will_call:bag", args=[bag.pk]))
    bag_found = found.bag or (found.fill.bag if found.fill else None)
    if bag_found is not None:
        return scan_answer("match", f"Bag {bag_found.code}", go=reverse("will_call:bag", args=[bag_found.pk]))
    if found.fill is not None:
        words = f"This vial is {found.fill.state_words}: it is bagged once it is verified."
        return scan_answer("stop", "Not to bag", words=words)
    return not_here(found, "Scan a verified vial, or a bag.")


@require_POST
@shows_patients
def make_bag(request: Request) -> HttpResponse:
    """Bag the chosen fills of one person."""
    ids = [pk for each in request.POST.getlist("fill") if (pk := chosen(each)) is not None]
    code = request.POST.get("code", "").strip().upper()
    bag = will_call.bag(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_ids=ids, bag_code=code)
    return redirect("will_call:bag", bag.pk)


@shows_patients
def bag(request: Request, pk: int) -> HttpResponse:
    """Show one bag: what is in it, where it stands, what can be done."""
    return render(request, "will_call/bag.html", _shown(request, _bag(request, pk)))


@require_POST
@shows_patients
def scan_for_bag(request: Request, pk: int) -> HttpResponse:
    """Take a scan beside an open bag: a place shelves it, a vial goes into it, another bag is opened."""
    found, the_bag = scanning.resolve(request.POST.get("text", ""), request.pharmacy), _bag(request, pk)
    if found.place is not None:
        _to_place(request, the_bag, found.place.pk)
        return _here(f"At {found.place.name}", the_bag)
    if found.fill is not None and found.fill.bag_id == the_bag.pk:
        return scan_answer("match", "In this bag", words="This vial belongs to this bag.")
    if found.fill is not None:
        will_call.bag(
            act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_ids=[found.fill.pk],
            bag_code=the_bag.code,
        )  # fmt: skip
        return _here(f"In bag {the_bag.code}", the_bag)
    if found.bag is not None:
        return scan_answer("match", f"Bag {found.bag.code}", go=reverse("will_call:bag", args=[found.bag.pk]))
    return not_here(found, "Scan the place where the bag goes, or a vial for it.")


@require_POST
@shows_patients
def shelve(request: Request, pk: int) -> HttpResponse:
    """Put a bag at the place that was chosen."""
    place_id = chosen(request.POST.get("place", ""))
    if place_id is None:
        raise refuse("Scan or choose a place.", rule="place_is_known", field="place")
    _to_place(request, _bag(request, pk), place_id)
    return redirect("will_call:bag", pk)


@require_POST
@shows_patients
def send_out(request: Request, pk: int) -> HttpResponse:
    """Give a bag to the driver."""
    will_call.send_out(act_id=request.act_id, by=request.worker, at=request.arrived_at, bag_id=_bag(request, pk).pk)
    return redirect("will_call:bag", pk)


@require_POST
@shows_patients
def deliver(request: Request, pk: int) -> HttpResponse:
    """Record what the driver brought back: who took the bag, the answer to the offer, the signature, the payment."""
    the_bag = _bag(request, pk)
    fills = will_call_desk.one_bag(request.worker, the_bag, request.arrived_at).fills
    signed = request.POST.get("signed", "")
    pickup.deliver(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, bag_id=the_bag.pk,
        hand_over=pickup.HandOver(
            signature=typed_name(signed), answers={the_bag.patient_id: request.POST.get("counsel", "")},
            tenders=tenders_of(request.POST, pickup.price_of(fills)), taken_by=signed,
            relation=request.POST.get("relation", ""), identification=request.POST.get("identification", ""),
        ),
    )  # fmt: skip
    return redirect("will_call:queue")


@require_POST
@shows_patients
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take one thing out of a bag into a bag of its own."""
    the_bag = _bag(request, pk)
    fill_id, place = chosen(request.POST.get("fill", "")), the_bag.place_id
    if fill_id is None or place is None:
        raise refuse("Choose what is taken out of the bag.", rule="fill_exists", field="fill")
    new = will_call.take_out(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=fill_id, place_id=place
    )
    return redirect("will_call:bag", new.pk)


@require_POST
@shows_patients
def keep(request: Request, pk: int) -> HttpResponse:
    """Keep everything in a bag that came due for another round of days."""
    fills = will_call_desk.due_in(_bag(request, pk))
    if not fills:
        raise refuse("Nothing in this bag came due: there is nothing to keep longer.", rule="bag_is_here")
    for fill in fills:
        will_call.keep_longer(
            act_id=act_within(request.act_id, f"keep {fill.pk}"), by=request.worker, at=request.arrived_at,
            fill_id=fill.pk, reason=request.POST.get("reason", ""),
        )  # fmt: skip
    return redirect("will_call:bag", pk)


@shows_patients
def due(request: Request) -> HttpResponse:
    """Show what goes back to stock; a bag scanned here goes back at once."""
    shelf = will_call_desk.shelf(request.pharmacy, request.arrived_at)
    request.saw(*(each.bag.patient_id for each in (*shelf.due, *shelf.soon)))
    last = returned_printing.newest(request.pharmacy)
    request.saw(*(each.prescription.patient_id for each in last))
    return render(request, "will_call/due.html", {"shelf": shelf, "last": last})


@require_POST
@shows_patients
def scan_to_return(request: Request) -> HttpResponse:
    """Return what was scanned in one scan; a controlled drug asks for its witness first."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    the_bag = found.bag or (found.fill.bag if found.fill else None)
    if the_bag is None:
        return not_here(found, "Scan the bag that goes back.")
    request.saw(the_bag.patient_id)
    shown = will_call_desk.one_bag(request.worker, the_bag, request.arrived_at)
    if shown.needs_witness:
        words = "A controlled drug goes back before a witness: a second person scans their badge."
        return scan_answer("ask", "Witness", words=words, go=reverse("will_call:bag", args=[the_bag.pk]) + "?witness=1")
    _return(request, the_bag, witness=None)
    return scan_answer("match", "Going back", go=reverse("will_call:due"))


@require_POST
@shows_patients
def return_bag(request: Request, pk: int) -> HttpResponse:
    """Return everything in a bag, before a witness where one is asked for."""
    the_bag = _bag(request, pk)
    _return(request, the_bag, witness=_witness(request))
    return redirect("will_call:due")


@require_POST
@shows_patients
def print_tag(request: Request, pk: int) -> HttpResponse:
    """Print a bag's tag."""
    bench_id = request.bench.pk if request.bench else None
    printing.print_bag_tag(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, bag_id=_bag(request, pk).pk, bench_id=bench_id
    )
    return redirect("will_call:bag", pk)


@shows_patients
def tag(request: Request, pk: int) -> HttpResponse:
    """Open a bag's tag as PDF."""
    return _pdf(printing.tag_as_pdf(_bag(request, pk)), "bag")


@shows_patients
def returned_label(request: Request, pk: int) -> HttpResponse:
    """Open the labels of a fill's returned vials as PDF."""
    fill = Fill.objects.filter(pk=pk, pharmacy=request.pharmacy).select_related("pharmacy").first()
    if fill is None:
        raise Http404
    return _pdf(returned_printing.returned_as_pdf(fill, request.arrived_at), "returned")


def _to_place(request: Request, the_bag: Bag, place_id: int) -> None:
    is_out = the_bag.place is not None and the_bag.place.kind == "driver"
    act = will_call.bring_back if is_out else will_call.shelve
    act(act_id=request.act_id, by=request.worker, at=request.arrived_at, bag_id=the_bag.pk, place_id=place_id)


def _return(request: Request, the_bag: Bag, *, witness: Worker | None) -> None:
    fills = will_call_desk.returnable_in(the_bag)
    if not fills:
        raise refuse("Nothing in this bag stands in will-call.", rule="bag_is_here", field="scan")
    refusals: list[Refused] = []
    for fill in fills:
        try:
            returns.return_to_stock(
                act_id=act_within(request.act_id, f"return {fill.pk}"), by=request.worker, at=request.arrived_at,
                fill_id=fill.pk, witness=witness, because=reasons_given(request),
            )  # fmt: skip
        except Refused as refusal:
            refusals.append(refusal)
    if refusals:
        raise Refused(tuple(finding for each in refusals for finding in each.findings))


def _witness(request: Request) -> Worker | None:
    """Give the second person who has proved to be there by badge and PIN; None where nobody was named."""
    badge, pin = request.POST.get("badge", "").strip(), request.POST.get("pin", "")
    if not badge:
        return None
    witness = people.worker_of_badge(badge, request.pharmacy)
    people.check_pin(witness, pin, request.arrived_at)
    return witness


def _shown(request: Request, the_bag: Bag) -> dict[str, Any]:
    shown = will_call_desk.one_bag(request.worker, the_bag, request.arrived_at)
    query = urlencode({"q": the_bag.code})
    return {
        "shown": shown,
        "bag": the_bag,
        "patient": the_bag.patient,
        "places": [(str(each.pk), each.name) for each in will_call_desk.places(request.pharmacy)],
        "road": road(ROAD, here="Will-call"),
        "asks_witness": "witness" in request.GET,
        "story": f"{reverse('where:index')}?{query}",
        "today": _today(request.arrived_at, shown),
        "liftable": [each for each in shown.stops("return_to_stock") if each.may_be_lifted_by(request.worker.roles)],
        "stopped": [each for each in shown.stops("return_to_stock") if not each.may_be_lifted_by(request.worker.roles)],
    }


def _today(at: datetime, shown: will_call_desk.BagShown) -> Any:
    return shown.fills[0].local_day(at) if shown.fills else at.date()


def _bag(request: Request, pk: int) -> Bag:
    found = will_call_desk.bag_of(request.worker, pk)
    if found is None:
        raise Http404
    request.saw(found.patient_id)
    return found


def _here(said: str, the_bag: Bag) -> HttpResponse:
    return scan_answer("match", said, go=reverse("will_call:bag", args=[the_bag.pk]))


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("", queue, name="queue"),
    path("scan/", scan, name="scan"),
    path("bag/", make_bag, name="make_bag"),
    path("due/", due, name="due"),
    path("due/scan/", scan_to_return, name="scan_to_return"),
    path("bags/<int:pk>/", bag, name="bag"),
    path("bags/<int:pk>/scan/", scan_for_bag, name="scan_for_bag"),
    path("bags/<int:pk>/shelve/", shelve, name="shelve"),
    path("bags/<int:pk>/send-out/", send_out, name="send_out"),
    path("bags/<int:pk>/deliver/", deliver, name="deliver"),
    path("bags/<int:pk>/take-out/", take_out, name="take_out"),
    path("bags/<int:pk>/keep/", keep, name="keep"),
    path("bags/<int:pk>/return/", return_bag, name="return"),
    path("bags/<int:pk>/print/", print_tag, name="print"),
    path("bags/<int:pk>/tag.pdf", tag, name="tag"),
    path("returned/<int:pk>/label.pdf", returned_label, name="returned_label"),
]
