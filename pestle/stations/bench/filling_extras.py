"""What goes with a vial: its cap and, where one is due, the Medication Guide. Each choice stands in the history."""

from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL
from pestle.records.drug_warnings import requires_medication_guide
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.rules import product
from pestle.stations.acts import one_act
from pestle.stations.bench.filling_hands import STATION, must_hold
from pestle.stations.bench.filling_rows import load
from pestle.terms.drugs.drug_facts import GuideAnswer
from pestle.terms.findings import refuse
from pestle.terms.roles import PHARMACISTS

ATTACHED, NOT_WANTED, NONE_FOR_THIS = "attached", "not wanted", "none for this label"
LEAFLETS = (
    (ATTACHED, "printed and attached"),
    (NOT_WANTED, "patient does not want it"),
    (NONE_FOR_THIS, "looked up: none for it"),
)
LONGEST_BECAUSE = 200


@one_act
def set_cap(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, is_child_resistant: bool, reason: str = ""
) -> Fill:
    """This will say which cap is on the vial; an easy one needs a waiver or an exemption, which the rule asks.

    Where an exemption turns on the package it leaves in, a pharmacist says so with a reason; the clause is kept.
    """
    fill = load(fill_id, by)
    _is_queued(fill)
    if not (reason.strip() and not by.roles.isdisjoint(PHARMACISTS)):
        must_hold(fill, by, at)
    fill.has_child_resistant_cap = is_child_resistant
    fill.closure_because = "" if is_child_resistant else _word_of_the_pharmacist(fill, by, reason)
    fill.save(update_fields=["has_child_resistant_cap", "closure_because"])
    told = {"is_child_resistant": is_child_resistant, "because": cap_words(fill)}
    fill.note("cap_chosen", act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


@one_act
def set_leaflet(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, answer: str) -> Fill:
    """This will record what became of the Medication Guide: attached, not wanted, none for this label."""
    fill = load(fill_id, by)
    _is_queued(fill)
    must_hold(fill, by, at)
    if answer not in dict(LEAFLETS):
        raise refuse("Say what became of the guide.", rule="medication_guide_goes_with_it", field="leaflet")
    due = requires_medication_guide(fill.package.product).answer if fill.package else GuideAnswer.NOT_LISTED
    if answer == NONE_FOR_THIS and due is GuideAnswer.YES:
        raise refuse(
            "The FDA posted a guide for this very application: print it and give it with the drug.",
            rule="medication_guide_goes_with_it", cites=product.medication_guide_goes_with_it.cites, field="leaflet",
        )  # fmt: skip
    fill.leaflet = answer
    fill.save(update_fields=["leaflet"])
    fill.note("leaflet", act_id=act_id, by=by, at=at, station=STATION, details={"answer": answer, "due": due.value})
    return fill


def cap_words(fill: Fill) -> str:
    """This will say which cap a fill leaves in, and why where it is an easy one."""
    if fill.has_child_resistant_cap:
        return "safety cap"
    rx, found = fill.prescription, fill.exemption()
    if fill.closure_because:
        return f"easy cap: exempt, {fill.closure_because}"
    if found is not None and found.is_certain:
        return f"easy cap: exempt, {found.cites}"
    if rx.child_resistant_waived:
        return "easy cap: the prescriber's word"
    if rx.patient is not None and rx.patient.child_resistant_waived_on:
        return f"easy cap: the patient's word of {rx.patient.child_resistant_waived_on:%b %-d, %Y}"
    return "easy cap: nothing on record allows it"


def cap_hint(fill: Fill) -> str:
    """This will say what would allow an easy cap, empty where nothing does."""
    rx, found = fill.prescription, fill.exemption()
    if found is not None and found.is_certain:
        return f"Exempt: {found.words} ({found.cites})."
    if rx.patient is not None and rx.patient.child_resistant_waived_on:
        return f"The patient asked for easy caps on {rx.patient.child_resistant_waived_on:%b %-d, %Y}."
    if rx.child_resistant_waived:
        return "The prescriber waived it for this prescription."
    if found is not None:
        return f"May be exempt: {found.words} ({found.cites}). It turns on the package: a pharmacist says."
    return ""


def _word_of_the_pharmacist(fill: Fill, by: Worker, reason: str) -> str:
    if not reason.strip():
        return ""
    found = fill.exemption()
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse(
            "A pharmacist says that the package is exempt.", rule="closure_is_child_resistant",
            cites=product.closure_is_child_resistant.cites, field="closure",
        )  # fmt: skip
    if found is None:
        raise refuse(
            "No clause of the list fits this drug: ask the patient or the prescriber for a waiver.",
            rule="closure_is_child_resistant", cites=product.closure_is_child_resistant.cites, field="closure",
        )  # fmt: skip
    return f"{found.cites}: {reason.strip()}, {by.full_name}"[:LONGEST_BECAUSE]


def _is_queued(fill: Fill) -> None:
    if FILL.step("count", fill.state) is None:
        raise refuse("This fill is not being filled now.", rule="only_along_the_table", field="fill")
