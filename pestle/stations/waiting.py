"""Holding work: a reason, an owner and a time when it wakes up; and what wakes up by itself."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pestle.boards import board_named
from pestle.flows.fill import FILL, FillState
from pestle.flows.prescription import PRESCRIPTION, PrescriptionState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.acts import act_within, one_act
from pestle.terms.findings import Refused, refuse

# What only lies there: nobody has it on a bench, and no stock is taken for it.
LIES = frozenset({FillState.RECEIVED, FillState.PROFILED, FillState.HELD})

REASONS = (
    ("patient", "patient calls back"),
    ("prescriber", "prescriber to answer"),
    ("payer date", "payer's date"),
    ("stock", "stock to arrive"),
    ("future fill", "patient wants it later"),
    ("allergy", "allergies to be asked"),
    ("pharmacist", "pharmacist to decide"),
    ("other", "other"),
)
_NO_WAIT = {"waiting_for": "", "waiting_note": "", "wakes_at": None, "owner": None, "owner_role": ""}


@one_act
def hold(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    reason: str,
    wakes_at: datetime | None,
    owner: Worker | None = None,
    owner_role: str = "",
    remark: str = "",
) -> Fill:
    """Put a fill aside until a time, with the reason and who looks after it."""
    fill = _fill(fill_id, by)
    set_wait(fill, reason=reason, wakes_at=wakes_at, owner=owner, owner_role=owner_role, remark=remark)
    taken = FILL.take("hold", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, details={"reason": reason, "remark": remark})
    return fill


@one_act
def take_up(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Take a held fill up again where it was held."""
    fill = _fill(fill_id, by)
    taken = FILL.take("unhold", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at)
    if fill.state not in FILL.waits:
        clear_wait(fill)
    return fill


def set_wait(
    fill: Fill,
    *,
    reason: str,
    wakes_at: datetime | None,
    owner: Worker | None = None,
    owner_role: str = "",
    remark: str = "",
) -> None:
    """Write on a fill what it waits for; to be called inside an act, before the step into the waiting state."""
    fill.waiting_for, fill.waiting_note, fill.wakes_at = reason.strip()[:40], remark.strip()[:200], wakes_at
    fill.owner, fill.owner_role = owner, owner_role
    fill.save(update_fields=["waiting_for", "waiting_note", "wakes_at", "owner", "owner_role"])


def clear_wait(fill: Fill) -> None:
    """Take the wait off a fill that waits no longer; to be called inside an act, after the step out of the state."""
    for name, value in _NO_WAIT.items():
        setattr(fill, name, value)
    fill.save(update_fields=list(_NO_WAIT))


def wake(*, at: datetime) -> int:
    """Wake what the program can take up by itself, holds whose time has come; gives how many.

    What only a person can take up keeps its state and shows on the board as awake, oldest first. What its prescription
    does not outlast is ended instead.
    """
    woken = expire(at=at)
    for fill in Fill.objects.awake(at).filter(state=FillState.HELD).select_related("pharmacy", "prescription"):
        program = Worker.objects.program(fill.pharmacy)
        with suppress(Refused):  # Somebody moved it at the same moment; it is not asleep any more.
            take_up(act_id=uuid5(UUID(int=fill.pk), f"wake {fill.version}"), by=program, at=at, fill_id=fill.pk)
            woken += 1
    return woken


def expire(*, at: datetime) -> int:
    """End prescriptions whose last day is over, with what of them lies stored or held; gives how many fills ended.

    A prescription with work on a bench or in will-call is left: that work answers to its own rules.
    """
    ended = 0
    over = Prescription.objects.filter(
        expires_on__lt=at.date(), state__in=[PrescriptionState.RECEIVED, PrescriptionState.ACTIVE]
    )
    for rx in over.select_related("pharmacy"):
        program = Worker.objects.program(rx.pharmacy)
        with suppress(Refused):
            before = rx.fills.open().count()
            act_id = uuid5(UUID(int=rx.pk), f"expire {rx.version}")
            end_prescription(act_id=act_id, by=program, at=at, prescription_id=rx.pk)
            ended += before - rx.fills.open().count()
    return ended


@one_act
def end_prescription(*, act_id: UUID, by: Worker, at: datetime, prescription_id: int) -> Prescription:
    """End a prescription whose last day is over, and its fills that only lie there."""
    rx = Prescription.objects.select_related("pharmacy").get(pk=prescription_id, pharmacy_id=by.pharmacy_id)
    today = at.astimezone(ZoneInfo(rx.pharmacy.time_zone)).date()
    open_fills = list(rx.fills.open().select_related("pharmacy").order_by("pk"))
    if rx.expires_on is None or today <= rx.expires_on or any(each.state not in LIES for each in open_fills):
        raise refuse("This prescription does not end yet.", rule="prescription_is_over")
    for fill in open_fills:
        taken = FILL.take("expire", fill.facts(at, by), by.roles)
        fill.record(taken, act_id=act_within(act_id, f"expire {fill.pk}"), by=by, at=at)
        clear_wait(fill)
    facts = rx.facts(at, today, board=board_named(rx.pharmacy.board), roles=by.roles)
    rx.record(PRESCRIPTION.take("expire", facts, by.roles), act_id=act_id, by=by, at=at)
    return rx


def _fill(fill_id: int, by: Worker) -> Fill:
    found = Fill.objects.filter(pk=fill_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("This fill is not in this pharmacy: find it again under Where is it?", rule="fill_is_here")
    return found
