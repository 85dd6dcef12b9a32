"""How a switch marks where a transmission begins and ends on a TCP connection; each switch names its own way."""

from enum import StrEnum
from typing import Final

from pestle.wire.telecom.codec import MOST_BYTES
from pestle.wire.telecom.errors import TelecomError

STX: Final = b"\x02"
ETX: Final = b"\x03"


class Framing(StrEnum):
    """The ways that are in use; a length is in network byte order and does not count itself."""

    STX_ETX = "stx-etx"
    LENGTH_2 = "length-2"
    LENGTH_4 = "length-4"


WIDTHS: Final = {Framing.LENGTH_2: 2, Framing.LENGTH_4: 4}


def frame(body: bytes, framing: Framing) -> bytes:
    """Put the marks of one framing round a transmission; raises TelecomError when it is empty or too large."""
    if not 0 < len(body) <= MOST_BYTES:
        raise TelecomError("frame", f"takes 1 to {MOST_BYTES} bytes")
    if framing is not Framing.STX_ETX:
        return len(body).to_bytes(WIDTHS[framing], "big") + body
    if STX in body or ETX in body:
        raise TelecomError("frame", "holds STX or ETX inside")
    return STX + body + ETX


def unframe(received: bytes, framing: Framing) -> tuple[tuple[bytes, ...], bytes]:
    """Give the transmissions that are complete and the bytes left over, to be put before what arrives next.

    Raises TelecomError when the bytes cannot be the beginning of a frame; the connection is then of no more use.
    """
    found: list[bytes] = []
    rest = received
    while rest:
        body, rest_after = _first(rest, framing)
        if body is None:
            break
        found.append(body)
        rest = rest_after
    return tuple(found), rest


def _first(rest: bytes, framing: Framing) -> tuple[bytes | None, bytes]:
    return _first_marked(rest) if framing is Framing.STX_ETX else _first_counted(rest, WIDTHS[framing])


def _first_marked(rest: bytes) -> tuple[bytes | None, bytes]:
    if not rest.startswith(STX):
        raise TelecomError("frame", "does not begin with STX")
    end = rest.find(ETX)
    size = (end if end >= 0 else len(rest)) - 1
    if size > MOST_BYTES or end == 1:
        raise TelecomError("frame", f"takes 1 to {MOST_BYTES} bytes")
    return (rest[1:end], rest[end + 1 :]) if end > 0 else (None, rest)


def _first_counted(rest: bytes, width: int) -> tuple[bytes | None, bytes]:
    if len(rest) < width:
        return None, rest
    size = int.from_bytes(rest[:width], "big")
    if not 0 < size <= MOST_BYTES:
        raise TelecomError("frame", f"takes 1 to {MOST_BYTES} bytes")
    end = width + size
    return (rest[width:end], rest[end:]) if len(rest) >= end else (None, rest)
