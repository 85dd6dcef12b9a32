"""The made-up day as its command works it: every partner and server a program of its own, every station passed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.config.conftest import House, house, open_folder
from tests.demo.conftest import SAMPLE

__all__ = ["house", "open_folder"]
LONGEST_SECONDS = 400
SMALL_PHARMACY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pestle.config.ready import close_connections, database_ready
from pestle.config.state import ready_state_folder

ready_state_folder()
with database_ready() as url:
    import django
    django.setup()
    from pestle.config.preparation import migrate
    from pestle.demo.pharmacy import SMALL, make_pharmacy
    from pestle.records.loading.everything import load
    from pestle.records.loading.sources import read_sources
    migrate(url)
    now = datetime.now(UTC)
    list(load(["all"], read_sources(Path(sys.argv[1])), at=now, watch=lambda what, rows: None))
    make_pharmacy(at=now, size=SMALL, seed=7)
    close_connections()
"""


@pytest.fixture
def small_house(house: House) -> House:
    """A house with the small made-up pharmacy over the small catalogue."""
    house.environment["DJANGO_SETTINGS_MODULE"] = "pestle.config.settings"
    program = [sys.executable, "-c", SMALL_PHARMACY, str(SAMPLE)]
    subprocess.run(program, env=house._environment(), cwd="/", check=True, timeout=LONGEST_SECONDS)
    return house


def day_in(house: House, *words: str) -> tuple[int, dict[str, Any]]:
    """Work a day and give the exit status and what was told."""
    process = subprocess.run(
        [sys.executable, "-m", "pestle.config.command", "demo", "day", "--json", *words],
        env=house._environment(), cwd="/", capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS,
    )  # fmt: skip
    assert process.stdout, process.stderr
    return process.returncode, json.loads(process.stdout)


def audited(house: House) -> dict[str, Any]:
    """What the audit says."""
    found: dict[str, Any] = json.loads(house.pestle("audit", "--json").stdout)
    return found


@pytest.mark.slow
def test_a_day_ends_with_everything_where_it_belongs_and_so_does_the_next(small_house: House) -> None:
    status, told = day_in(small_house, "--prescriptions", "12", "--seed", "7")

    assert status == 0, {name: told[name] for name in ("stuck", "faults", "stock", "claims", "duplicates", "labels")}
    assert told["prescriptions"] == 12
    assert told["sum_check"] is True
    assert not any(told["duplicates"].values())
    assert told["claims"]["paid_here"] == told["claims"]["paid_at_the_payers"] > 0
    assert told["by_state"]["sold"] > 0
    assert audited(small_house)["clean"] is True

    status, again = day_in(small_house, "--prescriptions", "6", "--seed", "7")

    assert status == 0, {name: again[name] for name in ("stuck", "faults", "stock", "claims", "duplicates", "labels")}
    assert again["claims"]["paid_here"] > told["claims"]["paid_here"]
    assert audited(small_house)["clean"] is True


@pytest.mark.slow
def test_a_day_of_faults_ends_as_a_quiet_one_does(small_house: House) -> None:
    status, told = day_in(small_house, "--prescriptions", "8", "--seed", "8", "--chaos")

    assert status == 0, {name: told[name] for name in ("stuck", "faults", "stock", "claims", "duplicates", "lost")}
    assert told["prescriptions"] == 8
    assert min(told["chaos"]["kills"].values()) >= 2
    assert told["chaos"]["pages"]["shown"] > 0
    assert told["met"]["acts through a page"] > 0
    assert told["claims"]["paid_here"] == told["claims"]["paid_at_the_payers"]
    assert told["audit"] == {"clean": True, "faults": []}


def test_a_day_without_prescriptions_is_refused_in_words(house: House) -> None:
    said = house.pestle("demo", "day", "--prescriptions", "0")

    assert said.returncode == 1
    assert "at least one prescription" in said.stderr
    assert not Path(house.state).exists()
