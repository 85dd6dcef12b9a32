"""Error-prone abbreviations: read, flagged with what they are taken for, and never written."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Hazard(NamedTuple):
    """An error-prone way of writing found in directions, what it is misread as and what to write in its place."""

    written: str
    meant: str
    misread_as: str
    use_instead: str
    source: str


_LEADING_POINT = re.compile(r"(?<![0-9])\.[0-9]")
_TRAILING_ZERO = re.compile(r"(?<![0-9.])[0-9]+\.0+(?![0-9])")
_NO_COMMAS = re.compile(r"(?<![0-9.,])[0-9]{5,}(?![0-9])")
_PATTERNS = (
    ("no leading zero", _LEADING_POINT),
    ("trailing zero", _TRAILING_ZERO),
    ("large number without commas", _NO_COMMAS),
)


def error_prone(text: str, words: list[str]) -> tuple[Hazard, ...]:
    """Give every error-prone abbreviation in the text; `words` are its words in lower case without dots."""
    table = _by_first_word()
    found: dict[str, Hazard] = {}
    for place, word in enumerate(words):
        for rest, hazard in table.get(word, ()):
            if tuple(words[place + 1 : place + 1 + len(rest)]) == rest and not _is_a_number_mark(words, place):
                found.setdefault(hazard.written, hazard)
                break
    for name, pattern in _PATTERNS:
        if pattern.search(text):
            found[name] = _by_name()[name]
    if "µg" in text or "μg" in text:
        found["µg"] = _by_name()["µg"]
    return tuple(found.values())


@lru_cache(maxsize=1)
def hazards() -> tuple[Hazard, ...]:
    """Give the whole table."""
    lines = files("pestle.terms.sig").joinpath("hazards.tsv").read_text("utf-8").splitlines()
    return tuple(Hazard(*line.split("\t")[1:]) for line in lines if line and not line.startswith("#"))


def _is_a_number_mark(words: list[str], place: int) -> bool:
    """A slash or comparison sign inside a fraction or a pair of words is no hazard of dose."""
    if words[place] != "/":
        return False
    after = words[place + 1 : place + 2]
    before = words[place - 1 : place]
    return bool(after and before and after[0][0].isdigit() and before[0][0].isdigit()) or not _is_dose_slash(after)


def _is_dose_slash(after: list[str]) -> bool:
    return bool(after) and (after[0][0].isdigit() or after[0] in {"day", "d", "wk", "week", "hr", "h"})


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Hazard]:
    return {hazard.written: hazard for hazard in hazards()}


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], Hazard]]]:
    lines = files("pestle.terms.sig").joinpath("hazards.tsv").read_text("utf-8").splitlines()
    found: dict[str, list[tuple[tuple[str, ...], Hazard]]] = {}
    for line in lines:
        if not line or line.startswith("#"):
            continue
        forms, *rest = line.split("\t")
        for form in filter(None, forms.split(" | ")):
            first, *others = form.split(" ")
            found.setdefault(first, []).append((tuple(others), Hazard(*rest)))
    for group in found.values():
        group.sort(key=lambda entry: -len(entry[0]))
    return found
