"""A patient's cards: put right where a payer complained, put in order, and asked about."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model, Q

from pestle.links import switch
from pestle.records.claims import Claim
from pestle.records.messages import Message
from pestle.records.patients import Coverage, Patient, Plan
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.rules.coverage_order import CoverageFacts, Proposal, propose_order
from pestle.stations.acts import act_within, demand_bench, one_act
from pestle.stations.outbox import courier, post_message
from pestle.stations.payers.adjudication import line_to
from pestle.stations.payers.claim_answers import read_answer
from pestle.stations.payers.claim_request import NPI, SEXES
from pestle.terms.days import is_in_our_time
from pestle.terms.findings import refuse
from pestle.terms.npi import Npi
from pestle.wire.telecom import encode
from pestle.wire.telecom.request import Request, TransactionCode, build_request
from pestle.wire.telecom.request_segments import Insurance
from pestle.wire.telecom.request_segments import Patient as PatientSegment

STATION = "claims"
ADULT = 18
# What a worker may put right from the claims page: where it is kept, and its column there.
CORRECTABLE: Mapping[str, tuple[str, str]] = {
    "cardholder_id": ("coverage", "cardholder_id"),
    "group": ("coverage", "group"),
    "person_code": ("coverage", "person_code"),
    "relationship": ("coverage", "relationship"),
    "bin": ("plan", "bin"),
    "pcn": ("plan", "pcn"),
    "born_on": ("patient", "birth_on"),
    "sex": ("patient", "sex"),
    "prescriber_npi": ("prescriber", "npi"),
}


def correct_card(claim: Claim, corrections: Mapping[str, str], *, act_id: UUID, by: Worker, at: datetime) -> None:
    """This will put right what a payer complained of where it is kept, with a note of before and after on the fill."""
    coverage = claim.coverage
    rows: dict[str, Model | None] = {
        "coverage": coverage,
        "plan": coverage.plan,
        "patient": coverage.patient,
        "prescriber": claim.fill.prescription.prescriber,
    }
    told: dict[str, list[str]] = {}
    for name, text in corrections.items():
        if name not in CORRECTABLE:
            raise refuse("This field is not put right from here.", rule="field_is_known", field=name)
        where, column = CORRECTABLE[name]
        row = rows[where]
        value = _value(name, text.strip())
        told[name] = [str(getattr(row, column)), str(value)]
        if where == "plan":
            _move_to_plan(coverage, column, str(value))
        elif row is not None:
            setattr(row, column, value)
            row.save(update_fields=[column])
    fill = claim.fill
    fill.note(
        "correct_card", act_id=act_within(act_id, "correct"), by=by, at=at, station=STATION, details={"changed": told}
    )


@one_act
def change_payer_order(
    *, act_id: UUID, by: Worker, at: datetime, patient_id: int, coverage_ids: tuple[int, ...]
) -> Coverage:
    """This will put a patient's plans into another order of billing; claims that stand are not touched."""
    demand_bench(by, "Changing the order of billing")
    rows = {each.pk: each for each in Coverage.objects.filter(patient_id=patient_id, patient__pharmacy=by.pharmacy)}
    if set(coverage_ids) - set(rows) or not coverage_ids:
        raise refuse("These are not the plans of this patient.", rule="plans_are_the_patients", field="coverage")
    # One plan in each place at any moment: first out of the way, then to where it belongs.
    for place, pk in enumerate(coverage_ids, start=1):
        Coverage.objects.filter(pk=pk).update(order=100 + place)
    for place, pk in enumerate(coverage_ids, start=1):
        Coverage.objects.filter(pk=pk).update(order=place)
    first = rows[coverage_ids[0]]
    first.refresh_from_db()
    return first


def proposed_order(patient: Patient, day: date) -> Proposal:
    """This will propose the order in which a patient's plans in force are billed, with the reasons."""
    in_force = patient.coverages.filter(Q(until_on=None) | Q(until_on__gte=day)).select_related("plan")
    facts = tuple(
        CoverageFacts(
            id=each.pk,
            kind=each.plan.kind,
            plan=each.plan.name,
            relationship=each.relationship,
            cardholder_birth_on=each.cardholder_birth_on,
            from_on=each.from_on,
        )
        for each in in_force.order_by("order")
    )
    return propose_order(facts, is_child=patient.age_on(day) < ADULT)


