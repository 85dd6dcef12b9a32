"""The command line of directions."""

import io
import json
import sys

import pytest

from pestle.config.command import main


def test_directions_and_quantity_show_label_days_and_working(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["sig", "1 tab po bid", "--quantity", "60", "--unit", "tablet"])

    shown = capsys.readouterr().out
    assert status == 0
    assert "Take 1 tablet by mouth 2 times a day." in shown
    assert "Days' supply: 30" in shown
    assert "60 ÷ 2 a day" in shown
    assert "not yet reviewed by a qualified translator" in shown


def test_unclear_directions_ask_and_exit_with_three(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["sig", "use as directed", "--quantity", "60", "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert status == 3
    assert answer["days_supply"] is None
    assert answer["questions"]


def test_lines_of_json_are_answered_in_the_same_form(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {
            "id": "a",
            "sig": "2 puffs q4h prn",
            "quantity": 1,
            "quantity_unit": "inhaler",
            "units_per_quantity_unit": 200,
        },
        {"id": "b", "sig": None, "quantity": "many", "discard_after_days": "x"},
        {"id": "c", "sig": "1 tab bid", "quantity": 1e300},
    ]
    lines = [json.dumps(row).encode() for row in rows] + [b"\xff\xfe", b"[]", b""]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n".join(lines))))

    status = main(["sig", "--jsonl"])

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 2
    assert [(each["id"], each["days_supply"], each["needs_clarification"]) for each in answers] == [
        ("a", 16, False),
        ("b", None, True),
        ("c", None, False),
    ]
    assert answers[0]["days_supply_steps"]
    assert answers[0]["max_daily_units"] == 12
