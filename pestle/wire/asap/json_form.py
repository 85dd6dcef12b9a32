"""A report as plain JSON values and back: each segment is a list, its name first."""

from typing import Any

from pestle.wire.asap.errors import AsapError
from pestle.wire.asap.report import Report, Segment


def to_json(report: Report) -> dict[str, Any]:
    """Give the report as dictionaries, lists and text."""
    return {
        "terminator": report.terminator,
        "line_break": report.line_break,
        "segments": [[each.id, *each.fields] for each in report.segments],
    }


def from_json(given: object) -> Report:
    """Give back the report that to_json showed; raises AsapError naming the part that is out of shape."""
    if not isinstance(given, dict):
        raise AsapError("JSON", "is not an object")
    rows = given.get("segments")
    if not isinstance(rows, list):
        raise AsapError("segments", "is not a list")
    return Report(
        segments=tuple(_segment(row, f"segments[{at}]") for at, row in enumerate(rows)),
        terminator=_text(given.get("terminator"), "terminator"),
        line_break=_text(given.get("line_break"), "line_break"),
    )


def _segment(row: object, where: str) -> Segment:
    if not isinstance(row, list) or not row:
        raise AsapError(where, "is not a list with a name first")
    name, *fields = (_text(each, where) for each in row)
    return Segment(name, tuple(fields))


def _text(given: object, where: str) -> str:
    if not isinstance(given, str):
        raise AsapError(where, "is not text")
    return given
