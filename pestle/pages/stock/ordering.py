"""Ordering: what is low with the working of each number, accepted line by line; orders until all of them has come."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.flows.order import ORDER
from pestle.pages.data_entry import reasons_given
from pestle.pages.house.request import Request
from pestle.pages.house.rights import may
from pestle.records.purchasing import Order
from pestle.stations import scanning
from pestle.stations.stock import ordering, suggestions
from pestle.stations.stock.ordering import Wanted
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, Role

app_name = "ordering"
MOST_DIGITS = 4


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Show what to order with its working, and the orders that are open."""
    shown = {
        "suggestions": suggestions.suggestions(request.pharmacy, request.arrived_at),
        "orders": ordering.open_orders(request.pharmacy),
        "suppliers": ordering.suppliers(request.pharmacy),
    }
    return render(request, "ordering/index.html", shown)


@require_POST
@may(BENCH)
def accept(request: Request) -> HttpResponse:
    """Write a draft of the lines that were accepted, with the numbers that stand there."""
    proposed = {each.package.pk: each for each in suggestions.suggestions(request.pharmacy, request.arrived_at)}
    wanted = []
    for chosen in request.POST.getlist("accept"):
        if not chosen.isdigit() or int(chosen) not in proposed:
            continue
        packages = _whole(request.POST.get(f"packages-{chosen}", ""), f"packages-{chosen}")
        wanted.append(Wanted(int(chosen), packages, proposed[int(chosen)].working))
    partner = request.POST.get("supplier", "")
    order = ordering.draft(**_act(request), wanted=wanted, partner_id=int(partner) if partner.isdigit() else None)
    return redirect("ordering:order", order.pk)


@may(BENCH, Role.AUDITOR)
def order(request: Request, pk: int) -> HttpResponse:
    """Show one order: its lines, what the supplier said, what has come."""
    rows = Order.objects.filter(pk=pk, pharmacy=request.pharmacy).select_related("partner")
    found = rows.prefetch_related("lines__package__product", "lines__instead", "deliveries").first()
    if found is None:
        raise Http404
    facts = found.facts(request.arrived_at, request.worker)
    ways = {way.step.verb: way for way in ORDER.steps_open_to(facts, request.worker.roles)}
    shown = {
        "order": found,
        "lines": found.lines.all(),
        "ways": ways,
        "events": found.events().select_related("worker"),
    }
    return render(request, "ordering/order.html", shown)


@require_POST
@may(BENCH)
def change(request: Request, pk: int) -> HttpResponse:
    """Put another number on a draft's line, or add a product by its code."""
    code = request.POST.get("code", "").strip()
    package = request.POST.get("package", "")
    if code:
        found = scanning.resolve(code, request.pharmacy)
        if found.package is None:
            raise refuse(found.said or "Scan or type the NDC of one package.", rule="package_is_here", field="code")
        package = str(found.package.pk)
    packages = _whole(request.POST.get("packages", ""), "packages")
    if not package.isdigit():
        raise refuse("Scan or type the NDC of one package.", rule="package_is_here", field="code")
    ordering.change_line(**_act(request), order_id=pk, package_id=int(package), packages=packages)
    return redirect("ordering:order", pk)


@require_POST
@may(BENCH)
def send(request: Request, pk: int) -> HttpResponse:
    """Send the order to its supplier."""
    ordering.send(**_act(request), order_id=pk, because=reasons_given(request))
    return redirect("ordering:order", pk)


@require_POST
@may(BENCH)
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    ordering.discard(**_act(request), order_id=pk)
    return redirect("ordering:index")


@require_POST
@may(BENCH)
def close_short(request: Request, pk: int) -> HttpResponse:
    """Wait no longer for what has not come."""
    ordering.close_short(**_act(request), order_id=pk, reason=request.POST.get("reason", ""))
    return redirect("ordering:order", pk)


def _whole(text: str, field: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise refuse("Type a whole number of packages: 0 to 9999.", rule="packages_are_counted", field=field)
    return int(digits)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("accept/", accept, name="accept"),
    path("<int:pk>/", order, name="order"),
    path("<int:pk>/change/", change, name="change"),
    path("<int:pk>/send/", send, name="send"),
    path("<int:pk>/discard/", discard, name="discard"),
    path("<int:pk>/close-short/", close_short, name="close_short"),
]
