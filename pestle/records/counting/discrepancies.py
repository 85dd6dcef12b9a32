"""Back-counts at controlled fills, and discrepancies: what was counted beside what the book said, until explained."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pestle.flows.discrepancy import DISCREPANCY, DiscrepancyState
from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Entry, Place
from pestle.records.work import Work
from pestle.rules.counting_facts import DiscrepancyFacts


class BackCount(models.Model):
    """One time somebody typed what remains after a fill. Kept as it was typed; the bench never sees `book`."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, related_name="back_counts")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(help_text="Of the fill when it was typed: two at once write one.")
    counted = models.DecimalField(max_digits=14, decimal_places=3)
    book = models.DecimalField(max_digits=14, decimal_places=3)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fill", "version"], name="one_back_count_of_a_version"),
            models.CheckConstraint(name="a_back_count_is_not_below_zero", condition=Q(counted__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.counted} of {self.package_id} at {self.place_id}"

    @property
    def agrees(self) -> bool:
        """Whether what was typed is what the book said."""
        return self.counted == self.book


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Questions about discrepancies."""

    def standing(self) -> "DiscrepancyQuerySet":
        """This will give what is not closed, the first due first."""
        return self.exclude(state=DiscrepancyState.CLOSED).order_by("due_at", "pk")

    def with_names(self) -> "DiscrepancyQuerySet":
        """This will fetch in one query what a list of discrepancies shows."""
        return self.select_related("package__product", "place", "found_by", "fill__prescription", "closed_by")


class Discrepancy(Work):
    """What was counted is not what the book says. Its figures never change; it is explained, then closed."""

    MACHINE: ClassVar = DISCREPANCY

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies")
    counted = models.DecimalField(max_digits=14, decimal_places=3)
    book = models.DecimalField(max_digits=14, decimal_places=3)
    found_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    owner_role = models.CharField(max_length=24)
    due_at = models.DateTimeField()
    escalates_at = models.DateTimeField()
    explanations = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_discrepancy_differs", condition=~Q(counted=models.F("book"))),
        ]
        indexes = [models.Index(fields=["pharmacy", "state", "due_at"], name="discrepancy_by_due")]

    def __str__(self) -> str:
        return f"discrepancy {self.pk}"

    @property
    def difference(self) -> Decimal:
        """What was counted less what the book said: below zero where something is missing."""
        return self.counted - self.book

    def facts(
        self, at: datetime, by: Worker, *, reason: str = "", witness: Worker | None = None, moves_book: bool = False
    ) -> DiscrepancyFacts:
        """This will give what the table of discrepancies may ask."""
        return DiscrepancyFacts(
            state=self.state, at=at, held_from=self.held_from, roles=by.roles, worker_id=by.pk,
            found_by_id=self.found_by_id, witness_id=witness.pk if witness else None, reason=reason,
            explanations=self.explanations, moves_book=moves_book,
        )  # fmt: skip
