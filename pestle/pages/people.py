"""People at work: who is what here, what each may do, and who looked at whose record."""

from base64 import b64encode

import zxingcpp
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.views.decorators.http import require_POST

from pestle.flows.rights import rights
from pestle.pages.house import sign_in
from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, may, open_to_all, shows_patients
from pestle.records.events import AccessLog, Act
from pestle.records.patients import Patient
from pestle.records.people import Account, Worker
from pestle.records.sessions import Session
from pestle.rules.people import KEEPS_PEOPLE, may_help
from pestle.stations import people
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.look import Look
from pestle.terms.roles import Role

app_name = "people"

# Who keeps watch over looks at records: 45 CFR 164.308(a)(1)(ii)(D).
WATCHES = frozenset({Role.PHARMACIST_IN_CHARGE, Role.AUDITOR})
GIVEN_ROLES = tuple(role for role in Role if role is not Role.PROGRAM)
LOOKS_ON_A_PAGE = 200


def index(request: Request) -> HttpResponse:
    """Show everybody who works here, and who did."""
    workers = Worker.objects.filter(pharmacy=request.pharmacy).exclude(role_names=[Role.PROGRAM.value])
    shown = {"workers": workers.order_by("-is_active", "given", "family"), "may_invite": _keeps_people(request)}
    return render(request, "people/index.html", shown)


def worker(request: Request, pk: int) -> HttpResponse:
    """Show one worker: their roles, and every step of every table they may take or not, and why."""
    found = _here(request, pk)
    shown = {
        "person": found,
        "flows": rights(found.roles),
        "roles": [(role, role in found.roles) for role in GIVEN_ROLES],
        "acts": Act.objects.filter(worker=found).order_by("-at")[:12],
        "sessions": _sessions(request, found),
        "may_change": _keeps_people(request) and found.pk != request.worker.pk,
        "may_help": may_help(request.worker.roles, found.roles) or Role.ADMINISTRATOR in request.worker.roles,
        "is_me": found.pk == request.worker.pk,
        "looks": (("", "As the bench"), *((each.value, each.words) for each in Look)),
    }
    return render(request, "people/worker.html", shown)


def me(request: Request) -> HttpResponse:
    """Show the worker their own page."""
    return worker(request, request.worker.pk)


@may(KEEPS_PEOPLE)
def invite(request: Request) -> HttpResponse:
    """Enter somebody new, and give the link under which they choose their password."""
    if request.method != "POST":
        return render(request, "people/invite.html", {"roles": GIVEN_ROLES})
    given = {name: request.POST.get(name, "").strip() for name in _INVITED}
    found = people.invite_worker(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, roles=_roles(request), **given
    )
    return redirect("people:worker", found.pk)


@require_POST
def change(request: Request, pk: int) -> HttpResponse:
    """Change what somebody is here."""
    people.change_roles(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        worker_id=pk,
        roles=_roles(request),
        licence=request.POST.get("licence", "").strip(),
    )
    return redirect("people:worker", pk)


@require_POST
def retire(request: Request, pk: int) -> HttpResponse:
    """End somebody's work here."""
    people.retire_worker(act_id=request.act_id, by=request.worker, at=request.arrived_at, worker_id=pk)
    return redirect("people:worker", pk)


@require_POST
def pin(request: Request, pk: int) -> HttpResponse:
    """Keep a new PIN; one's own only with the password."""
    if pk == request.worker.pk and not request.user.check_password(request.POST.get("password", "")):
        raise refuse("This is not your password.", rule="password", field="password")
    people.set_pin(
        act_id=request.act_id, by=request.worker, at=request.arrived_at, worker_id=pk, pin=request.POST.get("pin", "")
    )
    return redirect("people:worker", pk)


@changes_nothing
@require_POST
def look(request: Request) -> HttpResponse:
    """Keep how somebody's own pages look."""
    people.set_look(act_id=request.act_id, by=request.worker, at=request.arrived_at, look=request.POST.get("look", ""))
    return redirect("people:me")


@require_POST
def badge(request: Request, pk: int) -> HttpResponse:
    """Give a new badge and show its code, this once."""
    found = people.give_badge(act_id=request.act_id, by=request.worker, at=request.arrived_at, worker_id=pk)
    code = people.badge_code(request.act_id)
    shown = {"person": found, "code": code, "picture": _bar_code(code)}
    return render(request, "people/badge.html", shown)


