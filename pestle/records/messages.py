"""Messages to and from partners, and the documents that came as pictures."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from pestle.flows.message import MESSAGE, MessageState
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, Pharmacy
from pestle.records.work import Work
from pestle.rules.facts import MessageFacts
from pestle.terms.roles import Role


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def stuck(self) -> "MessageQuerySet":
        """This will give what a person should look at: could not be sent, or could not be read."""
        return self.filter(state__in=[MessageState.FAILING, MessageState.GIVEN_UP, MessageState.UNREADABLE])

    def going_out(self) -> "MessageQuerySet":
        """This will give what still waits to be taken by its partner."""
        return self.filter(state__in=[MessageState.WAITING, MessageState.SENDING, MessageState.FAILING])


class Message(Work):
    """One message, kept byte for byte; its id within a partner makes a second arrival harmless."""

    MACHINE: ClassVar = MESSAGE

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="messages")
    is_outgoing = models.BooleanField()
    kind = models.CharField(max_length=24, help_text="NewRx, Status, B1, label ...")
    external_id = models.CharField(max_length=64, blank=True)
    relates_to = models.CharField(max_length=64, blank=True)
    order_number = models.CharField(max_length=35, blank=True, help_text="The prescriber's own number of the order.")
    body = models.BinaryField()
    answer = models.BinaryField(null=True, blank=True)
    subject_kind = models.CharField(max_length=16, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "is_outgoing", "external_id"],
                condition=~models.Q(external_id=""),
                name="message_once_per_partner",
            )
        ]
        indexes = [
            models.Index(fields=["pharmacy", "state", "next_try_at"], name="message_to_send"),
            models.Index(fields=["subject_kind", "subject_id"], name="message_by_subject"),
            models.Index(
                fields=["pharmacy", "order_number"], name="message_by_order", condition=~models.Q(order_number="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id or self.pk}"

    def facts(self, at: datetime, *, roles: frozenset[Role] = frozenset({Role.PROGRAM})) -> MessageFacts:
        """This will give what the table of messages may ask."""
        return MessageFacts(
            state=self.state,
            at=at,
            held_from=self.held_from,
            roles=roles,
            attempts=self.attempts,
            attempts_allowed=self.partner.attempts,
        )


class Document(models.Model):
    """An original that came as a picture or PDF, kept as it came; its hash proves it."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=[("paper", "paper"), ("fax", "fax"), ("card", "insurance card")])
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "sha256"], name="document_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
