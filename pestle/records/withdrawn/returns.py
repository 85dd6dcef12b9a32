"""What goes back: to a supplier for credit, by a reverse distributor, as waste; and what each supplier takes back."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q, Sum

from pestle.flows.returns import RETURNS
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, Pharmacy
from pestle.records.stock import Lot, Place
from pestle.records.work import Work
from pestle.rules.withdrawn_facts import ReturnFacts


class Return(Work):
    """One shipment that leaves; what it moved stands in the book, what it is worth in its lines."""

    MACHINE: ClassVar = RETURNS

    goes_to = models.CharField(max_length=20)
    to_whom = models.CharField(max_length=60, blank=True)
    authorization = models.CharField(max_length=30, blank=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    credited = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    credit_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "state"], name="return_by_state")]

    def __str__(self) -> str:
        return f"return {self.pk}"

    @property
    def expected(self) -> Decimal:
        """Give the credit that all lines should bring."""
        return self.lines.aggregate(total=Sum("credit_expected"))["total"] or Decimal(0)

    @property
    def missing(self) -> Decimal | None:
        """Give how much less was credited than expected; nothing where no credit came yet."""
        return None if self.credited is None else self.expected - self.credited

    def facts(self, at: datetime, by: Worker, today: date, **given: object) -> ReturnFacts:
        """This will give what the table of returns may ask; `given` is what the act itself brings."""
        known: dict[str, object] = {
            "state": self.state, "at": at, "today": today, "held_from": self.held_from, "roles": by.roles,
            "lines": 0 if self.pk is None else self.lines.count(), "goes_to": self.goes_to,
            "authorization": self.authorization, "credit_expected": Decimal(0) if self.pk is None else self.expected,
            "credited": self.credited,
        }  # fmt: skip
        return ReturnFacts(**(known | given))  # type: ignore[arg-type]


class ReturnLine(models.Model):
    """So much of one lot on a return, from where it was taken, and the credit it should bring."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    back = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="return_lines")
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    credit_expected = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    waste_code = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["back", "lot", "source"], name="lot_once_on_a_return"),
            models.CheckConstraint(name="a_return_line_takes_something", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of lot {self.lot_id}"


class ReturnWindow(models.Model):
    """From how many days before to how many days after its expiry a supplier credits a package; not reviewed yet."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="return_windows")
    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, related_name="return_window")
    days_before = models.PositiveSmallIntegerField(default=180)
    days_after = models.PositiveSmallIntegerField(default=180)
    credit_percent = models.PositiveSmallIntegerField(default=90)
    is_reviewed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="credit_is_at_most_all_of_it", condition=Q(credit_percent__lte=100))]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.days_before} days before to {self.days_after} after"
