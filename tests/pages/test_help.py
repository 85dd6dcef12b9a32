"""F1: what a station is for, the steps open there, what can say no; read from the table of steps."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.demo.page_list import PAGES
from pestle.flows.fill import FILL
from pestle.pages.house.frame import RAIL
from pestle.records.people import Worker
from pestle.stations import explaining
from pestle.stations.scanning import bag_code
from pestle.terms.roles import Role
from tests.pages.browser import axe, picture, scan
from tests.pages.hands import at_a_bench
from tests.street import walk
from tests.world import World, make_world

SignIn = Callable[[Worker], Client]
WITHOUT_A_STATION = {"help", "parts"}
TECHNICIAN = frozenset({Role.TECHNICIAN})


def test_every_page_has_a_station_that_is_explained() -> None:
    apps = {page.name.partition(":")[0] for page in PAGES if ":" in page.name}
    in_the_rail = {app for _, lines in RAIL for _, app, _ in lines if app not in {"receiving", "credentials"}}

    assert (apps | in_the_rail) - WITHOUT_A_STATION - set(explaining.STATIONS) == set()


def test_every_step_a_person_can_take_is_told_at_some_station() -> None:
    told = {step.words for app in explaining.STATIONS for step in explaining.explain(app, TECHNICIAN).steps}
    taken = {step.words for step in FILL.steps if step.sources != ("",) and step.who != {Role.PROGRAM}}

    assert taken - told == {"Refund", "No refund", "Take up again"}


def test_filling_is_told_with_its_rules_and_where_they_are_written() -> None:
    told = explaining.explain("filling", TECHNICIAN)

    finish = next(step for step in told.steps if step.words == "Finish filling")
    recalled = next(rule for rule in told.rules if "recall" in rule.says)
    assert (finish.is_yours, finish.goes) == (True, "Verification")
    assert recalled.cites
    assert "Finish filling" in recalled.steps
    assert told.waits == ("Filling", "Waiting")


def test_a_step_of_the_pharmacist_is_not_a_technicians() -> None:
    steps = {step.words: step for step in explaining.explain("verification", TECHNICIAN).steps}

    assert not steps["Verify"].is_yours
    assert steps["Verify"].who == "a pharmacist"


@pytest.mark.parametrize(("page", "words"), [("/filling/7/", "Filling"), ("/nowhere/", "This page"), ("", "This page")])
def test_the_page_of_help_follows_the_page_it_is_asked_on(
    world: World, signed_in: SignIn, page: str, words: str
) -> None:
    answer = signed_in(world.ada).get("/help/", {"page": page})

    assert f"Help: {words}" in answer.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_f1_shows_one_screen_and_leaves_the_work_as_it_was(page: Page, live_server: LiveServer) -> None:
    world = make_world()
    fill = walk(world, to="in_entry")
    bagged = walk(world, world.fill(world.prescribe("ibuprofen 800 mg")), to="in_will_call")
    ada = at_a_bench(page, live_server.url, world.ada)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")
    ada.is_in("#id_directions")
    ada.write_over("1t po bid")

    ada.press("F1")
    expect(page.get_by_role("heading", name="Help: Data entry")).to_be_visible()
    expect(page.locator("#station-help")).to_contain_text("Send claim")
    expect(page.locator("[data-key-of='Send claim']")).to_have_text("F10")
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        assert axe(page) == []
        if folder := os.environ.get("PESTLE_PICTURES"):
            picture(page, Path(folder) / f"help-{theme}.png")
    ada.press("F10")
    expect(page.get_by_role("heading", name="Help: Data entry")).to_be_hidden()
    expect(page.locator("#id_directions")).to_be_focused()
    expect(page.locator("#id_directions")).to_have_value("1t po bid")
    fill.refresh_from_db()
    assert fill.state == "in_entry"

    ada.press("F1")
    expect(page.get_by_role("heading", name="Help: Data entry")).to_be_visible()
    assert bagged.bag is not None
    scan(page, bag_code(bagged.bag))
    expect(page.locator("#scan-said")).to_contain_text("Bag")
    expect(page.get_by_role("heading", name="Help: Data entry")).to_be_hidden()
