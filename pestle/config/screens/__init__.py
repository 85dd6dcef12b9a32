"""Pictures of every page of the made-up pharmacy at work, and of what pages show when something is not as usual.

Beside the pictures stands `index.html`, by which somebody goes through them fast.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pestle.config.made_up import House
from pestle.config.screens import contact_sheet, prints, states, windows
from pestle.config.screens.contact_sheet import Taken
from pestle.config.screens.windows import LOOKS, VIEWS, Shot
from pestle.demo import day, long_names, quiet
from pestle.demo.page_list import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Half a day before the pictures, and how many of a hundred pieces of work are left lying at each station.
ORDERS, LEFT, SEED = 70, 30.0, 11
FAILED = 1
KINDS = ("pages", "states", "long", "prints")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures are taken: kinds, views, looks, and words of which one is in the name."""

    kinds: Sequence[str] = KINDS
    views: Sequence[str] = ("desk",)
    looks: Sequence[str] = LOOKS
    only: Sequence[str] = ()
    works_first: bool = True

    def wants(self, name: str) -> bool:
        return not self.only or any(word in name for word in self.only)


def take_all(house: House, folder: Path, wanted: Wanted) -> int:
    """Take every picture that is wanted; the exit status is 1 where something could not be shown."""
    chromium = windows.chromium_path()
    if chromium is None:
        print("pestle demo: there is no Chromium here; install it or set PESTLE_CHROMIUM.", file=sys.stderr)
        return FAILED
    if wanted.works_first:
        print("Working half a day, so that there is something to see at every station.", file=sys.stderr, flush=True)
        day.run(
            house.pharmacy, lines=house.lines, labels=house.labels, prescriptions=ORDERS, seed=SEED, leaving=LEFT,
            stop=house.stopping,
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Taken] = []
    with windows.open_browser(chromium) as browser:
        for kind in filter(wanted.kinds.__contains__, KINDS):
            if kind == "prints":
                taken += prints.take(house.pharmacy, folder, wanted.wants)
            else:
                taken += _views(browser, house, kind, wanted, folder)
    contact_sheet.write(folder, taken)
    broken = [each for each in taken if each.trouble]
    print(f"{len(taken) - len(broken)} pictures in {folder}/, to look through in {folder}/index.html", flush=True)
    for each in broken:
        print(f"pestle demo: {each.name}: {each.trouble}", file=sys.stderr)
    return FAILED if any(each.is_fault for each in broken) else 0


def _views(browser: "Browser", house: House, kind: str, wanted: Wanted, folder: Path) -> Iterator[Taken]:
    if kind == "long":
        long_names.lengthen(house.pharmacy)
    elif kind == "states":
        quiet.open_quiet_pharmacy(house.pharmacy)
    shots, missing = _shots(house, kind)
    shots = [shot for shot in shots if wanted.wants(shot.name)]
    for view in filter(wanted.views.__contains__, VIEWS):
        for look in wanted.looks:
            yield from windows.take(browser, house, shots, windows.Frame(kind, view, look, folder))
    yield from (Taken(kind, title, trouble="nothing to show") for title in missing if wanted.wants(title))


def _shots(house: House, kind: str) -> tuple[list[Shot], list[str]]:
    """Everything of a kind that has something to show here, and the names of what has nothing."""
    found, missing = [], []
    listed = states.STATES if kind == "states" else [states.as_it_opens(page) for page in PAGES if _is_of(page, kind)]
    for state in listed:
        path = state.address(house.pharmacy)
        if path is None:
            missing.append(state.name)
        else:
            found.append(Shot(state.name, path, state.who, state.is_long, state.act, is_alone=state.is_alone))
    return found, missing


def _is_of(page: object, kind: str) -> bool:
    return kind == "pages" or getattr(page, "name", "").split(":")[0] in long_names.SHOWN_ON
