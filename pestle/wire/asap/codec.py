"""Bytes to report and back, losing nothing; the terminator is the one TH declares in its ninth field."""

import re
from collections.abc import Iterator
from typing import Final

from pestle.wire.asap.errors import AsapError
from pestle.wire.asap.report import ELEMENT, Report, Segment
from pestle.wire.asap.table import SEGMENTS, WRITTEN, FieldShape, is_in

MOST_BYTES: Final = 64_000_000
TH_FIELDS: Final = 8
PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
NAME: Final = re.compile(r"[A-Z]{2,3}")
BREAK: Final = re.compile(r"\r\n|\n|\r|")
# What may follow each segment; the loop of a pharmacy ends with TP, the file with TT.
AFTER: Final = {
    "": {"TH"},
    "TH": {"IS"},
    "IS": {"PHA"},
    "PHA": {"PAT", "TP"},
    "PAT": {"DSP"},
    "DSP": {"CDI", "PRE"},
    "CDI": {"CDI", "PRE"},
    "PRE": {"AIR", "DSP", "CDI", "PAT", "TP"},
    "AIR": {"DSP", "PAT", "TP"},
    "TP": {"PHA", "TT"},
    "TT": set(),
}
# A zero report says that nothing was dispensed: patient REPORT ZERO, and a dispensing with its date alone.
ZERO: Final = ("REPORT", "ZERO")


def decode(raw: bytes) -> Report:
    """Read a report and check order, counts and every field; raises AsapError at the first that is wrong."""
    report = split(raw)
    for fault in faults(report):
        raise fault
    return report


def encode(report: Report) -> bytes:
    """Write a report as the bytes that decode reads back as the same value; raises AsapError."""
    for fault in faults(report):
        raise fault
    return join(report)


def split(raw: bytes) -> Report:
    """Read the layout alone, so that a report with a wrong field can still be looked at; raises AsapError."""
    if len(raw) > MOST_BYTES:
        raise AsapError("file", f"is larger than {MOST_BYTES} bytes")
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise AsapError(f"byte {error.start + 1}", "is outside ASCII") from None
    head, terminator = _head(text)
    start = len(head) + 2
    found = BREAK.match(text, start)
    line_break = found.group() if found else ""
    rest = _segments(text, start + len(line_break), terminator, line_break)
    return Report(
        segments=(_segment(head.removesuffix(ELEMENT), 1), *rest), terminator=terminator, line_break=line_break
    )


def join(report: Report) -> bytes:
    """Write the layout alone; raises AsapError when a part could not be read back as it was."""
    mark = report.terminator
    if len(mark) != 1 or not mark.isascii() or mark.isalnum() or not mark.isprintable() or mark in f"{ELEMENT} ":
        raise AsapError("TH09", "is a letter, a digit, a blank or the field separator")
    if report.line_break not in {"", "\n", "\r\n", "\r"}:
        raise AsapError("TH", "is followed by something else than a line break")
    first = report.segments[:1]
    if not first or first[0].id != "TH" or len(first[0].fields) != TH_FIELDS:
        raise AsapError("TH", "does not stand first with eight fields and the terminator")
    # TH ends with its terminator twice: once as its ninth field, once as the end of the segment.
    text = _written(first[0], mark) + ELEMENT + mark + mark + report.line_break
    text += "".join(_written(each, mark) + mark + report.line_break for each in report.segments[1:])
    return text.encode("ascii")


