"""A real Chromium for tests of pages: scans and typing by key events, axe, pictures.

Use the fixtures of `tests/pages/conftest.py`: `page` is a fresh window of 1366 x 768 that fails its test on any error
in the browser's console; `console` is what was logged, to be emptied by a test that causes an error on purpose.
"""

import os
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

VIEWPORT = {"width": 1366, "height": 768}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A refused step answers 409; the browser logs every such answer as a failed resource.
EXPECTED = ("status of 409", "status of 422")
SCANNER_GAP = 0.004
TYPIST_GAP_MS = 60

_CODES = {
    " ": "Space",
    "-": "Minus",
    "_": "Minus",
    ".": "Period",
    ",": "Comma",
    "/": "Slash",
    ":": "Semicolon",
    "]": "BracketRight",
    "[": "BracketLeft",
    "(": "Digit9",
    ")": "Digit0",
    "%": "Digit5",
    "+": "Equal",
    "=": "Equal",
    "'": "Quote",
}
_NAMED = {"Enter": ("Enter", "\r", 13), "Tab": ("Tab", "", 9)}


def chromium_path() -> str | None:
    """Give the system's Chromium: PESTLE_CHROMIUM, or the first of its usual names."""
    named = os.environ.get("PESTLE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open a Chromium for many tests; skips them, loudly, where there is none."""
    path = chromium_path()
    if path is None:
        told = "No Chromium here, so no page was tried in a browser: apt-get install chromium, or set PESTLE_CHROMIUM."
        warnings.warn(told, stacklevel=2)
        pytest.skip(told)
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(browser: Browser, console: list[str], **options: Any) -> Iterator[Page]:
    """Open a window of its own; what the console calls an error lands in `console`."""
    context = browser.new_context(viewport=VIEWPORT, **options)
    page = context.new_page()
    page.on("console", lambda message: _note(message, console))
    page.on("pageerror", lambda error: console.append(str(error)))
    try:
        yield page
    finally:
        context.close()


def scan(page: Page, text: str, *, suffix: str = "Enter") -> None:
    """Scan a code: real key events 4 ms apart and the suffix a scanner adds ("" for none)."""
    keyboard = page.context.new_cdp_session(page)
    at = time.time()
    # The events carry their own times, so that a busy machine does not turn a scan into typing.
    for character in text:
        _stroke(keyboard, key=character, code=_code(character), text=character, virtual=0, at=at)
        at += SCANNER_GAP
    if suffix:
        key, typed, virtual = _NAMED[suffix]
        _stroke(keyboard, key=key, code=key, text=typed, virtual=virtual, at=at)
    keyboard.detach()


def type_slowly(page: Page, text: str, *, suffix: str = "") -> None:
    """Type like a person, so that nothing of it is taken for a scan; `page.fill` is quicker where keys do not count."""
    page.keyboard.type(text, delay=TYPIST_GAP_MS)
    page.wait_for_timeout(TYPIST_GAP_MS)
    if suffix:
        page.keyboard.press(suffix)


def axe(page: Page) -> list[str]:
    """Run axe on the page as it is; gives one line for each thing it finds: rule, impact, places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(result => result.violations)", WCAG
    )
    return [f"{each['id']} ({each['impact']}): {[node['target'] for node in each['nodes']]}" for each in found]


def picture(page: Page, path: Path) -> Path:
    """Keep a picture of the window, with everything that moves standing still."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, animations="disabled")
    return path


def _stroke(keyboard: Any, *, key: str, code: str, text: str, virtual: int, at: float) -> None:
    event = {"key": key, "code": code, "windowsVirtualKeyCode": virtual or ord(key.upper()), "timestamp": at}
    typed = {"text": text, "unmodifiedText": text} if text else {}
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **event, **typed})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


def _code(character: str) -> str:
    if character.isdigit():
        return f"Digit{character}"
    return f"Key{character.upper()}" if character.isalpha() else _CODES.get(character, "")


def _note(message: ConsoleMessage, console: list[str]) -> None:
    if message.type == "error" and not any(words in message.text for words in EXPECTED):
        console.append(message.text)
