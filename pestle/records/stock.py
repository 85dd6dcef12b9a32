"""Places, lots and the one book of every quantity."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.catalogue import Package
from pestle.records.history import keeps_history
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.terms.schedule import Schedule


class Place(models.Model):
    """An account of the book: a shelf, a basket, a will-call slot, the patient, the waste."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="places")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in PlaceKind])
    name = models.CharField(max_length=30)
    is_inside = models.BooleanField(help_text="Holds what is ours; never less than nothing.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pharmacy", "name"], name="place_name_once"),
            models.CheckConstraint(
                name="inside_follows_from_kind",
                condition=Q(is_inside=True, kind__in=[kind.value for kind in PlaceKind if kind.is_inside])
                | Q(is_inside=False, kind__in=[kind.value for kind in PlaceKind if not kind.is_inside]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class StockItem(models.Model):
    """A package this pharmacy keeps: where it stands and when it is ordered."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="stock_items")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="stock_items")
    shelf = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    reorder_at = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    order_up_to = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    unit_cost = models.DecimalField(max_digits=12, decimal_places=5, null=True, blank=True)
    is_ordered = models.BooleanField(default=True, help_text="Whether ordering suggests it.")
    on_order_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "package"], name="stocked_once")]

    def __str__(self) -> str:
        return f"{self.package} at {self.shelf}"


@keeps_history()
class PackageFigure(models.Model):
    """What a person read on a package that the directory does not say: so many doses in so much, days in use.

    Used from then on for every fill of the package here, and shown with the name of who read it until a pharmacist
    has checked it.
    """

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="package_figures")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="figures")
    dose_unit = models.CharField(max_length=20)
    doses = models.DecimalField(max_digits=12, decimal_places=3)
    in_quantity = models.DecimalField(max_digits=14, decimal_places=3, help_text="In the billing unit.")
    in_use_days = models.PositiveSmallIntegerField(null=True, blank=True)
    read_from = models.CharField(max_length=60, help_text="Carton, package insert, the prescriber.")
    said_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    checked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pharmacy", "package", "dose_unit"], name="a_figure_of_a_package_once"),
            models.CheckConstraint(name="a_figure_is_above_zero", condition=Q(doses__gt=0) & Q(in_quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.doses} {self.dose_unit} in {self.in_quantity}"


@keeps_history()
class MappedCode(models.Model):
    """A code that the directory does not know and the product that people say it stands for, on probation at first."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="mapped_codes")
    code = models.CharField(max_length=80, help_text="A GTIN where the code carries one, else the text itself.")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=200, help_text="What the bottle says.")
    fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, related_name="+", help_text="Where it came up.")
    proposed_by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    proven = models.PositiveSmallIntegerField(default=0, help_text="Bottles a person read since it was approved.")
    retired_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_because = models.CharField(max_length=200, blank=True)

    MUST_PROVE = 20
    GOOD_FOR = timedelta(days=183)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pharmacy", "code"], condition=Q(retired_at=None), name="a_code_stands_for_one_product"
            ),
            models.CheckConstraint(
                name="a_code_is_approved_by_another", condition=~Q(approved_by=F("proposed_by")) | Q(approved_by=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.package_id}"

    @property
    def is_on_probation(self) -> bool:
        """Say whether a person still reads each bottle that this code is on."""
        return self.proven < self.MUST_PROVE

    def is_good_on(self, at: datetime) -> bool:
        """Say whether it was approved, and not so long ago that it is looked at anew."""
        return self.approved_at is not None and at < self.approved_at + self.GOOD_FOR


class Lot(models.Model):
    """One lot of one package at a pharmacy."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="lots")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField(max_length=30)
    expires_on = models.DateField(null=True, blank=True)
    is_recalled = models.BooleanField(default=False)
    recall_note = models.CharField(max_length=200, blank=True)
    returned_fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pharmacy", "package", "number", "expires_on", "returned_fill"],
                nulls_distinct=False,
                name="lot_once",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """What moved and why. Append-only; a mistake is put right by an entry that reverses it."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=60)
    because = models.CharField(max_length=200, blank=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    witness = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    act_id = models.UUIDField()
    fill = models.ForeignKey("records.Fill", on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        indexes = [models.Index(fields=["pharmacy", "at"], name="entry_by_time")]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Line(models.Model):
    """A quantity of one lot that came to (above zero) or left (below zero) a place. Append-only."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="lines")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        constraints = [models.CheckConstraint(name="a_line_moves_something", condition=~Q(quantity=0))]
        indexes = [models.Index(fields=["lot", "place"], name="line_by_lot")]

    def __str__(self) -> str:
        return f"{self.quantity} of lot {self.lot_id} at {self.place_id}"


def places_for(package: Package, pharmacy: Pharmacy) -> tuple[PlaceKind, ...]:
    """This will give the kinds of place a package is dispensed from: the vault alone for what the pharmacy locks away.

    Schedule II is always locked away; the pharmacy adds other schedules in its settings.
    """
    return (PlaceKind.VAULT,) if is_locked_away(package, pharmacy) else FOR_USE


def is_locked_away(package: Package, pharmacy: Pharmacy) -> bool:
    """This will tell whether a package lies in the vault and nowhere else."""
    schedule = package.product.dea_schedule
    return schedule is Schedule.II or schedule.value in pharmacy.vault_schedules


class BalanceQuerySet(models.QuerySet["Balance"]):
    """Questions about what is where."""

    def on_shelves(self, package: Package, pharmacy: Pharmacy) -> "BalanceQuerySet":
        """This will give what can be dispensed of a package, first to expire first."""
        return (
            self.filter(pharmacy=pharmacy, lot__package=package, quantity__gt=0)
            .filter(place__kind__in=[kind.value for kind in places_for(package, pharmacy)])
            .select_related("lot", "place")
            .order_by("lot__expires_on", "lot__number")
        )


class Balance(models.Model):
    """How much of a lot is at a place: the sum of its lines, kept by the database itself; nobody edits it."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="balances")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    is_inside = models.BooleanField()

    objects = BalanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "lot"], name="balance_once"),
            models.CheckConstraint(
                name="an_inside_place_never_holds_less_than_nothing",
                condition=Q(is_inside=False) | Q(quantity__gte=0),
            ),
        ]
        indexes = [models.Index(fields=["pharmacy", "lot"], name="balance_by_lot")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot_id} at {self.place_id}"
