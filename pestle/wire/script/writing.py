"""Writing a declared block as a tree, in the standard's order."""

from collections.abc import Callable, Iterator
from typing import Any

from pestle.wire.script.errors import ScriptError
from pestle.wire.script.leaves import Leaf
from pestle.wire.script.parts import Form, Part, Rest, parts_of
from pestle.wire.script.tree import Element


def write(name: str, value: object) -> Element:
    """Write a block in the standard's order, with what nobody read where it stood.

    Raises ScriptError naming the element whose value cannot be written.
    """
    children: list[Element] = []
    attributes: list[tuple[str, str]] = []
    said = ""
    kind: Any = type(value)
    for part in parts_of(kind):
        held = getattr(value, part.field)
        if part.form is Form.CONTENT:
            said = held
        elif part.form is Form.ATTRIBUTE:
            attributes.extend([(part.name, held)] if held else [])
        else:
            children.extend(_write_part(part, held, name))
    kept: Rest = value.rest  # type: ignore[attr-defined]
    for each in kept.elements:
        children.insert(each.at, each.element)
    return Element(name, (said, *children), (*attributes, *kept.attributes))


def _write_part(part: Part, held: Any, parent: str) -> Iterator[Element]:
    for each in held if isinstance(held, tuple) else (held,):
        if each is not None and each != "":
            name = _name_for(part, each)
            yield _write_one(part.holds[name], name, each, f"{parent}/{name}")


def _name_for(part: Part, value: object) -> str:
    return next(
        (name for name, holds in part.holds.items() if isinstance(holds, type) and type(value) is holds), part.name
    )


def _write_one(holds: Any, name: str, value: Any, where: str) -> Element:
    if holds is Element:
        return value  # type: ignore[no-any-return]
    if not isinstance(holds, Leaf):
        return _within(where, lambda: write(name, value))
    return _within(where, lambda: holds.write(name, value))


def _within(where: str, make: Callable[[], Element]) -> Element:
    try:
        return make()
    except ScriptError as wrong:
        raise ScriptError(where=f"{where.split('/', 1)[0]}/{wrong.where}", said=wrong.said) from None
    except ValueError as wrong:
        raise ScriptError(where=where, said=str(wrong)) from None
