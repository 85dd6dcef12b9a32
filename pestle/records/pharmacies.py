"""A pharmacy: the key by which every row is owned, with the choices the store has made."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pestle.records.history import keeps_history
from pestle.terms.look import Look


def _schedule_two() -> list[str]:
    return ["II"]


@keeps_history(leaves_out=("next_order_number", "next_rx_number"))
class Pharmacy(models.Model):
    """One pharmacy: who it is to the world, and its own rules."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    phone = models.CharField(max_length=20)
    fax = models.CharField(max_length=20, blank=True)
    ncpdp_id = models.CharField(max_length=7)
    npi = models.CharField(max_length=10)
    dea_number = models.CharField(max_length=9)
    board = models.CharField(max_length=40, help_text="The module in pestle/boards whose rules hold here.")
    time_zone = models.CharField(max_length=40, default="America/Chicago")
    is_practice = models.BooleanField(default=False)

    return_to_stock_days = models.PositiveSmallIntegerField(default=10)
    goes_on_unbilled = models.BooleanField(default=False)
    unchanged_refills_skip_check = models.BooleanField(default=False)
    counts_twice = ArrayField(models.CharField(max_length=8), default=list, help_text="Schedules counted twice.")
    vault_schedules = ArrayField(
        models.CharField(max_length=8),
        default=_schedule_two,
        help_text="Schedules that lie in the vault and nowhere else.",
    )
    back_counts = ArrayField(
        models.CharField(max_length=8), default=_schedule_two, help_text="Schedules whose rest is counted at each fill."
    )
    discrepancy_hours = models.PositiveSmallIntegerField(default=8, help_text="Until a discrepancy is explained.")
    escalation_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Until a discrepancy goes to the pharmacist in charge."
    )
    count_alone_up_to = models.DecimalField(
        max_digits=8, decimal_places=2, default=Decimal(50), help_text="Value of a difference one person may settle."
    )
    idle_lock_minutes = models.PositiveSmallIntegerField(default=5)
    cash_markup_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(20))
    cash_fee = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(10))
    cash_least = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(4))
    next_order_number = models.PositiveBigIntegerField(default=2201)
    next_rx_number = models.PositiveBigIntegerField(default=7200001)
    settings_reviewed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ncpdp_id"], name="pharmacy_ncpdp_id_once")]

    def __str__(self) -> str:
        return self.name


class Bench(models.Model):
    """A work place in a pharmacy: a screen, perhaps a printer, at one station."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="benches")
    name = models.CharField(max_length=40)
    station = models.CharField(max_length=24)
    printer = models.ForeignKey("records.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    look = models.CharField(max_length=8, default=Look.LIGHT, choices=[(each.value, each.words) for each in Look])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "name"], name="bench_name_once")]

    def __str__(self) -> str:
        return self.name


class PartnerKind(models.TextChoices):
    """What a partner speaks."""

    SWITCH = "switch", "Payer switch (NCPDP D.0 over TCP)"
    ERX = "erx", "E-prescribing network (SCRIPT over HTTP)"
    PRINTER = "printer", "Label printer (ZPL on port 9100)"
    WHOLESALER = "wholesaler", "Wholesaler (X12 and EPCIS over HTTP)"


class Partner(models.Model):
    """Where a partner of a pharmacy listens, and how patient we are with it. Secrets are named here, never kept."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="partners")
    kind = models.CharField(max_length=12, choices=PartnerKind.choices)
    name = models.CharField(max_length=40)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField()
    path = models.CharField(max_length=200, blank=True)
    secret_name = models.CharField(max_length=60, blank=True, help_text="Name of the environment variable or file.")
    seconds_to_answer = models.PositiveSmallIntegerField(default=20)
    attempts = models.PositiveSmallIntegerField(default=12)
    framing = models.CharField(
        max_length=10, default="stx-etx", help_text="How a switch marks one message: stx-etx, length-2, length-4."
    )
    software_id = models.CharField(max_length=10, blank=True, help_text="NCPDP 110-AK, as the switch gave it.")
    is_in_use = models.BooleanField(default=True)
    last_answer_at = models.DateTimeField(null=True, blank=True)
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=200, blank=True)
    last_answer_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "name"], name="partner_name_once")]

    def __str__(self) -> str:
        return self.name
