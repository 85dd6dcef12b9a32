"""What a product's name says about how it is counted and used."""

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from pestle.terms.sig.lexicon import plain_letters, raw_words


class Product(NamedTuple):
    """The unit, verb and route that go with a dosage form; empty where the directions must say it themselves."""

    unit: str = ""
    verb: str = ""
    route: str = ""
    kind: str = ""
    words: frozenset[str] = frozenset()


UNKNOWN = Product()


@lru_cache(maxsize=4096)
def product_of(name: str | None) -> Product:
    """Read a dosage form out of a product's name or form ("prednisone 10 mg tablet"); unknown when it has none."""
    if not name:
        return UNKNOWN
    words = raw_words(plain_letters(name))
    singular = [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words]
    known = frozenset(words)
    for forms, row in _rows():
        for candidate in (words, singular):
            if any(tuple(candidate[at : at + len(forms)]) == forms for at in range(len(candidate))):
                return row._replace(words=known)
    return UNKNOWN._replace(words=known)


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[tuple[str, ...], Product], ...]:
    lines = files("pestle.terms.sig").joinpath("forms.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((tuple(raw_words(row[0])), Product(row[1], row[2], row[3], row[4])) for row in rows)
