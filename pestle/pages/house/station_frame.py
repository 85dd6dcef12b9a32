"""The frame of a worker's page: site, bench, worker, the clock on the wall, what waits at each station."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from pestle.pages.house.frame import Frame, Waiting, rail
from pestle.pages.house.refusals import stays_on_page
from pestle.pages.house.request import Request
from pestle.pages.house.station_session import BENCH_COOKIE
from pestle.pages.house.tour_strip import strip_of
from pestle.records.catalogue import TallManName
from pestle.records.pharmacies import Bench, Pharmacy
from pestle.stations import notices, queues
from pestle.terms.drugs.tall_man import TallMan
from pestle.terms.look import look_of
from pestle.terms.roles import PHARMACISTS, REGISTER

# Bags wait to be made where they are then shelved.
_SHOWN_AT = {"bagging": "will_call"}


def frame_of(request: Request) -> Frame:
    """This will make the frame of this page. A part of a page shows no rail, so nothing is counted for it."""
    worker, pharmacy = request.worker, request.pharmacy
    waiting = {} if stays_on_page(request) else _waiting(request)
    return Frame(
        now=request.arrived_at.astimezone(ZoneInfo(pharmacy.time_zone)),
        site=pharmacy.name,
        bench=request.bench.name if request.bench else "",
        worker=worker.full_name,
        worker_title=worker.credential or ", ".join(worker.role_names),
        is_pharmacist=not worker.roles.isdisjoint(PHARMACISTS),
        groups=rail(request, waiting),
        is_practice=pharmacy.is_practice,
        look=look_of(worker.look, request.bench.look if request.bench else ""),
        scan_url=_url("scan:scan", "/scan/"),
        find_url=_url("where:index", "/where/"),
        lock_url=reverse("people:lock"),
        idle_minutes=pharmacy.idle_lock_minutes,
        here_url=reverse("people:here"),
        calls_url="" if worker.roles.isdisjoint(REGISTER) else reverse("board:calls"),
        call_url=reverse("board:call") if notices.may_call(worker) else "",
        help_url=_url("help:index", ""),
        tour=None if stays_on_page(request) else strip_of(request),
        # Asked for only by a page that shows a drug.
        tall_man=cast(TallMan, SimpleLazyObject(TallManName.objects.table)),
    )


def frame_of_door(request: HttpRequest) -> Frame:
    """This will make the frame of sign-in: the bench of this computer where it is known, and the clock there."""
    at: datetime = cast(Request, request).arrived_at
    bench = bench_of_computer(request)
    only = list(Pharmacy.objects.all()[:2]) if bench is None else [bench.pharmacy]
    zones = {each.time_zone for each in only} if len(only) == 1 else _zones()
    look = look_of("", bench.look if bench else "")
    if len(zones) != 1:
        return Frame(now=at, look=look)
    zone = ZoneInfo(zones.pop())
    # The middleware knows no pharmacy here; it ends this with the request.
    timezone.activate(zone)
    now = at.astimezone(zone)
    if len(only) != 1:
        return Frame(now=now, look=look)
    site, place = only[0].name, bench.name if bench else ""
    return Frame(now=now, site=site, bench=place, is_practice=only[0].is_practice, look=look)


def _zones() -> set[str]:
    """Give the zones of all pharmacies here: where they share one, the clock on the wall is known without a bench."""
    return set(Pharmacy.objects.values_list("time_zone", flat=True).distinct()[:2])


def bench_of_computer(request: HttpRequest) -> Bench | None:
    """This will give the bench at which this browser's computer stands, as it was told once."""
    kept = request.get_signed_cookie(BENCH_COOKIE, default=None)
    return Bench.objects.select_related("pharmacy").filter(pk=kept).first() if kept and kept.isdigit() else None


def _waiting(request: Request) -> Mapping[str, Waiting]:
    shown: dict[str, Waiting] = {}
    for name, found in queues.counts(request.pharmacy, request.arrived_at).items():
        place = _SHOWN_AT.get(name, name)
        before = shown.get(place, Waiting(0))
        shown[place] = Waiting(before.open + found.open, before.late + found.late)
    return shown


def _url(name: str, otherwise: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return otherwise
