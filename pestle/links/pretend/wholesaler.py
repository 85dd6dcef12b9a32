"""A pretend wholesaler: X12 over HTTP with signed tokens, EPCIS beside it, and a book of its own. For practice.

It takes 850 orders at /edi and answers each at once with a 997; then it brings 855, 856, 810 to the pharmacy's door for
X12 and the tracing data of the shipment to its door for EPCIS. /control, on the same port and only from this machine,
takes commands, one JSON object, and answers one:

  {"do": "have", "ndc": "...", "packages": 3}    this many of a product are here; the rest is back-ordered
  {"do": "habit", "ndc": "...", "is": "half"}    all, half, none, dearer or refused, for every order of a product
  {"do": "instead", "ndc": "...", "with": "...", "gtin": "..."}   send another where the product is not here at all
  {"do": "expires", "ndc": "...", "on": "2027-02-28"}   when its present lot expires
  {"do": "release", "order": "..."}               what was back-ordered of an order goes out now
  {"do": "tote", "order": "..."}                  the codes on every package that was sent for an order
  {"do": "fail", "how": "silent"}                 the next order goes wrong, "times": silent, error, garbage, slow
  {"do": "twice"}                                 from now on everything is sent twice
  {"do": "book"}, {"do": "waiting"}, {"do": "ping"}

An order that comes again under the same number is acknowledged again and shipped once.
"""

import argparse
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pestle.links import signed
from pestle.links.failures import NoAnswer, NotTaken
from pestle.links.pretend import wholesaler_desk as desk
from pestle.links.pretend.prescriber_book import Book
from pestle.wire import x12
from pestle.wire.x12 import X12Error
from pestle.wire.x12.envelopes import Address, enveloped, receipt_of
from pestle.wire.x12.ordering import PurchaseOrder, read_order

PATH, CONTROL = "/edi", "/control"
X12_TYPE, XML_TYPE = "application/edi-x12", "application/xml; charset=utf-8"
LARGEST = 4 * 1024 * 1024
ME = "LAKESIDE"
LOOK_EVERY_SECONDS = 0.1
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = 0.5, 8.0, 40
# Seconds from an order to each of its papers.
AFTER = {"855": 0.3, "856": 1.0, "epcis": 1.2, "810": 1.5}
SILENCE_SECONDS = 30.0


