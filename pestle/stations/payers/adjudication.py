"""Takes claims to their payer and brings the answer home: sent once, asked again when nothing came, never paid twice.

A try is written down before it leaves. When its answer is lost, by the line, the payer or our own death, the same bytes
go again: a payer that had paid answers that it is a duplicate of a paid claim, and that is paid.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import OperationalError, transaction

from pestle.flows.claim import CLAIM, ClaimState
from pestle.links import switch
from pestle.links.failures import NoAnswer
from pestle.records.claims import Claim, ClaimReject, Exchange
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.rules.claim_rejects import is_pharmacists
from pestle.stations.outbox import wait_before
from pestle.stations.payers import claim_request
from pestle.stations.payers.claim_answers import Outcome, PayerAnswer, read_answer
from pestle.stations.payers.claim_opening import gather, open_claim, plans_of, said_before, send_soon
from pestle.stations.payers.claim_settling import settle
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule
from pestle.wire.telecom.framing import Framing
from pestle.wire.telecom.request import TransactionCode

Clock = Callable[[], datetime]

PROGRAM = frozenset({Role.PROGRAM})
BILLING, REVERSAL, REBILL = "B1", "B2", "B3"
NO_ANSWER = "no answer"
# A try that has not come back this long after the payer's time to answer died with its process.
MARGIN = timedelta(seconds=15)
MOST_AT_ONCE = 200
TRIES_TO_WRITE = 5
S = ClaimState


@dataclass(frozen=True, slots=True)
class Try:
    """One try that is written down and may leave."""

    exchange_id: int
    claim_id: int
    partner_id: int | None
    request: bytes
    kind: str


def adjudicate(claim_id: int, *, clock: Clock) -> Claim:
    """This will try once to bring a claim, or its reversal, to the payer, if its time has come and nobody else does.

    `clock` is asked twice: when the try leaves and when it is back.
    """
    one = _begin(claim_id, at=clock())
    if one is None:
        return Claim.objects.get(pk=claim_id)
    try:
        answer = read_answer(raw := _ask(one), is_reversal=one.kind == REVERSAL)
    except NoAnswer as failure:
        return _write(one, at=clock(), raw=None, answer=None, fault=str(failure))
    return _write(one, at=clock(), raw=raw, answer=answer, fault="")


def sweep(*, clock: Clock) -> int:
    """This will take up every claim whose time has come, also after a process died with a try out.

    A line that gave no answer is not asked again in the same sweep: one claim finds out, the others keep their turn,
    and all go as soon as one of them is answered.
    """
    due = list(Claim.objects.due(clock()).select_related("coverage__plan__switch")[:MOST_AT_ONCE])
    silent: set[int | None] = set()
    taken = 0
    for claim in due:
        partner = partner_of(claim)
        if (line := partner.pk if partner else None) in silent:
            continue
        before = claim.exchanges.count()
        tried = adjudicate(claim.pk, clock=clock)
        taken += 1
        if tried.exchanges.count() > before and _was_silent(tried):
            silent.add(line)
    return taken + _settle_what_stands(clock())


def partner_of(claim: Claim) -> Partner | None:
    """This will give the switch a claim goes to: the plan's own, else the pharmacy's."""
    if claim.coverage.plan.switch is not None:
        return claim.coverage.plan.switch
    switches = Partner.objects.filter(pharmacy_id=claim.pharmacy_id, kind=PartnerKind.SWITCH, is_in_use=True)
    return switches.order_by("pk").first()


def _was_silent(claim: Claim) -> bool:
    last = claim.exchanges.order_by("-number").first()
    return last is not None and last.outcome == NO_ANSWER


def _begin(claim_id: int, *, at: datetime) -> Try | None:
    with transaction.atomic():
        claim = _locked(claim_id)
        if claim.next_try_at is None or claim.next_try_at > at:
            return None
        if claim.state == S.REVERSING and _later_payer_stands(claim):
            # Reversals go in the opposite order: this one is asked for again when the later one is done.
            Claim.objects.filter(pk=claim.pk).update(next_try_at=None)
            return None
        partner = partner_of(claim)
        return _written_down(claim, partner, at=at) if _steps_out(claim, at=at) else None


def _steps_out(claim: Claim, *, at: datetime) -> bool:
    if claim.state == S.SENT:
        _step(claim, "go_unanswered", at=at, details={"fault": "the program stopped in the middle of the try"})
    if claim.state in {S.WAITING, S.UNANSWERED}:
        _step(claim, "send", at=at, sent_at=at)
        _resend_fill(claim, at=at)
        return True
    if claim.state == S.REVERSING:
        claim.note("try_reversal", act_id=_act(claim, "try"), by=_program(claim), at=at, station="claims")
        return True
    return False


def _written_down(claim: Claim, partner: Partner | None, *, at: datetime) -> Try:
    kind = BILLING if claim.state != S.REVERSING else REBILL if _may_rebill(claim, at) else REVERSAL
    request = _same_as_before(claim, kind) or _new_request(claim, kind, at=at)
    number = claim.exchanges.count() + 1
    exchange = Exchange.objects.create(claim=claim, kind=kind, number=number, request=request, sent_at=at)
    patience = timedelta(seconds=partner.seconds_to_answer if partner else 0)
    claim.next_try_at = at + patience + MARGIN
    claim.save(update_fields=["next_try_at"])
    return Try(exchange.pk, claim.pk, partner.pk if partner else None, request, kind)


def _same_as_before(claim: Claim, kind: str) -> bytes | None:
    earlier = claim.exchanges.filter(kind=kind).order_by("number").first()
    return bytes(earlier.request) if earlier else None


def _new_request(claim: Claim, kind: str, *, at: datetime) -> bytes:
    if kind == REBILL:
        said = said_before(claim.fill, claim.coverage)
        changed = gather(claim.fill, claim.coverage, at=at, order=1, overrides=said, service_on=claim.service_on)
        return claim_request.billing(changed, code=TransactionCode.REBILL)
    asked = claim_request.again(claim.asked)
    return claim_request.reversal(asked) if kind == REVERSAL else claim_request.billing(asked)


def _may_rebill(claim: Claim, at: datetime) -> bool:
    """Whether one B3 does for a reversal and the changed claim: to the only plan, where it takes them."""
    fill = claim.fill
    if not claim.coverage.plan.takes_rebills or fill.state != "adjudicating" or fill.prescription.patient is None:
        return False
    refused = claim.exchanges.filter(kind=REVERSAL).exists()
    refused = refused or claim.exchanges.filter(kind=REBILL, outcome=Outcome.REJECTED.value).exists()
    plans = plans_of(fill.prescription.patient, fill.local_day(at))
    is_only = [each.pk for each in plans] == [claim.coverage_id]
    return is_only and not refused and not fill.claims.standing().exclude(pk=claim.pk).exists()


def _later_payer_stands(claim: Claim) -> bool:
    return claim.fill.claims.standing().filter(order__gt=claim.order, number__gt=claim.number).exists()


def _resend_fill(claim: Claim, *, at: datetime) -> None:
    fill = claim.fill
    if fill.state == "unanswered":
        taken = fill.MACHINE.take("resend", fill.facts(at, program := _program(claim)), program.roles)
        fill.record(taken, act_id=_act(claim, "resend"), by=program, at=at, station="claims")


def _ask(one: Try) -> bytes:
    partner = Partner.objects.filter(pk=one.partner_id).first() if one.partner_id else None
    if partner is None:
        raise NoAnswer("no switch is set up for this plan")
    return switch.ask(line_to(partner), one.request)


def line_to(partner: Partner) -> switch.Switch:
    """This will give where a switch listens and how it marks its messages."""
    return switch.Switch(
        host=partner.host,
        port=partner.port,
        seconds_to_answer=partner.seconds_to_answer,
        framing=Framing(partner.framing),
    )


def _write(one: Try, *, at: datetime, raw: bytes | None, answer: PayerAnswer | None, fault: str) -> Claim:
    # An answer is never lost to a click at the same moment: it is written as soon as the other act is done.
    for _ in range(TRIES_TO_WRITE - 1):
        with suppress(Refused, OperationalError):
            return _write_once(one, at=at, raw=raw, answer=answer, fault=fault)
    return _write_once(one, at=at, raw=raw, answer=answer, fault=fault)


@transaction.atomic
def _write_once(one: Try, *, at: datetime, raw: bytes | None, answer: PayerAnswer | None, fault: str) -> Claim:
    claim = _locked(one.claim_id)
    exchange = Exchange.objects.get(pk=one.exchange_id)
    outcome = answer.outcome if answer else None
    nothing = outcome in {None, Outcome.UNREADABLE, Outcome.BUSY}
    said = fault or (_why_nothing(answer) if answer and nothing else answer.unreadable if answer else "")
    exchange.response, exchange.outcome = raw, outcome.value if outcome else NO_ANSWER
    exchange.fault, exchange.answered_at = said[:200], at if raw is not None else None
    exchange.save(update_fields=["response", "outcome", "fault", "answered_at"])
    _note_partner(one, at=at, fault=said if nothing else "")
    if answer is None or nothing:
        _came_to_nothing(claim, exchange, said, at=at)
    elif one.kind == REVERSAL:
        _reversal_answered(claim, answer, at=at)
    elif one.kind == REBILL:
        _rebill_answered(claim, exchange, answer, at=at)
    else:
        _billing_answered(claim, exchange, answer, at=at)
    return claim


def _why_nothing(answer: PayerAnswer) -> str:
    if answer.outcome is Outcome.BUSY:
        return f"the payer's computer did not work on it ({', '.join(answer.codes)})"
    return f"the answer cannot be read: {answer.unreadable}"


def _came_to_nothing(claim: Claim, exchange: Exchange, fault: str, *, at: datetime) -> None:
    if not _is_newest(claim, exchange) or claim.state not in {S.SENT, S.REVERSING}:
        return
    tries = claim.exchanges.filter(kind=exchange.kind).count()
    claim.next_try_at = at + wait_before(tries)
    claim.save(update_fields=["next_try_at"])
    if claim.state == S.SENT:
        _step(claim, "go_unanswered", at=at, details={"fault": fault})
    settle(claim.fill, at=at)


def _billing_answered(claim: Claim, exchange: Exchange, answer: PayerAnswer, *, at: datetime) -> None:
    is_paid = answer.outcome in {Outcome.PAID, Outcome.CAPTURED}
    if claim.state not in {S.SENT, S.UNANSWERED}:
        # A second answer to the same claim: kept with its exchange, and what stands, stands.
        return
    if not is_paid and not _is_newest(claim, exchange):
        # A late no says nothing while a later try of the same claim is out.
        return
    _keep_answer(claim, answer, at=at)
    if not is_paid:
        _keep_rejects(claim, answer)
    details: dict[str, object] = {"outcome": answer.outcome.value, "codes": list(answer.codes)}
    _step(claim, "be_paid" if is_paid else "be_rejected", at=at, details=details)
    settle(claim.fill, at=at)


def _reversal_answered(claim: Claim, answer: PayerAnswer, *, at: datetime) -> None:
    if claim.state != S.REVERSING:
        return
    claim.next_try_at = None
    if answer.outcome is Outcome.REVERSED:
        claim.save(update_fields=["next_try_at"])
        _step(claim, "be_reversed", at=at, details={"codes": list(answer.codes)})
    else:
        claim.payer_message = answer.text[:400]
        claim.save(update_fields=["next_try_at", "payer_message"])
        _keep_rejects(claim, answer)
        _step(claim, "fail_reversal", at=at, details={"codes": list(answer.codes)})
    go_on_reversing(claim.fill, at=at)
    settle(claim.fill, at=at)


def _rebill_answered(claim: Claim, exchange: Exchange, answer: PayerAnswer, *, at: datetime) -> None:
    if claim.state != S.REVERSING:
        return
    if answer.outcome not in {Outcome.PAID, Outcome.CAPTURED}:
        # Whether a payer that says no to both kept the old claim is not known: it is undone on its own, then billed.
        claim.next_try_at = at
        claim.save(update_fields=["next_try_at"])
        send_soon(claim)
        return
    claim.next_try_at = None
    claim.save(update_fields=["next_try_at"])
    said = said_before(claim.fill, claim.coverage)
    _step(claim, "be_reversed", at=at, details={"by": REBILL})
    program = _program(claim)
    changed = open_claim(
        claim.fill, act_id=_act(claim, REBILL), by=program, at=at, overrides=said, service_on=claim.service_on
    )
    _step(changed, "send", at=at, sent_at=exchange.sent_at)
    Exchange.objects.create(
        claim=changed, kind=REBILL, number=1, request=exchange.request, response=exchange.response,
        outcome=exchange.outcome, sent_at=exchange.sent_at, answered_at=at,
    )  # fmt: skip
    _keep_answer(changed, answer, at=at)
    _step(changed, "be_paid", at=at, details={"by": REBILL})
    settle(claim.fill, at=at)


def go_on_reversing(fill: Fill, *, at: datetime) -> None:
    """This will ask for the next reversal of a fill whose later payer's claim has just been undone."""
    waiting = fill.claims.filter(state=S.REVERSING, next_try_at=None).order_by("-number").first()
    if waiting is not None and not _later_payer_stands(waiting):
        Claim.objects.filter(pk=waiting.pk).update(next_try_at=at)
        send_soon(waiting)


