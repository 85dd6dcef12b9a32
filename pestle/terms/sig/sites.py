"""Places on the body whose own words say more than their route, read from `sites.tsv`."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_PREPOSITION = re.compile(r"en (?:el |la |los |las )?")


class Site(NamedTuple):
    """A place: how it stands to its route ("said", "side" or "plain"), the route, its words in two languages."""

    kind: str
    route: str
    english: str
    spanish: str

    @property
    def spanish_noun(self) -> str:
        """Give the Spanish words without "en la"."""
        return _PREPOSITION.sub("", self.spanish, count=1)


@lru_cache(maxsize=1)
def sites() -> tuple[Site, ...]:
    """Give every place of the table."""
    lines = files("pestle.terms.sig").joinpath("sites.tsv").read_text("utf-8").splitlines()
    return tuple(Site(*line.split("\t")) for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def said_again() -> frozenset[str]:
    """Give the English words that the label repeats, because their route says less."""
    return frozenset(site.english for site in sites() if site.kind == "said")


@lru_cache(maxsize=1)
def in_spanish() -> dict[str, str]:
    """Give the Spanish of a place, with its preposition, by its English words."""
    return {site.english: site.spanish for site in sites()}
