"""Pretend payers behind one switch: NCPDP D.0 over TCP, with a book of their own. For practice and tests, never real.

They answer claims, reversals and eligibility like real plans, with their limits and rejects. A second port takes
commands, one JSON object a line, and answers one:

  {"do": "plan" | "member" | "drug" | "authorize" | "today", ...}   tell them something, see payer_desk.py
  {"do": "fail", "how": "lost", "times": 2}   the next two messages go wrong: silent (not heard), lost (decided, no
                                               answer), close, half, garbage, slow (with "seconds"), duplicate, stray
  {"do": "book"}                               every claim they hold, paid and reversed
  {"do": "ping"}                               are you there
"""

import argparse
import json
import socketserver
import sys
import threading
import time
from collections import deque
from decimal import Decimal
from pathlib import Path
from typing import Any

from pestle.links.pretend.payer_book import Book
from pestle.links.pretend.payer_desk import Desk
from pestle.links.pretend.payer_rules import answer, written
from pestle.wire.telecom import TelecomError, decode
from pestle.wire.telecom.framing import Framing, frame, unframe
from pestle.wire.telecom.request import read_request
from pestle.wire.telecom.response import Response

SILENCE_SECONDS = 3600
GARBAGE = b"\x02\x00\xffnot a claim\x03"
# What happens by itself: so many of a hundred messages, times the troubles.
BY_ITSELF = (("lost", "0.4"), ("silent", "0.3"), ("garbage", "0.2"), ("duplicate", "0.4"), ("stray", "0.3"),
             ("slow", "1.5"))  # fmt: skip


class Payers:
    """All plans behind the switch, one decision at a time."""

    def __init__(self, *, file: Path, seed: int, troubles: Decimal, framing: Framing) -> None:
        """Open the book and recall what was told before."""
        self.book = Book(file)
        self.desk = Desk(seed=seed, troubles=troubles)
        self.framing = framing
        self.turn = threading.Lock()
        self.orders: deque[dict[str, Any]] = deque()
        for kind, fact in self.book.all_told():
            self.desk.learn(kind, fact)

    def hear(self, raw: bytes) -> tuple[bytes, dict[str, Any]]:
        """Decide one message; give the answer and what goes wrong on its way back."""
        request = read_request(decode(raw))
        with self.turn:
            trouble = self._trouble(raw)
            if trouble.get("how") == "silent":
                return b"", trouble
            said: Response = answer(request, desk=self.desk, book=self.book)
            return written(said), trouble

    def told(self, command: dict[str, Any]) -> dict[str, Any]:
        """Take one command; raises ValueError, KeyError or TypeError where it makes no sense."""
        kind = command.pop("do")
        with self.turn:
            if kind == "ping":
                return {"ok": True}
            if kind == "book":
                return {"ok": True, "claims": self.book.everything()}
            if kind == "fail":
                self.orders.extend([command] * int(command.get("times", 1)))
                return {"ok": True}
            self.desk.learn(kind, command)
            self.book.keep(kind, command)
        return {"ok": True}

    def _trouble(self, raw: bytes) -> dict[str, Any]:
        if self.orders:
            return self.orders.popleft()
        times = self.book.times_heard(raw.hex()) if self.desk.troubles else 1
        if times:
            return {}
        for how, percent in BY_ITSELF:
            if self.desk.happens(percent, how, raw.hex()):
                return {"how": how, "seconds": 1}
        return {}


class Line(socketserver.BaseRequestHandler):
    """One connection from a pharmacy."""

    server: "Switch"

    def handle(self) -> None:
        """Answer message after message until the pharmacy hangs up or a trouble ends the line."""
        payers, kept = self.server.payers, b""
        while received := self.request.recv(8192):
            try:
                messages, kept = unframe(kept + received, payers.framing)
            except TelecomError:
                return
            for message in messages:
                if not self._answer(payers, message):
                    return

    def _answer(self, payers: Payers, message: bytes) -> bool:
        try:
            said, trouble = payers.hear(message)
        except TelecomError as fault:
            print(f"payer: could not read a message: {fault}", file=sys.stderr, flush=True)
            return False
        return self._send(frame(said, payers.framing) if said else b"", trouble)

    def _send(self, framed: bytes, trouble: dict[str, Any]) -> bool:
        how = trouble.get("how", "")
        if how in {"silent", "lost"}:
            self._stay_silent(float(trouble.get("seconds", SILENCE_SECONDS)))
            return False
        if how == "slow":
            time.sleep(float(trouble.get("seconds", 1)))
        if how == "close":
            return False
        if how in {"garbage", "half"}:
            self.request.sendall(GARBAGE if how == "garbage" else framed[: len(framed) // 2])
            return False
        if how == "stray":
            self.request.sendall(self._of_another(framed))
        self.request.sendall(framed * (2 if how == "duplicate" else 1))
        return True

    def _stay_silent(self, seconds: float) -> None:
        """Keep the line open without a word until the other side hangs up."""
        self.request.settimeout(seconds)
        try:
            while self.request.recv(8192):
                pass
        except TimeoutError:
            return

    def _of_another(self, framed: bytes) -> bytes:
        """Make the answer to somebody else's claim: the same, for another day of service and pharmacy."""
        at = framed.find(b"D0") + 6
        return framed[:at] + b"9999999999" + framed[at + 10 :]


class Switch(socketserver.ThreadingTCPServer):
    """The port the pharmacies call."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], payers: Payers) -> None:
        """Listen for pharmacies."""
        self.payers = payers
        super().__init__(address, Line)


class Command(socketserver.StreamRequestHandler):
    """One connection of whoever commands the payers."""

    server: "Commands"

    def handle(self) -> None:
        """Take one JSON object a line and answer one."""
        for line in self.rfile:
            try:
                said = self.server.payers.told(json.loads(line))
            except (ValueError, KeyError, TypeError) as fault:
                said = {"ok": False, "because": str(fault)}
            self.wfile.write(json.dumps(said).encode() + b"\n")


class Commands(socketserver.ThreadingTCPServer):
    """The port that takes commands."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], payers: Payers) -> None:
        """Listen for commands."""
        self.payers = payers
        super().__init__(address, Command)


def main() -> None:
    """Run the payers until told to stop."""
    asked = _arguments()
    payers = Payers(file=asked.state, seed=asked.seed, troubles=asked.troubles, framing=Framing(asked.framing))
    for line in asked.setup.read_text().splitlines() if asked.setup else ():
        payers.told(json.loads(line))
    with Switch(("127.0.0.1", asked.port), payers) as switch, Commands(("127.0.0.1", asked.control), payers) as control:
        threading.Thread(target=control.serve_forever, daemon=True).start()
        ports = {"port": switch.server_address[1], "control": control.server_address[1]}
        print(json.dumps(ports), flush=True)
        try:
            switch.serve_forever()
        except KeyboardInterrupt:
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pestle.links.pretend.payer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=5150, help="where pharmacies call (0: any free port; default 5150)")
    parser.add_argument("--control", type=int, default=0, help="where commands are taken (default: any free port)")
    parser.add_argument("--state", type=Path, required=True, help="the file of the payers' own book")
    parser.add_argument("--seed", type=int, default=7, help="which made-up world; the same seed decides the same")
    parser.add_argument(
        "--troubles", type=Decimal, default=Decimal(1), help="what goes wrong by itself: 0 none, 1 usual"
    )
    parser.add_argument("--framing", default=Framing.STX_ETX.value, choices=[each.value for each in Framing])
    parser.add_argument("--setup", type=Path, help="a file of commands to take first, one JSON object a line")
    return parser.parse_args()


if __name__ == "__main__":
    main()
