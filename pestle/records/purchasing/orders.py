"""What is ordered from suppliers, line by line, and what they said of it."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pestle.flows.order import ORDER, OrderState
from pestle.records.catalogue import Package
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, Pharmacy
from pestle.records.work import Work
from pestle.rules.buying_facts import OrderFacts

ON_ORDER = (OrderState.SENT, OrderState.ACKNOWLEDGED, OrderState.PARTLY_RECEIVED)


class Order(Work):
    """An order to a supplier; without a partner it went on paper or by telephone."""

    MACHINE: ClassVar = ORDER

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    number = models.CharField(max_length=22)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "number"], name="order_number_once")]
        indexes = [models.Index(fields=["pharmacy", "state"], name="order_by_state")]

    def __str__(self) -> str:
        return self.number

    def facts(self, at: datetime, by: Worker, *, reason: str = "") -> OrderFacts:
        """This will give what the table of orders may ask."""
        lines = list(self.lines.select_related("package__product"))
        return OrderFacts(
            state=self.state,
            at=at,
            held_from=self.held_from,
            roles=by.roles,
            packages=sum(line.packages for line in lines),
            schedules=frozenset(line.package.product.dea_schedule for line in lines),
            goes_by_wire=self.partner is not None,
            supplier_is_known=self.partner is not None and self.partner.is_in_use,
            packages_open=sum(line.open for line in lines),
            reason=reason,
        )


class OrderLine(models.Model):
    """So many packages of one product, why, what the supplier said, and how many came."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="order_lines")
    packages = models.PositiveIntegerField()
    price = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Of one package, as expected."
    )
    working = models.JSONField(default=list, help_text="Pairs of words and sums: how the number came about.")
    said = models.CharField(max_length=2, blank=True, help_text="X12 ACK01 of the supplier's last answer.")
    accepted = models.PositiveIntegerField(default=0)
    back_ordered = models.PositiveIntegerField(default=0)
    expected_on = models.DateField(null=True, blank=True)
    instead = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(name="order_line_asks_for_something", condition=Q(packages__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.packages} of {self.package}"

    @property
    def open(self) -> int:
        """Packages that are still to come: none of what the supplier refused."""
        refused = self.said in {"IR", "R1", "R2", "R3"}
        return 0 if refused else max(self.packages - self.received, 0)
