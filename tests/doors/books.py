"""The books at one moment: a digest of every table, to see that nothing was changed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

# What is written by looking and by being here.
NOT_BOOKS = ("records_accesslog", "records_session", "records_act")
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO) "?(?:public"?\."?)?([a-z_]+)')


def books() -> dict[str, tuple[int, int]]:
    """Give for each table how many rows it has and a digest of all of them."""
    names = sorted(
        model._meta.db_table for app in ("records", "account", "mfa") for model in apps.get_app_config(app).get_models()
    )  # fmt: skip
    asked = " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t"
        for name in names
        if name not in NOT_BOOKS
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {name: (rows, digest) for name, rows, digest in cursor.fetchall()}


def changed(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    """Give the tables that are not as they were."""
    return [name for name in after if after[name] != before[name]]


class Pen:
    """Whether anything was written into the books since it was taken up, also what was undone again."""

    def __init__(self) -> None:
        self.has_written = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Look at one statement on its way to the database; a statement that only reads changes no table."""
        found = WRITES.search(str(sql))
        self.has_written |= found is not None and found[1] not in NOT_BOOKS
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Pen]:
    """Watch what is written inside: the long look at every table is needed only where something was."""
    pen = Pen()
    with connection.execute_wrapper(pen):
        yield pen


def rows_of(pharmacy_id: int) -> dict[str, tuple[int, int]]:
    """Give the digest of every table's rows of one pharmacy and of its patients."""
    asked = []
    for model in apps.get_app_config("records").get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        name = model._meta.db_table
        mine = f"pharmacy_id = {pharmacy_id}"
        if "pharmacy_id" not in columns:
            if "patient_id" not in columns:
                continue
            mine = f"patient_id IN (SELECT id FROM records_patient WHERE {mine})"
        asked.append(
            f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {name} t "
            f"WHERE {mine}"
        )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return {name: (rows, digest) for name, rows, digest in cursor.fetchall()}
