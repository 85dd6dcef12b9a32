"""What must be true before a person carries stock from one place to another and the book follows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS, Role
from pestle.terms.schedule import Schedule


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """So much of one lot in somebody's hand; `strange_place` is a kind that nobody carries to or from by hand."""

    today: date
    strange_place: str = ""
    target_is_for_use: bool = True
    target_is_locked: bool = False
    source_is_apart: bool = False
    is_suspect: bool = False
    quantity: Decimal = Decimal(0)
    is_same_place: bool = False
    schedule: Schedule = Schedule.NONE
    is_locked_away: bool = False
    expires_on: date | None = None
    is_recalled: bool = False
    roles: frozenset[Role] = frozenset()
    worker_id: int | None = None
    witness_id: int | None = None
    reason: str = ""


@rule(cites="house rule: quantity moves, it is never set", field="quantity")
def something_is_moved(move: MoveFacts) -> str | None:
    """What is carried is more than nothing, with at most three decimals."""
    amount = move.quantity
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(Decimal("0.001")):
        return "Type how much you carry: a number above zero."
    return None


@rule(cites="house rule: quantity moves, it is never set", field="target")
def places_are_moved_between_by_hand(move: MoveFacts) -> str | None:
    """Baskets, bags, patients, waste and suppliers have acts of their own; shelves and what is set apart do not."""
    if move.is_same_place:
        return "It stands there already: scan another place."
    if move.strange_place:
        return f"Nothing is carried to or from “{move.strange_place}” here: use the station that does it."
    return None


@rule(cites="21 CFR 1304.04(a); house rule: an unknown schedule asks", field="lot")
def moved_schedule_is_known(move: MoveFacts) -> str | None:
    """A product whose schedule nobody knows stays where it is until a pharmacist has said what it is."""
    if not move.schedule.is_known:
        return "The schedule of this product is unknown: a pharmacist says what it is before it is moved."
    return None


@rule(cites="21 CFR 1301.75(b)", field="target")
def locked_away_stays_locked_away(move: MoveFacts) -> str | None:
    """What the pharmacy locks away goes to a vault, or is set apart, and never to an open shelf."""
    if move.is_locked_away and move.target_is_for_use and not move.target_is_locked:
        return "This product is locked away: scan a vault, or a place where stock is set apart."
    return None


@rule(cites="standard of practice: two people at the vault (ASHP, preventing diversion, 2022)", field="witness")
def vault_move_has_two_people(move: MoveFacts) -> str | None:
    """What is locked away is carried by two people."""
    if move.is_locked_away and move.witness_id in {None, move.worker_id}:
        return "Two people carry what is locked away: a second one scans a badge and types the PIN."
    return None


@rule(cites="21 U.S.C. 351(a)(2)(B); 21 CFR 7.3(m)", field="target")
def nothing_unfit_goes_back_into_use(move: MoveFacts) -> str | None:
    """An expired or recalled lot never goes to a place that is dispensed from."""
    if not move.target_is_for_use:
        return None
    if move.is_recalled:
        return "This lot is recalled: it stays set apart. Look at Recalls."
    if move.expires_on is not None and move.expires_on < move.today:
        return f"This lot expired {move.expires_on:%b %-d, %Y}: set it apart as outdated."
    return None


@rule(cites="21 U.S.C. 360eee-1(d)(4)(A)(i)", field="source")
def suspect_product_stays_in_quarantine(move: MoveFacts) -> str | None:
    """Suspect product stays set apart until its case says what it is."""
    if move.is_suspect:
        return "It is suspect product and stays in quarantine until its case is closed: look at Suspect product."
    return None


@rule(cites="21 U.S.C. 360eee-1(d)(4); house rule: what was set apart is a pharmacist's", field="reason")
def set_apart_comes_back_by_a_pharmacist(move: MoveFacts) -> str | None:
    """What was set apart goes back into use only by a pharmacist who says why."""
    if not (move.source_is_apart and move.target_is_for_use):
        return None
    if move.roles.isdisjoint(PHARMACISTS):
        return "It was set apart: a pharmacist carries it back into use, with the reason."
    return None if move.reason.strip() else "Say why it goes back into use."


RULES = (
    something_is_moved, places_are_moved_between_by_hand, moved_schedule_is_known, locked_away_stays_locked_away,
    vault_move_has_two_people, nothing_unfit_goes_back_into_use, suspect_product_stays_in_quarantine,
    set_apart_comes_back_by_a_pharmacist,
)  # fmt: skip
