"""The XML beneath SCRIPT as a frozen tree: everything a message says, without how it was spaced."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from lxml import etree

from pestle.wire.script.errors import ScriptError

DEEPEST = 40  # SCRIPT itself nests about fifteen elements.
MOST_ATTRIBUTES = 100  # SCRIPT has at most seven; reading very many takes time that grows with their square.
XML_SPACE = " \t\r\n"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
# XML 1.0, fifth edition, productions 2, 4 and 4a, without the colon.
NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME = re.compile(f"[{NAME_START}][{NAME_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*")
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONTROLS = bytes(code for code in range(32) if chr(code) not in XML_SPACE)


@dataclass(frozen=True, slots=True)
class Element:
    """One element; attribute names carry their namespace as `{uri}name`.

    White space between elements means nothing in SCRIPT and is dropped. Raises ScriptError for what XML cannot hold.
    """

    name: str
    content: "tuple[Element | str, ...]" = ()
    attributes: tuple[tuple[str, str], ...] = ()
    namespace: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", _tidied(self.content))
        names = (self.name, *(name.rpartition("}")[2] for name, _ in self.attributes))
        if not all(NAME.fullmatch(name) for name in names):
            raise ScriptError(where=self.name, said="an element or attribute has a name that XML does not allow")
        texts = (*(piece for piece in self.content if isinstance(piece, str)), *(said for _, said in self.attributes))
        if any(NOT_XML.search(text) for text in texts):
            raise ScriptError(where=self.name, said="holds a character that XML does not allow")

    @property
    def children(self) -> "tuple[Element, ...]":
        """Give the elements inside, in order."""
        return tuple([piece for piece in self.content if not isinstance(piece, str)])

    @property
    def text(self) -> str:
        """Give the text directly inside, without the white space around it."""
        content = self.content
        if len(content) == 1 and isinstance(content[0], str):
            return content[0].strip(XML_SPACE)
        return "".join([piece for piece in content if isinstance(piece, str)]).strip(XML_SPACE)

    @property
    def is_plain(self) -> bool:
        """Say whether one text and nothing else stands inside, as in most elements."""
        return len(self.content) == 1 and isinstance(self.content[0], str)

    def attribute(self, name: str) -> str:
        """Give an attribute's value, or nothing."""
        return next((said for named, said in self.attributes if named == name), "")


def _tidied(content: "Iterable[Element | str]") -> "tuple[Element | str, ...]":
    pieces: list[Element | str] = []
    for is_text, run in groupby(content, key=lambda piece: isinstance(piece, str)):
        together = list(run)
        pieces.extend(filter(None, ["".join(map(str, together))]) if is_text else together)
    has_elements = any(isinstance(piece, Element) for piece in pieces)
    has_words = any(isinstance(piece, str) and piece.strip(XML_SPACE) for piece in pieces)
    return tuple(piece for piece in pieces if isinstance(piece, Element) or not has_elements or has_words)


def parse(text: str) -> Element:
    """Read XML text into a tree; raises ScriptError for a DTD, an entity, broken XML or absurd nesting."""
    _refuse_doctype(text)
    raw = text.encode("utf-8", "surrogatepass")
    # Control characters are found among bytes far faster; only what is beyond ASCII needs the longer look.
    if (not text.isascii() or raw.translate(None, CONTROLS) != raw) and (forbidden := NOT_XML.search(text)):
        line = text.count("\n", 0, forbidden.start()) + 1
        raise ScriptError(
            where=f"line {line}", said="holds a character that XML does not allow", description_code="500"
        )
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as broken:
        raise _broken(broken, parser.error_log) from None
    return _element(root, 1)


def _refuse_doctype(text: str) -> None:
    # A DOCTYPE may stand only before the first element, after comments and processing instructions.
    at = 1 if text.startswith("\ufeff") else 0
    while (at := _after_space(text, at)) < len(text):
        if text.startswith("<!--", at):
            closing = "-->"
        elif text.startswith("<?", at):
            closing = "?>"
        else:
            break
        end = text.find(closing, at)
        at = len(text) if end < 0 else end + len(closing)
    if text.startswith("<!", at):
        raise ScriptError(where="/", said="has a document type; entities and DTDs are refused", description_code="500")


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in XML_SPACE:
        at += 1
    return at


