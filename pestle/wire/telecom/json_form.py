"""A transmission as plain JSON values and back; numbers and names are for people, only id and value are read."""

from collections.abc import Mapping
from typing import Any

from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.table import SEGMENTS
from pestle.wire.telecom.transmission import (
    REQUEST_HEADER,
    RESPONSE_HEADER,
    Field,
    HeaderShape,
    RequestHeader,
    ResponseHeader,
    Segment,
    Transaction,
    Transmission,
    header_shape,
)


def to_json(transmission: Transmission) -> dict[str, Any]:
    """Give the transmission as dictionaries, lists and text."""
    shapes = header_shape(transmission.header)
    return {
        "kind": "request" if transmission.is_request else "response",
        "wrapped": transmission.is_wrapped,
        "header": {shape.number: getattr(transmission.header, attribute) for attribute, shape in shapes.items()},
        "segments": [_segment_to_json(segment) for segment in transmission.segments],
        "transactions": [[_segment_to_json(one) for one in group.segments] for group in transmission.transactions],
    }


def from_json(given: object) -> Transmission:
    """Give back the transmission that to_json showed; raises TelecomError naming the part that is out of shape."""
    top = _object(given, "JSON")
    return Transmission(
        header=_header_from_json(top),
        segments=_segments_from_json(top.get("segments"), "segments"),
        transactions=tuple(
            Transaction(_segments_from_json(group, f"transactions[{place}]"))
            for place, group in enumerate(_list(top.get("transactions"), "transactions"))
        ),
        is_wrapped=_flag(top.get("wrapped", False), "wrapped"),
    )


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    shape = SEGMENTS.get(segment.id)
    return {
        "segment": segment.id,
        "name": shape.name if shape else None,
        "fields": [_field_to_json(field, segment.id) for field in segment.fields],
    }


def _field_to_json(field: Field, segment_id: str) -> dict[str, str | None]:
    segment = SEGMENTS.get(segment_id)
    shape = segment.fields.get(field.id) if segment else None
    return {
        "id": field.id,
        "number": shape.number if shape else None,
        "name": shape.name if shape else None,
        "value": field.value,
    }


def _header_from_json(top: Mapping[str, object]) -> RequestHeader | ResponseHeader:
    stated = _object(top.get("header"), "header")
    if top.get("kind") == "request":
        return RequestHeader(**_header_values(REQUEST_HEADER, stated))
    if top.get("kind") == "response":
        return ResponseHeader(**_header_values(RESPONSE_HEADER, stated))
    raise TelecomError("kind", "is neither request nor response")


def _header_values(shapes: Mapping[str, HeaderShape], stated: Mapping[str, object]) -> dict[str, str]:
    return {attribute: _text(stated.get(shape.number), f"header {shape.number}") for attribute, shape in shapes.items()}


def _segments_from_json(given: object, where: str) -> tuple[Segment, ...]:
    return tuple(_segment_from_json(one, f"{where}[{place}]") for place, one in enumerate(_list(given, where)))


def _segment_from_json(given: object, where: str) -> Segment:
    stated = _object(given, where)
    fields = enumerate(_list(stated.get("fields"), f"{where}.fields"))
    return Segment(
        _text(stated.get("segment"), f"{where}.segment"),
        tuple(_field_from_json(field, f"{where}.fields[{place}]") for place, field in fields),
    )


def _field_from_json(given: object, where: str) -> Field:
    stated = _object(given, where)
    return Field(_text(stated.get("id"), f"{where}.id"), _text(stated.get("value"), f"{where}.value"))


def _object(given: object, where: str) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise TelecomError(where, "is not an object")
    return given


def _list(given: object, where: str) -> list[object]:
    if not isinstance(given, list):
        raise TelecomError(where, "is not a list")
    return given


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise TelecomError(where, "is not text")
    return given


def _flag(given: object, where: str) -> bool:
    if not isinstance(given, bool):
        raise TelecomError(where, "is neither true nor false")
    return given
