"""What every field of a label shares: its contract, the hexadecimal of ^FH, and the bounds of the printer.

Source: Zebra, ZPL II Programming Guide.
"""

import re
from collections.abc import Mapping
from dataclasses import Field as DataclassField
from typing import Any, ClassVar, Protocol, Self

from pestle.wire.errors import WireError

DOTS_PER_INCH = 203
MOST_DOTS = 32_000
MOST_FIELD_BYTES = 3_072
# The prefixes ^ and ~, the underscore that leads ^FH, and control characters.
SPECIAL = re.compile(r"[\^~_\x00-\x1f\x7f-\x9f]")
HEXADECIMAL = {
    code: "".join(f"_{octet:02X}" for octet in chr(code).encode()) for code in range(160) if SPECIAL.match(chr(code))
}
ESCAPED = re.compile(r"(?:_[0-9A-Fa-f]{2})+")

PLACE = r"\^FO(?P<x>[0-9]{1,5}),(?P<y>[0-9]{1,5})"
HEX_TEXT = r"(?P<text>[^^~]*)\^FS"

Parts = Mapping[str, str | None]


class Field(Protocol):
    """One thing on a label: frozen, checked when made, written as commands, read back from the match of its pattern."""

    pattern: ClassVar[re.Pattern[str]]
    __dataclass_fields__: ClassVar[dict[str, DataclassField[Any]]]

    def render(self) -> str:
        """Write the ZPL commands of the field."""

    @classmethod
    def read(cls, parts: Parts) -> Self:
        """Make the field from the parts of a match."""


def escape(text: str) -> str:
    """Write text for ^FD after ^FH_: the prefixes ^ and ~, the underscore and control characters as hexadecimal."""
    return text.translate(HEXADECIMAL) if SPECIAL.search(text) else text


def unescape(text: str) -> str:
    """Read text of ^FD after ^FH_; line ends that were not escaped are nothing to a printer."""
    bare = text.replace("\r", "").replace("\n", "")
    try:
        return ESCAPED.sub(lambda run: bytes.fromhex(run[0].replace("_", "")).decode(), bare)
    except UnicodeDecodeError as error:
        raise WireError(where="^FH", said="The hexadecimal is not UTF-8.") from error


def numbers(parts: Parts, *names: str) -> dict[str, int]:
    """Give the named parts of a match as whole numbers."""
    return {name: int(parts[name] or 0) for name in names}


def check_place(*measures: int) -> None:
    """Refuse a place or measure that no printer can reach."""
    if any(not 0 <= measure <= MOST_DOTS for measure in measures):
        raise WireError(where="^FO", said=f"Places and measures are 0 to {MOST_DOTS} dots, not {measures}.")


def check_module(command: str, module: int) -> None:
    """Refuse a bar or square that is no dot wide, or wider than printers take."""
    if not 1 <= module <= 10:
        raise WireError(where=command, said=f"The narrowest bar is 1 to 10 dots, not {module}.")


def check_length(text: str) -> None:
    """Refuse a text that a field cannot hold."""
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise WireError(where="^FD", said="The text has half a character in it.") from error
    if length > MOST_FIELD_BYTES:
        raise WireError(where="^FD", said=f"A field holds {MOST_FIELD_BYTES} bytes, not {length}.")
