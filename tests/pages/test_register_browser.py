"""The register and the final check in a real browser, worked by keys and scans; axe finds nothing."""

from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.fills import Fill
from pestle.records.handover import Sale
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations import scanning
from tests.pages.browser import axe, scan
from tests.street import walk
from tests.world import TODAY, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    return make_world()


def come_in(page: Page, live_server: LiveServer, worker: Worker) -> None:
    client = Client()
    assert worker.account is not None
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    value = client.cookies["pestle_session"].value
    page.context.add_cookies([{"name": "pestle_session", "value": value, "url": live_server.url}])


def bag_code(fill: Fill) -> str:
    assert fill.bag is not None
    return scanning.bag_code(fill.bag)


def test_a_pickup_by_keyboard_and_scans_with_a_wrong_bag_between(
    page: Page, live_server: LiveServer, world: World
) -> None:
    carla = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Carla", birth_on=date(1968, 3, 15), sex="F",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip
    mine = walk(world, to="in_will_call")
    hers = walk(world, world.fill(world.prescribe("warfarin 5 mg", patient=carla)), to="in_will_call", place="W-13")
    come_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/pickup/")
    assert axe(page) == []

    page.fill("#said-name", "marchetti cleo")
    page.fill("#said-birth", "3/14/1968")
    page.keyboard.press("F10")
    expect(page.locator("#bags")).to_contain_text("lisinopril")
    assert axe(page) == []

    scan(page, bag_code(hers))
    expect(page.locator("#scan-said")).to_contain_text("Stop")
    expect(page.locator("#bags")).to_contain_text("the birth date differs")
    expect(page.locator("#act")).to_contain_text("wrong bag")
    assert axe(page) == []
    page.keyboard.press("Alt+y")
    expect(page.locator("#bags")).not_to_contain_text("differs")

    scan(page, bag_code(mine))
    expect(page.locator("#places")).to_contain_text("taken")
    page.locator(f"#no-{world.cleo.pk}").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Alt+u")
    page.keyboard.type("Cleo Marchetti", delay=60)
    page.keyboard.press("Alt+i")
    page.keyboard.press("Space")
    page.fill("#reference", "4471")
    page.keyboard.press("Tab")
    expect(page.locator("#act")).to_contain_text("$11.80")
    page.keyboard.press("F10")
    expect(page.locator("#main")).to_contain_text("Sold.")
    assert axe(page) == []

    assert Sale.objects.get().payments.get().reference == "4471"
    mine.refresh_from_db()
    hers.refresh_from_db()
    assert (mine.state, hers.state) == ("sold", "in_will_call")


def test_the_pharmacist_ticks_both_checks_by_keys_and_a_mark_turns_the_step(
    page: Page, live_server: LiveServer, world: World
) -> None:
    fill = walk(world, to="filled")
    come_in(page, live_server, world.ben)
    page.goto(f"{live_server.url}/verification/")
    assert axe(page) == []
    scan(page, scanning.label_code(fill))
    expect(page.locator("#act")).to_contain_text("ticked both checks")
    assert axe(page) == []

    scan(page, scanning.label_code(fill))
    expect(page.locator("#vial")).to_contain_text("vial in hand")
    page.keyboard.press("Alt+u")
    page.keyboard.press("Space")
    expect(page.locator("#act")).to_contain_text("product")
    page.keyboard.press("Alt+r")
    page.keyboard.press("Space")
    expect(page.locator("#act")).to_contain_text("Send back")
    page.keyboard.press("Space")
    expect(page.locator("#act")).to_contain_text("product")
    page.keyboard.press("Alt+y")
    page.keyboard.press("Space")
    expect(page.locator("#act")).to_contain_text("Signs as Ben Levi")
    page.keyboard.press("F10")
    expect(page.locator("#main")).to_contain_text("Verified by you")

    fill.refresh_from_db()
    assert fill.state == "verified"
