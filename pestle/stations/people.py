"""People at work: who stands at which bench, the switch by badge and PIN, and who is what here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Count, Min
from django.utils.crypto import salted_hmac

from pestle.records.fills import Fill
from pestle.records.people import Account, Shift, Worker
from pestle.records.pharmacies import Bench, Pharmacy
from pestle.records.sessions import Session
from pestle.rules.people import CHANGE_ROLES, SET_PIN, PinFacts, RolesFacts, may_help
from pestle.rules.rule import findings
from pestle.stations.acts import one_act
from pestle.terms.badge import badge_digest
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.look import Look
from pestle.terms.roles import REGISTER, Role
from pestle.wire.scan import ScanKind, read, render_code

PIN_TRIES = 5
PIN_REST = timedelta(minutes=15)
_SETS_A_BENCH = REGISTER | {Role.ADMINISTRATOR}
_BADGE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BADGE_LENGTH = 16


def worker_of_badge(code: str, pharmacy: Pharmacy) -> Worker:
    """This will find whose badge was scanned; raises Refused where it is no badge, or nobody's here."""
    scan = read(code)
    if scan.kind is not ScanKind.BADGE:
        raise refuse("This is no badge. Scan your badge.", rule="badge", field="who")
    badges = Worker.objects.active().filter(pharmacy=pharmacy, badge=badge_digest(scan.body))
    found = badges.select_related("account", "pharmacy").first()
    if found is None:
        raise refuse("This badge belongs to nobody here, or was replaced by a new one.", rule="badge", field="who")
    return found


def check_pin(worker: Worker, pin: str, at: datetime) -> None:
    """This will check a PIN and count the wrong ones, each in a transaction of its own; raises Refused.

    Five wrong ones let the PIN rest for 15 minutes; a wrong PIN while it rests is not even looked at.
    """
    with transaction.atomic():
        # One at a time, so that many tries at once are still counted one by one.
        held = Worker.objects.select_for_update().get(pk=worker.pk)
        refusal = _why_not(held, pin, at)
        held.save(update_fields=["pin_failures", "pin_locked_until"])
    if refusal is not None:
        raise refusal


@dataclass(frozen=True, slots=True)
class Parked:
    """What somebody left half done when the bench was locked."""

    worker: Worker
    fills: int
    since: datetime


def parked(pharmacy: Pharmacy) -> tuple[Parked, ...]:
    """This will give who has fills in their hands, without naming any patient."""
    rows = (
        Fill.objects.filter(pharmacy=pharmacy, in_hands_of__isnull=False)
        .open()
        .values("in_hands_of")
        .annotate(fills=Count("pk"), since=Min("in_hands_since"))
    )
    found = {row["in_hands_of"]: row for row in rows}
    workers = Worker.objects.filter(pk__in=found).order_by("given", "family")
    return tuple(Parked(each, found[each.pk]["fills"], found[each.pk]["since"]) for each in workers)


@one_act
def switch_worker(*, act_id: UUID, by: Worker, at: datetime, bench_id: int | None) -> Shift | None:
    """Record that somebody takes over a station from whoever stood there."""
    return _stand_at(by, at=at, bench_id=bench_id) if bench_id is not None else None


@one_act
def take_bench(*, act_id: UUID, by: Worker, at: datetime, bench_id: int, leaves_id: int | None = None) -> Shift:
    """Record that somebody stands at a bench from now on and left another; whoever stood there has left it."""
    if leaves_id is not None and leaves_id != bench_id:
        Shift.objects.filter(bench_id=leaves_id, worker=by, until_at=None).update(until_at=at)
    return _stand_at(by, at=at, bench_id=bench_id)


@one_act
def leave_bench(*, act_id: UUID, by: Worker, at: datetime, bench_id: int) -> None:
    """Record that somebody left a bench."""
    Shift.objects.filter(bench_id=bench_id, worker=by, until_at=None).update(until_at=at)


@one_act
def set_look(*, act_id: UUID, by: Worker, at: datetime, look: str) -> Worker:
    """Keep how somebody wants their own pages: light, dark, as the computer, or empty for as the bench."""
    worker = _colleague(by, by.pk)
    worker.look = _known_look(look) if look else ""
    worker.save(update_fields=["look"])
    return worker


