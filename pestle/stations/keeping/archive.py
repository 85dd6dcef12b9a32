"""What lies in a back-up: a tar of rows, uploads and published heads, with its own description and proof.

start.json            what this is: program, migrations, tables and columns, counters, heads
audit-heads.jsonl     the heads as they were published
rows/TABLE/000001     rows as COPY writes them, in pieces
media/...             uploaded files
end.json              number and SHA-256 of what came before
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.sealed_files import ProvingReader, SealingWriter
from pestle.wire import age
from pestle.wire.errors import WireError

FORMAT = 1
START, HEADS, ROWS, MEDIA, END = "start.json", "audit-heads.jsonl", "rows/", "media/", "end.json"
PIECE = 4 * 1024 * 1024
_PACKED = 6


@dataclass(slots=True)
class Digest:
    """How much of one thing came, and its SHA-256."""

    octets: int = 0
    rows: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def take(self, piece: bytes) -> bytes:
        """Count a piece of COPY's text; each row ends with the only kind of line feed in it."""
        self.octets += len(piece)
        self.rows += piece.count(b"\n")
        self.sha256.update(piece)
        return piece

    def told(self) -> dict[str, Any]:
        """Give the counts as they stand in end.json."""
        return {"octets": self.octets, "rows": self.rows, "sha256": self.sha256.hexdigest()}


class ArchiveWriter:
    """Writes the members one after the other and keeps count of them."""

    def __init__(self, tar: tarfile.TarFile, *, made_at: float) -> None:
        """Begin with nothing counted."""
        self.digests: dict[str, Digest] = {}
        self._tar, self._made_at = tar, made_at

    def put(self, name: str, octets: bytes) -> None:
        """Write one member whole."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = len(octets), int(self._made_at), 0o600
        self._tar.addfile(member, io.BytesIO(octets))

    def put_counted(self, name: str, pieces: Iterable[bytes]) -> Digest:
        """Write pieces of any length as numbered members of PIECE octets or a little more."""
        digest = self.digests.setdefault(name, Digest())
        held, number = bytearray(), 0
        for piece in pieces:
            held += digest.take(piece)
            if len(held) >= PIECE:
                number += 1
                self.put(f"{name}/{number:06}", bytes(held))
                held.clear()
        if held or not number:
            self.put(f"{name}/{number + 1:06}", bytes(held))
        return digest

    def end(self) -> None:
        """Write what everything before is held against."""
        self.put(END, json.dumps({name: digest.told() for name, digest in self.digests.items()}).encode())


@contextmanager
def written(sealing: SealingWriter, *, made_at: float) -> Iterator[ArchiveWriter]:
    """Open an archive in a sealed file for the length of a `with` block and close it whole, unless the block fails."""
    with gzip.GzipFile(fileobj=cast("IO[bytes]", sealing), mode="wb", compresslevel=_PACKED, mtime=0) as packed:
        tar = tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        archive = ArchiveWriter(tar, made_at=made_at)
        yield archive
        archive.end()
        tar.close()
    sealing.finish()


class Archive:
    """A back-up being read: `start` at once, the members in their order, and at the end the proof."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Read what this is. Raises BackUpFailed when it is something else, or of a later kind."""
        self._tar = tar
        first = tar.next()
        if first is None or first.name != START:
            raise BackUpFailed("This file is sealed as a back-up is, but there is something else in it.")
        self.start: dict[str, Any] = json.loads(self._content(first))
        if self.start["format"] > FORMAT:
            raise BackUpFailed("This back-up was made by a later Pestle: restore it with that one.")
        self.digests: dict[str, Digest] = {}
        self.end: dict[str, Any] = {}

    def members(self) -> Iterator[tuple[str, bytes]]:
        """Give each thing's name and its next piece; after the last, everything is held against the end.

        Raises BackUpFailed when the counts do not agree.
        """
        while (member := self._tar.next()) is not None:
            content = self._content(member)
            if member.name == END:
                self.end = json.loads(content)
                continue
            if member.name == HEADS:
                yield HEADS, content
                continue
            name = member.name.rpartition("/")[0]
            yield name, self.digests.setdefault(name, Digest()).take(content)
        found = {name: digest.told() for name, digest in self.digests.items()}
        if not self.end or found != self.end:
            raise BackUpFailed("This back-up is not whole: what is in it is not what its end says.")

    def _content(self, member: tarfile.TarInfo) -> bytes:
        content = self._tar.extractfile(member)
        return content.read() if content is not None else b""


@contextmanager
def read(path: Path, file_key_in: Callable[[age.Header], bytes]) -> Iterator[Archive]:
    """Open a back-up for reading, for the length of a `with` block.

    Raises BackUpFailed, also from within the block, when the file cannot be opened or any of it was changed.
    """
    try:
        with path.open("rb") as file:
            proven = ProvingReader(file, file_key_in)
            with gzip.GzipFile(fileobj=cast("IO[bytes]", proven), mode="rb") as plain:
                with tarfile.open(fileobj=plain, mode="r|") as tar:
                    yield Archive(tar)
                # Whatever follows the archive is proven too.
                while plain.read(PIECE):
                    pass
    except WireError as error:
        raise BackUpFailed(f"The back-up {path} cannot be used: {error}") from error
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile, json.JSONDecodeError) as error:
        raise BackUpFailed(f"The back-up {path} cannot be used: it was not written whole.") from error
    except OSError as error:
        raise BackUpFailed(f"The back-up {path} cannot be read: {error.strerror or error}.") from error


def check(path: Path, file_key_in: Callable[[age.Header], bytes]) -> dict[str, Any]:
    """Read a back-up from beginning to end, prove all of it, and give what it says of itself.

    Raises BackUpFailed when anything in it is not as it was written.
    """
    with read(path, file_key_in) as archive:
        for _ in archive.members():
            pass
        rows = {name: each["rows"] for name, each in archive.end.items() if name.startswith(ROWS)}
        return {**archive.start, "rows": sum(rows.values()), "uploads": len(archive.end) - len(rows)}