def _keep_answer(claim: Claim, answer: PayerAnswer, *, at: datetime) -> None:
    for name, value in _answered_columns(answer).items():
        setattr(claim, name, value)
    claim.answered_at, claim.next_try_at = at, None
    claim.save(update_fields=[*_answered_columns(answer), "answered_at", "next_try_at"])


def _answered_columns(answer: PayerAnswer) -> dict[str, object]:
    amounts = answer.amounts
    return {
        "payer_reference": answer.reference[:30],
        "payer_message": answer.text[:400],
        "next_fill_on": answer.next_fill_on,
        "last_fill_on": answer.last_fill_on,
        "help_desk_phone": answer.help_desk_phone[:20],
        "patient_pays": amounts.patient_pay if amounts else None,
        "plan_pays": amounts.total_paid if amounts else None,
        "copay": amounts.copay if amounts else None,
        "coinsurance": amounts.coinsurance if amounts else None,
        "deductible": amounts.deductible if amounts else None,
    }


def _keep_rejects(claim: Claim, answer: PayerAnswer) -> None:
    schedule = Schedule(claim.fill.prescription.schedule)
    before = claim.rejects.count()
    ClaimReject.objects.bulk_create(
        ClaimReject(
            claim=claim,
            position=before + place,
            code=code[:3],
            payer_text=answer.text[:200] if place == 1 else "",
            is_pharmacists=is_pharmacists(code, schedule=schedule),
        )
        for place, code in enumerate(answer.codes or ("",), start=1)
    )


