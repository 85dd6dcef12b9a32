"""Keys pressed and codes scanned while a page is on its way: none is lost, and none goes to another person."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.pages.browser import scan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with override_settings(ROOT_URLCONF="tests.pages.gallery_urls", DEBUG=True):
        server = LiveServer("127.0.0.1")
        yield f"{server.url}/parts/"
        server.stop()


@pytest.fixture
def late(page: Page, gallery: str) -> Iterator[Page]:
    """A page that stands there, and whose script has not come yet; it comes with `come(page)`."""
    page.route("**/js/main.js", lambda route: waiting.append(route))  # noqa: PLW0108 (its parameters are counted)
    page.goto(gallery, wait_until="commit")
    page.wait_for_selector("#id_plain")
    waiting_for(page)
    yield page
    waiting.clear()


waiting: list[Route] = []


def waiting_for(page: Page) -> None:
    while not waiting:
        page.wait_for_timeout(10)


def come(page: Page) -> None:
    waiting.pop().continue_()
    page.wait_for_load_state()


def test_what_is_typed_before_the_page_listens_is_typed_once_it_does(late: Page) -> None:
    late.keyboard.press("F4")
    late.keyboard.type("Cleo", delay=60)

    come(late)

    expect(late.locator("#id_focus")).to_have_value("Cleo")
    expect(late.locator("#id_focus")).to_be_focused()


def test_a_code_scanned_before_the_page_listens_is_a_scan_and_no_typing(late: Page) -> None:
    scan(late, "68180098001")

    come(late)

    expect(late.locator("#scan-said")).to_have_text("Match")
    expect(late.locator("#heard")).to_contain_text("68180098001")
    expect(late.locator("#id_plain")).to_have_value("60")


def test_a_field_that_was_held_tells_its_change_when_it_is_left(late: Page) -> None:
    late.evaluate("document.addEventListener('change', (event) => { document.title = event.target.value; })")
    late.keyboard.press("F4")
    late.keyboard.type("25 mg", delay=60)
    late.keyboard.press("Tab")

    come(late)

    expect(late).to_have_title("25 mg")
    expect(late.locator("#id_refused")).to_be_focused()


def test_a_step_pressed_before_the_page_listens_is_taken_once(late: Page) -> None:
    sent: list[str] = []
    late.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    late.keyboard.press("F10")

    come(late)

    expect(late.locator(".field-no .refusal")).to_be_visible()
    assert len(sent) == 1


SECOND = """document.getElementById("main").insertAdjacentHTML("beforeend",
  '<form method="post" action="/parts/second/"><button id="second">Second</button></form>')"""


def test_a_second_form_of_the_page_goes_once_the_first_is_answered(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.evaluate(SECOND)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(gallery)))
    page.route("**/parts/second/", lambda route: route.fulfill(status=204, headers={"HX-Redirect": "/parts/work/"}))
    page.route("**/parts/asked-later/", lambda route: route.fulfill(status=204))
    page.route("**/parts/send/", lambda route: waiting.append(route))  # noqa: PLW0108 (its parameters are counted)
    page.keyboard.press("F10")
    waiting_for(page)

    page.locator("#second").click()
    page.evaluate("fetch('/parts/asked-later/')")
    assert [each for each in asked if each != "asked-later/"] == ["send/"]
    come(page)

    page.wait_for_url(f"{gallery}work/")
    assert asked[:3] == ["send/", "asked-later/", "second/"]


def test_what_is_typed_while_a_page_goes_is_typed_on_the_next(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}work/")
    page.route("**/parts/", lambda route: waiting.append(route))  # noqa: PLW0108 (its parameters are counted)
    page.evaluate("url => { location.assign(url); }", gallery)
    waiting_for(page)
    page.keyboard.press("F4")
    page.keyboard.type("Cleo", delay=60)

    come(page)

    expect(page.locator("#id_focus")).to_have_value("Cleo")


def test_what_one_person_typed_while_a_page_went_is_not_given_to_the_next(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}work/")
    page.evaluate("document.body.dataset.worker = '4711'")
    page.route("**/parts/", lambda route: waiting.append(route))  # noqa: PLW0108 (its parameters are counted)
    page.evaluate("url => { location.assign(url); }", gallery)
    waiting_for(page)
    page.keyboard.press("F4")
    page.keyboard.type("730194", delay=60)

    come(page)

    expect(page.locator("#id_focus")).to_have_value("hydr 25")
    assert page.evaluate("sessionStorage.getItem('pestle.held')") is None


def test_an_answer_that_takes_no_page_away_gives_the_keys_back(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.evaluate("window.dispatchEvent(new Event('beforeunload'))")
    page.keyboard.press("F4")
    page.keyboard.type("Cleo", delay=60)

    expect(page.locator("#id_focus")).to_have_value("Cleo", timeout=15_000)


def test_a_scanner_without_a_suffix_is_waited_for_only_the_first_time(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.locator("#id_plain").focus()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    scan(page, "68180098001", suffix="")
    page.clock.run_for(1500)
    expect(page.locator("#heard")).to_contain_text("68180098001")

    scan(page, "RX7204418", suffix="")
    page.clock.run_for(150)

    expect(page.locator("#heard")).to_contain_text("RX7204418")
