"""Filling: the queue, the bench of one fill, and what happens when there is not enough."""

from typing import cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.shapes import road
from pestle.pages.house.typed import chosen, moment, number, one_chosen
from pestle.pages.where import ROAD
from pestle.records.drug_warnings import requires_medication_guide
from pestle.records.fills import Fill
from pestle.rules.facts import PartialBasis
from pestle.stations import scanning, waiting
from pestle.stations.bench import filling, filling_bench, filling_extras, mapped_codes, printing, verification
from pestle.stations.bench.filling_waits import stock_expected
from pestle.stations.entry import calculator
from pestle.stations.waiting import REASONS
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import PHARMACISTS, Role
from pestle.terms.schedule import Schedule

app_name = "filling"

BECAUSE = "because-"
AT_THE_BENCH = frozenset({"queued", "filled"})
BASES = tuple((basis.value, basis.value) for basis in PartialBasis if basis is not PartialBasis.NONE)


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Show what waits to be filled, and what is out of stock or owed."""
    fills, short = filling_bench.to_fill(request.pharmacy), filling_bench.short(request.pharmacy)
    done = filling_bench.just_filled(request.pharmacy, request.worker)
    request.saw(*(each.prescription.patient_id for each in (*fills, *short, *done)))
    shown = {"fills": fills, "short": short, "done": done, "free": [each for each in fills if not each.in_hands_of_id]}
    return render(request, "filling/queue.html", shown)


@require_POST
@shows_patients
def take_next(request: Request) -> HttpResponse:
    """Take the most urgent fill that nobody has and open its bench."""
    taken = filling.take_next(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, bench_id=_bench_id(request)
    )  # fmt: skip
    return redirect("filling:fill", taken.pk) if taken else redirect("filling:queue")


@require_POST
@shows_patients
def scan_for_one(request: Request) -> HttpResponse:
    """Open the bench of the fill whose label was scanned in the queue, with the label taken as scanned."""
    code = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if code.fill is None:
        return not_here(code, "Scan the label of a fill, or press F10 for the next one.")
    found = code.fill
    filling.scan(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=found.pk,
        text=request.POST.get("text", ""),
    )  # fmt: skip
    return scan_answer("match", "Label", go=reverse("filling:fill", args=[found.pk]))


@shows_patients
def fill(request: Request, pk: int) -> HttpResponse:
    """Show the bench of one fill."""
    shown = _fill(request, pk)
    if shown.state not in AT_THE_BENCH:
        return redirect(_where(pk))
    return render(request, "filling/fill.html", _bench(request, shown))


@require_POST
@shows_patients
def scan(request: Request, pk: int) -> HttpResponse:
    """Take a scan: label, basket, bottle or vial; the whole bench answers it."""
    try:
        filling.scan(
            act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk,
            text=request.POST.get("text", ""), package_id=chosen(request.POST.get("package", "")),
            because=_because(request.POST),
        )  # fmt: skip
    except filling.WhichBottle as several:
        return _which(request, pk, several)
    except Refused as refusal:
        if not filling.is_kept(refusal):
            raise
    return _answered(request, pk)


@require_POST
@shows_patients
def take(request: Request, pk: int) -> HttpResponse:
    """Take this fill in hand, or over from somebody with a reason."""
    filling.take_in_hand(**_act(request, pk), reason=request.POST.get("reason", ""), bench_id=_bench_id(request))
    return redirect("filling:fill", pk)


@require_POST
@shows_patients
def put_down(request: Request, pk: int) -> HttpResponse:
    """Leave this fill for anybody."""
    filling.put_down(**_act(request, pk))
    return redirect("filling:queue")


@require_POST
@shows_patients
def basket(request: Request, pk: int) -> HttpResponse:
    """Give this fill the basket that was chosen."""
    filling.assign_basket(**_act(request, pk), place_id=one_chosen(request.POST.get("basket", ""), "basket"))
    return _part(request, pk)


@require_POST
@shows_patients
def count(request: Request, pk: int) -> HttpResponse:
    """Take the count, by the first person or the second."""
    typed = number(request.POST.get("counted", ""), "counted")
    (filling.second_count if "again" in request.POST else filling.count)(**_act(request, pk), counted=typed)
    return _part(request, pk)


@require_POST
@shows_patients
def rest(request: Request, pk: int) -> HttpResponse:
    """Take what remains after a controlled fill, as it was counted."""
    filling.back_count(**_act(request, pk), remains=number(request.POST.get("remains", ""), "remains"))
    return _part(request, pk)


@require_POST
@shows_patients
def lots(request: Request, pk: int) -> HttpResponse:
    """Take how much came from each lot."""
    typed = {
        lot_id: number(str(text), name)
        for name, text in request.POST.items()
        if name.startswith("lot-") and (lot_id := chosen(name.removeprefix("lot-"))) is not None
    }
    filling.set_lot_quantities(**_act(request, pk), quantities=typed)
    return _part(request, pk)


@require_POST
@shows_patients
def cap(request: Request, pk: int) -> HttpResponse:
    """Change between a safety cap and an easy one."""
    filling.set_cap(
        **_act(request, pk), is_child_resistant=request.POST.get("cap") == "safety",
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return _part(request, pk)


@require_POST
@shows_patients
def leaflet(request: Request, pk: int) -> HttpResponse:
    """Take what became of the Medication Guide."""
    filling.set_leaflet(**_act(request, pk), answer=request.POST.get("answer", ""))
    return _part(request, pk)


@require_POST
@shows_patients
def finish(request: Request, pk: int) -> HttpResponse:
    """End filling; the label prints, the vial is scanned next."""
    typed = request.POST.get("counted", "").strip()
    filling.finish(
        **_act(request, pk), counted=number(typed, "counted") if typed else None,
        bench_id=_bench_id(request), because=_because(request.POST),
    )  # fmt: skip
    return redirect("filling:fill", pk)


@require_POST
@shows_patients
def map_code(request: Request, pk: int) -> HttpResponse:
    """Say what product an unknown code stands for; a second person agrees before it counts."""
    said = request.POST
    mapped_codes.propose_code(
        **_act(request, pk), text=said.get("text", ""), ndc=said.get("ndc", ""), because=said.get("because", "")
    )
    return redirect("filling:fill", pk)


@require_POST
@shows_patients
def approve_code(request: Request, pk: int, code_id: int) -> HttpResponse:
    """Agree, as the second person, that a code stands for its product."""
    mapped_codes.approve_code(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, code_id=code_id
    )  # fmt: skip
    return redirect("filling:fill", pk)


@require_POST
@shows_patients
def retire_code(request: Request, pk: int, code_id: int) -> HttpResponse:
    """Turn down what a code is said to stand for."""
    mapped_codes.retire_code(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, code_id=code_id,
        because=request.POST.get("because", ""),
    )  # fmt: skip
    return redirect("filling:fill", pk)


@require_POST
@shows_patients
def vouch(request: Request, pk: int) -> HttpResponse:
    """Let a pharmacist vouch for a bottle that does not scan."""
    lot_id, reason = one_chosen(request.POST.get("lot", ""), "lot"), request.POST.get("reason", "")
    filling.override_scan(**_act(request, pk), lot_id=lot_id, reason=reason)
    return _part(request, pk)


@require_POST
@shows_patients
def other_maker(request: Request, pk: int) -> HttpResponse:
    """Fill with the other maker's bottle: change the NDC and bill again."""
    filling.use_other_maker(**_act(request, pk), package_id=one_chosen(request.POST.get("package", ""), "scan"))
    return redirect("filling:queue")


