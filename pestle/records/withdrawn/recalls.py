"""Recalls at this pharmacy, and which lots here a notice may mean."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from pestle.flows.fill import FillState
from pestle.flows.recall import RECALL
from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance, Lot
from pestle.records.work import Work
from pestle.rules.withdrawn_facts import RecallFacts
from pestle.terms.recall.matching import Certainty

# Where stock of a recalled lot may still be taken from by mistake; what a fill holds is stopped with the fill.
STANDS = (PlaceKind.RECEIVING, *FOR_USE, PlaceKind.RETURN_BIN, PlaceKind.OUTDATED)


class Recall(Work):
    """One notice whose lots are or were here. It keeps what the notice said: the lists are loaded anew."""

    MACHINE: ClassVar = RECALL

    notice_number = models.CharField(max_length=16)
    classification = models.CharField(max_length=12, blank=True)
    firm = models.CharField(max_length=120, blank=True)
    product_description = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    lots_text = models.TextField(blank=True)
    depth = models.CharField(max_length=10, blank=True, help_text="Consumer, retail or wholesale, by the letter.")
    opened_at = models.DateTimeField()
    pull_by = models.DateTimeField()
    tell_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "notice_number"], name="recall_once")]
        indexes = [models.Index(fields=["pharmacy", "state"], name="recall_by_state")]

    def __str__(self) -> str:
        return self.notice_number

    def lots(self) -> "models.QuerySet[Lot]":
        """This will give the lots that it stops."""
        return Lot.objects.filter(recall_matches__recall=self).order_by("number", "pk")

    def standing(self) -> "models.QuerySet[Balance]":
        """This will give what of its lots stands where somebody could take it."""
        kinds = [kind.value for kind in STANDS]
        rows = Balance.objects.filter(lot__recall_matches__recall=self, quantity__gt=0, place__kind__in=kinds)
        return rows.select_related("lot__package__product", "place").order_by("place__name", "lot__number")

    def fills(self) -> "models.QuerySet[Fill]":
        """This will give every fill that holds or held some of its lots."""
        return Fill.objects.filter(lots__lot__recall_matches__recall=self).distinct()

    def to_tell(self) -> "models.QuerySet[Fill]":
        """This will give the hand-overs whose patients are still to be told."""
        return self.fills().filter(state__in=DISPENSED).exclude(state=FillState.RECALL_NOTIFIED)

    def facts(self, at: datetime, by: Worker, *, reason: str = "", lots: int | None = None) -> RecallFacts:
        """This will give what the table of recalls may ask."""
        is_new = self.pk is None
        return RecallFacts(
            state=self.state,
            at=at,
            held_from=self.held_from,
            roles=by.roles,
            lots=lots if lots is not None else self.lots().count(),
            depth=self.depth,
            places_to_pull=0 if is_new else self.standing().count(),
            fills_stopped=0 if is_new else self.fills().filter(state=FillState.RECALL_HELD).count(),
            patients_to_tell=0 if is_new else self.to_tell().values("prescription__patient").distinct().count(),
            is_answered=self.answered_at is not None,
            reason=reason,
        )


class RecallMatch(models.Model):
    """That a notice may mean a lot here: how sure, why, and what a person decided."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    notice_number = models.CharField(max_length=16)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="recall_matches")
    certainty = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Certainty])
    because = models.CharField(max_length=250)
    found_at = models.DateTimeField()
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, null=True, blank=True, related_name="matches")
    decided_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_meant = models.BooleanField(null=True, blank=True)
    decided_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pharmacy", "notice_number", "lot"], name="recall_match_once"),
            models.CheckConstraint(name="a_lot_that_is_meant_is_stopped", condition=Q(recall=None) | Q(is_meant=True)),
        ]
        indexes = [
            models.Index(fields=["pharmacy", "found_at"], condition=Q(is_meant=None), name="recall_match_undecided")
        ]

    def __str__(self) -> str:
        return f"{self.notice_number}: lot {self.lot_id}"
