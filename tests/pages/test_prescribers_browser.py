"""The pages of prescribers in a browser: a wrong NPI is told beside its field, by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.pages.browser import axe, picture, type_slowly
from tests.pages.test_drop_off import sign_in
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_prescriber_is_found_and_mended_with_the_keyboard_alone(
    page: Page, live_server: object, tmp_path: Path
) -> None:
    world = make_world()
    url: str = live_server.url  # type: ignore[attr-defined]
    sign_in(page, live_server, world)

    page.goto(f"{url}/prescribers/")
    type_slowly(page, "nair ald")
    expect(page.get_by_text("Nair, Priya MD")).to_be_visible()
    assert axe(page) == []
    picture(page, tmp_path / "prescribers.png")
    page.goto(f"{url}/prescribers/{world.nair.pk}/?back=/drop-off/")
    assert axe(page) == []
    page.locator("#id_npi").fill("2000000011")
    page.keyboard.press("F10")
    expect(page.locator("#main").get_by_text("its check digit would be 0")).to_be_visible()
    picture(page, tmp_path / "wrong.png")
    page.locator("#id_npi").fill("2000000010")
    page.locator("#id_fax").fill("(734) 555-0178")
    page.keyboard.press("F10")
    expect(page.get_by_text("fax was empty")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    picture(page, tmp_path / "dark.png")

    world.nair.refresh_from_db()
    assert world.nair.fax == "7345550178"
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