@one_act
def check_eligibility(*, act_id: UUID, by: Worker, at: datetime, coverage_id: int) -> Message:
    """This will ask a plan whether a card is good on this day (E1); the answer comes with the message."""
    demand_bench(by, "Asking a plan whether a card is good")
    coverage = Coverage.objects.select_related("plan__switch", "patient__pharmacy").get(
        pk=coverage_id, patient__pharmacy_id=by.pharmacy_id
    )
    partner = coverage.plan.switch
    if partner is None:
        raise refuse("No switch is set up for this plan.", rule="plan_has_a_switch", field="coverage")
    return post_message(
        partner=partner,
        kind="E1",
        body=_eligibility_question(coverage, partner, at),
        act_id=act_id,
        by=by,
        at=at,
        external_id=str(act_id),
        relates_to=f"coverage {coverage.pk}",
    )


def eligibility_words(message: Message) -> str:
    """This will tell what a plan answered to an eligibility question, in words."""
    if message.answer is None:
        return "No answer yet: this is not a refusal."
    answer = read_answer(bytes(message.answer), is_reversal=False)
    codes = ", ".join(answer.codes)
    if codes:
        return f"Not covered ({codes}): {answer.text}"
    return answer.text or "The plan says the card is good."


@courier(PartnerKind.SWITCH)
def take_to_switch(partner: Partner, message: Message) -> bytes:
    """This will take a question that belongs to no claim to the switch; raises NoAnswer."""
    return switch.ask(line_to(partner), bytes(message.body))


def _eligibility_question(coverage: Coverage, partner: Partner, at: datetime) -> bytes:
    patient = coverage.patient
    request = Request(
        code=TransactionCode.ELIGIBILITY,
        bin_number=coverage.plan.bin,
        processor_control_number=coverage.plan.pcn,
        provider_id_qualifier=NPI,
        provider_id=patient.pharmacy.npi,
        service_on=at.astimezone(ZoneInfo(patient.pharmacy.time_zone)).date(),
        vendor_id=partner.software_id,
        insurance=Insurance(
            cardholder_id=coverage.cardholder_id,
            group_id=coverage.group or None,
            person_code=coverage.person_code or None,
            relationship=coverage.relationship or None,
        ),
        patient=PatientSegment(
            born_on=patient.birth_on,
            gender=SEXES.get(patient.sex, "0"),
            first_name=patient.given,
            last_name=patient.family,
        ),
    )
    return encode(build_request(request))


def _move_to_plan(coverage: Coverage, column: str, value: str) -> None:
    """Give the membership the plan with this BIN or PCN; the plan of the other members stays as it is."""
    old = coverage.plan
    numbers = {"bin": old.bin, "pcn": old.pcn, column: value}
    coverage.plan, _ = Plan.objects.get_or_create(
        pharmacy_id=old.pharmacy_id,
        **numbers,
        defaults={
            "name": old.name, "help_desk_phone": old.help_desk_phone, "pickup_window_days": old.pickup_window_days,
            "kind": old.kind, "switch": old.switch, "wants_earlier_payers": old.wants_earlier_payers,
        },
    )  # fmt: skip
    coverage.save(update_fields=["plan"])


def _value(name: str, text: str) -> str | date:
    try:
        if name == "born_on":
            born = date.fromisoformat(text)
            if not is_in_our_time(born):
                raise ValueError("a birth date is in our time")  # noqa: TRY301 - said like every other field
            return born
        if name == "prescriber_npi":
            return Npi(text).digits
    except ValueError as wrong:
        raise refuse(f"Compare this with the card: {wrong}", rule="field_is_valid", field=name) from wrong
    if not text and name == "cardholder_id":
        raise refuse("Type what the card says.", rule="field_is_given", field=name)
    return text
