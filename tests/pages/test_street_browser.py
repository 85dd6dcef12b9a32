"""The whole street in a real browser: Ada and Ben take one e-prescription from arrival to signature, no mouse."""

import http.client
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.links import erx as link
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale
from pestle.records.patients import Patient
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.stock import Balance
from pestle.stations import jobs
from pestle.stations.scanning import bag_code, label_code, place_code
from tests.orders import PHARMACY, new_rx
from tests.pages.browser import open_page, picture
from tests.pages.hands import PIN, Hands, at_a_bench, badge_of
from tests.pages.test_claims import too_soon
from tests.payer import PretendPayer
from tests.stations.bench import bottle, the_lot
from tests.street import walk
from tests.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "a secret of the tests that is long enough"


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch, payer: PretendPayer) -> World:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    world = make_world()
    payer.join(world)
    Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9, path="/script",
        secret_name="TEST_ERX_SECRET",
    )  # fmt: skip
    return world


@pytest.fixture
def ada(world: World, page: Page, live_server: LiveServer) -> Hands:
    return at_a_bench(page, live_server.url, world.ada)


@pytest.fixture
def ben(world: World, chromium: Browser, live_server: LiveServer, console: list[str]) -> Iterator[Hands]:
    with open_page(chromium, console) as window:
        yield at_a_bench(window, live_server.url, world.ben)


