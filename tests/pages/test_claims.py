"""The claims pages: one reject with its ways on, no answer, paid; by a technician and a pharmacist, keyboard only."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.claims import Claim
from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from tests.claim_steps import answer, newest, same_drug_again, sent
from tests.pages.browser import axe, picture
from tests.payer import PretendPayer
from tests.world import World, make_world

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db

LISINOPRIL = "681800980"


def now() -> datetime:
    """The moment the pages will speak of; whole seconds, so that a day written out is the same on both sides."""
    return timezone.now().replace(microsecond=0)


def of_last_month(world: World, drug: str = "lisinopril 10 mg") -> Prescription:
    """A prescription written before everything these tests do."""
    return world.prescribe(drug, written_on=(now() - timedelta(days=40)).date())


def too_soon(world: World, payer: PretendPayer) -> Fill:
    """Cleo's lisinopril, filled 18 days ago for 30, refilled today."""
    payer.join(world, help_desk="8005550164")
    first = sent(world, rx=of_last_month(world), at=now() - timedelta(days=18))
    return same_drug_again(world, first, at=now(), promised_at=now() - timedelta(minutes=18))


def rejected(world: World, payer: PretendPayer, drug: str = "lisinopril 10 mg", **fact: object) -> Fill:
    plan = f"999999/{world.plan.pcn}" if world.plan.switch else payer.join(world)
    product = world.packages[drug].ndc11[:9]
    payer.tell("drug", plan=plan, product=product, **fact)
    return sent(world, rx=of_last_month(world, drug), at=now(), promised_at=now() + timedelta(minutes=12))


def test_a_reject_is_told_in_plain_words_with_the_payers_own(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    fill = too_soon(world, payer)

    page = signed_in(world.ada).get(f"/claims/{fill.pk}/").content.decode()

    assert "Too soon: the plan pays again" in page
    assert "REFILL TOO SOON NEXT FILL" in page
    assert "The supply runs out" in page
    assert "Vacation supply" in page
    assert 'lang="es"' in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).exists()


