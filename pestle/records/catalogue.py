"""The drug catalogue: products, packages and prices, shared by all pharmacies (docs/decisions/0010).

Rows come from `pestle load` alone. A product that leaves the directory stays, marked: fills and lots point to it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from pestle.records.statements.prepared import running
from pestle.terms.drugs.tall_man import TallMan
from pestle.terms.ndc import Ndc
from pestle.terms.quantity import BillingUnit
from pestle.terms.schedule import Schedule


class SourceFile(models.Model):
    """A file that was loaded: where it is from, how old it is, who has reviewed it."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    as_of = models.CharField(max_length=60, help_text="As the source says it.")
    as_of_on = models.DateField()
    stale_after_days = models.PositiveIntegerField()
    is_own_list = models.BooleanField(help_text="Written from memory, not copied from a published list.")
    basis = models.CharField(max_length=200)
    origin = models.CharField(max_length=300)
    known_defects = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file as loaded.")
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="source_file_name_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_reviewed(self) -> bool:
        """Say whether a pharmacist has put a name to it."""
        return bool(self.reviewed_by)

    def is_stale_on(self, day: date) -> bool:
        """Say whether the file is older on that day than its kind may become."""
        return day > self.as_of_on + timedelta(days=self.stale_after_days)


class Sourced(models.Model):
    """A row that says which file it is from and how old it was there."""

    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="+")
    as_of_on = models.DateField()

    class Meta:
        abstract = True


class Formulation(models.Model):
    """What products share when ingredients, strengths, form and route are the same. Alike, not yet substitutable."""

    key = models.TextField()
    name = models.TextField(help_text="The most used nonproprietary name, in small letters.")
    names = models.TextField(help_text="Every name of its products in small letters, each between bars.")
    strength = models.TextField(blank=True)
    first_strength = models.DecimalField(max_digits=24, decimal_places=9, null=True, blank=True)
    dosage_form = models.CharField(max_length=60)
    route = models.CharField(max_length=160, blank=True)
    ingredient_count = models.PositiveSmallIntegerField()
    kind = models.PositiveSmallIntegerField(help_text="0 prescription, 1 over the counter, 2 all else; for ranking.")
    words = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="formulation_key_once")]
        indexes = [GinIndex(fields=["words"], name="formulation_by_word", fastupdate=False)]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.name, self.strength, self.dosage_form.lower())))


class Product(Sourced):
    """One labeler's drug in one strength and form, as the FDA directory lists it."""

    key = models.CharField(max_length=16, help_text="The product NDC; a second label of one NDC adds #2.")
    product_ndc = models.CharField(max_length=10)
    is_newest_listing = models.BooleanField(help_text="The one to show where an NDC stands on several labels.")
    formulation = models.ForeignKey(Formulation, on_delete=models.PROTECT, related_name="products")
    product_type = models.CharField(max_length=40)
    proprietary_name = models.TextField()
    nonproprietary_name = models.TextField()
    labeler = models.CharField(max_length=160)
    dosage_form = models.CharField(max_length=60)
    route = models.CharField(max_length=160, blank=True)
    substances = ArrayField(models.TextField(), default=list)
    strengths = ArrayField(models.TextField(), default=list, help_text="In the order of the substances.")
    base_substances = ArrayField(models.TextField(), default=list, help_text="In small letters, without salts.")
    strength = models.TextField(blank=True)
    schedule = models.CharField(max_length=8, choices=[(each.value, each.label) for each in Schedule])
    schedule_because = models.TextField()
    pharm_classes = ArrayField(models.TextField(), default=list)
    marketing_category = models.CharField(max_length=60)
    application_number = models.CharField(max_length=20, blank=True)
    te_code = models.CharField(max_length=24, blank=True)
    is_brand = models.BooleanField()
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    certified_through_on = models.DateField(null=True, blank=True)
    is_in_directory = models.BooleanField(default=True, help_text="Still listed in the newest directory loaded.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="product_key_once"),
            models.CheckConstraint(
                name="product_schedule_is_a_schedule", condition=Q(schedule__in=[each.value for each in Schedule])
            ),
        ]
        indexes = [
            models.Index(OpClass("product_ndc", "varchar_pattern_ops"), name="product_by_ndc"),
            # Of many products and packages at once, what they belong to is read here and not in their wide rows.
            models.Index(fields=["id"], include=["formulation"], name="product_with_formulation"),
            GinIndex(fields=["base_substances"], name="product_by_substance", fastupdate=False),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.proprietary_name, self.strength, self.dosage_form.lower())))

    @property
    def staff_name(self) -> str:
        """Give it as lists show it: a brand as it writes itself, a generic in small letters."""
        name = self.proprietary_name if self.is_brand else self.nonproprietary_name.lower()
        return " ".join(filter(None, (name, self.strength, self.dosage_form.lower())))

    @property
    def dea_schedule(self) -> Schedule:
        """Give the federal schedule; UNKNOWN means ask, and schedule_because says why."""
        return Schedule(self.schedule)

    @property
    def epc_classes(self) -> tuple[str, ...]:
        """Give the established pharmacologic classes the FDA lists for it."""
        return tuple(each.removesuffix(" [EPC]") for each in self.pharm_classes if each.endswith(" [EPC]"))


