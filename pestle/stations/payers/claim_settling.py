"""Brings a fill to where its claims stand: paid by its plans, rejected, without an answer, or on to the next plan."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, FillState
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.stations.payers.claim_answers import explained, read_answer
from pestle.stations.payers.claim_opening import MOST_PLANS, open_claim, plans_of
from pestle.stations.waiting import clear_wait, set_wait
from pestle.terms.money import Money
from pestle.terms.roles import Role

C, F = ClaimState, FillState
AT_THE_PAYER = frozenset({F.ADJUDICATING, F.UNANSWERED})
UNDER_WAY = frozenset({C.WAITING, C.SENT, C.REVERSING})
TECHNICIAN = Role.TECHNICIAN.value
UNBILLED = "unbilled"


def settle(fill: Fill, *, at: datetime) -> Fill:
    """This will take the step a fill's claims have come to, under the program's name; nothing where none is due.

    Called again it does nothing more. A fill that went on unbilled is not moved: its price follows, or a task is made.
    """
    if fill.state not in AT_THE_PAYER and not fill.is_unbilled_promise:
        return fill
    if fill.claims.filter(state__in=UNDER_WAY).exists():
        return fill
    if (silent := fill.claims.filter(state=C.UNANSWERED).order_by("-number").first()) is not None:
        return _wait_for_answer(fill, silent, at=at)
    if fill.claims.filter(state=C.REVERSAL_FAILED).exists():
        return _say_no(fill, at=at)
    return _follow_the_chain(fill, at=at)


def mark_resolved(claim: Claim, choice: str, *, by: Worker, at: datetime) -> None:
    """This will write down which way of the playbook was taken from a claim's rejects; inside an act."""
    claim.rejects.filter(resolved_at=None).update(resolved_by=by, resolved_at=at, resolution=choice[:200])


def end_promise_tasks(fill: Fill, *, by: Worker, at: datetime, outcome: str) -> None:
    """This will end the tasks that ask to settle a fill that went on unbilled; to be called inside an act."""
    fill.tasks.filter(kind=UNBILLED, done_at=None).update(done_by=by, done_at=at, outcome=outcome)


def chain(fill: Fill) -> list[Claim]:
    """This will give the newest claim of each place in the order of billing, each one later than the one before it."""
    newest: list[Claim] = []
    for order in range(1, MOST_PLANS + 1):
        found = fill.claims.filter(order=order).select_related("coverage__plan").order_by("-number").first()
        if found is None or (newest and found.number < newest[-1].number):
            break
        newest.append(found)
    return newest


def paid_chain(fill: Fill) -> list[Claim]:
    """This will give the claims that stand as paid, in the order in which they were billed."""
    return list(fill.claims.paid().select_related("coverage__plan").order_by("order"))


def _follow_the_chain(fill: Fill, *, at: datetime) -> Fill:
    claims = chain(fill)
    last = claims[-1] if claims else None
    if last is not None and last.state == C.REJECTED:
        return _say_no(fill, at=at)
    patient = fill.prescription.patient
    plans = plans_of(patient, fill.local_day(at)) if patient else []
    place = len(claims) + 1 if last is None or last.state == C.PAID else last.order
    if place <= len(plans):
        program = Worker.objects.program(fill.pharmacy)
        open_claim(fill, act_id=_act(fill, f"claim in place {place}"), by=program, at=at, order=place)
        return fill
    return be_paid(fill, at=at) if paid_chain(fill) else _say_no(fill, at=at)


def be_paid(fill: Fill, *, at: datetime) -> Fill:
    """This will take a fill on to the pharmacist's check with what its plans pay and what the patient pays."""
    claims = paid_chain(fill)
    fill.price = claims[-1].patient_pays
    fill.price_steps = price_steps(claims)
    fill.payment = "plan"
    fill.is_unbilled_promise = False
    window = min(each.coverage.plan.pickup_window_days for each in claims)
    fill.return_due_on = claims[0].service_on + timedelta(days=window)
    fill.save(update_fields=["price", "price_steps", "payment", "is_unbilled_promise", "return_due_on"])
    end_promise_tasks(fill, by=Worker.objects.program(fill.pharmacy), at=at, outcome="paid by the plan")
    details = {"patient_pays": str(fill.price), "claims": [each.pk for each in claims]}
    if fill.price is None:
        _ask_for_price(fill, at=at)
    if fill.state not in AT_THE_PAYER:
        return _note(fill, "promise_is_paid", at=at, details=details)
    _bring_to_payer(fill, at=at)
    return _step(fill, "be_paid", at=at, details=details)


