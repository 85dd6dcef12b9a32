"""Where is it? Anything typed or scanned leads to one fill's whole life."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.shapes import road
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.stations import where
from pestle.stations.entry import recalls
from pestle.stations.intake import transfers
from pestle.stations.queues import queue_of
from pestle.terms.findings import refuse

app_name = "where"
ROAD = (
    ("Drop-off", False), ("Data entry", False), ("Claim", False), ("Pre-check", True), ("Filling", False),
    ("Verification", True), ("Will-call", False), ("Pickup", False),
)  # fmt: skip
_ON_THE_ROAD = {
    "drop_off": "Drop-off", "data_entry": "Data entry", "claims": "Claim", "pre_check": "Pre-check",
    "filling": "Filling",
    "verification": "Verification", "bagging": "Will-call", "will_call": "Will-call", "delivery": "Pickup",
    "waiting": "Filling", "profile": "Data entry", "refunds": "Pickup",
}  # fmt: skip
_STATION = {"bagging": "will_call", "delivery": "will_call", "waiting": "filling", "profile": "data_entry"}
# Steps that belong to no bench of their own are taken here.
ENDS = ("transfer_out", "replace", "give_up")
LANE_WIDTH = 716
NARROWEST = 34


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of the lane: how long the fill stood in a state, drawn from `left`, `width` wide."""

    words: str
    span: timedelta
    left: float
    width: float
    is_pharmacists: bool

    @property
    def middle(self) -> float:
        return self.left + 4

    @property
    def short(self) -> str:
        """Minutes and seconds, then hours, then days: what fits in the stretch."""
        seconds = int(self.span.total_seconds())
        if seconds < 3600:
            return f"{seconds // 60}:{seconds % 60:02d}"
        return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} d"


@shows_patients
def index(request: Request) -> HttpResponse:
    """Find fills by what was typed; a single find opens at once."""
    text = request.GET.get("q", "").strip()
    found = where.find(text, request.pharmacy) if text else []
    if len(found) == 1:
        return redirect("where:fill", found[0].pk)
    request.saw(*(fill.prescription.patient_id for fill in found if fill.prescription.patient_id))
    return render(request, "where/index.html", {"text": text, "found": found})


@shows_patients
def fill(request: Request, pk: int) -> HttpResponse:
    """Tell where one fill is, and its whole life."""
    try:
        told = where.whereabouts(pk, request.worker, request.arrived_at)
    except Fill.DoesNotExist as missing:
        raise Http404 from missing
    patient = told.fill.prescription.patient
    if patient is not None:
        request.saw(patient.pk)
    stands = told.fill.held_from or told.fill.state
    queue = queue_of(stands)
    shown = {
        "told": told,
        "story": told.events[::-1],
        "fill": told.fill,
        "rx": told.fill.prescription,
        "patient": patient,
        "road": road(ROAD, here=_ON_THE_ROAD.get(queue.name, "") if queue else ""),
        "lane": lane([event for event in told.events if event.subject_kind == "fill"], request.arrived_at),
        "claims": told.fill.claims.select_related("coverage__plan").order_by("number"),
        "lots": told.fill.lots.select_related("lot", "source"),
        "goes_to": _opens(f"{_STATION.get(queue.name, queue.name)}:queue") if queue else "",
        "station": queue.title if queue else "",
        "ends": [way for way in told.ways if way.step.verb in ENDS],
    }
    return render(request, "where/fill.html", shown)


@shows_patients
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Take one of the ends that have no bench of their own: transfer away, fill again or give up after a recall."""
    given: dict[str, Any] = {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at, "fill_id": pk}
    reason = request.POST.get("reason", "")
    verb = request.POST.get("verb", "")
    if verb == "transfer_out":
        pharmacy, person = request.POST.get("pharmacy", ""), request.POST.get("person", "")
        transfers.transfer_out(**given, pharmacy=pharmacy, person=person, reason=reason)
    elif verb == "replace":
        recalls.fill_again(**given)
    elif verb == "give_up":
        recalls.give_up(**given, reason=reason)
    else:
        raise refuse("Choose how this fill ends.", rule="an_end_is_chosen", field="verb")
    return redirect("where:fill", pk)


def lane(events: list[Event], now: datetime) -> list[Stretch]:
    """Lay the time in each state side by side; each stretch keeps a readable least width."""
    moved = [event for event in events if event.source != event.target]
    moments = [(event.target, event.at, event.worker.short_name) for event in moved]
    if not moments:
        return []
    spans = [(state, later - at) for (state, at, _), (_, later, _) in pairwise(moments)]
    queue = queue_of(moments[-1][0])
    if queue is not None:
        spans.append((moments[-1][0], now - moments[-1][1]))
    return _laid_out(spans)


def _laid_out(spans: list[tuple[str, timedelta]]) -> list[Stretch]:
    spare = LANE_WIDTH - (NARROWEST + 2) * len(spans)
    total = sum((span for _, span in spans), timedelta()) or timedelta(seconds=1)
    stretches, left = [], 0.0
    for state, span in spans:
        width = NARROWEST + max(spare, 0) * (span / total)
        queue = queue_of(state)
        stretches.append(
            Stretch(
                state.replace("_", " "), span, round(left, 1), round(width, 1), bool(queue and queue.is_pharmacists)
            )
        )
        left += width + 2
    return stretches


def _opens(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


urlpatterns = [
    path("", index, name="index"),
    path("<int:pk>/", fill, name="fill"),
    path("<int:pk>/end/", end, name="end"),
]