class Wholesaler:
    """One wholesaler and the wire to one pharmacy."""

    def __init__(
        self, *, url: str, keys: signed.Keys, pharmacy_id: str, shelf: desk.Shelf, book: Book, pace: float = 1.0
    ) -> None:
        """Know where the pharmacy listens, how to sign, what is on the shelf, what the book says of before."""
        asked = urlsplit(url)
        self.host, self.port = asked.hostname or "127.0.0.1", asked.port or 80
        self.keys, self.pharmacy_id, self.shelf, self.book, self.pace = keys, pharmacy_id, shelf, book, pace
        self.me = ""
        self.turn = threading.Lock()
        self.times = 1
        self.troubles: deque[dict[str, Any]] = deque()
        self.orders: dict[str, bytes] = {line["order"]: line["body"].encode() for line in book.of("ordered")}
        self.serial = max((line["serial"] for line in book.of("queued")), default=0)
        self.tries: dict[int, tuple[int, float]] = {}
        self.out: dict[int, dict[str, Any]] = {line["serial"]: line for line in book.pending()}

    def hear(self, raw: bytes) -> bytes:
        """Take one interchange of the pharmacy and give its 997; raises X12Error where not even that can be said."""
        received = x12.split(raw)
        unreadable, orders = set(), []
        for each in received.sets:
            try:
                orders.append(read_order(each))
            except X12Error as fault:
                unreadable.add(each.control_number)
                self.book.write("not read", where=fault.where)
        for order in orders:
            self._take(order, raw)
        return self._x12("997", *(body for _, body in receipt_of(received, unreadable)))

    def told(self, command: dict[str, Any]) -> dict[str, Any]:
        """Take one command; raises ValueError, KeyError or TypeError where it makes no sense."""
        ways: dict[str, Callable[[dict[str, Any]], Any]] = {
            "have": lambda told: self.shelf.have.update({told["ndc"]: int(told["packages"])}),
            "habit": lambda told: self.shelf.habits.update({told["ndc"]: told["is"]}),
            "instead": lambda told: self.shelf.instead.update(
                {told["ndc"]: desk.Instead(told["with"], told.get("gtin", ""))}
            ),
            "expires": lambda told: self.shelf.expiries.update({told["ndc"]: date.fromisoformat(told["on"])}),
            "release": lambda told: self._release(told["order"]),
            "tote": lambda told: {"codes": self._tote(told["order"])},
            "fail": lambda told: self.troubles.extend([told] * int(told.get("times", 1))),
            "twice": lambda _: setattr(self, "times", 2),
            "book": lambda _: {"lines": self.book.everything()},
            "waiting": lambda _: {"waiting": len(self.out)},
            "ping": lambda _: None,
        }
        with self.turn:
            said = ways[command.pop("do")](command)
        return {"ok": True, **(said or {})}

    def post_forever(self) -> None:
        """Send what is due, each order's papers in their order, until the program ends."""
        while True:
            for serial in sorted(self.out):
                line = self.out.get(serial)
                tries, not_before = self.tries.get(serial, (0, line["ready_at"] if line else 0.0))
                if line is not None and time.time() >= not_before:
                    self._post(line, tries)
            time.sleep(LOOK_EVERY_SECONDS)

    def _take(self, order: PurchaseOrder, raw: bytes) -> None:
        with self.turn:
            if order.number in self.orders:
                self.book.write("ordered again", order=order.number)
                return
            self.orders[order.number] = raw
            self.book.write("ordered", order=order.number, body=raw.decode())
            now = datetime.now(UTC)
            self._queue("855", self._x12("855", desk.acknowledgement(order, self.shelf, now.date())), order.number)
            sent = tuple(each for line in order.lines for each in self.shelf.answer(order, line, now.date())[1])
            self._ship(order, sent, f"SH{order.number.removeprefix('PO')}", now)

    def _release(self, number: str) -> None:
        order = self._order(number)
        now = datetime.now(UTC)
        self._ship(order, self.shelf.released(order, now.date()), f"SH{number.removeprefix('PO')}B", now)

    def _ship(self, order: PurchaseOrder, sent: tuple[desk.Sent, ...], shipment: str, now: datetime) -> None:
        if not sent:
            return
        self.book.write("tote", order=order.number, codes=desk.codes(sent, shipment))
        self._queue("856", self._x12("856", desk.ship_notice(order, sent, number=shipment, at=now)), order.number)
        traced = desk.tracing(order, sent, number=shipment, buyer=self.pharmacy_id, at=now.replace(microsecond=0))
        if traced:
            self._queue("epcis", traced, order.number)
        self._queue("810", self._x12("810", desk.invoice(order, sent, number=shipment, on=now.date())), order.number)

    def _tote(self, number: str) -> list[str]:
        return [code for line in self.book.of("tote") if line["order"] == number for code in line["codes"]]

    def _order(self, number: str) -> PurchaseOrder:
        read = [read_order(each) for each in x12.decode(self.orders[number]).sets]
        return next(order for order in read if order.number == number)

    def _x12(self, kind: str, *bodies: tuple[x12.Segment, ...]) -> bytes:
        # The number of an interchange is unique for its sender; the clock in tenths of a second is enough here.
        self.serial += 1
        number = (int(time.time() * 10) + self.serial) % 999_999_999 + 1
        address = Address(sender=ME, receiver=self.pharmacy_id)
        return x12.encode(
            enveloped([(kind, body) for body in bodies], address=address, number=number, at=datetime.now(UTC))
        )

    def _queue(self, kind: str, body: bytes, order: str) -> None:
        after = AFTER[kind] * self.pace
        due_at = (datetime.now(UTC) + timedelta(seconds=after)).isoformat()
        for _ in range(self.times):
            self.serial += 1
            said = {"serial": self.serial, "kind": kind, "order": order, "body": body.decode(), "due_at": due_at}
            self.book.write("queued", message_id=f"{kind}-{order}-{self.serial}", **said)
            self.out[self.serial] = {**said, "ready_at": time.time() + after}

    def _post(self, line: dict[str, Any], tries: int) -> None:
        body, kind, serial = line["body"].encode(), line["kind"], line["serial"]
        path, content = ("/api/epcis/", XML_TYPE) if kind == "epcis" else ("/api/edi/", X12_TYPE)
        token = signed.sign(
            body, keys=self.keys, sender=self.me, receiver=self.pharmacy_id, message_id=f"{kind}-{serial}",
            at=datetime.now(UTC),
        )  # fmt: skip
        door = signed.Door(self.host, self.port, path, 30.0)
        try:
            answer = signed.post(body, door=door, token=token, content_type=content, who="The pharmacy")
        except NoAnswer as failure:
            if tries + 1 >= MOST_TRIES:
                self._end("given up", line, because=str(failure))
            self.tries[serial] = (tries + 1, time.time() + min(FIRST_WAIT * 2**tries, LONGEST_WAIT))
        except NotTaken as failure:
            self._end("not taken", line, because=str(failure))
        else:
            self._end("sent", line, code="", answer=answer.decode("ascii", "replace"))

    def _end(self, what: str, line: dict[str, Any], **said: str) -> None:
        self.book.write(what, serial=line["serial"], kind=line["kind"], order=line["order"], **said)
        self.out.pop(line["serial"], None)


