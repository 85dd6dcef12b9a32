"""Binds the append-only books into a hash chain per pharmacy and book, and proves chain, ledger and states."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, models, transaction

from pestle.records.claims import Claim
from pestle.records.counting.discrepancies import Discrepancy
from pestle.records.events import AccessLog, Event, Seal
from pestle.records.fills import Fill
from pestle.records.handover import Notice
from pestle.records.messages import Message
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescriptions import Prescription
from pestle.records.purchasing import Delivery, Order
from pestle.records.stock import Entry, Line
from pestle.records.withdrawn.recalls import Recall
from pestle.records.withdrawn.returns import Return
from pestle.records.withdrawn.suspects import Suspect

BOOKS: dict[str, type[models.Model]] = {"event": Event, "entry": Entry, "line": Line, "access": AccessLog}
SUBJECTS: tuple[type[models.Model], ...] = (
    Fill, Prescription, Claim, Message, Notice, Order, Delivery, Discrepancy, Recall, Return, Suspect,
)  # fmt: skip
BATCH = 5000
QUIET_MS, TRIES = 300, 40
GENESIS = bytes(32)
LOCK_SPACE = 76543  # The same number as in the trigger that numbers rows in order.


@dataclass(frozen=True, slots=True)
class Fault:
    """The first wrong row of a proof: which table, which row, what is wrong with it."""

    table: str
    row: int
    says: str


def row_digest(row: tuple[Any, ...]) -> bytes:
    """This will give the SHA-256 of a row's values in the order of its columns, the same on every machine."""
    text = json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def seal(pharmacy: Pharmacy, *, at: datetime) -> list[Seal]:
    """This will seal every row that is not sealed yet; nobody writes to the books of this pharmacy meanwhile."""
    seals: list[Seal] = []
    for book in BOOKS:
        while (batch := _sealed_in_a_quiet_moment(pharmacy, book, at)) is not None:
            seals.append(batch)
    return seals


def heads(pharmacy: Pharmacy) -> dict[str, str]:
    """This will give the newest digest of each book as hex: what is published, so that nobody can rewrite the past."""
    newest = Seal.objects.filter(pharmacy=pharmacy).order_by("book", "-number").distinct("book")
    return {each.book: bytes(each.digest).hex() for each in newest}


def faults(pharmacy: Pharmacy) -> Iterator[Fault]:
    """This will prove chain, ledger and states of one pharmacy and give the first wrong row of each."""
    for book in BOOKS:
        yield from _first(_chain_faults(pharmacy, book))
    yield from _first(_entry_faults(pharmacy))
    yield from _first(_balance_faults(pharmacy))
    for model in SUBJECTS:
        yield from _first(_state_faults(pharmacy, model))
        yield from _first(_history_faults(pharmacy, model))


def _sealed_in_a_quiet_moment(pharmacy: Pharmacy, book: str, at: datetime) -> Seal | None:
    """Wait for the writers only briefly and try again: whoever waits longer holds up those whom it waits for."""
    for _ in range(TRIES - 1):
        with suppress(OperationalError):
            return _seal_batch(pharmacy, book, at)
    return _seal_batch(pharmacy, book, at)


def _seal_batch(pharmacy: Pharmacy, book: str, at: datetime) -> Seal | None:
    with transaction.atomic():
        _stop_writers(pharmacy)
        last = Seal.objects.filter(pharmacy=pharmacy, book=book).order_by("-number").first()
        after = last.row_ids[-1] if last else 0
        rows = list(_rows(pharmacy, book, after=after)[:BATCH])
        if not rows:
            return None
        digests = b"".join(row_digest(row) for row in rows)
        previous = bytes(last.digest) if last else GENESIS
        return Seal.objects.create(
            pharmacy=pharmacy,
            book=book,
            number=last.number + 1 if last else 1,
            row_ids=[row[0] for row in rows],
            row_digests=digests,
            previous=previous,
            digest=hashlib.sha256(previous + digests).digest(),
            sealed_at=at,
        )


def _stop_writers(pharmacy: Pharmacy) -> None:
    with connection.cursor() as cursor:
        # Shorter than deadlock_timeout, so that never a worker's act is chosen to give way.
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{QUIET_MS}ms"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, pharmacy.pk])
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def _rows(pharmacy: Pharmacy, book: str, *, after: int = 0) -> "models.QuerySet[Any, tuple[Any, ...]]":
    model = BOOKS[book]
    columns = [field.attname for field in model._meta.concrete_fields]
    rows = model._default_manager.filter(pharmacy=pharmacy, pk__gt=after)
    return rows.order_by("pk").values_list(*columns)


