"""Claims: what a payer said, what may be done about it, and what a claim came to."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from pestle.pages import claim_plans
from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.shapes import road
from pestle.pages.where import ROAD
from pestle.records.claims import Claim, Exchange
from pestle.records.fills import Fill
from pestle.stations.payers import claim_changes, claim_desk, claim_recap, claims
from pestle.stations.payers.claim_desk import Dates, RejectPage
from pestle.stations.payers.claim_options import WayShown
from pestle.stations.payers.claim_ways import take_way
from pestle.stations.payers.claim_worklist import Worklist, worklist

app_name = "claims"

LEFT, RIGHT = 8.0, 452.0
CLOSE, CLOSE_TO_END = 84.0, 116.0
BECAUSE = "because-"


@dataclass(frozen=True, slots=True)
class Line:
    """The picture of an early refill: where each day stands, in the units of the drawing."""

    dates: Dates
    today_x: float
    pays_x: float

    @property
    def today_anchor(self) -> str:
        """Words that would run into the next mark's end at their own."""
        room = CLOSE if self.pays_anchor == "start" else 2 * CLOSE
        return "end" if self.pays_x - self.today_x < room else "middle"

    @property
    def pays_anchor(self) -> str:
        """Words that would run into the last mark's end at their own."""
        return "end" if RIGHT - self.pays_x < CLOSE_TO_END else "start"

    @property
    def used_width(self) -> float:
        return self.today_x - LEFT

    @property
    def paid_width(self) -> float:
        return max(RIGHT - self.pays_x, 1)


@shows_patients
def queue(request: Request) -> HttpResponse:
    """Open the first reject of the worklist, or show that there is none."""
    listed = _worklist(request)
    if listed.rows:
        return redirect("claims:fill", listed.rows[0].fill.pk)
    _saw(request, listed)
    return render(request, "claims/empty.html", {"list": listed})


@shows_patients
def fill(request: Request, pk: int) -> HttpResponse:
    """Show one fill's claim: the reject and its ways on, no answer yet, or what was paid."""
    listed, shown = _worklist(request), _fill(request, pk)
    page = claim_desk.reject_page(shown, request.worker, at=request.arrived_at)
    if page is None:
        return redirect("claims:queue")
    _saw(request, listed)
    request.saw(shown.prescription.patient_id)
    chosen = _chosen(page, request.GET)
    context = {
        "list": listed,
        "page": page,
        "fill": shown,
        "rx": shown.prescription,
        "patient": shown.prescription.patient,
        "product": shown.package.product if shown.package else None,
        "chosen": chosen,
        "line": _line(page.dates) if page.dates else None,
        "road": road(ROAD, here="Claim"),
        "sorted_by_you": request.GET.get("sort") == "you",
        "unbilled": claim_desk.may_go_on_unbilled(shown, request.worker, at=request.arrived_at),
        "shown": _panel_of(page),
        "may_change": claim_recap.may_change(shown),
    }
    return render(request, "claims/fill.html", context)


@shows_patients
def exchange(request: Request, pk: int) -> HttpResponse:
    """Show every byte that went to the payer and came back, try by try."""
    shown = _fill(request, pk)
    request.saw(shown.prescription.patient_id)
    rows = Exchange.objects.filter(claim__fill=shown).select_related("claim").order_by("-sent_at", "-pk")[:12]
    tries = [
        (each, claim_desk.exchange_lines(each), claim_desk.readable(bytes(each.request)),
         claim_desk.readable(bytes(each.response)) if each.response else "")
        for each in rows
    ]  # fmt: skip
    return render(request, "claims/exchange.html", {"fill": shown, "rx": shown.prescription, "tries": tries})


@require_POST
@shows_patients
def way(request: Request, pk: int) -> HttpResponse:
    """Take the chosen way on."""
    _fill(request, pk)
    take_way(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        fill_id=pk,
        key=request.POST.get("way", ""),
        typed={name: str(value) for name, value in request.POST.items()},
        because=_because(request.POST),
    )
    return redirect("claims:queue")


@require_POST
@shows_patients
def now(request: Request, pk: int) -> HttpResponse:
    """Ask the payer again at once."""
    claims.ask_again_now(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk)
    return redirect("claims:fill", pk)


@require_POST
@shows_patients
def unbilled(request: Request, pk: int) -> HttpResponse:
    """Go on without the payer's answer, where the store has chosen so."""
    claims.go_on_unbilled(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, because=_because(request.POST)
    )
    return redirect("claims:queue")


@require_POST
@shows_patients
def cash(request: Request, pk: int) -> HttpResponse:
    """Charge the store's own price."""
    claims.charge_cash(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, because=_because(request.POST)
    )
    return redirect("claims:queue")


