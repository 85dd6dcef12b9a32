"""Which segments make up a value, and in what order they are sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.transmission import Segment
from pestle.wire.telecom.typed import read_items, read_segment, write_items, write_segment


@dataclass(frozen=True, slots=True)
class Place:
    """One segment: the attribute it fills, what it is read as, and the counter when it is read as a tuple of items."""

    segment_id: str
    attribute: str
    of: type[Any]
    under: str | None = None


def read_places(places: Iterable[Place], segments: Iterable[Segment], *, inside: str) -> dict[str, Any]:
    """Read each segment that is there into its attribute; the first one stands when a segment comes twice.

    `inside` says which transaction this is, for the errors.
    """
    found = {segment.id: segment for segment in reversed(tuple(segments))}
    values: dict[str, Any] = {}
    for place in places:
        segment = found.get(place.segment_id)
        if segment is not None:
            values[place.attribute] = _read(place, segment, inside)
    return values


def write_places(places: Iterable[Place], value: object, *, inside: str) -> tuple[Segment, ...]:
    """Write each attribute that is present as its segment; `inside` says which transaction this is, for the errors."""
    present = ((place, getattr(value, place.attribute)) for place in places)
    return tuple(_write(place, one, inside) for place, one in present if one is not None and one != ())


def leftover(places: Iterable[Place], segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Give the segments that have no place, as they are."""
    known = {place.segment_id for place in places}
    return tuple(segment for segment in segments if segment.id not in known)


def _read(place: Place, segment: Segment, inside: str) -> Any:
    try:
        if place.under is not None:
            return read_items(place.of, segment, place.under)
        return read_segment(place.of, segment)
    except TelecomError as error:
        raise TelecomError(f"{error.where}{inside}", error.said) from None


def _write(place: Place, value: Any, inside: str) -> Segment:
    try:
        if place.under is not None:
            return write_items(place.segment_id, place.under, value)
        return write_segment(place.segment_id, value)
    except TelecomError as error:
        raise TelecomError(f"{error.where}{inside}", error.said) from None
