"""Makes a back-up: every row of one moment, the uploads and the published heads, sealed, read back and proven."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from pestle.records import sealing
from pestle.records.keeping import whole_copy
from pestle.records.keeping.backups import BackUp
from pestle.records.pharmacies import Pharmacy
from pestle.stations import audit
from pestle.stations.keeping import archive
from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.locks import Lock, lock_of_the_house
from pestle.stations.keeping.sealed_files import SealingWriter, opened_by

SUFFIX, DRAFT = ".age", ".draft"
# Any number nobody else uses: one back-up of a house at a time.
_ONE_AT_A_TIME = 7_378_537_154


@dataclass(frozen=True, slots=True)
class Written:
    """A back-up that lies on the disk: its octets, what they hash to, and what was read back from them."""

    octets: int
    sha256: str
    says: dict[str, Any]


def back_up(
    *,
    clock: Callable[[], datetime],
    into: Path | None = None,
    lock: Lock | None = None,
    is_scheduled: bool = False,
    watch: Callable[[str, int], None] = lambda table, rows: None,
) -> BackUp:
    """This will make a back-up of the whole house, prove it by reading it back, and write down what came of it.

    What goes wrong is written down too, in the row that is given back: the pharmacy goes on. Raises BackUpFailed only
    when another back-up is being made.
    """
    begun_at, folder = clock(), into or Path(settings.BACKUP_FOLDER)
    found = BackUp(begun_at=begun_at, is_scheduled=is_scheduled)
    with _alone():
        try:
            lock = lock or lock_of_the_house()
            found.opens_with = lock.spoken
            audit.seal_all(at=begun_at, heads_file=Path(settings.HEADS_FILE))
            path = folder / file_name(begun_at)
            written = _write(path, lock, made_at=begun_at, watch=watch)
            found.path, found.octets, found.sha256 = str(path), written.octets, written.sha256
            found.rows, found.heads = written.says["rows"], written.says["heads"]
        except BackUpFailed as failure:
            found.failure = str(failure)[:300]
        except OSError as failure:
            found.failure = f"The folder {folder} cannot take the back-up: {failure.strerror or failure}."[:300]
        except DatabaseError as failure:
            # What the database says may hold a row's values; only its kind is told.
            found.failure = f"The database stopped the back-up ({type(failure).__name__}); its log says more."
        found.ended_at = clock()
        found.save()
    return found


def file_name(at: datetime) -> str:
    """This will give the name of a back-up begun at a moment; in the order of names they are in the order of time."""
    return f"pestle-{at:%Y%m%dT%H%M%S}Z{SUFFIX}"


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise BackUpFailed("Another back-up is being made: wait until it is done.")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _write(path: Path, lock: Lock, *, made_at: datetime, watch: Callable[[str, int], None]) -> Written:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in path.parent.glob(f".*{SUFFIX}{DRAFT}"):
        left.unlink(missing_ok=True)
    draft = path.with_name(f".{path.name}{DRAFT}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            sealing_writer = SealingWriter(file, lock)
            with archive.written(sealing_writer, made_at=made_at.timestamp()) as into:
                said = _fill(into, made_at=made_at, watch=watch)
            file.flush()
            os.fsync(file.fileno())
            # Read back from the disk, not from memory.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        # The public half of a key cannot open what it shut: the key of this one file still can.
        can_open = lock.secret or lock.phrase
        says = archive.check(draft, opened_by(lock) if can_open else lambda header: sealing_writer.file_key)
        if says["heads"] != said["heads"]:
            raise BackUpFailed("The back-up read back is not the one that was written.")
        written = Written(draft.stat().st_size, _sha256(draft), says)
        os.rename(draft, path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _fill(into: archive.ArchiveWriter, *, made_at: datetime, watch: Callable[[str, int], None]) -> dict[str, Any]:
    heads_file = Path(settings.HEADS_FILE)
    # Read before the moment of the snapshot: every head in it is then among the rows.
    published = heads_file.read_bytes() if heads_file.exists() else b""
    with whole_copy.one_snapshot():
        tables = whole_copy.tables()
        start = {
            "format": archive.FORMAT,
            "program": version("pestle"),
            "made_at": made_at.isoformat(),
            "pharmacies": [pharmacy.name for pharmacy in Pharmacy.objects.order_by("pk")],
            "migrations": whole_copy.applied_migrations(),
            "tables": [[table.name, list(table.columns)] for table in tables],
            "sequences": whole_copy.sequences(),
            "heads": {str(pharmacy.pk): sealing.heads(pharmacy) for pharmacy in Pharmacy.objects.order_by("pk")},
        }
        into.put(archive.START, json.dumps(start, ensure_ascii=False).encode())
        into.put(archive.HEADS, published)
        for table in tables:
            digest = into.put_counted(archive.ROWS + table.name, whole_copy.rows_out(table))
            watch(table.name, digest.rows)
    media = Path(settings.MEDIA_ROOT)
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            into.put_counted(archive.MEDIA + path.relative_to(media).as_posix(), _pieces(path))
    return start


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(archive.PIECE):
            yield piece


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