def faults(report: Report) -> Iterator[AsapError]:
    """Give everything that is wrong with a report: order, counts, control number, fields."""
    version = report.version
    if version not in WRITTEN:
        yield AsapError("TH01", f"is none of {', '.join(WRITTEN)}: other versions are not spoken here")
        return
    before, is_zero, since_pharmacy = "", False, 0
    for place, each in enumerate(report.segments, start=1):
        if each.id not in AFTER[before]:
            yield AsapError(f"segment {place}", f"is {each.id or 'nothing'} after {before or 'the beginning'}")
            return
        since_pharmacy = 1 if each.id == "PHA" else since_pharmacy + 1
        is_zero = (each[7], each[8]) == ZERO if each.id == "PAT" else is_zero
        yield from _field_faults(each, place, version, is_zero=is_zero)
        if each.id == "TP":
            yield from _count(f"TP01 of segment {place}", each[1], since_pharmacy)
        before = each.id
    if before != "TT":
        yield AsapError("TT", "is missing")
        return
    last = report.segments[-1]
    if last[1] != report.control_number:
        yield AsapError("TT01", "is not the control number of TH02")
    yield from _count("TT02", last[2], len(report.segments))


def _head(text: str) -> tuple[str, str]:
    at = -1
    for _ in range(TH_FIELDS + 1):
        at = text.find(ELEMENT, at + 1)
        if at < 0:
            raise AsapError("TH", "does not begin the file with nine fields")
    ends = text[at + 1 : at + 3]
    if not text.startswith(f"TH{ELEMENT}") or len(ends) != 2 or ends[0] != ends[1]:
        raise AsapError("TH09", "is not the terminator, which then stands twice")
    return text[: at + 1], ends[0]


def _segments(text: str, at: int, terminator: str, line_break: str) -> Iterator[Segment]:
    place = 1
    while at < len(text):
        place += 1
        end = text.find(terminator, at)
        if end < 0:
            raise AsapError(f"segment {place}", "is not ended by the terminator")
        yield _segment(text[at:end], place)
        at = end + 1
        if text[at : at + len(line_break)] != line_break:
            raise AsapError(f"segment {place}", "is not followed by the same line break as TH")
        at += len(line_break)


def _segment(text: str, place: int) -> Segment:
    name, *fields = text.split(ELEMENT)
    if not NAME.fullmatch(name):
        raise AsapError(f"segment {place}", "does not begin with a segment's name")
    for number, each in enumerate(fields, start=1):
        if not PRINTABLE.fullmatch(each):
            raise AsapError(f"{name}{number:02} of segment {place}", "has a character that is not printable")
    return Segment(name, tuple(fields))


def _written(segment: Segment, terminator: str) -> str:
    if not NAME.fullmatch(segment.id):
        raise AsapError("segment", "has no name of two or three capitals")
    for number, each in enumerate(segment.fields, start=1):
        if not PRINTABLE.fullmatch(each) or terminator in each or ELEMENT in each:
            raise AsapError(f"{segment.id}{number:02}", "holds a separator or a character that is not printable")
    return ELEMENT.join((segment.id, *segment.fields))


def _field_faults(segment: Segment, place: int, version: str, *, is_zero: bool) -> Iterator[AsapError]:
    shapes = SEGMENTS[segment.id]
    # Trailing fields beyond the table may be empty: some senders end every segment with a separator.
    if any(segment.fields[len(shapes) :]):
        yield AsapError(f"{segment.id}{len(shapes) + 1:02} of segment {place}", "is a field the table does not know")
    asks = not (is_zero and segment.id in {"PAT", "DSP", "PRE", "CDI", "AIR"})
    for number, shape in enumerate(shapes, start=1):
        said = _fault(shape, segment[number], version, asks=asks)
        if said:
            yield AsapError(f"{shape.id} of segment {place}", said)


def _fault(shape: FieldShape, text: str, version: str, *, asks: bool) -> str:
    if shape.id == "TH09":
        return ""
    if not text:
        return "is empty" if asks and shape.is_needed else ""
    if not is_in(version, shape.since):
        return f"came with version {shape.since}"
    return shape.fault_of(text)


def _count(where: str, said: str, counted: int) -> Iterator[AsapError]:
    if not said.isdecimal() or int(said) != counted:
        yield AsapError(where, f"is not {counted}, which is what was counted")
