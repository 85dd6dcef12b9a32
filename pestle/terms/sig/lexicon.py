"""The words of directions: phrases of three languages and what each means, read from the tables in `words/`."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from pestle.terms.sig.sites import sites

_MARKS = str.maketrans(
    {"½": " 1/2 ", "¼": " 1/4 ", "¾": " 3/4 ", "⅓": " 1/3 ", "⅔": " 2/3 ", "°": "°", "º": "°", "×": "x", "µ": "u"}
    | {"μ": "u", "–": "-", "—": "-", "‑": "-", "’": "'", "“": '"', "”": '"', "⁄": "/", "\u200b": "", "\ufeff": ""}
)
_PLURAL_IN_BRACKETS = re.compile(r"\((e?s)\)")
_DOT_AFTER_Q = re.compile(r"\bq\.(?=\s*(?:[0-9]|[a-z]{2}))")
_DOT_BEFORE_A_LETTER = re.compile(r"(?<=[0-9])(\d?)\.(?=[a-z])")
_SINGLE_LETTERS = re.compile(r"\b(?:[a-z]\.)+[a-z]\b\.?")
RAW = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[a-z]+(?:'[a-z]+)?|[^\sa-z0-9]"
)


class Meaning(NamedTuple):
    """What a phrase means: the kind of word and its value."""

    kind: str
    value: str


class Phrase(NamedTuple):
    """One way to write a meaning; `plain` is how shorthand reads in plain words."""

    rest: tuple[str, ...]
    meaning: Meaning
    plain: str


def plain_letters(text: str) -> str:
    """Give the text in lower case without accents, typographer's marks or dots between single letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_MARKS))
        text = "".join(letter for letter in text if not unicodedata.combining(letter)).translate(_MARKS)
    text = _PLURAL_IN_BRACKETS.sub(r"\1", text.lower())
    text = _DOT_BEFORE_A_LETTER.sub(r"\1 ", _DOT_AFTER_Q.sub("q ", text))
    return _SINGLE_LETTERS.sub(lambda found: found.group().replace(".", ""), text)


def raw_words(text: str) -> list[str]:
    """Split text that went through `plain_letters` into numbers, words and marks."""
    return RAW.findall(text)


@lru_cache(maxsize=1)
def phrases() -> dict[str, tuple[Phrase, ...]]:
    """Give every known phrase by its first word, the longest first."""
    found: dict[str, list[Phrase]] = {}
    for meaning, written, plain in _rows():
        first, *rest = raw_words(plain_letters(written))
        found.setdefault(first, []).append(Phrase(tuple(rest), meaning, plain))
    return {first: tuple(sorted(group, key=lambda phrase: -len(phrase.rest))) for first, group in found.items()}


@lru_cache(maxsize=1)
def single_words() -> dict[str, Meaning]:
    """Give the phrases of one word."""
    return {first: phrase.meaning for first, group in phrases().items() for phrase in group if not phrase.rest}


@lru_cache(maxsize=1)
def shorthand_pieces() -> frozenset[str]:
    """Give the shorthand words that prescribers run together ("bidprn")."""
    return frozenset(
        word
        for table in _tables()
        if table[0] == "shorthand.tsv"
        for row in _rows_of(table[1])
        for word in [plain_letters(row[1])]
        if word.isalpha() and len(word) > 1 and not row[0].kind.startswith("roman")
    ) | {"as", "needed", "daily", "tablet", "tablets", "capsule", "capsules", "every", "for", "day", "days"}


@lru_cache(maxsize=1)
def spellings() -> dict[str, frozenset[str]]:
    """Give words a misspelling may stand for, by every form of them with one letter left out.

    Numbers and days are not here: a misspelt number is asked about, never mended.
    """
    kinds = {"unit", "verb", "time", "times", "per", "every", "prn", "route", "when", "meal", "daily", "bare", "count"}
    found: dict[str, set[str]] = {}
    words = {word for word, meaning in single_words().items() if len(word) > 3 and meaning.kind in kinds}
    for word in words | {"needed", "mouth", "directed"}:
        for form in {word, *one_letter_less(word)}:
            found.setdefault(form, set()).add(word)
    return {form: frozenset(group) for form, group in found.items()}


def one_letter_less(word: str) -> set[str]:
    """Give the word with each of its letters left out in turn."""
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _tables() -> list[tuple[str, str]]:
    folder = files("pestle.terms.sig").joinpath("words")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".tsv")]
    return [(entry.name, entry.read_text("utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]


def _rows() -> list[tuple[Meaning, str, str]]:
    places = [(Meaning("route", site.route), site.spanish_noun, site.english) for site in sites()]
    return [row for _, table in _tables() for row in _rows_of(table) if row[0].kind != "ordinary"] + places


@lru_cache(maxsize=1)
def _sites_in_spanish() -> dict[str, str]:
    return {plain_letters(site.spanish_noun): site.english for site in sites() if site.kind != "plain"}


def site_named(text: str) -> str:
    """Give the English words of a place that is named in Spanish; any other text as it is."""
    return _sites_in_spanish().get(text, text)


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Give the words of everyday English that must not be taken for a misspelling of ours."""
    return frozenset(row[1] for _, table in _tables() for row in _rows_of(table) if row[0].kind == "ordinary")


def _rows_of(table: str) -> list[tuple[Meaning, str, str]]:
    rows = []
    for line in table.splitlines():
        if line.startswith("#") or not line:
            continue
        meaning, written, *plain = line.split("\t")
        kind, _, value = meaning.partition(":")
        rows += [(Meaning(kind, value), phrase, plain[0] if plain else "") for phrase in written.split(" | ")]
    return rows
