"""What must be true before a bag leaves, or goes back."""

from pestle.rules.facts import FillFacts
from pestle.rules.rule import rule
from pestle.terms.roles import LEADS, PHARMACISTS, Role

COUNSEL_ANSWERS = frozenset({"accepted", "refused", "done"})


@rule(cites="42 CFR 456.705(c); board of pharmacy", field="counsel")
def counselling_was_offered(fill: FillFacts) -> str | None:
    """The offer to talk to the pharmacist is made, and its answer kept, before a fill is handed over."""
    if fill.counsel_answer not in COUNSEL_ANSWERS:
        return "Offer counselling by the pharmacist and record the answer."
    return None


@rule(cites="42 CFR 456.705(c); board of pharmacy: who may make the offer", field="counsel", lifted_by=PHARMACISTS)
def offer_is_made_by_who_may(fill: FillFacts) -> str | None:
    """Where the board does not say that others may make the offer, the pharmacist makes it."""
    if fill.board.technician_may_offer_counsel is True or not fill.roles.isdisjoint(PHARMACISTS | {Role.INTERN}):
        return None
    return f"{fill.board.board} has no row that lets you make the offer to counsel: a pharmacist does."


@rule(cites="42 CFR 456.705(c)(1)", field="counsel")
def accepted_counselling_was_done(fill: FillFacts) -> str | None:
    """Whoever asks for counselling, or must have it, gets it from a pharmacist before leaving."""
    if fill.counsel_answer == "accepted" or (fill.counsel_is_required and fill.counsel_answer != "done"):
        if fill.counsel_is_required and fill.counsel_answer == "refused":
            return None
        return "The pharmacist counsels first; the pharmacist records it."
    return None


@rule(cites="NPSG.01.01.01; 45 CFR 164.514(h)", field="identifiers")
def two_identifiers_agree(fill: FillFacts) -> str | None:
    """Name and birth date, typed as the person said them, agree with the bag."""
    return None if fill.identifiers_agree else "Type the name and birth date the person tells you."


@rule(cites="house rule: every item of a bag is scanned", field="scan")
def bag_was_scanned(fill: FillFacts) -> str | None:
    """Every bag is scanned at the sale."""
    return None if fill.bag_was_scanned else "Scan this bag."


@rule(cites="payer agreements: proof of delivery", field="signature")
def signature_is_captured(fill: FillFacts) -> str | None:
    """The person who takes the bag signs."""
    return None if fill.signature_is_captured else "Take the signature."


@rule(cites="board of pharmacy: identification for controlled drugs", field="identification")
def identification_is_recorded(fill: FillFacts) -> str | None:
    """Where the board asks for it, the identification of whoever takes a controlled drug is recorded."""
    if fill.schedule in fill.board.controlled_needs_identification and not fill.identification_is_recorded:
        return "Controlled drug: record the identification of the person who takes it."
    return None


@rule(cites="payer agreements; 42 CFR 423", field="claim")
def claim_is_closed(fill: FillFacts) -> str | None:
    """Nothing is sold while its claim is unanswered, rejected or promised for later."""
    if fill.claim_is_open or fill.is_unbilled_promise:
        return "The claim has no answer yet: resend it, or charge cash."
    return None


@rule(cites="payer agreements: pick-up window", field="return_due_on")
def pickup_window_is_open(fill: FillFacts) -> str | None:
    """A paid claim is handed over within the payer's window or reversed."""
    if fill.window_ends_on is not None and fill.today > fill.window_ends_on:
        return f"The plan's pick-up window ended {fill.window_ends_on:%b %-d, %Y}: return it, then bill again."
    return None


@rule(cites="21 CFR 7.49", field="recall")
def nothing_in_the_bag_is_recalled(fill: FillFacts) -> str | None:
    """A lot under recall is not handed over."""
    if fill.in_recall or any(lot.is_recalled for lot in fill.lots):
        return "A lot in this bag is under recall: give it to the pharmacist."
    return None


@rule(cites="21 U.S.C. 351(a)(2)(B)", field="lots")
def nothing_in_the_bag_is_expired(fill: FillFacts) -> str | None:
    """A lot that expired while it waited is not handed over."""
    old = [lot for lot in fill.lots if lot.expires_on is not None and lot.expires_on < fill.today]
    return f"Lot {old[0].number} expired while it waited: take it out and fill it again." if old else None


@rule(cites="store: register", field="payment")
def price_is_paid(fill: FillFacts) -> str | None:
    """The price is paid or charged to an account."""
    return None if fill.is_paid_for else "Take the payment, or charge it to the account."


@rule(cites="house rule: a bag has one place", field="place")
def place_is_known(fill: FillFacts) -> str | None:
    """A bag in will-call has a place that was scanned."""
    return None if fill.place else "Scan the place where the bag goes."


@rule(cites="21 CFR 1304.21; house matrix of acts", field="witness")
def controlled_return_has_a_witness(fill: FillFacts) -> str | None:
    """A controlled drug goes back to stock before a second person."""
    if not fill.schedule.may_be_controlled:
        return None
    if fill.witness_id is None or fill.witness_id == fill.worker_id:
        return "A second person witnesses the return of a controlled drug."
    return None


@rule(cites="board of pharmacy: return of controlled drugs to stock", lifted_by=PHARMACISTS)
def board_lets_controlled_go_back(fill: FillFacts) -> str | None:
    """Where a board does not say that a controlled drug may go back to stock, a pharmacist decides."""
    if fill.schedule.may_be_controlled and fill.board.returns_controlled_to_stock is not True:
        return f"{fill.board.board} has no row that lets controlled drugs go back to stock: a pharmacist decides."
    return None


@rule(cites="payer agreements: reversal within the window", field="claim", lifted_by=LEADS)
def reversal_was_accepted(fill: FillFacts) -> str | None:
    """The claim of a returned fill is reversed, or its reversal is recorded by hand with proof."""
    return (
        None
        if fill.reversal_is_done
        else "The reversal of the claim is not accepted yet: wait for the plan, or record its telephone reversal."
    )
