"""The state folder: everything Pestle keeps on this machine, for one user only."""

import hashlib
import os
import secrets
from pathlib import Path

# A file of this name in a state folder: a restore into it was begun and has not ended.
BEING_RESTORED = "being_restored"


class StateFolderUnusable(Exception):
    """The state folder cannot be used by this user; the message says what to do."""


def state_folder() -> Path:
    """Give the state folder's absolute path: `PESTLE_HOME`, or `.pestle` in the working directory."""
    return Path(os.environ.get("PESTLE_HOME") or ".pestle").expanduser().absolute()


def ready_state_folder() -> Path:
    """Make the state folder if it is missing, closed to everyone else, and give its path.

    Raises StateFolderUnusable when the folder belongs to another user or cannot be made.
    """
    folder = state_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat().st_uid
    except OSError as error:
        raise StateFolderUnusable(f"The state folder {folder} cannot be made: {error.strerror}.") from error
    if owner != os.geteuid():
        raise StateFolderUnusable(
            f"The state folder {folder} belongs to another user (number {owner}). "
            "Run pestle as that user, or set PESTLE_HOME to a folder of your own."
        )
    if folder.stat().st_mode & 0o007:
        folder.chmod(0o700)
    return folder


def secret_key() -> str:
    """Give the key that signs sessions: `PESTLE_SECRET_KEY`, or the one the first start left in the state folder."""
    given = os.environ.get("PESTLE_SECRET_KEY")
    if given:
        return given
    kept = ready_state_folder() / "secret_key"
    if not kept.exists():
        _write_once(kept, secrets.token_urlsafe(64))
    return kept.read_text(encoding="ascii")


def short_name(path: Path) -> str:
    """Give a short name that stays the same for the same path, for folders outside it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _write_once(path: Path, text: str) -> None:
    # Two programs may start at once: the link fails for the second, who then reads the first one's key.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