def arrive(url: str, **drug: str) -> Fill:
    """An e-prescription of today comes over the wire: HTTP to the door of the network, signed."""
    now = timezone.now()
    raw = new_rx(now=now, drug={"written_on": here(now).date().isoformat(), **drug})
    token = link.sign(
        raw, keys=link.keys_from(SECRET), sender="network", receiver=PHARMACY, message_id="M-1", at=now
    )  # fmt: skip
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    line.request("POST", "/api/erx/", raw, {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"})
    assert line.getresponse().status == 200
    line.close()
    return Fill.objects.get()


def here(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("America/Detroit"))


def keep(hands: Hands, name: str) -> None:
    """Keep a picture to be looked at, where a folder for pictures is named."""
    if folder := os.environ.get("PESTLE_PICTURES"):
        picture(hands.page, Path(folder) / f"street-{name}.png")


def the_payer_answers(fill: Fill) -> None:
    """The background worker's turn: the claim goes to the payer and comes back."""
    jobs.adjudicate(Claim.objects.filter(fill=fill).latest("number").pk)


def test_ada_and_ben_take_one_e_prescription_from_arrival_to_signature(world: World, ada: Hands, ben: Hands) -> None:
    badge = badge_of(world.ben)
    fill = arrive(ada.url)
    assert fill.state == "received"

    ada.page.goto(f"{ada.url}/drop-off/")
    keep(ada, "drop-off")
    ada.press("F10")
    ada.is_at(f"/drop-off/{fill.pk}/")
    keep(ada, "arrival")
    ada.press("F10")
    ada.is_at(f"/data-entry/{fill.pk}/")
    keep(ada, "entry")
    ada.count_anew()
    ada.press("F10")
    ada.is_at("/data-entry/")
    assert len(ada.keys) <= 8
    the_payer_answers(fill)

    ben.page.goto(f"{ben.url}/pre-check/")
    ben.press("F10")
    ben.is_at(f"/pre-check/{fill.pk}/")
    keep(ben, "pre-check")
    ben.press("F10")
    ben.is_at("/pre-check/")

    ada.press("Alt+5")
    ada.is_at("/filling/")
    ada.scan(label_code(fill))
    ada.is_at(f"/filling/{fill.pk}/")
    ada.scan(place_code(world.places["B-07"]))
    ada.sees("one patient only")
    ada.scan(bottle(the_lot(world)))
    ada.sees_heading("Match.")
    ada.is_in("#counted")
    ada.type("30", then="Enter")
    ada.sees("lots add up to 30")
    keep(ada, "filling")
    ada.press("F10")
    ada.sees_heading("Filled.")

    ben.press("Alt+6")
    ben.is_at("/verification/")
    ben.scan(label_code(fill))
    ben.is_at(f"/verification/{fill.pk}/")
    ben.scan(label_code(fill))
    ben.sees("vial in hand")
    ben.press("Alt+u", "Space", "Alt+y", "Space")
    ben.sees("Signs as Ben Levi")
    keep(ben, "verification")
    ben.press("F10")
    ben.is_at("/verification/")

    ada.press("Alt+7")
    ada.is_at("/will-call/")
    ada.scan(label_code(fill))
    bag = Bag.objects.get(fills=fill)
    ada.is_at(f"/will-call/bags/{bag.pk}/")
    ada.scan(place_code(world.places["W-12"]))
    ada.sees("Somebody is here")
    keep(ada, "bag")
    ada.press("F10")
    ada.is_at("/pickup/")
    ada.type("Cleo Marchetti", then="Enter")
    ada.type("3/14/1968", then="F10")
    ada.sees("two identifiers agree")
    ada.scan(bag_code(bag))
    ada.sees("scanned")
    ada.press("Alt+k", "Space")
    ada.sees("Badge")
    ada.scan(badge)
    ada.is_in("[name=pin]")
    ada.type(PIN, then="Enter")
    ada.sees("the pharmacist has talked")
    ada.press("Alt+u")
    ada.type("Cleo Marchetti")
    ada.press("Alt+i", "Space", "Tab")
    ada.type("VISA 4471", then="Tab")
    ada.page.wait_for_selector("[data-act]:not([aria-disabled])")
    keep(ada, "pickup")
    ada.press("F10")
    ada.sees("Sold.")
    keep(ada, "receipt")

    fill.refresh_from_db()
    sale = Sale.objects.get()
    assert fill.state == "sold"
    assert (sale.counsel_answer, sale.counselled_by, sale.worker) == ("accepted", world.ben, world.ada)
    assert Balance.objects.get(place=world.places["patient"], lot=the_lot(world)).quantity == 30


def test_the_wrong_bottle_stops_ada_with_both_products_and_the_right_one_goes_on(world: World, ada: Hands) -> None:
    fill = walk(world, to="queued")

    ada.page.goto(f"{ada.url}/filling/")
    ada.scan(label_code(fill))
    ada.is_at(f"/filling/{fill.pk}/")
    ada.scan(place_code(world.places["B-07"]))
    ada.scan(bottle(the_lot(world, "lisinopril 20 mg")))
    ada.sees_heading("Stop. This bottle is 20 mg.")
    for product in ("68180-0980-01", "68180-0981-01"):
        ada.sees(product)
    ada.press("F10")
    ada.sees("waits for a matching bottle")
    keep(ada, "mismatch")
    ada.scan(bottle(the_lot(world)))
    ada.sees_heading("Match.")
    ada.is_in("#counted")
    ada.type("30", then="Enter")
    ada.press("F10")
    ada.sees_heading("Filled.")

    fill.refresh_from_db()
    assert (fill.state, fill.lots.get().lot) == ("filled", the_lot(world))
    assert fill.events().filter(verb="bottle_mismatch").exists()


def test_a_refill_too_soon_is_paid_after_a_vacation_told_by_digit_keys(
    world: World, ada: Hands, payer: PretendPayer
) -> None:
    fill = too_soon(world, payer)

    ada.page.goto(f"{ada.url}/board/")
    ada.press("Alt+3")
    ada.is_at(f"/claims/{fill.pk}/")
    keep(ada, "reject")
    ada.press("1")
    ada.is_in("[name=leaves]")
    today = here(timezone.now()).date()
    for offset, then in ((2, "Enter"), (20, "F10")):
        ada.write_over((today + timedelta(days=offset)).strftime("%m/%d/%Y"), then=then)
    ada.is_at("/claims/")
    the_payer_answers(fill)

    claim = Claim.objects.filter(fill=fill).latest("number")
    assert (claim.state, claim.clarification_codes) == ("paid", ["3"])
    assert claim.override_reason.startswith("Vacation supply: leaves")


def test_one_scan_returns_a_bag_to_stock(world: World, ada: Hands) -> None:
    fill = walk(world, to="in_will_call", by_plan=True)
    assert fill.bag is not None

    ada.page.goto(f"{ada.url}/will-call/")
    ada.press("Alt+k")
    ada.is_at("/will-call/due/")
    ada.count_anew()
    ada.scan(bag_code(fill.bag))
    ada.sees("payer takes the claim back")
    the_payer_answers(fill)

    fill.refresh_from_db()
    assert (ada.keys, fill.state) == ([], "returned")
    assert Claim.objects.get(fill=fill).state == "reversed"


def test_another_persons_bag_stops_the_sale_until_it_went_back(world: World, ada: Hands) -> None:
    otis = Patient.objects.create(
        pharmacy=world.pharmacy, family="Ferrier", given="Otis", birth_on="1951-07-02", sex="M",
        allergies_asked_on="2026-01-05",
    )  # fmt: skip
    others = walk(world, world.fill(world.prescribe("ibuprofen 800 mg", patient=otis)), to="in_will_call", place="W-13")
    own = walk(world, to="in_will_call")
    assert own.bag is not None
    assert others.bag is not None

    ada.page.goto(f"{ada.url}/pickup/")
    ada.type("Cleo Marchetti", then="Enter")
    ada.type("3/14/1968", then="F10")
    ada.sees("two identifiers agree")
    ada.scan(bag_code(others.bag))
    ada.sees("another person")
    assert "Ferrier" not in ada.page.content()
    keep(ada, "wrong-bag")
    ada.press("Alt+y")
    ada.sees("scan it")
    ada.scan(bag_code(own.bag))
    ada.sees("scanned")

    others.refresh_from_db()
    assert others.state == "in_will_call"


def test_ben_takes_the_bench_by_badge_and_adas_typing_waits_for_her(world: World, ada: Hands) -> None:
    badges = {worker: badge_of(worker) for worker in (world.ada, world.ben)}
    fill = arrive(ada.url)
    ada.page.goto(f"{ada.url}/drop-off/{fill.pk}/")
    ada.press("F10")
    ada.is_at(f"/data-entry/{fill.pk}/")
    ada.is_in("#id_directions")
    ada.write_over("1t po bid")

    for worker in (world.ben, world.ada):
        ada.press("Alt+l")
        ada.page.wait_for_selector(".badge-scan")
        ada.scan(badges[worker])
        ada.is_in("[name=secret]")
        ada.type(PIN, then="Enter")
        ada.is_at(f"/data-entry/{fill.pk}/")
        ada.sees(f"{worker.given} {worker.family}")
        expect(ada.page.locator("#id_directions")).to_have_value("1t po bid")
