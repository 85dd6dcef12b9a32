"""Every row of the database out and in again, as PostgreSQL's own text for COPY.

Schema and triggers are made by the migrations; rows come in past the triggers, as they were.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

# Jobs are nudges that the sweeps make anew; sessions are keys to open browsers; migrations are made by migrating.
LEFT_OUT = re.compile(r"procrastinate_.*|django_migrations|records_session|pestle_being_restored")
BEING_RESTORED = "pestle_being_restored"
_SAME_EVERYWHERE = {"TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "bytea_output": "hex"}
_PATIENCE = "60s"


@dataclass(frozen=True, slots=True)
class Table:
    """A table and those of its columns that hold something of their own."""

    name: str
    columns: tuple[str, ...]


@contextmanager
def one_snapshot() -> Iterator[None]:
    """This will show the database as it is at one moment, for the length of a `with` block, and change nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
        yield


def tables() -> list[Table]:
    """This will give every table whose rows are kept, those others point to first."""
    columns: dict[str, list[str]] = {}
    for name, column in _select(
        """
        SELECT cls.relname, att.attname FROM pg_class cls
        JOIN pg_attribute att ON att.attrelid = cls.oid AND att.attnum > 0 AND NOT att.attisdropped
        WHERE cls.relnamespace = current_schema()::regnamespace AND cls.relkind IN ('r', 'p') AND NOT cls.relispartition
          AND att.attgenerated = '' ORDER BY cls.relname, att.attnum
        """
    ):
        if not LEFT_OUT.fullmatch(name):
            columns.setdefault(name, []).append(column)
    return [Table(name, tuple(columns[name])) for name in _in_order(columns)]


def applied_migrations() -> list[list[str]]:
    """This will give the migrations this database has gone through, by app and name."""
    return [list(row) for row in _select("SELECT app, name FROM django_migrations ORDER BY id")]


def sequences() -> dict[str, list[Any]]:
    """This will give how far each counter has come: its last number and whether that was given out."""
    names = _select(
        """
        SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace
        ORDER BY relname
        """
    )
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for (name,) in names:
            if not LEFT_OUT.fullmatch(name):
                cursor.execute(SQL("SELECT last_value, is_called FROM {}").format(Identifier(name)))
                found[name] = list(cursor.fetchone())
    return found


def rows_out(table: Table) -> Iterator[bytes]:
    """This will give every row of a table, in pieces as the server sends them."""
    with connection.cursor() as cursor:
        _speak_plainly(cursor)
        with cursor.copy(
            SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(_columns(table), Identifier(table.name))
        ) as out:
            yield from map(bytes, out)


@contextmanager
def coming_in(places: Sequence[Table]) -> Iterator[None]:
    """This will empty these tables and let rows in past the triggers; then every key is checked, or nothing came."""
    with transaction.atomic(), connection.cursor() as cursor:
        _speak_plainly(cursor)
        for table in places:
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table.name)))
        cursor.execute(
            SQL("TRUNCATE {}, records_session").format(SQL(", ").join(Identifier(each.name) for each in places))
        )
        yield
        # The keys that point to other tables; what is still pending would not let the triggers be turned on.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in places:
            cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(Identifier(table.name)))


def rows_in(table: Table, pieces: Iterable[bytes]) -> int:
    """This will put rows into a table and give their number; to be called inside `coming_in`."""
    with connection.cursor() as cursor:
        with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), _columns(table))) as into:
            for piece in pieces:
                into.write(piece)
        return int(cursor.rowcount)


def set_sequences(numbers: dict[str, list[Any]]) -> None:
    """This will let each counter go on where it was."""
    with connection.cursor() as cursor:
        for name, (last, is_called) in numbers.items():
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{name}"', last, is_called])


def holds_anything() -> bool:
    """This will say whether this database has a table that is not part of a restore which was cut short."""
    names = {
        name
        for (name,) in _select(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
        )
    }
    return bool(names) and BEING_RESTORED not in names


def is_being_restored() -> bool:
    """This will say whether a restore into this database was begun and has not ended."""
    return bool(_select("SELECT 1 WHERE to_regclass(%s) IS NOT NULL", BEING_RESTORED))


def mark_being_restored() -> None:
    """This will mark a database that holds nothing yet, so that a restore cut short can be begun again."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {BEING_RESTORED} (since timestamptz NOT NULL DEFAULT now())")


def unmark_being_restored() -> None:
    """This will say that a restore has ended; with this, everything before it is on the disk too."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        cursor.execute(f"DROP TABLE {BEING_RESTORED}")


def _in_order(names: Iterable[str]) -> list[str]:
    """Order tables so that keys which are checked at once find what they point to."""
    order: TopologicalSorter[str] = TopologicalSorter({name: set() for name in names})
    known = set(names)
    for owner, pointed in _select(
        """
        SELECT owner.relname, pointed.relname FROM pg_constraint con
        JOIN pg_class owner ON owner.oid = con.conrelid JOIN pg_class pointed ON pointed.oid = con.confrelid
        WHERE con.contype = 'f' AND NOT con.condeferrable AND owner.oid <> pointed.oid
        """
    ):
        if {owner, pointed} <= known:
            order.add(owner, pointed)
    return list(order.static_order())


def _columns(table: Table) -> Any:
    return SQL(", ").join(map(Identifier, table.columns))


def _speak_plainly(cursor: Any) -> None:
    for name, value in _SAME_EVERYWHERE.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def _select(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