@require_POST
@shows_patients
def send_back(request: Request, pk: int) -> HttpResponse:
    """Let a pharmacist send the fill back to data entry with the drug marked."""
    verification.send_back(**_act(request, pk), fields=["product"], reason=request.POST.get("reason", ""))
    return redirect("filling:queue")


@require_POST
@shows_patients
def print_again(request: Request, pk: int) -> HttpResponse:
    """Print the label once more, marked, with the reason."""
    printing.print_label(**_act(request, pk), bench_id=_bench_id(request), reason=request.POST.get("reason", ""))
    return redirect("filling:fill", pk)


@shows_patients
def label(request: Request, pk: int) -> HttpResponse:
    """Open the label as PDF, for when the printer does not answer."""
    shown = _fill(request, pk)
    return _pdf(printing.label_as_pdf(shown, request.arrived_at), f"label-{shown.prescription.rx_number}")


@shows_patients
def ticket(request: Request, pk: int) -> HttpResponse:
    """Open the work ticket as PDF: it carries the bar code that filling begins with."""
    shown = _fill(request, pk)
    return _pdf(printing.ticket_as_pdf(shown), f"ticket-{shown.prescription.rx_number}")


def _pdf(drawn: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@shows_patients
def part(request: Request, pk: int) -> HttpResponse:
    """Ask how much goes now and on what ground; owe the rest."""
    shown = _fill(request, pk)
    if request.method == "POST":
        filling.fill_part(
            **_act(request, pk), quantity=number(request.POST.get("quantity", ""), "quantity"),
            basis=_basis(request.POST.get("partial_basis", "")),
            wakes_at=moment(request, "wakes_at"), remark=request.POST.get("remark", ""),
        )  # fmt: skip
        return redirect("filling:fill", pk)
    is_controlled = Schedule(shown.prescription.schedule) is Schedule.II
    bases = [pair for pair in BASES if is_controlled != (pair[0] == PartialBasis.NOT_CONTROLLED.value)]
    return _dialog(request, shown, "filling/part.html", bases=bases, is_ii=is_controlled)


@shows_patients
def out_of_stock(request: Request, pk: int) -> HttpResponse:
    """Ask when stock comes, and let the fill wait for it."""
    shown = _fill(request, pk)
    if request.method == "POST":
        filling.run_out(
            **_act(request, pk), wakes_at=moment(request, "wakes_at"), remark=request.POST.get("remark", "")
        )
        return redirect("filling:queue")
    return _dialog(request, shown, "filling/out_of_stock.html")


@shows_patients
def hold(request: Request, pk: int) -> HttpResponse:
    """Ask why the fill waits, for whom and until when."""
    shown = _fill(request, pk)
    if request.method == "POST":
        waiting.hold(
            **_act(request, pk), reason=request.POST.get("waiting_for", ""), wakes_at=moment(request, "wakes_at"),
            owner_role=request.POST.get("owner", ""), remark=request.POST.get("remark", ""),
        )  # fmt: skip
        return redirect("filling:queue")
    owners = [(role.value, role.value) for role in (Role.TECHNICIAN, Role.PHARMACIST)]
    return _dialog(request, shown, "filling/hold.html", reasons=REASONS, owners=owners)


@shows_patients
def close_short(request: Request, pk: int) -> HttpResponse:
    """Ask why nothing more of a fill is given, and end it."""
    shown = _fill(request, pk)
    if request.method == "POST":
        filling.close_short(**_act(request, pk), reason=request.POST.get("reason", ""))
        return redirect("filling:queue")
    return _dialog(request, shown, "filling/close_short.html")


@require_POST
@shows_patients
def go_on(request: Request, pk: int) -> HttpResponse:
    """Take up what was out of stock or owed."""
    shown = _fill(request, pk)
    (filling.restock if shown.state == "out_of_stock" else filling.fill_the_rest)(**_act(request, pk))
    return redirect("filling:queue")


def _basis(text: str) -> PartialBasis:
    found = next((basis for basis in PartialBasis if basis.value == text), None)
    if found is None and text:
        raise refuse("Choose why a part goes now.", rule="schedule_ii_part_has_a_basis", field="partial_basis")
    return found or PartialBasis.NONE


def _act(request: Request, pk: int) -> filling.OnOneFill:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at, "fill_id": pk}


