"""The pages of filling: the queue, the bench, its answers to scans, and the same by hand in a real browser."""

import contextlib
import json
import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pytest_django.live_server_helper import LiveServer

from pestle.flows.fill import FillState
from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import Lot
from pestle.stations.bench import filling
from pestle.stations.scanning import label_code, place_code
from tests.pages.browser import axe, picture, scan
from tests.stations.bench import act, bottle, in_hand, queued, the_lot
from tests.world import World

SignIn = Callable[[Worker], Client]
SCAN = {"HTTP_HX_REQUEST": "true", "HTTP_X_SCAN": "1"}
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def fresh_lots(world: World) -> None:
    """Pages speak of the moment they are asked: their lots are in date on any day."""
    Lot.objects.update(expires_on=date(2099, 5, 31))


def scanned(client: Client, fill: Fill, text: str) -> tuple[dict[str, Any], str]:
    """What the scan bar is told, and the bench that came back."""
    answer = client.post(f"/filling/{fill.pk}/scan/", {"text": text}, **SCAN)
    return json.loads(answer["HX-Trigger"])["scanned"], answer.content.decode()


def test_the_queue_shows_the_most_urgent_first_and_what_is_owed(world: World, signed_in: SignIn) -> None:
    later = queued(world, "warfarin 5 mg")
    owed = queued(world)
    filling.fill_part(**act(world), fill_id=owed.pk, quantity=Decimal(10))
    Fill.objects.filter(pk=owed.pk).update(promised_at=datetime.fromisoformat("2026-11-23T18:00:00Z"))

    page = signed_in(world.ada).get("/filling/").content.decode()

    assert page.index(f"/filling/{owed.pk}/") < page.index(f"/filling/{later.pk}/")
    assert "Fill the rest" in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).exists()


def test_taking_the_next_opens_its_bench(world: World, signed_in: SignIn) -> None:
    fill = queued(world)

    answer = signed_in(world.ada).post("/filling/next/")

    fill.refresh_from_db()
    assert answer["Location"] == f"/filling/{fill.pk}/"
    assert fill.in_hands_of == world.ada


def test_scans_take_a_fill_from_label_to_basket(world: World, signed_in: SignIn) -> None:
    fill, client = queued(world), signed_in(world.ada)

    told = [
        scanned(client, fill, code)[0]
        for code in (label_code(fill), place_code(world.places["B-07"]), bottle(the_lot(world)))
    ]
    client.post(f"/filling/{fill.pk}/count/", {"counted": "30"}, **PART)
    ended = client.post(f"/filling/{fill.pk}/finish/", {"counted": "30"}, **PART)

    fill.refresh_from_db()
    assert [each["state"] for each in told] == ["match", "match", "match"]
    assert told[2]["words"].startswith("Match. Lisinopril 10 mg tablet.")
    assert (fill.state, ended["HX-Redirect"]) == (FillState.FILLED, f"/filling/{fill.pk}/")


def test_the_wrong_strength_stops_the_bench_and_shows_both_products(world: World, signed_in: SignIn) -> None:
    fill, client = in_hand(world, queued(world)), signed_in(world.ada)

    told, html = scanned(client, fill, bottle(the_lot(world, "lisinopril 20 mg")))

    assert (told["state"], told["said"]) == ("stop", "Wrong strength")
    assert told["words"].startswith("Stop. This bottle is 20 mg. The label asks for 10 mg.")
    assert "68180-0980-01" in html
    assert "68180-0981-01" in html
    assert "waits for a matching bottle" in html
    again = client.get(f"/filling/{fill.pk}/").content.decode()
    assert "Stop. This bottle is 20 mg." in again


def test_a_refused_count_stands_beside_its_field(world: World, signed_in: SignIn) -> None:
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))

    answer = signed_in(world.ada).post(f"/filling/{fill.pk}/count/", {"counted": "thirty"}, **PART)

    assert answer.status_code == 409
    assert 'data-field="counted"' in answer.content.decode()


def test_who_has_it_and_since_when_is_said_and_taken_over_with_a_reason(world: World, signed_in: SignIn) -> None:
    fill, client = queued(world), signed_in(world.gil)
    filling.take_in_hand(**act(world), fill_id=fill.pk)

    assert "Ada has this in hand" in client.get(f"/filling/{fill.pk}/").content.decode()
    client.post(f"/filling/{fill.pk}/take/", {"reason": "Ada is at lunch"})

    fill.refresh_from_db()
    assert fill.in_hands_of == world.gil


def test_ten_of_thirty_by_the_page(world: World, signed_in: SignIn) -> None:
    fill, client = queued(world), signed_in(world.ada)
    assert "Give the part" in client.get(f"/filling/{fill.pk}/part/").content.decode()

    client.post(f"/filling/{fill.pk}/part/", {"quantity": "10", "partial_basis": "not controlled", "remark": "10 now"})

    assert Fill.objects.get(rest_of=fill).quantity == 20


