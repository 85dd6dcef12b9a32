"""Prescriptions: the authority behind fills, with the original kept beside what was typed."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.flows.prescription import PRESCRIPTION
from pestle.records.catalogue import Package, Product
from pestle.records.history import keeps_history
from pestle.records.messages import Document, Message
from pestle.records.patients import Patient
from pestle.records.prescribers import Prescriber
from pestle.records.work import Work
from pestle.rules.facts import BoardValues, Origin, PrescriptionFacts
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule


@keeps_history()
class Prescription(Work):
    """What a prescriber ordered. What came in is in `as_received`; what people matched and typed is in the columns."""

    MACHINE: ClassVar = PRESCRIPTION

    rx_number = models.PositiveBigIntegerField()
    origin = models.CharField(max_length=1, choices=[(each.value, each.name.lower()) for each in Origin])
    as_received = models.JSONField(default=dict, help_text="The original as fields, for the page beside the entry.")
    order_number = models.CharField(max_length=35, blank=True, help_text="The prescriber's own number of the order.")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="prescriptions")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="prescriptions"
    )
    document_page = models.PositiveSmallIntegerField(default=1)
    document_item = models.PositiveSmallIntegerField(default=1)
    taken_from = models.CharField(max_length=80, blank=True, help_text="Who telephoned, or which pharmacy transferred.")

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="prescriptions")
    prescriber = models.ForeignKey(
        Prescriber, on_delete=models.PROTECT, null=True, blank=True, related_name="prescriptions"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="prescriptions")

    written_on = models.DateField(null=True, blank=True)
    earliest_fill_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    quantity_written = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    refills = models.PositiveSmallIntegerField(default=0)
    daw = models.CharField(max_length=1, default="0")
    schedule = models.CharField(max_length=8, default=Schedule.UNKNOWN.value)
    sig_short = models.CharField(max_length=200, blank=True)
    directions = models.CharField(max_length=1000, blank=True)
    directions_other = models.CharField(max_length=1200, blank=True, help_text="In the patient's language.")
    directions_need_clarification = models.BooleanField(default=False)
    clarification = models.CharField(max_length=300, blank=True, help_text="Who said what when, for an auditor.")
    diagnosis_codes = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    child_resistant_waived = models.BooleanField(default=False)
    cancel_asked_at = models.DateTimeField(null=True, blank=True, help_text="When the prescriber cancelled it.")
    cancel_asked_because = models.CharField(max_length=200, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")
    is_auto_refill = models.BooleanField(default=False)
    compound_form = models.CharField(max_length=2, blank=True, help_text="NCPDP 450-EF; empty: no compound.")
    compound_unit = models.CharField(max_length=1, blank=True, help_text="NCPDP 451-EG: 1 each, 2 grams, 3 mL.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "rx_number"], name="rx_number_once")]
        indexes = [
            models.Index(fields=["pharmacy", "state"], name="prescription_by_state"),
            models.Index(fields=["patient", "product"], name="prescription_by_patient"),
            models.Index(
                fields=["pharmacy", "order_number"], name="prescription_by_order", condition=~models.Q(order_number="")
            ),
        ]

    def __str__(self) -> str:
        return f"Rx {self.rx_number}"

    @property
    def quantity_authorized(self) -> Decimal:
        """All that the prescriber allowed: the written quantity for the first fill and each refill."""
        return (self.quantity_written or Decimal(0)) * (self.refills + 1)

    @property
    def is_compound(self) -> bool:
        """Say whether it is made here of ingredients; one that came as a compound is one before they are typed."""
        return bool(self.compound_form or (self.as_received.get("drug") or {}).get("ingredients"))

    def facts(
        self, at: datetime, today: date, *, board: BoardValues, roles: frozenset[Role], reason: str = ""
    ) -> PrescriptionFacts:
        """This will give what the table of prescriptions may ask."""
        return PrescriptionFacts(
            state=self.state,
            at=at,
            today=today,
            board=board,
            held_from=self.held_from,
            roles=roles,
            schedule=Schedule(self.schedule),
            origin=Origin(self.origin),
            issued_on=self.written_on,
            refills_authorized=self.refills,
            open_fills=self.fills.open().count(),
            is_verbal=self.origin == Origin.TELEPHONE.value,
            reason=reason,
        )


@keeps_history()
class CompoundIngredient(models.Model):
    """One ingredient of a compound: the package it is taken from, and how much of it is in what is dispensed."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="ingredients")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3, help_text="In the package's billing unit.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prescription", "package"], name="an_ingredient_once_in_a_compound"),
            models.CheckConstraint(name="an_ingredient_is_more_than_nothing", condition=models.Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.package_id}"
