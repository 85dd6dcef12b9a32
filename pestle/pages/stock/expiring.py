"""What expires: a picture of the stretches of days, each lot with its value and its window, pulled by scan."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.typed import chosen
from pestle.stations import scanning
from pestle.stations.scanning import What
from pestle.stations.withdrawn import outdated
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH, LEADS, Role

app_name = "expiring"
WINDOW = ("days_before", "days_after", "credit_percent")


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show what has expired or will within half a year."""
    found = outdated.expiring(request.pharmacy, request.arrived_at)
    shown = {
        "rows": found,
        "bars": outdated.bars(found),
        "windows": outdated.windows(request.pharmacy),
        "is_lead": not request.worker.roles.isdisjoint(LEADS),
    }
    return render(request, "expiring/index.html", shown)


@require_POST
@may(BENCH)
def pull(request: Request) -> HttpResponse:
    """Pull one lot from one place to the outdated place."""
    lot, place = chosen(request.POST.get("lot", "")), chosen(request.POST.get("place", ""))
    outdated.pull_outdated(**_act(request), lot_id=lot or 0, place_id=place or 0)
    return redirect("expiring:index")


@require_POST
@may(BENCH)
def scan(request: Request) -> HttpResponse:
    """Pull what was scanned, where its lot is on the list."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.what is not What.PRODUCT or found.package is None:
        return not_here(found, "Scan a bottle that has expired.")
    code = found.scan.product
    number = code.lot.text if code is not None and code.lot is not None else ""
    rows = [
        each.row
        for each in outdated.expiring(request.pharmacy, request.arrived_at)
        if each.row.lot.package_id == found.package.pk and number in {"", each.row.lot.number}
    ]
    if not rows:
        return scan_answer("ask", "Not old", words="This lot is not on the list: leave it on its shelf.")
    if not number and len({row.lot_id for row in rows}) > 1:
        return scan_answer("ask", "Which lot?", words="This code tells no lot: pull it by the button of its lot.")
    try:
        outdated.pull_outdated(**_act(request), lot_id=rows[0].lot_id, place_id=rows[0].place_id)
    except Refused as refusal:
        return scan_answer("stop", "Not pulled", words=str(refusal))
    return scan_answer("match", f"Pulled {rows[0].lot.number}", go=request.path.removesuffix("scan/"))


@require_POST
@may(BENCH)
def window(request: Request) -> HttpResponse:
    """Write down what a supplier takes back."""
    before, after, percent = (_whole(request.POST.get(name, ""), name) for name in WINDOW)
    outdated.set_window(
        **_act(request), partner_id=chosen(request.POST.get("supplier", "")) or 0, days_before=before,
        days_after=after, credit_percent=percent,
    )  # fmt: skip
    return redirect("expiring:index")


def _whole(text: str, field: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 3:
        raise refuse("Type a whole number of days or percent.", rule="window_is_a_number", field=field)
    return int(digits)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("pull/", pull, name="pull"),
    path("scan/", scan, name="scan"),
    path("window/", window, name="window"),
]
