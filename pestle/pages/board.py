"""The board: what waits where, what is late, who stands where, and that nothing is lost."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import shows_patients
from pestle.pages.house.shapes import Bar
from pestle.pages.house.typed import chosen
from pestle.records.handover import Notice
from pestle.stations import board as station
from pestle.stations import notices
from pestle.stations.board import Ages

app_name = "board"


def index(request: Request) -> HttpResponse:
    """Show every queue; the page asks again by itself each minute."""
    found = station.board(request.pharmacy, request.arrived_at)
    rows = [(row, bars_of(row.ages), words_of(row.ages), _opens(row.line.opens)) for row in found.rows]
    shown = {"board": found, "rows": rows, "next_url": _opens("filling:queue")}
    return render(request, "board/index.html", shown)


@shows_patients
def waiting(request: Request) -> HttpResponse:
    """Show what is held, stored for later or under review, the next to wake up first."""
    fills = station.waiting_fills(request.pharmacy)
    request.saw(*(fill.prescription.patient_id for fill in fills if fill.prescription.patient_id))
    return render(request, "board/waiting.html", {"fills": fills})


def calls(request: Request) -> HttpResponse:
    """Give the calls that ring for this worker; every page asks for them by itself."""
    ringing = notices.ringing_for(request.worker)
    shown = {"calls": ringing, "may_answer": notices.may_answer(request.worker), "rings": _rings(request, ringing)}
    return render(request, "board/calls.html", shown)


@require_POST
def call(request: Request) -> HttpResponse:
    """Call a pharmacist to this bench, and stay on the page."""
    fill = request.POST.get("fill", "")
    notices.call_pharmacist(**_act(request), where=_bench(request), fill_id=chosen(fill))
    return redirect(_back(request))


@require_POST
def answer(request: Request, notice_id: int) -> HttpResponse:
    """Tell whoever called that the pharmacist is coming, and stay on the page."""
    notices.answer(**_act(request), notice_id=notice_id)
    return redirect(_back(request))


@require_POST
def withdraw(request: Request, notice_id: int) -> HttpResponse:
    """Take back a call that is no longer needed, and stay on the page."""
    notices.withdraw(**_act(request), notice_id=notice_id)
    return redirect(_back(request))


@require_POST
def note(request: Request) -> HttpResponse:
    """Leave a hand-over note."""
    notices.leave_note(**_act(request), words=request.POST.get("words", ""), where=_bench(request))
    return redirect("board:index")


@require_POST
def acknowledge(request: Request, notice_id: int) -> HttpResponse:
    """Say that a hand-over note was read."""
    notices.acknowledge(**_act(request), notice_id=notice_id)
    return redirect("board:index")


def bars_of(ages: Ages) -> tuple[Bar, ...]:
    """Give the segments of a queue's bar, the late first; what is empty is left out."""
    segments = (("late", ages.late), ("soon", ages.soon), ("next", ages.next), ("later", ages.later))
    return tuple(Bar(kind, count) for kind, count in segments if count)


def words_of(ages: Ages) -> str:
    """Say the bar in words, for whoever cannot see it."""
    parts = (
        (ages.late, "late"),
        (ages.soon, "due within 15 minutes"),
        (ages.next, "within the hour"),
        (ages.later, "later"),
    )
    return ", ".join(f"{count} {words}" for count, words in parts if count) or "nothing waits"


def _act(request: Request) -> dict[str, Any]:
    return {"act_id": request.act_id, "by": request.worker, "at": request.arrived_at}


def _bench(request: Request) -> str:
    return str(request.bench.name) if request.bench else ""


def _back(request: Request) -> str:
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if is_ours else reverse("board:index")


def _rings(request: Request, ringing: tuple[Notice, ...]) -> str:
    """Give the newest call somebody else made: it sounds once for each."""
    others = [each.pk for each in ringing if each.made_by_id != request.worker.pk]
    return str(max(others, default=""))


def _opens(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


urlpatterns = [
    path("", index, name="index"),
    path("waiting/", waiting, name="waiting"),
    path("calls/", calls, name="calls"),
    path("call/", call, name="call"),
    path("call/<int:notice_id>/answer/", answer, name="answer"),
    path("call/<int:notice_id>/withdraw/", withdraw, name="withdraw"),
    path("note/", note, name="note"),
    path("note/<int:notice_id>/acknowledge/", acknowledge, name="acknowledge"),
]
