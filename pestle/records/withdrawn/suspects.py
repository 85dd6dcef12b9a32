"""Suspect product, what its makers were asked about it and answered, and what the FDA was told."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pestle.flows.suspect import SUSPECT, SuspectState
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Entry, Lot
from pestle.records.work import Work
from pestle.rules.withdrawn_facts import SuspectFacts

# What Form FDA 3911 asks of an illegitimate product beyond what the record knows; from memory, not reviewed.
FORM = ("classification", "description", "partners", "contact")


class SuspectQuerySet(models.QuerySet["Suspect"]):
    """Questions about suspect product."""

    def standing(self) -> "SuspectQuerySet":
        """This will give the cases that are neither cleared nor ended: their product stays in quarantine."""
        return self.filter(state__in=[SuspectState.SUSPECT, SuspectState.ILLEGITIMATE])


class Suspect(Work):
    """Packages of one lot that may be counterfeit, stolen, diverted or unfit, set apart until it is known."""

    MACHINE: ClassVar = SUSPECT

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="suspicions")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", help_text="What set it apart.")
    packages = models.PositiveIntegerField()
    because = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    determined_at = models.DateTimeField(null=True, blank=True)
    tell_by = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    form = models.JSONField(default=dict)

    objects = SuspectQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="a_suspicion_is_of_packages", condition=Q(packages__gt=0))]
        indexes = [models.Index(fields=["pharmacy", "state"], name="suspect_by_state")]

    def __str__(self) -> str:
        return f"suspect lot {self.lot_id}"

    def facts(self, at: datetime, by: Worker, *, reason: str = "") -> SuspectFacts:
        """This will give what the table of suspect product may ask."""
        answers = [] if self.pk is None else list(self.requests.values_list("answer", flat=True))
        return SuspectFacts(
            state=self.state,
            at=at,
            held_from=self.held_from,
            roles=by.roles,
            packages=self.packages,
            verified=answers.count(VerificationRequest.VERIFIED),
            not_verified=answers.count(VerificationRequest.NOT_VERIFIED),
            unanswered=answers.count(""),
            form_lacks=tuple(name for name in FORM if not str(self.form.get(name, "")).strip()),
            is_told=self.told_at is not None,
            reason=reason,
        )


class VerificationRequest(models.Model):
    """One package whose product identifier its maker was asked to verify, and the answer; kept six years."""

    VERIFIED, NOT_VERIFIED = "verified", "not verified"

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="requests")
    gtin = models.CharField(max_length=14, blank=True)
    serial = models.CharField(max_length=20)
    asked_of = models.CharField(max_length=80)
    asked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answer = models.CharField(max_length=12, blank=True)
    answer_words = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["suspect", "serial"], name="a_serial_is_asked_about_once")]

    def __str__(self) -> str:
        return self.serial
