"""What came of each back-up: written after it ended, good or failed."""

from datetime import datetime

from django.db import connection, models


class BackUpQuerySet(models.QuerySet["BackUp"]):
    """Questions about back-ups."""

    def good(self) -> "BackUpQuerySet":
        """This will leave out what failed."""
        return self.filter(failure="")

    def newest(self) -> "BackUp | None":
        """This will give the one that was begun last."""
        return self.order_by("-begun_at", "-pk").first()


class BackUp(models.Model):
    """One back-up of the whole house, every pharmacy in it: when, where, how large, and what went wrong."""

    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    path = models.CharField(max_length=400, blank=True)
    octets = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    heads = models.JSONField(default=dict, help_text="By pharmacy and book, as in the back-up.")
    opens_with = models.CharField(max_length=80, blank=True, help_text="The public half of the key, or “pass phrase”.")
    is_scheduled = models.BooleanField(default=False)
    failure = models.CharField(max_length=300, blank=True)

    objects = BackUpQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-begun_at"], name="back_up_by_time")]

    def __str__(self) -> str:
        return f"back-up of {self.begun_at:%Y-%m-%d %H:%M}"

    @property
    def seconds(self) -> int:
        """How long it took, in whole seconds."""
        return round((self.ended_at - self.begun_at).total_seconds())


def tables_made_at() -> datetime | None:
    """This will give the moment from which this database has anything worth a back-up: when its tables were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM django_migrations")
        (made,) = cursor.fetchone()
    return made if isinstance(made, datetime) else None
