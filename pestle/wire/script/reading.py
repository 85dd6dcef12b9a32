"""Reading a declared block from the tree, and noting where it departs from the standard."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from pestle.wire.script import leaves
from pestle.wire.script.errors import ScriptError
from pestle.wire.script.leaves import Leaf
from pestle.wire.script.parts import Form, Kept, Part, Rest, parts_of
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
    parts = parts_of(make)
    found: dict[str, list[Any]] = {part.field: [] for part in parts}
    kept = tuple(_read_children(element, place, parts, found, asks))
    attributes = _read_attributes(element, place, parts, found)
    _read_content(element, place, parts, found)
    _refuse_two_answers(kind, place, found)
    for part in parts:
        _note_needs(part, place, found[part.field], asks)
    values = {part.field: _settled(part, found[part.field]) for part in parts}
    return make(**values, rest=Rest(kept, attributes))  # type: ignore[no-any-return]


def _read_children(
    element: Element, place: Place, parts: tuple[Part, ...], found: dict[str, list[Any]], asks: tuple[str, ...]
) -> Iterator[Kept]:
    known = {name: part for part in parts if part.form is Form.ELEMENT for name in part.holds}
    seen: Counter[str] = Counter()
    for at, child in enumerate(element.children):
        seen[child.name] += 1
        here = place.into(child.name, seen[child.name])
        part = known.get(child.name) if child.namespace in {"", SCRIPT_NAMESPACE, element.namespace} else None
        if part is None or _is_unreadable(part.holds[child.name], child):
            here.note(Departs.UNREAD, "is kept but not read")
            yield Kept(at, child)
            continue
        value = _read_one(part, child, here, asks)
        if value in (None, ""):
            continue
        if part.most == 1 and found[part.field]:
            here.refuse("stands twice where the standard allows one", "3000")
        found[part.field].append(value)


def _is_unreadable(holds: Any, child: Element) -> bool:
    return isinstance(holds, Leaf) and not holds.may_hold and bool(child.children)


def _read_one(part: Part, child: Element, here: Place, asks: tuple[str, ...]) -> Any:
    holds = part.holds[child.name]
    if holds is Element:
        return child
    if not isinstance(holds, Leaf):
        further = (ask.partition(".") for ask in asks)
        inner = tuple(ask for field_name, _, ask in further if ask and field_name == part.field)
        return read(holds, child, here, part.asks + inner)
    try:
        value = holds.read(child)
    except ValueError as wrong:
        here.refuse(str(wrong))
    _note_limits(part, child.text, value, here)
    for extra in child.children:
        if extra.name not in holds.may_hold:
            here.into(extra.name).note(Departs.UNREAD, "is not read")
    if holds is leaves.CODE_LEAF and child.text:
        here.note(Departs.UNREAD, "holds text where a Code belongs; the text is not read")
    return value


def _note_limits(part: Part, said: str, value: Any, here: Place) -> None:
    if here.checks_lengths and part.longest is not None and len(said) > part.longest:
        here.note(Departs.TOO_LONG, f"is longer than {part.longest} characters")
    if part.among is not None and value and value not in set(part.among):
        here.note(Departs.NOT_IN_LIST, "holds a code that is not in the standard's list")


def _read_attributes(
    element: Element, place: Place, parts: tuple[Part, ...], found: dict[str, list[Any]]
) -> tuple[tuple[str, str], ...]:
    known = {part.name: part for part in parts if part.form is Form.ATTRIBUTE}
    unread = tuple((name, said) for name, said in element.attributes if name not in known)
    for name, said in element.attributes:
        if name in known:
            found[known[name].field].extend(filter(None, [said]))
        else:
            place.into(f"@{name}").note(Departs.UNREAD, "is kept but not read")
    return unread


def _read_content(element: Element, place: Place, parts: tuple[Part, ...], found: dict[str, list[Any]]) -> None:
    wanted = [part for part in parts if part.form is Form.CONTENT]
    if wanted:
        found[wanted[0].field].extend(filter(None, [element.text]))
    elif element.text:
        place.into("text()").note(Departs.UNREAD, "is text where only elements belong; it is not read")


def _refuse_two_answers(kind: type, place: Place, found: dict[str, list[Any]]) -> None:
    answers = [name for name in getattr(kind, "one_of", ()) if found[name]]
    if len(answers) > 1:
        place.refuse("says more than one of things that exclude each other", "3000")
    if getattr(kind, "one_of", ()) and not answers:
        place.note(Departs.MISSING, "holds none of the choices it must make")


def _note_needs(part: Part, place: Place, values: list[Any], asks: tuple[str, ...]) -> None:
    here = place.into(f"@{part.name}" if part.form is Form.ATTRIBUTE else part.name)
    if not values and (part.needed or part.field in asks):
        here.note(Departs.MISSING, "is missing")
    if part.most is not None and len(values) > max(part.most, 1):
        here.note(Departs.TOO_MANY, f"stands {len(values)} times; the standard allows {part.most}")


def _settled(part: Part, values: list[Any]) -> Any:
    if part.most != 1:
        return tuple(values)
    if values:
        return values[0]
    return "" if _holds_text(part) else None


def _holds_text(part: Part) -> bool:
    return part.holds[part.name] in (leaves.TEXT, leaves.CODE_LEAF)
