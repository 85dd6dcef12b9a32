"""Receiving: what is announced and on the bench, each package by scan, what differs, and where it is put away."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import may, shows_patients
from pestle.pages.house.scans import scan_answer
from pestle.pages.stock.second_person import second_person
from pestle.stations import scanning
from pestle.stations.entry.entry_fields import Unreadable, read_day
from pestle.stations.scanning import Scanned, What
from pestle.stations.stock import delivery_desk, receiving, tracing
from pestle.stations.stock.receiving import InHand
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH, Role

app_name = "receiving"
MOST_DIGITS = 4
# What a scan lacks and a person can type.
ASKED = frozenset({"lot", "expires_on", "temperature", "witness"})


@may(BENCH, Role.AUDITOR)
def queue(request: Request) -> HttpResponse:
    """Show what is announced, on the bench or still to be put away, and what is done."""
    shown = {"waiting": delivery_desk.waiting(request.pharmacy), "ended": delivery_desk.ended(request.pharmacy)}
    return render(request, "receiving/queue.html", shown)


@may(BENCH, Role.AUDITOR)
@shows_patients
def delivery(request: Request, pk: int) -> HttpResponse:
    """Show one delivery on the bench."""
    return render(request, "receiving/delivery.html", _shown(request, pk))


@require_POST
@may(BENCH)
def new(request: Request) -> HttpResponse:
    """Open what came without a notice."""
    made = receiving.open_unannounced(**_act(request), number=request.POST.get("number", ""))
    return redirect("receiving:delivery", made.pk)


@require_POST
@may(BENCH)
def open_it(request: Request, pk: int) -> HttpResponse:
    """Begin to take in what was announced."""
    receiving.open_delivery(**_act(request), delivery_id=pk)
    return redirect("receiving:delivery", pk)


@require_POST
@may(BENCH)
@shows_patients
def scan(request: Request, pk: int) -> HttpResponse:
    """Take one scanned package in; what its code lacks is asked for, what stops it is said across the page."""
    text = request.POST.get("text", "")
    found = scanning.resolve(text, request.pharmacy)
    if found.what is not What.PRODUCT:
        words = found.said or "That is no product. Scan the code on a package."
        return _answer(request, pk, "ask", "Not a product", words)
    if found.package is None:
        return _answer(request, pk, "ask", "Which product?", "This code fits more than one product: type its NDC.")
    in_hand = _in_hand(found)
    try:
        line = receiving.take_in(**_act(request), delivery_id=pk, in_hand=in_hand)
    except Refused as refusal:
        asked = {finding.field for finding in refusal.findings} <= ASKED
        said = "Type the rest" if asked else "Stop"
        return _answer(request, pk, "ask" if asked else "stop", said, str(refusal), typed=in_hand, refusal=refusal)
    said = f"{line.lot_number}, {line.received} of {max(line.announced, line.received)}"
    return _answer(request, pk, "match", said, f"Taken in: lot {line.lot_number}.", line_id=line.pk)


@require_POST
@may(BENCH)
@shows_patients
def take(request: Request, pk: int) -> HttpResponse:
    """Take in what was typed: a code without lot or expiry, a vault line with its witness, several packages at once."""
    found = scanning.resolve(request.POST.get("code", ""), request.pharmacy)
    if found.package is None:
        raise refuse(found.said or "Scan or type the NDC of one package.", rule="package_is_here", field="code")
    typed = _in_hand(found)
    in_hand = InHand(
        typed.package_id,
        lot_number=request.POST.get("lot", "").strip() or typed.lot_number,
        expires_on=_day(request.POST.get("expires_on", "")) or typed.expires_on,
        packages=_whole(request.POST.get("packages", "1"), "packages"),
        temperature_c=_temperature(request.POST.get("temperature", "")),
        code=typed.code,
    )
    receiving.take_in(
        **_act(request), delivery_id=pk, in_hand=in_hand, witness=second_person(request), because=reasons_given(request)
    )
    return redirect("receiving:delivery", pk)


@require_POST
@may(BENCH)
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct a line: take packages back out of the number, or set them apart."""
    line = _whole(request.POST.get("line", ""), "line", most=12)
    packages = _whole(request.POST.get("packages", ""), "packages")
    act = receiving.set_apart if request.POST.get("way") == "apart" else receiving.take_back
    act(**_act(request), line_id=line, packages=packages, reason=request.POST.get("reason", ""))
    return redirect("receiving:delivery", pk)


