"""Words, frames, and what another program wrote."""

import re
from dataclasses import dataclass
from typing import ClassVar

from pestle.wire.errors import WireError
from pestle.wire.zpl.field import HEX_TEXT, PLACE, Parts, check_length, check_place, escape, numbers, unescape


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the printer's scalable font; with a width, wrapped in it to at most so many lines. Measures are dots.

    Reversed words turn what lies under them: white on a filled box. A new line in the words needs a width.
    """

    x: int
    y: int
    height: int
    text: str
    width: int = 0
    lines: int = 1
    is_reversed: bool = False
    pattern: ClassVar[re.Pattern[str]] = re.compile(
        PLACE + r"\^A0N,(?P<height>[0-9]{1,5}),0(?:\^FB(?P<width>[0-9]{1,5}),(?P<lines>[0-9]{1,4}),0,L,0)?"
        r"(?P<is_reversed>\^FR)?\^FH_\^FD" + HEX_TEXT
    )

    def __post_init__(self) -> None:
        check_place(self.x, self.y, self.height, self.width)
        check_length(self.text)
        if not self.width and (self.lines != 1 or "\n" in self.text):
            raise WireError(where="^FB", said="Words on several lines need a width.")
        # In a block the printer takes a backslash for the begin of a command.
        if self.width and (not 1 <= self.lines <= 9_999 or "\\" in self.text):
            raise WireError(where="^FB", said="A block of words has 1 to 9999 lines and no backslash.")

    def render(self) -> str:
        """Write the words, in a block when they have a width."""
        block = f"^FB{self.width},{self.lines},0,L,0" if self.width else ""
        turned = "^FR" if self.is_reversed else ""
        return f"^FO{self.x},{self.y}^A0N,{self.height},0{block}{turned}^FH_^FD{self._words()}^FS"

    def _words(self) -> str:
        return "\\&".join(map(escape, self.text.split("\n"))) if self.width else escape(self.text)

    @classmethod
    def read(cls, parts: Parts) -> "Text":
        """Make the words from the parts of a match."""
        width, text = int(parts["width"] or 0), parts["text"] or ""
        lines = text.split("\\&") if width else [text]
        return cls(
            **numbers(parts, "x", "y", "height"),
            width=width,
            lines=int(parts["lines"] or 1),
            text="\n".join(map(unescape, lines)),
            is_reversed=parts["is_reversed"] is not None,
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A frame; a thickness as great as a side fills it, and a thin side makes a line. Measures are dots."""

    x: int
    y: int
    width: int
    height: int
    thickness: int = 2
    pattern: ClassVar[re.Pattern[str]] = re.compile(
        PLACE + r"\^GB(?P<width>[0-9]{1,5}),(?P<height>[0-9]{1,5}),(?P<thickness>[0-9]{1,5})\^FS"
    )

    def __post_init__(self) -> None:
        check_place(self.x, self.y, self.width, self.height, self.thickness)

    def render(self) -> str:
        """Write the frame."""
        return f"^FO{self.x},{self.y}^GB{self.width},{self.height},{self.thickness}^FS"

    @classmethod
    def read(cls, parts: Parts) -> "Box":
        """Make the frame from the parts of a match."""
        return cls(**numbers(parts, "x", "y", "width", "height", "thickness"))


@dataclass(frozen=True, slots=True)
class Raw:
    """Commands that no other field describes, kept as they were, up to the next field."""

    zpl: str
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"(?P<zpl>.(?:(?!\^FO|\^FXreprint\^FS).)*)", re.DOTALL)

    def __post_init__(self) -> None:
        if not self.zpl or re.search(r"\^X[AZ]", self.zpl):
            raise WireError(where="^XA", said="Raw commands belong to one label and leave out its begin and end.")

    def render(self) -> str:
        """Write the commands as they were."""
        return self.zpl

    @classmethod
    def read(cls, parts: Parts) -> "Raw":
        """Keep the commands of a match, without the line ends around them."""
        return cls((parts["zpl"] or "").strip("\r\n"))
