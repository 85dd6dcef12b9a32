"""The life of a prescription, the authority behind its fills."""

from enum import StrEnum

from pestle.flows.machine import NEW, Machine, Step
from pestle.rules import waiting
from pestle.rules.facts import PrescriptionFacts
from pestle.terms.roles import BENCH, PHARMACISTS, PROGRAM


class PrescriptionState(StrEnum):
    """Whether a prescription may still be filled."""

    RECEIVED = "received"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    USED_UP = "used_up"
    TRANSFERRED_OUT = "transferred_out"
    REFUSED = "refused"


S = PrescriptionState

# fmt: off
PRESCRIPTION: Machine[PrescriptionFacts] = Machine("prescription", (
    #     verb            from                       to                  who              rules
    Step("receive",      (NEW,),                     S.RECEIVED,         BENCH | PROGRAM, (waiting.new_verbal_is_taken_by_who_may,)),
    Step("take_over",    (NEW,),                     S.ACTIVE,           PROGRAM,         title="Take over from an earlier system"),
    Step("activate",     (S.RECEIVED,),              S.ACTIVE,           BENCH),
    Step("cancel",       (S.RECEIVED, S.ACTIVE),     S.CANCELLED,        BENCH | PROGRAM, (waiting.ending_has_a_reason, waiting.no_fill_is_open)),
    Step("expire",       (S.RECEIVED, S.ACTIVE),     S.EXPIRED,          PROGRAM),
    Step("use_up",       (S.ACTIVE,),                S.USED_UP,          PROGRAM),
    Step("reopen",       (S.USED_UP,),               S.ACTIVE,           BENCH | PROGRAM, title="Give back a returned fill"),
    Step("transfer_out", (S.RECEIVED, S.ACTIVE),     S.TRANSFERRED_OUT,  BENCH,           (waiting.ending_has_a_reason, waiting.no_fill_is_open, waiting.controlled_transfer_is_the_pharmacists, waiting.board_lets_this_worker_transfer)),
    Step("refuse",       (S.RECEIVED, S.ACTIVE),     S.REFUSED,          PHARMACISTS,     (waiting.ending_has_a_reason, waiting.no_fill_is_open)),
), finals=frozenset({S.CANCELLED, S.EXPIRED, S.USED_UP, S.TRANSFERRED_OUT, S.REFUSED}))
# fmt: on
