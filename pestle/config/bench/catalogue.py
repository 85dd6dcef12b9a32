"""Every benchmark by its name, and the running of them; only those that write rows need the scratch database."""

import importlib
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pestle.config.bench.figures import Outcome
from pestle.config.bench.scratch import Say, durability, open_scratch


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark: its name, what it measures, where it is, and whether it needs the scratch pharmacy."""

    name: str
    about: str
    module: str
    needs_database: bool = True

    @property
    def function(self) -> Callable[..., Outcome]:
        """Give what measures it; it takes the scratch pharmacy, or else whether it should be quick."""
        found: Callable[..., Outcome] = getattr(
            importlib.import_module(f"pestle.config.bench.{self.module}"), self.name
        )
        return found


BENCHMARKS = MappingProxyType({
    each.name: each
    for each in (
        Benchmark("pure", "directions, calculations, import, beside peers", "pure", needs_database=False),
        Benchmark("codecs", "D.0, SCRIPT and ZPL on one core", "codecs", needs_database=False),
        Benchmark("street", "one prescription from entry to the patient, through every station", "street"),
        Benchmark("pages", "the board, scans at filling, memory of a web worker, over HTTP", "pages"),
        Benchmark("searches", "patients among a million, drugs among all packages", "searches"),
        Benchmark("dispense", "finishing fills through the station, 1 and 4 processes, spread and hot", "dispense"),
    )
})  # fmt: skip


def measure(
    names: Sequence[str], *, keep: Path | None, is_quick: bool, say: Say
) -> tuple[dict[str, str], list[Outcome]]:
    """Run the named benchmarks in the order of the list; give the database's settings and what was found."""
    chosen = [each for each in BENCHMARKS.values() if each.name in names]
    bare = [_timed(each, is_quick, say) for each in chosen if not each.needs_database]
    with_rows = [each for each in chosen if each.needs_database]
    if not with_rows:
        return {}, bare
    with open_scratch(keep=keep, is_quick=is_quick, say=say) as scratch:
        settings = durability(scratch.url)
        return settings, [*bare, *(_timed(each, scratch, say) for each in with_rows)]


def _timed(each: Benchmark, given: Any, say: Say) -> Outcome:
    say(f"Measuring {each.name}.")
    begun = time.monotonic()
    try:
        outcome = each.function(given)
    except Exception as trouble:
        # One that stumbles is told as not sound, and the others are measured all the same.
        traceback.print_exc()
        outcome = Outcome(each.name, "not measured", faults=[f"it stopped: {type(trouble).__name__}: {trouble}"[:300]])
    outcome.seconds = time.monotonic() - begun
    return outcome
