"""Opens a claim for a fill: what is asked is gathered once, kept with the claim, and sent by a job of its own."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from procrastinate.contrib.django import app

from pestle.flows.claim import CLAIM, ClaimState
from pestle.flows.machine import NEW
from pestle.records.claims import Claim, DurOverride
from pestle.records.fills import COMPOUND_UNITS, Fill
from pestle.records.patients import Coverage, Patient
from pestle.records.people import Worker
from pestle.rules.coverage_order import may_follow
from pestle.rules.facts import ClaimFacts
from pestle.stations.acts import act_within
from pestle.stations.payers.claim_request import (
    Asked,
    EarlierPayer,
    IngredientAsked,
    amount,
    billing,
    fingerprint,
    kept,
)
from pestle.stations.payers.pricing import IngredientCost, cash_price, ingredient_costs
from pestle.terms.findings import refuse
from pestle.terms.schedule import Schedule
from pestle.wire.telecom import TelecomError

MOST_PLANS = 3
QUEUE = "claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a claim says beyond the prescription: clarification codes, an authorization, DUR answers."""

    clarification_codes: tuple[str, ...] = ()
    authorization_kind: str = ""
    authorization_number: str = ""
    dur: tuple[tuple[str, str, str], ...] = ()
    dur_decided_by: Worker | None = None
    reason: str = ""
    because: dict[str, str] = field(default_factory=dict)


def plans_of(patient: Patient, day: date) -> list[Coverage]:
    """This will give a patient's plans in force on a day, in the order in which they are billed, at most three."""
    in_force = (Q(from_on=None) | Q(from_on__lte=day)) & (Q(until_on=None) | Q(until_on__gte=day))
    found = patient.coverages.filter(in_force).select_related("plan__switch").order_by("order", "pk")
    billed: list[Coverage] = []
    for each in found:
        if may_follow(each.plan.kind, earlier=tuple(one.plan.kind for one in billed)) is None:
            billed.append(each)
    return billed[:MOST_PLANS]


def open_claim(
    fill: Fill,
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    order: int = 1,
    overrides: Overrides | None = None,
    service_on: date | None = None,
) -> Claim:
    """This will write a claim that waits to be sent and ask for the job that sends it, in the caller's transaction.

    What an earlier claim to the same plan said beyond the prescription is said again unless `overrides` are given.
    Raises Refused where the patient has no plan in that place, or a field does not fit the payer's form.
    """
    coverage = plan_in_place(fill, order, fill.local_day(at))
    said = overrides if overrides is not None else said_before(fill, coverage)
    asked = gather(fill, coverage, at=at, order=order, overrides=said, service_on=service_on)
    claim = Claim(
        pharmacy_id=fill.pharmacy_id,
        fill=fill,
        coverage=coverage,
        number=fill.claims.count() + 1,
        order=order,
        asked=kept(asked),
        fingerprint=fingerprint(asked),
        clarification_codes=list(asked.clarification_codes),
        authorization_kind=asked.authorization_kind,
        authorization_number=asked.authorization_number,
        override_reason=said.reason[:200],
        ndc_billed=asked.ndc,
        quantity_billed=Decimal(asked.quantity),
        days_billed=asked.days_supply,
        service_on=date.fromisoformat(asked.service_on),
        next_try_at=at,
    )
    taken = CLAIM.take("prepare", ClaimFacts(state=NEW, at=at, roles=by.roles), by.roles)
    claim.begin(taken, act_id=act_within(act_id, f"claim {claim.number}"), by=by, at=at, station="claims")
    _keep_dur(claim, said, by)
    send_soon(claim)
    return claim


def send_soon(claim: Claim) -> None:
    """This will ask for the job that takes a claim up, as part of the transaction that is open."""
    app.configure_task("adjudicate", queue=QUEUE).defer(claim_id=claim.pk)


def plan_in_place(fill: Fill, order: int, day: date) -> Coverage:
    """This will give the plan that is billed in a place; raises Refused where there is none."""
    patient = fill.prescription.patient
    plans = plans_of(patient, day) if patient else []
    if len(plans) < order:
        words = "has no plan in force" if not plans else f"has no plan number {order}"
        raise refuse(f"This patient {words}: add one, or charge cash.", rule="patient_has_a_plan", field="coverage")
    return plans[order - 1]


def said_before(fill: Fill, coverage: Coverage) -> Overrides:
    """This will give what the last claim of this fill to this plan said beyond the prescription."""
    last = fill.claims.filter(coverage=coverage).order_by("-number").first()
    if last is None:
        return Overrides()
    answers = list(last.dur_overrides.select_related("decided_by").order_by("position"))
    return Overrides(
        clarification_codes=tuple(last.clarification_codes),
        authorization_kind=last.authorization_kind,
        authorization_number=last.authorization_number,
        dur=tuple((each.reason, each.service, each.result) for each in answers),
        dur_decided_by=answers[0].decided_by if answers else None,
        reason=last.override_reason,
    )