class Line(BaseHTTPRequestHandler):
    """One request of the pharmacy, or of whoever commands the wholesaler."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """Take an order or a command."""
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST:
            self._say(413, b"too large", "text/plain")
            return
        raw = self.rfile.read(size)
        if self.path == CONTROL:
            self._command(raw)
        elif self.path == PATH:
            self._edi(raw)
        else:
            self._say(404, b"nothing here", "text/plain")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal quiet; the book tells."""

    def _command(self, raw: bytes) -> None:
        try:
            said = self.server.wholesaler.told(json.loads(raw))
        except (ValueError, KeyError, TypeError, StopIteration) as fault:
            said = {"ok": False, "because": str(fault)}
        self._say(200, json.dumps(said).encode(), "application/json")

    def _edi(self, raw: bytes) -> None:
        wholesaler = self.server.wholesaler
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            signed.check(token, raw, keys=wholesaler.keys, receiver=wholesaler.me, at=datetime.now(UTC))
        except signed.BadToken as refusal:
            wholesaler.book.write("not signed", because=str(refusal))
            self._say(401, b"not signed", "text/plain")
            return
        trouble = wholesaler.troubles.popleft() if wholesaler.troubles else {}
        how = trouble.get("how", "")
        if how in {"silent", "slow"}:
            time.sleep(float(trouble.get("seconds", SILENCE_SECONDS if how == "silent" else 1)))
        if how == "silent":
            self.close_connection = True
            return
        if how in {"error", "garbage"}:
            self._say(500 if how == "error" else 200, b"<html>Bad gateway</html>", "text/html")
            return
        try:
            answer = wholesaler.hear(raw)
        except X12Error as fault:
            self._say(400, str(fault).encode(), "text/plain")
            return
        self._say(200, answer, X12_TYPE)

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The port the pharmacy calls."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], wholesaler: Wholesaler) -> None:
        """Listen, and know under which address the pharmacy signs for us."""
        self.wholesaler = wholesaler
        super().__init__(address, Line)
        wholesaler.me = signed.address(str(self.server_address[0]), self.server_address[1], PATH)


def main() -> None:
    """Run the wholesaler until told to stop."""
    asked = _arguments()
    wholesaler = Wholesaler(
        url=asked.pharmacy_url, keys=signed.keys_from(asked.secret_file.read_text(encoding="utf-8").strip()),
        pharmacy_id=asked.ncpdp_id, shelf=desk.Shelf(asked.seed, troubles=not asked.no_troubles),
        book=Book(asked.state), pace=asked.pace,
    )  # fmt: skip
    with Server(("127.0.0.1", asked.port), wholesaler) as server:
        threading.Thread(target=wholesaler.post_forever, daemon=True).start()
        sys.stdout.write(json.dumps({"port": server.server_address[1]}) + "\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pestle.links.pretend.wholesaler",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=5152, help="where the pharmacy calls (0: any free; default 5152)")
    parser.add_argument("--pharmacy-url", default="http://127.0.0.1:8000", help="where the pharmacy listens")
    parser.add_argument("--ncpdp-id", default="2399991", help="the pharmacy's own number")
    parser.add_argument("--secret-file", type=Path, required=True, help="the file of the shared secret or the PEM keys")
    parser.add_argument("--seed", type=int, default=7, help="which made-up world; the same seed decides the same")
    parser.add_argument("--state", type=Path, help="the file of the wholesaler's own book, one JSON object a line")
    parser.add_argument("--pace", type=float, default=1.0, help="how slow it is: 1 answers in seconds, 60 in minutes")
    parser.add_argument(
        "--no-troubles", action="store_true", help="everything is there unless a command says otherwise"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