def test_the_queue_opens_the_most_urgent_reject_and_says_when_there_is_none(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    client = signed_in(world.ada)
    assert "No rejected claims." in client.get("/claims/").content.decode()
    later = rejected(world, payer, is_covered=False)
    sooner = rejected(world, payer, "warfarin 5 mg", is_covered=False)
    Fill.objects.filter(pk=later.pk).update(promised_at=now() + timedelta(hours=3))

    assert client.get("/claims/").headers["Location"] == f"/claims/{sooner.pk}/"


def test_the_chosen_way_is_taken_with_what_was_typed(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    fill = too_soon(world, payer)
    client = signed_in(world.ada)
    typed = {"way": "vacation", "leaves": "12/20/2026", "returns": "01/03/2027", "told_by": "patient"}

    missing = client.post(f"/claims/{fill.pk}/way/", {**typed, "returns": "", "act_id": uuid4()})
    assert missing.status_code == 409
    client.post(f"/claims/{fill.pk}/way/", {**typed, "act_id": uuid4()})

    claim = newest(fill)
    assert claim.clarification_codes == ["3"]
    assert claim.override_reason == "Vacation supply: leaves Dec 20, 2026, returns Jan 03, 2027, told by patient"
    assert answer(fill, at=now() + timedelta(seconds=1)).state == "awaiting_check"


def test_what_worked_here_before_stands_first_the_next_time(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    client = signed_in(world.ada)
    fill = rejected(world, payer, per_day="0.5")
    typed = {"way": "limit", "quantity": "15", "days_supply": "30"}
    for member in ("CM100", "CM200"):
        client.post(f"/claims/{fill.pk}/way/", {**typed, "act_id": uuid4()})
        assert answer(fill, at=now() + timedelta(seconds=1)).state == "awaiting_check"
        world.cleo.coverages.update(cardholder_id=member)
        fill = sent(world, rx=of_last_month(world), at=now())

    page = client.get(f"/claims/{fill.pk}/").content.decode()

    assert "2 of 2 paid here" in page


def test_a_pharmacists_reject_is_shut_to_a_technician_with_the_sentence(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    rejected(world, payer, "warfarin 5 mg", tier=1)
    fill = rejected(world, payer, clashes_with=["000931721"], clash_words="WARFARIN")
    url = f"/claims/{fill.pk}/"

    for_ada = signed_in(world.ada).get(url).content.decode()
    assert "Reject 88 asks about therapy: a pharmacist decides." in for_ada
    assert "Lay a DUR answer ready" in for_ada

    for_ben = signed_in(world.ben).get(url).content.decode()
    assert "Send the DUR answer" in for_ben
    assert "Lay a DUR answer ready" not in for_ben


def test_no_answer_says_that_it_is_no_refusal(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    payer.join(world)
    payer.tell("fail", how="close")
    fill = sent(world, rx=of_last_month(world), at=now())
    client = signed_in(world.ada)

    page = client.get(f"/claims/{fill.pk}/").content.decode()
    assert "This is not a refusal." in page
    client.post(f"/claims/{fill.pk}/now/", {"act_id": uuid4()})

    assert answer(fill, at=now() + timedelta(seconds=1)).state == "awaiting_check"


def test_a_paid_claim_shows_its_price_and_can_be_undone(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    payer.join(world)
    fill = sent(world, rx=of_last_month(world), at=now())
    client = signed_in(world.ada)

    assert "Drug $1.80 + fee $1.50 = $3.30" in client.get(f"/claims/{fill.pk}/").content.decode()
    assert client.post(f"/claims/{fill.pk}/undo/", {"reason": "", "act_id": uuid4()}).status_code == 409
    client.post(f"/claims/{fill.pk}/undo/", {"reason": "patient does not want it", "act_id": uuid4()})

    assert newest(fill).state == "reversing"


def test_every_byte_of_the_exchange_can_be_read(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    fill = rejected(world, payer, needs_authorization=True)

    page = signed_in(world.ada).get(f"/claims/{fill.pk}/exchange/").content.decode()

    assert "442-E7" in page
    assert "Reject Code" in page
    assert "‹RS›‹FS›AM07" in page


def test_an_administrator_sees_no_claims(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    fill = rejected(world, payer, is_covered=False)
    world.hana.role_names = ["administrator"]
    world.hana.save()

    assert signed_in(world.hana).get(f"/claims/{fill.pk}/").status_code == 409


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_vacation_reject_is_cleared_by_keyboard_alone(
    page: Page, live_server: LiveServer, payer: PretendPayer, theme: str, signed_in: SignIn
) -> None:
    world = make_world()
    fill = too_soon(world, payer)
    rejected(world, payer, "ibuprofen 800 mg", needs_authorization=True)
    rejected(world, payer, "amoxicillin 500 mg", per_day="0.5")
    cookies = signed_in(world.ada).cookies.items()
    kept = [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies]
    page.context.add_cookies(kept)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/claims/{fill.pk}/")
    page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
    assert axe(page) == []
    if folder := os.environ.get("PESTLE_PICTURES"):
        picture(page, Path(folder) / f"claims-{theme}.png")

    page.locator(".choice").first.focus()
    page.keyboard.press("3")
    expect(page.locator(".choice.is-first")).to_contain_text("Dose has changed")
    page.locator(".choice").first.focus()
    page.keyboard.press("1")
    expect(page.get_by_label("Leaves")).to_be_visible()
    page.get_by_label("Leaves").fill("12/20/2026")
    page.get_by_label("Returns").fill("01/03/2027")
    page.keyboard.press("F10")

    expect(page).not_to_have_url(f"{live_server.url}/claims/{fill.pk}/?way=vacation")
    assert Claim.objects.filter(fill=fill, clarification_codes=["3"]).count() == 1
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
