"""What must be right before data entry lets a fill go on."""

from pestle.rules.facts import FillFacts
from pestle.rules.rule import rule
from pestle.terms.decimals import plain
from pestle.terms.quantity import BillingUnit
from pestle.terms.quantity_words import billing_unit_said, is_counted_by_piece, is_package
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule


@rule(cites="21 U.S.C. 353(b)(2); 42 CFR 456.705", field="patient")
def patient_is_known(fill: FillFacts) -> str | None:
    """A fill belongs to a patient who was matched by a person."""
    return None if fill.patient_is_matched else "Choose whose prescription this is."


@rule(cites="21 U.S.C. 353(b)(2)", field="prescriber")
def prescriber_is_known(fill: FillFacts) -> str | None:
    """A fill names the prescriber."""
    return None if fill.prescriber_is_matched else "Choose the prescriber."


@rule(cites="21 U.S.C. 353(b)(2)", field="product")
def product_is_chosen(fill: FillFacts) -> str | None:
    """A fill names the product to dispense."""
    return None if fill.product_is_matched else "Choose the drug to dispense."


@rule(cites="42 CFR 456.705(d)", field="allergies")
def allergies_are_asked(fill: FillFacts) -> str | None:
    """Allergies, or that there are none, are asked before a fill goes on."""
    return None if fill.allergies_were_asked else "Ask about allergies, or record that there are none."


@rule(cites="NCPDP 442-E7", field="quantity")
def quantity_is_given(fill: FillFacts) -> str | None:
    """A quantity above zero is needed."""
    return None if fill.quantity > 0 else "Type the quantity to dispense."


@rule(cites="NCPDP 600-28; payer audits of quantities", field="quantity", lifted_by=PHARMACISTS)
def quantity_is_in_the_billing_unit(fill: FillFacts) -> str | None:
    """A quantity taken over from the original is in the unit the product is billed in; what was typed is read so."""
    if not fill.unit_billed or not fill.is_first_fill or fill.quantity != fill.quantity_said:
        return None
    billed, said = BillingUnit(fill.unit_billed), billing_unit_said(fill.unit_said)
    unit, amount = billed.symbol or "pieces", plain(fill.quantity)
    if is_package(fill.unit_said) or said not in {None, billed}:
        # One package of one unit is the same number in either.
        if fill.package_units == 1:
            return None
        return f"The original says {amount} {fill.unit_said}; this product is billed in {unit}: type how many {unit}."
    if said is None and fill.quantity == 1 and not is_counted_by_piece(fill.dosage_form, billed):
        return f"The original says 1 and no unit; this product is billed in {unit}: type the quantity with its unit."
    return None


@rule(cites="NCPDP 405-D5", field="days_supply")
def days_supply_is_given(fill: FillFacts) -> str | None:
    """A days' supply of 1 to 999 is needed for the claim."""
    if fill.days_supply is None or not 1 <= fill.days_supply <= 999:
        return "Type the days' supply: 1 to 999."
    return None


@rule(cites="21 U.S.C. 353(b)(2)", field="directions")
def directions_are_given(fill: FillFacts) -> str | None:
    """Directions for the label are needed."""
    return None if fill.directions.strip() else "Type the directions."


@rule(cites="standard of practice: never a confident guess", field="directions", lifted_by=PHARMACISTS)
def directions_are_clear(fill: FillFacts) -> str | None:
    """Directions that can be read two ways are asked about first."""
    if fill.directions_need_clarification:
        return "The directions are not clear: ask the prescriber, or a pharmacist writes what was clarified."
    return None


@rule(cites="21 CFR 1306.12, 1306.22; standard of practice", field="duplicates", lifted_by=PHARMACISTS)
def duplicate_is_answered(fill: FillFacts) -> str | None:
    """A prescription that looks like one already here is looked at before it goes on."""
    if fill.duplicates_open:
        return "This looks like a prescription that is already here: choose which one stays."
    return None


def share_to_be_used(schedule: Schedule) -> int:
    """Give how many percent of a supply should be used before the next fill."""
    return 90 if schedule.may_be_controlled else 75


def days_before_refill(days_supply: int, *, schedule: Schedule) -> int:
    """Give how many days after a fill the next one is not too soon."""
    return -(-days_supply * share_to_be_used(schedule) // 100)


@rule(cites="plan or store: earliest refill", field="days_supply", lifted_by=PHARMACISTS)
def refill_is_not_too_soon(fill: FillFacts) -> str | None:
    """A refill waits until three quarters of the last days' supply should be used."""
    if fill.number == 1 or fill.last_dispensed_on is None or not fill.last_days_supply:
        return None
    used = (fill.today - fill.last_dispensed_on).days
    share = share_to_be_used(fill.schedule)
    needed = days_before_refill(fill.last_days_supply, schedule=fill.schedule)
    if used < needed:
        return f"Last filled {used} days ago for {fill.last_days_supply} days; {share} % is {needed} days."
    return None


@rule(cites="21 CFR 1306.08, 1306.21", field="origin")
def fax_or_paper_original_suits_schedule_ii(fill: FillFacts) -> str | None:
    """Schedule II comes written or electronic; by telephone only as an emergency that a pharmacist takes."""
    if fill.schedule is Schedule.II and fill.origin in {fill.origin.FAX, fill.origin.TELEPHONE}:
        if not fill.roles.isdisjoint(PHARMACISTS) and "emergency" in fill.given:
            return None
        return "Schedule II needs the written original or an electronic prescription: ask the prescriber for one."
    return None


@rule(cites="NCPDP D.0 segment AM10, 447-EC", field="product")
def compound_names_its_ingredients(fill: FillFacts) -> str | None:
    """A compound is billed by its ingredients: two or more, and as many as the original names."""
    if not fill.is_compound:
        return None
    if fill.ingredients_typed < max(2, fill.ingredients_said):
        said = f" The original names {fill.ingredients_said}." if fill.ingredients_said else ""
        return f"This is a compound with {fill.ingredients_typed} ingredients typed: type each with its quantity.{said}"
    return None
