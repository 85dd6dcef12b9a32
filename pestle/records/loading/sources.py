"""What lies in the folder of drug lists, as its sources.toml tells it."""

import csv
import hashlib
import lzma
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from pestle.records.catalogue import SourceFile

# Counted up when a row is read differently, so that the same file is loaded again.
READING = 1

Row = dict[str, str]


class MissingList(Exception):
    """The folder has no such list, or no sources.toml at all."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file and everything a page must say about it."""

    name: str
    path: Path
    title: str
    as_of: str
    as_of_on: date
    stale_after_days: int
    is_own_list: bool
    basis: str
    origin: str
    known_defects: str
    reviewed_by: str
    rows: int

    def read(self) -> Iterator[Row]:
        """Give the rows, one by one."""
        with self._open() as lines:
            yield from csv.DictReader(lines)

    def digest(self, *others: "Source") -> str:
        """Give a fingerprint of the file, of others it is read with, and of the way they are read."""
        digest = hashlib.sha256(f"reading {READING}".encode())
        for source in (self, *others):
            digest.update(f"{source.as_of_on}".encode() + source.path.read_bytes())
        return digest.hexdigest()

    def save(self, *, at: datetime, digest: str, rows: int) -> SourceFile:
        """Keep what a page must say about the file, and that it was loaded."""
        said = {"rows": rows, "digest": digest, "loaded_at": at, **self._said()}
        return SourceFile.objects.update_or_create(name=self.name, defaults=said)[0]

    def save_review(self) -> None:
        """Bring title, defects and review up to date without loading a row."""
        SourceFile.objects.filter(name=self.name).update(**self._said())

    def _said(self) -> dict[str, str | int | date]:
        names = ("title", "as_of", "as_of_on", "stale_after_days", "is_own_list")
        more = ("basis", "origin", "known_defects", "reviewed_by")
        return {name: getattr(self, name) for name in (*names, *more)}

    def _open(self) -> TextIO:
        if self.path.suffix == ".xz":
            return lzma.open(self.path, "rt", encoding="utf-8", newline="")
        return self.path.open(encoding="utf-8", newline="")


def read_sources(folder: Path) -> Mapping[str, Source]:
    """Read the folder's table of sources. Raises MissingList where there is none."""
    table = folder / "sources.toml"
    if not table.is_file():
        raise MissingList(f"There is no {table}: the drug lists are not in this folder.")
    entries = tomllib.loads(table.read_text(encoding="utf-8"))
    return {name: _source(name, folder, entry) for name, entry in entries.items()}


def _source(name: str, folder: Path, entry: dict[str, str]) -> Source:
    path = folder / entry.pop("file")
    if not path.is_file():
        raise MissingList(f"The list {name} should be in {path}, and is not.")
    return Source(name=name, path=path, **entry)  # type: ignore[arg-type]


def day(text: str) -> date | None:
    """Read a day of a list; an empty field is None."""
    return date.fromisoformat(text) if text else None


def listed(text: str) -> tuple[str, ...]:
    """Read a field that holds several values."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
