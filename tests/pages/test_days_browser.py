"""Days' supply at data entry in a real browser: one key accepts, the package is read, a sum comes back attached."""

from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.calculations import KeptCalculation
from pestle.records.fills import Fill
from pestle.stations.intake import drop_off
from pestle.terms.quantity import BillingUnit
from tests.pages.browser import axe
from tests.pages.hands import at_a_bench
from tests.pages.test_data_entry import in_entry
from tests.world import NOW, World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUFFS = "1 INHALER in 1 CARTON > 200 AEROSOL, METERED in 1 INHALER"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def an_inhaler(world: World, sig: str = "2 puffs q4h prn") -> Fill:
    drug = "albuterol 90 mcg"
    route = "RESPIRATORY (INHALATION)"
    world.add_product(drug, "AEROSOL, METERED", PUFFS, BillingUnit.GRAM, route=route, ndc11="00085113201")
    original = {"kind": "NewRx", "drug": {"directions": sig, "quantity": "6.7", "description": drug, "unit": "gram"}}
    rx = world.prescribe(drug, as_received=original, sig_short="", directions="", quantity_written=Decimal("6.7"))
    fill = world.fill(rx, quantity=Decimal("6.7"), days_supply=None)
    drop_off.begin_entry(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    return fill


def test_one_key_accepts_the_text_and_its_days(world: World, page: Page, live_server: LiveServer) -> None:
    fill = in_entry(world)
    ada = at_a_bench(page, live_server.url, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")
    ada.sees("OK: this text and 30 days")

    ada.press("Alt+o")

    ada.sees("Text and 30 days, Ada")
    assert fill.events().filter(verb="accept_directions").count() == 1
    assert axe(page) == []


def test_a_package_is_read_once_and_the_days_follow(world: World, page: Page, live_server: LiveServer) -> None:
    fill = an_inhaler(world)
    ada = at_a_bench(page, live_server.url, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")
    ada.sees("how many g it holds is not known")
    assert axe(page) == []

    ada.press("Alt+i")
    ada.type("200", then="Enter")

    ada.sees("OK: this text and 16 days")
    ada.sees("200 puffs in 6.7")
    assert Fill.objects.get(pk=fill.pk).days_supply == 16


def test_a_vague_sig_shows_its_question_and_who_may_be_asked(world: World, page: Page, live_server: LiveServer) -> None:
    fill = an_inhaler(world, sig="use as directed")
    ada = at_a_bench(page, live_server.url, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")

    ada.press("Alt+y")
    expect(page.get_by_role("button", name="Ask and wait")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Ask and wait").click()

    ada.sees("Nothing waits for data entry.")
    assert Fill.objects.get(pk=fill.pk).waiting_for == "prescriber"


def test_a_sum_for_the_fill_comes_back_attached(world: World, page: Page, live_server: LiveServer) -> None:
    fill = in_entry(world)
    ada = at_a_bench(page, live_server.url, world.ada)
    page.goto(f"{live_server.url}/data-entry/{fill.pk}/")

    ada.press("Alt+c")
    ada.is_at(f"/calculator/fill/{fill.pk}/")
    page.goto(f"{live_server.url}/calculator/fill/{fill.pk}/surface-area/")
    page.fill("[name=height]", "170")
    page.fill("[name=weight]", "70")
    ada.press("F10")
    page.wait_for_url("**/kept/**")
    ada.press("Alt+r")

    ada.is_at(f"/data-entry/{fill.pk}/")
    ada.sees("Calculations kept")
    assert KeptCalculation.objects.get().fill_id == fill.pk
