"""What shuts and opens a back-up: a key made by this house, the public half of one kept elsewhere, or a pass phrase."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from pestle.stations.keeping.failures import BackUpFailed
from pestle.wire import age
from pestle.wire.errors import WireError

KEY_FILE = "backup_key"
LEAST_PHRASE = 15
# 64 MiB and a tenth of a second: a machine of the counter can do it, and a guesser pays it for every guess.
_WORK = 16
_KEY_OCTETS = 32
PHRASE = "pass phrase"


@dataclass(frozen=True, slots=True)
class Lock:
    """One way to shut and open back-ups. Without its secret half, a key only shuts."""

    public: bytes = b""
    secret: bytes = b""
    phrase: str = ""

    @property
    def spoken(self) -> str:
        """What may be told: the public half of the key, or that it is a pass phrase."""
        return PHRASE if self.phrase else age.spoken_public(self.public)

    def shut(self, file_key: bytes) -> age.Stanza:
        """Wrap a file's key."""
        if self.phrase:
            return age.wrap_for_phrase(file_key, self.phrase, salt=secrets.token_bytes(16), work=_WORK)
        return age.wrap_for_key(file_key, self.public, ephemeral=secrets.token_bytes(_KEY_OCTETS))

    def opened(self, stanza: age.Stanza) -> bytes | None:
        """Give a file's key, or None when this lock does not open it."""
        if self.phrase:
            return age.unwrap_with_phrase(stanza, self.phrase)
        return age.unwrap_with_key(stanza, self.secret) if self.secret else None


def lock_of_the_house() -> Lock:
    """Give the lock back-ups are shut with; the first time, a key of our own is made in the state folder.

    Raises BackUpFailed when what the settings name cannot be used.
    """
    if settings.BACKUP_RECIPIENT:
        return _named("PESTLE_BACKUP_RECIPIENT", lambda: Lock(public=age.read_public(settings.BACKUP_RECIPIENT)))
    if settings.BACKUP_PHRASE_FILE:
        return phrase_lock(Path(settings.BACKUP_PHRASE_FILE))
    path = own_key_file()
    if not path.exists():
        _make_key(path)
    return key_lock(path)


def own_key_file() -> Path:
    """Give the path of the key this house made for itself."""
    return Path(settings.BACKUP_KEY_FILE)


def key_lock(path: Path) -> Lock:
    """Read a key file. Raises BackUpFailed when it cannot be read."""

    def read() -> Lock:
        secret = age.read_secret(path.read_text(encoding="utf-8"))
        return Lock(public=age.public_of(secret), secret=secret)

    return _named(f"the key file {path}", read)


def phrase_lock(path: Path) -> Lock:
    """Read a pass phrase from the first line of a file. Raises BackUpFailed when it cannot be read or is too short."""

    def read() -> Lock:
        phrase = (path.read_text(encoding="utf-8").splitlines() or [""])[0].strip()
        if len(phrase) < LEAST_PHRASE:
            raise WireError(where=str(path), said=f"A pass phrase has at least {LEAST_PHRASE} characters.")
        return Lock(phrase=phrase)

    return _named(f"the pass phrase file {path}", read)


def _named(name: str, read: Callable[[], Lock]) -> Lock:
    try:
        return read()
    except WireError as error:
        raise BackUpFailed(f"{name[0].upper()}{name[1:]} cannot be used. {error.said}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BackUpFailed(
            f"{name[0].upper()}{name[1:]} cannot be read: {getattr(error, 'strerror', error)}."
        ) from error


def _make_key(path: Path) -> None:
    secret = secrets.token_bytes(_KEY_OCTETS)
    words = (
        "# This key opens the back-ups of your pharmacy.",
        "# Keep a copy away from this machine: without the key no back-up helps.",
        f"# public key: {age.spoken_public(age.public_of(secret))}",
        age.spoken_secret(secret),
    )
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(words) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # Two programs may make it at once: the link fails for the second, whose key is thrown away.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
