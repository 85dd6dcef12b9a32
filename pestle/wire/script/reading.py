"""Reading a declared block from the tree, and noting where it departs from the standard."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from pestle.wire.script import leaves
from pestle.wire.script.errors import ScriptError
from pestle.wire.script.leaves import Leaf
from pestle.wire.script.parts import Form, Kept, Part, Rest, Shape, shape_of
from pestle.wire.script.tree import Element

Block = TypeVar("Block")
SCRIPT_NAMESPACE = "http://www.ncpdp.org/schema/SCRIPT"


class Departs(StrEnum):
    """The ways in which a message can differ from the standard and still be read."""

    MISSING = "missing"
    TOO_LONG = "too long"
    TOO_MANY = "too many"
    NOT_IN_LIST = "not in the list"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Departure:
    """One difference from the standard: where, of which kind, and a sentence that repeats nothing about a patient."""

    where: str
    kind: Departs
    said: str


@dataclass(slots=True)
class Place:
    """Where the reader stands, and the differences it has met so far."""

    path: str
    met: list[Departure]
    checks_lengths: bool = True

    def into(self, name: str, number: int = 1) -> "Place":
        """Give the place one element further in; the second of its name is `[2]`."""
        return Place(f"{self.path}/{name}{f'[{number}]' if number > 1 else ''}", self.met, self.checks_lengths)

    def note(self, kind: Departs, said: str) -> None:
        """Remember a difference that does not stop the reading."""
        self.met.append(Departure(self.path, kind, said))

    def refuse(self, said: str, description_code: str = "2000") -> NoReturn:
        """Stop the reading here; raises ScriptError."""
        raise ScriptError(where=self.path, said=said, description_code=description_code)


def read(kind: type[Block], element: Element, place: Place, asks: tuple[str, ...] = ()) -> Block:
    """Read a block and note where it departs from the standard.

    Raises ScriptError with the path of an element that is no number, day, moment or flag, that stands twice, or
    that makes an answer say two things at once.
    """
    make: Any = kind
    shape, children = shape_of(make), element.children
    found: dict[str, Any] = {}
    kept = _read_children(children, (element.namespace, "", SCRIPT_NAMESPACE), place, shape, found=found, asks=asks)
    attributes = _read_attributes(element, place, shape, found) if element.attributes else ()
    if len(children) < len(element.content):
        _read_content(element, place, shape, found)
    if shape.one_of:
        _refuse_two_answers(shape, place, found)
    for part in shape.parts if asks else shape.watched:
        if part.field not in found or (part.most or 0) > 1:
            _note_needs(part, place, found, asks)
    for repeated in shape.repeated:
        if repeated in found:
            found[repeated] = tuple(found[repeated])
    if kept or attributes:
        found["rest"] = Rest(tuple(kept), attributes)
    # A part that is not found has the value its field is declared with.
    return make(**found)  # type: ignore[no-any-return]


def _read_children(
    children: tuple[Element, ...],
    spaces: tuple[str, ...],
    place: Place,
    shape: Shape,
    *,
    found: dict[str, Any],
    asks: tuple[str, ...],
) -> list[Kept]:
    """Read the elements inside into what is found of each part, and give those that nobody read."""
    kept: list[Kept] = []
    seen: dict[str, int] = {}
    for at, child in enumerate(children):
        name = child.name
        seen[name] = number = seen.get(name, 0) + 1
        known = shape.elements.get(name)
        if known is None or child.namespace not in spaces:
            kept.append(_unread(at, child, place, number))
            continue
        part, holds = known
        if not isinstance(holds, Leaf):
            value = _read_block(part, holds, child, place.into(name, number), asks)
        elif child.is_plain or holds.may_hold or not child.children:
            value = _read_leaf(part, holds, child, place, number)
        else:
            kept.append(_unread(at, child, place, number))
            continue
        if value is None or value == "":
            continue
        if part.most != 1:
            found.setdefault(part.field, []).append(value)
        elif part.field in found:
            place.into(name, number).refuse("stands twice where the standard allows one", "3000")
        else:
            found[part.field] = value
    return kept


def _unread(at: int, child: Element, place: Place, number: int) -> Kept:
    place.into(child.name, number).note(Departs.UNREAD, "is kept but not read")
    return Kept(at, child)


def _read_block(part: Part, holds: Any, child: Element, here: Place, asks: tuple[str, ...]) -> Any:
    if holds is Element:
        return child
    inner = part.asks
    if asks:
        further = (ask.partition(".") for ask in asks)
        inner += tuple(ask for field_name, _, ask in further if ask and field_name == part.field)
    return read(holds, child, here, inner)


def _read_leaf(part: Part, leaf: Leaf, child: Element, place: Place, number: int) -> Any:
    said = child.text
    try:
        value = leaf.read(child, said)
    except ValueError as wrong:
        place.into(child.name, number).refuse(str(wrong))
    if part.longest is not None or part.among is not None:
        _note_limits(part, said, value, place, number)
    if leaf.may_hold or not child.is_plain:
        _note_extras(leaf, child, said, place, number)
    return value


def _note_limits(part: Part, said: str, value: Any, place: Place, number: int) -> None:
    if place.checks_lengths and part.longest is not None and len(said) > part.longest:
        here = place.into(part.name, number)
        here.note(Departs.TOO_LONG, f"is longer than {part.longest} characters")
    if part.among is not None and value and value not in set(part.among):
        here = place.into(part.name, number)
        here.note(Departs.NOT_IN_LIST, "holds a code that is not in the standard's list")


def _note_extras(leaf: Leaf, child: Element, said: str, place: Place, number: int) -> None:
    here = place.into(child.name, number)
    for extra in child.children:
        if extra.name not in leaf.may_hold:
            here.into(extra.name).note(Departs.UNREAD, "is not read")
    if leaf is leaves.CODE_LEAF and said:
        here.note(Departs.UNREAD, "holds text where a Code belongs; the text is not read")


def _read_attributes(
    element: Element, place: Place, shape: Shape, found: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    unread = []
    for name, said in element.attributes:
        if (part := shape.attributes.get(name)) is None:
            place.into(f"@{name}").note(Departs.UNREAD, "is kept but not read")
            unread.append((name, said))
        elif said:
            found[part.field] = said
    return tuple(unread)


def _read_content(element: Element, place: Place, shape: Shape, found: dict[str, Any]) -> None:
    said = element.text
    if said and shape.content is not None:
        found[shape.content.field] = said
    elif said:
        place.into("text()").note(Departs.UNREAD, "is text where only elements belong; it is not read")


def _refuse_two_answers(shape: Shape, place: Place, found: dict[str, Any]) -> None:
    answers = [name for name in shape.one_of if name in found]
    if len(answers) > 1:
        place.refuse("says more than one of things that exclude each other", "3000")
    if not answers:
        place.note(Departs.MISSING, "holds none of the choices it must make")


def _note_needs(part: Part, place: Place, found: dict[str, Any], asks: tuple[str, ...]) -> None:
    if part.field not in found:
        if part.needed or part.field in asks:
            name = f"@{part.name}" if part.form is Form.ATTRIBUTE else part.name
            place.into(name).note(Departs.MISSING, "is missing")
    elif part.most is not None and part.most > 1 and len(found[part.field]) > part.most:
        said = f"stands {len(found[part.field])} times; the standard allows {part.most}"
        place.into(part.name).note(Departs.TOO_MANY, said)
