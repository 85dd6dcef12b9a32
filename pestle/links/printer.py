"""The conversation with a label printer: ZPL to port 9100, then one question that only a printer answers.

A printer takes bytes without a word, so `~HQES` asks afterwards how it is: an answer without an error means that the
labels are in its hands. One that says nothing has perhaps printed; one that is out of paper may print what it holds
once it has a new roll.
"""

import socket
import time
from dataclasses import dataclass
from typing import Final

from pestle.links.failures import NoAnswer, NotReached

SECONDS_TO_CONNECT: Final = 3.0
ASK: Final = b"~HQES\r\n"
MOST_ANSWER: Final = 4096
STX, ETX = b"\x02", b"\x03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Where a printer listens, and how many seconds it may take to answer."""

    host: str
    port: int
    seconds_to_answer: float = 10.0
    seconds_to_connect: float = SECONDS_TO_CONNECT


def send(printer: Printer, labels: bytes) -> bytes:
    """Send labels and give the printer's own words about its state.

    Raises NotReached where it got nothing, NoAnswer where it goes away, says nothing in time, or says that it stands
    still: then the labels may come out all the same.
    """
    deadline = time.monotonic() + printer.seconds_to_connect + printer.seconds_to_answer
    try:
        with _line_to(printer) as line:
            line.settimeout(printer.seconds_to_answer)
            line.sendall(labels + ASK)
            said = _answer(line, deadline)
    except TimeoutError:
        raise NoAnswer(f"the printer said nothing in {printer.seconds_to_answer:g} seconds") from None
    except OSError as fault:
        raise NoAnswer(f"the printer went away: {fault.strerror or fault}") from None
    _must_be_well(said)
    return said


def _line_to(printer: Printer) -> socket.socket:
    try:
        return socket.create_connection((printer.host, printer.port), timeout=printer.seconds_to_connect)
    except OSError as fault:
        raise NotReached(f"the printer is not reached: {fault.strerror or fault}") from None


def _answer(line: socket.socket, deadline: float) -> bytes:
    said = b""
    while ETX not in said and len(said) < MOST_ANSWER:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        part = line.recv(MOST_ANSWER)
        if not part:
            raise NoAnswer("the printer hung up in the middle")
        said += part
    return said


def _must_be_well(said: bytes) -> None:
    """Read "ERRORS: 1 00000000 00000001": the first figure says whether there is one, the others which."""
    for row in said.decode("ascii", "replace").replace("\x02", "").replace("\x03", "").splitlines():
        name, _, flags = row.strip().partition(":")
        if name == "ERRORS" and flags.split()[:1] != ["0"]:
            raise NoAnswer(f"the printer stands still: {_fault(flags.split())}")


# Zebra, ZPL II Programming Guide, ~HQ: nibble 1 of the second group of eight.
_FAULTS = {0x1: "out of labels", 0x2: "out of ribbon", 0x4: "its head is open", 0x8: "its cutter stands"}


def _fault(flags: list[str]) -> str:
    low = int(flags[2], 16) if len(flags) > 2 and all(letter in "0123456789abcdefABCDEF" for letter in flags[2]) else 0
    return ", ".join(words for bit, words in _FAULTS.items() if low & bit) or "it reports an error"