def _chain_faults(pharmacy: Pharmacy, book: str) -> Iterator[Fault]:
    table = BOOKS[book]._meta.db_table
    rows = iter(_rows(pharmacy, book).iterator(chunk_size=BATCH))
    previous = GENESIS
    seals = Seal.objects.filter(pharmacy=pharmacy, book=book).order_by("number").iterator(chunk_size=20)
    for number, sealed in enumerate(seals, start=1):
        if sealed.number != number or bytes(sealed.previous) != previous:
            yield Fault(
                "records_seal", sealed.pk, f"Seal {sealed.number} of book {book} does not follow the one before."
            )
            return
        if hashlib.sha256(previous + bytes(sealed.row_digests)).digest() != bytes(sealed.digest):
            yield Fault("records_seal", sealed.pk, f"Seal {sealed.number} of book {book} was changed.")
            return
        yield from _batch_faults(table, sealed, rows)
        previous = bytes(sealed.digest)


def _batch_faults(table: str, sealed: Seal, rows: Iterator[tuple[Any, ...]]) -> Iterator[Fault]:
    digests = bytes(sealed.row_digests)
    for position, expected in enumerate(sealed.row_ids):
        row = next(rows, None)
        if row is None or row[0] > expected:
            yield Fault(table, expected, "This row was deleted after it was sealed.")
            return
        if row[0] < expected:
            yield Fault(table, row[0], "This row was put in between after the rows around it were sealed.")
            return
        if row_digest(row) != digests[position * 32 : position * 32 + 32]:
            yield Fault(table, expected, "This row was changed after it was sealed.")


def _entry_faults(pharmacy: Pharmacy) -> Iterator[Fault]:
    statement = """
        SELECT entry_id, lot_id, sum(quantity) FROM records_line WHERE pharmacy_id = %s
        GROUP BY entry_id, lot_id HAVING sum(quantity) <> 0 ORDER BY entry_id LIMIT 1
    """
    for entry, lot, total in _select(statement, pharmacy.pk):
        yield Fault("records_entry", entry, f"Its lines for lot {lot} sum to {total}, not to nothing.")


def _balance_faults(pharmacy: Pharmacy) -> Iterator[Fault]:
    statement = """
        SELECT balance.id, COALESCE(balance.quantity, 0), COALESCE(book.total, 0), book.place_id, book.lot_id
        FROM (SELECT * FROM records_balance WHERE pharmacy_id = %s) balance
        FULL JOIN (
            SELECT place_id, lot_id, sum(quantity) AS total FROM records_line WHERE pharmacy_id = %s
            GROUP BY place_id, lot_id
        ) book ON book.place_id = balance.place_id AND book.lot_id = balance.lot_id
        WHERE COALESCE(balance.quantity, 0) <> COALESCE(book.total, 0) ORDER BY balance.id LIMIT 1
    """
    for row, balance, total, place, lot in _select(statement, pharmacy.pk, pharmacy.pk):
        where = "" if row else f" (no balance for place {place}, lot {lot})"
        yield Fault("records_balance", row or 0, f"It says {balance}; the lines of the book sum to {total}{where}.")


def _state_faults(pharmacy: Pharmacy, model: type[models.Model]) -> Iterator[Fault]:
    statement = f"""
        SELECT work.id, work.state, work.version, event.target
        FROM {model._meta.db_table} work LEFT JOIN records_event event
          ON event.subject_kind = %s AND event.subject_id = work.id AND event.number = work.version
        WHERE work.pharmacy_id = %s AND event.target IS DISTINCT FROM work.state ORDER BY work.id LIMIT 1
    """  # noqa: S608
    for row, state, version, target in _select(statement, _kind(model), pharmacy.pk):
        yield Fault(model._meta.db_table, row, f"It says “{state}”; its event {version} says “{target or 'nothing'}”.")


def _history_faults(pharmacy: Pharmacy, model: type[models.Model]) -> Iterator[Fault]:
    """Find a history with a gap, or a step that does not start where the one before ended, or is not in the table."""
    statement = f"""
        SELECT id, number, verb, source, target, before_number, before_target FROM (
            SELECT event.*, lag(number) OVER story AS before_number, lag(target) OVER story AS before_target
            FROM records_event event WHERE pharmacy_id = %s AND subject_kind = %s
            WINDOW story AS (PARTITION BY subject_id ORDER BY number)
        ) told
        WHERE number <> COALESCE(before_number, 0) + 1 OR source <> COALESCE(before_target, '')
           OR (source <> target AND NOT (verb || ' ' || source || ' ' || target = ANY(%s))
               AND NOT (verb || ' ' || source || ' ' || '{_RETURN}' = ANY(%s)))
        ORDER BY id LIMIT 1
    """  # noqa: S608
    rows = _table_of_steps(model)
    for event, number, verb, source, target, _, before in _select(statement, pharmacy.pk, _kind(model), rows, rows):
        says = f"Step {number} “{verb}” from “{source}” to “{target}” does not follow “{before or ''}” along the table."
        yield Fault("records_event", event, says)


_RETURN = "(where it came from)"


def _table_of_steps(model: Any) -> list[str]:
    steps = model.MACHINE.steps
    return [f"{step.verb} {source} {step.target}" for step in steps for source in step.sources]


def _kind(model: Any) -> str:
    return str(model.MACHINE.name)


def _select(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _first(found: Iterable[Fault]) -> Iterator[Fault]:
    for fault in found:
        yield fault
        return


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, UUID):
        return str(value)
    return value
