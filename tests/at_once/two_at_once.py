"""Lets two people, each on a connection of their own, do one act at the same instant; counts what was written."""

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection
from django.db.models import Model

from pestle.terms.findings import Refused

PATIENCE_SECONDS = 60
Rows = dict[str, int]
Act = Callable[..., Any]


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


def one(act: Act, act_id: UUID, told: dict[str, Any]) -> Came:
    """Do an act once."""
    try:
        return Came(act(act_id=act_id, **told))
    except Refused as refusal:
        return Came(refusal=refusal)
    except Exception as fault:
        return Came(fault=fault)


def two(act: Act, told: dict[str, Any], *, is_same: bool) -> tuple[Came, Came]:
    """Do an act twice at one instant: as one act that is sent twice, or as two acts whose transactions overlap."""
    if is_same:
        act_id = uuid4()
        return beside((act, act_id, told), (act, act_id, told), wait_inside=False)
    return beside((act, uuid4(), told), (act, uuid4(), told))


def beside(*doing: tuple[Act, UUID, dict[str, Any]], wait_inside: bool = True) -> tuple[Came, Came]:
    """Do two acts at one instant; `wait_inside` lets neither read before both have begun."""
    together = threading.Barrier(2)
    met = threading.local()
    came: dict[int, Came] = {}

    def overlap(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.startswith("INSERT INTO records_act") and not hasattr(met, "already"):
            # Both have begun, neither has read: what they look at now, they both see as it was.
            met.already = True
            together.wait(PATIENCE_SECONDS)
        return answer

    def do(place: int, act: Act, act_id: UUID, told: dict[str, Any]) -> None:
        try:
            if not wait_inside:
                together.wait(PATIENCE_SECONDS)
                came[place] = one(act, act_id, told)
                return
            with connection.execute_wrapper(overlap):
                came[place] = one(act, act_id, told)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=do, args=(place, act, act_id, _own(told)))
        for place, (act, act_id, told) in enumerate(doing)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return came[0], came[1]


def _own(told: dict[str, Any]) -> dict[str, Any]:
    """Give rows of their own to each of two, as two processes have them."""
    return {name: deepcopy(each) if isinstance(each, Model) else each for name, each in told.items()}


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
