"""The life of a message: out to a partner until it is taken, or in from a partner until it is dealt with."""

from enum import StrEnum

from pestle.flows.machine import NEW, Machine, Step
from pestle.rules.facts import MessageFacts
from pestle.terms.roles import BENCH, PROGRAM


class MessageState(StrEnum):
    """Where a message to or from a partner stands."""

    WAITING = "waiting"
    SENDING = "sending"
    TAKEN = "taken"
    FAILING = "failing"
    GIVEN_UP = "given_up"
    ARRIVED = "arrived"
    READ = "read"
    UNREADABLE = "unreadable"
    SET_ASIDE = "set_aside"


S = MessageState

# fmt: off
MESSAGE: Machine[MessageFacts] = Machine("message", (
    #     verb          from                        to              who
    Step("post",       (NEW,),                      S.WAITING,      BENCH | PROGRAM),
    Step("try",        (S.WAITING, S.FAILING),      S.SENDING,      PROGRAM),
    Step("be_taken",   (S.SENDING,),                S.TAKEN,        PROGRAM),
    Step("fail",       (S.SENDING,),                S.FAILING,      PROGRAM),
    Step("give_up",    (S.SENDING, S.FAILING),      S.GIVEN_UP,     PROGRAM),
    Step("post_again", (S.GIVEN_UP, S.FAILING),     S.WAITING,      BENCH,   title="Send again now"),
    Step("arrive",     (NEW,),                      S.ARRIVED,      PROGRAM),
    Step("read",       (S.ARRIVED,),                S.READ,         PROGRAM),
    Step("not_read",   (S.ARRIVED,),                S.UNREADABLE,   PROGRAM),
    Step("set_aside",  (S.UNREADABLE, S.GIVEN_UP),  S.SET_ASIDE,    BENCH,   title="Dealt with by hand"),
), finals=frozenset({S.TAKEN, S.READ, S.SET_ASIDE}))
# fmt: on
