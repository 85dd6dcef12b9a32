"""Frozen values that know their fields: one declaration says how each part is read and how it is written."""

import dataclasses
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from pestle.wire.telecom.errors import TelecomError, UnfitError
from pestle.wire.telecom.picture import Form, read_value, write_value
from pestle.wire.telecom.repeats import items, plain
from pestle.wire.telecom.table import SEGMENTS, FieldShape, SegmentShape
from pestle.wire.telecom.transmission import Field, Segment

T = TypeVar("T")

WIRE: Final = "wire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where one attribute stands: a field id, or with `of` the count or counter its items stand under."""

    id: str
    is_needed: bool = False
    is_number: bool = False
    is_clipped: bool = False
    is_many: bool = False
    choice: type[StrEnum] | None = None
    of: type[Any] | None = None


def must(field_id: str, *, is_number: bool = False, choice: type[StrEnum] | None = None) -> Any:
    """Declare a field without which the value means nothing."""
    spot = Spot(id=field_id, is_needed=True, is_number=is_number, choice=choice)
    return dataclasses.field(metadata={WIRE: spot})


def may(field_id: str, *, is_number: bool = False, is_clipped: bool = False) -> Any:
    """Declare a field that may be absent; `is_clipped` cuts a name or address line to the size of its field."""
    return dataclasses.field(
        default=None, metadata={WIRE: Spot(id=field_id, is_number=is_number, is_clipped=is_clipped)}
    )


def many(field_id: str) -> Any:
    """Declare a field that repeats under a count, read and written as a tuple."""
    return dataclasses.field(default=(), metadata={WIRE: Spot(id=field_id, is_many=True)})


def parts(under: str, of: type[Any]) -> Any:
    """Declare items of several fields that repeat under a count or counter."""
    return dataclasses.field(default=(), metadata={WIRE: Spot(id=under, is_many=True, of=of)})


def read_segment(cls: type[T], segment: Segment) -> T:
    """Read a segment as a declared value; raises TelecomError naming the field that cannot be read or is missing."""
    shape = SEGMENTS[segment.id]
    return _read(cls, shape, segment.fields, plain(shape, segment.fields))


def read_items(cls: type[T], segment: Segment, under: str) -> tuple[T, ...]:
    """Read the items under one count or counter of a segment."""
    shape = SEGMENTS[segment.id]
    return tuple(_read(cls, shape, item, item) for item in items(shape, segment.fields, under))


def write_segment(segment_id: str, value: object) -> Segment:
    """Write a declared value as a segment, in the order of the table; raises TelecomError naming the field."""
    return Segment(segment_id, tuple(_write(value, SEGMENTS[segment_id])))


def write_items(segment_id: str, under: str, values: Iterable[object]) -> Segment:
    """Write items as a segment that holds nothing besides their count or counters."""
    shape = SEGMENTS[segment_id]
    return Segment(segment_id, tuple(_repeat(shape, under, [_write(one, shape) for one in values])))


def _read(cls: type[T], shape: SegmentShape, fields: tuple[Field, ...], single: tuple[Field, ...]) -> T:
    values: dict[str, Any] = {}
    for name, spot in _spots(cls):
        if spot.of is not None:
            values[name] = tuple(_read(spot.of, shape, item, item) for item in items(shape, fields, spot.id))
        elif spot.is_many:
            read = (_read_field(shape, spot, field) for field in fields if field.id == spot.id)
            values[name] = tuple(one for one in read if one is not None)
        else:
            values[name] = _read_single(shape, spot, single)
    return cls(**values)


def _read_single(shape: SegmentShape, spot: Spot, fields: tuple[Field, ...]) -> Any:
    found = {field for field in fields if field.id == spot.id}
    where = f"{shape.id} {shape.fields[spot.id].number}"
    if len(found) > 1:
        raise TelecomError(where, "stands more than once with different values")
    value = _read_field(shape, spot, found.pop()) if found else None
    if value is None and spot.is_needed:
        raise TelecomError(where, "is missing")
    return value


def _read_field(shape: SegmentShape, spot: Spot, field: Field) -> Any:
    known = shape.fields[field.id]
    try:
        value = read_value(known.picture, field.value)
    except UnfitError as unfit:
        raise TelecomError(f"{shape.id} {known.number}", str(unfit)) from None
    if value is None:
        return None
    if spot.choice is not None:
        return _chosen(spot.choice, str(value), f"{shape.id} {known.number}")
    return int(str(value)) if spot.is_number else value


def _chosen(choice: type[StrEnum], text: str, where: str) -> StrEnum:
    try:
        return choice(text)
    except ValueError:
        raise TelecomError(where, f"is none of {', '.join(choice)}") from None


def _write(value: object, shape: SegmentShape) -> list[Field]:
    written: list[tuple[int, list[Field]]] = []
    for name, spot in _spots(type(value)):
        given = getattr(value, name)
        if spot.of is not None:
            top = spot.id
            fields = _repeat(shape, top, [_write(one, shape) for one in given])
        elif spot.is_many:
            top = shape.fields[spot.id].under
            fields = _repeat(shape, top, [_write_field(shape, spot, one) for one in given])
        else:
            top = spot.id
            fields = _write_field(shape, spot, given)
        written.append((shape.fields[top].order, fields))
    return [field for _, fields in sorted(written, key=lambda pair: pair[0]) for field in fields]


def _repeat(shape: SegmentShape, under: str, written: list[list[Field]]) -> list[Field]:
    top = shape.fields[under]
    if top.most is not None and len(written) > top.most:
        raise TelecomError(f"{shape.id} {top.number}", f"allows at most {top.most} repeats")
    if not all(written):
        raise TelecomError(f"{shape.id} {top.number}", "counts a repeat that is empty")
    if top.is_counter:
        return [field for place, one in enumerate(written, start=1) for field in (Field(under, str(place)), *one)]
    # Without its first field an item could not be told from the one before it.
    leader = shape.fields[shape.leaders[under]]
    if any(one[0].id != leader.id for one in written):
        raise TelecomError(f"{shape.id} {leader.number}", "is missing from a repeat")
    count = [Field(under, str(len(written)))] if written else []
    return count + [field for one in written for field in one]


def _write_field(shape: SegmentShape, spot: Spot, value: object) -> list[Field]:
    known = shape.fields[spot.id]
    if isinstance(value, str):
        value = _wire_text(value, known, is_clipped=spot.is_clipped) or None
    if value is None and spot.is_needed:
        raise TelecomError(f"{shape.id} {known.number}", "is missing")
    if value is None:
        return []
    try:
        return [Field(known.id, write_value(known.picture, value))]
    except UnfitError as unfit:
        raise TelecomError(f"{shape.id} {known.number}", str(unfit)) from None


def _wire_text(text: str, known: FieldShape, *, is_clipped: bool) -> str:
    # The wire knows capitals without accents, one line per field.
    plain_letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    on_one_line = " ".join(plain_letters.upper().split())
    is_cut = is_clipped and known.picture.form is Form.TEXT
    return on_one_line[: known.picture.size].rstrip() if is_cut else on_one_line


def _spots(cls: type[Any]) -> list[tuple[str, Spot]]:
    return [(one.name, one.metadata[WIRE]) for one in dataclasses.fields(cls) if WIRE in one.metadata]
