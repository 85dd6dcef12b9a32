"""A pretend label printer on a socket: keeps and reads every label. For practice and tests, never real.

`python -m pestle.links.pretend.printer --port 9100 --folder labels`. A second port takes commands, one JSON object a
line, and answers one:

  {"do": "paper", "out": true}     out of labels: what comes is not kept, and it says so; false puts a new roll in
  {"do": "silent", "times": 1}     the next conversations: takes the bytes, keeps the labels, says nothing
  {"do": "labels"}                 what was printed since the start: words, bar codes and reprint mark of each
  {"do": "ping"}                   are you there

To unplug it, end the program; what was printed stays in the folder.
"""

import argparse
import json
import socketserver
import sys
import threading
from pathlib import Path
from typing import Any

from pestle.links.printer import ASK, ETX, STX
from pestle.wire import zpl
from pestle.wire.errors import WireError

MOST_BYTES = 4 * 1024 * 1024
WELL = "PRINTER STATUS\r\n   ERRORS:         0 00000000 00000000\r\n   WARNINGS:       0 00000000 00000000\r\n"
NO_LABELS = "PRINTER STATUS\r\n   ERRORS:         1 00000000 00000001\r\n   WARNINGS:       0 00000000 00000000\r\n"


class Tray:
    """What the printer holds: its roll, its folder, and what came out."""

    def __init__(self, folder: Path) -> None:
        """Print into a folder; numbers go on where they ended."""
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.turn = threading.Lock()
        self.is_out_of_labels = False
        self.silent = 0
        self.printed: list[dict[str, Any]] = []
        self.number = max((int(each.stem) for each in folder.glob("*.zpl") if each.stem.isdigit()), default=0)

    def take(self, octets: bytes) -> bytes:
        """Print what came and give the printer's answer; empty where it says nothing."""
        with self.turn:
            if self.is_out_of_labels:
                return STX + NO_LABELS.encode() + ETX
            for label in zpl.decode(octets):
                self._print(label)
            if self.silent:
                self.silent -= 1
                return b""
            return STX + WELL.encode() + ETX

    def told(self, command: dict[str, Any]) -> dict[str, Any]:
        """Take one command; raises KeyError or ValueError where it makes no sense."""
        with self.turn:
            match command["do"]:
                case "ping":
                    return {"ok": True}
                case "paper":
                    self.is_out_of_labels = bool(command.get("out"))
                case "silent":
                    self.silent = int(command.get("times", 1))
                case "labels":
                    return {"ok": True, "labels": self.printed}
                case other:
                    raise ValueError(f"it does not know how to {other}")
        return {"ok": True}

    def _print(self, label: zpl.Label) -> None:
        self.number += 1
        (self.folder / f"{self.number:06}.zpl").write_bytes(zpl.encode((label,)))
        mark = label.reprint.text if label.reprint else ""
        self.printed.append(
            {"number": self.number, "words": label.words, "codes": label.barcodes, "mark": mark, "copies": label.copies}
        )


class Line(socketserver.StreamRequestHandler):
    """One connection of a pharmacy; each question about its state ends what was sent before it."""

    server: "Port"

    def handle(self) -> None:
        """Print and answer until the other side hangs up."""
        kept = b""
        while received := self.rfile.read1(65_536):
            kept += received
            if len(kept) > MOST_BYTES:
                return
            while ASK in kept:
                labels, _, kept = kept.partition(ASK)
                if not self._answer(labels):
                    return

    def _answer(self, labels: bytes) -> bool:
        try:
            said = self.server.tray.take(labels)
        except WireError as fault:
            # A real printer prints nothing and says nothing about what it cannot read.
            print(f"printer: could not read a label: {fault.where}", file=sys.stderr, flush=True)
            return False
        self.wfile.write(said)
        return True


class Command(socketserver.StreamRequestHandler):
    """The port for commands."""

    server: "Port"

    def handle(self) -> None:
        """Answer one JSON line with one."""
        for line in self.rfile:
            try:
                said = self.server.tray.told(json.loads(line))
            except (ValueError, KeyError, TypeError) as fault:
                said = {"ok": False, "because": str(fault)}
            self.wfile.write(json.dumps(said).encode() + b"\n")


class Port(socketserver.ThreadingTCPServer):
    """A port of the printer."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, handler: type[socketserver.BaseRequestHandler], tray: Tray) -> None:
        """Listen on this machine only."""
        super().__init__(("127.0.0.1", port), handler)
        self.tray = tray


def main() -> None:
    """Print until the program is ended."""
    asked = argparse.ArgumentParser(
        prog="python -m pestle.links.pretend.printer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    asked.add_argument("--port", type=int, default=9100, help="where labels come (0: any free port; default 9100)")
    asked.add_argument("--control", type=int, default=0, help="where commands are taken (default: any free port)")
    asked.add_argument("--folder", type=Path, required=True, help="where every label is kept")
    given = asked.parse_args()
    tray = Tray(given.folder)
    with Port(given.port, Line, tray) as printer, Port(given.control, Command, tray) as control:
        threading.Thread(target=control.serve_forever, daemon=True).start()
        ports = {"port": printer.server_address[1], "control": control.server_address[1]}
        print(json.dumps(ports), flush=True)
        try:
            printer.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
