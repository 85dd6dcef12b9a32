"""Puts a back-up into a new place: the tables as they were made then, every row, the uploads, the published heads."""

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from pestle.records import sealing
from pestle.records.keeping import whole_copy
from pestle.records.keeping.whole_copy import Table
from pestle.records.pharmacies import Pharmacy
from pestle.stations import audit
from pestle.stations.keeping import archive
from pestle.stations.keeping.archive import HEADS, MEDIA, ROWS, Archive
from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.locks import Lock
from pestle.stations.keeping.sealed_files import opened_by


def restore(path: Path, lock: Lock, *, watch: Callable[[str, int], None] = lambda table, rows: None) -> dict[str, Any]:
    """This will put a back-up into the database and state folder of this program and prove it there.

    Gives what the back-up says of itself, and the proof as `pestle audit` tells it. Raises BackUpFailed when the
    database holds anything already, or the back-up does not fit this program; then no row has come in.
    """
    says = archive.check(path, opened_by(lock))
    if whole_copy.holds_anything():
        raise BackUpFailed("There is a database in this place already. A back-up is only restored into a new place.")
    whole_copy.mark_being_restored()
    _make_tables(says["migrations"])
    try:
        with archive.read(path, opened_by(lock)) as opened:
            _fill(opened, watch)
    except DatabaseError as failure:
        said = f"The database refused the back-up ({type(failure).__name__}); its log says more."
        raise BackUpFailed(said) from failure
    call_command("migrate", verbosity=0, interactive=False)
    heads = {str(pharmacy.pk): sealing.heads(pharmacy) for pharmacy in Pharmacy.objects.order_by("pk")}
    if heads != says["heads"]:
        raise BackUpFailed("The heads of the restored books are not those of the back-up.")
    proof = audit.audit(heads_file=Path(settings.HEADS_FILE))
    whole_copy.unmark_being_restored()
    return {**says, "audit": proof}


def _make_tables(migrations: list[list[str]]) -> None:
    """Bring the tables to where they were when the back-up was made; later ones change them with the rows in."""
    known = MigrationLoader(connection, ignore_no_migrations=True).disk_migrations
    strange = [f"{app} {name}" for app, name in migrations if (app, name) not in known and app != "procrastinate"]
    if strange:
        raise BackUpFailed(
            f"This back-up was made by another Pestle, which has {strange[0]}: restore it with that one, then update."
        )
    then = {app: name for app, name in migrations if (app, name) in known}
    if {(app, name) for app, name in migrations} >= set(known):
        call_command("migrate", verbosity=0, interactive=False)
        return
    for app, name in then.items():
        call_command("migrate", app, name, verbosity=0, interactive=False)


def _fill(opened: Archive, watch: Callable[[str, int], None]) -> None:
    tables = [Table(name, tuple(columns)) for name, columns in opened.start["tables"]]
    _refuse_other_tables(tables)
    by_name = {table.name: table for table in tables}
    with whole_copy.coming_in(tables):
        for name, pieces in groupby(opened.members(), key=lambda member: member[0]):
            contents = (content for _, content in pieces)
            if name == HEADS:
                Path(settings.HEADS_FILE).write_bytes(b"".join(contents))
            elif name.startswith(MEDIA):
                _write_upload(name.removeprefix(MEDIA), contents)
            else:
                table = by_name[name.removeprefix(ROWS)]
                watch(table.name, whole_copy.rows_in(table, contents))
        whole_copy.set_sequences(opened.start["sequences"])


def _refuse_other_tables(tables: list[Table]) -> None:
    here = {table.name: set(table.columns) for table in whole_copy.tables()}
    then = {table.name: set(table.columns) for table in tables}
    differing = sorted(name for name in here | then if here.get(name) != then.get(name))
    if differing:
        raise BackUpFailed(
            f"This back-up was made by another Pestle, whose table {differing[0]} is not the same: "
            "restore it with that one, then update."
        )


def _write_upload(name: str, contents: Iterator[bytes]) -> None:
    media = Path(settings.MEDIA_ROOT).resolve()
    path = (media / name).resolve()
    if not path.is_relative_to(media):
        raise BackUpFailed("An upload in this back-up has a name that leads out of its folder.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as file:
        for piece in contents:
            file.write(piece)
    path.chmod(0o600)
