"""A whole SCRIPT message: bytes in, envelope and transaction out, and the same bytes back."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from pestle.wire.script.errors import ScriptError
from pestle.wire.script.header import Header
from pestle.wire.script.reading import Departs, Departure, Place, read
from pestle.wire.script.transactions import ONLY_2017071, ONLY_2023011, SPOKEN, OtherTransaction, Transaction
from pestle.wire.script.tree import Element, parse, render
from pestle.wire.script.writing import write

LARGEST = 1024 * 1024
DECLARED = re.compile(r"""\ufeff?<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*?\?>""")
# Some toolkits declare utf-16 over bytes that are UTF-8; real UTF-16 is not valid UTF-8 and is refused.
ENCODINGS = {
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "windows-1252": "windows-1252",
}
VERSION_ATTRIBUTES = ("DatatypesVersion", "TransportVersion", "TransactionVersion", "StructuresVersion", "ECLVersion")
# Where the version stands, the surest place first; some senders write one attribute of a name of their own.
STATED_IN = ("TransactionVersion", *VERSION_ATTRIBUTES, "version")
USUAL_VERSION_TEXT = "20170715"


class Version(StrEnum):
    """The two releases in use: 2017071 until 31 December 2027, 2023011 required from 1 January 2028 (89 FR 51238)."""

    V2017071 = "2017071"
    V2023011 = "2023011"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a tree, with what was read from it: version, envelope, transaction, departures from the standard.

    The tree is the truth; the rest is read from it when the message is made, and two messages of one tree are equal.
    `received` is the text that came, if one came. Its repr tells nothing of the patient. Raises ScriptError, naming
    the element, for a message that is no SCRIPT, is of an unknown version, or cannot be read without guessing.
    """

    root: Element = field(repr=False)
    received: str | None = field(default=None, repr=False, compare=False)
    version: Version = field(init=False)
    header: Header = field(init=False, repr=False)
    body: Transaction = field(init=False, repr=False)
    departures: tuple[Departure, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        met: list[Departure] = []
        version = _version(self.root, met)
        checks_lengths = (
            version is Version.V2017071
        )  # 2023011 allows longer fields; how much longer is not known to us.
        object.__setattr__(self, "version", version)
        object.__setattr__(self, "header", _header(self.root, met, checks_lengths=checks_lengths))
        object.__setattr__(self, "body", _body(self.root, version, met))
        object.__setattr__(self, "departures", tuple(met))

    @property
    def as_received(self) -> str | None:
        """Give the sender's own spelling where it differs from ours."""
        # Few who read a message write it again, so the two are compared when somebody asks.
        return self.received if self.received is not None and self.received != render(self.root) else None

    @property
    def name(self) -> str:
        """Give the name of the transaction, such as NewRx."""
        return self.body.element.name if isinstance(self.body, OtherTransaction) else type(self.body).__name__


def decode(raw: bytes, *, largest: int = LARGEST) -> Message:
    """Read a message of at most `largest` bytes; raises ScriptError naming the element."""
    text = _text(raw, largest)
    return Message(parse(text), text)


def decode_header(raw: bytes, *, largest: int = LARGEST) -> Header:
    """Read the envelope alone, to answer a message whose rest is refused; raises ScriptError when that fails too."""
    root = parse(_text(raw, largest))
    _refuse_other_root(root)
    return _header(root, [], checks_lengths=False)


def decode_version_text(raw: bytes, *, largest: int = LARGEST) -> str:
    """Read the version as its sender writes it, to answer in the same; raises ScriptError for one we do not speak."""
    root = parse(_text(raw, largest))
    _version(root, [])
    return next(text for name in STATED_IN if (text := root.attribute(name)))


def encode(message: Message) -> bytes:
    """Give the bytes of a message: the ones it came as, to the byte, or our own spelling for one we made."""
    spelled = message.as_received
    if spelled is None or parse(spelled) != message.root:
        return render(message.root).encode("utf-8")
    try:
        return spelled.encode(_encoding(spelled))
    except UnicodeEncodeError:
        return render(message.root).encode("utf-8")


def build(
    header: Header,
    body: Transaction,
    *,
    version_text: str = USUAL_VERSION_TEXT,
) -> Message:
    """Make a message to send; raises ScriptError for a missing, overlong or unlisted part, before anyone sees it.

    `version_text` is what the network wants in the version attributes: 20170715 for 2017071. For 2023011 the
    network's own schema names it, so it must be given: in an answer, the text of the message that is answered.
    """
    if not version_text.startswith(tuple(Version)):
        raise ScriptError(where="/Message/@TransactionVersion", said="begins with neither 2017071 nor 2023011")
    versions = tuple((name, version_text) for name in VERSION_ATTRIBUTES)
    attributes = (*versions[:2], ("TransactionDomain", "SCRIPT"), *versions[2:])
    written = body.element if isinstance(body, OtherTransaction) else write(type(body).__name__, body)
    root = Element("Message", (write("Header", header), Element("Body", (written,))), attributes)
    message = Message(root)
    for departure in message.departures:
        if departure.kind is not Departs.UNREAD:
            raise ScriptError(where=departure.where, said=departure.said, description_code="3000")
    return message


def unwrap(raw: bytes, *, largest: int = LARGEST) -> bytes:
    """Take a message out of the `<string>` element that some networks wrap their replies in; others pass unchanged."""
    root = parse(_text(raw, largest))
    return root.text.encode("utf-8") if root.name == "string" and not root.children else raw


def _text(raw: bytes, largest: int) -> str:
    if len(raw) > largest:
        raise ScriptError(where="/", said=f"is larger than {largest} bytes", description_code="500")
    codec = _encoding(raw[:200].decode("iso-8859-1").removeprefix("ï»¿"))
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        raise ScriptError(where="/", said=f"is not {codec.upper()} text", description_code="500") from None


def _encoding(text: str) -> str:
    declared = DECLARED.match(text[:200])
    codec = ENCODINGS.get(declared[1].lower()) if declared else "utf-8"
    if codec is None:
        raise ScriptError(where="/", said="declares an encoding that is not read here", description_code="500")
    return codec


def _refuse_other_root(root: Element) -> None:
    if root.name != "Message":
        raise ScriptError(where=f"/{root.name}", said="is not a SCRIPT Message", description_code="1000")


def _version(root: Element, met: list[Departure]) -> Version:
    _refuse_other_root(root)
    said = {name: text for name, text in root.attributes if text}
    if "release" in said or said.get("version") in {"10.6", "010"}:
        raise _refused("/Message/@version", "is a SCRIPT 10 message; it was retired on 1 January 2020", "4040")
    stated = {name: said[name] for name in STATED_IN if name in said}
    wanted = (*VERSION_ATTRIBUTES, "TransactionDomain")
    met.extend(Departure(f"/Message/@{name}", Departs.MISSING, "is missing") for name in wanted if name not in said)
    named = next(iter(stated), None)
    if named is None:
        raise _refused("/Message/@TransactionVersion", "is missing; the version cannot be guessed", "1000")
    version = next((version for version in Version if stated[named].startswith(version)), None)
    if version is None:
        raise _refused(f"/Message/@{named}", "names a version that is neither 2017071 nor 2023011", "4040")
    return version


def _refused(where: str, said: str, description_code: str) -> ScriptError:
    return ScriptError(where=where, said=said, description_code=description_code)


def _only(root: Element, name: str) -> Element:
    found = [child for child in root.children if child.name == name]
    if len(found) != 1:
        said = "is missing" if not found else "stands twice"
        raise _refused(f"/Message/{name}{'[2]' if found else ''}", said, "1000")
    return found[0]


def _header(root: Element, met: list[Departure], *, checks_lengths: bool) -> Header:
    header = read(Header, _only(root, "Header"), Place("/Message/Header", met, checks_lengths))
    if not header.message_id:
        raise _refused("/Message/Header/MessageID", "is missing; the message could not be answered", "1000")
    return header


def _body(root: Element, version: Version, met: list[Departure]) -> Transaction:
    extras = [child.name for child in root.children if child.name not in {"Header", "Body"}]
    met.extend(Departure(f"/Message/{name}", Departs.UNREAD, "is kept but not read") for name in extras)
    inside = _only(root, "Body").children
    if len(inside) != 1:
        said = "holds no transaction" if not inside else "holds more than one transaction"
        raise _refused("/Message/Body", said, "3000")
    place = Place(f"/Message/Body/{inside[0].name}", met, version is Version.V2017071)
    if inside[0].name in (ONLY_2017071 if version is Version.V2023011 else ONLY_2023011):
        place.note(Departs.NOT_IN_LIST, f"is not a transaction of {version}")
    kind = SPOKEN.get(inside[0].name)
    return OtherTransaction(element=inside[0]) if kind is None else read(kind, inside[0], place)
