"""The bar codes a label can carry."""

import re
from dataclasses import dataclass
from typing import ClassVar

from pestle.wire.errors import WireError
from pestle.wire.zpl.field import (
    HEX_TEXT,
    PLACE,
    SPECIAL,
    Parts,
    check_length,
    check_module,
    check_place,
    escape,
    numbers,
    unescape,
)

FNC1 = "\x1d"
MODULE = r"(?P<module>[0-9]{1,2})"
DATAMATRIX_ESCAPE = re.compile(r"_(?:d(?P<code>[0-9]{3})|(?P<fnc1>1)|_)")


@dataclass(frozen=True, slots=True)
class Code128:
    """A Code 128 bar code, its subsets chosen by the printer; the module is the narrowest bar in dots."""

    x: int
    y: int
    height: int
    text: str
    module: int = 2
    shows_text: bool = False
    pattern: ClassVar[re.Pattern[str]] = re.compile(
        PLACE + r"\^BY" + MODULE + r"\^BCN,(?P<height>[0-9]{1,5}),(?P<shows_text>[YN]),N,N,A\^FH_\^FD" + HEX_TEXT
    )

    def __post_init__(self) -> None:
        check_place(self.x, self.y, self.height)
        check_module("^BY", self.module)
        check_length(self.text)
        if not self.text or not self.text.isascii() or not self.text.isprintable():
            raise WireError(where="^BC", said=f"Our Code 128 carries visible ASCII characters, not {self.text!r}.")

    def render(self) -> str:
        """Write the bar code."""
        shown = "Y" if self.shows_text else "N"
        code = f"^FO{self.x},{self.y}^BY{self.module}^BCN,{self.height},{shown},N,N,A"
        return f"{code}^FH_^FD{escape(self.text)}^FS"

    @classmethod
    def read(cls, parts: Parts) -> "Code128":
        """Make the bar code from the parts of a match."""
        return cls(
            **numbers(parts, "x", "y", "height", "module"),
            text=unescape(parts["text"] or ""),
            shows_text=parts["shows_text"] == "Y",
        )


@dataclass(frozen=True, slots=True)
class DataMatrix:
    """A DataMatrix ECC 200; as GS1 it begins with FNC1, and the group separators in its text are FNC1 too."""

    x: int
    y: int
    text: str
    module: int = 4
    is_gs1: bool = False
    pattern: ClassVar[re.Pattern[str]] = re.compile(
        PLACE + r"\^BXN," + MODULE + r",200,,,,_\^FD(?P<is_gs1>_1)?" + HEX_TEXT
    )

    def __post_init__(self) -> None:
        check_place(self.x, self.y)
        check_module("^BX", self.module)
        check_length(self.text)
        if not self.text or not self.text.isascii() or self.text.startswith(FNC1):
            raise WireError(where="^BX", said=f"Our DataMatrix carries ASCII, not led by a separator: {self.text!r}.")

    def render(self) -> str:
        """Write the symbol; its own escapes take the place of ^FH."""
        escaped = "".join(map(self._escape, self.text)) if SPECIAL.search(self.text) else self.text
        return f"^FO{self.x},{self.y}^BXN,{self.module},200,,,,_^FD{'_1' if self.is_gs1 else ''}{escaped}^FS"

    def _escape(self, character: str) -> str:
        if character == FNC1 and self.is_gs1:
            return "_1"
        if character in "^~" or not character.isprintable():
            return f"_d{ord(character):03d}"
        return "__" if character == "_" else character

    @classmethod
    def read(cls, parts: Parts) -> "DataMatrix":
        """Make the symbol from the parts of a match."""
        bare = (parts["text"] or "").replace("\r", "").replace("\n", "")
        return cls(
            **numbers(parts, "x", "y", "module"),
            text=DATAMATRIX_ESCAPE.sub(_character, bare),
            is_gs1=parts["is_gs1"] is not None,
        )


def _character(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"]))
    return FNC1 if found["fnc1"] else "_"


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code, model 2, error correction M; the module is the side of its smallest square in dots."""

    x: int
    y: int
    text: str
    module: int = 4
    pattern: ClassVar[re.Pattern[str]] = re.compile(PLACE + r"\^BQN,2," + MODULE + r"\^FH_\^FDMA," + HEX_TEXT)

    def __post_init__(self) -> None:
        check_place(self.x, self.y)
        check_module("^BQ", self.module)
        check_length(self.text)
        if not self.text:
            raise WireError(where="^BQ", said="A QR code needs a text.")

    def render(self) -> str:
        """Write the symbol."""
        return f"^FO{self.x},{self.y}^BQN,2,{self.module}^FH_^FDMA,{escape(self.text)}^FS"

    @classmethod
    def read(cls, parts: Parts) -> "QrCode":
        """Make the symbol from the parts of a match."""
        return cls(**numbers(parts, "x", "y", "module"), text=unescape(parts["text"] or ""))
