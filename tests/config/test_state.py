"""The state folder and the key in it."""

import stat
from pathlib import Path

import pytest

from pestle.config.state import ready_state_folder, secret_key


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder that does not exist yet, and no key in the environment."""
    monkeypatch.setenv("PESTLE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("PESTLE_SECRET_KEY", raising=False)
    return tmp_path / "state"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(state: Path) -> None:
    first = secret_key()

    assert len(first) > 60
    assert secret_key() == first
    assert stat.S_IMODE((state / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert [path.name for path in state.iterdir()] == ["secret_key"]


def test_a_key_of_the_environment_goes_before_the_kept_one(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PESTLE_SECRET_KEY", "from outside")

    assert secret_key() == "from outside"
    assert not state.exists()


def test_a_state_folder_that_was_opened_is_closed_again(state: Path) -> None:
    state.mkdir()
    state.chmod(0o755)

    ready_state_folder()

    assert stat.S_IMODE(state.stat().st_mode) == 0o700
