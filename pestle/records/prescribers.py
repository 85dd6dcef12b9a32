"""Prescribers: who they are and what they may prescribe."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.records.history import keeps_history
from pestle.records.pharmacies import Pharmacy
from pestle.terms.dea_number import DeaNumber
from pestle.terms.npi import Npi
from pestle.terms.schedule import Schedule


@keeps_history()
class Prescriber(models.Model):
    """One prescriber at one place of practice."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="prescribers")
    family = models.CharField(max_length=60)
    given = models.CharField(max_length=60)
    credential = models.CharField(max_length=12, blank=True)
    npi = models.CharField(max_length=10)
    dea_number = models.CharField(max_length=9, blank=True)
    dea_schedules = ArrayField(models.CharField(max_length=4), default=list)
    dea_expires_on = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=20, blank=True)
    practice = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    fax = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    erx_id = models.CharField(max_length=20, blank=True, help_text="Address in the e-prescribing network.")
    supervisor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "npi", "practice"], name="prescriber_once")]
        indexes = [models.Index(fields=["pharmacy", "family", "given"], name="prescriber_by_name")]

    def __str__(self) -> str:
        return f"{self.family}, {self.given} {self.credential}".strip()

    @property
    def npi_is_valid(self) -> bool:
        """Whether the NPI passes its check digit."""
        return _holds(Npi, self.npi)

    def may_prescribe(self, schedule: Schedule, *, on: date) -> bool:
        """This will tell whether a DEA number valid that day covers a schedule; not controlled needs none."""
        if not schedule.may_be_controlled:
            return True
        if self.dea_expires_on is not None and self.dea_expires_on < on:
            return False
        return schedule.value in self.dea_schedules and _holds(DeaNumber, self.dea_number)


def _holds(kind: type[Npi] | type[DeaNumber], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
