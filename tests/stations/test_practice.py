"""Practice: runs by seed, marks, and the score by topic of an account."""

from typing import Any

import pytest

from pestle.records.calculations import PracticeAnswer
from pestle.stations.entry import practice
from pestle.terms.findings import Refused
from tests.stations.bench import act
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def answer(world: World, number: int, text: str | None = None, by: Any = None, topic: str = "dilution") -> Any:
    told = practice.problem_at(topic, "a1", number).answer if text is None else text
    return practice.answer(**act(world, by), topic=topic, seed="a1", number=number, text=told)


def test_the_same_seed_gives_the_same_problem_and_the_next_number_another() -> None:
    one, again, other = (practice.problem_at("dilution", "a1", number) for number in (1, 1, 2))

    assert one == again
    assert one.question != other.question


def test_right_and_wrong_answers_are_counted_by_topic_for_one_account(world: World) -> None:
    answer(world, 1)
    answer(world, 2, "1 kg")
    answer(world, 1, by=world.gil)

    scores = {row.topic: row for row in practice.scores(world.ada.account)}

    assert (scores["dilution"].right, scores["dilution"].asked, scores["dilution"].percent) == (1, 2, 50)
    assert scores["alligation"].percent is None
    assert practice.run_score(world.ada.account, "dilution", "a1") == (1, 2)


def test_the_first_answer_stands(world: World) -> None:
    first = answer(world, 1, "1 kg")

    assert answer(world, 1) == first
    assert PracticeAnswer.objects.count() == 1
    assert not first.is_right


def test_in_a_mixed_run_an_answer_counts_for_the_topic_of_its_problem(world: World) -> None:
    given = answer(world, 1, topic="")

    assert given.topic == practice.problem_at("", "a1", 1).topic
    assert practice.run_score(world.ada.account, "", "a1") == (1, 1)


def test_an_empty_answer_an_unknown_topic_and_a_run_without_end_are_refused(world: World) -> None:
    with pytest.raises(Refused, match="with its unit"):
        answer(world, 1, " ")
    with pytest.raises(Refused, match="no such topic"):
        practice.topic_named("astrology")
    with pytest.raises(Refused, match="run is over"):
        practice.problem_at("dilution", "a1", practice.LONGEST_RUN + 1)
