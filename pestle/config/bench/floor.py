"""The floor of an act: the same rows, written as raw SQL through psycopg in the same shape, triggers and all."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg

WHAT = "the same rows as raw SQL through psycopg, one statement each, the same triggers, one commit"
STREET = "14 transactions of raw SQL that write the acts, events, entries, label and state changes of the same street"
_ACT = """INSERT INTO records_act (act_id, pharmacy_id, name, worker_id, at, answer_model, answer_id)
VALUES (%s, %s, 'floor', %s, %s, '', NULL) ON CONFLICT DO NOTHING"""
_FILL = "SELECT pharmacy_id, version, basket_id, quantity, package_id FROM records_fill WHERE id = %s"
_CONTEXT = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', '{}', true)"
_FIRST_EXPIRING = """SELECT balance.place_id, balance.lot_id, balance.quantity FROM records_balance balance
JOIN records_lot lot ON lot.id = balance.lot_id JOIN records_place place ON place.id = balance.place_id
WHERE balance.pharmacy_id = %s AND lot.package_id = %s AND place.kind IN ('shelf', 'fridge', 'freezer', 'vault')
  AND balance.quantity >= %s AND NOT lot.is_recalled AND lot.expires_on > current_date + 30
ORDER BY lot.expires_on, lot.number LIMIT 1"""
_ENTRY = """INSERT INTO records_entry (pharmacy_id, reason, because, worker_id, at, act_id, fill_id)
VALUES (%s, 'filled', '', %s, %s, %s, %s) RETURNING id"""
_LINE = "INSERT INTO records_line (pharmacy_id, entry_id, place_id, lot_id, quantity) VALUES (%s, %s, %s, %s, %s)"
_MOVED = """UPDATE records_fill SET state = 'filled', state_since = %s, version = version + 2, filled_by_id = %s,
filled_at = %s, in_hands_of_id = NULL, in_hands_since = NULL, label_printed_at = %s, use_before_on = current_date + 150
WHERE id = %s AND version = %s AND state = 'queued'"""
_STEPPED = "UPDATE records_fill SET state = %s, state_since = %s, version = version + 1 WHERE id = %s AND version = %s"
_EVENT = """INSERT INTO records_event (pharmacy_id, subject_kind, subject_id, number, verb, source, target, worker_id,
station, at, act_id, lifted, details) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'filling', %s, %s, '[]', %s)"""
_MESSAGE = """INSERT INTO records_message (pharmacy_id, state, state_since, held_from, version, partner_id, is_outgoing,
kind, external_id, relates_to, order_number, body, subject_kind, subject_id, attempts, next_try_at, last_error, made_at)
VALUES (%s, 'waiting', %s, '', 1, %s, true, 'label', %s, '', '', %s, 'fill', %s, 0, %s, '', %s) RETURNING id"""
_JOB = """INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args) VALUES ('out', 'deliver', 0, %s)"""
_WHERE = """SELECT line.lot_id, line.place_id, line.quantity FROM records_line line
JOIN records_entry entry ON entry.id = line.entry_id WHERE entry.fill_id = %s AND line.quantity > 0
ORDER BY line.id DESC LIMIT 1"""
_VERBS = {"verified": "verify", "bagged": "bag", "in_will_call": "shelve", "sold": "sell"}
_ANSWER = "UPDATE records_act SET answer_model = 'fill', answer_id = %s WHERE act_id = %s"
_LABEL = b"^XA" + b"^FO20,20^A0N,30,30^FDTake 1 tablet by mouth every day.^FS" * 30 + b"^XZ"


class RawHand:
    """Does by hand what finishing a fill writes: picks the first lot to expire and moves it to the basket."""

    def __init__(self, url: str, *, worker: int, printer: int) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.worker, self.printer = worker, printer

    def finish(self, fill_id: int) -> None:
        """Write what one finished fill writes."""
        at, act_id = datetime.now(UTC), uuid4()
        with self.connection.transaction():
            run = self.connection.execute
            pharmacy, version, basket, quantity, package = _one(run(_FILL, [fill_id]))
            run(_ACT, [act_id, pharmacy, self.worker, at])
            run(_CONTEXT, [str(act_id)])
            shelf, lot, _ = _one(run(_FIRST_EXPIRING, [pharmacy, package, quantity]))
            (entry,) = _one(run(_ENTRY, [pharmacy, self.worker, at, act_id, fill_id]))
            run(_LINE, [pharmacy, entry, shelf, lot, -quantity])
            run(_LINE, [pharmacy, entry, basket, lot, quantity])
            if run(_MOVED, [at, self.worker, at, at, fill_id, version]).rowcount != 1:
                raise RuntimeError("The fill was moved by somebody else.")
            told = json.dumps({"lots": {"A": "30"}, "use_before": "2027-01-01"})
            by = [self.worker, at, act_id]
            run(_EVENT, [pharmacy, "fill", fill_id, version + 1, "count", "queued", "filled", *by, told])
            run(_EVENT, [pharmacy, "fill", fill_id, version + 2, "label_printed", "filled", "filled", *by, told])
            name = f"fill {fill_id} {act_id}"
            (message,) = _one(run(_MESSAGE, [pharmacy, at, self.printer, name, _LABEL, fill_id, at, at]))
            run(_EVENT, [pharmacy, "message", message, 1, "post", "", "waiting", self.worker, at, uuid4(), "{}"])
            run(_JOB, [json.dumps({"message_id": message})])
            run(_ANSWER, [fill_id, act_id])

    def street(self, fill_id: int, *, shelf: int, patient: int) -> None:
        """Write what a whole street writes: eleven acts of one event, three that also move the stock."""
        for _ in range(6):
            self._step(fill_id, "queued", "queued")
        self.finish(fill_id)
        for source, target in (("filled", "verified"), ("verified", "bagged")):
            self._step(fill_id, source, target)
        self._step(fill_id, "bagged", "in_will_call", to=shelf)
        for _ in range(3):
            self._step(fill_id, "in_will_call", "in_will_call")
        self._step(fill_id, "in_will_call", "sold", to=patient)

    def _step(self, fill_id: int, source: str, target: str, *, to: int | None = None) -> None:
        at, act_id = datetime.now(UTC), uuid4()
        with self.connection.transaction():
            run = self.connection.execute
            pharmacy, version, *_ = _one(run(_FILL, [fill_id]))
            run(_ACT, [act_id, pharmacy, self.worker, at])
            run(_CONTEXT, [str(act_id)])
            if to is not None:
                lot, place, quantity = _one(run(_WHERE, [fill_id]))
                (entry,) = _one(run(_ENTRY, [pharmacy, self.worker, at, act_id, fill_id]))
                run(_LINE, [pharmacy, entry, place, lot, -quantity])
                run(_LINE, [pharmacy, entry, to, lot, quantity])
            run(_STEPPED, [target, at, fill_id, version])
            verb = "note" if source == target else _VERBS[target]
            run(_EVENT, [pharmacy, "fill", fill_id, version + 1, verb, source, target, self.worker, at, act_id, "{}"])
            run(_ANSWER, [fill_id, act_id])


def _one(cursor: Any) -> Any:
    return cursor.fetchone()
