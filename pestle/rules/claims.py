"""Who may do what with a payer's answer."""

from pestle.rules.facts import ClaimFacts, FillFacts
from pestle.rules.rule import rule
from pestle.terms.roles import LEADS, PHARMACISTS


@rule(cites="42 CFR 456.705(b)-(c); house matrix of acts", field="rejects", lifted_by=PHARMACISTS)
def therapy_rejects_are_the_pharmacists(fill: FillFacts) -> str | None:
    """A reject that asks for judgement of therapy is resent by a pharmacist only."""
    if fill.roles.isdisjoint(PHARMACISTS):
        codes = [reject.code for reject in fill.rejects if reject.is_open and reject.is_pharmacists]
        if codes:
            return f"Reject {', '.join(codes)} asks about therapy: a pharmacist decides."
    return None


@rule(cites="house matrix of acts", field="rejects", lifted_by=PHARMACISTS)
def third_same_claim_asks_the_pharmacist(fill: FillFacts) -> str | None:
    """The same claim sent a third time unchanged is a guess; a pharmacist looks first."""
    if fill.same_resubmissions >= 2:
        return "This claim was sent twice with the same fields: change something, or ask a pharmacist."
    return None


@rule(cites="payer audits: every override is documented", field="reason")
def clarification_code_has_a_reason(fill: FillFacts) -> str | None:
    """A clarification code is sent only with the reason an auditor would read."""
    if fill.clarification_codes and not fill.reason.strip():
        return "Write why this code is true: an auditor will ask."
    return None


@rule(cites="42 CFR 456.705(b)-(c); house matrix of acts", field="dur")
def dur_answer_is_the_pharmacists(fill: FillFacts) -> str | None:
    """A DUR answer goes to the payer on a pharmacist's decision; a technician may lay it ready."""
    if fill.gives_dur_answer and fill.roles.isdisjoint(PHARMACISTS):
        return "A pharmacist sends the DUR answer; you may lay it ready."
    return None


@rule(cites="NCPDP 354-NX", field="clarification_codes")
def at_most_three_clarification_codes(fill: FillFacts) -> str | None:
    """A claim carries three clarification codes at most."""
    return "Three clarification codes at most: leave one out." if len(fill.clarification_codes) > 3 else None


@rule(cites="payer agreements; house matrix of acts", field="payment", lifted_by=PHARMACISTS)
def controlled_for_cash_beside_a_plan_is_the_pharmacists(fill: FillFacts) -> str | None:
    """Cash for a controlled drug beside a live plan is a red flag that a pharmacist judges."""
    if fill.schedule.may_be_controlled and fill.has_live_plan:
        return "Cash for a controlled drug beside a live plan: a pharmacist decides."
    return None


@rule(cites="store policy: going on while the line is down", lifted_by=PHARMACISTS)
def store_goes_on_unbilled(fill: FillFacts) -> str | None:
    """Going on without a payer's answer is a choice the store has made beforehand."""
    if not fill.store_goes_on_unbilled:
        return "This store does not fill before the payer has answered."
    return None


@rule(cites="store policy: going on while the line is down", field="claim")
def fill_went_on_unbilled(fill: FillFacts) -> str | None:
    """Past the claims station only a fill that went on before its plan answered is settled where it stands."""
    if not fill.is_unbilled_promise:
        return "This fill did not go on unbilled: change it and bill again instead."
    return None


@rule(cites="store policy: going on while the line is down", field="claim")
def promise_was_rejected(fill: FillFacts) -> str | None:
    """A fill that went on unbilled is sent again or taken back once its plan has said no, not before."""
    if not fill.is_unbilled_promise:
        return "This fill did not go on unbilled: change it and bill again instead."
    return None if fill.rejects else "The plan has not said no: the claim is asked for again by itself."


@rule(cites="house matrix of acts", lifted_by=LEADS)
def sold_claim_is_reversed_by_a_lead(claim: ClaimFacts) -> str | None:
    """Reversing the claim of a fill that was sold needs a lead technician or a pharmacist."""
    if claim.fill_is_sold and claim.roles.isdisjoint(LEADS):
        return "This fill was sold: a lead technician or a pharmacist reverses its claim."
    return None


@rule(cites="payer agreements", field="claim")
def claim_is_settled(fill: FillFacts) -> str | None:
    """A fill is not ended while its claim still stands with the payer."""
    return "The claim is still paid at the payer: reverse it first." if fill.claim_is_paid else None
