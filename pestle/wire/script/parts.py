"""A block of SCRIPT is declared once, as a dataclass in the standard's order; these are the parts it is declared of."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any

from pestle.wire.script import leaves
from pestle.wire.script.tree import Element


@dataclass(frozen=True, slots=True)
class Kept:
    """An element nobody read, and its place among its siblings."""

    at: int
    element: Element


@dataclass(frozen=True, slots=True)
class Rest:
    """What a block held beside the parts we know; written back where it stood."""

    elements: tuple[Kept, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


class Form(StrEnum):
    """Where in the XML a part stands."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Part:
    """One declared part: the element names it may have, what each holds, and what the standard asks of it."""

    holds: dict[str, Any]  # element name -> Leaf, a block class, or Element for XML kept as it is
    form: Form = Form.ELEMENT
    most: int | None = 1
    needed: bool = False
    longest: int | None = None
    among: type[StrEnum] | None = None
    asks: tuple[str, ...] = ()
    field: str = ""

    @property
    def name(self) -> str:
        """Give the first, usual element name."""
        return next(iter(self.holds))


def _declare(part: Part, default: object) -> Any:
    return field(default=default, metadata={"part": part})


def text(name: str, *, longest: int | None = None, needed: bool = False, among: type[StrEnum] | None = None) -> Any:
    """Declare an element that holds text, read as a string; absent is empty."""
    return _declare(Part({name: leaves.TEXT}, longest=longest, needed=needed, among=among), "")


def texts(name: str, *, most: int | None = None, longest: int | None = None) -> Any:
    """Declare a repeated element that holds text, read as a tuple of strings."""
    return _declare(Part({name: leaves.TEXT}, most=most, longest=longest), ())


def code(name: str, *, needed: bool = False, among: type[StrEnum] | None = None) -> Any:
    """Declare an element with one `<Code>` inside, read as a string; absent is empty."""
    return _declare(Part({name: leaves.CODE_LEAF}, needed=needed, among=among), "")


def number(name: str, *, needed: bool = False, longest: int | None = None) -> Any:
    """Declare a decimal number, read as a Decimal or None."""
    return _declare(Part({name: leaves.NUMBER_LEAF}, needed=needed, longest=longest), None)


def whole(name: str, *, needed: bool = False, longest: int | None = None) -> Any:
    """Declare a whole number, read as an int or None."""
    return _declare(Part({name: leaves.WHOLE_LEAF}, needed=needed, longest=longest), None)


def flag(name: str) -> Any:
    """Declare an xsd:boolean, read as a bool or None."""
    return _declare(Part({name: leaves.FLAG_LEAF}), None)


def moment(name: str, *, needed: bool = False) -> Any:
    """Declare an xsd:dateTime in UTC, read as an aware datetime or None."""
    return _declare(Part({name: leaves.MOMENT_LEAF}, needed=needed), None)


def day(name: str, *, needed: bool = False) -> Any:
    """Declare an element with a Date or DateTime inside, read as a StatedDay or None."""
    return _declare(Part({name: leaves.DAY_LEAF}, needed=needed), None)


def block(name: str, kind: type, *, needed: bool = False, asks: tuple[str, ...] = ()) -> Any:
    """Declare a block; `asks` names fields that must be filled in this place, `numbers.npi` one further in."""
    return _declare(Part({name: kind}, needed=needed, asks=asks), None)


def blocks(name: str, kind: type, *, most: int | None = None) -> Any:
    """Declare a repeated block, read as a tuple."""
    return _declare(Part({name: kind}, most=most), ())


def mixed(**kinds: type) -> Any:
    """Declare blocks of several kinds that follow each other in any order, read as one tuple in that order."""
    return _declare(Part(dict(kinds), most=None), ())


def attribute(name: str, *, needed: bool = False) -> Any:
    """Declare an attribute of the block's own element."""
    return _declare(Part({name: leaves.TEXT}, form=Form.ATTRIBUTE, needed=needed), "")


def content(*, needed: bool = False) -> Any:
    """Declare the text directly inside the block's own element."""
    return _declare(Part({"text()": leaves.TEXT}, form=Form.CONTENT, needed=needed), "")


def rest() -> Any:
    """Declare the place for what nobody read; every block ends with it."""
    return field(default=Rest())


@cache
def parts_of(kind: type) -> tuple[Part, ...]:
    """Give the declared parts of a block class, in order."""
    return tuple(_named(each.metadata["part"], each.name) for each in fields(kind) if "part" in each.metadata)


@dataclass(frozen=True, slots=True)
class Shape:
    """The declared parts of a block class, laid out for reading: what a name in the XML belongs to."""

    parts: tuple[Part, ...]
    elements: dict[str, tuple[Part, Any]]  # with what the part holds under this name
    attributes: dict[str, Part]
    content: Part | None
    repeated: tuple[str, ...]
    # Those of which the standard asks something that only the whole block shows.
    watched: tuple[Part, ...]
    one_of: tuple[str, ...]


@cache
def shape_of(kind: type) -> Shape:
    """Give the shape of a block class."""
    parts = parts_of(kind)
    inside = [part for part in parts if part.form is Form.ELEMENT]
    return Shape(
        parts=parts,
        elements={name: (part, holds) for part in inside for name, holds in part.holds.items()},
        attributes={part.name: part for part in parts if part.form is Form.ATTRIBUTE},
        content=next((part for part in parts if part.form is Form.CONTENT), None),
        repeated=tuple(part.field for part in inside if part.most != 1),
        watched=tuple(part for part in parts if part.needed or (part.most or 0) > 1),
        one_of=getattr(kind, "one_of", ()),
    )


def _named(part: Part, field_name: str) -> Part:
    return Part(part.holds, part.form, part.most, part.needed, part.longest, part.among, part.asks, field_name)
