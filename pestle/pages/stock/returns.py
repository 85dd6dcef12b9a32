"""Returns: what waits to go, each return with its lots, its authorization and the credit that came of it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.pages.house.typed import chosen
from pestle.rules.returns import DESTINATIONS
from pestle.stations import scanning
from pestle.stations.withdrawn import return_desk, returning
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, Role

app_name = "returns"


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show the returns that are open, and those that are done."""
    shown = {
        "open": return_desk.open_returns(request.pharmacy),
        "ended": return_desk.ended_returns(request.pharmacy),
        "destinations": DESTINATIONS,
        "missing": return_desk.credit_missing(request.pharmacy),
    }
    return render(request, "returns/index.html", shown)


@may(BENCH, Role.AUDITOR)
def shipment(request: Request, pk: int) -> HttpResponse:
    """Show one return."""
    desk = return_desk.desk(request.worker, pk, request.arrived_at)
    return render(request, "returns/shipment.html", {"desk": desk, "back": desk.back})


@require_POST
@may(BENCH)
def begin(request: Request) -> HttpResponse:
    """Begin a return."""
    goes_to, to_whom = request.POST.get("goes_to", ""), request.POST.get("to_whom", "")
    begun = returning.begin(**_act(request), goes_to=goes_to, to_whom=to_whom)
    return redirect("returns:shipment", begun.pk)


@require_POST
@may(BENCH)
def from_patient(request: Request) -> HttpResponse:
    """Take back what a patient brings, or say why not and what to tell them."""
    found = scanning.resolve(request.POST.get("label", ""), request.pharmacy)
    if found.fill is None:
        raise refuse("Scan or type the label of what was brought.", rule="label_is_known", field="label")
    returning.take_from_patient(
        **_act(request), fill_id=found.fill.pk, is_our_error=request.POST.get("why") == "our error"
    )
    return redirect("returns:index")


@require_POST
@may(BENCH)
def put_on(request: Request, pk: int) -> HttpResponse:
    """Put all of a lot at a place on the return."""
    lot, place = chosen(request.POST.get("lot", "")), chosen(request.POST.get("place", ""))
    returning.put_on(
        **_act(request), return_id=pk, lot_id=lot or 0, place_id=place or 0, because=reasons_given(request)
    )
    return redirect("returns:shipment", pk)


@require_POST
@may(BENCH)
def take_off(request: Request, pk: int) -> HttpResponse:
    """Take a line off again."""
    returning.take_off(**_act(request), return_id=pk, line_id=chosen(request.POST.get("line", "")) or 0)
    return redirect("returns:shipment", pk)


@require_POST
@may(BENCH)
def authorize(request: Request, pk: int) -> HttpResponse:
    """Write down the supplier's number."""
    returning.authorize(**_act(request), return_id=pk, number=request.POST.get("number", ""))
    return redirect("returns:shipment", pk)


@require_POST
@may(BENCH)
def send(request: Request, pk: int) -> HttpResponse:
    """Send it."""
    returning.send(**_act(request), return_id=pk)
    return redirect("returns:shipment", pk)


@require_POST
@may(BENCH)
def credit(request: Request, pk: int) -> HttpResponse:
    """Record the credit that came."""
    credited = _dollars(request.POST.get("credited", ""))
    returning.credit(**_act(request), return_id=pk, credited=credited, note=request.POST.get("note", ""))
    return redirect("returns:shipment", pk)


@require_POST
@may(BENCH)
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw it away before it left."""
    returning.discard(**_act(request), return_id=pk)
    return redirect("returns:index")


def _dollars(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        read = Decimal(text.strip().removeprefix("$").replace(",", ""))
    except InvalidOperation as fault:
        raise refuse("Type the credit in dollars: 112.40.", rule="credit_is_a_number", field="credited") from fault
    if not read.is_finite() or abs(read) >= 10**8:
        raise refuse("Type the credit in dollars: 112.40.", rule="credit_is_a_number", field="credited")
    return read.quantize(Decimal("0.01"))


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("from-patient/", from_patient, name="from_patient"),
    path("begin/", begin, name="begin"),
    path("<int:pk>/", shipment, name="shipment"),
    path("<int:pk>/put-on/", put_on, name="put_on"),
    path("<int:pk>/take-off/", take_off, name="take_off"),
    path("<int:pk>/authorize/", authorize, name="authorize"),
    path("<int:pk>/send/", send, name="send"),
    path("<int:pk>/credit/", credit, name="credit"),
    path("<int:pk>/discard/", discard, name="discard"),
]