class Package(Sourced):
    """One package of a product, known by its NDC of eleven digits."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="packages")
    ndc11 = models.CharField(max_length=11)
    package_ndc = models.CharField(max_length=12, help_text="With the dashes of the label.")
    ndc10 = models.CharField(max_length=10, help_text="The label's digits without dashes: what a UPC carries.")
    description = models.TextField()
    billing_unit = models.CharField(max_length=2, blank=True, choices=[(unit.value, unit.name) for unit in BillingUnit])
    units = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True, help_text="Billing units in it; empty if not certain."
    )
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    is_sample = models.BooleanField()
    is_in_directory = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "ndc11"], name="package_once_per_product"),
            models.CheckConstraint(name="package_ndc_has_eleven_digits", condition=Q(ndc11__regex=r"^[0-9]{11}$")),
            models.CheckConstraint(name="package_units_above_zero", condition=Q(units__isnull=True) | Q(units__gt=0)),
            models.CheckConstraint(
                name="package_unit_is_billable",
                condition=Q(billing_unit__in=["", *(unit.value for unit in BillingUnit)]),
            ),
            models.CheckConstraint(
                name="package_units_have_a_unit", condition=Q(units__isnull=True) | ~Q(billing_unit="")
            ),
        ]
        indexes = [
            models.Index(OpClass("ndc11", "varchar_pattern_ops"), name="package_by_ndc11"),
            models.Index(fields=["id"], include=["product"], name="package_with_product"),
            models.Index(OpClass("ndc10", "varchar_pattern_ops"), name="package_by_ndc10"),
        ]

    def __str__(self) -> str:
        return f"{self.ndc.dashed} {self.description}"

    @property
    def ndc(self) -> Ndc:
        """Give its NDC."""
        return Ndc(self.ndc11)

    @property
    def unit(self) -> BillingUnit | None:
        """Give the unit it is billed in, None where nobody has said."""
        return BillingUnit(self.billing_unit) if self.billing_unit else None


_DEAREST = """
    WITH alike AS MATERIALIZED (
        SELECT DISTINCT product.formulation_id, package.ndc11 FROM records_product product
        JOIN records_package package ON package.product_id = product.id WHERE product.formulation_id = ANY(%s)
    ), in_force AS MATERIALIZED (
        SELECT DISTINCT ON (ndc11, billing_unit) ndc11, billing_unit, per_unit FROM records_price
        WHERE ndc11 = ANY(ARRAY(SELECT ndc11 FROM alike)) AND effective_on <= %s
        ORDER BY ndc11, billing_unit, effective_on DESC
    )
    SELECT formulation_id, billing_unit, max(per_unit) FROM alike JOIN in_force USING (ndc11) GROUP BY 1, 2
"""


class PriceQuerySet(models.QuerySet["Price"]):
    """Questions about prices."""

    def newest_on(self, day: date) -> "PriceQuerySet":
        """This will give, for each NDC, the price in force on that day."""
        return self.filter(effective_on__lte=day).order_by("ndc11", "-effective_on").distinct("ndc11")

    def dearest_on(self, day: date, formulations: Sequence[int]) -> dict[tuple[int, str], Decimal]:
        """This will give, for each formulation and billing unit, the highest price in force on that day."""
        with running(_DEAREST, [list(formulations), day]) as cursor:
            return {(formulation, unit): per_unit for formulation, unit, per_unit in cursor.fetchall()}


class Price(Sourced):
    """What pharmacies paid on average for a billing unit (NADAC), from a day on. Old ones are kept."""

    ndc11 = models.CharField(max_length=11)
    per_unit = models.DecimalField(max_digits=12, decimal_places=5)
    billing_unit = models.CharField(max_length=2, choices=[(unit.value, unit.name) for unit in BillingUnit])
    effective_on = models.DateField()

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ndc11", "effective_on"], name="price_once_per_day"),
            models.CheckConstraint(name="price_not_below_zero", condition=Q(per_unit__gte=Decimal(0))),
        ]

    def __str__(self) -> str:
        return f"{self.per_unit} per {self.billing_unit} from {self.effective_on}"


class SearchWord(models.Model):
    """A word of a drug's name, for finding what a misspelt word meant."""

    word = models.TextField()
    formulations = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word"], name="search_word_once")]
        indexes = [
            models.Index(OpClass("word", "text_pattern_ops"), name="search_word_by_prefix"),
            GinIndex(OpClass("word", "gin_trgm_ops"), name="search_word_by_likeness", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.word


class TallManNameQuerySet(models.QuerySet["TallManName"]):
    """Questions about tall-man letters."""

    def table(self) -> TallMan:
        """This will give the list as `pestle.terms.drugs.tall_man.split_tall_man` wants it."""
        return dict(self.values_list("plain_name", "tall_man_name"))


class TallManName(Sourced):
    """A drug name as it is to be written so that it is not taken for another."""

    confusion_set = models.PositiveSmallIntegerField()
    plain_name = models.CharField(max_length=60)
    tall_man_name = models.CharField(max_length=60)

    objects = TallManNameQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plain_name"], name="tall_man_name_once")]

    def __str__(self) -> str:
        return self.tall_man_name
