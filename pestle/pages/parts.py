"""The gallery of every part and state, for those who build pages; open in practice or while developing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_POST

from pestle.pages.house.frame import Frame, RailGroup, RailStation, frame
from pestle.pages.house.refusals import refused
from pestle.pages.house.rights import open_to_all
from pestle.pages.house.scans import scan_answer
from pestle.pages.house.shapes import Bar, Choice, Road, StripStep, WorkedStep, Working, road
from pestle.pages.house.typed import chosen
from pestle.terms.findings import Finding, Refused
from pestle.terms.look import Look
from pestle.terms.roles import PHARMACISTS

Page = Callable[[HttpRequest], HttpResponse]

app_name = "parts"

NOW = datetime(2026, 11, 23, 13, 48, tzinfo=ZoneInfo("America/Los_Angeles"))
TALL_MAN = {
    "hydroxyzine": "hydrOXYzine",
    "hydralazine": "hydrALAZINE",
    "prednisone": "predniSONE",
    "prednisolone": "prednisoLONE",
    "oxycodone": "oxyCODONE",
    "metformin": "metFORMIN",
}
RAIL = (
    (
        "Stations: Alt +",
        (
            ("Board", "0", None, 0),
            ("Drop-off", "1", 11, 0),
            ("Data entry", "2", 9, 0),
            ("Claims", "3", 7, 2),
            ("Pre-check", "4", 5, 0),
            ("Filling", "5", 14, 3),
            ("Verification", "6", 6, 1),
            ("Will-call", "7", 71, 0),
        ),
    ),
    ("Stock: Alt +", (("Stock", "8", 3, 0), ("Receiving", "9", 1, 0))),
    ("Bench", (("Where is it?", "F3", None, 0), ("Calculator", "", None, 0), ("My credentials", "", None, 0))),
)
STEPS = (
    ("Drop-off", False),
    ("Data entry", False),
    ("Claim", False),
    ("Pre-check", True),
    ("Filling", False),
    ("Verification", True),
    ("Will-call", False),
    ("Pickup", False),
)
SCHEDULE_II = Finding(
    rule="schedule_ii_is_never_refilled",
    sentence="Schedule II needs a new prescription for every fill.",
    cites="21 CFR 1306.12(a)",
)
RECALLED = Finding(
    rule="lot_is_not_recalled",
    sentence="This lot is recalled: put it in quarantine.",
    cites="FDA recall D-0412-2026, class II",
)
TOO_MANY = Finding(
    rule="no_more_than_prescribed",
    sentence="90 is more than the 60 prescribed.",
    cites="House rule 7",
    lifted_by=PHARMACISTS,
    field="refused",
)
DOSE = Working(
    "Dose",
    "7.5 mL",
    (WorkedStep("Weight × dose", "15 kg × 25 mg = 375 mg"), WorkedStep("÷ strength", "375 mg ÷ 50 mg/mL = 7.5 mL")),
)


def only_where_made_up(page: Page) -> Page:
    """Show a page only while developing or in a practice pharmacy."""

    @open_to_all
    @wraps(page)
    def guarded(request: HttpRequest) -> HttpResponse:
        if settings.DEBUG or frame(request)["frame"].is_practice:
            with timezone.override(NOW.tzinfo):
                return page(request)
        raise Http404

    return guarded


@only_where_made_up
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every small part at once."""
    shown = {
        "scan_bars": (
            ("ready", "Ready"),
            ("match", "Match"),
            ("ask", "Two drugs share this code"),
            ("stop", "Wrong strength"),
        ),
        "recalled": RECALLED,
        "dose": DOSE,
        "short_road": (
            StripStep("Claim", Road.DONE, note="1:50"),
            StripStep("Filling", Road.HERE),
            StripStep("Verification", Road.AHEAD, is_rph=True),
        ),
    }
    return render(request, "parts_gallery.html", {"frame": sample_frame(request)} | shown)


@only_where_made_up
def work(request: HttpRequest) -> HttpResponse:
    """Show the large parts: subject, steps, verdict, full refusal, choices, a list, an original, bars."""
    shown = {
        "road": road(STEPS, here="Data entry"),
        "promised": NOW + timedelta(minutes=32),
        "refusal": SCHEDULE_II,
        "too_many_list": (TOO_MANY,),
        "choices": (
            Choice(
                "Vacation supply", "Send clarification code 03.", "vacation", "6 of 7 paid here", "ok", is_chosen=True
            ),
            Choice("Hold until Nov 28", "Wakes at 8:00 am, sends itself.", "hold", "no work"),
            Choice(
                "Send again with another code",
                evidence="RPh",
                evidence_kind="rph",
                shut="No, because a code needs a reason.",
            ),
        ),
        "queue": (Bar("late", 3), Bar("soon", 4), Bar("next", 5), Bar("later", 2)),
        "rows": (("1", "hydroxyzine HCl 25 mg tablet", "1,240"), ("2", "hydralazine 25 mg tablet", "480")),
    }
    return render(request, "parts_work.html", {"frame": sample_frame(request)} | shown)


@require_POST
@only_where_made_up
def scan(request: HttpRequest) -> HttpResponse:
    """Answer a scan of the gallery: a code with STOP or ASK in it stops or asks, every other one matches."""
    text = request.POST.get("text", "")
    html = f"<p>Heard <span class='code'>{escape(text)}</span></p>"
    if "STOP" in text:
        return scan_answer(
            "stop", "Wrong strength", words="Stop. This bottle is 20 mg. The label asks for 10 mg.", html=html
        )
    if "ASK" in text:
        return scan_answer("ask", "Two drugs share this code", html=html)
    return scan_answer("match", "Match", html=html)


@require_POST
@only_where_made_up
def send(request: HttpRequest) -> HttpResponse:
    """Take the sample form; 90 is refused beside its field, 500 is our fault, anything else goes on."""
    if request.POST.get("refused") == "90":
        return refused(request, Refused((TOO_MANY,)))
    if request.POST.get("refused") == "500":
        answer = HttpResponse(status=500)
        answer["X-Fault"] = "7Q2-41"
        return answer
    return redirect("parts:work")


def sample_frame(request: HttpRequest) -> Frame:
    """Give the frame of the pictures: Ada at Corner Street, 1:48 pm on Nov 23, 2026."""
    dress = Frame(
        now=NOW,
        site="Corner Street Pharmacy",
        bench="Parts",
        worker="Ada Okafor",
        worker_title="CPhT",
        groups=tuple(RailGroup(heading, tuple(_line(*line) for line in lines)) for heading, lines in RAIL),
        is_practice=True,
        tall_man=TALL_MAN,
        look=Look.DARK if request.GET.get("theme") == "dark" else Look.LIGHT,
    )
    if request.GET.get("keys") == "own":
        dress = replace(dress, keymap={"F9": "Alt Y"})
    idle = chosen(request.GET.get("idle", ""))
    if idle is not None:
        dress = replace(dress, idle_minutes=idle)
    return replace(dress, size=request.GET.get("size", "") if request.GET.get("size") in ("bench", "gloves") else "")


def _line(label: str, key: str, count: int | None, late: int) -> RailStation:
    return RailStation(label, "#", f"Alt {key}" if key.isdigit() else key, count, late)


urlpatterns = [
    path("", gallery, name="index"),
    path("work/", work, name="work"),
    path("scan/", scan, name="scan"),
    path("send/", send, name="send"),
]
