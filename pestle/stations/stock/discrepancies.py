"""Discrepancies: what may explain them, what was said of them, who has them next, and how they end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from pestle.flows.discrepancy import DISCREPANCY, DiscrepancyState
from pestle.flows.fill import FillState
from pestle.flows.machine import Way
from pestle.ledger.counts import difference_entry
from pestle.ledger.entries import Entry as PureEntry
from pestle.ledger.explanations import Candidate, Happening, Seen, candidates
from pestle.ledger.places import PlaceKind
from pestle.records.counting import BackCount, Discrepancy
from pestle.records.events import Event
from pestle.records.fills import FillLot
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance, Entry, Line, Lot
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.stations.acts import one_act
from pestle.stations.book import post, the_place
from pestle.terms.decimals import plain
from pestle.terms.findings import Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import PHARMACISTS, Role

STATION = "discrepancies"
LOOKS_BACK = timedelta(days=30)
MOST_CANDIDATES = 8
# How a discrepancy ends, and whether that writes a difference into the book.
OUTCOMES: tuple[tuple[str, str, bool], ...] = (
    ("recounted", "Counted again: the book is right", False),
    ("explained", "Explained by an entry; it was put right there", False),
    ("corrected", "The book is corrected by the difference, two people", True),
)
SEES_THE_BOOK = PHARMACISTS | {Role.AUDITOR}


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the page of one discrepancy shows; figures of the book only to those who may see them."""

    discrepancy: Discrepancy
    sees_the_book: bool
    tries: tuple[BackCount, ...]
    said: tuple[Event, ...]
    candidates: tuple[Candidate, ...]
    lots: tuple[Lot, ...]
    ways: tuple[Way[DiscrepancyFacts], ...]


@one_act
def explain(*, act_id: UUID, by: Worker, at: datetime, discrepancy_id: int, words: str) -> Discrepancy:
    """Write down what somebody found; nothing that was counted or said before changes."""
    row = _discrepancy(by, discrepancy_id)
    taken = DISCREPANCY.take("explain", row.facts(at, by, reason=words), by.roles)
    row.explanations += 1
    told = {"words": words.strip()[:500]}
    row.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=("explanations",))
    return row


@one_act
def escalate(*, act_id: UUID, by: Worker, at: datetime, discrepancy_id: int) -> Discrepancy:
    """Hand a discrepancy to the pharmacist in charge."""
    row = _discrepancy(by, discrepancy_id)
    taken = DISCREPANCY.take("escalate", row.facts(at, by), by.roles)
    row.owner_role = Role.PHARMACIST_IN_CHARGE.value
    row.record(taken, act_id=act_id, by=by, at=at, station=STATION, saves=("owner_role",))
    return row


@one_act
def close(
    *, act_id: UUID, by: Worker, at: datetime, discrepancy_id: int, outcome: str, lot_id: int | None = None,
    witness: Worker | None = None,
) -> Discrepancy:  # fmt: skip
    """End a discrepancy; where the book is corrected, its difference becomes an entry of a lot, by two people."""
    row = _discrepancy(by, discrepancy_id)
    moves = {value: is_moving for value, _, is_moving in OUTCOMES}
    if outcome not in moves:
        raise refuse("Choose how it ends.", rule="outcome_is_chosen", field="outcome")
    facts = row.facts(at, by, witness=witness, moves_book=moves[outcome])
    taken = DISCREPANCY.take("close", facts, by.roles)
    if moves[outcome]:
        row.entry = post(_correction(row, lot_id), act_id=act_id, by=by, at=at, witness=witness)
    row.outcome, row.closed_by, row.closed_at = outcome, by, at
    told = {"outcome": outcome, "witness": witness.short_name if witness else ""}
    saves = ("outcome", "closed_by", "closed_at", "entry")
    row.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=saves)
    return row


def escalate_due(*, at: datetime) -> int:
    """Hand every discrepancy whose time is over to the pharmacist in charge, by the program; gives how many."""
    handed = 0
    for row in Discrepancy.objects.filter(state=DiscrepancyState.OPEN, escalates_at__lte=at).select_related("pharmacy"):
        program = Worker.objects.program(row.pharmacy)
        try:
            escalate(act_id=uuid5(UUID(int=row.pk), "escalate"), by=program, at=at, discrepancy_id=row.pk)
        except Refused:
            continue  # Somebody closed it at the same moment.
        handed += 1
    return handed


def standing(pharmacy: Pharmacy) -> list[Discrepancy]:
    """This will give what is not closed, the first due first."""
    return list(Discrepancy.objects.filter(pharmacy=pharmacy).standing().with_names())


