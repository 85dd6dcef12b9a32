"""What does not fit on a page as it stands in a window: measured, so that no eye is needed to find it."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SCRIPT = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")


def told(page: "Page", *, is_long: bool = False) -> list[str]:
    """Say what does not fit; `is_long` allows a page to be higher than its window, as at 200 %."""
    found: list[str] = page.evaluate(_SCRIPT, {"isLong": is_long})
    return found
