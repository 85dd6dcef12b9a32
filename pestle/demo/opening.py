"""Opens the made-up pharmacy: its drug catalogue, its people and shelves, and what its partners need to know."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.utils import timezone

import pestle
from pestle.demo import orders, partners
from pestle.demo.pharmacy import NAME, SEED, Say, Size, make_pharmacy, sign_ins
from pestle.records.catalogue import SourceFile
from pestle.records.loading.copying import Watch
from pestle.records.loading.everything import DIRECTORY, known_names, load
from pestle.records.loading.sources import read_sources
from pestle.records.pharmacies import Partner, Pharmacy

LISTS = Path(pestle.__file__).resolve().parents[1] / "data"
# As many as a quiet day brings; `pestle demo day` writes a script of its own.
ORDERS_OF_A_DAY = 120
AT_ONCE = 15
SECONDS_BETWEEN = 150.0


def open_for_practice(*, seed: int = SEED, size: Size | None = None, lists: Path = LISTS) -> Sequence[str]:
    """This will bring the made-up pharmacy to where it can open, as far as anything is missing; gives the sign-ins.

    A database that holds a pharmacy of somebody's own is left alone, and no sign-ins are given.
    """
    telling = _Telling()
    with closing(telling):
        load_catalogue(lists, say=telling.say, watch=telling.count)
        made_up = Pharmacy.objects.filter(name=NAME, is_practice=True).first()
        if made_up is None and Pharmacy.objects.exists():
            return ()
        made_up = made_up or _make(telling, seed=seed, size=size or Size())
    listen_where(made_up, partners.ports())
    partners.ready_secret()
    _script_for(made_up, seed=seed, at=timezone.now())
    return sign_ins()


def load_catalogue(lists: Path = LISTS, *, say: Say, watch: Watch = lambda what, rows: None) -> None:
    """This will load the drug lists that were never loaded, telling how far it is."""
    there = set(SourceFile.objects.values_list("name", flat=True))
    missing = [name for name in known_names() if (name if name != DIRECTORY else "products") not in there]
    if not missing:
        return
    say("Loading the drug catalogue; this happens once.")
    for _ in load(missing, read_sources(lists), at=timezone.now(), watch=watch):
        pass


def listen_where(pharmacy: Pharmacy, ports: Mapping[str, int]) -> None:
    """This will write down at which ports of this machine the pretend partners listen."""
    for kind, port in ports.items():
        Partner.objects.filter(pharmacy=pharmacy, kind=partners.KINDS[kind], host="127.0.0.1").update(port=port)


def _make(telling: "_Telling", *, seed: int, size: Size) -> Pharmacy:
    telling.say("Making up the pharmacy.")
    return make_pharmacy(
        at=timezone.now(), size=size, seed=seed, ports=partners.ports(), say=lambda what: telling.count(what, 0)
    )


def _script_for(pharmacy: Pharmacy, *, seed: int, at: datetime) -> None:
    if not partners.script_file().exists():
        # Numbered by the calendar: never the number of a day that `pestle demo day` works.
        run = int(f"{at:%Y%m%d}")
        written = orders.write_day(pharmacy, count=ORDERS_OF_A_DAY, seed=seed, run=run, at=at)
        spread = orders.spread(written, at_once=AT_ONCE, seconds_between=SECONDS_BETWEEN)
        orders.save_script(spread, partners.script_file())


class _Telling:
    """Says how far things are, beside what is printed: one moving line on a terminal, whole sentences elsewhere."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()

    def say(self, sentence: str) -> None:
        self.close()
        print(sentence, file=sys.stderr, flush=True)

    def count(self, what: str, rows: int) -> None:
        if self.is_terminal:
            number = f": {rows:,}" if rows else ""
            print(f"\r\033[K  {what}{number}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self.is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
