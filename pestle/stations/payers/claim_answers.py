"""What a payer's answer says, as the claims station writes it down: every code, every amount, in the payer's words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pestle.terms.money import Money
from pestle.wire.telecom import TelecomError, split
from pestle.wire.telecom.messages import message_texts, next_fill
from pestle.wire.telecom.response import Response, paid_amounts, read_response, verdict
from pestle.wire.telecom.response_segments import DurFinding, PaidAmounts, PreferredProduct, ResponseStatus, Verdict
from pestle.wire.telecom.transmission import Transmission

S = ResponseStatus


class Outcome(StrEnum):
    """What an answer comes to."""

    PAID = "paid"
    CAPTURED = "captured"
    REJECTED = "rejected"
    REVERSED = "reversed"
    BUSY = "busy"
    UNREADABLE = "unreadable"


BILLED = {
    S.PAID: Outcome.PAID,
    S.DUPLICATE_OF_PAID: Outcome.PAID,
    S.CAPTURED: Outcome.CAPTURED,
    S.DUPLICATE_OF_CAPTURED: Outcome.CAPTURED,
    S.REJECTED: Outcome.REJECTED,
}
TAKEN_BACK = {S.APPROVED: Outcome.REVERSED, S.DUPLICATE_OF_APPROVED: Outcome.REVERSED, S.REJECTED: Outcome.REJECTED}
# 31 and 84: the payer holds no paid claim, which is what a reversal is for.
NOTHING_TO_REVERSE = frozenset({"31", "84"})
# The payer's computer, not the payer, said no: the same claim is sent again.
NOT_WORKED_ON = frozenset({"85", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99", "NN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerAnswer:
    """One answer, read as far as it can be; amounts in dollars, None where the payer gave none."""

    outcome: Outcome
    reference: str = ""
    codes: tuple[str, ...] = ()
    text: str = ""
    help_desk_phone: str = ""
    next_fill_on: date | None = None
    last_fill_on: date | None = None
    amounts: PaidAmounts | None = None
    dur: tuple[DurFinding, ...] = ()
    preferred: tuple[PreferredProduct, ...] = ()
    other_payers: tuple[str, ...] = ()
    unreadable: str = ""


def read_answer(raw: bytes, *, is_reversal: bool) -> PayerAnswer:
    """This will read an answer; one part that cannot be read is named in `unreadable` and does not hide the rest."""
    try:
        whole = split(raw)
        said = verdict(whole.transactions[0])
    except (TelecomError, IndexError) as fault:
        return PayerAnswer(outcome=Outcome.UNREADABLE, unreadable=str(fault))
    outcome = (TAKEN_BACK if is_reversal else BILLED).get(said.status, Outcome.UNREADABLE)
    codes = tuple(each.code for each in said.rejects if each.code)
    if is_reversal and outcome is Outcome.REJECTED and codes and set(codes) <= NOTHING_TO_REVERSE:
        outcome = Outcome.REVERSED
    if outcome is Outcome.REJECTED and codes and set(codes) <= NOT_WORKED_ON:
        outcome = Outcome.BUSY
    return _filled_in(whole, said, outcome, codes)


def _filled_in(whole: Transmission, said: Verdict, outcome: Outcome, codes: tuple[str, ...]) -> PayerAnswer:
    later = next_fill(said)
    response, fault = _whole_response(whole)
    amounts, amount_fault = _amounts(whole)
    answer = response.answers[0] if response and response.answers else None
    findings = answer.dur_findings if answer else ()
    message = response.message.text if response and response.message else None
    unexpected = f"status {said.status.value} is no answer to this" if outcome is Outcome.UNREADABLE else ""
    return PayerAnswer(
        outcome=outcome,
        reference=said.authorization_number or "",
        codes=codes,
        text=" ".join(part for part in (*message_texts(said), message or "") if part),
        help_desk_phone=said.help_desk_phone or "",
        next_fill_on=later.on if later else None,
        last_fill_on=next((each.previous_fill_on for each in findings if each.previous_fill_on), None),
        amounts=amounts,
        dur=findings,
        preferred=answer.claim.preferred_products if answer and answer.claim else (),
        other_payers=tuple(_other_payer(each) for each in answer.other_coverages) if answer else (),
        unreadable=unexpected or amount_fault or fault,
    )


def _whole_response(whole: Transmission) -> tuple[Response | None, str]:
    try:
        return read_response(whole), ""
    except TelecomError as fault:
        return None, str(fault)


def _amounts(whole: Transmission) -> tuple[PaidAmounts | None, str]:
    try:
        return paid_amounts(whole.transactions[0]), ""
    except TelecomError as fault:
        return None, str(fault)


def _other_payer(payer: object) -> str:
    parts = (getattr(payer, name, None) for name in ("id", "processor_control_number", "cardholder_id", "group_id"))
    return " / ".join(str(part) for part in parts if part)


def explained(amounts: PaidAmounts, *, before: Decimal = Decimal(0)) -> tuple[str, ...]:
    """This will tell in lines how a payer's figures come to what the patient pays.

    `before` is what plans billed earlier paid. Where the figures do not add up, a line says so: payers differ in what
    they fill in (NCPDP 505-F5, 509-F9).
    """
    drug, fee = amounts.ingredient_cost or Decimal(0), amounts.dispensing_fee or Decimal(0)
    extra = (amounts.flat_tax or Decimal(0)) + (amounts.percentage_tax or Decimal(0))
    extra += (amounts.incentive or Decimal(0)) + (amounts.professional_fee or Decimal(0))
    extra += sum((each.amount or Decimal(0) for each in amounts.other_amounts), Decimal(0))
    allowed = drug + fee + extra
    others = amounts.other_payer_amount or Decimal(0)
    lines = [f"Drug {_dollars(drug)} + fee {_dollars(fee)}{_and(extra, 'tax and other')} = {_dollars(allowed)}"]
    if before or others:
        lines.append(f"Plans before it paid {_dollars(before or others)}")
    lines.append(f"The plan pays {_dollars(amounts.total_paid)}")
    lines.append(f"You pay {_dollars(amounts.patient_pay)}{_parts(amounts)}")
    if allowed and allowed - others - amounts.total_paid != amounts.patient_pay:
        lines.append("The plan's own figures do not add up to this; it is what the plan asks.")
    return tuple(lines)


PATIENT_PARTS = (
    ("deductible", "deductible"),
    ("copay", "copay"),
    ("coinsurance", "coinsurance"),
    ("over_benefit_maximum", "above the plan's maximum"),
    ("brand_selection", "brand chosen"),
    ("non_preferred_selection", "drug not preferred"),
    ("network_selection", "pharmacy network"),
    ("coverage_gap", "coverage gap"),
    ("patient_tax", "tax"),
    ("processor_fee", "processor's fee"),
    ("plan_assistance", "plan's assistance"),
)


def _parts(amounts: PaidAmounts) -> str:
    given = ((words, getattr(amounts, name)) for name, words in PATIENT_PARTS)
    named = [f"{words} {_dollars(value)}" for words, value in given if value]
    return f": {' + '.join(named)}" if named else ""


def _and(amount: Decimal, words: str) -> str:
    return f" + {words} {_dollars(amount)}" if amount else ""


def _dollars(amount: Decimal) -> str:
    return str(Money.rounded(amount))