def gather(
    fill: Fill, coverage: Coverage, *, at: datetime, order: int, overrides: Overrides, service_on: date | None = None
) -> Asked:
    """This will gather all that a claim asks; raises Refused where a part is missing or does not fit the form."""
    rx, patient, prescriber = fill.prescription, fill.prescription.patient, fill.prescription.prescriber
    if patient is None or prescriber is None or fill.package is None or not fill.days_supply:
        raise refuse("Patient, prescriber, drug and days' supply come before the claim.", rule="claim_is_complete")
    day = service_on or fill.local_day(at)
    price = cash_price(fill, day=day)
    costs = ingredient_costs(fill, day=day)
    earlier = earlier_payers(fill, order)
    switch = coverage.plan.switch
    asked = Asked(
        bin=coverage.plan.bin,
        pcn=coverage.plan.pcn,
        group=coverage.group,
        cardholder_id=coverage.cardholder_id,
        person_code=coverage.person_code,
        relationship=coverage.relationship,
        cardholder_given=coverage.cardholder_given,
        cardholder_family=coverage.cardholder_family,
        born_on=patient.birth_on.isoformat(),
        sex=patient.sex,
        given=patient.given,
        family=patient.family,
        street=patient.address,
        city=patient.city,
        state=patient.state,
        postal_code=patient.postal_code,
        phone=patient.phone,
        rx_number=rx.rx_number,
        fill_number=fill.number - 1,
        ndc=fill.package.ndc11,
        quantity=amount(fill.quantity),
        # 45 CFR 162.1102: the quantity prescribed goes with every claim for Schedule II.
        quantity_written=amount(rx.quantity_written) if _is_ii(rx.schedule) and rx.quantity_written else "",
        days_supply=fill.days_supply,
        unit=COMPOUND_UNITS.get(rx.compound_unit, fill.package.billing_unit),
        daw=rx.daw,
        written_on=rx.written_on.isoformat() if rx.written_on else "",
        refills=rx.refills,
        origin=rx.origin,
        prescriber_npi=prescriber.npi,
        prescriber_family=prescriber.family,
        prescriber_phone=prescriber.phone,
        # Of a compound, 409-D9 is the sum of 449-EE: reject 8M otherwise.
        drug_cost=amount(sum((each.total for each in costs), Decimal(0)) if costs else price.drug),
        fee=amount(price.fee),
        usual_and_customary=amount(price.total),
        other_coverage=other_coverage(earlier, wants=coverage.plan.wants_earlier_payers),
        earlier_payers=_as_wanted(earlier, coverage.plan.wants_earlier_payers),
        clarification_codes=overrides.clarification_codes,
        authorization_kind=overrides.authorization_kind,
        authorization_number=overrides.authorization_number,
        dur=overrides.dur,
        compound_form=rx.compound_form,
        compound_unit=rx.compound_unit,
        ingredients=_ingredients(costs),
        service_on=day.isoformat(),
        pharmacy_npi=fill.pharmacy.npi,
        software_id=switch.software_id if switch else "",
    )
    _must_fit(asked)
    return asked


def _ingredients(costs: tuple[IngredientCost, ...]) -> tuple[IngredientAsked, ...]:
    return tuple(
        IngredientAsked(ndc=each.package.ndc11, quantity=amount(each.quantity), cost=amount(each.total))
        for each in costs
    )


def earlier_payers(fill: Fill, order: int) -> tuple[EarlierPayer, ...]:
    """This will give what the plans billed before this one answered, from the newest claim to each."""
    answered = (newest_in_place(fill, place) for place in range(1, order))
    return tuple(_earlier(each) for each in answered if each is not None)


def newest_in_place(fill: Fill, order: int) -> Claim | None:
    """This will give the newest claim of a fill to the plan in a place."""
    return fill.claims.filter(order=order).select_related("coverage__plan").order_by("-number").first()


def other_coverage(earlier: tuple[EarlierPayer, ...], *, wants: str) -> str:
    """This will give 308-C8: 2 the others paid, 3 they did not cover it, 4 they paid nothing, 8 only what is owed."""
    if not earlier:
        return ""
    if all(each.reject_codes for each in earlier):
        return "3"
    if wants == "owed":
        return "8"
    return "2" if any(Decimal(each.paid or 0) > 0 for each in earlier) else "4"


def _as_wanted(earlier: tuple[EarlierPayer, ...], wants: str) -> tuple[EarlierPayer, ...]:
    return tuple(
        EarlierPayer(
            coverage_type=each.coverage_type,
            bin=each.bin,
            answered_on=each.answered_on,
            paid=each.paid if wants in {"paid", "both"} else "",
            owed=each.owed if wants in {"owed", "both"} else "",
            reject_codes=each.reject_codes,
        )
        for each in earlier
    )


def _earlier(claim: Claim) -> EarlierPayer:
    is_paid = claim.state == ClaimState.PAID
    answered_on = claim.fill.local_day(claim.answered_at) if claim.answered_at else claim.service_on
    return EarlierPayer(
        coverage_type=f"{claim.order:02}",
        bin=claim.coverage.plan.bin,
        answered_on=answered_on.isoformat(),
        paid=amount(claim.plan_pays or Decimal(0)) if is_paid else "",
        owed=amount(claim.patient_pays or Decimal(0)) if is_paid else "",
        reject_codes=() if is_paid else tuple(claim.rejects.order_by("position").values_list("code", flat=True)),
    )


def _must_fit(asked: Asked) -> None:
    try:
        billing(asked)
    except TelecomError as fault:
        raise refuse(
            f"The claim cannot be written, look at its fields: {fault}.", rule="claim_fits_the_form", cites="NCPDP D.0"
        ) from fault


def _keep_dur(claim: Claim, said: Overrides, by: Worker) -> None:
    DurOverride.objects.bulk_create(
        DurOverride(
            claim=claim, position=place, reason=one, service=two, result=three, decided_by=said.dur_decided_by or by
        )
        for place, (one, two, three) in enumerate(said.dur, start=1)
    )


def _is_ii(schedule: str) -> bool:
    return schedule == Schedule.II.value
