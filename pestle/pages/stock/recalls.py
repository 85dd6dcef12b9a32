"""Recalls: what is stopped and still to do, what a pharmacist must judge, each recall with its places and patients."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import may, shows_patients
from pestle.pages.house.scans import not_here, scan_answer
from pestle.rules.recalls import DEPTHS
from pestle.stations import scanning
from pestle.stations.entry import recalls
from pestle.stations.scanning import What
from pestle.stations.withdrawn import recall_case, recall_desk, recall_report, recall_screening
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH, PHARMACISTS, Role

app_name = "recalls"


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show the open recalls, the questions a pharmacist must answer, and what is done."""
    shown = {
        "recalls": recall_desk.open_recalls(request.pharmacy),
        "ended": recall_desk.ended_recalls(request.pharmacy),
        "questions": recall_desk.questions(request.pharmacy),
        "is_pharmacist": _is_pharmacist(request),
        "now": request.arrived_at,
    }
    return render(request, "recalls/index.html", shown)


@may(BENCH, Role.AUDITOR)
@shows_patients
def recall(request: Request, pk: int) -> HttpResponse:
    """Show one recall."""
    shown = recall_desk.desk(request.worker, pk, request.arrived_at)
    request.saw(*(each.taken.fill.prescription.patient_id for each in shown.had))
    request.saw(*(each.fill.prescription.patient_id for each in (*shown.stopped, *shown.away)))
    more = {"desk": shown, "recall": shown.recall, "depths": DEPTHS, "is_pharmacist": _is_pharmacist(request)}
    return render(request, "recalls/recall.html", more)


@may(BENCH, Role.AUDITOR)
def report(request: Request, pk: int) -> HttpResponse:
    """Give the report of a recall as PDF; it names prescriptions by number and no patient."""
    shown = recall_desk.desk(request.worker, pk, request.arrived_at)
    content = recall_report.as_pdf(shown, request.arrived_at)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="recall-{shown.recall.notice_number}.pdf"'
    return answer


@require_POST
@may(BENCH)
def screen(request: Request) -> HttpResponse:
    """Hold every notice against every lot now."""
    recall_screening.screen(**_act(request))
    return redirect("recalls:index")


@require_POST
@may(BENCH)
def decide(request: Request, match: int) -> HttpResponse:
    """Say whether a notice means a lot."""
    is_meant = request.POST.get("is_meant") == "yes"
    found = recall_screening.decide(
        **_act(request), match_id=match, is_meant=is_meant, because=request.POST.get("because", "")
    )
    return redirect("recalls:recall", found.recall_id) if found.recall_id else redirect("recalls:index")


@require_POST
@may(BENCH)
def set_depth(request: Request, pk: int) -> HttpResponse:
    """Write down how deep the letter says it goes."""
    recall_case.set_depth(**_act(request), recall_id=pk, depth=request.POST.get("depth", ""))
    return redirect("recalls:recall", pk)


@require_POST
@may(BENCH)
def pull(request: Request, pk: int) -> HttpResponse:
    """Pull one lot from one place, with what was counted."""
    lot, place = request.POST.get("lot", ""), request.POST.get("place", "")
    if not (lot.isdigit() and place.isdigit()):
        raise refuse("Choose the lot and the place on the list.", rule="lot_stands_there", field="lot")
    recall_case.pull(
        **_act(request), recall_id=pk, lot_id=int(lot), place_id=int(place), seen=_seen(request.POST.get("seen", ""))
    )
    return redirect("recalls:recall", pk)


@require_POST
@may(BENCH)
def scan(request: Request, pk: int) -> HttpResponse:
    """Pull what was scanned; a bottle of another lot is said to be safe, one without a lot asks."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.what is not What.PRODUCT or found.package is None:
        return not_here(found, "Scan a bottle of a recalled lot.")
    code = found.scan.product
    number = code.lot.text if code is not None and code.lot is not None else ""
    stands = [
        row
        for row in recall_case.the_recall(pk, request.worker).standing()
        if row.lot.package_id == found.package.pk and number in {"", row.lot.number}
    ]
    if not stands:
        words = f"Lot {number} is not recalled here, or was pulled." if number else "Nothing of this product is left."
        return scan_answer("stop", "Not this one", words=words)
    if not number and len({row.lot_id for row in stands}) > 1:
        return scan_answer("ask", "Which lot?", words="This code tells no lot: pull it by the button of its lot.")
    act = _act(request)
    try:
        recall_case.pull(**act, recall_id=pk, lot_id=stands[0].lot_id, place_id=stands[0].place_id)
    except Refused as refusal:
        return scan_answer("stop", "Not pulled", words=str(refusal))
    return scan_answer("match", f"Pulled {stands[0].lot.number}", go=request.path.removesuffix("scan/"))


@require_POST
@shows_patients
def tell(request: Request, pk: int, fill: int) -> HttpResponse:
    """Record that a patient was told, and how."""
    recalls.tell_patient(**_act(request), fill_id=fill, how=request.POST.get("how", ""))
    return redirect("recalls:recall", pk)


@require_POST
@may(BENCH)
def answer(request: Request, pk: int) -> HttpResponse:
    """Record what was answered to the firm."""
    recall_case.answer(**_act(request), recall_id=pk, words=request.POST.get("words", ""))
    return redirect("recalls:recall", pk)


@require_POST
@may(BENCH)
def close(request: Request, pk: int) -> HttpResponse:
    """Close the recall."""
    recall_case.close(**_act(request), recall_id=pk, because=reasons_given(request))
    return redirect("recalls:recall", pk)


@require_POST
@may(BENCH)
def lift(request: Request, pk: int) -> HttpResponse:
    """Take the recall back: these lots are not meant."""
    recall_case.lift(**_act(request), recall_id=pk, reason=request.POST.get("reason", ""))
    return redirect("recalls:recall", pk)


def _seen(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        read = Decimal(text.strip())
    except InvalidOperation as fault:
        raise refuse("Type how much you pulled: 90, or 12.5.", rule="quantity_is_counted", field="seen") from fault
    if not read.is_finite() or abs(read) >= 10**9:
        raise refuse("Type how much you pulled: 90, or 12.5.", rule="quantity_is_counted", field="seen")
    return read


def _is_pharmacist(request: Request) -> bool:
    return not request.worker.roles.isdisjoint(PHARMACISTS)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("screen/", screen, name="screen"),
    path("matches/<int:match>/", decide, name="decide"),
    path("<int:pk>/", recall, name="recall"),
    path("<int:pk>/report/", report, name="report"),
    path("<int:pk>/depth/", set_depth, name="set_depth"),
    path("<int:pk>/pull/", pull, name="pull"),
    path("<int:pk>/scan/", scan, name="scan"),
    path("<int:pk>/told/<int:fill>/", tell, name="tell"),
    path("<int:pk>/answer/", answer, name="answer"),
    path("<int:pk>/close/", close, name="close"),
    path("<int:pk>/lift/", lift, name="lift"),
]