def _is_newest(claim: Claim, exchange: Exchange) -> bool:
    return not claim.exchanges.filter(kind=exchange.kind, number__gt=exchange.number).exists()


def _note_partner(one: Try, *, at: datetime, fault: str) -> None:
    if one.partner_id is None:
        return
    partner = Partner.objects.select_for_update(no_key=True).get(pk=one.partner_id)
    if fault:
        partner.last_failure_at, partner.last_failure = at, fault[:200]
        partner.save(update_fields=["last_failure_at", "last_failure"])
        return
    was_down = partner.last_failure_at and (
        partner.last_answer_at is None or partner.last_answer_at < partner.last_failure_at
    )
    partner.last_answer_at = at
    partner.save(update_fields=["last_answer_at"])
    if was_down:
        _line_is_back(partner, but=one.claim_id, at=at)


def _line_is_back(partner: Partner, *, but: int, at: datetime) -> None:
    """Send again at once all that waits for this switch, not each at its own time."""
    waiting = Claim.objects.filter(pharmacy_id=partner.pharmacy_id, state=S.UNANSWERED, next_try_at__gt=at)
    free = waiting.exclude(pk=but).select_for_update(of=("self",), skip_locked=True)
    for claim in free.select_related("coverage__plan__switch"):
        if partner_of(claim) == partner:
            Claim.objects.filter(pk=claim.pk).update(next_try_at=at)
            send_soon(claim)


