"""What the pharmacist alone decides, and what a check must find."""

from pestle.rules.facts import FillFacts
from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS


@rule(cites="42 CFR 456.705(b)", field="dur")
def every_alert_is_decided(fill: FillFacts) -> str | None:
    """A pharmacist decides each finding of the drug-use review before the fill goes on."""
    waiting = [finding.sentence for finding in fill.dur if not finding.is_decided]
    if waiting:
        return f"Not decided yet: {waiting[0]}" + (f" and {len(waiting) - 1} more." if len(waiting) > 1 else "")
    return None


@rule(cites="house rule: a send-back names what is wrong", field="marked_fields")
def send_back_names_a_field(fill: FillFacts) -> str | None:
    """Sending work back names the field or fields at fault."""
    return None if fill.marked_fields else "Mark the field that is wrong; the technician lands on it."


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def reason_is_given(fill: FillFacts) -> str | None:
    """This step is recorded with a reason."""
    return None if fill.reason.strip() else "Give the reason."


@rule(cites="standard of practice: independent check")
def checker_is_not_the_filler(fill: FillFacts) -> str | None:
    """Whoever filled it does not verify it."""
    if fill.filled_by_id is not None and fill.filled_by_id == fill.worker_id:
        return "You filled this one: another pharmacist verifies it."
    return None


@rule(cites="ISMP: independent double checks of high-alert drugs", field="calculations")
def high_alert_is_calculated_twice(fill: FillFacts) -> str | None:
    """A calculation of a high-alert drug is used only once two people, each from the order, came to the same."""
    if not fill.calculations_open:
        return None
    return f"“{fill.calculations_open[0]}” waits for a second person's own calculation, or the two differ."


CHECKS = frozenset({"data", "product"})


@rule(cites="standard of practice: data and product are two checks", field="checked")
def data_and_product_are_both_checked(fill: FillFacts) -> str | None:
    """The pharmacist answers twice: the data are what the prescriber wrote, the product is what the data say."""
    left = [name for name in ("data", "product") if name not in fill.checked]
    return f"Not checked yet: {' and '.join(left)}. Look at it and tick it." if left else None


@rule(cites="store policy: unchanged refills")
def unchanged_refill_may_skip_the_check(fill: FillFacts) -> str | None:
    """The program passes a refill on by itself only where the store's rule allows and nothing new was found."""
    if not fill.unchanged_refill_skips_check or fill.is_first_fill or fill.dur:
        return "A pharmacist checks this one."
    return None


@rule(cites="house matrix of acts", field="change", lifted_by=PHARMACISTS)
def order_changes_are_the_pharmacists(fill: FillFacts) -> str | None:
    """After the check, a change of drug, strength, directions or quantity is approved by a pharmacist."""
    if fill.changes_the_order and fill.roles.isdisjoint(PHARMACISTS):
        return "After pre-check a change of drug, quantity or directions is a pharmacist's; another maker is yours."
    return None
