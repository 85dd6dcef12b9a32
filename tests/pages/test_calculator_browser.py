"""Calculator, practice and shorthand in a real browser: by keyboard and scanner alone, and in nobody's way."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.calculations import KeptCalculation, PracticeAnswer
from pestle.records.fills import Fill
from pestle.stations.entry import calculator, practice, shorthand
from pestle.stations.entry.calculator import Asked
from pestle.stations.scanning import label_code
from tests.pages.browser import axe, picture
from tests.pages.hands import Hands, at_a_bench
from tests.stations.bench import act
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def fill(world: World) -> Fill:
    return world.fill()


@pytest.fixture
def ada(world: World, page: Page, live_server: LiveServer) -> Hands:
    return at_a_bench(page, live_server.url, world.ada)


def test_an_alligation_is_found_filled_in_and_kept_without_a_mouse(world: World, fill: Fill, ada: Hands) -> None:
    ada.page.goto(f"{ada.url}/calculator/")
    ada.scan(label_code(fill))
    ada.is_at(f"/calculator/fill/{fill.pk}/")
    ada.page.keyboard.press("Alt+k")
    ada.type("tic tac")
    expect(ada.page.locator("#found [data-row]")).to_have_count(1)
    ada.press("ArrowDown", "Enter")
    ada.is_at(f"/calculator/fill/{fill.pk}/alligation-alternate/")

    for strength in ("2.5", "1", "2"):
        ada.type(strength, then="Enter")
    ada.type("60")
    expect(ada.page.locator("#result .answer")).to_have_text("40 g")
    expect(ada.page.locator("#take .figure").nth(1)).to_have_text("20 g")
    ada.press("F10")

    ada.is_at("/calculator/kept/*/")
    ada.sees("Who stands for it")
    assert KeptCalculation.objects.get().fill == fill


def test_the_first_field_has_the_focus_before_held_keys_are_given(world: World, ada: Hands) -> None:
    # The browser itself gives it with its first picture of the page, which a busy machine draws late.
    ada.page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { window.firstFocus = document.activeElement.id; })"
    )

    ada.page.goto(f"{ada.url}/calculator/alligation-alternate/")

    assert ada.page.evaluate("window.firstFocus") == "id_higher"


def test_an_unusual_weight_shows_its_question_while_typing_and_the_reason_lets_it_through(
    world: World, ada: Hands
) -> None:
    ada.page.goto(f"{ada.url}/calculator/body-mass-index/")
    ada.type("180", then="Enter")
    ada.type("210")
    ada.sees("say why it is right")

    ada.press("Alt+o")
    ada.page.get_by_label("Why an unusual figure is right").focus()
    ada.type("weighed today")

    expect(ada.page.locator("#result .answer")).to_have_text("64.8 kg/m2")
    ada.sees("unreviewed limit")


def test_a_unit_typed_with_the_number_strikes_the_one_beside_it(world: World, ada: Hands) -> None:
    ada.page.goto(f"{ada.url}/calculator/weight-drip/")

    ada.type("18 unit/kg/h")

    expect(ada.page.locator("select[name=dose__unit]")).to_be_disabled()


def test_practice_is_played_with_enter_alone(world: World, ada: Hands) -> None:
    ada.page.goto(f"{ada.url}/practice/dilution/a1/1/")

    for number in (1, 2, 3):
        ada.is_at(f"/practice/dilution/a1/{number}/")
        ada.type(practice.problem_at("dilution", "a1", number).answer, then="Enter")
        ada.sees("Right: ")
        ada.press("Enter")

    ada.is_at("/practice/dilution/a1/4/")
    assert PracticeAnswer.objects.filter(is_right=True).count() == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_on_these_pages_stands_in_anybodys_way(world: World, fill: Fill, ada: Hands, theme: Any) -> None:
    heparin = Asked(
        given={"dose": "18 unit/kg/h", "weight": "80 kg", "concentration": "25,000 unit/250 mL", "drug": "heparin"}
    )
    kept = calculator.attach(**act(world, world.dana), fill_id=fill.pk, name="weight-drip", asked=heparin)
    row = shorthand.propose(**act(world), short="wfx", text="with food")
    shorthand.approve(**act(world, world.ben), shorthand_id=row.pk)
    practice.answer(**act(world), topic="dilution", seed="a1", number=1, text="1 kg")
    found: dict[str, list[str]] = {}

    # Colours that fade into each other are no colours yet.
    ada.page.emulate_media(reduced_motion="reduce")
    for address in (
        "calculator/", f"calculator/fill/{fill.pk}/", "calculator/alligation-alternate/", "calculator/days-supply/",
        "calculator/refill-due/", f"calculator/kept/{kept.pk}/", f"calculator/kept/{kept.pk}/second/", "practice/",
        "practice/dilution/a1/1/", "practice/dilution/a1/2/", "shorthand/",
    ):  # fmt: skip
        ada.page.goto(f"{ada.url}/{address}")
        ada.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        found[address] = axe(ada.page)
        if folder := os.environ.get("PESTLE_PICTURES"):
            picture(ada.page, Path(folder) / f"{address.strip('/').replace('/', '-')}-{theme}.png")

    assert {address: wrong for address, wrong in found.items() if wrong} == {}
