"""The board and where-is-it, as a technician sees them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from pestle.flows.fill import FILL, FillState
from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.handover import Notice
from pestle.records.people import Worker
from pestle.stations import board, where
from tests.world import NOW, World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def hold(world: World, fill: Fill) -> None:
    fill.waiting_for, fill.wakes_at, fill.owner = "patient calls back", NOW + timedelta(hours=2), world.ada
    fill.save()
    fill.record(FILL.take("hold", fill.facts(NOW, world.ada), world.ada.roles), act_id=uuid4(), by=world.ada, at=NOW)


def test_every_state_that_is_not_final_is_on_exactly_one_line_of_the_board() -> None:
    shown = [state for line in board.LINES for state in line.states]

    assert sorted(shown) == sorted(FILL.open_states)
    assert len(shown) == len(set(shown))


def test_every_open_state_has_words_for_what_happens_next() -> None:
    assert set(where.NEXT_WORDS) == {FillState(state) for state in FILL.open_states}


def test_the_board_counts_what_is_late_and_what_wakes_up(world: World) -> None:
    late, held = world.fill(promised_at=NOW - timedelta(minutes=8)), world.fill(world.prescribe())
    hold(world, held)

    found = board.board(world.pharmacy, NOW)

    assert (found.open, found.late, found.sum_check.holds) == (2, 1, True)
    assert {row.line.title: row.open for row in found.rows if row.open} == {"Drop-off": 1, "Hold, profile, refunds": 1}
    assert [wake.words for wake in found.wakes] == [f"Rx {held.prescription.rx_number}: patient calls back"]
    assert late.state == FillState.RECEIVED


def test_the_pages_render_and_name_what_they_must(world: World, signed_in: SignIn) -> None:
    fill = world.fill()
    client = signed_in(world.ada)

    page = client.get("/board/").content.decode()

    assert "Nothing is lost." in page
    assert "1 begun and open = 1 in queues" in page
    assert "Cleo" not in page
    story = client.get(f"/where/{fill.pk}/").content.decode()
    assert "It is received" in story
    assert "Cleo Marchetti" in story
    assert AccessLog.objects.filter(patient=world.cleo, worker=world.ada).count() == 1


def test_a_number_opens_its_fill_at_once_and_a_name_lists(world: World, signed_in: SignIn) -> None:
    fill = world.fill()
    other = world.fill(world.prescribe("warfarin 5 mg"))
    client = signed_in(world.ada)

    by_number = client.get("/where/", {"q": str(fill.prescription.rx_number)})
    by_name = client.get("/where/", {"q": "marchetti cleo"})

    assert by_number.headers["Location"] == f"/where/{fill.pk}/"
    assert str(other.prescription.rx_number) in by_name.content.decode()


def test_another_pharmacys_fill_is_not_found(world: World, signed_in: SignIn) -> None:
    fill = world.fill()
    world.pharmacy.pk, world.pharmacy.ncpdp_id = None, "2399992"
    world.pharmacy.save()
    world.gil.pharmacy = world.pharmacy
    world.gil.save()
    client = signed_in(world.gil)

    assert client.get(f"/where/{fill.pk}/").status_code == 404


def test_a_call_rings_on_the_pharmacists_page_and_stops_once_answered(world: World, signed_in: SignIn) -> None:
    fill = world.fill()
    ada = signed_in(world.ada)

    called = ada.post("/board/call/", {"fill": fill.pk}, headers={"Referer": "http://testserver/filling/"})
    hers = ada.get("/board/calls/").content.decode()
    ben = signed_in(world.ben)
    his = ben.get("/board/calls/").content.decode()
    number = Notice.objects.get().pk
    answered = ben.post(f"/board/call/{number}/answer/")

    assert (called.status_code, called.headers["Location"]) == (302, "http://testserver/filling/")
    assert "The pharmacist is called" in hers
    assert "No longer needed" in hers
    assert f'data-rings="{number}"' in his
    assert "Ada calls the pharmacist" in his
    assert "I am coming" in his
    assert answered.headers["Location"] == "/board/"
    assert Notice.objects.get().state == "answered"
    assert "calls the pharmacist" not in ben.get("/board/calls/").content.decode()


def test_the_key_to_call_is_for_whoever_is_no_pharmacist(world: World, signed_in: SignIn) -> None:
    assert "A pharmacist is called to this bench" in signed_in(world.ada).get("/board/").content.decode()
    assert "A pharmacist is called to this bench" not in signed_in(world.ben).get("/board/").content.decode()


def test_a_hand_over_note_is_left_on_the_board_and_read_by_another(world: World, signed_in: SignIn) -> None:
    left = signed_in(world.ada).post("/board/note/", {"words": "Filling 2 jams <b>again</b>."})
    mine = signed_in(world.ada).get("/board/").content.decode()
    gil = signed_in(world.gil)
    his = gil.get("/board/").content.decode()
    gil.post(f"/board/note/{Notice.objects.get().pk}/acknowledge/")
    after = gil.get("/board/").content.decode()

    assert left.headers["Location"] == "/board/"
    assert "waits until somebody else has read it" in mine
    assert "Filling 2 jams &lt;b&gt;again&lt;/b&gt;." in his
    assert "I have read it" in his
    assert "read by Gil" in after
