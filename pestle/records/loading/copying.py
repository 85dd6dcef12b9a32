"""Many rows into a table at once: COPY beside it, then merge, so that loading twice changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.db import connection, models

INCOMING = "incoming"

Values = dict[str, Any]
"""From a column's name to the value of one row."""
Watch = Callable[[str, int], None]
"""Told what is going on, and how many rows are done."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows came, and what they did to the table."""

    rows: int
    new: int
    changed: int
    gone: int = 0


def merge(
    model: type[models.Model], rows: Iterable[Values], *, key: Sequence[str], delete_missing: bool = False
) -> Merged:
    """Bring a table up to date with these rows, inside the caller's transaction; of one key the last row counts.

    Raises ValueError if there is no row at all: an empty file must not clear a table.
    """
    stream = iter(rows)
    first = next(stream, None)
    table = model._meta.db_table
    if first is None:
        raise ValueError(f"There is not one row for {table}: nothing was changed.")
    count = _copy(table, list(first), chain([first], stream))
    gone = _delete_missing(table, key) if delete_missing else 0
    new, changed = _upsert(table, list(first), key)
    return Merged(rows=count, new=new, changed=changed, gone=gone)


def watched(rows: Iterable[Values], what: str, watch: Watch) -> Iterator[Values]:
    """Give the rows on, and tell the watcher now and then how many went by."""
    count, stream = 0, iter(rows)
    while batch := list(islice(stream, 5000)):
        yield from batch
        count += len(batch)
        watch(what, count)


def mark_missing(model: type[models.Model], key: Sequence[str]) -> int:
    """Mark the rows that were not among those merged last as gone from the directory."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} old SET is_in_directory = false WHERE is_in_directory AND NOT EXISTS "  # noqa: S608
            f"(SELECT 1 FROM {INCOMING} WHERE {_same(key)})"
        )
        return int(cursor.rowcount)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Values]) -> int:
    names = ", ".join(map(_quoted, columns))
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {INCOMING}")
        cursor.execute(f"CREATE TEMPORARY TABLE {INCOMING} AS SELECT {names} FROM {table} WITH NO DATA")  # noqa: S608
        cursor.execute(f"ALTER TABLE {INCOMING} ADD place bigint GENERATED ALWAYS AS IDENTITY")
        with cursor.copy(f"COPY {INCOMING} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(list(row.values()))
                count += 1
        cursor.execute(f"ANALYZE {INCOMING}")
    return count


def _upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> tuple[int, int]:
    names, keys = ", ".join(map(_quoted, columns)), ", ".join(map(_quoted, key))
    others = [_quoted(column) for column in columns if column not in key]
    settings = ", ".join(f"{column} = excluded.{column}" for column in others)
    old = ", ".join(f"old.{column}" for column in others)
    new = ", ".join(f"excluded.{column}" for column in others)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH merged AS (INSERT INTO {table} AS old ({names}) "  # noqa: S608
            f"SELECT DISTINCT ON ({keys}) {names} FROM {INCOMING} ORDER BY {keys}, place DESC "
            f"ON CONFLICT ({keys}) DO UPDATE SET {settings} WHERE ({old}) IS DISTINCT FROM ({new}) "
            "RETURNING xmax = 0 AS is_new) SELECT count(*) FILTER (WHERE is_new), count(*) FROM merged"
        )
        inserted, touched = cursor.fetchone() or (0, 0)
        cursor.execute(f"ANALYZE {table}")
    return inserted, touched - inserted


def _delete_missing(table: str, key: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} old WHERE NOT EXISTS (SELECT 1 FROM {INCOMING} WHERE {_same(key)})"  # noqa: S608
        )
        return int(cursor.rowcount)


def _same(key: Sequence[str]) -> str:
    return " AND ".join(f"{INCOMING}.{_quoted(column)} = old.{_quoted(column)}" for column in key)


def _quoted(column: str) -> str:
    return connection.ops.quote_name(column)
