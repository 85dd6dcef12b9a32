"""Moving stock by scan: the place, the bottle, the other place, and how much is carried."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.pages.house.scans import not_here, scan_answer
from pestle.pages.house.typed import chosen, number
from pestle.pages.stock.second_person import second_person
from pestle.stations import scanning
from pestle.stations.stock import moving
from pestle.stations.stock.moving import InHand
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, Role

app_name = "moves"


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show what is in the hand so far, and the last moves."""
    in_hand = _in_hand(request)
    shown = {
        "in_hand": in_hand, "lately": moving.lately(request.pharmacy), "query": urlencode(_named(in_hand)),
    }  # fmt: skip
    return render(request, "moves/index.html", shown)


@require_POST
@may(BENCH)
def scan(request: Request) -> HttpResponse:
    """Take one scan: the first place, the bottle, the second place."""
    in_hand, found = _in_hand(request), scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if found.place is not None:
        place = moving.place_here(request.pharmacy, found.place.pk)
        if place is None:
            return not_here(found, "Scan a shelf, a vault or a place where stock is set apart.")
        part = "to" if in_hand.source is not None and in_hand.lot is not None else "from"
        return scan_answer("match", place.name, go=_with(in_hand, **{part: place.pk}))
    if found.package is None:
        return not_here(found, "Scan a place or a bottle.")
    if in_hand.source is None:
        raise refuse("Scan the place where it stands first.", rule="place_is_known", field="scan")
    carried = found.scan.product
    lot = moving.lot_at(in_hand.source, found.package.pk, str(carried.lot) if carried and carried.lot else "")
    return scan_answer("match", f"Lot {lot.number}", go=_with(in_hand, lot=lot.pk))


@require_POST
@may(BENCH)
def move(request: Request) -> HttpResponse:
    """Carry it."""
    said = request.POST
    moving.move_stock(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, source_id=chosen(said.get("source", "")) or 0,
        target_id=chosen(said.get("target", "")) or 0, lot_id=chosen(said.get("lot", "")) or 0,
        quantity=number(said.get("quantity", ""), "quantity"), reason=said.get("reason", ""),
        witness=second_person(request),
    )  # fmt: skip
    return redirect("moves:index")


def _in_hand(request: Request) -> InHand:
    return InHand(
        moving.place_here(request.pharmacy, chosen(request.GET.get("from", ""))),
        moving.place_here(request.pharmacy, chosen(request.GET.get("to", ""))),
        moving.lot_here(request.pharmacy, chosen(request.GET.get("lot", ""))),
    )


def _named(in_hand: InHand) -> dict[str, int]:
    rows: dict[str, Any] = {"from": in_hand.source, "to": in_hand.target, "lot": in_hand.lot}
    return {name: row.pk for name, row in rows.items() if row is not None}


def _with(in_hand: InHand, **more: int) -> str:
    return f"{reverse('moves:index')}?{urlencode(_named(in_hand) | more)}"


urlpatterns = [
    path("", index, name="index"),
    path("scan/", scan, name="scan"),
    path("move/", move, name="move"),
]
