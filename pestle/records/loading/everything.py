"""Load one list or all, in the order they need each other, and say what became of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pestle.records.loading.copying import Merged, Watch
from pestle.records.loading.directory import load_directory
from pestle.records.loading.lists import LISTS, load_list
from pestle.records.loading.sources import Source

DIRECTORY = "ndc"
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one list; `merged` is None where the same file was loaded before."""

    name: str
    merged: Merged | None


def known_names() -> tuple[str, ...]:
    """Give what can be loaded: ndc stands for products, packages and equivalence codes together."""
    return (DIRECTORY, *(each.name for each in LISTS))


def load(
    names: Iterable[str], sources: Mapping[str, Source], *, at: datetime, watch: Watch, again: bool = False
) -> Iterator[Loaded]:
    """Load the lists of these names, each in a transaction of its own, and give what became of each as it is done."""
    wanted = set(known_names()) if EVERYTHING in names else set(names)
    if DIRECTORY in wanted:
        yield Loaded(DIRECTORY, load_directory(sources, at=at, watch=watch, again=again))
    for each in LISTS:
        if each.name in wanted:
            yield Loaded(each.name, load_list(each, sources, at=at, watch=watch, again=again))
