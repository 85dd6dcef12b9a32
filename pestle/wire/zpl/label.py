"""One label: its size, what is on it, how often it is printed, and the mark of a reprint."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pestle.wire.errors import WireError
from pestle.wire.zpl.barcodes import Code128, DataMatrix, QrCode
from pestle.wire.zpl.field import Field
from pestle.wire.zpl.shapes import Box, Raw, Text

REPRINT_NOTE = "^FXreprint^FS"  # A comment, by which the mark is known again when the label is read.
MOST_COPIES = 999
LABEL = re.compile(r"\s*\^XA(?P<body>.*?)\^XZ", re.DOTALL)
SIZE = re.compile(r"\s*\^CI28\s*\^PW(?P<width>[0-9]{1,5})\s*\^LL(?P<height>[0-9]{1,5})(?![0-9])")
COPIES = re.compile(r"\^PQ(?P<copies>[0-9]{1,3})\s*$")
MARKED = re.compile(re.escape(REPRINT_NOTE) + Text.pattern.pattern)
DESCRIBED: tuple[type[Field], ...] = (Text, Code128, DataMatrix, QrCode, Box)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of so many dots; a width of 0 is the label of another program, whose size stands in its raw commands.

    Raises WireError for a field that lies outside the label, or a count of copies that nobody means.
    """

    width: int
    height: int
    fields: tuple[Field, ...]
    copies: int = 1
    reprint: Text | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.copies <= MOST_COPIES:
            raise WireError(where="^PQ", said=f"A label is printed 1 to {MOST_COPIES} times, not {self.copies}.")
        if (self.width > 0) != (self.height > 0) or min(self.width, self.height) < 0:
            raise WireError(where="^PW", said=f"A label cannot measure {self.width} by {self.height} dots.")
        for place, field in enumerate((*self.fields, *([self.reprint] if self.reprint else [])), start=1):
            if self.width and not isinstance(field, Raw) and not self._holds(field):
                raise WireError(where=f"field {place}", said=f"It begins outside the label: {field.render()}")

    def _holds(self, field: Field) -> bool:
        x, y = getattr(field, "x", 0), getattr(field, "y", 0)
        return bool(x < self.width and y < self.height)

    @property
    def words(self) -> tuple[str, ...]:
        """Give the words on it, in order, the reprint mark last."""
        marked = (*self.fields, self.reprint)
        return tuple(field.text for field in marked if isinstance(field, Text))

    @property
    def barcodes(self) -> tuple[str, ...]:
        """Give what a scanner would read from its bar codes, in order."""
        return tuple(field.text for field in self.fields if isinstance(field, Code128 | DataMatrix | QrCode))


def render(label: Label) -> str:
    """Write one label."""
    lines = ["^XA"]
    if label.width:
        lines.append(f"^CI28^PW{label.width}^LL{label.height}")
    lines += [field.render() for field in label.fields]
    if label.reprint:
        lines.append(REPRINT_NOTE + label.reprint.render())
    if label.copies > 1:
        lines.append(f"^PQ{label.copies}")
    return "\n".join([*lines, "^XZ", ""])


def parse(text: str) -> tuple[Label, ...]:
    """Read labels one after another; WireError when anything stands between them."""
    labels = []
    place = 0
    while found := LABEL.match(text, place):
        labels.append(_read_label(found["body"]))
        place = found.end()
    if text[place:].strip():
        raise WireError(where=f"character {place + 1}", said="A label begins with ^XA and ends with ^XZ.")
    if not labels:
        raise WireError(where="^XA", said="There is no label.")
    return tuple(labels)


def _read_label(body: str) -> Label:
    size, copies = SIZE.match(body), COPIES.search(body)
    inside = body[size.end() if size else 0 : copies.start() if copies else len(body)]
    fields: list[Field] = []
    reprint: Text | None = None
    for field, is_marked in _read_fields(inside.strip()):
        if is_marked and reprint is None and isinstance(field, Text):
            reprint = field
        else:
            fields.append(field)
    return Label(
        width=int(size["width"]) if size else 0,
        height=int(size["height"]) if size else 0,
        fields=tuple(fields),
        copies=int(copies["copies"]) if copies else 1,
        reprint=reprint,
    )


def _read_fields(text: str) -> Iterator[tuple[Field, bool]]:
    place = 0
    while place < len(text):
        is_marked = MARKED.match(text, place) is not None
        field, place = _read_field(text, place + len(REPRINT_NOTE) * is_marked)
        if is_marked and isinstance(field, Raw):
            field = Raw(REPRINT_NOTE + field.zpl)
        yield field, is_marked
        place += len(text[place:]) - len(text[place:].lstrip())


def _read_field(text: str, place: int) -> tuple[Field, int]:
    for kind in DESCRIBED:
        if found := kind.pattern.match(text, place):
            try:
                return kind.read(found.groupdict()), found.end()
            except WireError:
                break  # What our own value would refuse is still the label of somebody else.
    end = Raw.pattern.match(text, place)
    place_after = end.end() if end else len(text)
    return Raw.read({"zpl": text[place:place_after]}), place_after
