"""An X12 interchange as frozen values: every element in its order and its own text, so that everything goes back."""

from dataclasses import dataclass
from typing import Final

ISA_WIDTHS: Final = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Separators:
    """The characters an interchange declares by where they stand in its ISA, and the line break after each segment."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_break: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its id and its elements as text, trailing empty ones too."""

    id: str
    elements: tuple[str, ...] = ()

    def __getitem__(self, number: int) -> str:
        """Give an element by the standard's number, from 1; "" where the segment ends before it."""
        return self.elements[number - 1] if 0 < number <= len(self.elements) else ""

    def pairs(self, first: int) -> tuple[tuple[str, str], ...]:
        """Give the (qualifier, value) pairs that begin at an element, as PO1, LIN and ACK carry product ids."""
        rest = self.elements[first - 1 :]
        return tuple((rest[at], rest[at + 1]) for at in range(0, len(rest) - 1, 2) if rest[at] and rest[at + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionSet:
    """One document, ST to SE; `body` is what stands between."""

    header: Segment
    body: tuple[Segment, ...]
    trailer: Segment

    @property
    def kind(self) -> str:
        """The document's number: 850, 855, 856, 810, 997."""
        return self.header[1]

    @property
    def control_number(self) -> str:
        """ST02, by which acknowledgements speak of it."""
        return self.header[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Documents of one functional kind, GS to GE."""

    header: Segment
    sets: tuple[TransactionSet, ...]
    trailer: Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Interchange:
    """One envelope, ISA to IEA; `notes` are TA1 segments that stand before the first group."""

    separators: Separators
    header: Segment
    groups: tuple[Group, ...]
    trailer: Segment
    notes: tuple[Segment, ...] = ()

    @property
    def control_number(self) -> str:
        """ISA13."""
        return self.header[13]

    @property
    def sets(self) -> tuple[TransactionSet, ...]:
        """Every document of every group, in order."""
        return tuple(each for group in self.groups for each in group.sets)
