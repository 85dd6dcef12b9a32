"""Where is it? One fill's whole life: state, place, who has it, what happens next, every event and every entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Entry
from pestle.rules.facts import FillFacts
from pestle.stations.queues import queue_of

S = FillState
NEXT_WORDS = {
    S.RECEIVED: "Somebody matches patient, prescriber and drug, and starts entry.",
    S.IN_ENTRY: "Data entry is finished and the claim is sent.",
    S.PROFILED: "It is stored; it is filled when it is asked for.",
    S.ADJUDICATING: "The payer answers; the program goes on by itself.",
    S.REJECTED: "Somebody at Claims chooses a way on.",
    S.UNANSWERED: "The program asks the payer again by itself.",
    S.AWAITING_AUTHORIZATION: "The plan or the prescriber answers about the prior authorization.",
    S.AWAITING_CHECK: "A pharmacist checks the order.",
    S.QUEUED: "A technician fills it.",
    S.OUT_OF_STOCK: "Stock arrives.",
    S.OWED: "Stock arrives and the rest is filled.",
    S.FILLED: "A pharmacist verifies it.",
    S.VERIFIED: "It is bagged.",
    S.BAGGED: "The bag gets its place in will-call.",
    S.IN_WILL_CALL: "The patient comes and collects it.",
    S.OUT_FOR_DELIVERY: "The driver brings proof of delivery, or the bag comes back.",
    S.RETURN_DUE: "It goes back to stock, or is kept longer if the plan allows.",
    S.RECALL_HELD: "A pharmacist replaces it or gives it up.",
    S.HELD: "It wakes up at its time, or somebody takes it up.",
    S.REFUND_REVIEW: "A lead decides about the refund.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the book about this fill: from where, to where, how much of which lot."""

    entry: Entry
    lot: str
    source: str
    target: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The answer first, then the whole story."""

    fill: Fill
    state_words: str
    station: str
    place: str
    in_hands_of: str
    next_words: str
    ways: tuple[Way[FillFacts], ...]
    events: tuple[Event, ...]
    moves: tuple[Move, ...]
    messages: tuple[Message, ...]


def whereabouts(fill_id: int, by: Worker, at: datetime) -> Whereabouts:
    """This will tell everything about one fill of this worker's pharmacy; raises Fill.DoesNotExist for another's."""
    rows = Fill.objects.with_names().select_related("pharmacy", "in_hands_of", "filled_by", "verified_by")
    fill = rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)
    queue = queue_of(fill.state)
    return Whereabouts(
        fill,
        state_words=fill.state.replace("_", " "),
        station=queue.title if queue else "ended",
        place=_place(fill),
        in_hands_of=fill.in_hands_of.full_name if fill.in_hands_of else "",
        next_words=NEXT_WORDS.get(FillState(fill.state), "Nothing more: this fill is at its end."),
        ways=FILL.steps_open_to(fill.facts(at, by), by.roles),
        events=_events(fill),
        moves=tuple(_moves(fill)),
        messages=tuple(Message.objects.filter(subject_kind=FILL.name, subject_id=fill.pk).order_by("-pk")[:20]),
    )


def find(text: str, pharmacy: Pharmacy, *, limit: int = 40) -> list[Fill]:
    """This will find fills by what was typed: a prescription number, a bag, a lot, or the beginning of a name.

    Two words look for family and given name in either order; nothing shorter than three letters looks for names.
    """
    words = text.strip().split()
    if not words:
        return []
    rows = Fill.objects.filter(pharmacy=pharmacy).filter(_typed(words)).with_names().distinct()
    return list(rows.order_by("-state_since", "-pk")[:limit])


def _typed(words: list[str]) -> Q:
    whole = words[0].removeprefix("#")
    if len(words) == 1 and whole.isascii() and whole.isdigit():
        return Q(prescription__rx_number=int(whole[:18])) | Q(bag__code=whole)
    codes = Q(bag__code__iexact=whole) | Q(lots__lot__number__iexact=whole) | Q(basket__name__iexact=whole)
    names = [word for word in words if len(word) >= 3]
    if not names:
        return codes
    by_name = Q(prescription__patient__isnull=False)
    for word in names:
        by_name &= Q(prescription__patient__family__istartswith=word) | Q(
            prescription__patient__given__istartswith=word
        )
    return by_name | codes if len(words) == 1 else by_name


def _place(fill: Fill) -> str:
    if fill.bag and fill.bag.place and fill.state in {S.IN_WILL_CALL, S.RETURN_DUE, S.OUT_FOR_DELIVERY, S.BAGGED}:
        return f"bag {fill.bag.code} at {fill.bag.place.name}"
    if fill.basket and fill.state not in FILL.finals:
        return f"basket {fill.basket.name}"
    if fill.state == S.SOLD:
        return "with the patient"
    return "no place yet" if fill.state not in FILL.finals else "nowhere any more"


def _events(fill: Fill) -> tuple[Event, ...]:
    subjects = Q(subject_kind="fill", subject_id=fill.pk) | Q(
        subject_kind="prescription", subject_id=fill.prescription_id
    )
    claims = list(fill.claims.values_list("pk", flat=True))
    subjects |= Q(subject_kind="claim", subject_id__in=claims)
    return tuple(Event.objects.filter(subjects).select_related("worker").order_by("at", "pk"))


def _moves(fill: Fill) -> Iterable[Move]:
    rows = Entry.objects.filter(fill=fill).select_related("worker").prefetch_related("lines__place", "lines__lot")
    for entry in rows.order_by("pk"):
        lines = list(entry.lines.all())
        for gain in (line for line in lines if line.quantity > 0):
            source = next((line for line in lines if line.lot_id == gain.lot_id and line.quantity < 0), None)
            yield Move(entry, gain.lot.number, source.place.name if source else "", gain.place.name, gain.quantity)