@pytest.mark.parametrize("page", ["part", "out-of-stock", "hold", "close-short"])
def test_every_dialog_is_a_page(world: World, signed_in: SignIn, page: str) -> None:
    assert signed_in(world.ada).get(f"/filling/{queued(world).pk}/{page}/").status_code == 200


def test_out_of_stock_holding_and_closing_short(world: World, signed_in: SignIn) -> None:
    client, states = signed_in(world.ada), []
    for page, sent in (
        ("out-of-stock", {"wakes_at": "2099-11-25T10:00"}),
        ("hold", {"waiting_for": "patient", "owner": "technician", "wakes_at": "2099-11-25T10:00"}),
    ):
        fill = queued(world)
        client.post(f"/filling/{fill.pk}/{page}/", sent)
        fill.refresh_from_db()
        states.append(fill.state)
        if page == "out-of-stock":
            client.post(f"/filling/{fill.pk}/close-short/", {"reason": "moved away"})
            fill.refresh_from_db()
            states.append(fill.state)

    assert states == [FillState.OUT_OF_STOCK, FillState.CLOSED_SHORT, FillState.HELD]


def test_the_label_opens_as_a_pdf(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.ada).get(f"/filling/{queued(world).pk}/label.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert AccessLog.objects.filter(patient=world.cleo).exists()


def test_another_pharmacys_fill_is_not_found_and_a_cashier_takes_nothing(world: World, signed_in: SignIn) -> None:
    fill = queued(world)

    assert signed_in(world.ada).get("/filling/999999/").status_code == 404
    assert signed_in(world.hana).post(f"/filling/{fill.pk}/take/", **PART).status_code == 409


def test_a_pharmacist_vouches_and_a_technician_does_not(world: World, signed_in: SignIn) -> None:
    fill, lot = in_hand(world, queued(world)), the_lot(world)
    sent = {"lot": str(lot.pk), "reason": "torn code"}

    assert signed_in(world.ada).post(f"/filling/{fill.pk}/vouch/", sent, **PART).status_code == 409
    answer = signed_in(world.ben).post(f"/filling/{fill.pk}/vouch/", sent, **PART)

    assert "Ben vouches for it: torn code." in answer.content.decode()


@pytest.fixture
def at_the_bench(signed_in: SignIn, live_server: LiveServer, page: Page) -> Callable[[Worker], str]:
    """Sign a worker in in the browser; gives the server's address."""

    def enter(worker: Worker) -> str:
        cookies = signed_in(worker).cookies.items()
        page.context.add_cookies(
            [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies]
        )
        return live_server.url

    return enter


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ada_fills_with_keyboard_and_scans_alone(
    page: Page, world: World, at_the_bench: Callable[[Worker], str], theme: str
) -> None:
    fill = queued(world)
    url = f"{at_the_bench(world.ada)}/filling/{fill.pk}/"
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(url, wait_until="networkidle")
    page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
    expect(page.get_by_role("heading", name="Scan the fill label.")).to_be_visible()

    scan_until(page, label_code(fill), page.get_by_role("heading", name="Scan the bottle."))
    scan_until(page, place_code(world.places["B-07"]), page.get_by_text("one patient only"))
    stop = page.get_by_role("heading", name="Stop. This bottle is 20 mg.")
    scan_until(page, bottle(the_lot(world, "lisinopril 20 mg")), stop)
    keep(page, f"filling-mismatch-{theme}")
    assert axe(page) == []
    assert fits(page)
    match = page.get_by_role("heading", name="Match. Lisinopril 10 mg tablet.")
    scan_until(page, bottle(the_lot(world)), match)
    page.fill("#counted", "30")
    page.press("#counted", "Enter")
    expect(page.locator(".figure.big.say-ok")).to_be_visible()
    fill.refresh_from_db()
    assert (fill.state, fill.counted) == (FillState.QUEUED, 30)
    keep(page, f"filling-match-{theme}")
    assert axe(page) == []
    assert fits(page)
    page.keyboard.press("F10")
    expect(page.get_by_role("heading", name="Filled. Lisinopril 10 mg tablet.")).to_be_visible()
    scan_until(page, label_code(fill), page.locator(".scan-steps .is-done").nth(3))

    queued(world, "warfarin 5 mg")
    filling.run_out(**act(world), fill_id=queued(world, "ibuprofen 800 mg").pk)
    page.goto(url.replace(f"/{fill.pk}/", "/"))
    keep(page, f"filling-queue-{theme}")
    assert axe(page) == []
    assert fits(page)


def scan_until(page: Page, code: str, answer: Locator) -> None:
    """Scan as a person does: once more where a busy machine has cut the code in two and the page did not answer it."""
    for _ in range(3):
        scan(page, code)
        with contextlib.suppress(PlaywrightTimeout):
            return answer.wait_for(timeout=4_000)
    return expect(answer).to_be_visible()


def keep(page: Page, name: str) -> None:
    """Keep a picture to be looked at, where a folder for pictures is named."""
    if folder := os.environ.get("PESTLE_PICTURES"):
        picture(page, Path(folder) / f"{name}.png")


def fits(page: Page) -> bool:
    """Whether the page stands on 1366 by 768 without scrolling."""
    return bool(page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
