"""Cases of the rules of recalls: for each one that passes and one that is stopped."""

from dataclasses import replace
from typing import Any

from pestle.rules import recalls
from pestle.rules.rule import Rule
from pestle.rules.withdrawn_facts import RecallFacts
from tests.pure.good_facts import GOOD_RECALL


def recall(**changes: Any) -> RecallFacts:
    return replace(GOOD_RECALL, **changes)


# fmt: off
RECALL_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                               passes                                      is stopped                      because it says
    (recalls.recall_names_a_lot_here,     recall(lots=1),                             recall(lots=0),                 "at least one lot"),
    (recalls.lifting_a_recall_has_a_reason, recall(reason="Another maker's."),        recall(reason=" "),             "why these lots"),
    (recalls.everything_was_pulled,       recall(places_to_pull=0),                   recall(places_to_pull=2),       "2 places"),
    (recalls.no_fill_still_waits,         recall(fills_stopped=0),                    recall(fills_stopped=1),        "fill them again"),
    (recalls.every_patient_was_told,      recall(depth="retail", patients_to_tell=3), recall(patients_to_tell=3),     "3 patients"),
    (recalls.every_patient_was_told,      recall(patients_to_tell=0),                 recall(depth="consumer", patients_to_tell=1), "still to be told"),
    (recalls.notice_was_answered,         recall(is_answered=True),                   recall(is_answered=False),      "Answer the notice"),
    (recalls.depth_is_one_of_three,       recall(depth="wholesale"),                  recall(depth="deep"),           "consumer, retail or wholesale"),
    (recalls.answer_says_what_was_sent,   recall(reason="Form sent by fax."),         recall(reason=""),              "what was answered"),
)
# fmt: on
