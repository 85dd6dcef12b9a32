"""Light or dark: one's own choice, the bench's, or what the computer says."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.people import Worker
from pestle.records.pharmacies import Bench
from pestle.terms.look import Look
from pestle.terms.roles import Role
from tests.pages.browser import axe
from tests.pages.hands import at_a_bench
from tests.world import World, make_world

SignIn = Callable[[Worker], Client]
DARK = 'data-bs-theme="dark"'


def html(client: Client, address: str = "/people/") -> str:
    return client.get(address).content.decode()


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench.objects.create(pharmacy=world.pharmacy, name="Hood 1", station="filling")


@pytest.mark.django_db
def test_pages_are_light_until_somebody_chooses(world: World, signed_in: SignIn) -> None:
    assert 'data-bs-theme="light" data-look="light"' in html(signed_in(world.ada))


@pytest.mark.django_db
def test_ones_own_choice_holds_on_every_page_and_for_nobody_else(world: World, signed_in: SignIn) -> None:
    ada = signed_in(world.ada)
    ada.post("/people/look/", {"look": "dark"})

    assert DARK in html(ada)
    assert 'value="dark" aria-pressed="true"' in html(ada, "/people/me/")
    assert DARK not in html(signed_in(world.ben))


@pytest.mark.django_db
def test_a_dark_bench_is_dark_for_whoever_has_not_chosen_and_stays_so_at_its_door(
    world: World, signed_in: SignIn, bench: Bench
) -> None:
    ada = signed_in(world.ada)
    ada.post("/people/bench/", {"bench": bench.pk})
    ada.post("/people/bench/look/", {"look": "dark"})
    assert DARK in html(ada)

    ada.post("/people/look/", {"look": "light"})
    assert DARK not in html(ada)
    ada.post("/people/look/", {"look": ""})
    assert DARK in html(ada)

    ada.post("/accounts/logout/")
    assert DARK in html(ada, "/accounts/login/")


@pytest.mark.django_db
def test_a_look_that_is_none_is_refused_and_changes_nothing(world: World, signed_in: SignIn, bench: Bench) -> None:
    ada = signed_in(world.ada)
    assert ada.post("/people/look/", {"look": "plaid"}).status_code == 409
    assert ada.post("/people/bench/look/", {"look": "dark"}).status_code == 409, "No bench was taken."
    ada.post("/people/bench/", {"bench": bench.pk})
    assert ada.post("/people/bench/look/", {"look": ""}).status_code == 409

    assert (Worker.objects.get(pk=world.ada.pk).look, Bench.objects.get(pk=bench.pk).look) == ("", Look.LIGHT)


@pytest.mark.django_db
def test_an_auditor_chooses_for_themselves_and_sets_no_bench(world: World, signed_in: SignIn, bench: Bench) -> None:
    world.gil.role_names = [Role.AUDITOR.value]
    world.gil.save()
    gil = signed_in(world.gil)
    gil.post("/people/look/", {"look": "dark"})
    gil.post("/people/bench/", {"bench": bench.pk})

    assert gil.post("/people/bench/look/", {"look": "dark"}).status_code == 409
    assert DARK in html(gil)
    assert Bench.objects.get(pk=bench.pk).look == Look.LIGHT


@pytest.mark.browser
def test_by_keyboard_somebody_lets_the_computer_decide(
    transactional_db: None, page: Page, chromium: Browser, live_server: LiveServer
) -> None:
    world = make_world()
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    at_a_bench(page, live_server.url, world.ada)
    page.goto(f"{live_server.url}/people/me/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")

    page.get_by_role("button", name="As the computer").focus()
    page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    assert axe(page) == []

    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/people/")
    expect(root).to_have_attribute("data-bs-theme", "dark")
