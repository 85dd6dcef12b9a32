"""What a line of the log may hold."""

import json
import subprocess
import sys
from typing import Any

import pytest

_SET_UP = """
import logging, logging.config, structlog
from pestle.config.logs import configure_structlog, logging_settings
configure_structlog()
logging.config.dictConfig(logging_settings())
"""


def line_logged_by(script: str) -> dict[str, Any]:
    """Run a script with the logs set up as in the program, and give the one line it logged."""
    done = subprocess.run([sys.executable, "-c", _SET_UP + script], capture_output=True, text=True, check=True)
    line: dict[str, Any] = json.loads(done.stderr)
    return line


def test_what_was_typed_into_a_search_box_is_not_in_the_log() -> None:
    line = line_logged_by("structlog.get_logger('pestle.pages').info('asked', request='GET /patients/?q=Cleo')")

    assert line["request"] == "GET /patients/"
    assert "Cleo" not in str(line)


@pytest.mark.parametrize("logger", ["logging.getLogger('pestle.links')", "structlog.get_logger('pestle.links')"])
def test_an_exception_is_logged_by_its_kind_and_place_only(logger: str) -> None:
    failing = f"""
try:
    raise ValueError("Key (name)=(Cleo Marsh) already exists.")
except ValueError:
    {logger}.exception("message_not_sent")
"""

    line = line_logged_by(failing)

    assert line["exception"] == "ValueError"
    assert line["at"]
    assert "Cleo" not in str(line)
