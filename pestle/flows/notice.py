"""What people of a pharmacy say to each other: a call for the pharmacist, a note for whoever comes next."""

from enum import StrEnum

from pestle.flows.machine import NEW, Machine, Step
from pestle.rules.facts import NoticeFacts
from pestle.terms.roles import PHARMACISTS, REGISTER


class NoticeState(StrEnum):
    """Where a notice stands."""

    RINGING = "ringing"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    ACKNOWLEDGED = "acknowledged"


S = NoticeState

# fmt: off
NOTICE: Machine[NoticeFacts] = Machine("notice", (
    #     verb           from           to               who
    Step("call",         (NEW,),        S.RINGING,       REGISTER,     title="Call pharmacist"),
    Step("answer",       (S.RINGING,),  S.ANSWERED,      PHARMACISTS,  title="Answer"),
    Step("withdraw",     (S.RINGING,),  S.WITHDRAWN,     REGISTER,     title="No longer needed"),
    Step("leave",        (NEW,),        S.LEFT,          REGISTER,     title="Leave a hand-over note"),
    Step("acknowledge",  (S.LEFT,),     S.ACKNOWLEDGED,  REGISTER,     title="I have read it"),
), finals=frozenset({S.ANSWERED, S.WITHDRAWN, S.ACKNOWLEDGED}))
# fmt: on
