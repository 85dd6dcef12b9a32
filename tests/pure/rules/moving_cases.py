"""Cases of the rules of moving stock: for each one that passes and one that is stopped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pestle.rules import moving
from pestle.rules.moving import MoveFacts
from pestle.rules.rule import Rule
from pestle.terms.schedule import Schedule
from tests.pure.good_facts import PHARMACIST, TECHNICIAN, TODAY

GOOD = MoveFacts(today=TODAY, quantity=Decimal(10), roles=TECHNICIAN, worker_id=1, expires_on=date(2028, 5, 31))


def move(**changes: Any) -> MoveFacts:
    return replace(GOOD, **changes)


# fmt: off
MOVING_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                      passes                                                  is stopped                                                     because it says
    (moving.suspect_product_stays_in_quarantine, move(source_is_apart=True),                move(source_is_apart=True, is_suspect=True),                    "stays in quarantine"),
    (moving.something_is_moved,                 move(quantity=Decimal("0.001")),                        move(quantity=Decimal(0)),                                     "above zero"),
    (moving.something_is_moved,                 move(),                                                 move(quantity=Decimal("NaN")),                                 "above zero"),
    (moving.something_is_moved,                 move(),                                                 move(quantity=Decimal("0.0001")),                              "above zero"),
    (moving.places_are_moved_between_by_hand,   move(),                                                 move(strange_place="patient"),                                 "“patient”"),
    (moving.places_are_moved_between_by_hand,   move(),                                                 move(is_same_place=True),                                      "there already"),
    (moving.moved_schedule_is_known,            move(schedule=Schedule.IV),                             move(schedule=Schedule.UNKNOWN),                               "unknown"),
    (moving.locked_away_stays_locked_away,      move(is_locked_away=True, target_is_locked=True),       move(is_locked_away=True),                                     "locked away"),
    (moving.locked_away_stays_locked_away,      move(is_locked_away=True, target_is_for_use=False),     move(is_locked_away=True),                                     "scan a vault"),
    (moving.vault_move_has_two_people,          move(is_locked_away=True, witness_id=2),                move(is_locked_away=True),                                     "Two people"),
    (moving.vault_move_has_two_people,          move(),                                                 move(is_locked_away=True, witness_id=1),                       "Two people"),
    (moving.nothing_unfit_goes_back_into_use,   move(expires_on=date(2026, 11, 23)),                    move(expires_on=date(2026, 11, 22)),                           "expired Nov 22, 2026"),
    (moving.nothing_unfit_goes_back_into_use,   move(is_recalled=True, target_is_for_use=False),        move(is_recalled=True),                                        "recalled"),
    (moving.set_apart_comes_back_by_a_pharmacist, move(source_is_apart=True, roles=PHARMACIST, reason="Not theirs."), move(source_is_apart=True, reason="Mine."),      "a pharmacist carries"),
    (moving.set_apart_comes_back_by_a_pharmacist, move(source_is_apart=True, target_is_for_use=False),  move(source_is_apart=True, roles=PHARMACIST),                  "Say why"),
)
# fmt: on
