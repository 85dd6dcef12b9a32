"""The field table: which fields a segment holds, how each looks, and what repeats under what."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from pestle.wire.telecom.picture import Picture, picture

IDENTIFICATION: Final = "AM"


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One row: `under` is the count or counter this field repeats with, `most` its largest repeat (unreviewed)."""

    id: str
    number: str
    name: str
    picture: Picture
    is_needed: bool
    is_count: bool
    is_counter: bool
    most: int | None
    under: str
    order: int


@dataclass(frozen=True)
class SegmentShape:
    """One segment: its fields by id, in the order they are sent."""

    id: str
    name: str
    is_in_transaction: bool
    fields: Mapping[str, FieldShape]

    @cached_property
    def branches(self) -> Mapping[str, frozenset[str]]:
        """Every id that stands under each count or counter, however deep; a counter stands in its own item."""
        return MappingProxyType(
            {one.id: self._below(one) for one in self.fields.values() if one.is_count or one.is_counter}
        )

    @cached_property
    def fits(self) -> "dict[str, Callable[[str], object]]":
        """By id, what gives nothing for a text that does not fit the field's picture."""
        return {one.id: one.picture.fits for one in self.fields.values()}

    @cached_property
    def leaders(self) -> Mapping[str, str]:
        """The id that opens each item under a count (its first field) or a counter (the counter itself)."""
        first: dict[str, str] = {one.id: one.id for one in self.fields.values() if one.is_counter}
        for one in self.fields.values():
            if one.under:
                first.setdefault(one.under, one.id)
        return MappingProxyType(first)

    def _below(self, top: FieldShape) -> frozenset[str]:
        found = {top.id} if top.is_counter else set()
        for one in self.fields.values():
            if one.under and (one.under == top.id or one.under in found):
                found.add(one.id)
        return frozenset(found)


def number_of(segment_id: str, field_id: str) -> str:
    """Name a field as the standard numbers it (`442-E7`); a field the table does not know keeps its bare id."""
    segment = SEGMENTS.get(segment_id)
    shape = segment.fields.get(field_id) if segment else None
    return shape.number if shape else field_id


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read one of this package's tables; lines that start with # say where it is from."""
    text = files(__package__).joinpath(name).read_text("ascii")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _field(row: dict[str, str], order: int) -> FieldShape:
    return FieldShape(
        id=row["id"],
        number=row["number"],
        name=row["name"],
        picture=picture(row["picture"]),
        is_needed=row["needed"] == "yes",
        is_count=row["repeats"] == "count",
        is_counter=row["repeats"] == "counter",
        most=int(row["most"]) if row["most"] else None,
        under=row["under"],
        order=order,
    )


def _segments() -> Mapping[str, SegmentShape]:
    shapes: dict[str, dict[str, FieldShape]] = {}
    for order, row in enumerate(rows("fields.tsv")):
        shapes.setdefault(row["segment"], {})[row["id"]] = _field(row, order)
    return MappingProxyType(
        {
            row["segment"]: SegmentShape(
                id=row["segment"],
                name=row["name"],
                is_in_transaction=row["place"] == "transaction",
                fields=MappingProxyType(shapes[row["segment"]]),
            )
            for row in rows("segments.tsv")
        }
    )


SEGMENTS: Final = _segments()
