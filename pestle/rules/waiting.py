"""Nothing waits without a reason, an owner and a time when it wakes up."""

from pestle.rules.facts import ClaimFacts, FillFacts, PrescriptionFacts
from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS


@rule(cites="house rule: nothing is ever lost", field="waiting_for")
def wait_has_a_reason(fill: FillFacts) -> str | None:
    """What waits says why."""
    return None if fill.waiting_for else "Say what this waits for."


@rule(cites="house rule: nothing is ever lost", field="owner")
def wait_has_an_owner(fill: FillFacts) -> str | None:
    """What waits has somebody who looks after it."""
    return None if fill.owner_is_named else "Say who looks after this."


@rule(cites="house rule: nothing is ever lost", field="wakes_at")
def wait_wakes_up(fill: FillFacts) -> str | None:
    """What waits has a time in the future when it comes back by itself."""
    if fill.wakes_at is None or fill.wakes_at <= fill.at:
        return "Say when this wakes up: a time from now on."
    return None


@rule(cites="21 CFR 1306.25; 21 CFR 1306.08(e)", lifted_by=PHARMACISTS)
def controlled_transfer_is_the_pharmacists(prescription: PrescriptionFacts) -> str | None:
    """A controlled prescription is transferred by a pharmacist to a pharmacist."""
    if prescription.schedule.may_be_controlled and prescription.roles.isdisjoint(PHARMACISTS):
        return "Controlled prescriptions are transferred from pharmacist to pharmacist."
    return None


@rule(cites="board of pharmacy: who may transfer", lifted_by=PHARMACISTS)
def board_lets_this_worker_transfer(prescription: PrescriptionFacts) -> str | None:
    """A technician transfers only where the board has a row that says so."""
    if prescription.roles.isdisjoint(PHARMACISTS | prescription.board.technician_may_transfer):
        return f"{prescription.board.board} has no row that lets you transfer a prescription: a pharmacist does."
    return None


@rule(cites="21 CFR 1306.21(a); board of pharmacy: new verbal prescriptions", lifted_by=PHARMACISTS)
def new_verbal_is_taken_by_who_may(prescription: PrescriptionFacts) -> str | None:
    """A new prescription by telephone is taken by a pharmacist, or by whom the board names; controlled by none else."""
    if not prescription.is_verbal or not prescription.roles.isdisjoint(PHARMACISTS):
        return None
    if prescription.schedule.may_be_controlled:
        return "A controlled prescription by telephone is taken by a pharmacist."
    if prescription.roles.isdisjoint(prescription.board.technician_may_take_new_verbal):
        return f"{prescription.board.board} has no row that lets you take a new prescription by telephone."
    return None


@rule(cites="house rule: nothing is ever lost")
def no_fill_is_open(prescription: PrescriptionFacts) -> str | None:
    """A prescription is closed only when none of its fills is still on a bench."""
    return "A fill of this prescription is still open: end it first." if prescription.open_fills else None


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def ending_has_a_reason(prescription: PrescriptionFacts) -> str | None:
    """Ending a prescription is recorded with a reason."""
    return None if prescription.reason.strip() else "Give the reason."


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def manual_reversal_has_proof(claim: ClaimFacts) -> str | None:
    """A reversal done by telephone is recorded with whom one spoke to and the reference."""
    return None if claim.reason.strip() else "Write whom you spoke to at the payer and the reference."