def ended(pharmacy: Pharmacy) -> list[Discrepancy]:
    """This will give the last that were closed."""
    rows = Discrepancy.objects.filter(pharmacy=pharmacy, state=DiscrepancyState.CLOSED).with_names()
    return list(rows.order_by("-closed_at")[:30])


def shown(by: Worker, discrepancy_id: int, at: datetime) -> Shown:
    """This will gather one discrepancy with what may explain it; Refused where there is none."""
    row = _discrepancy(by, discrepancy_id)
    sees = not by.roles.isdisjoint(SEES_THE_BOOK)
    return Shown(
        row,
        sees,
        tries=tuple(BackCount.objects.filter(fill=row.fill).select_related("worker").order_by("at", "pk")[:9]),
        said=tuple(row.events().select_related("worker")),
        candidates=explained(row)[:MOST_CANDIDATES] if sees else (),
        lots=tuple(_lots(row)) if sees else (),
        ways=DISCREPANCY.steps_open_to(row.facts(at, by), by.roles),
    )


def explained(row: Discrepancy) -> tuple[Candidate, ...]:
    """This will give what the ledger knows that may explain a discrepancy."""
    told = [*_entries(row), *_in_hand(row), *_not_put_away(row)]
    return candidates(counted=row.counted, book=row.book, happenings=told, package_units=row.package.units)


def _entries(row: Discrepancy) -> Iterable[Happening]:
    lines = Line.objects.filter(
        place=row.place, lot__package=row.package, entry__at__gte=row.found_at - LOOKS_BACK,
        entry__at__lte=row.found_at,
    ).select_related("entry__worker", "entry__fill__prescription", "entry__reverses")  # fmt: skip
    for line in lines.order_by("-entry__at", "-pk")[:500]:
        yield Happening(_seen(line.entry), line.quantity, _named(line.entry), line.entry_id)


def _seen(entry: Entry) -> Seen:
    if entry.reverses_id is not None or entry.reason.startswith("put back"):
        return Seen.REVERSED
    return Seen.TAKEN_FOR_A_FILL if entry.reason == "filled" else Seen.MOVED


def _named(entry: Entry) -> str:
    what = f"Rx {entry.fill.prescription.rx_number}" if entry.fill else f"“{entry.reason}”"
    return f"{what} of {entry.at:%b %-d}, {entry.worker.short_name},"


def _in_hand(row: Discrepancy) -> Iterable[Happening]:
    rows = FillLot.objects.filter(
        fill__pharmacy_id=row.pharmacy_id, fill__state=FillState.QUEUED, lot__package=row.package, source=row.place
    ).exclude(fill=row.fill)
    for each in rows.select_related("fill__prescription"):
        yield Happening(Seen.IN_HAND, each.quantity, f"Rx {each.fill.prescription.rx_number}")


def _not_put_away(row: Discrepancy) -> Iterable[Happening]:
    rows = Balance.objects.filter(
        pharmacy_id=row.pharmacy_id, lot__package=row.package, place__kind=PlaceKind.RECEIVING.value, quantity__gt=0
    )
    for each in rows.select_related("lot"):
        yield Happening(Seen.NOT_PUT_AWAY, each.quantity, f"Lot {each.lot.number}")


def _correction(row: Discrepancy, lot_id: int | None) -> PureEntry:
    lots = _lots(row)
    lot = next((each for each in lots if each.pk == lot_id), lots[0] if len(lots) == 1 and lot_id is None else None)
    if lot is None:
        raise refuse("Choose the lot whose book is corrected.", rule="lot_is_of_the_product", field="lot")
    unit = BillingUnit(row.package.billing_unit or BillingUnit.EACH)
    pure = difference_entry(
        lot=lot.pk, place=row.place_id, book=Quantity(row.book, unit), seen=Quantity(row.counted, unit),
        difference_place=the_place(row.found_by, PlaceKind.COUNT_DIFFERENCE).pk,
    )  # fmt: skip
    if pure is None:
        raise refuse("Nothing differs: choose another end.", rule="a_discrepancy_differs")
    because = f"discrepancy {row.pk}: counted {plain(row.counted)}, book {plain(row.book)}"
    return PureEntry(pure.reason, pure.lines, because)


def _lots(row: Discrepancy) -> list[Lot]:
    held = Balance.objects.filter(place=row.place, lot__package=row.package).values("lot")
    return list(Lot.objects.filter(pk__in=held).select_related("package").order_by("expires_on", "number"))


def _discrepancy(by: Worker, discrepancy_id: int) -> Discrepancy:
    rows = Discrepancy.objects.filter(pk=discrepancy_id, pharmacy_id=by.pharmacy_id)
    found = rows.select_related("package__product", "place", "fill__prescription", "found_by", "closed_by").first()
    if found is None:
        raise refuse("There is no such discrepancy in this pharmacy: look at the list.", rule="discrepancy_is_here")
    return found
