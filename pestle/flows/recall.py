"""The life of a recall at this pharmacy: its lots are stopped, pulled, patients told, the notice answered, closed."""

from enum import StrEnum

from pestle.flows.machine import NEW, STAY, Machine, Step
from pestle.rules import recalls
from pestle.rules.withdrawn_facts import RecallFacts
from pestle.terms.roles import BENCH, PHARMACISTS, PROGRAM


class RecallState(StrEnum):
    """Where a recall stands."""

    STOPPED = "stopped"
    CLOSED = "closed"
    LIFTED = "lifted"


S = RecallState
_CLOSE = (
    recalls.everything_was_pulled,
    recalls.no_fill_still_waits,
    recalls.every_patient_was_told,
    recalls.notice_was_answered,
)

# fmt: off
RECALL: Machine[RecallFacts] = Machine("recall", (
    #     verb         from           to           who               rules and movement
    Step("stop",      (NEW,),        S.STOPPED,   PHARMACISTS | PROGRAM, (recalls.recall_names_a_lot_here,), title="Stop these lots"),
    Step("add_lot",   (S.STOPPED,),  STAY,        PHARMACISTS | PROGRAM, title="Stop one more lot"),
    Step("stop",      (S.CLOSED, S.LIFTED), S.STOPPED, PHARMACISTS | PROGRAM, (recalls.recall_names_a_lot_here,), title="Stop these lots"),
    Step("set_depth", (S.STOPPED,),  STAY,        PHARMACISTS,       (recalls.depth_is_one_of_three,), title="Say how deep it goes"),
    Step("pull",      (S.STOPPED,),  STAY,        BENCH,             moves="to_recall_hold", title="Pull to recall hold"),
    Step("answer",    (S.STOPPED,),  STAY,        BENCH,             (recalls.answer_says_what_was_sent,), title="Notice answered"),
    Step("close",     (S.STOPPED,),  S.CLOSED,    PHARMACISTS,       _CLOSE, title="Close recall"),
    Step("lift",      (S.STOPPED,),  S.LIFTED,    PHARMACISTS,       (recalls.lifting_a_recall_has_a_reason,), moves="back_from_recall_hold", title="Not recalled after all"),
), finals=frozenset({S.CLOSED, S.LIFTED}))
# fmt: on
