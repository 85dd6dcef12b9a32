"""A SCRIPT message as JSON: one object per element, and the sender's own spelling where it is not ours."""

from typing import Any

from pestle.wire.script.errors import ScriptError
from pestle.wire.script.message import Message
from pestle.wire.script.tree import DEEPEST, Element, parse, render

TREE = "script"
SPELLING = "as_received"


def to_json(message: Message) -> dict[str, Any]:
    """Give `{"script": tree}`, where `{"Quantity": [{"Value": "30"}], "@Qualifier": "P"}` is one element.

    Text is a string, elements are a list, attributes begin with @, and `@xmlns` names a namespace that differs from
    the parent's. A message that another system spelled differently from us has its text in `as_received` too.
    """
    form: dict[str, Any] = {TREE: _element_to_json(message.root, "")}
    if (spelling := _spelling(message.received, message.root)) is not None:
        form[SPELLING] = spelling
    return form


def from_json(form: object) -> Message:
    """Make the message again; with `as_received` it encodes to the very bytes that were decoded.

    When the tree was changed meanwhile the tree wins, and the message is spelled our way. Raises ScriptError.
    """
    if not isinstance(form, dict) or set(form) - {TREE, SPELLING} or TREE not in form:
        raise ScriptError(where="/", said=f"is not an object with {TREE} and perhaps {SPELLING}")
    root = _element_from_json(form[TREE], path="", inherited="", depth=1)
    if parse(render(root)) != root:
        raise ScriptError(where=f"/{root.name}", said="holds something that XML cannot carry")
    return Message(root, _spelling(form.get(SPELLING), root))


def _spelling(spelled: object, root: Element) -> str | None:
    if spelled is None:
        return None
    if not isinstance(spelled, str):
        raise ScriptError(where=f"/{SPELLING}", said="is not text")
    return spelled if spelled != render(root) and parse(spelled) == root else None


def _element_to_json(element: Element, inherited: str) -> dict[str, Any]:
    form: dict[str, Any] = {element.name: _content_to_json(element)}
    if element.namespace != inherited:
        form["@xmlns"] = element.namespace
    return form | {f"@{name}": said for name, said in element.attributes}


def _content_to_json(element: Element) -> Any:
    if all(isinstance(piece, str) for piece in element.content):
        return "".join(map(str, element.content))
    return [
        piece if isinstance(piece, str) else _element_to_json(piece, element.namespace) for piece in element.content
    ]


def _element_from_json(form: object, *, path: str, inherited: str, depth: int) -> Element:
    if depth > DEEPEST:
        raise ScriptError(where=path, said=f"is nested deeper than {DEEPEST} elements")
    if not isinstance(form, dict) or not all(isinstance(key, str) for key in form):
        raise ScriptError(where=path or "/", said="is not an object with one element")
    names = [key for key in form if not key.startswith("@")]
    attributes = {key[1:]: said for key, said in form.items() if key.startswith("@")}
    if len(names) != 1 or not all(isinstance(said, str) for said in attributes.values()):
        raise ScriptError(where=path or "/", said="is not an object with one element and text attributes")
    namespace = attributes.pop("xmlns", inherited)
    here = f"{path}/{names[0]}"
    content = _content_from_json(form[names[0]], path=here, namespace=namespace, depth=depth)
    return Element(names[0], content, tuple(attributes.items()), namespace)


def _content_from_json(form: object, *, path: str, namespace: str, depth: int) -> tuple[Element | str, ...]:
    if isinstance(form, str):
        return (form,)
    if not isinstance(form, list):
        raise ScriptError(where=path, said="is neither text nor a list")
    return tuple(
        piece if isinstance(piece, str) else _element_from_json(piece, path=path, inherited=namespace, depth=depth + 1)
        for piece in form
    )
