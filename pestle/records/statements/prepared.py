"""Statements that are asked all day: put into SQL once, planned once by each connection of PostgreSQL.

Django writes the SQL of a query anew each time it is asked, which costs more than PostgreSQL's answer, and PostgreSQL
plans it anew. What an act at the bench asks is the same every time but for its numbers. See decision 0014.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)
# What stands in a query, while it is put into SQL, for what will be asked; nothing of ours is so numbered or named.
_NUMBER, _WORDS = -7_378_537_150, "what will be asked "


class _PlannedOnce(psycopg.Cursor[Any]):
    """A cursor whose statements stay planned for as long as its connection lives."""

    def execute(self, query: Any, params: Any = None, **given: Any) -> "_PlannedOnce":
        return super().execute(query, params, prepare=True, **given)


@contextmanager
def running(statement: str, given: Sequence[object]) -> Iterator[Any]:
    """This will run a statement of our own, planned once, and give its cursor; Django sees and logs it as any other."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw = _PlannedOnce(connection.connection)
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement, given)
        yield cursor


def the_row(statement: str, given: Sequence[object]) -> tuple[Any, ...] | None:
    """This will give the first row of what a statement finds or writes."""
    with running(statement, given) as cursor:
        return cast("tuple[Any, ...] | None", cursor.fetchone())


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a query becomes: its statement, what stands at each of its places, and how rows are made of the answer."""

    statement: str
    places: tuple[tuple[int | None, Any], ...]
    model: type[models.Model]
    names: tuple[str, ...]
    own: slice
    related: tuple[Any, ...]
    converted: Callable[[Iterable[Any]], Iterable[Any]]


@dataclass(frozen=True)
class Prepared(Generic[Row]):
    """A query over rows that is put into SQL once; `make` is given what stands for what will be asked.

    `kinds` tells what is asked, one for each argument of `make`: int, str, or list for several words.
    """

    make: Callable[..., "models.QuerySet[Row]"]
    kinds: tuple[type, ...] = (int,)

    def rows(self, *asked: object) -> list[Row]:
        """This will give the rows for what is asked, in the query's order."""
        plan = self._plan
        given = [asked[place] if place is not None else fixed for place, fixed in plan.places]
        with running(plan.statement, given) as cursor:
            found = cursor.fetchall()
        return [cast(Row, _made(plan, row)) for row in plan.converted(found)]

    def first(self, *asked: object) -> Row | None:
        """This will give the first row for what is asked, if there is any."""
        return next(iter(self.rows(*asked)), None)

    @cached_property
    def _plan(self) -> _Plan:
        # What django.db.models.query.ModelIterable does before its first row.
        marks = [_mark(kind, place) for place, kind in enumerate(self.kinds)]
        compiler: Any = self.make(*marks).query.get_compiler(DEFAULT_DB_ALIAS)
        statement, given = compiler.as_sql()
        select, shape = compiler.select, compiler.klass_info
        own = slice(shape["select_fields"][0], shape["select_fields"][-1] + 1)
        related = get_related_populators(shape, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        converters = compiler.get_converters([each[0] for each in select[: compiler.col_count]])
        return _Plan(
            statement,
            places=tuple((marks.index(each) if each in marks else None, each) for each in given),
            model=shape["model"],
            names=tuple(each[0].target.attname for each in select[own]),
            own=own,
            related=tuple(related),
            converted=(lambda rows: compiler.apply_converters(rows, converters)) if converters else iter,
        )


def _made(plan: _Plan, row: Sequence[Any]) -> models.Model:
    made = plan.model.from_db(DEFAULT_DB_ALIAS, plan.names, row[plan.own])
    for each in plan.related:
        each.populate(row, made)
    return made


def _mark(kind: type, place: int) -> Any:
    words = f"{_WORDS}{place}"
    return _NUMBER - place if kind is int else [words] if kind is list else words


def keep(rows: Sequence[Row], onto: models.Model, name: str) -> list[Row]:
    """This will let `onto.<name>.all()` give rows that were read already, as Django's own prefetching does."""
    kept = getattr(onto, name).all()
    kept._result_cache = list(rows)
    kept._prefetch_done = True
    onto.__dict__.setdefault("_prefetched_objects_cache", {})[name] = kept
    return list(rows)


def kept(onto: models.Model, name: str) -> list[Any] | None:
    """This will give the rows that `keep` laid there; None where nothing was read ahead."""
    found = onto.__dict__.get("_prefetched_objects_cache", {}).get(name)
    return None if found is None else list(found)
