"""Calls for the pharmacist and hand-over notes: they ring or stay until the right person takes them, and are kept."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from pestle.records.events import Event
from pestle.records.handover import Notice
from pestle.records.people import Worker
from pestle.stations import audit, board, notices
from pestle.terms.findings import Refused
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def call(world: World, by: Worker, **given: object) -> Notice:
    return notices.call_pharmacist(act_id=uuid4(), by=by, at=NOW, where="Filling 1", **given)  # type: ignore[arg-type]


def test_a_call_rings_for_every_pharmacist_and_for_its_caller_until_one_answers(world: World) -> None:
    fill = world.fill()

    called = call(world, world.ada, fill_id=fill.pk)
    rings = {each.given: len(notices.ringing_for(each)) for each in (world.ada, world.gil, world.ben, world.priya)}
    notices.answer(act_id=uuid4(), by=world.ben, at=NOW + timedelta(minutes=1), notice_id=called.pk)

    assert rings == {"Ada": 1, "Gil": 0, "Ben": 1, "Priya": 1}
    assert notices.ringing_for(world.priya) == notices.ringing_for(world.ada) == ()
    called.refresh_from_db()
    assert (called.state, called.taken_by, called.fill, called.where) == ("answered", world.ben, fill, "Filling 1")
    said = [(each.verb, each.worker) for each in called.events()]
    assert said == [("call", world.ada), ("answer", world.ben)]


def test_a_second_call_about_the_same_adds_nothing(world: World) -> None:
    assert call(world, world.ada) == call(world, world.ada)
    assert call(world, world.gil) != call(world, world.ada)


def test_only_a_pharmacist_answers_and_only_the_caller_takes_a_call_back(world: World) -> None:
    called = call(world, world.ada)

    with pytest.raises(Refused, match="is for a pharmacist"):
        notices.answer(act_id=uuid4(), by=world.gil, at=NOW, notice_id=called.pk)
    with pytest.raises(Refused, match="Whoever called"):
        notices.withdraw(act_id=uuid4(), by=world.gil, at=NOW, notice_id=called.pk)
    notices.withdraw(act_id=uuid4(), by=world.ada, at=NOW, notice_id=called.pk)

    assert Notice.objects.get(pk=called.pk).state == "withdrawn"


def test_a_note_stays_on_the_board_until_somebody_else_has_read_it(world: World) -> None:
    words = "The printer at Filling 2 jams; the 3 pm truck brings the oxycodone."
    note = notices.leave_note(act_id=uuid4(), by=world.ada, at=NOW, words=f"  {words} ", where="Filling 1")

    with pytest.raises(Refused, match="This note is yours"):
        notices.acknowledge(act_id=uuid4(), by=world.ada, at=NOW, notice_id=note.pk)
    before = board.board(world.pharmacy, NOW).notes
    notices.acknowledge(act_id=uuid4(), by=world.gil, at=NOW + timedelta(hours=1), notice_id=note.pk)
    after = board.board(world.pharmacy, NOW + timedelta(hours=2))
    next_day = board.board(world.pharmacy, NOW + timedelta(hours=20))

    assert [(each.words, each.made_by) for each in before] == [(words, world.ada)]
    assert (after.notes, [each.taken_by for each in after.notes_read]) == ((), [world.gil])
    assert next_day.notes_read == ()


@pytest.mark.parametrize("words", ["", "   ", "x" * 501])
def test_a_note_has_words_and_not_too_many(world: World, words: str) -> None:
    with pytest.raises(Refused) as refused:
        notices.leave_note(act_id=uuid4(), by=world.ada, at=NOW, words=words)

    assert [each.field for each in refused.value.findings] == ["words"]


def test_what_was_said_is_part_of_the_proven_history(world: World, tmp_path: object) -> None:
    called = call(world, world.ada)
    heads = tmp_path / "heads.jsonl"  # type: ignore[operator]
    audit.seal_all(at=NOW, heads_file=heads)

    assert audit.audit(heads_file=heads)["clean"] is True
    assert Event.objects.filter(subject_kind="notice", subject_id=called.pk).count() == 1


@pytest.mark.parametrize("act", [notices.answer, notices.withdraw, notices.acknowledge])
def test_a_note_of_another_pharmacy_is_refused_in_words(world: World, act: Callable[..., object]) -> None:
    said = notices.call_pharmacist(act_id=uuid4(), by=world.ada, at=NOW)
    there = make_world(beside=world)

    with pytest.raises(Refused, match="not in this pharmacy"):
        act(act_id=uuid4(), by=there.ben, at=NOW, notice_id=said.pk)
