"""Bytes to interchange and back, losing nothing. The separators are read from the ISA, never assumed."""

import re
from collections.abc import Iterator
from typing import Final

from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import ISA_WIDTHS, Group, Interchange, Segment, Separators, TransactionSet

# ISA is three letters and sixteen elements of fixed width, each after its separator; then comes the terminator.
ISA_BYTES: Final = 3 + len(ISA_WIDTHS) + sum(ISA_WIDTHS) + 1
# The standard names no largest file; this bound is ours.
MOST_BYTES: Final = 16_000_000

SEGMENT_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,2}")
PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
BREAK: Final = re.compile(r"\r\n|\n|\r|")
# Before 5010 ISA11 was a code, U for the US standards, and nothing repeated.
NO_REPETITION: Final = "U"


def decode(raw: bytes) -> Interchange:
    """Read an interchange and check its counts and control numbers; raises X12Error at the first that is wrong."""
    interchange = split(raw)
    for fault in faults(interchange):
        raise fault
    return interchange


def encode(interchange: Interchange) -> bytes:
    """Write an interchange as the bytes that decode reads back as the same value; raises X12Error."""
    for fault in faults(interchange):
        raise fault
    return join(interchange)


def split(raw: bytes) -> Interchange:
    """Read the layout alone, so that a file with a wrong count can still be looked at and answered; raises X12Error."""
    if len(raw) > MOST_BYTES:
        raise X12Error("interchange", f"is larger than {MOST_BYTES} bytes")
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise X12Error(f"byte {error.start + 1}", "is outside ASCII") from None
    separators = _separators(text)
    reader = _Reader(list(_segments(text, separators)))
    header = reader.take("ISA")
    notes = tuple(reader.while_it_is("TA1"))
    groups = tuple(_group(reader) for _ in reader.while_next_is("GS"))
    trailer = reader.take("IEA")
    reader.end()
    return Interchange(separators=separators, header=header, notes=notes, groups=groups, trailer=trailer)


def join(interchange: Interchange) -> bytes:
    """Write the layout alone; raises X12Error when a part could not be read back as it was."""
    separators = interchange.separators
    _check_separators(separators)
    _check_isa(interchange)
    text = "".join(_written(each, separators) for each in _in_order(interchange))
    if len(text) > MOST_BYTES:
        raise X12Error("interchange", f"is larger than {MOST_BYTES} bytes")
    return text.encode("ascii")


def faults(interchange: Interchange) -> Iterator[X12Error]:
    """Give what is wrong with counts and control numbers, from the outside in."""
    if interchange.trailer[2] != interchange.control_number:
        yield X12Error("IEA02", "is not the control number of ISA13")
    yield from _count("IEA01", interchange.trailer[1], len(interchange.groups))
    for group in interchange.groups:
        number = group.header[6]
        if group.trailer[2] != number:
            yield X12Error(f"GE02 of group {_named(number)}", "is not the control number of GS06")
        yield from _count(f"GE01 of group {_named(number)}", group.trailer[1], len(group.sets))
        for each in group.sets:
            yield from set_faults(each)


def set_faults(found: TransactionSet) -> Iterator[X12Error]:
    """Give what is wrong with the counts of one document; what is wrong inside it is for its own reader to say."""
    inside = f"of set {_named(found.control_number)}"
    if found.trailer[2] != found.control_number:
        yield X12Error(f"SE02 {inside}", "is not the control number of ST02")
    yield from _count(f"SE01 {inside}", found.trailer[1], len(found.body) + 2)


def _named(number: str) -> str:
    return number if re.fullmatch(r"[0-9A-Z]{1,9}", number) else "without a number"


def _count(where: str, said: str, counted: int) -> Iterator[X12Error]:
    if not re.fullmatch(r"[0-9]{1,10}", said) or int(said) != counted:
        yield X12Error(where, f"is not {counted}, which is what was counted")


def _separators(text: str) -> Separators:
    if not text.startswith("ISA") or len(text) < ISA_BYTES:
        raise X12Error("ISA", f"is not the {ISA_BYTES} characters an interchange begins with")
    element, terminator = text[3], text[ISA_BYTES - 1]
    at = 3
    for number, width in enumerate(ISA_WIDTHS, start=1):
        if text[at] != element:
            raise X12Error(f"ISA{number:02}", "does not stand where its fixed width puts it")
        at += 1 + width
    found = Separators(
        element=element,
        component=text[ISA_BYTES - 2],
        repetition=text[82],
        terminator=terminator,
        line_break=_break_at(text, ISA_BYTES),
    )
    _check_separators(found)
    return found


def _break_at(text: str, at: int) -> str:
    found = BREAK.match(text, at)
    return found.group() if found else ""


