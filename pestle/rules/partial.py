"""Partial fills and their clocks."""

from datetime import timedelta

from pestle.rules.facts import FillFacts, PartialBasis
from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule


@rule(cites="21 CFR 1306.13", field="partial_basis")
def schedule_ii_part_has_a_basis(fill: FillFacts) -> str | None:
    """Part of a schedule II prescription is handed over only on one of three legal grounds."""
    if fill.schedule is Schedule.II and fill.partial_basis in {PartialBasis.NONE, PartialBasis.NOT_CONTROLLED}:
        return "Choose why only a part is given: unable to supply, requested, or long-term care."
    return None


@rule(cites="21 CFR 1306.13; house matrix of acts", lifted_by=PHARMACISTS)
def schedule_ii_part_is_the_pharmacists(fill: FillFacts) -> str | None:
    """A partial fill of schedule II is confirmed by a pharmacist."""
    if fill.schedule is Schedule.II and fill.roles.isdisjoint(PHARMACISTS):
        return "A part of a schedule II prescription: a pharmacist confirms it."
    return None


@rule(cites="21 CFR 1306.13(a)", field="partial_basis")
def rest_of_unable_to_supply_within_72_hours(fill: FillFacts) -> str | None:
    """Where the pharmacy could not supply all of a schedule II, the rest is given within 72 hours or never."""
    if fill.schedule is not Schedule.II or fill.partial_basis is not PartialBasis.UNABLE_TO_SUPPLY:
        return None
    if fill.partial_first_at is not None and fill.at > fill.partial_first_at + timedelta(hours=72):
        return "72 hours have passed since the first part: the rest is void; tell the prescriber."
    return None


@rule(cites="21 CFR 1306.13(b)", field="partial_basis")
def rest_of_requested_part_within_30_days(fill: FillFacts) -> str | None:
    """Where patient or prescriber asked for a part of a schedule II, the rest is given within 30 days of writing."""
    if fill.schedule is not Schedule.II or fill.partial_basis is not PartialBasis.ON_REQUEST or fill.issued_on is None:
        return None
    last_on = fill.issued_on + timedelta(days=30)
    return (
        f"The rest could be filled until {last_on:%b %-d, %Y}: ask for a new prescription."
        if fill.today > last_on
        else None
    )


@rule(cites="21 CFR 1306.13(c)", field="partial_basis")
def rest_for_long_term_care_within_60_days(fill: FillFacts) -> str | None:
    """For long-term care or terminal illness, parts of a schedule II are given within 60 days of issue."""
    if fill.schedule is not Schedule.II or fill.partial_basis is not PartialBasis.LONG_TERM_CARE or not fill.issued_on:
        return None
    last_on = fill.issued_on + timedelta(days=60)
    return (
        f"The rest could be filled until {last_on:%b %-d, %Y}: ask for a new prescription."
        if fill.today > last_on
        else None
    )
