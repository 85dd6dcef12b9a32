"""What a browser session at a bench remembers: whose it is, where, since when, and whether it is locked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

# Signed, and kept by the browser of a computer that stands at a bench, past every sign-out.
BENCH_COOKIE = "pestle_bench"

# Kept coarse: a page that is asked for every second must not write the session every second.
_NOTED_EVERY = timedelta(seconds=15)
# The page locks itself first and keeps what was typed; the program follows, for a page that did not.
GRACE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class StationSession:
    """A view of Django's session in the words of the bench. Moments are kept as ISO text."""

    session: SessionBase

    @property
    def worker_id(self) -> int | None:
        return self._number("worker_id")

    @property
    def bench_id(self) -> int | None:
        return self._number("bench_id")

    @property
    def is_at_a_bench_or_none(self) -> bool:
        """Whether the question of the bench has been settled for this session."""
        return "bench_id" in self.session

    @property
    def opened_at(self) -> datetime | None:
        return self._moment("opened_at")

    @property
    def touched_at(self) -> datetime | None:
        return self._moment("touched_at")

    @property
    def locked_at(self) -> datetime | None:
        return self._moment("locked_at")

    def open(self, at: datetime) -> None:
        """This will note when the session was opened by a full sign-in; a switch of workers keeps it."""
        self.session["opened_at"] = self.session["touched_at"] = at.isoformat()

    def belongs_to(self, worker_id: int) -> None:
        """This will note whose session it is now."""
        self.session["worker_id"] = worker_id

    def stands_at(self, bench_id: int | None) -> None:
        """This will note the bench, or none."""
        self.session["bench_id"] = bench_id

    def touch(self, at: datetime) -> None:
        """This will note that somebody is at work here."""
        touched = self.touched_at
        if touched is None or at - touched >= _NOTED_EVERY:
            self.session["touched_at"] = at.isoformat()

    def lock(self, at: datetime) -> None:
        """This will lock the bench; what was open and typed stays."""
        self.session["locked_at"] = at.isoformat()

    def unlock(self, at: datetime) -> None:
        """This will open the bench again."""
        self.session.pop("locked_at", None)
        self.session["touched_at"] = at.isoformat()

    def is_idle(self, at: datetime, minutes: int) -> bool:
        """This will tell whether nobody has been at work here for longer than the pharmacy allows."""
        touched = self.touched_at
        return touched is not None and at - touched > timedelta(minutes=minutes) + GRACE

    def is_worn_out(self, at: datetime, at_most: timedelta) -> bool:
        """This will tell whether the full sign-in is too long ago."""
        opened = self.opened_at
        return opened is not None and at - opened > at_most

    def carried(self) -> dict[str, object]:
        """This will give what a switch of workers keeps."""
        return {name: self.session[name] for name in ("bench_id", "opened_at") if name in self.session}

    def _number(self, name: str) -> int | None:
        value = self.session.get(name)
        return value if isinstance(value, int) else None

    def _moment(self, name: str) -> datetime | None:
        value = self.session.get(name)
        return datetime.fromisoformat(value) if isinstance(value, str) else None
