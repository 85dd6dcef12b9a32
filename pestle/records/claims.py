"""Claims: what was asked of a payer, byte for byte, and what it answered."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.flows.claim import CLAIM, ClaimState
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.patients import Coverage
from pestle.records.people import Worker
from pestle.records.work import Work
from pestle.rules.facts import ClaimFacts
from pestle.terms.roles import Role


def _money() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Questions about claims."""

    def standing(self) -> "ClaimQuerySet":
        """This will give claims that a payer may hold as paid, now or after an answer that is still out."""
        return self.filter(
            state__in=[
                ClaimState.SENT, ClaimState.UNANSWERED, ClaimState.PAID,
                ClaimState.REVERSING, ClaimState.REVERSAL_FAILED,
            ]
        )  # fmt: skip

    def paid(self) -> "ClaimQuerySet":
        """This will give claims that stand as paid."""
        return self.filter(state=ClaimState.PAID)

    def due(self, at: datetime) -> "ClaimQuerySet":
        """This will give what the program takes up now: not yet sent, a try that was lost, the next try after one."""
        return self.filter(next_try_at__lte=at).order_by("next_try_at", "pk")


class Claim(Work):
    """One claim for one fill to one plan; a resend after a reject is a new claim."""

    MACHINE: ClassVar = CLAIM

    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, related_name="claims")
    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField(help_text="First, second ... claim of this fill.")
    order = models.PositiveSmallIntegerField(default=1, help_text="1 primary, 2 secondary, 3 tertiary")
    asked = models.JSONField(default=dict, help_text="What was asked, as typed fields; for differences and recap.")
    fingerprint = models.CharField(
        max_length=64, help_text="SHA-256 of what was asked; equal means sent again unchanged."
    )
    clarification_codes = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    authorization_kind = models.CharField(max_length=2, blank=True)
    authorization_number = models.CharField(max_length=11, blank=True)
    override_reason = models.CharField(max_length=200, blank=True)
    ndc_billed = models.CharField(max_length=11)
    quantity_billed = models.DecimalField(max_digits=14, decimal_places=3)
    days_billed = models.PositiveSmallIntegerField()
    service_on = models.DateField()

    payer_reference = models.CharField(max_length=30, blank=True, help_text="NCPDP 503-F3 authorization number.")
    patient_pays = _money()
    plan_pays = _money()
    copay = _money()
    coinsurance = _money()
    deductible = _money()
    payer_message = models.CharField(max_length=400, blank=True)
    next_fill_on = models.DateField(null=True, blank=True)
    last_fill_on = models.DateField(null=True, blank=True)
    help_desk_phone = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the program takes it up again; while a try is out, when that try is lost.",
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fill", "number"], name="claim_numbered_once"),
            models.UniqueConstraint(
                fields=["fill", "order"],
                condition=models.Q(state__in=["waiting", "sent", "unanswered", "paid", "reversing", "reversal_failed"]),
                name="one_standing_claim_for_each_plan_of_a_fill",
            ),
        ]
        indexes = [
            models.Index(fields=["pharmacy", "state"], name="claim_by_state"),
            models.Index(fields=["next_try_at"], condition=~models.Q(next_try_at=None), name="claim_to_take_up"),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"

    def facts(self, at: datetime, *, roles: frozenset[Role], reason: str = "") -> ClaimFacts:
        """This will give what the table of claims may ask."""
        return ClaimFacts(
            state=self.state,
            at=at,
            roles=roles,
            attempts=self.exchanges.count(),
            fill_is_sold=self.fill.state == FillState.SOLD,
            reason=reason,
        )


class Exchange(models.Model):
    """One try at a conversation with a payer: what went out, what came back, byte for byte."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="exchanges")
    kind = models.CharField(max_length=2, help_text="B1, B2, B3 or E1")
    number = models.PositiveSmallIntegerField()
    request = models.BinaryField()
    response = models.BinaryField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="paid, rejected, no answer, unreadable ...")
    fault = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "number"], name="exchange_numbered_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ClaimReject(models.Model):
    """One reject of a claim: the code, the payer's own words, and what was done about it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rejects")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=3)
    payer_text = models.CharField(max_length=200, blank=True)
    is_pharmacists = models.BooleanField()
    resolved_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resolution = models.CharField(max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "position"], name="reject_once")]

    def __str__(self) -> str:
        return self.code


class DurOverride(models.Model):
    """A DUR/PPS triplet sent with a claim: reason, service, result (NCPDP 439-E4, 440-E5, 441-E6)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="dur_overrides")
    position = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=2)
    service = models.CharField(max_length=2)
    result = models.CharField(max_length=2)
    decided_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "position"], name="dur_override_once")]

    def __str__(self) -> str:
        return f"{self.reason}/{self.service}/{self.result}"
