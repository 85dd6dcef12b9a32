"""The life of an order to a supplier: written, sent, answered, come in."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import buying
from pestle.rules.buying_facts import OrderFacts
from pestle.terms.roles import BENCH, LEADS, PROGRAM


class OrderState(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    REFUSED = "refused"
    CLOSED_SHORT = "closed_short"
    DISCARDED = "discarded"


S = OrderState
_SEND = (
    buying.order_asks_for_something,
    buying.order_has_a_supplier,
    buying.schedule_ii_is_ordered_on_its_own_form,
    buying.order_knows_its_schedules,
)
_OUT = (S.SENT, S.ACKNOWLEDGED, S.PARTLY_RECEIVED)

# fmt: off
ORDER: Machine[OrderFacts] = Machine("order", (
    #     verb            from                     to                 who              rules
    Step("draft",        (NEW,),                  S.DRAFT,           BENCH | PROGRAM, title="New order"),
    Step("change",       (S.DRAFT,),              STAY,              BENCH,           title="Change"),
    Step("send",         (S.DRAFT,),              S.SENT,            BENCH,           _SEND, title="Send order"),
    Step("acknowledge",  (S.SENT, S.ACKNOWLEDGED), S.ACKNOWLEDGED,   BENCH | PROGRAM, title="Supplier has answered"),
    Step("acknowledge",  (S.PARTLY_RECEIVED,),    STAY,              BENCH | PROGRAM, title="Supplier has answered"),
    Step("be_refused",   (S.SENT,),               S.REFUSED,         PROGRAM),
    Step("come_in_part", _OUT,                    S.PARTLY_RECEIVED, BENCH | PROGRAM),
    Step("come_in",      _OUT,                    S.RECEIVED,        BENCH | PROGRAM),
    Step("close_short",  _OUT,                    S.CLOSED_SHORT,    LEADS,           (buying.ending_an_order_has_a_reason,), title="Wait no longer"),
    Step("discard",      (S.DRAFT,),              S.DISCARDED,       BENCH,           title="Discard"),
), finals=frozenset({S.RECEIVED, S.REFUSED, S.CLOSED_SHORT, S.DISCARDED}))
# fmt: on
