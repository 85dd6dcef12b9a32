"""Bytes to transmission and back, losing nothing."""

import re
from collections.abc import Mapping
from itertools import product
from typing import Final

from pestle.wire.telecom.checks import malformed
from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.table import IDENTIFICATION, number_of
from pestle.wire.telecom.transmission import (
    MOST_TRANSACTIONS,
    REQUEST_HEADER,
    RESPONSE_HEADER,
    VERSION,
    Field,
    HeaderShape,
    RequestHeader,
    ResponseHeader,
    Segment,
    Transaction,
    Transmission,
    fields_of,
    header_shape,
)

FIELD_SEPARATOR: Final = "\x1c"
GROUP_SEPARATOR: Final = "\x1d"
SEGMENT_SEPARATOR: Final = "\x1e"
STX: Final = "\x02"
ETX: Final = "\x03"

# The standard names no largest transmission; this bound of ours is what a two-byte length can carry.
MOST_BYTES: Final = 65_535

FIELD_ID: Final = re.compile(r"[0-9A-Z]{2}")
_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIELD_IDS: Final = frozenset(map("".join, product(_CHARACTERS, repeat=2))) - {IDENTIFICATION}
SEGMENT_ID: Final = re.compile(r"AM[0-9]{2}")
PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")


def decode(raw: bytes) -> Transmission:
    """Read a transmission and check every field the table knows against its picture; raises TelecomError."""
    transmission = split(raw)
    for fault in malformed(transmission):
        raise fault
    return transmission


def encode(transmission: Transmission) -> bytes:
    """Write a transmission as the bytes that decode reads back as the same value; raises TelecomError."""
    for fault in malformed(transmission):
        raise fault
    return join(transmission)


def split(raw: bytes) -> Transmission:
    """Read the layout alone, so that a message with one bad field can still be looked at; raises TelecomError."""
    if len(raw) > MOST_BYTES:
        raise TelecomError("transmission", f"is larger than {MOST_BYTES} bytes")
    text, is_wrapped = _unwrapped(_ascii(raw))
    header, body = _split_header(text)
    first, *groups = body.split(GROUP_SEPARATOR)
    if len(groups) > MOST_TRANSACTIONS:
        raise TelecomError("header 109-A9", f"allows at most {MOST_TRANSACTIONS} transactions")
    return Transmission(
        header=header,
        segments=_split_segments(first, "") if first else (),
        transactions=tuple(
            Transaction(_split_segments(group, f" in transaction {place}"))
            for place, group in enumerate(groups, start=1)
        ),
        is_wrapped=is_wrapped,
    )


def join(transmission: Transmission) -> bytes:
    """Write the layout alone; raises TelecomError when a part could not be read back as it was."""
    if len(transmission.transactions) > MOST_TRANSACTIONS:
        raise TelecomError("header 109-A9", f"allows at most {MOST_TRANSACTIONS} transactions")
    text = _join_header(transmission.header) + _join_segments(transmission.segments, "")
    for place, transaction in enumerate(transmission.transactions, start=1):
        text += GROUP_SEPARATOR + _join_segments(transaction.segments, f" in transaction {place}")
        if not transaction.segments:
            raise TelecomError(f"111-AM in transaction {place}", "is missing: the group is empty")
    if transmission.is_wrapped:
        text = STX + text + ETX
    if len(text) > MOST_BYTES:
        raise TelecomError("transmission", f"is larger than {MOST_BYTES} bytes")
    return text.encode("ascii")


def _ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise TelecomError(f"byte {error.start + 1}", "is outside the ASCII characters of the standard") from None


def _unwrapped(text: str) -> tuple[str, bool]:
    if not text.startswith(STX) and not text.endswith(ETX):
        return text, False
    if text.startswith(STX) and text.endswith(ETX):
        return text[1:-1], True
    raise TelecomError("frame", "has only one of STX and ETX")


