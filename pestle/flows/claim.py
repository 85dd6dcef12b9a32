"""The life of one claim at a payer: sent, answered, reversed. No answer is not a rejection."""

from enum import StrEnum

from pestle.flows.machine import NEW, Machine, Step
from pestle.rules import claims, waiting
from pestle.rules.facts import ClaimFacts
from pestle.terms.roles import BENCH, LEADS, PROGRAM


class ClaimState(StrEnum):
    """Where a claim stands with its payer."""

    WAITING = "waiting"
    SENT = "sent"
    PAID = "paid"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"
    REVERSING = "reversing"
    REVERSAL_FAILED = "reversal_failed"
    REVERSED = "reversed"


S = ClaimState

# fmt: off
CLAIM: Machine[ClaimFacts] = Machine("claim", (
    #     verb                  from                               to                 who               rules
    Step("prepare",            (NEW,),                             S.WAITING,         BENCH | PROGRAM),
    Step("send",               (S.WAITING, S.UNANSWERED),          S.SENT,            BENCH | PROGRAM),
    Step("be_paid",            (S.SENT, S.UNANSWERED),             S.PAID,            PROGRAM),
    Step("be_rejected",        (S.SENT, S.UNANSWERED),             S.REJECTED,        PROGRAM),
    Step("go_unanswered",      (S.SENT,),                          S.UNANSWERED,      PROGRAM),
    Step("reverse",            (S.PAID, S.REVERSAL_FAILED, S.UNANSWERED), S.REVERSING, BENCH | PROGRAM, (claims.sold_claim_is_reversed_by_a_lead,), title="Reverse claim"),
    Step("be_reversed",        (S.REVERSING,),                     S.REVERSED,        PROGRAM),
    Step("fail_reversal",      (S.REVERSING,),                     S.REVERSAL_FAILED, PROGRAM),
    Step("reverse_by_hand",    (S.REVERSAL_FAILED, S.REVERSING),   S.REVERSED,        LEADS,            (waiting.manual_reversal_has_proof,), title="Reversed by telephone"),
), finals=frozenset({S.REJECTED, S.REVERSED}))
# fmt: on
