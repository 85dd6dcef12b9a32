"""How far the made-up pharmacy is stands beside what a command prints, so that JSON stays JSON."""

import pytest

from pestle.demo.opening import _Telling


def test_progress_never_mixes_with_what_a_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    _Telling().say("Making up the pharmacy.")

    said = capsys.readouterr()
    assert (said.out, said.err.strip()) == ("", "Making up the pharmacy.")
