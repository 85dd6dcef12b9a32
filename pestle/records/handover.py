"""Bags, sales, payments and signatures; tasks that wake up; calls and notes between colleagues."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models

from pestle.flows.notice import NOTICE, NoticeState
from pestle.records.history import keeps_history
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Place
from pestle.records.work import Work
from pestle.rules.facts import NoticeFacts
from pestle.terms.roles import Role


class Bag(models.Model):
    """A bag of one person's fills, at one place."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="bags")
    code = models.CharField(max_length=12)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="bags")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="bags")
    made_at = models.DateTimeField()
    is_open = models.BooleanField(default=True, help_text="Still here; false once sold, emptied or taken apart.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "code"], name="bag_code_once")]

    def __str__(self) -> str:
        return self.code


class Sale(models.Model):
    """One hand-over at the register: who took what, how it was paid, what was said and signed."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="sales")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sales")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    taken_by = models.CharField(max_length=80)
    relation = models.CharField(max_length=30, default="self")
    identification = models.CharField(max_length=60, blank=True, help_text="Kind, state and last four of the number.")
    counsel_answer = models.CharField(max_length=12)
    counselled_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.JSONField(help_text="Strokes of the pen in units of the pad.")
    total = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()
    act_id = models.UUIDField()

    def __str__(self) -> str:
        return f"sale {self.pk}"


class SaleItem(models.Model):
    """One fill in a sale, at its price."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="items")
    fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, related_name="sale_items")
    price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sale", "fill"], name="fill_once_in_a_sale")]

    def __str__(self) -> str:
        return f"{self.price}"


class Payment(models.Model):
    """Money for a sale: cash, a card's reference, or a charge to the account; below zero for a refund."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=8, choices=[("cash", "cash"), ("card", "card"), ("account", "account")])
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    tendered = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    reference = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class TaskQuerySet(models.QuerySet["Task"]):
    """Questions about what people have to do."""

    def to_do(self) -> "TaskQuerySet":
        """This will give what nobody has done yet, the first to wake up first."""
        return self.filter(done_at=None).order_by("wakes_at", "pk")


@keeps_history()
class Task(models.Model):
    """Something a person has to do at a time: call a prescriber, tell a patient, chase a reversal."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=24)
    words = models.CharField(max_length=200)
    fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    owner_role = models.CharField(max_length=24)
    owner = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    wakes_at = models.DateTimeField()
    put_off_because = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "done_at", "wakes_at"], name="task_by_waking")]

    def __str__(self) -> str:
        return self.words


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about calls and notes."""

    def ringing(self) -> "NoticeQuerySet":
        """This will give calls nobody has answered, the oldest first."""
        return self.filter(state=NoticeState.RINGING).order_by("made_at", "pk")

    def unread(self) -> "NoticeQuerySet":
        """This will give hand-over notes nobody has acknowledged, the oldest first."""
        return self.filter(state=NoticeState.LEFT).order_by("made_at", "pk")


class Notice(Work):
    """A call for the pharmacist, or a hand-over note: who said it, where, about which fill, and who took it."""

    MACHINE: ClassVar = NOTICE

    words = models.CharField(max_length=500)
    where = models.CharField(max_length=40, blank=True, help_text="The bench somebody stood at.")
    fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    made_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "state", "made_at"], name="notice_by_state")]

    def __str__(self) -> str:
        return self.words

    def facts(self, at: datetime, *, roles: frozenset[Role]) -> NoticeFacts:
        """This will give what the table of notices may ask."""
        return NoticeFacts(state=self.state, at=at, held_from=self.held_from, roles=roles)