@one_act
def set_bench_look(*, act_id: UUID, by: Worker, at: datetime, bench_id: int, look: str) -> Bench:
    """Keep how the pages at a bench look for everybody who has not chosen otherwise for themselves."""
    if by.roles.isdisjoint(_SETS_A_BENCH):
        raise refuse("A bench is set by somebody who works at one, or by an administrator.", rule="bench_look")
    bench = _bench_here(by, bench_id)
    bench.look = _known_look(look)
    bench.save(update_fields=["look"])
    return bench


@one_act
def lock(*, act_id: UUID, by: Worker, at: datetime) -> None:
    """Record that a bench was locked by whoever worked at it."""


@one_act
def unlock(*, act_id: UUID, by: Worker, at: datetime) -> None:
    """Record that somebody came back to their locked bench."""


@one_act
def set_pin(*, act_id: UUID, by: Worker, at: datetime, worker_id: int, pin: str) -> Worker:
    """Keep a new PIN, hashed; it opens at once, whatever was typed wrong before."""
    worker = _colleague(by, worker_id)
    facts = PinFacts(pin=pin, is_oneself=worker.pk == by.pk, by=by.roles, whose=worker.roles)
    _hold_to(findings(SET_PIN, facts))
    worker.pin, worker.pin_failures, worker.pin_locked_until = make_password(pin), 0, None
    worker.save(update_fields=["pin", "pin_failures", "pin_locked_until"])
    return worker


@one_act
def give_badge(*, act_id: UUID, by: Worker, at: datetime, worker_id: int) -> Worker:
    """Give somebody a new badge; the one before stops working. `badge_code(act_id)` is what to print, this once."""
    worker = _colleague(by, worker_id)
    is_helped = may_help(by.roles, worker.roles) or Role.ADMINISTRATOR in by.roles
    if by.pk != worker.pk and not is_helped:
        sentence = (
            "A badge is given by an administrator, or by a lead or a pharmacist who may do all that its owner may."
        )
        raise refuse(sentence, rule="badge")
    worker.badge = badge_digest(_badge_body(act_id))
    worker.save(update_fields=["badge"])
    return worker


def badge_code(act_id: UUID) -> str:
    """This will give the code to print on the badge that an act gave; nothing of it is kept but its digest."""
    return render_code(ScanKind.BADGE, _badge_body(act_id))


@one_act
def invite_worker(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    username: str,
    given: str,
    family: str,
    roles: Iterable[Role],
    credential: str = "",
    licence: str = "",
    email: str = "",
) -> Worker:
    """Enter somebody new, with an account that opens once they have chosen a password."""
    after = frozenset(roles)
    facts = RolesFacts(by=by.roles, is_oneself=False, after=after, licence=licence)
    _hold_to(findings(CHANGE_ROLES, facts))
    _hold_to_words(username=username, given=given, family=family, roles=after)
    if Account.objects.filter(username__iexact=username).exists():
        raise refuse("Somebody already signs in under this name: choose another.", rule="one_account", field="username")
    account = Account.objects.create_user(username, email=email, name=f"{given} {family}")
    return Worker.objects.create(
        pharmacy_id=by.pharmacy_id, account=account, given=given, family=family, credential=credential,
        licence=licence, role_names=sorted(role.value for role in after),
    )  # fmt: skip


@one_act
def change_roles(
    *, act_id: UUID, by: Worker, at: datetime, worker_id: int, roles: Iterable[Role], licence: str | None = None
) -> Worker:
    """Make somebody something else here."""
    worker, after = _colleague(by, worker_id), frozenset(roles)
    licence = worker.licence if licence is None else licence
    _hold_to(findings(CHANGE_ROLES, _change(worker, by, after=after, licence=licence)))
    if not after:
        raise refuse("Choose at least one role, or end their work here.", rule="worker_is_something", field="roles")
    worker.role_names, worker.licence = sorted(role.value for role in after), licence
    worker.save(update_fields=["role_names", "licence"])
    return worker


@one_act
def retire_worker(*, act_id: UUID, by: Worker, at: datetime, worker_id: int) -> Worker:
    """End somebody's work here: badge, PIN, benches and open sessions end at once; what they did stays theirs."""
    worker = _colleague(by, worker_id)
    _hold_to(findings(CHANGE_ROLES, _change(worker, by, after=frozenset(), licence="")))
    worker.is_active, worker.badge, worker.pin = False, "", ""
    worker.save(update_fields=["is_active", "badge", "pin"])
    Shift.objects.filter(worker=worker, until_at=None).update(until_at=at)
    Session.objects.filter(worker=worker).delete()
    if worker.account_id and not Worker.objects.active().filter(account_id=worker.account_id).exists():
        Account.objects.filter(pk=worker.account_id).update(is_active=False)
    return worker


