"""Products: one page for each package with its lots, its book and its cover; recalls and where a lot went."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import may, shows_patients
from pestle.pages.house.shapes import WorkedStep, Working
from pestle.pages.house.typed import chosen
from pestle.stations.bench import mapped_codes
from pestle.stations.entry import products, recalls
from pestle.stations.entry.products import PICTURE_DAYS, Cover
from pestle.terms.decimals import plain
from pestle.terms.roles import BENCH, LEADS, PHARMACISTS, Role

app_name = "products"
LEFT, RIGHT, TOP, FLOOR = 44, 632, 18, 150
TODAY_AT = 472


@dataclass(frozen=True, slots=True)
class Picture:
    """The lines of the cover picture, in the units of its drawing."""

    path: str
    ahead: str
    today_y: int
    reorder_y: int | None
    empty_x: int | None
    top: str
    says: str


@may(BENCH, Role.AUDITOR)
def index(request: Request) -> HttpResponse:
    """Find a stocked product; without words, what stands at or below its reorder point."""
    text = request.GET.get("q", "").strip()
    found = products.find(text, request.pharmacy, request.arrived_at)
    page = "products/found.html" if request.headers.get("HX-Request") else "products/index.html"
    return render(request, page, {"text": text, "found": found})


@may(BENCH, Role.AUDITOR)
def item(request: Request, pk: int) -> HttpResponse:
    """Show one package: lots, book, cover, and where it is used now."""
    found = products.item(request.worker, pk, request.arrived_at)
    request.saw(*(use.fill.prescription.patient_id for use in found.uses))
    unit = found.package.unit
    shown = {
        "item": found,
        "package": found.package,
        "product": found.package.product,
        "unit": unit.symbol if unit else "",
        "working": _working(found.cover),
        "picture": picture(found.cover, today=request.arrived_at.date()),
        "is_pharmacist": not request.worker.roles.isdisjoint(PHARMACISTS),
        "lots": [(line.lot.pk, line.lot.number) for line in found.lots if not line.lot.is_recalled],
    }
    return render(request, "products/item.html", shown)


@shows_patients
@may(BENCH, Role.AUDITOR)
def trace(request: Request, pk: int) -> HttpResponse:
    """Show where a lot went: places, open fills, patients who have it."""
    found = products.trace(request.worker, pk)
    taken = [*found.open_uses, *found.sold]
    request.saw(*(each.fill.prescription.patient_id for each in taken))
    is_pharmacist = not request.worker.roles.isdisjoint(PHARMACISTS)
    stands = [(each.place_id, each.place.name) for each in found.balances if each.place.kind in products.SUSPECTED_AT]
    shown = {"trace": found, "lot": found.lot, "is_pharmacist": is_pharmacist, "places": stands}
    return render(request, "products/trace.html", shown)


@require_POST
@may(BENCH)
def recall(request: Request, pk: int) -> HttpResponse:
    """Recall a lot; the page of where it went follows."""
    lot = request.POST.get("lot", "")
    found = recalls.recall_lot(**_act(request), lot_id=chosen(lot) or 0, note=request.POST.get("note", ""))
    return redirect("products:trace", found.pk)


@require_POST
@may(BENCH)
def lift(request: Request, pk: int) -> HttpResponse:
    """Take back a recall that was marked by mistake."""
    recalls.lift_recall(**_act(request), lot_id=pk, because=request.POST.get("because", ""))
    return redirect("products:trace", pk)


@require_POST
@shows_patients
def tell(request: Request, pk: int, fill: int) -> HttpResponse:
    """Record that a patient was told."""
    recalls.tell_patient(**_act(request), fill_id=fill, how=request.POST.get("how", ""))
    return redirect("products:trace", pk)


@may(BENCH, Role.AUDITOR)
def codes(request: Request) -> HttpResponse:
    """Show the codes that people of this pharmacy taught, and what each waits for."""
    roles = request.worker.roles
    shown = {
        "rows": mapped_codes.in_table(request.pharmacy),
        "may_approve": not roles.isdisjoint(BENCH),
        "may_retire": not roles.isdisjoint(PHARMACISTS | LEADS),
    }
    return render(request, "products/codes.html", shown)


@require_POST
@may(BENCH)
def approve_code(request: Request, pk: int) -> HttpResponse:
    """Agree that a code stands for its product, or look at it anew."""
    mapped_codes.approve_code(**_act(request), code_id=pk)
    return redirect("products:codes")


@require_POST
@may(BENCH)
def retire_code(request: Request, pk: int) -> HttpResponse:
    """Take a code out of use, or turn it down."""
    mapped_codes.retire_code(**_act(request), code_id=pk, because=request.POST.get("because", ""))
    return redirect("products:codes")


def picture(cover: Cover, *, today: date) -> Picture:
    """Lay the stock of twelve weeks and what is to come on the drawing: the left edge is twelve weeks ago."""
    highest = max([quantity for _, quantity in cover.points] + [cover.reorder_at, Decimal(1)])
    last = max((day for day, _ in cover.points), default=today)

    def x_of(day: date) -> int:
        return max(LEFT, TODAY_AT - (last - day).days * (TODAY_AT - LEFT) // PICTURE_DAYS)

    def y_of(quantity: Decimal) -> int:
        return FLOOR - int(quantity * (FLOOR - TOP) / highest)

    drawn: list[str] = []
    before: Decimal | None = None
    for day, quantity in cover.points:
        # What is here stays until something moves it: a step, not a slope.
        drawn += [f"L{x_of(day)} {y_of(before)}"] if before is not None else []
        drawn.append(f"{'L' if drawn else 'M'}{x_of(day)} {y_of(quantity)}")
        before = quantity
    now_y = y_of(cover.on_hand)
    empty_x = None
    if cover.days is not None:
        empty_x = min(RIGHT, TODAY_AT + cover.days * (TODAY_AT - LEFT) // PICTURE_DAYS)
    says = f"Now {plain(cover.on_hand)}."
    if cover.empty_on is not None:
        says += f" At {plain(cover.per_day)} a day it is used up on {cover.empty_on:%B} {cover.empty_on.day}."
    return Picture(
        path=" ".join(drawn),
        ahead=f"M{TODAY_AT} {now_y} L{empty_x} {FLOOR}" if empty_x else "",
        today_y=now_y,
        reorder_y=y_of(cover.reorder_at) if cover.reorder_at else None,
        empty_x=empty_x,
        top=plain(highest),
        says=says,
    )


def _working(cover: Cover) -> Working:
    per_day = plain(cover.per_day)
    steps = [
        WorkedStep(
            f"Used in {cover.measured_days} days", f"{plain(cover.used)} ÷ {cover.measured_days} = {per_day} a day"
        )
    ]
    if cover.days is None:
        return Working("Cover", "not used lately", tuple(steps), "Nothing of it was filled in this time.")
    steps.append(WorkedStep("On hand lasts", f"{plain(cover.on_hand)} ÷ {per_day} = {cover.days} days"))
    if cover.reorder_at:
        above = plain(cover.on_hand - cover.reorder_at)
        steps.append(
            WorkedStep("Above the reorder point", f"{plain(cover.on_hand)} − {plain(cover.reorder_at)} = {above}")
        )
    foot = "Order it: it stands at or below its reorder point." if cover.on_hand <= cover.reorder_at else ""
    return Working("Cover", f"{cover.days} days", tuple(steps), foot)


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


urlpatterns = [
    path("", index, name="index"),
    path("codes/", codes, name="codes"),
    path("codes/<int:pk>/approve/", approve_code, name="approve_code"),
    path("codes/<int:pk>/retire/", retire_code, name="retire_code"),
    path("<int:pk>/", item, name="item"),
    path("<int:pk>/recall/", recall, name="recall"),
    path("lots/<int:pk>/", trace, name="trace"),
    path("lots/<int:pk>/lift/", lift, name="lift"),
    path("lots/<int:pk>/told/<int:fill>/", tell, name="tell"),
]
