"""The life of a discrepancy: opened by a count that missed, explained, handed up when it is late, closed."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import counting
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.terms.roles import BENCH, PHARMACISTS, PROGRAM, Role


class DiscrepancyState(StrEnum):
    """Where a discrepancy stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    CLOSED = "closed"


S = DiscrepancyState
_IN_CHARGE = frozenset({Role.PHARMACIST_IN_CHARGE})
_CLOSE = (counting.discrepancy_is_explained, counting.closer_did_not_find_it, counting.correction_has_a_witness)

# fmt: off
DISCREPANCY: Machine[DiscrepancyFacts] = Machine("discrepancy", (
    #     verb        from                     to            who                      rules and movement
    Step("open",     (NEW,),                  S.OPEN,       BENCH,                   title="Open a discrepancy"),
    Step("explain",  (S.OPEN, S.ESCALATED),   STAY,         BENCH,                   (counting.explanation_is_given,), title="Explain"),
    Step("escalate", (S.OPEN,),               S.ESCALATED,  PHARMACISTS | PROGRAM,   title="Hand to the pharmacist in charge"),
    Step("close",    (S.OPEN,),               S.CLOSED,     PHARMACISTS,             _CLOSE, moves="to_or_from_count_difference", title="Close"),
    Step("close",    (S.ESCALATED,),          S.CLOSED,     _IN_CHARGE,              _CLOSE, moves="to_or_from_count_difference", title="Close"),
), finals=frozenset({S.CLOSED}))
# fmt: on
