"""Lets two people, each on a connection of their own, do one act at the same instant; counts what was written."""

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection

from pestle.terms.findings import Refused

PATIENCE_SECONDS = 60
Rows = dict[str, int]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one of two: an answer, a plain no, or a fault."""

    answer: Any = None
    refusal: Refused | None = None
    fault: Exception | None = None

    @property
    def is_done(self) -> bool:
        return self.refusal is None and self.fault is None

    @property
    def row(self) -> tuple[str, int] | None:
        """The row that was the answer."""
        return None if self.answer is None else (type(self.answer).__name__, self.answer.pk)


def one(act: Callable[..., Any], act_id: UUID, told: dict[str, Any]) -> Came:
    """Do an act once."""
    try:
        return Came(act(act_id=act_id, **told))
    except Refused as refusal:
        return Came(refusal=refusal)
    except Exception as fault:
        return Came(fault=fault)


def two(act: Callable[..., Any], told: dict[str, Any], *, is_same: bool) -> tuple[Came, Came]:
    """Do an act twice at one instant: as one act that is sent twice, or as two acts whose transactions overlap."""
    together = threading.Barrier(2)
    first_id = uuid4()
    came: list[Came] = []

    met = threading.local()

    def overlap(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith("INSERT INTO records_act") and not hasattr(met, "already"):
            # Both have begun, neither has read: what they look at now, they both see as it was.
            met.already = True
            together.wait(PATIENCE_SECONDS)
        return answer

    def act_beside(act_id: UUID, told: dict[str, Any]) -> None:
        try:
            if is_same:
                together.wait(PATIENCE_SECONDS)
                came.append(one(act, act_id, told))
                return
            with connection.execute_wrapper(overlap):
                came.append(one(act, act_id, told))
        finally:
            connection.close()

    # Each holds rows of their own, as two processes do.
    threads = [
        threading.Thread(target=act_beside, args=(act_id, deepcopy(told)))
        for act_id in (first_id, first_id if is_same else uuid4())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return came[0], came[1]


def rows() -> Rows:
    """Count every table of the house in one question."""
    models = [each for each in apps.get_app_config("records").get_models() if each._meta.managed]
    tables = [each._meta.db_table for each in models]
    asked = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def added(before: Rows, after: Rows) -> Rows:
    """Give how many rows each table has more; balances follow the lines, and a place keeps the ones it had."""
    return {
        table: number - before[table]
        for table, number in after.items()
        if number != before[table] and table != "records_balance"
    }
