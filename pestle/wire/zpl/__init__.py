"""Labels in ZPL II for a thermal printer of 203 dots per inch: built from values, and read back into them."""

from collections.abc import Mapping
from dataclasses import asdict, fields

from pestle.wire.errors import WireError
from pestle.wire.zpl.barcodes import Code128, DataMatrix, QrCode
from pestle.wire.zpl.field import DOTS_PER_INCH, Field
from pestle.wire.zpl.label import Label, parse, render
from pestle.wire.zpl.shapes import Box, Raw, Text

__all__ = [
    "DOTS_PER_INCH",
    "Box",
    "Code128",
    "DataMatrix",
    "Field",
    "Label",
    "QrCode",
    "Raw",
    "Text",
    "decode",
    "dots",
    "encode",
    "from_json",
    "parse",
    "render",
    "to_json",
]

KINDS: dict[str, type[Field]] = {
    "text": Text,
    "box": Box,
    "code128": Code128,
    "datamatrix": DataMatrix,
    "qr": QrCode,
    "raw": Raw,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def dots(*, tenths_of_inch: int) -> int:
    """Give a length on the label in dots, rounded down."""
    return tenths_of_inch * DOTS_PER_INCH // 10


def decode(octets: bytes) -> tuple[Label, ...]:
    """Read what was sent to a printer: one label after another."""
    try:
        return parse(octets.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise WireError(where=f"byte {error.start}", said="Only labels in UTF-8 are read.") from error


def encode(labels: tuple[Label, ...]) -> bytes:
    """Write labels as the bytes to send to a printer."""
    return "".join(render(label) for label in labels).encode()


def to_json(labels: tuple[Label, ...]) -> list[dict[str, object]]:
    """Give labels as JSON values."""
    return [
        {
            "width": label.width,
            "height": label.height,
            "copies": label.copies,
            "reprint": _field_to_json(label.reprint) if label.reprint else None,
            "fields": [_field_to_json(field) for field in label.fields],
        }
        for label in labels
    ]


def from_json(value: object) -> tuple[Label, ...]:
    """Read what `to_json` gave; WireError names the label and field that is wrong."""
    if not isinstance(value, list) or not value:
        raise WireError(where="labels", said="Labels in JSON are a list of at least one.")
    return tuple(_label_from_json(entry, f"label {number}") for number, entry in enumerate(value, start=1))


def _label_from_json(value: object, where: str) -> Label:
    entry = _mapping(value, where)
    listed = entry.get("fields")
    if not isinstance(listed, list):
        raise WireError(where=where, said="It has a list of fields.")
    read = tuple(_field_from_json(item, f"{where}, field {place}") for place, item in enumerate(listed, start=1))
    reprint = _field_from_json(entry["reprint"], f"{where}, reprint") if entry.get("reprint") else None
    if not isinstance(reprint, Text | None):
        raise WireError(where=f"{where}, reprint", said="The reprint mark is a text.")
    return Label(
        width=_number(entry, "width", where),
        height=_number(entry, "height", where),
        copies=_number(entry, "copies", where),
        fields=read,
        reprint=reprint,
    )


def _field_to_json(field: Field) -> dict[str, object]:
    return {"kind": NAMES[type(field)], **asdict(field)}


def _field_from_json(value: object, where: str) -> Field:
    entry = dict(_mapping(value, where))
    kind = KINDS.get(str(entry.pop("kind", "")))
    if kind is None:
        raise WireError(where=where, said=f"Its kind is one of {', '.join(KINDS)}.")
    expected = {field.name: field.type for field in fields(kind)}
    for name, given in entry.items():
        if type(given) is not expected.get(name):
            raise WireError(where=f"{where}, {name}", said=f"{given!r} does not belong there.")
    try:
        return kind(**entry)
    except TypeError as error:
        raise WireError(where=where, said=f"A {NAMES[kind]} needs {', '.join(expected)}.") from error


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WireError(where=where, said="It is an object.")
    return value


def _number(entry: Mapping[str, object], name: str, where: str) -> int:
    number = entry.get(name)
    if type(number) is not int:
        raise WireError(where=f"{where}, {name}", said=f"{number!r} is no whole number.")
    return number
