"""The page of the final check: what it shows, that nothing is ticked beforehand, what F10 does, who saw whom."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations import scanning
from tests.street import walk
from tests.world import World

SignIn = Callable[[Worker], Client]


@pytest.fixture
def filled(world: World) -> Fill:
    return walk(world, to="filled")


def page(client: Client, fill: Fill) -> str:
    return client.get(f"/verification/{fill.pk}/").content.decode()


def answer(client: Client, fill: Fill, **fields: object) -> int:
    return client.post(f"/verification/{fill.pk}/answer/", fields).status_code


def test_the_queue_shows_what_waits_and_opens_nothing_by_itself(world: World, signed_in: SignIn, filled: Fill) -> None:
    shown = signed_in(world.ben).get("/verification/")

    assert shown.status_code == 200
    assert f"/verification/{filled.pk}/" in shown.content.decode()


def test_an_empty_queue_is_good_news(world: World, signed_in: SignIn) -> None:
    assert "Nothing waits for the final check" in signed_in(world.ben).get("/verification/").content.decode()


def test_nothing_is_ticked_beforehand(world: World, signed_in: SignIn, filled: Fill) -> None:
    html = page(signed_in(world.ben), filled)

    assert not re.search(r"<input[^>]* checked", html)
    assert "opens when you have ticked both checks" in html
    for words in ("Cleo Marchetti", "68180-0980-01", "30", "Ada Okafor", "new drug"):
        assert words in html


def test_a_look_at_the_check_is_written_down(world: World, signed_in: SignIn, filled: Fill) -> None:
    page(signed_in(world.ben), filled)

    assert AccessLog.objects.filter(worker=world.ben, patient=world.cleo, page="verification:check").exists()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("", "ticked both checks"),
        ("checked=data", "ticked: product"),
        ("checked=data&checked=product", "Signs as Ben Levi"),
        ("checked=data&fields=count", "Send back"),
        ("fields=count&fields=label", "2\xa0fields"),
    ],
)
def test_the_corner_follows_ticks_and_marks(
    world: World, signed_in: SignIn, filled: Fill, asked: str, says: str
) -> None:
    assert says in signed_in(world.ben).get(f"/verification/{filled.pk}/act/?{asked}").content.decode()


def test_both_ticks_verify(world: World, signed_in: SignIn, filled: Fill) -> None:
    assert answer(signed_in(world.ben), filled, checked=["data", "product"], counsel="new drug") == 302

    filled.refresh_from_db()
    assert (filled.state, filled.verified_by, filled.counsel_because) == ("verified", world.ben, "new drug")


def test_one_tick_is_refused(world: World, signed_in: SignIn, filled: Fill) -> None:
    assert answer(signed_in(world.ben), filled, checked=["data"]) == 409
    assert Fill.objects.get(pk=filled.pk).state == "filled"


def test_a_mark_sends_back_whatever_is_ticked(world: World, signed_in: SignIn, filled: Fill) -> None:
    answer(signed_in(world.ben), filled, checked=["data", "product"], fields=["count"], reason="29 in the vial")

    filled.refresh_from_db()
    assert (filled.state, filled.marked_fields) == ("queued", ["count"])


def test_a_technician_sees_the_state_and_cannot_verify(world: World, signed_in: SignIn, filled: Fill) -> None:
    client = signed_in(world.ada)

    assert "is for a pharmacist" in page(client, filled)
    assert answer(client, filled, checked=["data", "product"]) == 409


def test_the_filler_reads_why_another_verifies(world: World, signed_in: SignIn, filled: Fill) -> None:
    Fill.objects.filter(pk=filled.pk).update(filled_by=world.ben)

    assert "You filled this one: another pharmacist verifies it" in page(signed_in(world.ben), filled)


def test_the_vial_in_hand_is_proved_by_its_label(world: World, signed_in: SignIn, filled: Fill) -> None:
    client, other = signed_in(world.ben), walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="filled")

    good = client.post(f"/verification/{filled.pk}/scan/", {"text": scanning.label_code(filled)})
    wrong = client.post(f"/verification/{filled.pk}/scan/", {"text": scanning.label_code(other)})

    assert "vial in hand" in good.content.decode()
    assert wrong.status_code == 409


def test_a_vial_scanned_in_the_queue_opens_its_check(world: World, signed_in: SignIn, filled: Fill) -> None:
    shown = signed_in(world.ben).post("/verification/scan/", {"text": scanning.label_code(filled)})

    assert shown["HX-Redirect"] == f"/verification/{filled.pk}/"


def test_the_cashier_and_the_administrator_change_nothing(world: World, signed_in: SignIn, filled: Fill) -> None:
    assert answer(signed_in(world.hana), filled, checked=["data", "product"]) == 409
