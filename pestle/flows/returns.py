"""The life of a return: gathered, authorized, sent, credited."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import returns
from pestle.rules.withdrawn_facts import ReturnFacts
from pestle.terms.roles import BENCH, LEADS


class ReturnState(StrEnum):
    """Where a return stands."""

    GATHERING = "gathering"
    SENT = "sent"
    CREDITED = "credited"
    DISCARDED = "discarded"


S = ReturnState
_PUT_ON = (
    returns.suspect_product_is_not_sent_back,
    returns.controlled_leaves_on_its_own_papers,
    returns.hazardous_waste_goes_to_who_may_take_it,
    returns.supplier_takes_whole_packages,
)

# fmt: off
RETURNS: Machine[ReturnFacts] = Machine("return", (
    #     verb         from             to             who     rules and movement
    Step("begin",     (NEW,),          S.GATHERING,   BENCH,  (returns.return_goes_to_somebody,), title="New return"),
    Step("put_on",    (S.GATHERING,),  STAY,          BENCH,  _PUT_ON, title="Put on the return"),
    Step("take_off",  (S.GATHERING,),  STAY,          BENCH,  title="Take off"),
    Step("authorize", (S.GATHERING,),  STAY,          BENCH,  (returns.supplier_has_authorized_it,), title="Write the authorization"),
    Step("send",      (S.GATHERING,),  S.SENT,        LEADS,  (returns.return_has_lines, returns.supplier_has_authorized_it), moves="outdated_to_outside", title="Send it"),
    Step("credit",    (S.SENT,),       S.CREDITED,    LEADS,  (returns.credit_is_a_number, returns.missing_credit_is_explained), title="Credit came"),
    Step("discard",   (S.GATHERING,),  S.DISCARDED,   BENCH,  title="Discard"),
), finals=frozenset({S.CREDITED, S.DISCARDED}))
# fmt: on
