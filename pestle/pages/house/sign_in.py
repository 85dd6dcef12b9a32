"""The door of a bench: choosing it, locking it, coming back or handing it over by badge and PIN."""

from typing import cast

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, open_to_all, open_while_locked
from pestle.pages.house.scans import scan_answer
from pestle.pages.house.second_factor import has_second_factor
from pestle.pages.house.station_session import BENCH_COOKIE, StationSession
from pestle.pages.house.typed import chosen
from pestle.records.people import Account, Shift, Worker
from pestle.records.pharmacies import Bench
from pestle.stations import people
from pestle.terms.findings import refuse
from pestle.terms.look import Look

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_OURS = "PX"
_LONGEST_PIN = 12
_KEEPS_BENCH_SECONDS = 365 * 24 * 60 * 60


@open_to_all
def choose(request: Request) -> HttpResponse:
    """Ask in which pharmacy somebody works now who works in several, or say that they work in none."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    workers = Worker.objects.active().filter(account__pk=request.user.pk).select_related("pharmacy")
    worker_id = chosen(request.POST.get("worker", ""))
    if request.method == "POST" and worker_id is not None and workers.filter(pk=worker_id).exists():
        StationSession(request.session).belongs_to(worker_id)
        return redirect("people:start")
    return render(request, "people/choose.html", {"workers": workers})


def start(request: Request) -> HttpResponse:
    """Begin at the bench this computer stands at, or ask which one it is."""
    if request.bench is None:
        return redirect("people:bench") if request.pharmacy.benches.exists() else redirect("/")
    people.take_bench(act_id=request.act_id, by=request.worker, at=request.arrived_at, bench_id=request.bench.pk)
    return redirect("/")


@changes_nothing
def bench(request: Request) -> HttpResponse:
    """Show the benches and who stands at each; take one, or leave one's own."""
    if request.method != "POST":
        return render(request, "people/bench.html", {"benches": _benches(request), "looks": tuple(Look)})
    bench_id, before = chosen(request.POST.get("bench", "")), request.bench.pk if request.bench else None
    if bench_id is not None:
        people.take_bench(
            act_id=request.act_id, by=request.worker, at=request.arrived_at, bench_id=bench_id, leaves_id=before
        )
    elif before is not None:
        people.leave_bench(act_id=request.act_id, by=request.worker, at=request.arrived_at, bench_id=before)
    return _remember_bench(request, bench_id)


@require_POST
def bench_look(request: Request) -> HttpResponse:
    """Keep how the pages at this computer's bench look."""
    if request.bench is None:
        raise refuse("Take a bench first: this computer stands at none.", rule="bench", field="bench")
    people.set_bench_look(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, bench_id=request.bench.pk,
        look=request.POST.get("look", ""),
    )  # fmt: skip
    return redirect("people:bench")


def _remember_bench(request: Request, bench_id: int | None) -> HttpResponse:
    """Go on; this computer keeps its bench, also for whoever signs in next."""
    StationSession(request.session).stands_at(bench_id)
    answer = redirect("/")
    if bench_id is None:
        answer.delete_cookie(BENCH_COOKIE)
    else:
        is_secure = settings.SESSION_COOKIE_SECURE
        answer.set_signed_cookie(
            BENCH_COOKIE, str(bench_id), max_age=_KEEPS_BENCH_SECONDS, httponly=True, samesite="Lax", secure=is_secure
        )
    return answer


def here(request: Request) -> HttpResponse:
    """Hear from a page that somebody is at work on it; the middleware has noted it already."""
    return HttpResponse(status=204)


@open_while_locked
@changes_nothing
def lock(request: Request) -> HttpResponse:
    """Lock this bench and show the lock; what was open comes back with whoever unlocks it."""
    kept = StationSession(request.session)
    if request.method == "POST" and kept.locked_at is None:
        kept.lock(request.arrived_at)
        people.lock(act_id=request.act_id, by=request.worker, at=request.arrived_at)
    if kept.locked_at is None:
        return redirect("/")
    return locked_page(request, back=request.POST.get("next") or "/")


def locked_page(request: Request, *, back: str) -> HttpResponse:
    """Show the lock: the clock, whose work waits, no patient."""
    return render(request, "people/locked.html", {"next": back, "parked": people.parked(request.pharmacy)})


@open_while_locked
@changes_nothing
@require_POST
def badge(request: Request) -> HttpResponse:
    """Answer a scan at the lock: a badge asks for its PIN."""
    text = request.POST.get("text", "")
    worker = people.worker_of_badge(text, request.pharmacy)
    html = render_to_string("people/locked_fields.html", {"who": text.strip(), "worker": worker})
    return scan_answer("match", worker.given, words=f"{worker.given}. Type your PIN.", html=html)


@open_while_locked
@changes_nothing
@require_POST
def unlock(request: Request) -> HttpResponseBase:
    """Open the bench for whoever proves to be who they are: the same person, or another who takes over."""
    person, is_by_badge = _who(request)
    _prove(request, person, is_by_badge=is_by_badge)
    if person.pk == request.worker.pk:
        request.session.cycle_key()
        people.unlock(act_id=request.act_id, by=person, at=request.arrived_at)
    else:
        _hand_over(request, person)
    StationSession(request.session).unlock(request.arrived_at)
    return redirect(_on_this_server(request, request.POST.get("next", "/")))


def _who(request: Request) -> tuple[Worker, bool]:
    typed = request.POST.get("who", "").strip()
    if typed.upper().startswith(_OURS):
        return people.worker_of_badge(typed, request.pharmacy), True
    here = Worker.objects.active().filter(pharmacy=request.pharmacy).select_related("account", "pharmacy")
    person = here.filter(account__username__iexact=typed).first() if typed else None
    if person is None:
        raise refuse("Nobody signs in here under this name. Scan your badge.", rule="who", field="who")
    return person, False


def _prove(request: Request, person: Worker, *, is_by_badge: bool) -> None:
    """Raise Refused unless the PIN or the password is theirs; a PIN alone only brings back who was here."""
    secret, is_same = request.POST.get("secret", ""), person.pk == request.worker.pk
    if secret.isascii() and secret.isdigit() and len(secret) <= _LONGEST_PIN:
        if not (is_by_badge or is_same):
            raise refuse("To take over this bench, scan your badge or type your password.", rule="pin", field="who")
        return people.check_pin(person, secret, request.arrived_at)
    account = cast(Account, person.account)
    if not is_same and has_second_factor(account.pk):
        raise refuse("Scan your badge, or sign out and sign in in full.", rule="second_factor", field="who")
    if authenticate(request, username=account.username, password=secret) != account:
        raise refuse("This is not the password. Type it again, or scan your badge.", rule="password", field="secret")
    return None


def _hand_over(request: Request, person: Worker) -> None:
    """Give the station to another person: a new session key, the same bench, the same twelve hours."""
    kept = StationSession(request.session).carried()
    bench_id = StationSession(request.session).bench_id
    login(request, cast(Account, person.account), _BACKEND)
    request.session.update(kept)
    StationSession(request.session).belongs_to(person.pk)
    people.switch_worker(act_id=request.act_id, by=person, at=request.arrived_at, bench_id=bench_id)


def _benches(request: Request) -> list[tuple[Bench, Worker | None]]:
    standing = {
        shift.bench_id: shift.worker
        for shift in Shift.objects.filter(bench__pharmacy=request.pharmacy, until_at=None).select_related("worker")
    }
    return [(each, standing.get(each.pk)) for each in request.pharmacy.benches.order_by("name")]


def _on_this_server(request: Request, place: str) -> str:
    is_here = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return place if is_here and place.startswith("/") else "/"
