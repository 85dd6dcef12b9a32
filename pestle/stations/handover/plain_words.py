"""Why a medicine is not ready, in words the person at the counter understands; nothing of payers' codes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.stations.queues import queue_of

S = FillState
_WORDS = {
    S.RECEIVED: "It has just arrived from the prescriber.",
    S.IN_ENTRY: "We are entering it.",
    S.ADJUDICATING: "Your plan is being asked.",
    S.REJECTED: "Your plan has a question that we are working on.",
    S.UNANSWERED: "Your plan does not answer just now; we ask again by ourselves.",
    S.AWAITING_AUTHORIZATION: "Your plan wants your prescriber's approval first; we have asked for it.",
    S.AWAITING_CHECK: "The pharmacist looks at it first.",
    S.QUEUED: "It is waiting to be filled.",
    S.OUT_OF_STOCK: "We do not have it here; it is on its way.",
    S.OWED: "We owe you the rest; it is on its way.",
    S.FILLED: "The pharmacist checks it now.",
    S.VERIFIED: "It is being bagged.",
    S.BAGGED: "It is on its way to the shelf.",
    S.OUT_FOR_DELIVERY: "It is with the driver.",
    S.RETURN_DUE: "Its days here are over; we can fill it again.",
    S.RECALL_HELD: "The maker has a question about it; the pharmacist replaces it.",
    S.HELD: "It waits.",
    S.REFUND_REVIEW: "It was handed over; its refund is looked at.",
}
# Where the promise still tells the person something.
_PROMISED = frozenset(
    {S.RECEIVED, S.IN_ENTRY, S.ADJUDICATING, S.AWAITING_CHECK, S.QUEUED, S.FILLED, S.VERIFIED, S.BAGGED}
)


def why_not_ready(fill: Fill, at: datetime) -> str:
    """This will say why a fill cannot be handed over now, and when it should be ready where that is known."""
    state = FillState(fill.state)
    words = _WORDS.get(state, "It is not here.")
    if state is S.HELD and fill.waiting_note:
        words = f"It waits: {fill.waiting_note}."
    if state in _PROMISED and fill.promised_at > at:
        return f"{words} Ready about {_clock(fill.promised_at, fill)}."
    if state in {S.OUT_OF_STOCK, S.OWED, S.HELD, S.AWAITING_AUTHORIZATION} and fill.wakes_at:
        return f"{words} We look again {_day(fill.wakes_at, fill)}."
    return words


def station_of(fill: Fill) -> str:
    """This will name the station where a fill is."""
    queue = queue_of(fill.state)
    return queue.title if queue else "ended"


def _clock(moment: datetime, fill: Fill) -> str:
    local = moment.astimezone(ZoneInfo(fill.pharmacy.time_zone))
    return f"{local:%b} {local.day}, {local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def _day(moment: datetime, fill: Fill) -> str:
    local = moment.astimezone(ZoneInfo(fill.pharmacy.time_zone))
    return f"{local:%b} {local.day}"
