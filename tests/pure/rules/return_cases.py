"""Cases of the rules of returns and outdated stock: for each one that passes and one that is stopped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pestle.rules import returns
from pestle.rules.rule import Rule
from pestle.rules.withdrawn_facts import BroughtBackFacts, OutdatedFacts, ReturnFacts
from pestle.terms.schedule import Schedule
from tests.pure.good_facts import GOOD_BROUGHT_BACK, GOOD_OUTDATED, GOOD_RETURN


def back(**changes: Any) -> ReturnFacts:
    return replace(GOOD_RETURN, **changes)


def brought(**changes: Any) -> BroughtBackFacts:
    return replace(GOOD_BROUGHT_BACK, **changes)


def old(**changes: Any) -> OutdatedFacts:
    return replace(GOOD_OUTDATED, **changes)


II, IV, NONE, UNKNOWN = Schedule.II, Schedule.IV, Schedule.NONE, Schedule.UNKNOWN
HAULER, REVERSE = returns.WASTE_HAULER, returns.REVERSE_DISTRIBUTOR

# fmt: off
RETURN_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                    passes                                        is stopped                                    because it says
    (returns.return_goes_to_somebody,         back(goes_to=HAULER),                         back(goes_to="the moon"),                     "Choose where"),
    (returns.controlled_leaves_on_its_own_papers, back(schedule=NONE),                      back(schedule=II),                            "form 222"),
    (returns.controlled_leaves_on_its_own_papers, back(schedule=NONE),                      back(schedule=IV),                            "own invoice"),
    (returns.controlled_leaves_on_its_own_papers, back(schedule=NONE),                      back(schedule=UNKNOWN),                       "unknown"),
    (returns.suspect_product_is_not_sent_back, back(),                                      back(is_suspect=True),                        "stays in quarantine"),
    (returns.hazardous_waste_goes_to_who_may_take_it, back(waste_code="P001", goes_to=REVERSE), back(waste_code="P001"),                  "EPA code P001"),
    (returns.supplier_takes_whole_packages,   back(is_whole_package=False, goes_to=REVERSE), back(is_whole_package=False),                "part of a package"),
    (returns.return_has_lines,                back(lines=1),                                back(lines=0),                                "at least one lot"),
    (returns.supplier_has_authorized_it,      back(authorization="", goes_to=REVERSE),      back(authorization=" "),                      "authorization number"),
    (returns.credit_is_a_number,              back(credited=Decimal(0)),                    back(credited=None),                          "0 if none"),
    (returns.credit_is_a_number,              back(credited=Decimal(0)),                    back(credited=Decimal(-1)),                   "0 if none"),
    (returns.missing_credit_is_explained,     back(credit_expected=Decimal(10)),            back(credit_expected=Decimal("12.50")),       "2.50 dollars"),
    (returns.what_left_is_not_taken_back,     brought(schedule=II),                         brought(is_recalled=False),                   "not taken back"),
    (returns.what_left_is_not_taken_back,     brought(is_recalled=False, is_our_error=True), brought(is_recalled=False, is_our_error=True, schedule=IV), "take-back bin"),
    (returns.only_old_stock_is_pulled,        old(),                                        old(expires_on=date(2026, 11, 23)),           "leave it on the shelf"),
    (returns.only_old_stock_is_pulled,        old(expires_on=date(2027, 5, 21), pull_ahead_days=180), old(expires_on=date(2027, 5, 22), pull_ahead_days=180), "May 22, 2027"),
    (returns.controlled_outdated_stays_secured, old(schedule=NONE),                         old(schedule=II),                             "in the vault"),
)
# fmt: on