def _bench_id(request: Request) -> int | None:
    return request.bench.pk if request.bench else None


def _bench(request: Request, shown: Fill) -> dict[str, object]:
    bench = filling_bench.bench(shown, request.worker, request.arrived_at, at_bench=request.bench)
    worker = request.worker
    return {
        "bench": bench,
        "fill": shown,
        "rx": shown.prescription,
        "patient": bench.patient,
        "allergies": [str(each) for each in bench.patient.allergies.filter(ended_on=None)] if bench.patient else [],
        "product": shown.package.product if shown.package else None,
        "road": road(ROAD, here="Filling"),
        "baskets": [(str(each.pk), each.name) for each in filling_bench.free_baskets(request.pharmacy)],
        "is_pharmacist": not worker.roles.isdisjoint(PHARMACISTS),
        "pharmacist": " or ".join(filling_bench.pharmacists_here(request.pharmacy)) or "a pharmacist",
        "schedule": Schedule(shown.prescription.schedule),
        "kept": calculator.kept_with(shown),
        "cap": filling_extras.cap_words(shown),
        "cap_hint": filling_extras.cap_hint(shown),
        "cap_may_be_exempt": bool((found := shown.exemption()) and not found.is_certain),
        "leaflets": filling_extras.LEAFLETS,
        "proposal": mapped_codes.proposed_for(bench.unknown, request.pharmacy) if bench.unknown else None,
        "guide": requires_medication_guide(shown.package.product) if shown.package else None,
    }


