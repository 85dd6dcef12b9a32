"""History that is never changed: acts, events, looks at patients, and the seals over them."""

import re
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Act(models.Model):
    """One thing somebody did, by the id its caller made; a double click finds it and is answered."""

    act_id = models.UUIDField(primary_key=True)
    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_model = models.CharField(max_length=40, blank=True)
    answer_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.act_id}"


class Event(models.Model):
    """One step or note in the life of a piece of work: history, audit trail and outbox at once. Append-only."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=32)
    source = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="events")
    station = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    act_id = models.UUIDField()
    lifted = models.JSONField(default=list)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "number"], name="event_numbered_once"),
        ]
        indexes = [
            models.Index(fields=["pharmacy", "at"], name="event_by_time"),
            models.Index(fields=["act_id"], name="event_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.number} {self.verb}"

    @property
    def verb_words(self) -> str:
        return self.verb.replace("_", " ")

    @property
    def source_words(self) -> str:
        return self.source.replace("_", " ")

    @property
    def target_words(self) -> str:
        return self.target.replace("_", " ")

    @property
    def what(self) -> str:
        """The details in a line: each value that says something, with its name."""
        said = (
            (name.replace("_", " "), value) for name, value in self.details.items() if value not in ("", None, [], {})
        )
        return "; ".join(f"{name}: {_said(value)}" for name, value in said)


def _said(value: Any) -> str:
    """Give a detail as it is read: lists by commas, names with their values, days as they are written everywhere."""
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items())
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return f"{day:%b} {day.day}, {day.year}"
    return str(value)


class AccessLog(models.Model):
    """One look at a patient's record: who, when, through which page. Append-only."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey("records.Patient", on_delete=models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    page = models.CharField(max_length=80)
    request_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "patient", "at"], name="look_by_patient")]

    def __str__(self) -> str:
        return f"{self.worker} looked at patient {self.patient_id}"


class Seal(models.Model):
    """A batch of rows of one book bound to all batches before it by SHA-256. Append-only."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    book = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    row_ids = ArrayField(models.BigIntegerField())
    row_digests = models.BinaryField(help_text="32 bytes for each row, in the order of row_ids.")
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "book", "number"], name="seal_numbered_once")]

    def __str__(self) -> str:
        return f"{self.book} seal {self.number}"
