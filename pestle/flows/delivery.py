"""The life of a delivery: announced, opened, taken in package by package, closed, put away."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import buying
from pestle.rules.buying_facts import DeliveryFacts
from pestle.terms.roles import BENCH, PROGRAM


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    ANNOUNCED = "announced"
    RECEIVING = "receiving"
    RECEIVED = "received"
    PUT_AWAY = "put_away"
    NEVER_CAME = "never_came"


S = DeliveryState
_TAKE = (
    buying.packages_are_counted,
    buying.package_is_of_a_known_product,
    buying.package_size_is_known,
    buying.package_has_a_lot,
    buying.package_has_an_expiry,
    buying.package_is_in_date,
    buying.package_is_not_short_dated,
    buying.package_is_not_recalled,
    buying.cold_package_came_cold,
    buying.vault_line_has_two_people,
)

# fmt: off
DELIVERY: Machine[DeliveryFacts] = Machine("delivery", (
    #     verb          from                         to             who              rules and movement
    Step("announce",   (NEW,),                      S.ANNOUNCED,   PROGRAM),
    Step("open",       (NEW,),                      S.RECEIVING,   BENCH,           title="Receive without notice"),
    Step("open",       (S.ANNOUNCED,),              S.RECEIVING,   BENCH,           title="Receive"),
    Step("take_in",    (S.RECEIVING,),              STAY,          BENCH,           _TAKE, moves="supplier_to_receiving", title="Take in"),
    Step("take_back",  (S.RECEIVING,),              STAY,          BENCH,           (buying.setting_apart_has_a_reason,), moves="receiving_to_supplier", title="Correct the number"),
    Step("set_apart",  (S.RECEIVING,),              STAY,          BENCH,           (buying.packages_are_counted, buying.setting_apart_has_a_reason), moves="receiving_to_quarantine", title="Set apart"),
    Step("close",      (S.RECEIVING,),              S.RECEIVED,    BENCH,           (buying.every_vault_line_is_counted, buying.differences_are_explained), title="Close the delivery"),
    Step("put_away",   (S.RECEIVED,),               S.PUT_AWAY,    BENCH,           moves="receiving_to_shelf", title="Put away"),
    Step("never_come", (S.ANNOUNCED,),              S.NEVER_CAME,  BENCH,           (buying.setting_apart_has_a_reason,), title="It never came"),
), finals=frozenset({S.PUT_AWAY, S.NEVER_CAME}))
# fmt: on
