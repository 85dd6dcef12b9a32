"""Signing in, locking and handing over in a real browser, by keyboard and scanner alone."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.people import Worker
from pestle.records.pharmacies import Bench
from pestle.stations import people
from tests.pages.browser import axe, scan, type_slowly
from tests.world import NOW, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PIN = "730194"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def badge_of(worker: Worker) -> str:
    act_id = uuid4()
    people.give_badge(act_id=act_id, by=worker, at=NOW, worker_id=worker.pk)
    people.set_pin(act_id=uuid4(), by=worker, at=NOW, worker_id=worker.pk, pin=PIN)
    return people.badge_code(act_id)


def sign_in(page: Page, live_server: LiveServer, worker: Worker) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next=/people/")
    type_slowly(page, worker.given.lower())
    page.keyboard.press("Tab")
    page.get_by_label("Password").fill(f"{worker.given.lower()} counts by fives")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/people/")


def test_a_bench_is_locked_by_key_and_handed_over_by_badge_and_pin(
    world: World, page: Page, live_server: LiveServer
) -> None:
    Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")
    code = badge_of(world.ben)
    sign_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/people/bench/")
    page.locator("[data-row]").first.focus()
    page.keyboard.press("1")
    expect(page.locator(".top-end")).to_contain_text("Filling 1")
    page.goto(f"{live_server.url}/people/me/")

    page.keyboard.press("Alt+l")
    expect(page.locator(".badge-scan")).to_be_visible()
    expect(page.locator(".door-card")).to_contain_text("Filling 1")
    scan(page, code)
    expect(page.locator("#who-fields")).to_contain_text("Ben, type your PIN.")
    expect(page.get_by_label("PIN")).to_be_focused()
    type_slowly(page, "111222", suffix="Enter")
    expect(page.locator("#unlock")).to_contain_text("No, because this is not the PIN.")
    page.get_by_label("PIN").fill("")
    type_slowly(page, PIN, suffix="Enter")

    expect(page).to_have_url(f"{live_server.url}/people/me/")
    expect(page.locator(".top-end")).to_contain_text("Ben Levi")
    expect(page.locator(".top-end")).to_contain_text("Filling 1")


def test_a_pin_begun_while_the_badge_is_still_being_asked_about_is_whole(
    world: World, page: Page, live_server: LiveServer
) -> None:
    code = badge_of(world.ben)
    sign_in(page, live_server, world.ada)
    page.keyboard.press("Alt+l")
    expect(page.locator(".badge-scan")).to_be_visible()
    waiting: list[Route] = []
    page.route("**/people/badge/", lambda route: waiting.append(route))  # noqa: PLW0108 (its parameters are counted)

    scan(page, code)
    while not waiting:
        page.wait_for_timeout(10)
    type_slowly(page, PIN[:2])
    waiting.pop().continue_()
    expect(page.locator("#who-fields")).to_contain_text("Ben, type your PIN.")
    type_slowly(page, PIN[2:], suffix="Enter")

    expect(page.locator(".top-end")).to_contain_text("Ben Levi")


def test_typing_outlives_the_lock(world: World, page: Page, live_server: LiveServer) -> None:
    badge_of(world.priya)
    sign_in(page, live_server, world.priya)
    page.goto(f"{live_server.url}/people/invite/")
    page.get_by_label("Given name").fill("Eve")
    page.get_by_label("Family name").fill("Lund")

    page.keyboard.press("Alt+l")
    page.get_by_label("PIN or password").fill(PIN)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{live_server.url}/people/invite/")
    expect(page.get_by_label("Given name")).to_have_value("Eve")
    expect(page.get_by_label("Family name")).to_have_value("Lund")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_on_these_pages_stands_in_anybodys_way(
    world: World, page: Page, live_server: LiveServer, theme: str
) -> None:
    found: dict[str, list[str]] = {}
    Bench.objects.create(pharmacy=world.pharmacy, name="Filling 1", station="filling")

    # Colours that fade into each other are no colours yet.
    page.emulate_media(reduced_motion="reduce")

    def look(name: str) -> None:
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        found[name] = axe(page)

    page.goto(f"{live_server.url}/accounts/login/")
    look("sign-in")
    sign_in(page, live_server, world.priya)
    addresses = ("/people/", "/people/me/", f"/people/{world.ada.pk}/", "/people/invite/", "/people/bench/")
    for address in (*addresses, f"/people/looks/{world.cleo.pk}/", "/accounts/2fa/", "/accounts/password/change/"):
        page.goto(f"{live_server.url}{address}")
        look(address)
    page.goto(f"{live_server.url}/people/")
    page.keyboard.press("Alt+l")
    expect(page.locator(".badge-scan")).to_be_visible()
    look("lock")

    assert {name: each for name, each in found.items() if each} == {}
