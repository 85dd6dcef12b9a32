"""A conversation with a payer's switch: one connection, one question, one answer that belongs to it."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pestle.links.failures import NoAnswer
from pestle.wire.telecom import TelecomError, split
from pestle.wire.telecom.codec import MOST_BYTES
from pestle.wire.telecom.framing import Framing, frame, unframe
from pestle.wire.telecom.request import Request, read_request
from pestle.wire.telecom.response import matched, read_response
from pestle.wire.telecom.transmission import Transmission

SECONDS_TO_CONNECT: Final = 5.0
CHUNK: Final = 8192
# What tells whose answer it is; an amount that cannot be read must not hide that a claim was paid.
MATCHED_BY: Final = frozenset({"AM21", "AM22"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Where a switch listens, how it marks one message, and how many seconds an answer may take."""

    host: str
    port: int
    seconds_to_answer: float
    framing: Framing = Framing.STX_ETX
    seconds_to_connect: float = SECONDS_TO_CONNECT


def ask(switch: Switch, question: bytes) -> bytes:
    """Send a request and give the answer that belongs to it, byte for byte, without its frame.

    An answer to something else is passed over. Raises NoAnswer, with what happened in words, when the line is refused,
    cut, silent for too long, or says what cannot be read: none of these says whether the payer took the claim.
    """
    request = read_request(split(question))
    deadline = time.monotonic() + switch.seconds_to_connect + switch.seconds_to_answer
    try:
        with socket.create_connection((switch.host, switch.port), timeout=switch.seconds_to_connect) as line:
            line.sendall(frame(question, switch.framing))
            return _first_of_ours(_frames(line, switch, deadline=deadline), request)
    except TimeoutError:
        raise NoAnswer(f"no answer in {switch.seconds_to_answer:g} seconds") from None
    except OSError as fault:
        raise NoAnswer(f"the line to the switch failed: {fault.strerror or fault}") from None
    except TelecomError as fault:
        raise NoAnswer(f"the switch sent what cannot be read: {fault}") from None


def _first_of_ours(answers: Iterator[bytes], request: Request) -> bytes:
    passed_over = 0
    for answer in answers:
        if _belongs(answer, request):
            return answer
        passed_over += 1
    if passed_over:
        raise NoAnswer("the switch answered another question, or in a form that cannot be read")
    raise NoAnswer("the switch closed the line without an answer")


def _belongs(answer: bytes, request: Request) -> bool:
    try:
        matched(request, read_response(_what_matches(split(answer))))
    except TelecomError:
        return False
    return True


def _what_matches(whole: Transmission) -> Transmission:
    transactions = tuple(
        type(each)(tuple(segment for segment in each.segments if segment.id in MATCHED_BY))
        for each in whole.transactions
    )
    return Transmission(header=whole.header, segments=(), transactions=transactions, is_wrapped=whole.is_wrapped)


def _frames(line: socket.socket, switch: Switch, *, deadline: float) -> Iterator[bytes]:
    kept = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        received = line.recv(CHUNK)
        if not received:
            return
        found, kept = unframe(kept + received, switch.framing)
        yield from found
        if len(kept) > MOST_BYTES + 4:
            raise NoAnswer(f"the switch sent more than {MOST_BYTES} bytes")
