"""`pestle calc` and `pestle practice` as a person or another program uses them."""

import argparse
import io
import json

import pytest

from pestle.config.commands import calc, practice


def run(command: object, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.configure(parser)  # type: ignore[attr-defined]
    return int(command.run(parser.parse_args(list(words))))  # type: ignore[attr-defined]


def test_a_calculation_shows_its_working(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(calc, "dilution", "stock=20%", "wanted=4%", "quantity=250 mL")

    said = capsys.readouterr().out
    assert status == 0
    assert "4% × 250 mL ÷ 20% = 50 mL" in said
    assert "diluent: 200 mL" in said
    assert "check backwards" in said


def test_the_machine_form_keeps_numbers_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    run(calc, "infusion-rate", "volume=1 L", "time=7 h", "--json")

    said = json.loads(capsys.readouterr().out)
    assert (said["value"], said["unit"], said["ucum"]) == ("142.9", "mL/h", "mL/h")
    assert said["exact"].startswith("142.857142857142857142857")
    assert said["check"]["agrees"]


def test_a_refused_input_is_named_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(calc, "infusion-rate", "volume=1000", "time=7 h", "--json")

    said = json.loads(capsys.readouterr().out)
    assert status == 2
    assert said["field"] == "volume"
    assert "no unit" in said["refused"]


def test_an_unlikely_input_is_asked_about_with_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    asked = run(calc, "surface-area", "height=220 cm", "weight=90 kg")
    answered = run(calc, "surface-area", "height=220 cm", "weight=90 kg", "--because", "measured twice")

    assert (asked, answered) == (3, 0)
    assert "measured twice" in capsys.readouterr().out


def test_the_list_is_found_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    run(calc, "--list", "bsa", "--json")

    assert "surface-area" in [entry["name"] for entry in json.loads(capsys.readouterr().out)]


def test_practice_asks_marks_and_scores(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1 mL/h\n2 kg\n"))

    run(practice, "--topic", "infusions", "--seed", "7", "--count", "2", "--jsonl")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["number"] for line in lines if "number" in line] == [1, 2]
    assert lines[1]["worked"]["steps"]
    assert lines[-1]["seed"] == "7"
    assert lines[-1]["score"][0]["asked"] == 2


def test_practice_stops_at_the_end_of_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert run(practice, "--seed", "7") == 0
    assert "Score (seed 7)" in capsys.readouterr().out