@require_POST
@may(BENCH)
def close(request: Request, pk: int) -> HttpResponse:
    """Close the delivery; then it is put away."""
    receiving.close(**_act(request), delivery_id=pk, reason=request.POST.get("reason", ""))
    return redirect("receiving:delivery", pk)


@require_POST
@may(BENCH)
def put_away(request: Request, pk: int, line: int) -> HttpResponse:
    """Put one line at its place, or at the place that was scanned or typed."""
    text = request.POST.get("place", "").strip()
    found = scanning.resolve(text, request.pharmacy) if text else None
    if found is not None and found.place is None:
        raise refuse(found.said or "That is no place: scan the shelf.", rule="place_is_known", field="place")
    place = found.place.pk if found is not None and found.place is not None else None
    receiving.put_away(**_act(request), line_id=line, place_id=place)
    return redirect("receiving:delivery", pk)


@require_POST
@may(BENCH)
def never_came(request: Request, pk: int) -> HttpResponse:
    """End a delivery that never came."""
    receiving.never_came(**_act(request), delivery_id=pk, reason=request.POST.get("reason", ""))
    return redirect("receiving:queue")


@may(BENCH, Role.AUDITOR)
def traced(request: Request) -> HttpResponse:
    """Find tracing data by lot, serial number, GTIN or NDC."""
    text = request.GET.get("q", "")
    return render(request, "receiving/traced.html", {"text": text, "found": tracing.find(request.worker, text)})


def _shown(request: Request, pk: int, **more: Any) -> dict[str, Any]:
    desk = delivery_desk.desk(request.worker, pk, request.arrived_at)
    request.saw(*(each.prescription.patient_id for each in desk.completes))
    close_findings = next((way.findings for way in desk.ways if way.step.verb == "close"), ())
    return {"desk": desk, "delivery": desk.delivery, "state": desk.delivery.state, "closing": close_findings} | more


def _answer(
    request: Request, pk: int, state: str, said: str, words: str, *, typed: InHand | None = None,
    refusal: Refused | None = None, line_id: int = 0,
) -> HttpResponse:  # fmt: skip
    shown = _shown(
        request, pk, verdict=state, verdict_words=words, typed=typed, line_id=line_id, is_part=True,
        code=request.POST.get("text", ""), standing=refusal.findings if refusal else (),
    )  # fmt: skip
    html = render_to_string("receiving/bench.html", shown, request=request)
    return scan_answer(state, said, words=words, html=html)


def _in_hand(found: Scanned) -> InHand:
    code, package = found.scan.product, found.package
    if package is None:
        raise refuse("Scan or type the NDC of one package.", rule="package_is_here", field="code")
    lot = code.lot.text if code is not None and code.lot is not None else ""
    return InHand(package.pk, lot_number=lot, expires_on=code.expiry if code is not None else None, code=code)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return read_day(text.strip())
    except (Unreadable, ValueError) as fault:
        words = "Type the expiry date as on the bottle: 5/31/2028."
        raise refuse(words, rule="package_has_an_expiry", field="expires_on") from fault


def _whole(text: str, field: str, *, most: int = MOST_DIGITS) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > most:
        raise refuse("Type a whole number of packages: 1 to 9999.", rule="packages_are_counted", field=field)
    return int(digits)


def _temperature(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        read = Decimal(text.strip().removesuffix("C").removesuffix("°").strip())
    except InvalidOperation as fault:
        raise refuse("Type the temperature in °C: 5.1.", rule="cold_package_came_cold", field="temperature") from fault
    if not read.is_finite() or abs(read) > 100:
        raise refuse("Type the temperature in °C: 5.1.", rule="cold_package_came_cold", field="temperature")
    return read.quantize(Decimal("0.1"))


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", queue, name="queue"),
    path("new/", new, name="new"),
    path("traced/", traced, name="traced"),
    path("<int:pk>/", delivery, name="delivery"),
    path("<int:pk>/open/", open_it, name="open"),
    path("<int:pk>/scan/", scan, name="scan"),
    path("<int:pk>/take/", take, name="take"),
    path("<int:pk>/close/", close, name="close"),
    path("<int:pk>/never-came/", never_came, name="never_came"),
    path("<int:pk>/correct/", correct, name="correct"),
    path("<int:pk>/lines/<int:line>/put-away/", put_away, name="put_away"),
]
