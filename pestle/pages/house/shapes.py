"""The plain values that parts of a page are drawn from; a page makes them, the tags show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Road(StrEnum):
    """Where a step stands on the road of a piece of work."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class StripStep:
    """One step of the strip; `note` is a time or a name in small letters."""

    label: str
    status: Road = Road.AHEAD
    is_rph: bool = False
    note: str = ""


def road(steps: Iterable[tuple[str, bool]], *, here: str, notes: dict[str, str] | None = None) -> tuple[StripStep, ...]:
    """Give the strip of a table of steps: (label, is the pharmacist's) in order, and the label where the work is."""
    given = tuple(steps)
    labels = [label for label, _ in given]
    place = labels.index(here) if here in labels else len(labels)
    return tuple(
        StripStep(
            label, Road.DONE if at < place else Road.HERE if at == place else Road.AHEAD, is_rph, _note(notes, label)
        )
        for at, (label, is_rph) in enumerate(given)
    )


def _note(notes: dict[str, str] | None, label: str) -> str:
    return (notes or {}).get(label, "")


@dataclass(frozen=True, slots=True)
class WorkedStep:
    """One line of a working: what is reckoned, and the sum."""

    words: str
    sum: str


@dataclass(frozen=True, slots=True)
class Working:
    """A number and how it came to be, where it is no `pestle.calculations` answer."""

    title: str
    answer: str
    steps: tuple[WorkedStep, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way on in a ranked list; a shut way keeps its place and says why."""

    title: str
    words: str = ""
    value: str = ""
    evidence: str = ""
    evidence_kind: str = "plain"
    shut: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One segment of a bar: late, soon, next or later, how many, and other words in place of the number."""

    kind: str
    count: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key of the key bar: what it does, and where it leads; a shut one says what opens it."""

    key: str
    words: str
    href: str = ""
    shut: str = ""
