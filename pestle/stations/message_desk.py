"""Messages that a person should look at: not sent, not read, not dealt with; and what each was about."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from pestle.flows.machine import Way
from pestle.flows.message import MESSAGE, MessageState
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescriptions import Prescription
from pestle.rules.facts import MessageFacts

LATE = timedelta(minutes=1)
MOST = 100
MOST_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not go by itself, and what goes out now."""

    stuck: tuple[Message, ...]
    going_out: int
    failing: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One message with its text, its history and what can be done."""

    message: Message
    text: str
    answer: str
    events: tuple[Event, ...]
    ways: tuple[Way[MessageFacts], ...]
    prescription: Prescription | None
    fill: Fill | None
    patient_id: int | None


def trouble(pharmacy: Pharmacy, at: datetime) -> Trouble:
    """This will give the messages in trouble, the oldest first."""
    ours = Message.objects.filter(pharmacy=pharmacy)
    return Trouble(
        stuck=tuple(stuck(pharmacy, at).select_related("partner").defer("body", "answer").order_by("made_at")[:MOST]),
        going_out=ours.going_out().count(),
        failing=ours.filter(state=MessageState.FAILING).count(),
    )


def stuck(pharmacy: Pharmacy, at: datetime) -> "QuerySet[Message]":
    """This will give what a person should look at: also what was kept and not dealt with a minute later."""
    waits = Q(state=MessageState.ARRIVED, state_since__lt=at - LATE)
    asks = Q(state__in=[MessageState.FAILING, MessageState.GIVEN_UP, MessageState.UNREADABLE])
    return Message.objects.filter(waits | asks, pharmacy=pharmacy)


def one(by: Worker, message_id: int, at: datetime) -> Opened | None:
    """This will open one message; None where this pharmacy has none of that number."""
    rows = Message.objects.filter(pk=message_id, pharmacy_id=by.pharmacy_id)
    message = rows.select_related("partner", "pharmacy").first()
    if message is None:
        return None
    rx = _prescription(message)
    return Opened(
        message=message,
        text=_text(message.body),
        answer=_text(message.answer or b""),
        events=tuple(message.events().select_related("worker")),
        ways=MESSAGE.steps_open_to(message.facts(at, roles=by.roles), by.roles),
        prescription=rx,
        fill=rx.fills.order_by("-pk").first() if rx else None,
        patient_id=rx.patient_id if rx else None,
    )


def _prescription(message: Message) -> Prescription | None:
    if message.subject_kind != "prescription" or message.subject_id is None:
        return None
    return Prescription.objects.filter(pk=message.subject_id, pharmacy_id=message.pharmacy_id).first()


def _text(raw: bytes | memoryview) -> str:
    return bytes(raw).decode("utf-8", "replace")[:MOST_SHOWN]
