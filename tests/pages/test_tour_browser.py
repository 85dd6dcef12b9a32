"""The first day: Ada, new here, walks one made-up prescription down the street by what stands in the strip."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations import jobs, touring
from pestle.terms.findings import Refused
from tests.pages.browser import axe, picture
from tests.pages.hands import Hands, at_a_bench
from tests.pages.test_street_browser import here
from tests.payer import PretendPayer
from tests.world import World, an_act, make_world

SignIn = Callable[[Worker], Client]


def test_there_is_no_tour_where_patients_are_real(world: World, signed_in: SignIn) -> None:
    world.pharmacy.is_practice = False
    world.pharmacy.save()

    with pytest.raises(Refused, match="practice pharmacy only"):
        touring.begin(act_id=an_act(), by=world.ada, at=world.now)
    assert "Here the patients are real." in signed_in(world.ada).get("/help/first-day/").content.decode()
    assert touring.standing(world.ada) is None


def test_everybody_walks_their_own_prescription_and_goes_on_where_they_stopped(world: World) -> None:
    mine = touring.begin(act_id=an_act(), by=world.ada, at=world.now)
    again = touring.begin(act_id=an_act(), by=world.ada, at=world.now)
    theirs = touring.begin(act_id=an_act(), by=world.gil, at=world.now)

    standing = touring.standing(world.ada)
    assert standing is not None
    assert (mine, standing.number, standing.stop.title) == (again, 2, "Arrival")
    assert theirs != mine
    assert mine.prescription.patient == world.cleo
    assert mine.prescription.prescriber == world.nair


def test_ben_checks_nothing_before_his_turn(world: World) -> None:
    touring.begin(act_id=an_act(), by=world.ada, at=world.now)

    with pytest.raises(Refused, match="nothing for the pharmacist"):
        touring.let_ben(act_id=an_act(), by=world.ada, at=world.now)


def keep(hands: Hands, name: str) -> None:
    for theme in ("light", "dark"):
        hands.page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        assert axe(hands.page) == []
        if folder := os.environ.get("PESTLE_PICTURES"):
            picture(hands.page, Path(folder) / f"tour-{name}-{theme}.png")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_whole_tour_is_walked_by_keyboard(page: Page, live_server: LiveServer, payer: PretendPayer) -> None:
    world = make_world()
    payer.join(world)
    ada = at_a_bench(page, live_server.url, world.ada)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{live_server.url}/help/first-day/")
    keep(ada, "begin")

    ada.press("F10")
    ada.is_at("/drop-off/")
    ada.sees("First day, 2 of 10")
    fill = Fill.objects.get()
    ada.press("Enter")
    ada.is_at(f"/drop-off/{fill.pk}/")
    ada.press("F10")
    ada.is_at(f"/data-entry/{fill.pk}/")
    ada.sees("First day, 3 of 10")
    keep(ada, "entry")
    ada.press("F10")
    ada.is_at("/data-entry/")
    jobs.adjudicate(Claim.objects.latest("pk").pk)
    ada.press("Alt+4")
    ada.is_at("/pre-check/")
    ada.sees("First day, 5 of 10")
    ada.press("Alt+,")
    ada.is_at("/filling/")
    ada.sees("First day, 6 of 10")
    ada.press("Alt+.")
    ada.is_at(f"/filling/{fill.pk}/")
    for words in ("Scan basket", "Scan the bottle"):
        expect(page.locator("#tour [data-scan-code]")).to_contain_text(words)
        ada.press("Alt+.")
    ada.sees_heading("Match.")
    ada.is_in("#counted")
    keep(ada, "bench")
    ada.type("30", then="F10")
    ada.sees("First day, 7 of 10")
    ada.press("Alt+,")
    ada.is_at("/will-call/")
    expect(page.locator("#tour [data-scan-code]")).to_contain_text("the vial")
    ada.press("Alt+.")
    page.wait_for_url("**/will-call/bags/*/")
    expect(page.locator("#tour [data-scan-code]")).to_contain_text("place")
    ada.press("Alt+.")
    ada.sees("First day, 9 of 10")
    page.goto(f"{live_server.url}/pickup/")
    ada.press("Alt+.")
    ada.is_in("#said-birth")
    ada.sees("3/14/1968")
    keep(ada, "pickup")
    ada.type("3/14/1968", then="Enter")
    ada.sees("two identifiers agree")
    ada.press("Alt+k") if page.get_by_text("would like to talk").count() else ada.press("Alt+n")
    ada.press("Alt+u")
    ada.type("Cleo Marchetti", then="Tab")
    expect(page.locator("#act")).to_be_visible()

    fill.refresh_from_db()
    assert fill.state == "in_will_call"
    assert fill.events().get(verb="verify").worker == world.ben
    assert here(fill.made_at).date() == fill.prescription.written_on
