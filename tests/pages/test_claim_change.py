"""Change and bill again, the plans of a patient, and fills that went on unbilled: their pages."""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pestle.records.claims import Claim
from pestle.records.events import AccessLog
from pestle.records.messages import Message
from pestle.records.patients import Coverage
from pestle.records.people import Worker
from tests.claim_steps import answer, newest, second_plan, sent
from tests.pages.browser import axe, picture
from tests.pages.test_claims import now, of_last_month, rejected
from tests.payer import PretendPayer
from tests.stations.test_claim_promises import rejected_later
from tests.world import World, make_world

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def test_the_recap_tells_what_differs_and_what_it_does_to_the_price(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    payer.join(world)
    fill = sent(world, rx=of_last_month(world), at=now())
    client = signed_in(world.ada)

    page = client.get(f"/claims/{fill.pk}/change/", {"quantity": "60", "days_supply": "30"}).content.decode()

    assert "<td>30</td><td><b>60</b></td>" in page
    assert "<td>1</td><td><b>2</b></td>" in page
    assert "Without a plan it would be" in page
    assert "will be reversed" in page
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).exists()


def test_one_step_reverses_changes_and_bills_again(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    plan = payer.join(world)
    fill = sent(world, rx=of_last_month(world), at=now())
    client = signed_in(world.ada)
    same = {"quantity": "30", "days_supply": "30", "package": str(fill.package_id)}
    assert client.post(f"/claims/{fill.pk}/change/", {**same, "act_id": uuid4()}).status_code == 409

    twice = {**same, "days_supply": "15", "act_id": uuid4()}
    for _ in range(2):
        assert client.post(f"/claims/{fill.pk}/change/", twice).status_code == 302

    fill = answer(fill, at=now() + timedelta(seconds=2))
    assert (fill.state, fill.days_supply, newest(fill).days_billed) == ("awaiting_check", 15, 15)
    assert sorted(row["state"] for row in payer.book(plan)) == ["paid", "reversed"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({},                        "Nothing is changed yet"),
        ({"quantity": "many"},      "Type a number."),
        ({"days_supply": "0"},      "1 to 999"),
        ({"package": "other drug"}, "is the prescriber"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_shuts_the_button(
    world: World, payer: PretendPayer, signed_in: SignIn, typed: dict[str, str], said: str
) -> None:
    payer.join(world)
    fill = sent(world, rx=of_last_month(world), at=now())

    page = signed_in(world.ada).get(f"/claims/{fill.pk}/change/", typed).content.decode()

    assert said in page
    assert 'form="change"' not in page


def test_after_the_check_a_quantity_is_shut_to_a_technician_and_open_to_a_pharmacist(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    fill = rejected_later(world, payer, "queued")
    url = f"/claims/{fill.pk}/change/?quantity=15"

    for_ada, for_ben = (signed_in(each).get(url).content.decode() for each in (world.ada, world.ben))

    assert "is a pharmacist" in for_ada
    assert 'form="change"' not in for_ada
    assert 'form="change"' in for_ben


def test_a_fill_that_went_on_unbilled_says_so_and_is_taken_back(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    fill = rejected_later(world, payer, "filled")
    client = signed_in(world.ada)

    page = client.get(f"/claims/{fill.pk}/").content.decode()
    client.post(f"/claims/{fill.pk}/take-back/", {"reason": "the patient waits for the plan", "act_id": uuid4()})

    assert "It went on unbilled and is filled." in page
    assert "Take back to claims" in page
    fill.refresh_from_db()
    assert fill.state == "rejected"


def test_plans_are_put_into_the_proposed_order(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    payer.join(world)
    second = second_plan(world, payer)
    world.plan.kind = "medicaid"
    world.plan.save()
    client = signed_in(world.ada)
    page = client.get(f"/claims/coverage/{world.cleo.pk}/").content.decode()
    ids = list(world.cleo.coverages.order_by("-order").values_list("pk", flat=True))

    client.post(f"/claims/coverage/{world.cleo.pk}/order/", {"coverage": ids, "act_id": uuid4()})

    assert "Medicaid pays last." in page
    assert world.cleo.coverages.get(order=1).plan == second


def test_a_plan_is_asked_about_its_card(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    payer.join(world)
    card = world.cleo.coverages.get()
    client = signed_in(world.ada)

    client.post(f"/claims/coverage/{world.cleo.pk}/{card.pk}/eligibility/", {"act_id": uuid4()})

    assert Message.objects.get(kind="E1").relates_to == f"coverage {card.pk}"
    assert "No answer yet: this is not a refusal." in client.get(f"/claims/coverage/{world.cleo.pk}/").content.decode()


def test_a_new_card_takes_the_old_ones_place_and_its_rejects_go_again(
    world: World, payer: PretendPayer, signed_in: SignIn
) -> None:
    fill = rejected(world, payer, needs_authorization=True)
    old = world.cleo.coverages.get()
    typed = {
        "coverage": str(old.pk), "old_ends_on": "11/22/2026", "bin": "888888", "pcn": "NEW", "cardholder_id": "X1",
        "act_id": str(uuid4()),
    }  # fmt: skip

    signed_in(world.ada).post(f"/claims/coverage/{world.cleo.pk}/new-card/", typed)

    assert Coverage.objects.get(patient=world.cleo, until_on=None).cardholder_id == "X1"
    assert Claim.objects.filter(fill=fill).count() == 2


def test_another_patients_card_is_refused(world: World, payer: PretendPayer, signed_in: SignIn) -> None:
    payer.join(world)
    card = world.cleo.coverages.get()

    asked = signed_in(world.ada).post(f"/claims/coverage/999999/{card.pk}/eligibility/", {"act_id": uuid4()})

    assert asked.status_code == 409
    assert not Message.objects.filter(kind="E1").exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_change_is_seen_as_it_is_typed_and_done_with_one_key(
    page: Page, live_server: LiveServer, payer: PretendPayer, theme: str, signed_in: SignIn
) -> None:
    world = make_world()
    gone_on = rejected_later(world, payer, "filled")
    payer.join(world)
    fill = sent(world, rx=of_last_month(world, "warfarin 5 mg"), at=now())
    cookies = signed_in(world.ada).cookies.items()
    kept = [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in cookies]
    page.context.add_cookies(kept)  # type: ignore[arg-type]
    for name, path in (
        ("change", f"{fill.pk}/change/?quantity=60"), ("paid", f"{fill.pk}/"), ("exchange", f"{fill.pk}/exchange/"),
        ("promise", f"{gone_on.pk}/"), ("coverage", f"coverage/{world.cleo.pk}/"),
    ):  # fmt: skip
        page.goto(f"{live_server.url}/claims/{path}")
        page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
        # Colours that still fade from one theme to the other have no contrast to speak of.
        page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished)).then(() => null)")
        if folder := os.environ.get("PESTLE_PICTURES"):
            picture(page, Path(folder) / f"claims-{name}-{theme}.png")
        if name == "exchange":
            expect(page.get_by_text("Cardholder ID").first).to_be_visible()
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), name

    page.goto(f"{live_server.url}/claims/{fill.pk}/")
    page.keyboard.press("Alt+c")
    expect(page.get_by_label("Quantity")).to_be_visible()
    page.get_by_label("Quantity").fill("60")
    page.keyboard.press("Tab")
    expect(page.locator("#recap")).to_contain_text("60")
    expect(page.locator("#act [data-act]")).to_be_enabled()
    page.keyboard.press("F10")

    expect(page).to_have_url(f"{live_server.url}/claims/{fill.pk}/")
    fill.refresh_from_db()
    assert (fill.state, fill.quantity) == ("adjudicating", Decimal(60))
