"""A pretend prescriber network: SCRIPT over HTTP with signed tokens, both ways, and a book of its own. For practice.

It sends orders and cancellations to one pharmacy and answers what the pharmacy asks. /script takes SCRIPT; /control, on
the same port and only from this machine, takes commands, one JSON object, and answers one:

  {"do": "new_rx", "order": {...}}          an order: patient, prescriber, drug and, if wanted, coverages, allergies,
                                             is_signed, prohibits_renewal, version_text and return_receipt; the
                                             fields of pestle.links.erx_blocks. With
                                             "after" seconds, "times", "order_number", "message_id"
  {"do": "cancel_rx", "order_number": ...}   take an order back; "order" where it was not sent from here
  {"do": "send", "body": "..."}              send this text as it is; "message_id" where an answer should name one
  {"do": "renewals", "with": "approve"}      approve, deny, replace, changes, ignore, or by_seed; "after" seconds
  {"do": "changes", "with": "approve"}       the same for RxChangeRequest
  {"do": "fail", "how": "silent"}            the next of the pharmacy's messages goes wrong, "times": silent, error
                                             (HTTP 500), garbage, slow, stray (about another), busy (600), refuse (900)
  {"do": "book"}                             all that was sent and received, with the answers
  {"do": "waiting"}                          how many messages are still to be sent
  {"do": "ping"}                             are you there

A message keeps its bytes: told again under the same number, or after a restart with the same book, it is sent again as
it was written first. What the book says is still on its way goes on where it stopped.
"""

import argparse
import heapq
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pestle.links import erx
from pestle.links.failures import NoAnswer, NotTaken
from pestle.links.pretend import prescriber_desk as desk
from pestle.links.pretend.prescriber_book import Book, mark_of
from pestle.wire import script

PATH, CONTROL = "/script", "/control"
LARGEST = 2 * 1024 * 1024
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = 0.5, 8.0, 20
SILENCE_SECONDS = 30.0
GARBAGE = b"<html>Bad gateway</html>"
# What would happen twice if a setup file were taken twice; habits are the same however often they are told.
TAKEN_ONCE = frozenset({"new_rx", "cancel_rx", "send", "fail"})


@dataclass(order=True)
class Due:
    """A message that leaves at a moment of the monotonic clock; equal moments keep the order in which they came."""

    at: float
    serial: int
    body: bytes = field(compare=False)
    message_id: str = field(compare=False)
    tries: int = field(compare=False, default=0)


