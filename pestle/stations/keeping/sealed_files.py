"""Age files as streams: what is written is sealed chunk by chunk, what is read is proven chunk by chunk."""

import io
import secrets
from collections.abc import Callable
from typing import IO, Any

from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.locks import PHRASE, Lock
from pestle.wire import age

_LONGEST_HEADER = 64 * 1024


class SealingWriter(io.RawIOBase):
    """Seals what is written into a file; `close` writes the last chunk, without which the file counts as cut short."""

    def __init__(self, file: IO[bytes], lock: Lock) -> None:
        """Draw a key for this file only and write the header."""
        super().__init__()
        self.file_key = secrets.token_bytes(age.FILE_KEY_OCTETS)
        nonce = secrets.token_bytes(age.NONCE_OCTETS)
        self._file, self._held = file, bytearray()
        self._payload = age.Payload(self.file_key, nonce)
        file.write(age.render([lock.shut(self.file_key)], self.file_key) + nonce)

    def writable(self) -> bool:
        """Say that this is written to."""
        return True

    def write(self, octets: Any) -> int:
        """Take some octets; a chunk goes out once it is known that another follows."""
        self._held += octets
        while len(self._held) > age.CHUNK:
            self._file.write(self._payload.sealed(bytes(self._held[: age.CHUNK]), is_last=False))
            del self._held[: age.CHUNK]
        return len(octets)

    def finish(self) -> None:
        """Write the last chunk."""
        self._file.write(self._payload.sealed(bytes(self._held), is_last=True))
        self._held.clear()


class ProvingReader(io.RawIOBase):
    """Reads a sealed file; nothing is given that was not proven first."""

    def __init__(self, file: IO[bytes], file_key_in: Callable[[age.Header], bytes]) -> None:
        """Read the header and find the file's key. Raises WireError or BackUpFailed when that cannot be."""
        super().__init__()
        header = age.parse(file.read(_LONGEST_HEADER))
        file_key = file_key_in(header)
        if not header.is_proven_by(file_key):
            raise BackUpFailed("The beginning of this back-up was changed after it was written.")
        file.seek(header.octets)
        self._file, self._held = file, b""
        self._payload = age.Payload(file_key, file.read(age.NONCE_OCTETS))
        self._next = file.read(age.CHUNK + age.TAG)
        self._is_over = False

    def readable(self) -> bool:
        """Say that this is read from."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give so many octets, fewer only at the end. Raises WireError at the first that was changed."""
        pieces = [self._held]
        have = len(self._held)
        while not self._is_over and (size < 0 or have < size):
            pieces.append(self._chunk())
            have += len(pieces[-1])
        octets = b"".join(pieces)
        given, self._held = (octets, b"") if size < 0 else (octets[:size], octets[size:])
        return given

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as far as there is something."""
        octets = self.read(len(buffer))
        buffer[: len(octets)] = octets
        return len(octets)

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._file.read(age.CHUNK + age.TAG)
        self._is_over = not self._next
        return self._payload.opened(sealed, is_last=self._is_over)


def opened_by(lock: Lock) -> Callable[[age.Header], bytes]:
    """Give the function that finds a file's key with this lock, or says that it does not fit."""

    def find(header: age.Header) -> bytes:
        for stanza in header.stanzas:
            file_key = lock.opened(stanza)
            if file_key is not None:
                return file_key
        wants = "a pass phrase" if any(each.kind == "scrypt" for each in header.stanzas) else "a key file"
        given = "This pass phrase" if lock.spoken == PHRASE else f"The key {lock.spoken}"
        raise BackUpFailed(
            f"{given} does not open this back-up, which was shut with {wants}; or its first lines are damaged."
        )

    return find
