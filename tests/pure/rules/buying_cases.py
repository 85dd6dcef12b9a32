"""Cases of the rules of buying: for each one that passes and one that is stopped."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pestle.rules import buying
from pestle.rules.buying_facts import DeliveryFacts, OrderFacts
from pestle.rules.rule import Rule
from pestle.terms.schedule import Schedule
from tests.pure.good_facts import GOOD_DELIVERY, GOOD_ORDER, GOOD_TAKEN


def order(**changes: Any) -> OrderFacts:
    return replace(GOOD_ORDER, **changes)


def delivery(**changes: Any) -> DeliveryFacts:
    return replace(GOOD_DELIVERY, **changes)


def taken(**changes: Any) -> DeliveryFacts:
    return replace(GOOD_DELIVERY, taken=replace(GOOD_TAKEN, **changes))


def vault(**changes: Any) -> DeliveryFacts:
    return replace(GOOD_DELIVERY, taken=replace(GOOD_TAKEN, schedule=Schedule.II), **changes)


II, III, UNKNOWN = frozenset({Schedule.II}), frozenset({Schedule.III}), frozenset({Schedule.UNKNOWN})

# fmt: off
BUYING_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                      passes                                       is stopped                                  because it says
    (buying.order_asks_for_something,           order(packages=1),                           order(packages=0),                          "at least one product"),
    (buying.order_has_a_supplier,               order(goes_by_wire=False, supplier_is_known=False), order(supplier_is_known=False),      "Choose a supplier"),
    (buying.schedule_ii_is_ordered_on_its_own_form, order(schedules=III),                    order(schedules=II),                        "DEA form 222"),
    (buying.schedule_ii_is_ordered_on_its_own_form, order(schedules=II, goes_by_wire=False), order(schedules=II | III),                  "CSOS"),
    (buying.order_knows_its_schedules,          order(schedules=III),                        order(schedules=UNKNOWN),                   "unknown"),
    (buying.ending_an_order_has_a_reason,       order(packages_open=2, reason="Out of make."), order(packages_open=2, reason=" "),       "2 packages"),
    (buying.package_is_of_a_known_product,      taken(),                                     taken(product_is_known=False),              "Nobody knows"),
    (buying.package_has_a_lot,                  taken(lot_number="A1"),                      taken(lot_number=" "),                      "lot from the bottle"),
    (buying.package_has_an_expiry,              taken(),                                     taken(expires_on=None),                     "expiry date"),
    (buying.package_is_in_date,                 taken(expires_on=date(2026, 11, 23)),        taken(expires_on=date(2026, 11, 22)),       "expired Nov 22, 2026"),
    (buying.package_is_not_short_dated,         taken(expires_on=date(2027, 5, 22)),         taken(expires_on=date(2027, 5, 21)),        "179 days"),
    (buying.package_is_not_short_dated,         taken(expires_on=date(2026, 11, 22)),        taken(expires_on=date(2026, 11, 23)),       "0 days"),
    (buying.package_is_not_recalled,            taken(),                                     taken(is_recalled=True),                    "recalled"),
    (buying.package_size_is_known,              taken(),                                     taken(units_are_known=False),               "how much is in"),
    (buying.packages_are_counted,               taken(packages=1),                           taken(packages=0),                          "how many packages"),
    (buying.cold_package_came_cold,             taken(needs_cold=True, temperature_c=Decimal("2.0")), taken(needs_cold=True),            "measure and type"),
    (buying.cold_package_came_cold,             taken(needs_cold=True, temperature_c=Decimal("8.0")), taken(needs_cold=True, temperature_c=Decimal("8.1")), "8.1"),
    (buying.vault_line_has_two_people,          vault(witness_id=2),                         vault(witness_id=1),                        "two people"),
    (buying.vault_line_has_two_people,          taken(schedule=Schedule.III),                vault(),                                    "two people"),
    (buying.every_vault_line_is_counted,        delivery(),                                  delivery(vault_lines_uncounted=1),          "still to count"),
    (buying.differences_are_explained,          delivery(differences_open=2, reason="Claimed."), delivery(differences_open=1, reason=""), "1 line differs"),
    (buying.setting_apart_has_a_reason,         delivery(reason="Warm."),                    delivery(reason=""),                        "why it is set apart"),
)
# fmt: on