def _broken(error: etree.XMLSyntaxError, log: Any) -> ScriptError:
    # The parser's own sentence can repeat the text, so only the kind of fault is passed on.
    kind = log[0].type_name.removeprefix("ERR_").replace("_", " ").lower() if len(log) else ""
    line, column = error.position
    said = f"is not well-formed XML ({kind})" if kind else "is not well-formed XML"
    return ScriptError(where=f"line {line}, column {column}", said=said, description_code="500")


def _element(node: etree._Element, depth: int) -> Element:
    # Every character was looked at by the XML parser, so this makes the element without looking again.
    element = _NEW(Element)
    namespace, name = _space_and_name(node.tag)
    _NAME(element, name)
    _NAMESPACE(element, namespace)
    _ATTRIBUTES(element, _attributes(node) if node.keys() else ())
    if len(node):
        _CONTENT(element, _content(node, depth))
    else:
        said = node.text
        _CONTENT(element, (said,) if said else ())
    return element


# How a frozen value is filled, without the way through its own refusal to be changed.
_NEW = object.__new__
_NAME, _CONTENT, _ATTRIBUTES, _NAMESPACE = (
    Element.__dict__[field].__set__ for field in ("name", "content", "attributes", "namespace")
)


def _attributes(node: etree._Element) -> tuple[tuple[str, str], ...]:
    attributes = tuple((str(key), str(said)) for key, said in node.items())
    if len(attributes) > MOST_ATTRIBUTES:
        raise _unlawful(node, f"has more than {MOST_ATTRIBUTES} attributes")
    for key, _ in attributes:
        _space_and_name(key)
    return attributes


@lru_cache(maxsize=512)
def _space_and_name(tag: str) -> tuple[str, str]:
    """Cut `{uri}name` in two; raises ScriptError for a name that the XML parser lets pass and we do not."""
    space, _, name = tag.rpartition("}")
    if not NAME.fullmatch(name):
        raise ScriptError(where=name, said="an element or attribute has a name that XML does not allow")
    return space.removeprefix("{"), name


def _content(node: etree._Element, depth: int) -> tuple[Element | str, ...]:
    elements: list[Element] = []
    pieces: list[Element | str] = [node.text or ""]
    for child in node:
        if isinstance(child, etree._Entity):
            raise _unlawful(node, "names an entity; entities are refused")
        if isinstance(child.tag, str):
            if depth == DEEPEST:
                raise _unlawful(child, f"is nested deeper than {DEEPEST} elements")
            elements.append(element := _element(child, depth + 1))
            pieces.append(element)
        if after := child.tail:
            pieces.append(after)
    has_words = any(isinstance(piece, str) and piece.strip(XML_SPACE) for piece in pieces)
    return tuple(elements) if elements and not has_words else _tidied(pieces)


def _unlawful(node: etree._Element, said: str) -> ScriptError:
    names = [etree.QName(each).localname for each in (*reversed(list(node.iterancestors())), node)]
    return ScriptError(where=f"/{'/'.join(names)}", said=said, description_code="500")


def render(root: Element) -> str:
    """Write a tree as XML the one way this house spells it: two spaces a level, no prefixes but for attributes."""
    lines = "".join(_written(root, inherited="", indent="\n"))
    return f'<?xml version="1.0" encoding="UTF-8"?>{lines}\n'


IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
IN_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


def _written(element: Element, *, inherited: str, indent: str) -> Iterator[str]:
    yield f"{indent}<{element.name}{''.join(_written_attributes(element, inherited))}"
    if not element.content:
        yield "/>"
        return
    yield ">"
    # Inside mixed text, white space would become part of what is said.
    holds_text = any(isinstance(piece, str) for piece in element.content)
    inner = "" if holds_text or not indent else f"{indent}  "
    for piece in element.content:
        if isinstance(piece, str):
            yield piece.translate(IN_TEXT)
        else:
            yield from _written(piece, inherited=element.namespace, indent=inner)
    yield f"{'' if holds_text else indent}</{element.name}>"


def _written_attributes(element: Element, inherited: str) -> Iterator[str]:
    if element.namespace != inherited:
        yield f' xmlns="{element.namespace.translate(IN_ATTRIBUTE)}"'
    for number, (key, said) in enumerate(element.attributes, start=1):
        namespace, _, name = key.removeprefix("{").rpartition("}")
        if namespace == XML_NAMESPACE:
            name = f"xml:{name}"
        elif namespace:
            yield f' xmlns:a{number}="{namespace.translate(IN_ATTRIBUTE)}"'
            name = f"a{number}:{name}"
        yield f' {name}="{said.translate(IN_ATTRIBUTE)}"'
