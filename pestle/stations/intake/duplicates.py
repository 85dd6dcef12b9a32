"""Prescriptions that look the same: found when patient and drug are known, shown side by side, answered by a person."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.acts import act_within, one_act
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH

STATION = "drop_off"
RECENT = timedelta(days=30)
KEEP_BOTH, DROP_THIS, END_OTHER = "keep both", "drop this", "end other"
ANSWERS = (KEEP_BOTH, DROP_THIS, END_OTHER)


def look(fill: Fill, *, at: datetime) -> tuple[int, ...]:
    """This will look for duplicates of a fill anew and keep them; an earlier answer holds for the same ones."""
    found = tuple(found_for(fill, at=at).values_list("pk", flat=True))
    if set(found) - set(fill.duplicate_ids):
        fill.duplicates_cleared_by = None
    fill.duplicate_ids = list(found)
    fill.save(update_fields=["duplicate_ids", "duplicates_cleared_by"])
    return found


def found_for(fill: Fill, *, at: datetime) -> "QuerySet[Prescription]":
    """This will give the same patient's other prescriptions with one of the same ingredients, live or given lately."""
    rx = fill.prescription
    if rx.patient_id is None or rx.product is None or fill.number > 1:
        return Prescription.objects.none()
    live = Q(state__in=PRESCRIPTION.open_states, replaced_by=None)
    lately = Q(fills__state__in=DISPENSED, fills__sold_at__gte=at - RECENT)
    others = Prescription.objects.filter(
        live | lately,
        pharmacy_id=fill.pharmacy_id,
        patient_id=rx.patient_id,
        product__base_substances__overlap=rx.product.base_substances,
    )
    # What this prescription replaces is no duplicate of it.
    return others.exclude(pk=rx.pk).exclude(replaced_by=rx).distinct().order_by("-written_on", "-pk")


@one_act
def answer(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, choice: str, because: str, other_id: int | None = None
) -> Fill:
    """This will record which of the look-alikes stays: both, with a reason; not this one; or not the other one."""
    fill = Fill.objects.select_related("pharmacy", "prescription").get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    if choice not in ANSWERS or not fill.duplicate_ids:
        raise refuse("Choose which one stays.", rule="duplicate_is_answered", field="duplicates")
    if not because.strip():
        raise refuse("Give the reason.", rule="reason_is_given", field="reason")
    if by.roles.isdisjoint(BENCH):
        raise refuse("Answering for duplicates is for a technician, an intern or a pharmacist.", rule="who_may")
    if choice == DROP_THIS:
        return _drop(fill, because, act_id=act_id, by=by, at=at)
    if choice == END_OTHER:
        _end_other(fill, other_id, because, act_id=act_id, by=by, at=at)
    fill.duplicates_cleared_by = by
    fill.save(update_fields=["duplicates_cleared_by"])
    details = {"choice": choice, "because": because.strip(), "others": fill.duplicate_ids}
    fill.note("clear_duplicates", act_id=act_id, by=by, at=at, station=STATION, details=details)
    return fill


def _drop(fill: Fill, because: str, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    taken = FILL.take("cancel", fill.facts(at, by, reason=because), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"because": because})
    _end(fill.prescription, f"Duplicate: {because}", act_id=act_within(act_id, "end"), by=by, at=at)
    return fill


def _end_other(fill: Fill, other_id: int | None, because: str, *, act_id: UUID, by: Worker, at: datetime) -> None:
    others = Prescription.objects.filter(pk__in=fill.duplicate_ids, pharmacy_id=by.pharmacy_id)
    other = (
        others.filter(pk=other_id).first()
        if other_id is not None
        else (others.first() if others.count() == 1 else None)
    )
    if other is None:
        raise refuse("Choose which of the others ends.", rule="duplicate_is_answered", field="duplicates")
    other.replaced_by = fill.prescription
    other.save(update_fields=["replaced_by"])
    if other.state in PRESCRIPTION.open_states:
        words = f"Replaced by Rx {fill.prescription.rx_number}: {because}"
        _end(other, words, act_id=act_within(act_id, "end other"), by=by, at=at)


def _end(rx: Prescription, because: str, *, act_id: UUID, by: Worker, at: datetime) -> None:
    facts = rx.facts(at, at.date(), board=board_named(rx.pharmacy.board), roles=by.roles, reason=because)
    taken = PRESCRIPTION.take("cancel", facts, by.roles)
    rx.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"because": because})
