"""Work that moves along a table of steps: its state is the copy of its last event, changed by compare-and-set."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models

from pestle.flows.machine import Machine, Taken
from pestle.records.events import Event
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.statements.prepared import the_row
from pestle.terms.findings import refuse


class Work(models.Model):
    """A row whose state only a step can change. `version` is the number of its last event."""

    MACHINE: ClassVar[Machine[Any]]

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=24)
    state_since = models.DateTimeField()
    held_from = models.CharField(max_length=24, blank=True)
    version = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def state_words(self) -> str:
        """The state as people say it."""
        return self.state.replace("_", " ")

    def begin(
        self,
        taken: Taken,
        *,
        act_id: UUID,
        by: Worker,
        at: datetime,
        station: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> Self:
        """This will save new work in its first state, with the event that made it, in one statement."""
        self.state, self.state_since, self.version = taken.target, at, 1
        columns = [each for each in self._meta.concrete_fields if not each.primary_key]
        event = self._event(taken, act_id=act_id, by=by, at=at, station=station, details=details)
        names = ", ".join(f'"{each.column}"' for each in columns)
        marks = ", ".join(_mark(each) for each in columns)
        made = f'INSERT INTO "{self._meta.db_table}" ({names}) VALUES ({marks}) RETURNING id'  # noqa: S608
        written = the_row(_with_event(made), [*(_written(each, self) for each in columns), *_told(event)])
        if written is None:
            raise RuntimeError("A new row has no number.")
        event.pk, self.pk = written
        self._state.adding = event._state.adding = False
        self._state.db = event._state.db = DEFAULT_DB_ALIAS
        return self

    def record(
        self,
        taken: Taken,
        *,
        act_id: UUID,
        by: Worker,
        at: datetime,
        station: str = "",
        details: Mapping[str, Any] | None = None,
        saves: Iterable[str] = (),
    ) -> Event:
        """This will move the row along a step and write its event; raises Refused if somebody moved it first.

        `saves` names columns the act has changed on the row, to be written with the move.
        """
        held_from = taken.source if taken.target == "held" else ""
        since = self.state_since if taken.target == taken.source else at
        event = self._event(taken, act_id=act_id, by=by, at=at, station=station, details=details)
        self._move_from(taken.source, to=taken.target, at=since, held_from=held_from, event=event, saves=saves)
        return event

    def note(
        self,
        verb: str,
        *,
        act_id: UUID,
        by: Worker,
        at: datetime,
        station: str = "",
        details: Mapping[str, Any] | None = None,
        saves: Iterable[str] = (),
    ) -> Event:
        """This will write an event that leaves the state as it is: a decision, a mismatch, a reprint."""
        taken = Taken(self.MACHINE.name, verb, self.state, self.state)
        event = self._event(taken, act_id=act_id, by=by, at=at, station=station, details=details)
        self._move_from(
            self.state, to=self.state, at=self.state_since, held_from=self.held_from, event=event, saves=saves
        )
        return event

    def events(self) -> "models.QuerySet[Event]":
        """This will give the row's whole history, first event first."""
        return Event.objects.filter(subject_kind=self.MACHINE.name, subject_id=self.pk).order_by("number")

    def _move_from(
        self, source: str, *, to: str, at: datetime, held_from: str, event: Event, saves: Iterable[str]
    ) -> None:
        """Move the row and write its event in one statement, only if nobody moved the row first."""
        columns: list[Any] = [self._meta.get_field(name) for name in saves]
        more = "".join(f', "{each.column}" = {_mark(each)}' for each in columns)
        moved = (
            f'UPDATE "{self._meta.db_table}" SET state = %s, state_since = %s, held_from = %s, '  # noqa: S608
            f"version = version + 1{more} WHERE id = %s AND state = %s AND version = %s RETURNING id"
        )
        event.number = self.version + 1
        given = [to, at, held_from, *(_written(each, self) for each in columns), self.pk, source, self.version]
        written = the_row(_with_event(moved), [*given, *_told(event)])
        if written is None:
            raise self._moved_meanwhile()
        event.pk, event.subject_id = written
        event._state.adding, event._state.db = False, DEFAULT_DB_ALIAS
        self.state, self.state_since, self.held_from = to, at, held_from
        self.version += 1

    def _moved_meanwhile(self) -> Exception:
        last = self.events().select_related("worker").last()
        who = f"{last.worker.short_name} ({last.verb.replace('_', ' ')})" if last else "somebody"
        return refuse(
            f"This {self.MACHINE.name} was changed under you by {who}: look at it again.",
            rule="compare_and_set",
            cites="house rule: one act wins, the other is told",
        )

    def _event(
        self,
        taken: Taken,
        *,
        act_id: UUID,
        by: Worker,
        at: datetime,
        station: str,
        details: Mapping[str, Any] | None,
    ) -> Event:
        lifted = [
            {"rule": each.finding.rule, "sentence": each.finding.sentence, "because": each.because}
            for each in taken.lifted
        ]
        return Event(
            pharmacy_id=self.pharmacy_id,
            subject_kind=self.MACHINE.name,
            number=self.version,
            verb=taken.verb,
            source=taken.source,
            target=taken.target,
            worker=by,
            station=station,
            at=at,
            act_id=act_id,
            lifted=lifted,
            details=dict(details or {}),
        )


_EVENT_COLUMNS = tuple(
    each for each in Event._meta.concrete_fields if not each.primary_key and each.name != "subject_id"
)


@lru_cache(maxsize=256)
def _with_event(change: str) -> str:
    """Give a statement that changes one row and writes the event of the change, or neither."""
    names = ", ".join(f'"{each.column}"' for each in _EVENT_COLUMNS)
    marks = ", ".join(f"%s::{each.cast_db_type(connection)}" for each in _EVENT_COLUMNS)
    return (
        f"WITH changed AS ({change}) INSERT INTO records_event ({names}, subject_id) "  # noqa: S608
        f"SELECT {marks}, id FROM changed RETURNING id, subject_id"
    )


def _told(event: Event) -> list[Any]:
    return [_written(each, event) for each in _EVENT_COLUMNS]


def _written(column: Any, row: models.Model) -> Any:
    return column.get_db_prep_save(column.pre_save(row, add=False), connection)


def _mark(column: Any) -> str:
    mark = getattr(column, "get_placeholder", None)
    return str(mark(None, None, connection)) if mark else "%s"
