"""What somebody types to find a drug, cut into words that a catalogue can look up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.decimals import plain

Abbreviations = Mapping[str, str]
"""From what people type ("hctz", "er") to what it means ("hydrochlorothiazide", "extended release")."""

_PIECE = re.compile(r"\d[\d,]*\.?\d*|\.\d+|[a-z]+(?:'[a-z]+)?|%")
_NUMBER = re.compile(r"[\d.,]+")
_NDC = re.compile(r"\d[\d-]{3,13}")
_UNITS = {"ug": "mcg", "µg": "mcg", "gm": "g", "gms": "g", "iu": "units", "unit": "units", "milligrams": "mg"}
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing asked for: any of the words will do. With `is_prefix` each may be only a beginning."""

    words: tuple[str, ...]
    is_prefix: bool
    is_number: bool = False


def search_terms(text: str, abbreviations: Abbreviations) -> tuple[SearchTerm, ...]:
    """Cut what was typed into terms: words are beginnings, numbers are whole unless they come last, unfinished."""
    pieces = list(words_of(text))
    last = len(pieces) - 1 if text and not text[-1].isspace() else -1
    return tuple(
        SearchTerm((piece,), is_prefix=index == last, is_number=True)
        if _NUMBER.fullmatch(piece)
        else SearchTerm((piece, *_meant_by(piece, abbreviations)), is_prefix=True)
        for index, piece in enumerate(pieces)
    )


def words_of(text: str) -> Iterator[str]:
    """Give the words and numbers of a name or a strength, in small letters; .50 and 0.5 come out the same."""
    for piece in _PIECE.findall(text.lower().replace("µg", "mcg")):
        yield _number(piece) if piece[0].isdigit() or piece[0] == "." else _UNITS.get(piece, piece)[:_LONGEST_WORD]


def index_words(texts: Iterable[str]) -> frozenset[str]:
    """Give every different word of many texts."""
    return frozenset(word for text in texts for word in words_of(text))


def is_ndc_like(text: str) -> bool:
    """Say whether somebody is typing an NDC: at least four digits, dashes or none, and nothing else."""
    return bool(_NDC.fullmatch(text.strip()))


def _meant_by(piece: str, abbreviations: Abbreviations) -> tuple[str, ...]:
    # Of "extended release" the first word tells enough: no form has one without the other.
    meant = abbreviations.get(piece, "")
    return (meant.split(" ")[0],) if meant else ()


def _number(piece: str) -> str:
    return plain(Decimal(piece.replace(",", "").rstrip(".") or "0"))
