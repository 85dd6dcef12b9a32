"""What must be true of the product in the hand before a fill counts as filled."""

from datetime import timedelta

from pestle.rules.facts import FillFacts
from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule


@rule(
    cites="21 U.S.C. 351(a), 352; ISMP community best practice: scan every bottle", field="scan", lifted_by=PHARMACISTS
)
def every_bottle_was_scanned_and_agrees(fill: FillFacts) -> str | None:
    """Every bottle is scanned, and each NDC is the one on the label."""
    if not fill.ndcs_scanned:
        return "Scan the bottle."
    wrong = [ndc for ndc in fill.ndcs_scanned if ndc != fill.ndc_expected]
    return f"The label asks for {fill.ndc_expected}; the bottle is {wrong[0]}." if wrong else None


@rule(cites="21 U.S.C. 351(a)(2)(B); USP <7>", field="lots")
def lot_is_in_date(fill: FillFacts) -> str | None:
    """An expired lot, or one with no known expiry, is never dispensed."""
    for lot in fill.lots:
        if lot.expires_on is None:
            return f"Lot {lot.number} has no expiry date on record: read it from the bottle."
        if lot.expires_on < fill.today:
            return f"Lot {lot.number} expired {lot.expires_on:%b %-d, %Y}: take another lot."
    return None


@rule(cites="21 CFR 7.3(m), 7.49", field="lots")
def lot_is_not_recalled(fill: FillFacts) -> str | None:
    """A recalled lot is never dispensed."""
    recalled = [lot.number for lot in fill.lots if lot.is_recalled]
    return f"Lot {recalled[0]} is recalled: put it in quarantine." if recalled else None


@rule(cites="standard of practice: the lot outlasts the supply", field="lots", lifted_by=PHARMACISTS)
def lot_outlasts_the_supply(fill: FillFacts) -> str | None:
    """A lot that would expire before the patient has used it is not given."""
    if not fill.days_supply:
        return None
    end = fill.today + timedelta(days=fill.days_supply)
    short = [lot for lot in fill.lots if lot.expires_on is not None and lot.expires_on < end]
    if short:
        return (
            f"Lot {short[0].number} expires {short[0].expires_on:%b %-d, %Y}, before {fill.days_supply} days are over."
        )
    return None


@rule(cites="house rule: quantity moves by lot", field="count")
def lots_add_up_to_the_count(fill: FillFacts) -> str | None:
    """The count typed, the lots taken and the quantity to fill are one number."""
    taken = sum(lot.quantity for lot in fill.lots)
    if fill.counted is None:
        return "Type what you counted."
    if fill.counted != fill.quantity:
        return f"Counted {fill.counted.normalize():f}; the label asks for {fill.quantity.normalize():f}."
    if taken != fill.quantity:
        return f"The lots add up to {taken:f}, not {fill.quantity.normalize():f}."
    return None


@rule(cites="21 CFR 1304.11, 1304.21; store policy: double count", field="second_count")
def controlled_is_counted_twice(fill: FillFacts) -> str | None:
    """A controlled drug is counted a second time, and both counts agree."""
    if not fill.needs_second_count:
        return None
    if fill.second_count is None:
        return "Count it a second time: controlled drugs are counted twice."
    if fill.second_count != fill.counted:
        return "The two counts differ: count again."
    return None


@rule(cites="21 CFR 1304.21(a), 1304.22(c); store policy: back-count", field="remains")
def rest_was_counted(fill: FillFacts) -> str | None:
    """After a controlled drug is taken, what remains is counted and typed without a look at the book."""
    if fill.needs_back_count and not fill.rest_is_counted:
        return "Count what remains where you took it, and type it: controlled drugs are counted back."
    return None


@rule(cites="15 U.S.C. 1471-1477; 16 CFR 1700.14(a)(10)", field="closure")
def closure_is_child_resistant(fill: FillFacts) -> str | None:
    """An oral drug leaves in a child-resistant closure unless the patient or prescriber waived it or it is exempt."""
    if fill.package_is_child_resistant or fill.child_resistant_is_waived or fill.child_resistant_is_exempt:
        return None
    return "Use a child-resistant cap: no waiver by the patient or this prescriber is on record."


@rule(cites="21 CFR 208.24(e)", field="leaflet")
def medication_guide_goes_with_it(fill: FillFacts) -> str | None:
    """A drug with a Medication Guide leaves with the guide, at each filling, unless the patient does not want it."""
    if fill.medication_guide_is_due and not fill.leaflet:
        return "A Medication Guide goes with this drug: print and attach it, and say so here."
    return None


@rule(cites="21 U.S.C. 353(b)(2)", field="label")
def label_is_complete(fill: FillFacts) -> str | None:
    """The label carries every item that federal law and the board ask for."""
    if fill.label_is_missing:
        return f"The label lacks: {', '.join(fill.label_is_missing)}."
    return None


@rule(cites="21 CFR 290.5", field="label")
def transfer_caution_is_on_the_label(fill: FillFacts) -> str | None:
    """Schedule II, III and IV labels carry the caution against giving the drug to anyone else."""
    if fill.schedule in {Schedule.II, Schedule.III, Schedule.IV} and not fill.has_caution_legend:
        return "The label lacks the caution of 21 CFR 290.5 against transfer to another person."
    return None


@rule(cites="house rule: label first", field="scan")
def label_was_scanned(fill: FillFacts) -> str | None:
    """The fill's own label is scanned before any bottle."""
    return None if fill.label_was_scanned else "Scan the fill label first."


@rule(cites="house rule: compounding comes later; USP <795>", field="product")
def compound_is_not_counted_from_a_bottle(fill: FillFacts) -> str | None:
    """A compound is made, not counted: this bench has no record for making it yet."""
    if fill.is_compound:
        return "A compound is not made at this bench: hold it for the pharmacist, who transfers it out or ends it."
    return None
