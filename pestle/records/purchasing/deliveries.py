"""What suppliers announce, what came of it, and what they ask for it."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F

from pestle.flows.delivery import DELIVERY, DeliveryState
from pestle.records.catalogue import Package
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, Pharmacy
from pestle.records.purchasing.orders import Order, OrderLine
from pestle.records.stock import Lot, Place
from pestle.records.work import Work
from pestle.rules.buying_facts import DeliveryFacts, TakenFacts

ON_ITS_WAY = (DeliveryState.ANNOUNCED, DeliveryState.RECEIVING, DeliveryState.RECEIVED)


class Delivery(Work):
    """What one ship notice announced, or what came with a slip alone."""

    MACHINE: ClassVar = DELIVERY

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    number = models.CharField(max_length=30)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    invoice_number = models.CharField(max_length=30, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pharmacy", "partner", "number"], nulls_distinct=False, name="delivery_once"
            )
        ]
        indexes = [models.Index(fields=["pharmacy", "state"], name="delivery_by_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def packages(self) -> int:
        """Packages that were announced, or that came where more did; those of the vault are not told."""
        return sum(max(line.announced, line.received) for line in self.lines.all() if not line.is_vault)

    def facts(
        self,
        at: datetime,
        by: Worker,
        today: date,
        *,
        taken: TakenFacts | None = None,
        witness: Worker | None = None,
        reason: str = "",
    ) -> DeliveryFacts:
        """This will give what the table of deliveries may ask; `taken` is the package in the hand."""
        lines = list(self.lines.all())
        return DeliveryFacts(
            state=self.state,
            at=at,
            today=today,
            held_from=self.held_from,
            roles=by.roles,
            worker_id=by.pk,
            taken=taken or TakenFacts(),
            packages_received=sum(line.received for line in lines),
            differences_open=sum(line.differs for line in lines),
            vault_lines_uncounted=sum(line.is_vault and not line.received and not line.apart for line in lines),
            witness_id=witness.pk if witness else None,
            has_vault_lines=any(line.is_vault for line in lines),
            reason=reason,
        )


class DeliveryLineQuerySet(models.QuerySet["DeliveryLine"]):
    """Questions about lines of deliveries."""

    def of_package(self, package: Package) -> "DeliveryLineQuerySet":
        """This will give a product's lines: those still short of their number first, then in order."""
        short = models.Case(models.When(received__lt=F("announced"), then=0), default=1)
        return self.filter(package=package).annotate(turn=short).order_by("turn", "position")


class DeliveryLine(models.Model):
    """One product of one lot in a delivery: announced, taken in, set apart. Numbers are packages."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="delivery_lines"
    )
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ndc_said = models.CharField(max_length=14, blank=True, help_text="The NDC as the supplier wrote it.")
    lot_number = models.CharField(max_length=30, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    announced = models.PositiveIntegerField(default=0)
    invoiced = models.PositiveIntegerField(null=True, blank=True)
    invoiced_price = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    received = models.PositiveIntegerField(default=0)
    apart = models.PositiveIntegerField(default=0)
    apart_because = models.CharField(max_length=120, blank=True)
    temperature_c = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_vault = models.BooleanField(default=False, help_text="Schedule II: counted blind by two people.")
    put_away_at = models.DateTimeField(null=True, blank=True)
    put_away_to = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = DeliveryLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "position"], name="delivery_line_once")]

    def __str__(self) -> str:
        return f"{self.announced} announced, {self.received} received"

    @property
    def differs(self) -> bool:
        """Whether what came is not what was announced or invoiced, or some of it was set apart."""
        expected = {self.announced, self.announced if self.invoiced is None else self.invoiced}
        return expected != {self.received} or self.apart > 0


class SupplierInvoice(models.Model):
    """An invoice or credit memo as the supplier states it; its lines are held against order and delivery."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="supplier_invoices")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=30)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="invoices")
    invoiced_on = models.DateField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    summed = models.DecimalField(max_digits=14, decimal_places=4, help_text="What its lines and charges come to.")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "number"], name="supplier_invoice_once")]

    def __str__(self) -> str:
        return self.number


class TracedPackage(models.Model):
    """One serial number that a seller's tracing data says it sold to us; kept six years (21 U.S.C. 360eee-1(d)(1))."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="traced_packages")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    gtin = models.CharField(max_length=14)
    serial = models.CharField(max_length=20)
    ndc_said = models.CharField(max_length=14, blank=True)
    lot_number = models.CharField(max_length=30, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    order_number = models.CharField(max_length=30, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="traced")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "gtin", "serial"], name="traced_once")]
        indexes = [models.Index(fields=["pharmacy", "lot_number"], name="traced_by_lot")]

    def __str__(self) -> str:
        return f"{self.gtin} {self.serial}"
