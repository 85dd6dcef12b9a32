"""The directions we wrote ourselves, batch by batch and blind: every one stays read as it was settled."""

import json
from pathlib import Path

import pytest

from pestle.config.commands.sig import answer_to
from pestle.terms.sig.scoring import MEASURES, form_of, mapping_of, score_of, table_of

BATCHES = sorted((Path(__file__).parents[2] / "samples" / "sig").glob("own_vectors_*.jsonl"))


@pytest.mark.parametrize("batch", BATCHES, ids=lambda path: path.stem)
def test_every_reading_of_a_batch_agrees(batch: Path) -> None:
    rows = [json.loads(line) for line in batch.read_text("utf-8").splitlines()]

    score = score_of((row, answer_to(row)) for row in rows)

    assert len(rows) > 90
    assert score.differing == {}
    assert score.together.guessed == 0


def test_a_score_tells_what_differs_by_form() -> None:
    row = {"id": "a", "sig": "1 tab po bid", "quantity": 60, "quantity_unit": "tablet", "days_supply": 30}
    right = answer_to(row)
    worked = row | {"steps": right["parsed"]}
    wrong = right | {"parsed": [right["parsed"][0] | {"frequency": 3, "route": None}], "days_supply": 20}

    score = score_of([(worked, right), (worked | {"id": "b"}, wrong)])

    assert score.differing == {"b": ("frequency", "route", "days' supply")}
    assert score.together.right == {
        "dose and frequency": 1, "all five fields": 1, "days' supply": 1, "unclear ones asked": 0,
    }  # fmt: skip
    assert "1/2 50.0 %" in table_of(score)[-1]
    assert mapping_of(score)["forms"]["all"]["days' supply"] == {"right": 1, "of": 2}


def test_a_days_supply_for_what_had_to_be_asked_is_counted_as_a_guess() -> None:
    row = {"id": "a", "sig": "take as directed", "needs_clarification": True}

    score = score_of([(row, {"parsed": [], "days_supply": 30, "needs_clarification": False})])

    assert score.together.guessed == 1
    assert score.differing == {"a": ("days' supply", "not asked")}


@pytest.mark.parametrize(
    ("step", "sig", "form"),
    [
        ({"unit": "drop", "route": "ou"}, "1 gtt ou bid", "eye, ear"),
        ({"unit": "unit", "route": "sc"}, "10 units sc qhs", "injections"),
        ({"unit": "tablet", "prn": True}, "1 tab prn", "as needed"),
        ({"unit": "tablet", "days_of_week": ["mon"]}, "1 tab every monday", "weekly, by days"),
        ({"unit": "tablet"}, "tome 1 tableta al dia", "Spanish"),
        ({"unit": "tablet"}, "1 tab daily", "tablets, capsules"),
    ],
)
def test_the_form_of_directions_follows_from_what_they_say(step: dict[str, object], sig: str, form: str) -> None:
    assert form_of({"sig": sig, "steps": [step]}) == form
    assert form_of({"sig": sig, "steps": [step], "needs_clarification": True}) == "unclear"
    assert len(MEASURES) == 4