class Network:
    """The prescribers of a town and the wire to one pharmacy."""

    def __init__(self, *, door: erx.Door, keys: erx.Keys, pharmacy_id: str, seed: int, book: Book) -> None:
        """Know where the pharmacy listens, how to sign, and what the book says of earlier days."""
        self.door, self.keys, self.pharmacy_id, self.seed, self.book = door, keys, pharmacy_id, seed, book
        self.me = ""
        self.turn = threading.Condition()
        self.queue: list[Due] = []
        self.in_flight = 0
        self.orders: dict[str, dict[str, Any]] = {line["order_number"]: line["order"] for line in book.of("ordered")}
        self.answered = {
            line["message_id"]: line["answer"].encode() for line in book.of("received") if "answer" in line
        }
        self.written = book.bodies()
        self.serial = max((line["serial"] for line in book.of("queued")), default=0)
        self.troubles: deque[dict[str, Any]] = deque()
        self.habits: dict[str, tuple[str, float]] = {
            "RxRenewalRequest": ("by_seed", 0.2),
            "RxChangeRequest": ("by_seed", 0.2),
        }
        for line in book.pending():
            self._push(Due(time.monotonic() + line["after"], line["serial"], line["body"].encode(), line["message_id"]))

    def told(self, command: dict[str, Any]) -> dict[str, Any]:
        """Take one command; raises ValueError, KeyError, TypeError or ScriptError where it makes no sense."""
        kind = command.pop("do")
        ways: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "new_rx": self._new_rx,
            "cancel_rx": self._cancel_rx,
            "send": self._send_text,
            "renewals": lambda told: self._habit("RxRenewalRequest", told),
            "changes": lambda told: self._habit("RxChangeRequest", told),
            "fail": self._fail,
            "book": lambda _: {"ok": True, "lines": self.book.everything()},
            "waiting": lambda _: {"ok": True, "waiting": self._waiting()},
            "ping": lambda _: {"ok": True},
        }
        return ways[kind](command)

    def take_setup(self, lines: Iterable[str]) -> None:
        """Take the commands of a setup file, but none that an earlier start has taken already."""
        told = self.book.told()
        for line in lines:
            command = json.loads(line)
            mark = mark_of(command)
            if command["do"] not in TAKEN_ONCE:
                self.told(command)
            elif told[mark]:
                told[mark] -= 1
            else:
                self.told(command)
                self.book.write("told", command=mark)

    def hear(self, raw: bytes) -> tuple[bytes, dict[str, Any]]:
        """Take one message of the pharmacy; give the answer and what goes wrong on its way back."""
        with self.turn:
            trouble = self.troubles.popleft() if self.troubles else {}
        how = trouble.get("how", "")
        if how in {"silent", "error", "garbage"}:
            self.book.write("not heard", how=how)
            return GARBAGE, trouble
        try:
            said = script.decode(raw)
        except script.ScriptError as refusal:
            self.book.write("received unreadable", where=refusal.where)
            return desk.garbled(raw, refusal, pharmacy_id=self.pharmacy_id), trouble
        if how in {"busy", "refuse"}:
            self.book.write("turned away", how=how, kind=said.name, message_id=said.header.message_id)
            code = "600" if how == "busy" else "900"
            return desk.reply(said, script.Error(code=code, description="Asked to say no")), trouble
        return self._answer(said, raw), trouble

    def post_forever(self) -> None:
        """Send what is due, in order of its time, until the program ends."""
        while True:
            with self.turn:
                while not self.queue or self.queue[0].at > time.monotonic():
                    self.turn.wait(max(self.queue[0].at - time.monotonic(), 0.0) if self.queue else None)
                due = heapq.heappop(self.queue)
                self.in_flight += 1
            try:
                self._post(due)
            finally:
                with self.turn:
                    self.in_flight -= 1

    def _answer(self, said: script.Message, raw: bytes) -> bytes:
        number = said.header.message_id
        with self.turn:
            before = self.answered.get(number)
            answer = before or desk.reply(said, script.Status(code="010"))
            self.answered[number] = answer
        relates_to = said.header.relates_to
        if not before:
            self._think_about(said)
        again = {"again": True} if before else {"answer": answer.decode()}
        self.book.write(
            "received", kind=said.name, message_id=number, relates_to=relates_to, body=raw.decode(), **again
        )
        return answer

    def _think_about(self, said: script.Message) -> None:
        habit, after = self.habits.get(said.name, ("", 0.0))
        if not habit or habit == "ignore":
            return
        if habit == "by_seed":
            habit = desk.mood(self.seed, said.header.message_id)
        number = self._number("answer", said.header.message_id)
        body = self._once(number, lambda now: desk.answer_to(said, habit, message_id=number, now=now))
        self._queue(body, number, after=after)

    def _post(self, due: Due) -> None:
        token = erx.sign(
            due.body,
            keys=self.keys,
            sender=self.me,
            receiver=self.pharmacy_id,
            message_id=due.message_id,
            at=datetime.now(UTC),
        )
        try:
            answer = erx.send(due.body, door=self.door, token=token)
        except NoAnswer as failure:
            self._again(due, str(failure))
            return
        except NotTaken as failure:
            self.book.write("not taken", message_id=due.message_id, because=str(failure), serial=due.serial)
            return
        code = desk.code_of(answer)
        body = due.body.decode("utf-8", "replace")
        self.book.write("sent", message_id=due.message_id, code=code, body=body, serial=due.serial)
        if code.startswith("6"):
            self._again(due, f"Error {code}")

    def _again(self, due: Due, because: str) -> None:
        self.book.write("no answer", message_id=due.message_id, because=because, tries=due.tries + 1)
        if due.tries + 1 >= MOST_TRIES:
            self.book.write("given up", message_id=due.message_id, serial=due.serial)
            return
        wait = min(FIRST_WAIT * 2**due.tries, LONGEST_WAIT)
        self._push(replace(due, at=time.monotonic() + wait, tries=due.tries + 1))

    def _queue(self, body: bytes, message_id: str, *, after: float = 0.0, times: int = 1) -> None:
        due_at = (datetime.now(UTC) + timedelta(seconds=after)).isoformat()
        for _ in range(times):
            with self.turn:
                self.serial += 1
                serial = self.serial
            # First the book, then the wire: what left us is known after any restart.
            self.book.write("queued", message_id=message_id, serial=serial, due_at=due_at, body=body.decode())
            self._push(Due(time.monotonic() + after, serial, body, message_id))

    def _push(self, due: Due) -> None:
        with self.turn:
            heapq.heappush(self.queue, due)
            self.turn.notify_all()

    def _once(self, number: str, write: Callable[[datetime], bytes]) -> bytes:
        """Give the bytes under a number: written now, or as they were written the first time."""
        with self.turn:
            if number not in self.written:
                self.written[number] = write(datetime.now(UTC))
            return self.written[number]

    def _new_rx(self, told: dict[str, Any]) -> dict[str, Any]:
        order = told["order"]
        order_number = told.get("order_number") or self._number("order", json.dumps(order, sort_keys=True))
        number = told.get("message_id") or self._number("new", order_number)
        to = self.pharmacy_id
        body = self._once(
            number, lambda now: desk.new_rx(order, to=to, message_id=number, order_number=order_number, now=now)
        )
        with self.turn:
            self.orders[order_number] = order
        self.book.write("ordered", order_number=order_number, order=order)
        self._queue(body, number, after=float(told.get("after", 0)), times=int(told.get("times", 1)))
        return {"ok": True, "message_id": number, "order_number": order_number}

    def _cancel_rx(self, told: dict[str, Any]) -> dict[str, Any]:
        order_number = told["order_number"]
        with self.turn:
            order = told.get("order") or self.orders[order_number]
        number = told.get("message_id") or self._number("cancel", order_number)
        to, flag = self.pharmacy_id, told.get("flag", "C")
        body = self._once(
            number,
            lambda now: desk.cancel_rx(order, to=to, message_id=number, order_number=order_number, flag=flag, now=now),
        )
        self._queue(body, number, after=float(told.get("after", 0)), times=int(told.get("times", 1)))
        return {"ok": True, "message_id": number}

    def _send_text(self, told: dict[str, Any]) -> dict[str, Any]:
        number = told.get("message_id") or self._number("text", told["body"])
        times = int(told.get("times", 1))
        self._queue(told["body"].encode(), number, after=float(told.get("after", 0)), times=times)
        return {"ok": True, "message_id": number}

    def _habit(self, kind: str, told: dict[str, Any]) -> dict[str, Any]:
        if told["with"] not in {*desk.MOODS, "ignore", "by_seed"}:
            raise ValueError(f"Nobody answers with {told['with']}.")
        self.habits[kind] = (told["with"], float(told.get("after", 0)))
        return {"ok": True}

    def _fail(self, told: dict[str, Any]) -> dict[str, Any]:
        with self.turn:
            self.troubles.extend([told] * int(told.get("times", 1)))
        return {"ok": True}

    def _waiting(self) -> int:
        with self.turn:
            return len(self.queue) + self.in_flight

    def _number(self, kind: str, name: str) -> str:
        return f"{kind[:3].upper()}-{sha256(f'{self.seed} {kind} {name}'.encode()).hexdigest()[:24]}"


