"""The field table: what each segment holds, how each field looks, and since which version."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Final

VERSIONS: Final = ("4.0", "4.1", "4.2", "4.2A", "4.2B")
WRITTEN: Final = ("4.2", "4.2A", "4.2B")

_NUMBER: Final = re.compile(r"[0-9]+")
_DECIMAL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?")
_TEXT: Final = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One row of the table; `codes` is empty where any text of the type goes."""

    id: str
    name: str
    type: str
    most: int
    is_needed: bool
    since: str
    codes: frozenset[str]

    def fault_of(self, text: str) -> str:
        """Say what is wrong with a text that is not empty, or ""."""
        if len(text) > self.most:
            return f"is longer than {self.most}"
        if self.codes and text not in self.codes:
            return "is none of its codes"
        return "" if _LOOKS[self.type](text) else _SAID[self.type]


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{8}", text):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


_LOOKS: Final[Mapping[str, Callable[[str], bool]]] = {
    "AN": lambda text: bool(_TEXT.fullmatch(text)),
    "N": lambda text: bool(_NUMBER.fullmatch(text)),
    "D": lambda text: bool(_DECIMAL.fullmatch(text)),
    "DT": _is_day,
    "TM": lambda text: bool(_CLOCK.fullmatch(text)),
}
_SAID: Final = {
    "AN": "has a character that is not printable",
    "N": "is not a whole number",
    "D": "is not a number with an explicit point",
    "DT": "is no day as CCYYMMDD",
    "TM": "is no time as HHMMSS",
}


def _rows() -> Iterator[FieldShape]:
    text = files(__package__).joinpath("fields.tsv").read_text("ascii")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        yield FieldShape(
            id=row["field"], name=row["name"], type=row["type"], most=int(row["most"]),
            is_needed=row["needed"] == "yes", since=row["since"], codes=frozenset(row["codes"].split()),
        )  # fmt: skip


FIELDS: Final[Mapping[str, FieldShape]] = MappingProxyType({each.id: each for each in _rows()})
SEGMENTS: Final[Mapping[str, tuple[FieldShape, ...]]] = MappingProxyType(
    {
        name: tuple(each for each in FIELDS.values() if each.id[:-2] == name)
        for name in dict.fromkeys(each.id[:-2] for each in FIELDS.values())
    }
)


def is_in(version: str, since: str) -> bool:
    """Say whether a field that came with `since` stands in a version."""
    return VERSIONS.index(version) >= VERSIONS.index(since)
