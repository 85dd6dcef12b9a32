"""Data entry and pre-check in a real browser, by keyboard alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.entry import data_entry
from tests.pages.browser import axe, type_slowly
from tests.pages.test_data_entry import in_entry
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def come_in(page: Page, live_server: LiveServer, worker: Worker) -> None:
    client = Client()
    assert worker.account is not None
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def make_drugs_findable() -> None:
    with connection.cursor() as cursor:
        words = "to_tsvector('simple', name || ' ' || strength || ' ' || dosage_form)"
        cursor.execute(f"UPDATE records_formulation SET words = {words}")


def test_a_clean_e_prescription_is_sent_with_two_keys(world: World, page: Page, live_server: LiveServer) -> None:
    fill = in_entry(world)
    come_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/data-entry/")

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cleo Marchetti")).to_be_visible()
    page.keyboard.press("F10")

    expect(page.get_by_text("Nothing waits for data entry.")).to_be_visible()
    assert Fill.objects.get(pk=fill.pk).state == "adjudicating"


def test_another_drug_and_directions_are_typed_without_a_mouse(
    world: World, page: Page, live_server: LiveServer
) -> None:
    make_drugs_findable()
    fill = in_entry(world)
    come_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")

    page.keyboard.press("F4")
    type_slowly(page, "lisin 20")
    expect(page.locator("#results [data-row]")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("20 mg")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("1")
    expect(page.locator("#results")).to_contain_text("The original says otherwise.")
    expect(page.locator("#id_directions")).to_be_focused()
    page.locator("#id_directions").select_text()
    type_slowly(page, "1t po bid", suffix="Enter")

    expect(page.locator("#label")).to_contain_text("Take 1 tablet by mouth 2 times a day.")
    expect(page.locator("#label")).to_contain_text("differs from the original")
    expect(page.locator("#id_days_supply")).to_have_value("15")
    expect(page.locator("#id_quantity_written")).to_be_focused()
    assert axe(page) == []


def test_a_field_that_cannot_be_read_says_so_beside_itself_while_typing_goes_on(
    world: World, page: Page, live_server: LiveServer
) -> None:
    fill = in_entry(world)
    come_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")

    page.locator("#id_quantity").focus()
    page.locator("#id_quantity").select_text()
    type_slowly(page, "thirty", suffix="Enter")

    expect(page.locator(".field-no")).to_contain_text("Type the quantity as a number")
    expect(page.locator("#id_refills")).to_be_focused()
    expect(page.locator("#id_quantity")).to_have_value("thirty")
    page.keyboard.press("Shift+Enter")
    type_slowly(page, "30", suffix="Enter")
    expect(page.locator(".field-no")).to_have_count(0)


def test_a_marked_field_goes_back_and_comes_again_by_keys(world: World, page: Page, live_server: LiveServer) -> None:
    fill = in_entry(world)
    data_entry.finish_entry(act_id=uuid4(), by=world.ada, at=timezone.now(), fill_id=fill.pk, payment="cash")
    world.cleo.coverages.update(until_on=timezone.now().date() - timedelta(days=2))
    come_in(page, live_server, world.ben)
    page.goto(f"{live_server.url}/pre-check/{fill.pk}/")

    # What differs stands first: the day it was written.
    page.keyboard.press("Alt+r")
    page.keyboard.press("Space")
    expect(page.locator("#act")).to_contain_text("Send back")
    page.keyboard.press("F10")
    expect(page.get_by_text("Nothing waits for the first check.")).to_be_visible()

    come_in(page, live_server, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")
    expect(page.get_by_text("Sent back.")).to_be_visible()
    expect(page.locator("#id_written_on")).to_be_focused()
    page.keyboard.press("F10")

    expect(page.get_by_text("Nothing waits for data entry.")).to_be_visible()
    assert Fill.objects.get(pk=fill.pk).state == "awaiting_check"
