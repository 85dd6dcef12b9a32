"""How SCRIPT spells a number, a day, a moment and a yes or no inside one element."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pestle.wire.script.tree import XML_SPACE, Element

NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
WHOLE = re.compile(r"[0-9]{1,9}")
DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,6})?[0-9]*(Z|[+-][0-9]{2}:[0-9]{2})?"
)
YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A day as the sender wrote it, with the moment when the sender gave one.

    The day is the one written: a DateTime late in the evening is not moved to the next day by its time zone.
    """

    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kind of simple element: `read` raises ValueError with the sentence to say, `write` is its inverse.

    `read` is given the element and the text directly inside it.
    """

    read: Callable[[Element, str], Any]
    write: Callable[[str, Any], Element]
    may_hold: tuple[str, ...] = ()


def element_of(name: str, text: str) -> Element:
    """Give an element that holds a text and nothing else."""
    return Element(name, (text,))


def read_number(text: str) -> Decimal:
    """Read a plain decimal number: no sign, no exponent, no comma."""
    if not NUMBER.fullmatch(text):
        raise ValueError("is not a plain decimal number")
    return Decimal(text)


def write_number(value: Decimal) -> str:
    """Write a decimal without exponent and without zeros that say nothing; raises ValueError below zero."""
    if not value.is_finite() or value < 0:
        raise ValueError("must be a number of zero or more")
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read_whole(text: str) -> int:
    """Read a whole number of at most nine digits."""
    if not WHOLE.fullmatch(text):
        raise ValueError("is not a whole number")
    return int(text)


def write_whole(value: int) -> str:
    """Write a whole number; raises ValueError below zero."""
    if value < 0:
        raise ValueError("must be a number of zero or more")
    return str(value)


def read_flag(text: str) -> bool:
    """Read an xsd:boolean."""
    if text not in YES_OR_NO:
        raise ValueError("is neither true nor false")
    return YES_OR_NO[text]


def read_moment(text: str) -> datetime:
    """Read an xsd:dateTime in the zone it names; one without a zone is UTC, as SCRIPT says of Header/SentTime."""
    found = MOMENT.fullmatch(text)
    if found is None:
        raise ValueError("is not a date and time like 2026-05-26T06:20:35Z")
    try:
        moment = datetime.fromisoformat("".join(part or "" for part in found.groups()))
    except ValueError:
        raise ValueError("is not a moment that exists") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def write_moment(value: datetime) -> str:
    """Write a moment in the zone it has; raises ValueError for one that does not say its zone."""
    if value.tzinfo is None:
        raise ValueError("must say its time zone")
    return value.isoformat().replace("+00:00", "Z")


def write_utc(value: datetime) -> str:
    """Write a moment in UTC, as the envelope wants it; raises ValueError for one that does not say its zone."""
    return write_moment(value if value.tzinfo is None else value.astimezone(UTC))


def read_day(element: Element, text: str) -> StatedDay | None:
    """Read `<Date>` or `<DateTime>` from inside an element; an empty element says nothing."""
    said = [child for child in element.children if child.name in {"Date", "DateTime"} and child.text]
    if not said and not text:
        return None
    if len(said) != 1:
        raise ValueError("must hold one Date or one DateTime")
    found = DAY.fullmatch(said[0].text) if said[0].name == "Date" else MOMENT.fullmatch(said[0].text)
    if found is None:
        raise ValueError("is not a day like 2026-05-26")
    try:
        on = date.fromisoformat(found[1][:10])
    except ValueError:
        raise ValueError("is not a day that exists") from None
    return StatedDay(on, None if said[0].name == "Date" else read_moment(said[0].text))


def write_day(name: str, value: StatedDay) -> Element:
    """Write a day as Date, or as DateTime when its moment is known; raises ValueError when the two disagree."""
    if value.at is not None:
        if value.at.date() != value.on:
            raise ValueError("says one day and a moment on another")
        return Element(name, (element_of("DateTime", write_moment(value.at)),))
    return Element(name, (element_of("Date", value.on.isoformat()),))


def read_code(element: Element, _: str) -> str | None:
    """Read the one `<Code>` inside an element."""
    codes = [child.text for child in element.children if child.name == "Code"]
    if len(codes) > 1:
        raise ValueError("holds more than one Code")
    return codes[0] if codes else None


def write_code(name: str, value: str) -> Element:
    """Write an element with one `<Code>` inside."""
    return Element(name, (element_of("Code", value),))


def _simple(read: Callable[[str], Any], write: Callable[[Any], str]) -> Leaf:
    return Leaf(
        read=lambda _, said: read(said) if said else None,
        write=lambda name, value: element_of(name, write(value)),
    )


def _written_text(value: str) -> str:
    return str(value).strip(XML_SPACE)


TEXT = _simple(str, _written_text)
NUMBER_LEAF = _simple(read_number, write_number)
WHOLE_LEAF = _simple(read_whole, write_whole)
FLAG_LEAF = _simple(read_flag, lambda value: "true" if value else "false")
MOMENT_LEAF = _simple(read_moment, write_utc)
DAY_LEAF = Leaf(read_day, write_day, may_hold=("Date", "DateTime"))
CODE_LEAF = Leaf(read_code, write_code, may_hold=("Code",))
