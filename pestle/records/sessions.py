"""Sessions of browsers, kept with whose they are, so that they can be listed and ended."""

from datetime import datetime
from typing import Any, cast

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import OperationalError, models

from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Bench


class Session(AbstractBaseSession):
    """One browser that is signed in, or about to be. Its columns are copies of what the session itself holds."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, null=True, related_name="sessions")
    bench = models.ForeignKey(Bench, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "expire_date"], name="session_by_account")]

    def __str__(self) -> str:
        return f"session of {self.account_id}"

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        """Give the store that reads and writes these rows."""
        return SessionStore


class SessionStore(DatabaseStore):
    """Django's database sessions on our table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Give our table."""
        return Session

    def save(self, must_create: bool = False) -> None:
        """Write the row; raises UpdateError where it is gone, and what the database said where that is away.

        Django calls both the same, and answers that the request was bad: nobody would try again.
        """
        try:
            super().save(must_create)
        except UpdateError as fault:
            if isinstance(fault.__context__, OperationalError):
                raise fault.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Give the row to save, with whose session it is in columns of their own."""
        row = cast(Session, super().create_model_instance(data))
        account = data.get("_auth_user_id")
        row.account_id = int(account) if account else None
        row.worker_id, row.bench_id = data.get("worker_id"), data.get("bench_id")
        for name in ("opened_at", "touched_at", "locked_at"):
            kept = data.get(name)
            setattr(row, name, datetime.fromisoformat(kept) if kept else None)
        return row
