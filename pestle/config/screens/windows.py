"""The window of a picture: how large it is, who sits before it, and what does not fit into it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pestle.config.made_up import House
from pestle.config.screens import measures
from pestle.config.screens.contact_sheet import Taken
from pestle.demo.people import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# A bench, a large screen, and a bench at 200 %: half the points of each side.
VIEWS = {"desk": (1366, 768), "wide": (1920, 1080), "zoom": (683, 384)}
LOOKS = ("light", "dark")
Act = Callable[["Page"], None]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to take: its name, its address, in whose hands, and what is done before it is taken."""

    name: str
    path: str
    who: Person | None
    is_long: bool = False
    act: Act | None = None
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What pictures of one run have in common."""

    kind: str
    view: str
    look: str
    folder: Path

    def file(self, name: str) -> str:
        told = "" if self.view == "desk" else f"-{self.view}"
        return f"{self.kind}-{name.replace(' ', '-')}{told}-{self.look}.png"


def chromium_path() -> str | None:
    """Give the system's Chromium: PESTLE_CHROMIUM, or the first of its usual names."""
    return os.environ.get("PESTLE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def open_browser(chromium: str) -> Iterator["Browser"]:
    """Open a Chromium for all pictures."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def take(browser: "Browser", house: House, shots: Sequence[Shot], frame: Frame) -> Iterator[Taken]:
    """Take the pictures of one view and look, each in the hands of whoever works there."""
    for who in sorted({shot.who for shot in shots}, key=lambda each: each.username if each else ""):
        mine = [shot for shot in shots if shot.who == who]
        for together in ([shot for shot in mine if not shot.is_alone], *([shot] for shot in mine if shot.is_alone)):
            if not together:
                continue
            context = _window(browser, frame)
            page = context.new_page()
            if who is not None:
                _sign_in(page, house, who)
            for shot in together:
                yield _shoot(page, house, shot, frame)
            context.close()


def _window(browser: "Browser", frame: Frame) -> "BrowserContext":
    wide, high = VIEWS[frame.view]
    return browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme="dark" if frame.look == "dark" else "light", reduced_motion="reduce",
    )  # fmt: skip


def _sign_in(page: "Page", house: House, person: Person) -> None:
    page.goto(f"{house.url}/accounts/login/")
    page.fill("input[name=login]", person.username)
    page.fill("input[name=password]", person.password)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def _shoot(page: "Page", house: House, shot: Shot, frame: Frame) -> Taken:
    answer = page.goto(house.url + shot.path)
    status = answer.status if answer is not None else 0
    is_shut_out = shot.who is not None and "/accounts/login" in page.url
    if status not in {200, 409} or is_shut_out:
        return Taken(frame.kind, shot.name, trouble=f"could not be shown (HTTP {status})", is_fault=True)
    if shot.act is not None:
        try:
            shot.act(page)
        except Exception as fault:
            return Taken(frame.kind, shot.name, trouble=str(fault).splitlines()[0], is_fault=True)
    # The look is the bench's, not the browser's; nothing of it is kept.
    page.evaluate("look => { document.documentElement.dataset.bsTheme = look; }", frame.look)
    file = frame.file(shot.name)
    told = measures.told(page, is_long=shot.is_long or frame.view == "zoom")
    if shot.is_long and frame.view != "zoom":
        _as_high_as_its_work(page, frame)
    page.screenshot(path=frame.folder / file, animations="disabled", full_page=shot.is_long or frame.view == "zoom")
    wide, high = VIEWS[frame.view]
    page.set_viewport_size({"width": wide, "height": high})
    if sys.stderr.isatty():
        print(f"\r\033[K  {file}", end="", file=sys.stderr, flush=True)
    return Taken(frame.kind, shot.name, file=file, view=frame.view, look=frame.look, told=told)


def _as_high_as_its_work(page: "Page", frame: Frame) -> None:
    """Open the window as far as the longest column needs."""
    wide, high = VIEWS[frame.view]
    over = page.evaluate(
        "() => Math.max(0, ...[...document.querySelectorAll('main, .steady > *')]"
        ".map((each) => each.scrollHeight - each.clientHeight))"
    )
    page.set_viewport_size({"width": wide, "height": high + min(over, 4000)})