def _answered(request: Request, pk: int) -> HttpResponse:
    context = _bench(request, _fill(request, pk)) | {"is_part": True}
    bench = cast(filling_bench.BenchShown, context["bench"])
    html = render_to_string("filling/bench.html", context, request=request)
    state = "match" if bench.state == "ready" else bench.state
    return scan_answer(state, bench.said, words=f"{bench.words} {bench.body}", html=html)


def _part(request: Request, pk: int) -> HttpResponse:
    return render(request, "filling/bench.html", _bench(request, _fill(request, pk)) | {"is_part": True})


def _which(request: Request, pk: int, several: filling.WhichBottle) -> HttpResponse:
    context = _bench(request, _fill(request, pk)) | {
        "is_part": True, "packages": several.packages, "text": request.POST.get("text", ""),
    }  # fmt: skip
    html = render_to_string("filling/bench.html", context, request=request)
    title = "Two drugs share this code" if len(several.packages) > 1 else "Read the bottle"
    return scan_answer("ask", title, words=str(several), html=html)


def _dialog(request: Request, shown: Fill, template: str, **more: object) -> HttpResponse:
    zone = ZoneInfo(request.pharmacy.time_zone)
    wakes_at = stock_expected(shown, request.arrived_at).astimezone(zone)
    return render(request, template, _bench(request, shown) | {"wakes_at": f"{wakes_at:%Y-%m-%dT%H:%M}"} | more)


def _fill(request: Request, pk: int) -> Fill:
    try:
        shown = filling.load(pk, request.worker)
    except Refused as missing:
        raise Http404 from missing
    request.saw(shown.prescription.patient_id)
    return shown


def _because(posted: QueryDict) -> dict[str, str]:
    return {name.removeprefix(BECAUSE): str(text) for name, text in posted.items() if name.startswith(BECAUSE)}


def _where(pk: int) -> str:
    try:
        return reverse("where:fill", args=[pk])
    except NoReverseMatch:
        return reverse("filling:queue")


urlpatterns = [
    path("", queue, name="queue"),
    path("next/", take_next, name="next"),
    path("scan/", scan_for_one, name="scan_for_one"),
    path("<int:pk>/", fill, name="fill"),
    path("<int:pk>/scan/", scan, name="scan"),
    path("<int:pk>/take/", take, name="take"),
    path("<int:pk>/put-down/", put_down, name="put_down"),
    path("<int:pk>/basket/", basket, name="basket"),
    path("<int:pk>/count/", count, name="count"),
    path("<int:pk>/rest/", rest, name="rest"),
    path("<int:pk>/lots/", lots, name="lots"),
    path("<int:pk>/cap/", cap, name="cap"),
    path("<int:pk>/leaflet/", leaflet, name="leaflet"),
    path("<int:pk>/code/", map_code, name="map_code"),
    path("<int:pk>/code/<int:code_id>/approve/", approve_code, name="approve_code"),
    path("<int:pk>/code/<int:code_id>/retire/", retire_code, name="retire_code"),
    path("<int:pk>/finish/", finish, name="finish"),
    path("<int:pk>/vouch/", vouch, name="vouch"),
    path("<int:pk>/other-maker/", other_maker, name="other_maker"),
    path("<int:pk>/send-back/", send_back, name="send_back"),
    path("<int:pk>/print/", print_again, name="print"),
    path("<int:pk>/label.pdf", label, name="label"),
    path("<int:pk>/ticket.pdf", ticket, name="ticket"),
    path("<int:pk>/part/", part, name="part"),
    path("<int:pk>/out-of-stock/", out_of_stock, name="out_of_stock"),
    path("<int:pk>/hold/", hold, name="hold"),
    path("<int:pk>/close-short/", close_short, name="close_short"),
    path("<int:pk>/go-on/", go_on, name="go_on"),
]
