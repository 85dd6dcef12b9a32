"""Writes entries into the one book of every quantity."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from pestle.ledger.entries import Entry, move, reverse, together
from pestle.ledger.entries import Line as PureLine
from pestle.ledger.places import PlaceKind
from pestle.records import stock
from pestle.records.fills import Fill, FillLot
from pestle.records.people import Worker
from pestle.records.statements.prepared import the_row
from pestle.records.stock import Balance, Place
from pestle.terms.quantity import BillingUnit, Quantity

# One statement, one balance after another: the lines are written in the order in which they stand.
_POSTED = """
WITH entry AS (
    INSERT INTO records_entry (pharmacy_id, reason, because, worker_id, witness_id, at, act_id, fill_id, reverses_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id, pharmacy_id
)
INSERT INTO records_line (pharmacy_id, entry_id, place_id, lot_id, quantity)
SELECT entry.pharmacy_id, entry.id, line.place, line.lot, line.quantity
FROM entry, unnest(%s::bigint[], %s::bigint[], %s::numeric[]) WITH ORDINALITY line (place, lot, quantity, turn)
ORDER BY line.turn
RETURNING entry_id
"""


def post(
    entry: Entry,
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill: Fill | None = None,
    witness: Worker | None = None,
    reverses: stock.Entry | None = None,
) -> stock.Entry:
    """This will write one balanced entry with its lines; balances follow by themselves.

    Raises the database's refusal, which an act turns into a sentence, where a place would hold less than nothing.
    """
    row = stock.Entry(
        pharmacy_id=by.pharmacy_id,
        reason=entry.reason,
        because=entry.because,
        worker=by,
        witness=witness,
        at=at,
        act_id=act_id,
        fill=fill,
        reverses=reverses,
    )
    # One order for everybody: two acts that touch the same balances wait for each other and never in a circle.
    lines = sorted(entry.lines, key=lambda line: (line.place, line.lot, line.quantity.amount))
    columns = [[line.place for line in lines], [line.lot for line in lines], [line.quantity.amount for line in lines]]
    told = (row.pharmacy_id, row.reason, row.because, by.pk, row.witness_id, at, act_id, row.fill_id, row.reverses_id)
    written = the_row(_POSTED, [*told, *columns])
    if written is None:
        raise RuntimeError("An entry was not written.")
    (row.pk,) = written
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def take_back(
    row: stock.Entry, *, because: str, act_id: UUID, by: Worker, at: datetime, fill: Fill | None = None
) -> stock.Entry:
    """This will write the entry that reverses another one; raises the database's refusal if it was reversed before."""
    lines = tuple(
        PureLine(line.place_id, line.lot_id, Quantity(line.quantity, _unit_of(line.lot)))
        for line in row.lines.select_related("lot__package")
    )
    pure = reverse(Entry(row.reason, lines), because=because)
    return post(pure, act_id=act_id, by=by, at=at, fill=fill or row.fill, reverses=row)


def move_fill(fill: Fill, reason: str, *, source: Place, target: Place) -> Entry:
    """This will make the entry that carries all lots of a fill from one place to another."""
    lots = fill.lots.select_related("lot__package")
    return together(
        reason,
        (
            move(reason, each.lot_id, Quantity(each.quantity, _unit_of(each.lot)), source=source.pk, target=target.pk)
            for each in lots
        ),
    )


def move_lot(taken: FillLot, reason: str, *, source: Place, target: Place, because: str = "") -> Entry:
    """This will make the entry that carries one lot of a fill from one place to another."""
    amount = Quantity(taken.quantity, _unit_of(taken.lot))
    return together(reason, (move(reason, taken.lot_id, amount, source=source.pk, target=target.pk),), because=because)


def the_place(by: Worker, kind: PlaceKind) -> Place:
    """This will give the pharmacy's single place of an outside kind, or of quarantine: patient, waste, supplier."""
    return Place.objects.filter(pharmacy_id=by.pharmacy_id, kind=kind.value).order_by("pk")[0]


def held_at(place: Place, lots: Iterable[int]) -> dict[int, Decimal]:
    """This will tell how much of each lot a place holds."""
    rows = Balance.objects.filter(place=place, lot_id__in=list(lots))
    return {row.lot_id: row.quantity for row in rows}


def _unit_of(lot: stock.Lot) -> BillingUnit:
    return BillingUnit(lot.package.billing_unit or BillingUnit.EACH)