def _split_header(text: str) -> tuple[RequestHeader | ResponseHeader, str]:
    # A request begins with a BIN, which is digits; a response begins with the version.
    if text.startswith(VERSION):
        values, body = _split_fixed(RESPONSE_HEADER, text)
        return ResponseHeader(**values), body
    values, body = _split_fixed(REQUEST_HEADER, text)
    if values["version"] != VERSION:
        raise TelecomError("header 102-A2", f"is not {VERSION}")
    return RequestHeader(**values), body


def _split_fixed(shapes: Mapping[str, HeaderShape], text: str) -> tuple[dict[str, str], str]:
    values: dict[str, str] = {}
    start = 0
    for attribute, shape in shapes.items():
        size = shape.picture.size
        part = text[start : start + size]
        # The text is ASCII, of which these are the characters that can be printed.
        if len(part) < size or not part.isprintable():
            raise TelecomError(f"header {shape.number}", f"is cut short: {size} characters belong here")
        values[attribute] = part.rstrip(" ")
        start += size
    return values, text[start:]


def _split_segments(text: str, inside: str) -> tuple[Segment, ...]:
    before, *parts = text.split(SEGMENT_SEPARATOR)
    if before:
        raise TelecomError(f"111-AM{inside}", "does not follow a segment separator")
    if not parts:
        raise TelecomError(f"111-AM{inside}", "is missing: the group is empty")
    return tuple(_split_segment(part, place, inside) for place, part in enumerate(parts, start=1))


def _split_segment(text: str, place: int, inside: str) -> Segment:
    before, *parts = text.split(FIELD_SEPARATOR)
    if before or not parts or not SEGMENT_ID.fullmatch(parts[0]):
        raise TelecomError(f"111-AM of segment {place}{inside}", "is not a field separator, AM and two digits")
    segment_id, *stated = parts
    ids = [part[:2] for part in stated]
    fields = fields_of(ids, [part[2:] for part in stated])
    # Only where something is out of shape, each field is looked at closely; the text is ASCII here.
    if not FIELD_IDS.issuperset(ids) or not "".join(stated).isprintable():
        for field in fields:
            _check_field(field, segment_id, inside)
    return Segment(segment_id, fields)


def _check_field(field: Field, segment_id: str, inside: str) -> None:
    if not FIELD_ID.fullmatch(field.id):
        raise TelecomError(f"{segment_id}{inside}", "has a field without an id of two capitals or digits")
    if field.id == IDENTIFICATION:
        raise TelecomError(f"{segment_id} 111-AM{inside}", "stands inside a segment: a segment separator is missing")
    if not PRINTABLE.fullmatch(field.value):
        raise TelecomError(
            f"{segment_id} {number_of(segment_id, field.id)}{inside}", "has a character that is not printable"
        )


def _join_header(header: RequestHeader | ResponseHeader) -> str:
    if header.version != VERSION:
        raise TelecomError("header 102-A2", f"is not {VERSION}")
    return "".join(_join_fixed(getattr(header, attribute), shape) for attribute, shape in header_shape(header).items())


def _join_fixed(value: str, shape: HeaderShape) -> str:
    if len(value) > shape.picture.size or not PRINTABLE.fullmatch(value) or value.endswith(" "):
        raise TelecomError(
            f"header {shape.number}", f"takes at most {shape.picture.size} printable characters, no blank last"
        )
    return value.ljust(shape.picture.size)


def _join_segments(segments: tuple[Segment, ...], inside: str) -> str:
    return "".join(_join_segment(segment, inside) for segment in segments)


def _join_segment(segment: Segment, inside: str) -> str:
    if not SEGMENT_ID.fullmatch(segment.id):
        raise TelecomError(f"111-AM{inside}", "is not AM and two digits")
    for field in segment.fields:
        _check_field(field, segment.id, inside)
    fields = "".join(f"{FIELD_SEPARATOR}{field.id}{field.value}" for field in segment.fields)
    return f"{SEGMENT_SEPARATOR}{FIELD_SEPARATOR}{segment.id}{fields}"
