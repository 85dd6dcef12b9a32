"""Several claims at once: a patient's new card, and what sends itself when its day has come."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, PROMISED, FillState
from pestle.records.fills import Fill
from pestle.records.patients import Coverage, Plan
from pestle.records.people import Worker
from pestle.stations.acts import demand_bench, one_act
from pestle.stations.payers.claim_settling import chain
from pestle.stations.payers.claims import PAYER_DATE, resend_all, send_itself
from pestle.stations.waiting import clear_wait
from pestle.terms.findings import Refused, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a patient's new card says."""

    bin: str
    pcn: str
    group: str
    cardholder_id: str
    person_code: str = ""
    plan_name: str = ""


@one_act
def take_new_card(
    *, act_id: UUID, by: Worker, at: datetime, coverage_id: int, card: Card, old_ends_on: date
) -> Coverage:
    """This will end a patient's plan, put the new card in its place and send all its rejected claims again as a set."""
    demand_bench(by, "Taking a new card")
    old = Coverage.objects.select_related("plan", "patient").get(pk=coverage_id, patient__pharmacy_id=by.pharmacy_id)
    if not card.cardholder_id.strip() or not card.bin.strip():
        raise refuse("Type the BIN and the ID of the new card.", rule="field_is_given", field="cardholder_id")
    waiting = rejected_by(old)
    old.until_on = old_ends_on
    old.save(update_fields=["until_on"])
    new = Coverage.objects.create(
        patient=old.patient, plan=_plan(card, old.plan), order=old.order, cardholder_id=card.cardholder_id.strip(),
        group=card.group.strip(), person_code=card.person_code.strip(), relationship=old.relationship,
        cardholder_given=old.cardholder_given, cardholder_family=old.cardholder_family,
        cardholder_birth_on=old.cardholder_birth_on, from_on=None,
    )  # fmt: skip
    resend_all(waiting, act_id=act_id, by=by, at=at, choice="new card")
    return new


def rejected_by(coverage: Coverage) -> list[Fill]:
    """This will give a patient's fills whose newest claim this plan rejected."""
    at_claims = Q(state__in=[FillState.REJECTED, FillState.AWAITING_AUTHORIZATION])
    gone_on = Q(state__in=PROMISED, is_unbilled_promise=True)
    of_patient = Fill.objects.filter(at_claims | gone_on, prescription__patient_id=coverage.patient_id)
    fills = of_patient.select_related(
        "prescription__patient", "prescription__prescriber", "package__product", "pharmacy"
    )
    found = [(each, last[0]) for each in fills if (last := chain(each)[-1:])]
    return [fill for fill, last in found if last.state == ClaimState.REJECTED and last.coverage_id == coverage.pk]


def family_of(coverage: Coverage) -> list[Coverage]:
    """This will give other people's memberships on the same card: they may have the new one too."""
    same = Coverage.objects.filter(plan=coverage.plan, cardholder_id=coverage.cardholder_id, until_on=None)
    return list(same.exclude(patient_id=coverage.patient_id).select_related("patient"))


def wake_held_claims(*, at: datetime) -> int:
    """This will send what was held until the payer's date, once that day has come; gives how many went."""
    due = Fill.objects.filter(state=FillState.HELD, waiting_for=PAYER_DATE, wakes_at__lte=at)
    woken = [*due.values_list("pk", flat=True), *_taken_up_without_sending(at)]
    sent = 0
    for pk in woken:
        with suppress(Refused), transaction.atomic():
            _wake(pk, at=at)
            sent += 1
    return sent


def _wake(fill_id: int, *, at: datetime) -> None:
    rows = Fill.objects.select_related("prescription__patient", "prescription__prescriber", "package", "pharmacy")
    fill = rows.get(pk=fill_id)
    program = Worker.objects.program(fill.pharmacy)
    act_id = uuid5(UUID(int=fill.pk), f"wake claim {fill.version}")
    if fill.state == FillState.HELD:
        fill.record(FILL.take("unhold", fill.facts(at, program), program.roles), act_id=act_id, by=program, at=at)
        clear_wait(fill)
    send_itself(fill, by=program, at=at, act_id=act_id)


def _taken_up_without_sending(at: datetime) -> list[int]:
    """The general wake-up may have been first: then the hold has ended and the claim still has to go."""
    rejected = Fill.objects.filter(state=FillState.REJECTED, claims__state=ClaimState.REJECTED).distinct()
    found = []
    for fill in rejected.filter(claims__next_fill_on__lte=at.date()).select_related("pharmacy"):
        ends = list(fill.events().order_by("-number")[:2])
        was_held = len(ends) == 2 and ends[0].verb == "unhold" and ends[1].details.get("reason") == PAYER_DATE
        if was_held and ends[0].worker_id == Worker.objects.program(fill.pharmacy).pk:
            found.append(fill.pk)
    return found


def _plan(card: Card, like: Plan) -> Plan:
    plan, _ = Plan.objects.get_or_create(
        pharmacy_id=like.pharmacy_id,
        bin=card.bin.strip(),
        pcn=card.pcn.strip(),
        defaults={"name": card.plan_name.strip() or f"Plan {card.bin.strip()}", "switch": like.switch},
    )
    return plan