@one_act
def end_sessions(*, act_id: UUID, by: Worker, at: datetime, worker_id: int, keeps: str = "") -> None:
    """End somebody's open sessions, all but the one named in `keeps`; their own, or anybody's by who keeps people."""
    worker = _colleague(by, worker_id)
    if worker.pk != by.pk and by.roles.isdisjoint({Role.PHARMACIST_IN_CHARGE, Role.ADMINISTRATOR}):
        raise refuse("Another's sessions are ended by the pharmacist in charge or an administrator.", rule="sessions")
    Session.objects.filter(account__workers=worker).exclude(session_key=keeps).delete()


def _why_not(worker: Worker, pin: str, at: datetime) -> Refused | None:
    """Decide a PIN and count it on the row; the caller saves the row."""
    if not worker.pin:
        return refuse("There is no PIN yet: type your password.", rule="pin", field="secret")
    if worker.pin_locked_until is not None and at < worker.pin_locked_until:
        minutes = int((worker.pin_locked_until - at).total_seconds() // 60) + 1
        return refuse(f"The PIN rests for {minutes} more min after {PIN_TRIES} wrong ones: type your password.",
                      rule="pin", field="secret")  # fmt: skip
    if check_password(pin, worker.pin):
        worker.pin_failures, worker.pin_locked_until = 0, None
        return None
    worker.pin_failures += 1
    if worker.pin_failures < PIN_TRIES:
        return refuse("This is not the PIN. Type it again, or your password.", rule="pin", field="secret")
    worker.pin_failures, worker.pin_locked_until = 0, at + PIN_REST
    return refuse("This is not the PIN, and it rests for 15 min now: type your password.", rule="pin", field="secret")


def _stand_at(worker: Worker, *, at: datetime, bench_id: int) -> Shift:
    bench = _bench_here(worker, bench_id)
    standing = Shift.objects.filter(bench=bench, until_at=None).first()
    if standing is not None and standing.worker_id == worker.pk:
        return standing
    Shift.objects.filter(bench=bench, until_at=None).update(until_at=at)
    return Shift.objects.create(bench=bench, worker=worker, since_at=at)


def _bench_here(worker: Worker, bench_id: int) -> Bench:
    bench = Bench.objects.filter(pk=bench_id, pharmacy_id=worker.pharmacy_id).first()
    if bench is None:
        raise refuse("There is no such bench here: choose one of the list.", rule="bench", field="bench")
    return bench


def _known_look(look: str) -> Look:
    if look not in set(Look):
        raise refuse("Choose light, dark or as the computer.", rule="look", field="look")
    return Look(look)


def _colleague(by: Worker, worker_id: int) -> Worker:
    found = Worker.objects.filter(pk=worker_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("Nobody of this number works here.", rule="one_pharmacy")
    return found


def _change(worker: Worker, by: Worker, *, after: frozenset[Role], licence: str) -> RolesFacts:
    others = Worker.objects.active().filter(
        pharmacy_id=worker.pharmacy_id, role_names__contains=[Role.PHARMACIST_IN_CHARGE.value]
    )
    return RolesFacts(
        by=by.roles,
        is_oneself=worker.pk == by.pk,
        before=worker.roles,
        after=after,
        licence=licence,
        others_in_charge=others.exclude(pk=worker.pk).count(),
    )


def _hold_to(found: tuple[Finding, ...]) -> None:
    if found:
        raise Refused(found)


def _hold_to_words(*, username: str, given: str, family: str, roles: frozenset[Role]) -> None:
    needed = {"username": username, "given": given, "family": family}
    for field, value in needed.items():
        if not value.strip():
            raise refuse("Type something here.", rule="worker_is_named", field=field)
    if not roles:
        raise refuse("Choose what they are here.", rule="worker_is_something", field="roles")


def _badge_body(act_id: UUID) -> str:
    octets = salted_hmac("pestle.badge", str(act_id), algorithm="sha256").digest()
    return "".join(_BADGE_ALPHABET[octet % len(_BADGE_ALPHABET)] for octet in octets[:_BADGE_LENGTH])