@require_POST
def link(request: Request, pk: int) -> HttpResponse:
    """Give the link under which somebody chooses a password; it works once, for a day."""
    if not _keeps_people(request):
        raise _not_theirs()
    account = _here(request, pk).account
    if account is None:
        raise Http404
    key = urlsafe_base64_encode(str(account.pk).encode())
    place = reverse("people:join", args=[key, default_token_generator.make_token(account)])
    shown = {"person": _here(request, pk), "address": request.build_absolute_uri(place)}
    return render(request, "people/link.html", shown)


@open_to_all
def join(request: Request, key: str, token: str) -> HttpResponse:
    """Let somebody choose their first password, or a new one, under a link given to them."""
    account = _account_of(key)
    if account is None or not default_token_generator.check_token(account, token):
        return render(request, "people/join.html", {"is_over": True}, status=410)
    if request.method != "POST":
        return render(request, "people/join.html", {"account": account})
    _choose_password(account, request.POST.get("password", ""), request.POST.get("again", ""))
    return redirect("account_login")


@require_POST
def end_sessions(request: Request, pk: int) -> HttpResponse:
    """End somebody's open sessions but this one."""
    people.end_sessions(
        act_id=request.act_id,
        by=request.worker,
        at=request.arrived_at,
        worker_id=pk,
        keeps=request.session.session_key or "",
    )
    return redirect("people:worker", pk)


@may(WATCHES)
@shows_patients
def looks(request: Request, pk: int) -> HttpResponse:
    """Show who looked at a patient's record, newest first."""
    patient = get_object_or_404(Patient, pk=pk, pharmacy=request.pharmacy)
    request.saw(patient.pk)
    found = AccessLog.objects.filter(pharmacy=request.pharmacy, patient=patient).select_related("worker")
    return render(request, "people/looks.html", {"patient": patient, "looks": found.order_by("-at")[:LOOKS_ON_A_PAGE]})


_INVITED = ("username", "given", "family", "credential", "licence", "email")


def _here(request: Request, pk: int) -> Worker:
    return get_object_or_404(Worker.objects.select_related("account"), pk=pk, pharmacy=request.pharmacy)


def _keeps_people(request: Request) -> bool:
    return not request.worker.roles.isdisjoint(KEEPS_PEOPLE)


def _roles(request: Request) -> list[Role]:
    return [role for role in GIVEN_ROLES if role.value in request.POST.getlist("roles")]


def _sessions(request: Request, found: Worker) -> list[Session]:
    if not (found.pk == request.worker.pk or _keeps_people(request)):
        return []
    theirs = Session.objects.filter(account__workers=found, expire_date__gt=request.arrived_at)
    return list(theirs.select_related("bench", "worker").order_by("-touched_at"))


def _not_theirs() -> Refused:
    return Refused((Finding(rule="who_may", sentence="People are kept by who is in charge.", lifted_by=KEEPS_PEOPLE),))


def _bar_code(code: str) -> str:
    """Draw a code as an image that stands in the page itself; no address leads to it afterwards."""
    svg = zxingcpp.write_barcode_to_svg(zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128))
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _account_of(key: str) -> Account | None:
    try:
        number = int(urlsafe_base64_decode(key))
    except (ValueError, OverflowError):
        return None
    return Account.objects.filter(pk=number, is_active=True).first()


def _choose_password(account: Account, password: str, again: str) -> None:
    if password != again:
        raise refuse("The two differ: type the password twice.", rule="password", field="again")
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Refused(Finding(rule="password", sentence=said, field="password") for said in error.messages) from error
    account.set_password(password)
    account.save(update_fields=["password"])


urlpatterns = [
    path("", index, name="index"),
    path("me/", me, name="me"),
    path("look/", look, name="look"),
    path("invite/", invite, name="invite"),
    path("<int:pk>/", worker, name="worker"),
    path("<int:pk>/roles/", change, name="change"),
    path("<int:pk>/retire/", retire, name="retire"),
    path("<int:pk>/pin/", pin, name="pin"),
    path("<int:pk>/badge/", badge, name="give_badge"),
    path("<int:pk>/link/", link, name="link"),
    path("<int:pk>/sessions/", end_sessions, name="end_sessions"),
    path("join/<str:key>/<str:token>/", join, name="join"),
    path("looks/<int:pk>/", looks, name="looks"),
    path("choose/", sign_in.choose, name="choose"),
    path("start/", sign_in.start, name="start"),
    path("bench/", sign_in.bench, name="bench"),
    path("bench/look/", sign_in.bench_look, name="bench_look"),
    path("here/", sign_in.here, name="here"),
    path("lock/", sign_in.lock, name="lock"),
    path("unlock/", sign_in.unlock, name="unlock"),
    path("badge/", sign_in.badge, name="badge"),
]
