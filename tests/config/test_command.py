"""The `pestle` command itself."""

import subprocess
import sys

import pytest

from pestle.config.command import build_parser, known_commands


def test_every_command_has_a_name_of_its_own_and_one_sentence_of_help() -> None:
    commands = list(known_commands())

    names = [command.NAME for command in commands]
    assert len(names) == len(set(names))
    assert {"run", "database", "migrate", "manage"} <= set(names)
    assert all(command.HELP.endswith(".") for command in commands)


def test_asking_for_help_loads_no_django() -> None:
    script = (
        "import sys\n"
        "from pestle.config.command import build_parser\n"
        "build_parser().format_help()\n"
        "print([name for name in ('django', 'psycopg') if name in sys.modules])\n"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_a_command_must_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args([])

    assert "COMMAND" in capsys.readouterr().err
