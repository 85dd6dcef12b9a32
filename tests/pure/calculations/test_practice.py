"""Practice: problems without end, marked with their units, scored by topic."""

import re
from fractions import Fraction
from itertools import islice

import pytest

from pestle.calculations.catalogue import named, topics
from pestle.calculations.practice import Mark, Problem, Score, drawn, mark, practised, problem, problems, seeded
from pestle.calculations.worked import CannotCalculate


def flow() -> Problem:
    """One problem with known numbers: 500 mL over 8 h is 62.5 mL/h."""
    entry = named("infusion-rate")
    given = {"volume": "500 mL", "time": "8 h"}
    return Problem(entry.topic, entry.name, "500 mL over 8 h: mL/h?", given, entry.work(given))


MARKS = [
    ("62.5 mL/h",     Mark.RIGHT),
    ("0.0625 L/h",    Mark.RIGHT),
    ("1.04166667 mL/min", Mark.WRONG),
    ("62.5",          Mark.NO_UNIT),
    ("62.5 mL",       Mark.WRONG_UNIT),
    ("625 mL/h",      Mark.WRONG),
    ("62 mL/h",       Mark.WRONG),
    ("sixty mL/h",    Mark.UNREADABLE),
    ("",              Mark.UNREADABLE),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), MARKS)
def test_an_answer_is_marked_with_its_unit(answer: str, expected: Mark) -> None:
    assert mark(flow(), answer).mark is expected


def test_a_slipped_decimal_point_is_named() -> None:
    assert "factor of 10" in mark(flow(), "625 mL/h").sentence


def test_a_more_exact_answer_than_the_rounded_one_is_right() -> None:
    entry = named("infusion-rate")
    given = {"volume": "1,000 mL", "time": "7 h"}
    sevenths = Problem(entry.topic, entry.name, "", given, entry.work(given))

    assert mark(sevenths, "142.9 mL/h").is_right
    assert mark(sevenths, "142.857 mL/h").is_right
    assert not mark(sevenths, "142.8 mL/h").is_right


def test_a_bare_percent_serves_for_weight_in_volume() -> None:
    entry = named("percent-strength")
    given = {"part": "5 g", "whole": "100 mL"}

    assert mark(Problem(entry.topic, entry.name, "", given, entry.work(given)), "5%").is_right


@pytest.mark.parametrize(("answer", "expected"), [("2%", Mark.RIGHT), ("1:50", Mark.RIGHT), ("2", Mark.NO_UNIT)])
def test_a_percent_without_its_sign_is_a_number_without_its_unit(answer: str, expected: Mark) -> None:
    entry = named("strength-after-adding")
    given = {"strength": "4%", "quantity": "30 g", "added": "30 g"}

    assert mark(Problem(entry.topic, entry.name, "", given, entry.work(given)), answer).mark is expected


@pytest.mark.parametrize("topic", topics())
def test_the_right_answer_is_marked_right_twenty_times_in_each_topic(topic: str) -> None:
    for asked in islice(problems(seeded(f"twenty of {topic}"), topic=topic), 20):
        assert mark(asked, asked.answer).is_right, asked


def test_each_kind_comes_before_any_comes_again() -> None:
    kinds = practised("infusions")
    names = [asked.name for asked in islice(problems(seeded("once"), topic="infusions"), len(kinds))]

    assert sorted(names) == sorted(kind.name for kind in kinds)


def test_problems_ask_for_no_reason_and_have_numbers_with_units() -> None:
    asked = problem(named("dose-by-weight"), seeded("weight"))

    assert "{" not in asked.question
    assert "kg" in asked.question or "lb" in asked.question


def test_numbers_are_drawn_from_their_steps() -> None:
    draw = seeded("steps")
    values = {drawn("50..200/50 mL", draw) for _ in range(60)}

    assert values == {"50 mL", "100 mL", "150 mL", "200 mL"}


def test_the_weakest_topic_comes_first_in_the_score() -> None:
    score = Score()
    for answer in ("62.5 mL/h", "1 mL/h"):
        score.count("infusions", mark(flow(), answer))
    score.count("dilution", mark(flow(), "1 mL/h"))

    assert score.rows() == [("dilution", 0, 1), ("infusions", 1, 2)]


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(CannotCalculate, match="not a topic"):
        practised("astrology")


def test_two_lists_are_told_pair_by_pair() -> None:
    asked = problem(named("alligation-medial"), seeded("pairs")).question

    assert re.search(r"[\d,]+ g of [\d.]+% and [\d,]+ g of [\d.]+%", asked)


def test_rounding_is_asked_for_only_where_there_is_something_to_round() -> None:
    draw = seeded("rounding")
    kinds = [named(name) for name in ("dose-pack", "dilution", "alligation-add")] * 20

    for asked in (problem(kind, draw) for kind in kinds):
        is_rounded = asked.worked.exact != Fraction(str(asked.worked.value))
        assert ("(round " in asked.question) is is_rounded


def test_days_supply_is_asked_for_every_form_of_medicine() -> None:
    draw = seeded("forms")
    asked = [problem(named("days-supply"), draw) for _ in range(60)]

    for word in ("tablet", "eye drops", "pen", "inhaler", "suspension", "patches", "cream"):
        assert any(word in each.question for each in asked), word
    assert all(mark(each, each.answer).is_right for each in asked)
