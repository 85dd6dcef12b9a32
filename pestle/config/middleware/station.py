"""Finds out who works at this bench, and lets nobody past who should not be."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from pestle.config.middleware.second_factor import must_enrol
from pestle.pages.house import rights
from pestle.pages.house.refusals import refused, stays_on_page
from pestle.pages.house.request import Request
from pestle.pages.house.sign_in import locked_page
from pestle.pages.house.station_frame import bench_of_computer, frame_of, frame_of_door
from pestle.pages.house.station_session import StationSession
from pestle.records.people import Worker
from pestle.records.pharmacies import Bench
from pestle.terms.findings import refuse
from pestle.terms.roles import Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What keeps asking by itself does not count as somebody at work.
BY_ITSELF = "X-By-Itself"
PERMISSIONS = "geolocation=(), microphone=(), payment=(), usb=(), camera=(self)"
AUDITOR_ONLY = frozenset({Role.AUDITOR})


class WorkerOfTheStation:
    """Middleware: `request.worker`, `.pharmacy`, `.bench` and `.frame`; closes what is closed to them.

    Only pages marked open, and allauth's own, answer without a worker. A bench that is locked, or that nobody has
    touched for longer than the pharmacy allows, answers with the lock. An auditor changes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = cast(Any, request)
        asked.worker = asked.pharmacy = asked.bench = None
        asked.frame = cache(lambda: frame_of_door(request))
        if request.user.is_authenticated:
            _find_worker(cast(Request, request))
        # Moments are shown by the clock on this pharmacy's wall.
        with timezone.override(ZoneInfo(asked.pharmacy.time_zone) if asked.pharmacy else None):
            answer = self.get_response(request)
        # ASVS 5.0.0 V14.2.2: no copy of a patient's page stays in the browser.
        answer.setdefault("Cache-Control", "no-store")
        answer.setdefault("Permissions-Policy", PERMISSIONS)
        if _is_way_out(request) and request.method == "POST":
            answer["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _given: Any, _named: Any
    ) -> HttpResponseBase | None:
        """Answer instead of the page where the page is closed."""
        asked = cast(Request, request)
        is_somebody = cast(Worker | None, asked.worker) is not None
        if _is_open(request, view):
            return locked(asked) if is_somebody and not _is_way_out(asked) and _is_locked(asked) else None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not is_somebody:
            return redirect("people:choose")
        if getattr(view, rights.OPEN_WHILE_LOCKED, False):
            return None
        return _closed(asked, view)


def _closed(request: Request, view: Callable[..., HttpResponseBase]) -> HttpResponseBase | None:
    if _is_locked(request):
        return locked(request)
    if must_enrol(request):
        return redirect("mfa_activate_totp")
    if _would_change(request, view) and request.worker.roles <= AUDITOR_ONLY:
        return refused(request, refuse("An auditor reads and changes nothing.", rule="auditor_is_read_only"))
    if request.headers.get(BY_ITSELF) is None:
        StationSession(request.session).touch(request.arrived_at)
    return None


def _would_change(request: Request, view: Callable[..., HttpResponseBase]) -> bool:
    return request.method not in SAFE and not getattr(view, rights.CHANGES_NOTHING, False)


def locked(request: Request) -> HttpResponse:
    """Answer with the lock: the page itself, or for a part of a page the word to ask for the whole page again."""
    if stays_on_page(request):
        return HttpResponse(status=423, headers={"HX-Refresh": "true"})
    return locked_page(request, back=_place(request))


def _find_worker(request: Request) -> None:
    at, kept = request.arrived_at, StationSession(request.session)
    if kept.opened_at is None:
        kept.open(at)
    if kept.is_worn_out(at, settings.SIGNED_IN_AT_MOST):
        logout(request)
        return
    worker = _worker_of(request, kept)
    if worker is None:
        return
    request.worker, request.pharmacy = worker, worker.pharmacy
    if not kept.is_at_a_bench_or_none:
        found = bench_of_computer(request)
        kept.stands_at(found.pk if found else None)
    if kept.bench_id is not None:
        request.bench = Bench.objects.filter(pk=kept.bench_id, pharmacy=worker.pharmacy_id).first()
    cast(Any, request).frame = cache(lambda: frame_of(request))


def _worker_of(request: Request, kept: StationSession) -> Worker | None:
    theirs = Worker.objects.active().filter(account__pk=cast(int, request.user.pk)).select_related("pharmacy")
    if kept.worker_id is not None:
        return theirs.filter(pk=kept.worker_id).first()
    only = list(theirs[:2])
    if len(only) != 1:
        return None
    kept.belongs_to(only[0].pk)
    return only[0]


def _is_open(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> bool:
    match = request.resolver_match
    is_sign_in = match is not None and (match.view_name or "").startswith(("account_", "mfa_"))
    return is_sign_in or bool(getattr(view, rights.OPEN_TO_ALL, False))


def _is_way_out(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name == "account_logout"


def _is_locked(request: Request) -> bool:
    kept = StationSession(request.session)
    if kept.locked_at is None and kept.is_idle(request.arrived_at, request.pharmacy.idle_lock_minutes):
        kept.lock(request.arrived_at)
    return kept.locked_at is not None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    return redirect_to_login(_place(request), settings.LOGIN_URL)


def _place(request: HttpRequest) -> str:
    """The page to come back to: this one, or for a form the page it stood on."""
    if request.method in SAFE and not stays_on_page(request):
        return request.get_full_path()
    return "/"
