"""Messages to partners: kept in the transaction of the act that wants them sent, sent later, never lost or doubled."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid5

from django.db import transaction
from procrastinate.contrib.django import app

from pestle.flows.machine import NEW
from pestle.flows.message import MESSAGE, MessageState
from pestle.links.failures import NoAnswer, NotReached, NotTaken
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.rules.facts import MessageFacts
from pestle.stations.acts import act_within, one_act
from pestle.terms.findings import Refused
from pestle.terms.roles import Role

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
# A try is over when its partner's time to answer is; one that has not come back this long after died with its process.
MARGIN = timedelta(seconds=15)
PROGRAM = frozenset({Role.PROGRAM})


class Courier(Protocol):
    """Takes one message to its partner: returns the answer, raises NoAnswer or NotTaken."""

    def __call__(self, partner: Partner, message: Message) -> bytes: ...


_couriers: dict[str, Courier] = {}
_after_answer: dict[str, Callable[[Message], None]] = {}


def courier(kind: PartnerKind) -> Callable[[Courier], Courier]:
    """This will register the function that takes messages to partners of a kind."""

    def register(function: Courier) -> Courier:
        _couriers[kind.value] = function
        return function

    return register


def post_message(
    *,
    partner: Partner,
    kind: str,
    body: bytes,
    act_id: UUID,
    by: Worker,
    at: datetime,
    external_id: str = "",
    relates_to: str = "",
    subject: Any = None,
) -> Message:
    """This will put a message in the outbox inside the caller's transaction; a worker process takes it from there."""
    message = Message(
        pharmacy_id=by.pharmacy_id,
        partner=partner,
        is_outgoing=True,
        kind=kind,
        external_id=external_id,
        relates_to=relates_to,
        body=body,
        subject_kind=subject.MACHINE.name if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        made_at=at,
        next_try_at=at,
    )
    taken = MESSAGE.take("post", MessageFacts(state=NEW, at=at, roles=by.roles), by.roles)
    message.begin(taken, act_id=act_within(act_id, f"post {kind} {external_id}"), by=by, at=at)
    app.configure_task("deliver", queue="out").defer(message_id=message.pk)
    return message


def deliver(message_id: int, *, at: datetime) -> Message:
    """This will try once to give a message to its partner and write down what came of it."""
    message = Message.objects.select_related("partner", "pharmacy").get(pk=message_id)
    if message.state not in {MessageState.WAITING, MessageState.FAILING}:
        return message
    try:
        _step(message, "try", at=at, attempts=message.attempts + 1)
    except Refused:
        # Another job of the same message was faster: it is being tried, or was taken, already.
        return Message.objects.get(pk=message_id)
    try:
        answer = _couriers[message.partner.kind](message.partner, message)
    except (NoAnswer, NotTaken) as failure:
        return _failed(message, failure, at=at)
    return _taken(message, answer, at=at)


def may_have_arrived(message: Message) -> bool:
    """This will tell whether an earlier try may have come to the partner, though there was no answer to it."""
    return message.events().filter(details__may_have_arrived=True).exists()


def sweep(*, at: datetime) -> int:
    """This will take up every message whose time has come, also after a process died in the middle of a try."""
    for message in Message.objects.filter(state=MessageState.SENDING).select_related("partner", "pharmacy"):
        patience = timedelta(seconds=message.partner.seconds_to_answer)
        if message.state_since + patience + MARGIN < at:
            with suppress(Refused):
                _failed(message, NoAnswer("the program stopped in the middle of the try"), at=at)
    due = Message.objects.filter(state__in=[MessageState.WAITING, MessageState.FAILING], next_try_at__lte=at)
    waiting = list(due.order_by("next_try_at").values_list("pk", flat=True)[:500])
    for pk in waiting:
        deliver(pk, at=at)
    return len(waiting)


@one_act
def send_again(*, act_id: UUID, by: Worker, at: datetime, message_id: int) -> Message:
    """This will put a message that could not be sent back to the head of the outbox."""
    message = Message.objects.select_related("partner").get(pk=message_id, pharmacy_id=by.pharmacy_id)
    taken = MESSAGE.take("post_again", message.facts(at, roles=by.roles), by.roles)
    message.attempts, message.next_try_at = 0, at
    message.save(update_fields=["attempts", "next_try_at"])
    message.record(taken, act_id=act_id, by=by, at=at)
    return message


@one_act
def set_aside(*, act_id: UUID, by: Worker, at: datetime, message_id: int, because: str) -> Message:
    """This will record that somebody dealt with a message by hand."""
    message = Message.objects.select_related("partner").get(pk=message_id, pharmacy_id=by.pharmacy_id)
    taken = MESSAGE.take("set_aside", message.facts(at, roles=by.roles), by.roles)
    message.record(taken, act_id=act_id, by=by, at=at, details={"because": because})
    return message


def wait_before(attempt: int) -> timedelta:
    """This will give how long to wait before a try: 5 s, doubled each time, at most 15 minutes."""
    doublings: int = 1 << min(max(attempt - 1, 0), 20)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def _failed(message: Message, failure: Exception, *, at: datetime) -> Message:
    partner = message.partner
    is_last = isinstance(failure, NotTaken) or message.attempts >= partner.attempts
    with transaction.atomic():
        _step(
            message,
            "give_up" if is_last else "fail",
            at=at,
            last_error=str(failure)[:300],
            next_try_at=None if is_last else at + wait_before(message.attempts),
            details={"may_have_arrived": not isinstance(failure, NotReached | NotTaken)},
        )
        Partner.objects.filter(pk=partner.pk).update(last_failure_at=at, last_failure=str(failure)[:200])
    return message


def _taken(message: Message, answer: bytes, *, at: datetime) -> Message:
    with transaction.atomic():
        _step(message, "be_taken", at=at, answer=answer, next_try_at=None, last_error="")
        Partner.objects.filter(pk=message.partner_id).update(last_answer_at=at)
    return message


def _step(
    message: Message, verb: str, *, at: datetime, details: dict[str, Any] | None = None, **columns: Any
) -> None:  # fmt: skip
    taken = MESSAGE.take(verb, message.facts(at), PROGRAM)
    for name, value in columns.items():
        setattr(message, name, value)
    program = Worker.objects.program(message.pharmacy)
    with transaction.atomic():
        message.save(update_fields=list(columns))
        act_id = uuid5(UUID(int=message.pk), f"{verb} {message.version + 1}")
        message.record(taken, act_id=act_id, by=program, at=at, details=details)
