"""What may leave stock otherwise than to a patient: outdated, for credit, as waste; and what may come back."""

from pestle.rules.rule import rule
from pestle.rules.withdrawn_facts import BroughtBackFacts, OutdatedFacts, ReturnFacts
from pestle.terms.roles import LEADS
from pestle.terms.schedule import Schedule

SUPPLIER, REVERSE_DISTRIBUTOR, WASTE_HAULER = "supplier", "reverse distributor", "waste hauler"
DESTINATIONS = (SUPPLIER, REVERSE_DISTRIBUTOR, WASTE_HAULER)


@rule(cites="house rule: a return goes to somebody", field="goes_to")
def return_goes_to_somebody(back: ReturnFacts) -> str | None:
    """A return goes to a supplier, a reverse distributor or a waste hauler."""
    if back.goes_to in DESTINATIONS:
        return None
    return "Choose where it goes: supplier, reverse distributor or waste hauler."


@rule(cites="21 CFR 1304.11, 1305.03, 1317.05, 1317.10", field="lot")
def controlled_leaves_on_its_own_papers(back: ReturnFacts) -> str | None:
    """A controlled drug leaves on an invoice, or a form 222 for schedule II, with its inventory: not on this return."""
    if back.schedule is Schedule.II:
        return "Schedule II leaves on a form 222 of whoever takes it: a pharmacist keeps it in the vault until then."
    if back.schedule is Schedule.UNKNOWN:
        return "This product's schedule is unknown: a pharmacist says what it is before it leaves."
    if back.schedule.may_be_controlled:
        return "Controlled: it leaves on its own invoice with an inventory. Keep it in the vault until then."
    return None


@rule(cites="21 U.S.C. 360eee-1(d)(4)(A)(i)", field="lot")
def suspect_product_is_not_sent_back(back: ReturnFacts) -> str | None:
    """Suspect product stays here until its case says what it is."""
    if back.is_suspect:
        return "It is suspect product and stays in quarantine until its case is closed: look at Suspect product."
    return None


@rule(cites="40 CFR 266.501, 266.502, 266.505", field="lot")
def hazardous_waste_goes_to_who_may_take_it(back: ReturnFacts) -> str | None:
    """What carries a hazardous waste code goes to a reverse distributor for credit, or to a hauler as waste."""
    if back.waste_code and back.goes_to == SUPPLIER:
        return f"EPA code {back.waste_code}: send it by reverse distributor, or as hazardous waste."
    return None


@rule(cites="supplier's returns policy: whole packages", field="lot", lifted_by=LEADS)
def supplier_takes_whole_packages(back: ReturnFacts) -> str | None:
    """A supplier credits whole packages; a rest goes by reverse distributor."""
    if back.goes_to == SUPPLIER and not back.is_whole_package:
        return "This is part of a package: send it by reverse distributor, or give a reason."
    return None


@rule(cites="house rule: a return says what goes", field="lines")
def return_has_lines(back: ReturnFacts) -> str | None:
    """A return carries at least one lot."""
    return None if back.lines else "Put at least one lot on the return."


@rule(cites="supplier's returns policy: authorization before goods", field="authorization")
def supplier_has_authorized_it(back: ReturnFacts) -> str | None:
    """Goods go back to a supplier only under the number it gave for them."""
    if back.goes_to != SUPPLIER or back.authorization.strip():
        return None
    return "Ask the supplier for its authorization number and write it here."


@rule(cites="house rule: a credit is a number", field="credited")
def credit_is_a_number(back: ReturnFacts) -> str | None:
    """The credit that came is typed, also where it is nothing."""
    if back.credited is None or back.credited < 0:
        return "Type the credit that came, 0 if none."
    return None


@rule(cites="house rule: a difference is explained", field="reason")
def missing_credit_is_explained(back: ReturnFacts) -> str | None:
    """Where less was credited than expected, somebody says why, or that it is claimed."""
    if back.credited is None or back.credited >= back.credit_expected or back.reason.strip():
        return None
    return f"{back.credit_expected - back.credited} dollars are missing: say what is claimed, or why not."


@rule(cites="21 CFR 1317.85, 1317.30; FDA CPG 460.300", field="fill")
def what_left_is_not_taken_back(brought: BroughtBackFacts) -> str | None:
    """What left the pharmacy is not taken back, but for a recall or an error of ours; never to be dispensed again."""
    if brought.is_recalled:
        return None
    if brought.schedule.may_be_controlled:
        return "Controlled drugs are not taken back here: tell the patient of a take-back bin or a mail-back envelope."
    if brought.is_our_error:
        return None
    return "What left the pharmacy is not taken back: tell the patient how to dispose of it."


@rule(cites="21 U.S.C. 351(a)(2)(B); 21 CFR 211.137", field="lot")
def only_old_stock_is_pulled(old: OutdatedFacts) -> str | None:
    """What is pulled to the outdated place has expired, or expires within the days that suppliers want it ahead."""
    if old.expires_on is None or (old.expires_on - old.today).days < old.pull_ahead_days:
        return None
    return f"This lot lasts until {old.expires_on:%b %-d, %Y}: leave it on the shelf."


@rule(cites="21 CFR 1301.75(b), 1304.11", field="lot")
def controlled_outdated_stays_secured(old: OutdatedFacts) -> str | None:
    """A controlled drug that has expired stays in the vault and is counted there until it leaves on its own papers."""
    if old.schedule.may_be_controlled:
        return "Controlled: leave it in the vault, marked as outdated. A pharmacist counts it until it is gone."
    return None
