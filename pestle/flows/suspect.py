"""The life of a suspect product: set apart, asked about, cleared or found illegitimate, told of, ended."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import recalls
from pestle.rules.withdrawn_facts import SuspectFacts
from pestle.terms.roles import BENCH, PHARMACISTS


class SuspectState(StrEnum):
    """Where a suspect product stands."""

    SUSPECT = "suspect"
    CLEARED = "cleared"
    ILLEGITIMATE = "illegitimate"
    ENDED = "ended"


S = SuspectState
_CLEAR = (recalls.enough_packages_are_verified, recalls.nothing_was_denied, recalls.judgement_has_a_reason)

# fmt: off
SUSPECT: Machine[SuspectFacts] = Machine("suspect", (
    #     verb           from               to               who          rules and movement
    Step("quarantine",  (NEW,),            S.SUSPECT,       BENCH,       (recalls.suspicion_has_a_reason,), moves="to_quarantine", title="Set apart as suspect"),
    Step("ask",         (S.SUSPECT,),      STAY,            BENCH,       title="Ask for verification"),
    Step("hear",        (S.SUSPECT,),      STAY,            BENCH,       title="Record the answer"),
    Step("clear",       (S.SUSPECT,),      S.CLEARED,       PHARMACISTS, _CLEAR, moves="back_from_quarantine", title="Clear it"),
    Step("condemn",     (S.SUSPECT,),      S.ILLEGITIMATE,  PHARMACISTS, (recalls.judgement_has_a_reason,), title="It is illegitimate"),
    Step("notify",      (S.ILLEGITIMATE,), STAY,            PHARMACISTS, (recalls.form_is_complete,), title="FDA and partners told"),
    Step("end",         (S.ILLEGITIMATE,), S.ENDED,         PHARMACISTS, (recalls.fda_and_partners_were_told, recalls.fda_agreed_to_end_it), title="End the notification"),
), finals=frozenset({S.CLEARED, S.ENDED}))
# fmt: on