class Line(BaseHTTPRequestHandler):
    """One request of the pharmacy, or of whoever commands the network."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """Take SCRIPT or a command."""
        size = int(self.headers.get("Content-Length") or 0)
        if size > LARGEST:
            self._say(413, b"too large", "text/plain")
            return
        raw = self.rfile.read(size)
        if self.path == CONTROL:
            self._command(raw)
        elif self.path == PATH:
            self._script(raw)
        else:
            self._say(404, b"nothing here", "text/plain")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the terminal quiet; the book tells."""

    def _command(self, raw: bytes) -> None:
        try:
            said = self.server.network.told(json.loads(raw))
        except (ValueError, KeyError, TypeError, script.ScriptError) as fault:
            said = {"ok": False, "because": str(fault)}
        self._say(200, json.dumps(said).encode(), "application/json")

    def _script(self, raw: bytes) -> None:
        network = self.server.network
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            erx.check(token, raw, keys=network.keys, receiver=network.me, at=datetime.now(UTC))
        except erx.BadToken as refusal:
            network.book.write("not signed", because=str(refusal))
            self._say(401, b"not signed", "text/plain")
            return
        answer, trouble = network.hear(raw)
        self._say_in_trouble(answer, trouble)

    def _say_in_trouble(self, answer: bytes, trouble: dict[str, Any]) -> None:
        how = trouble.get("how", "")
        if how in {"silent", "slow"}:
            time.sleep(float(trouble.get("seconds", SILENCE_SECONDS if how == "silent" else 1)))
        if how == "silent":
            self.close_connection = True
            return
        if how == "stray":
            answer = desk.about_another(answer)
        self._say(500 if how == "error" else 200, answer, "application/xml; charset=utf-8")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """The port the pharmacy calls."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], network: Network) -> None:
        """Listen, and know under which address the pharmacy signs for us."""
        self.network = network
        super().__init__(address, Line)
        network.me = erx.address(str(self.server_address[0]), self.server_address[1], PATH)


def main() -> None:
    """Run the network until told to stop."""
    asked = _arguments()
    url = urlsplit(asked.pharmacy_url)
    door = erx.Door(url.hostname or "127.0.0.1", url.port or 80, asked.pharmacy_path, 30.0)
    keys = erx.keys_from(asked.secret_file.read_text(encoding="utf-8").strip())
    book = Book(asked.state)
    network = Network(door=door, keys=keys, pharmacy_id=asked.ncpdp_id, seed=asked.seed, book=book)
    with Server(("127.0.0.1", asked.port), network) as server:
        threading.Thread(target=network.post_forever, daemon=True).start()
        network.take_setup(asked.setup.read_text(encoding="utf-8").splitlines() if asked.setup else ())
        sys.stdout.write(json.dumps({"port": server.server_address[1]}) + "\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pestle.links.pretend.prescribers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=5151, help="where the pharmacy calls (0: any free; default 5151)")
    parser.add_argument("--pharmacy-url", default="http://127.0.0.1:8000", help="where the pharmacy listens")
    parser.add_argument("--pharmacy-path", default="/api/erx/", help="the path of its door")
    parser.add_argument("--ncpdp-id", default="2399991", help="the pharmacy's own number")
    parser.add_argument("--secret-file", type=Path, required=True, help="the file of the shared secret or the PEM keys")
    parser.add_argument("--seed", type=int, default=7, help="which made-up world; the same seed decides the same")
    parser.add_argument("--state", type=Path, help="the file of the network's own book, one JSON object a line")
    parser.add_argument("--setup", type=Path, help="a file of commands to take first, one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    main()
