"""What the pages of returns show: what is open, what waits to go, what was credited and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pestle.flows.machine import Way
from pestle.flows.returns import RETURNS, ReturnState
from pestle.ledger.places import PlaceKind
from pestle.records.events import Event
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance
from pestle.records.withdrawn import Return, ReturnLine, Suspect
from pestle.rules.withdrawn_facts import ReturnFacts
from pestle.stations.intake.drop_off import today_at
from pestle.stations.withdrawn.returning import the_return

MOST_ENDED = 20
WAITS = (PlaceKind.OUTDATED, PlaceKind.RECALL_HOLD, PlaceKind.QUARANTINE, PlaceKind.RETURN_BIN)
OPEN = (ReturnState.GATHERING, ReturnState.SENT)
# 40 CFR 261.33(e) lists acute hazardous waste as P, (f) the rest as U; D codes are characteristics (261.21 to 261.24).
STREAMS = {"P": "acutely hazardous", "U": "hazardous", "D": "hazardous by what it does"}


@dataclass(frozen=True, slots=True)
class ReturnDesk:
    """Everything the page of one return shows."""

    back: Return
    lines: tuple[tuple[ReturnLine, str], ...]
    waiting: tuple[Balance, ...]
    ways: dict[str, Way[ReturnFacts]]
    events: tuple[Event, ...]


def desk(by: Worker, return_id: int, at: datetime) -> ReturnDesk:
    """This will gather one return of the worker's pharmacy; Refused where there is none."""
    back = the_return(return_id, by, holds=False)
    lines = list(back.lines.select_related("lot__package__product", "source").order_by("pk"))
    taken = {(line.lot_id, line.source_id) for line in lines}
    kinds = [kind.value for kind in WAITS]
    rows = Balance.objects.filter(pharmacy_id=by.pharmacy_id, place__kind__in=kinds, quantity__gt=0)
    suspected = Suspect.objects.filter(pharmacy_id=by.pharmacy_id).standing().values("lot")
    rows = rows.exclude(place__kind=PlaceKind.QUARANTINE.value, lot__in=suspected)
    waiting = rows.select_related("lot__package__product", "place").order_by("place__name", "lot__expires_on", "pk")
    facts = back.facts(at, by, today_at(by.pharmacy, at))
    return ReturnDesk(
        back=back,
        lines=tuple((line, stream_of(line.waste_code)) for line in lines),
        waiting=tuple(row for row in waiting if (row.lot_id, row.place_id) not in taken),
        ways={way.step.verb: way for way in RETURNS.steps_open_to(facts, by.roles)},
        events=tuple(back.events().select_related("worker")),
    )


def stream_of(code: str) -> str:
    """This will say which stream of waste an EPA code belongs to."""
    return f"{code}, {STREAMS.get(code[:1], 'hazardous')}" if code else ""


def open_returns(pharmacy: Pharmacy) -> list[Return]:
    """This will give what is gathered or waits for its credit, the oldest first."""
    return list(Return.objects.filter(pharmacy=pharmacy, state__in=OPEN).order_by("state_since", "pk"))


def ended_returns(pharmacy: Pharmacy) -> list[Return]:
    """This will give what was credited or discarded, the newest first."""
    rows = Return.objects.filter(pharmacy=pharmacy).exclude(state__in=OPEN)
    return list(rows.order_by("-state_since", "-pk")[:MOST_ENDED])


def credit_missing(pharmacy: Pharmacy) -> Decimal:
    """This will add up what was expected and never credited, of the returns that are done."""
    done = Return.objects.filter(pharmacy=pharmacy, state=ReturnState.CREDITED)
    return sum((max(each.missing or Decimal(0), Decimal(0)) for each in done), Decimal(0))
