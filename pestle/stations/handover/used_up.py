"""Ends a prescription when all that it allowed was handed over, and opens it again when a fill comes back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Sum

from pestle.boards import board_named
from pestle.flows.prescription import PRESCRIPTION, PrescriptionState
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.rules.entry import days_before_refill
from pestle.rules.facts import PrescriptionFacts
from pestle.stations.acts import act_within
from pestle.terms.schedule import Schedule


def use_up(fill: Fill, *, act_id: UUID, at: datetime) -> None:
    """This will end the prescription of a fill just handed over, if nothing of it is left and nothing is under way."""
    rx = fill.prescription
    if rx.state != PrescriptionState.ACTIVE or rx.quantity_written is None or rx.fills.open().exists():
        return
    given = rx.fills.filter(state__in=DISPENSED).aggregate(total=Sum("quantity"))["total"] or 0
    if given >= rx.quantity_authorized:
        _step(rx, "use_up", fill, act_id=act_id, at=at)


def reopen(fill: Fill, *, act_id: UUID, at: datetime) -> None:
    """This will open a prescription that was used up, because one of its fills went back to stock."""
    if fill.prescription.state == PrescriptionState.USED_UP:
        _step(fill.prescription, "reopen", fill, act_id=act_id, at=at)


def next_fill_from(rx: Prescription) -> date | None:
    """This will give the first day on which the next fill is not too soon; None where nothing was handed over.

    Three quarters of the last days' supply, nine tenths of a controlled drug's: see `entry.refill_is_not_too_soon`.
    """
    last = rx.fills.filter(state__in=DISPENSED).exclude(sold_at=None).order_by("-sold_at").first()
    if last is None or last.sold_at is None or not last.days_supply:
        return None
    wait = days_before_refill(last.days_supply, schedule=Schedule(rx.schedule))
    return last.local_day(last.sold_at) + timedelta(days=wait)


def _step(rx: Prescription, verb: str, fill: Fill, *, act_id: UUID, at: datetime) -> None:
    program = Worker.objects.program(fill.pharmacy)
    taken = PRESCRIPTION.take(verb, _facts(rx, fill, at, program), program.roles)
    rx.record(taken, act_id=act_within(act_id, f"{verb} {rx.pk}"), by=program, at=at, details={"fill": fill.pk})


def _facts(rx: Prescription, fill: Fill, at: datetime, by: Worker) -> PrescriptionFacts:
    return rx.facts(at, fill.local_day(at), board=board_named(fill.pharmacy.board), roles=by.roles)