def _settle_what_stands(at: datetime) -> int:
    """Bring on fills that an answer found on hold: taken up again, they stand where their claims already are."""
    pending = [S.WAITING, S.SENT, S.UNANSWERED, S.REVERSING]
    stuck = Fill.objects.filter(state__in=["adjudicating", "unanswered"]).exclude(claims__state__in=pending)
    found = list(stuck[:MOST_AT_ONCE])
    for fill in found:
        with suppress(Refused), transaction.atomic():
            settle(Fill.objects.select_for_update(of=("self",)).get(pk=fill.pk), at=at)
    return len(found)


def _locked(claim_id: int) -> Claim:
    """Load a claim with its fill, both held until the transaction ends; the fill first, as every act does."""
    fill_id = Claim.objects.values_list("fill_id", flat=True).get(pk=claim_id)
    fill = (
        Fill.objects.select_for_update(of=("self",)).select_related("prescription__patient", "pharmacy").get(pk=fill_id)
    )
    claim = Claim.objects.select_for_update(of=("self",)).select_related("coverage__plan__switch").get(pk=claim_id)
    claim.fill = fill
    return claim


def _step(
    claim: Claim, verb: str, *, at: datetime, details: dict[str, object] | None = None, **columns: object
) -> None:
    taken = CLAIM.take(verb, claim.facts(at, roles=PROGRAM), PROGRAM)
    for name, value in columns.items():
        setattr(claim, name, value)
    if columns:
        claim.save(update_fields=list(columns))
    claim.record(taken, act_id=_act(claim, verb), by=_program(claim), at=at, station="claims", details=details)


def _act(claim: Claim, verb: str) -> UUID:
    return uuid5(UUID(int=claim.pk), f"claim {verb} {claim.version + 1}")


def _program(claim: Claim) -> Worker:
    return Worker.objects.program(claim.fill.pharmacy)
