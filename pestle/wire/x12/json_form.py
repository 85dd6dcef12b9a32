"""An interchange as plain JSON values and back: each segment is a list, its name first."""

from collections.abc import Mapping
from typing import Any

from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Group, Interchange, Segment, Separators, TransactionSet

_MARKS = ("element", "component", "repetition", "terminator", "line_break")


def to_json(interchange: Interchange) -> dict[str, Any]:
    """Give the interchange as dictionaries, lists and text."""
    return {
        "separators": {name: getattr(interchange.separators, name) for name in _MARKS},
        "header": _row(interchange.header),
        "notes": [_row(each) for each in interchange.notes],
        "groups": [
            {
                "header": _row(group.header),
                "sets": [
                    {
                        "header": _row(each.header),
                        "body": [_row(one) for one in each.body],
                        "trailer": _row(each.trailer),
                    }
                    for each in group.sets
                ],
                "trailer": _row(group.trailer),
            }
            for group in interchange.groups
        ],
        "trailer": _row(interchange.trailer),
    }


def from_json(given: object) -> Interchange:
    """Give back the interchange that to_json showed; raises X12Error naming the part that is out of shape."""
    top = _object(given, "JSON")
    marks = _object(top.get("separators"), "separators")
    return Interchange(
        separators=Separators(**{name: _text(marks.get(name), f"separators.{name}") for name in _MARKS}),
        header=_segment(top.get("header"), "header"),
        notes=_segments(top.get("notes", []), "notes"),
        groups=tuple(_group(one, f"groups[{at}]") for at, one in enumerate(_list(top.get("groups"), "groups"))),
        trailer=_segment(top.get("trailer"), "trailer"),
    )


def _row(segment: Segment) -> list[str]:
    return [segment.id, *segment.elements]


def _group(given: object, where: str) -> Group:
    stated = _object(given, where)
    sets = enumerate(_list(stated.get("sets"), f"{where}.sets"))
    return Group(
        header=_segment(stated.get("header"), f"{where}.header"),
        sets=tuple(_set(one, f"{where}.sets[{at}]") for at, one in sets),
        trailer=_segment(stated.get("trailer"), f"{where}.trailer"),
    )


def _set(given: object, where: str) -> TransactionSet:
    stated = _object(given, where)
    return TransactionSet(
        header=_segment(stated.get("header"), f"{where}.header"),
        body=_segments(stated.get("body"), f"{where}.body"),
        trailer=_segment(stated.get("trailer"), f"{where}.trailer"),
    )


def _segments(given: object, where: str) -> tuple[Segment, ...]:
    return tuple(_segment(one, f"{where}[{at}]") for at, one in enumerate(_list(given, where)))


def _segment(given: object, where: str) -> Segment:
    name, *elements = [_text(one, where) for one in _list(given, where)] or [""]
    return Segment(name, tuple(elements))


def _object(given: object, where: str) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise X12Error(where, "is not an object")
    return given


def _list(given: object, where: str) -> list[object]:
    if not isinstance(given, list):
        raise X12Error(where, "is not a list")
    return given


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise X12Error(where, "is not text")
    return given
