"""A pharmacy's own shorthand for directions: proposed by a person, used once a pharmacist has approved it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from pestle.records.history import keeps_history
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy


class SigShorthandQuerySet(models.QuerySet["SigShorthand"]):
    """Questions about a pharmacy's shorthand."""

    def live(self) -> "SigShorthandQuerySet":
        """This will leave out what was retired or turned down."""
        return self.filter(retired_at=None)

    def in_use(self) -> "SigShorthandQuerySet":
        """This will give what is written out as somebody types."""
        return self.live().exclude(approved_at=None)


@keeps_history()
class SigShorthand(models.Model):
    """One code of a pharmacy and what it stands for; without an approval it is only a proposal."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="shorthand")
    short = models.CharField(max_length=20)
    text = models.CharField(max_length=200)
    times_seen = models.PositiveIntegerField(default=0, help_text="How often people had typed it when it was proposed.")
    proposed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.CharField(max_length=200, blank=True)

    objects = SigShorthandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "pharmacy", Lower("short"), condition=Q(retired_at=None), name="a_shorthand_has_one_meaning"
            ),
            models.CheckConstraint(
                name="a_shorthand_is_approved_by_somebody",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.short}: {self.text}"
