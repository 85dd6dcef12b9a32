"""What the program writes into a fill before a person types: from the original, and only what is certain.

Everything it writes is shown as prefilled, beside the original; sending the claim is the person's word for it.
"""

from datetime import datetime
from uuid import UUID

from pestle.boards import board_named
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.entry.directions import days_of, original_directions, take_directions
from pestle.stations.entry.drug_review import review
from pestle.stations.intake.matching import package_for


def prefill(fill: Fill, *, at: datetime) -> Fill:
    """This will complete a fill whose entry begins: directions, package and days' supply; to be called inside an act.

    What somebody typed before stays as it is.
    """
    rx = fill.prescription
    if rx.product is not None and fill.package is None:
        ndc11 = (rx.as_received.get("drug") or {}).get("ndc11", "")
        fill.package = package_for(rx.product, fill.pharmacy, quantity=fill.quantity, ndc11=ndc11)
    if original_directions(rx.as_received) and not rx.sig_short and not rx.clarification:
        take_directions(fill, original_directions(rx.as_received))
        rx.save(update_fields=["sig_short", "directions", "directions_other", "directions_need_clarification"])
    if fill.days_supply is None:
        fill.days_supply = days_of(fill).value
    fill.save(update_fields=["package", "days_supply"])
    review(fill, at=at)
    return fill


def end_entry(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, station: str) -> None:
    """This will do what the end of data entry brings: the prescription is in use, the drug-use review is fresh.

    To be called inside the act that takes the fill on, after its step.
    """
    rx = fill.prescription
    if PRESCRIPTION.step("activate", rx.state) is not None:
        facts = rx.facts(at, fill.local_day(at), board=board_named(fill.pharmacy.board), roles=by.roles)
        rx.record(PRESCRIPTION.take("activate", facts, by.roles), act_id=act_id, by=by, at=at, station=station)
    fill.in_hands_of, fill.in_hands_since = None, None
    fill.save(update_fields=["in_hands_of", "in_hands_since"])
    review(fill, at=at)