@shows_patients
def change(request: Request, pk: int) -> HttpResponse:
    """Show what a change of quantity, days or product comes to, and do it: one step reverses and bills again."""
    shown = _fill(request, pk)
    request.saw(shown.prescription.patient_id)
    if request.method == "POST":
        return _change(request, shown)
    typed = {name: str(value) for name, value in request.GET.items()}
    told = claim_recap.recap_typed(shown, typed, request.worker, at=request.arrived_at)
    context = {
        "recap": told,
        "fill": shown,
        "rx": shown.prescription,
        "patient": shown.prescription.patient,
        "product": shown.package.product if shown.package else None,
        "road": road(ROAD, here="Claim"),
    }
    return render(request, "claims/change.html", context)


def _change(request: Request, shown: Fill) -> HttpResponse:
    typed = claim_recap.read_change({name: str(value) for name, value in request.POST.items()}, shown)
    claim_changes.change_and_rebill(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=shown.pk, quantity=typed.quantity,
        days_supply=typed.days_supply, package_id=typed.package.pk if typed.package else None,
        because=_because(request.POST),
    )  # fmt: skip
    return redirect("claims:fill", shown.pk)


@require_POST
@shows_patients
def take_back(request: Request, pk: int) -> HttpResponse:
    """Take a fill back to claims that went on unbilled and was rejected since."""
    reason = request.POST.get("reason", "")
    claim_changes.take_back(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, reason=reason)
    return redirect("claims:fill", pk)


@require_POST
@shows_patients
def undo(request: Request, pk: int) -> HttpResponse:
    """Reverse what the payers hold."""
    because = request.POST.get("reason", "")
    claim_changes.reverse(act_id=request.act_id, by=request.worker, at=request.arrived_at, fill_id=pk, because=because)
    return redirect("claims:fill", pk)


@require_POST
@shows_patients
def by_hand(request: Request, pk: int) -> HttpResponse:
    """Record a reversal done by telephone, with its proof."""
    done = claim_changes.reverse_by_hand(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, claim_id=pk,
        proof=request.POST.get("reason", ""),
    )  # fmt: skip
    return redirect("claims:fill", done.fill_id)


@require_POST
@shows_patients
def try_again(request: Request, pk: int) -> HttpResponse:
    """Send a reversal that failed once more."""
    tried: Claim = claim_changes.try_reversal_again(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, claim_id=pk
    )
    return redirect("claims:fill", tried.fill_id)


def _worklist(request: Request) -> Worklist:
    return worklist(request.pharmacy, request.worker, clearable_first=request.GET.get("sort") == "you")


def _saw(request: Request, listed: Worklist) -> None:
    request.saw(*(row.fill.prescription.patient_id for row in listed.rows))
    request.saw(*(each.prescription.patient_id for outage in listed.outages for each in outage.fills))


def _fill(request: Request, pk: int) -> Fill:
    try:
        return claims.the_fill(pk, request.worker)
    except Fill.DoesNotExist as missing:
        raise Http404 from missing


def _chosen(page: RejectPage, asked: QueryDict) -> WayShown | None:
    open_ways = [each for each in page.ways if not each.shut]
    wanted = asked.get("way", "")
    return next((each for each in open_ways if each.way.key == wanted), open_ways[0] if open_ways else None)


def _panel_of(page: RejectPage) -> str:
    state = page.claim.state
    if page.ways:
        return "reject"
    if state in {"waiting", "sent", "unanswered"}:
        return "no_answer"
    return "reversal" if state in {"reversing", "reversal_failed"} else "paid" if state == "paid" else "other"


def _line(dates: Dates) -> Line:
    def at(day: date) -> float:
        share = (day - dates.filled_on).days / max(dates.days, 1)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0), 1), 1)

    return Line(dates, at(dates.today), at(dates.pays_on))


def _because(posted: QueryDict) -> dict[str, str]:
    return {name.removeprefix(BECAUSE): str(text) for name, text in posted.items() if name.startswith(BECAUSE)}


def fill_url(pk: int) -> str:
    """Give where a fill's claim is shown, for pages that lead here."""
    return reverse("claims:fill", args=[pk])


urlpatterns = [
    *claim_plans.urlpatterns,
    path("", queue, name="queue"),
    path("<int:pk>/", fill, name="fill"),
    path("<int:pk>/exchange/", exchange, name="exchange"),
    path("<int:pk>/way/", way, name="way"),
    path("<int:pk>/now/", now, name="now"),
    path("<int:pk>/unbilled/", unbilled, name="unbilled"),
    path("<int:pk>/cash/", cash, name="cash"),
    path("<int:pk>/change/", change, name="change"),
    path("<int:pk>/take-back/", take_back, name="take_back"),
    path("<int:pk>/undo/", undo, name="undo"),
    path("claim/<int:pk>/by-hand/", by_hand, name="by_hand"),
    path("claim/<int:pk>/again/", try_again, name="try_again"),
]