def price_steps(claims: list[Claim]) -> list[str]:
    """This will tell in lines how the price came about, plan by plan."""
    lines: list[str] = []
    before = Decimal(0)
    for claim in claims:
        if len(claims) > 1:
            lines.append(f"{claim.coverage.plan.name}:")
        lines.extend(_lines_of(claim, before))
        before += claim.plan_pays or Decimal(0)
    return lines


def _lines_of(claim: Claim, before: Decimal) -> tuple[str, ...]:
    kept = claim.exchanges.filter(kind__in=["B1", "B3"]).exclude(response=None).order_by("-number").first()
    answer = read_answer(bytes(kept.response), is_reversal=False) if kept and kept.response else None
    if answer is not None and answer.amounts is not None:
        return explained(answer.amounts, before=before)
    if claim.patient_pays is None:
        return ("The plan pays and has not said what the patient owes: ask its help desk.",)
    return (f"You pay {Money.rounded(claim.patient_pays)}",)


def _say_no(fill: Fill, *, at: datetime) -> Fill:
    if fill.state not in AT_THE_PAYER:
        words = f"The plan rejected {fill} after it went on unbilled: send it again, charge cash or take it back."
        _task(fill, UNBILLED, words, at=at)
        return _note(fill, "promise_is_rejected", at=at)
    _bring_to_payer(fill, at=at)
    codes = [code for claim in chain(fill)[-1:] for code in claim.rejects.values_list("code", flat=True)]
    return _step(fill, "be_rejected", at=at, details={"codes": codes})


def _wait_for_answer(fill: Fill, claim: Claim, *, at: datetime) -> Fill:
    if fill.state not in AT_THE_PAYER:
        return fill
    set_wait(fill, reason="payer's answer", wakes_at=claim.next_try_at or at, owner_role=TECHNICIAN)
    return _step(fill, "go_unanswered", at=at) if fill.state == F.ADJUDICATING else fill


def _bring_to_payer(fill: Fill, *, at: datetime) -> None:
    if fill.state == F.UNANSWERED:
        _step(fill, "resend", at=at)


def _step(fill: Fill, verb: str, *, at: datetime, details: Mapping[str, object] | None = None) -> Fill:
    program = Worker.objects.program(fill.pharmacy)
    taken = FILL.take(verb, fill.facts(at, program), program.roles)
    fill.record(taken, act_id=_act(fill, verb), by=program, at=at, station="claims", details=details)
    if fill.wakes_at is not None and taken.target not in FILL.waits:
        clear_wait(fill)
    return fill


def _note(fill: Fill, verb: str, *, at: datetime, details: Mapping[str, object] | None = None) -> Fill:
    program = Worker.objects.program(fill.pharmacy)
    fill.note(verb, act_id=_act(fill, verb), by=program, at=at, station="claims", details=details)
    return fill


def _ask_for_price(fill: Fill, *, at: datetime) -> None:
    _task(fill, "price", "The plan pays, but what the patient owes cannot be read: ask its help desk.", at=at)


def _task(fill: Fill, kind: str, words: str, *, at: datetime) -> None:
    program = Worker.objects.program(fill.pharmacy)
    patient = fill.prescription.patient
    Task.objects.create(
        pharmacy_id=fill.pharmacy_id, kind=kind, words=words, fill=fill, patient=patient, owner_role=TECHNICIAN,
        wakes_at=at, made_by=program, made_at=at,
    )  # fmt: skip


def _act(fill: Fill, verb: str) -> UUID:
    return uuid5(UUID(int=fill.pk), f"fill {verb} {fill.version + 1}")
