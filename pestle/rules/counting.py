"""What must be true before a discrepancy ends: what was counted is not what the book says."""

from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.rules.rule import rule


@rule(cites="21 CFR 1304.21(a); house rule: nothing is edited, only explained", field="reason")
def explanation_is_given(discrepancy: DiscrepancyFacts) -> str | None:
    """What is said of a discrepancy is said in words."""
    return None if discrepancy.reason.strip() else "Say in words what was found: who counted what, where, and when."


@rule(cites="21 CFR 1304.21(a); house rule: nothing is edited, only explained", field="reason")
def discrepancy_is_explained(discrepancy: DiscrepancyFacts) -> str | None:
    """A discrepancy ends only after somebody has explained it."""
    return None if discrepancy.explanations else "Write down an explanation first: nothing is closed without one."


@rule(cites="standard of practice: segregation of duties (ASHP, preventing diversion, 2022)", field="reason")
def closer_did_not_find_it(discrepancy: DiscrepancyFacts) -> str | None:
    """Whoever counted and missed does not close the discrepancy."""
    if discrepancy.worker_id is not None and discrepancy.worker_id == discrepancy.found_by_id:
        return "You counted this one yourself: another pharmacist closes it."
    return None


@rule(cites="standard of practice: two people correct a controlled balance (ASHP, 2022)", field="witness")
def correction_has_a_witness(discrepancy: DiscrepancyFacts) -> str | None:
    """The book of a locked-away drug is corrected by two people."""
    if discrepancy.moves_book and discrepancy.witness_id in {None, discrepancy.worker_id}:
        return "Two people correct the book: a second one counts, scans a badge and types the PIN."
    return None