def _check_separators(separators: Separators) -> None:
    marks = [separators.element, separators.component, separators.terminator]
    if separators.repetition != NO_REPETITION:
        marks.append(separators.repetition)
    for mark in marks:
        if len(mark) != 1 or mark.isalnum() or mark in " \r\n" or not mark.isascii():
            raise X12Error("ISA", "declares a separator that is a letter, a digit, a blank or a line break")
    if len(set(marks)) != len(marks):
        raise X12Error("ISA", "declares the same character for two separators")
    if separators.line_break not in {"", "\n", "\r\n", "\r"}:
        raise X12Error("ISA", "is followed by something else than a line break")


def _segments(text: str, separators: Separators) -> Iterator[Segment]:
    step, at, place = len(separators.line_break), 0, 0
    while at < len(text):
        end = text.find(separators.terminator, at)
        place += 1
        if end < 0:
            raise X12Error(f"segment {place}", "is not ended by the terminator")
        yield _segment(text[at:end], separators, place)
        at = end + 1
        if at < len(text) and text[at : at + step] != separators.line_break:
            raise X12Error(f"segment {place}", "is not followed by the same line break as the ISA")
        at = at + step if at < len(text) else at
    if step and not text.endswith(separators.line_break):
        raise X12Error(f"segment {place}", "is not followed by the same line break as the ISA")


def _segment(text: str, separators: Separators, place: int) -> Segment:
    name, *elements = text.split(separators.element)
    if not SEGMENT_ID.fullmatch(name):
        raise X12Error(f"segment {place}", "does not begin with a segment's name")
    for number, element in enumerate(elements, start=1):
        if not PRINTABLE.fullmatch(element):
            raise X12Error(f"{name}{number:02} in segment {place}", "has a character that is not printable")
    return Segment(name, tuple(elements))


class _Reader:
    """Takes segments one after the other and says where the order breaks."""

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments
        self.at = 0

    def next_is(self, name: str) -> bool:
        return self.at < len(self.segments) and self.segments[self.at].id == name

    def take(self, name: str) -> Segment:
        if not self.next_is(name):
            raise X12Error(f"segment {self.at + 1}", f"is not the {name} that belongs here")
        self.at += 1
        return self.segments[self.at - 1]

    def while_it_is(self, name: str) -> Iterator[Segment]:
        while self.next_is(name):
            yield self.take(name)

    def while_next_is(self, name: str) -> Iterator[None]:
        while self.next_is(name):
            yield

    def until(self, name: str) -> Iterator[Segment]:
        while self.at < len(self.segments) and not self.next_is(name):
            if self.segments[self.at].id in {"ISA", "GS", "ST", "GE", "IEA"}:
                raise X12Error(f"segment {self.at + 1}", f"stands before the {name} that belongs here")
            self.at += 1
            yield self.segments[self.at - 1]

    def end(self) -> None:
        if self.at < len(self.segments):
            raise X12Error(f"segment {self.at + 1}", "stands after the end of the interchange")


def _group(reader: _Reader) -> Group:
    header = reader.take("GS")
    sets = tuple(_set(reader) for _ in reader.while_next_is("ST"))
    return Group(header=header, sets=sets, trailer=reader.take("GE"))


def _set(reader: _Reader) -> TransactionSet:
    header = reader.take("ST")
    body = tuple(reader.until("SE"))
    return TransactionSet(header=header, body=body, trailer=reader.take("SE"))


def _in_order(interchange: Interchange) -> Iterator[Segment]:
    yield interchange.header
    yield from interchange.notes
    for group in interchange.groups:
        yield group.header
        for each in group.sets:
            yield each.header
            yield from each.body
            yield each.trailer
        yield group.trailer
    yield interchange.trailer


def _check_isa(interchange: Interchange) -> None:
    header, separators = interchange.header, interchange.separators
    if header.id != "ISA" or tuple(map(len, header.elements)) != ISA_WIDTHS:
        raise X12Error("ISA", "does not have its sixteen elements in their fixed widths")
    if header[16] != separators.component or header[11] != separators.repetition:
        raise X12Error("ISA", "declares other separators than the interchange has")


def _written(segment: Segment, separators: Separators) -> str:
    if not SEGMENT_ID.fullmatch(segment.id):
        raise X12Error("segment", "has no name of two or three capitals and digits")
    taken = {separators.element, separators.terminator}
    for number, element in enumerate(segment.elements, start=1):
        if not PRINTABLE.fullmatch(element) or taken & set(element):
            raise X12Error(f"{segment.id}{number:02}", "holds a separator or a character that is not printable")
    return separators.element.join((segment.id, *segment.elements)) + separators.terminator + separators.line_break
