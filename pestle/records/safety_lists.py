"""The lists that warn: interactions, allergies, duplicates, look-alikes and the rest. Shared by all pharmacies.

Most are own lists or typed from memory. `source.is_reviewed` says so, and every page that shows a row shows that too.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from pestle.records.catalogue import Sourced


class Interaction(Sourced):
    """Two ingredients that do not go together. An empty severity means that nobody stated one."""

    ingredient_1 = models.TextField()
    ingredient_2 = models.TextField()
    base_1 = models.TextField(help_text="In small letters, without the salt.")
    base_2 = models.TextField()
    severity = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ingredient_1", "ingredient_2"], name="interaction_once"),
            models.CheckConstraint(
                name="interaction_severity_is_known", condition=Q(severity__in=["", "Critical", "Significant"])
            ),
        ]
        indexes = [models.Index(fields=["base_1", "base_2"], name="interaction_by_pair")]

    def __str__(self) -> str:
        return f"{self.ingredient_1} with {self.ingredient_2}"


class DuplicateTherapyClass(Sourced):
    """A class of drugs of which a patient seldom needs two."""

    name = models.TextField()
    substances = ArrayField(models.TextField())
    base_substances = ArrayField(models.TextField())
    alerts = models.BooleanField(help_text="Off for classes too broad to warn about.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="duplicate_therapy_class_once")]
        indexes = [GinIndex(fields=["base_substances"], name="duplicate_by_substance", fastupdate=False)]

    def __str__(self) -> str:
        return self.name


class AllergyGroup(Sourced):
    """Drugs to which a person allergic to one may react in the others."""

    name = models.TextField()
    members = ArrayField(models.TextField())
    epc_classes = ArrayField(models.TextField(), default=list, help_text="FDA classes that belong to it as a whole.")
    aliases = ArrayField(models.TextField(), default=list, help_text="What patients call it.")
    relation = models.CharField(max_length=40)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="allergy_group_once")]

    def __str__(self) -> str:
        return self.name


class Allergen(Sourced):
    """Something a patient may be allergic to, by the name that is written down."""

    name = models.TextField()
    kind = models.CharField(max_length=20)
    is_active = models.BooleanField()
    synonyms = ArrayField(models.TextField(), default=list)
    va_drug_classes = ArrayField(models.CharField(max_length=8), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="allergen_once")]

    def __str__(self) -> str:
        return self.name


class LookAlike(Sourced):
    """Two names that are taken for each other."""

    name_1 = models.CharField(max_length=80)
    name_2 = models.CharField(max_length=80)
    kind = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name_1", "name_2"], name="look_alike_once")]

    def __str__(self) -> str:
        return f"{self.name_1} and {self.name_2}"


class HighAlert(Sourced):
    """A kind of medicine in which a mistake does great harm."""

    category = models.TextField()
    setting = models.CharField(max_length=12)
    examples = ArrayField(models.TextField())
    risk = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category"], name="high_alert_once")]

    def __str__(self) -> str:
        return self.category


class StorageRule(Sourced):
    """How a product is kept cold, and for how long it may be out."""

    product = models.TextField()
    form = models.TextField(blank=True)
    storage = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "form"], name="storage_rule_once")]

    def __str__(self) -> str:
        return f"{self.product}: {self.storage}"


class OpenedPackage(Sourced):
    """What becomes of a product once opened: days in use, priming and steps of a pen, doses in so much of it."""

    product = models.CharField(max_length=80, help_text="A brand, or the words of a name, in small letters.")
    container = models.CharField(max_length=12, help_text="vial, pen, inhaler, bottle; empty: any.", blank=True)
    strength = models.CharField(max_length=20, blank=True, help_text="Empty: any.")
    in_use_days = models.PositiveSmallIntegerField(null=True, blank=True)
    prime_units = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    dose_step = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    holds = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True, help_text="g or mL in one.")
    doses = models.DecimalField(max_digits=8, decimal_places=1, default=Decimal(0), help_text="In one; 0: not said.")
    each_is = models.CharField(max_length=10, blank=True, choices=[("dose", "dose"), ("container", "container")])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "container", "strength", "doses"], name="opened_package_once")
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.container}".strip()


class ChildResistantExemption(Sourced):
    """An oral prescription drug that may leave without a child-resistant cap, in one form up to one size."""

    clause = models.CharField(max_length=8, help_text="Of 16 CFR 1700.14(a)(10).")
    drug = models.TextField()
    form = models.TextField()
    limit = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clause"], name="child_resistant_exemption_once")]

    def __str__(self) -> str:
        return self.drug


class MedicationGuide(Sourced):
    """An approved application for which the FDA posted a Medication Guide."""

    application_digits = models.CharField(max_length=6)
    trade_names = models.TextField()
    ingredients = ArrayField(models.TextField())
    base_substances = ArrayField(models.TextField())
    latest_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application_digits"], name="medication_guide_once")]
        indexes = [GinIndex(fields=["base_substances"], name="medication_guide_by_substance", fastupdate=False)]

    def __str__(self) -> str:
        return self.trade_names


class DoNotCrush(Sourced):
    """A solid oral drug whose dosage form is destroyed by crushing."""

    generic_name = models.TextField()
    dosage_form = models.CharField(max_length=60)
    reason = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generic_name", "dosage_form"], name="do_not_crush_once")]

    def __str__(self) -> str:
        return f"{self.generic_name}, {self.dosage_form}"


class HazardousDrug(Sourced):
    """A drug that harms those who touch it, in its NIOSH group."""

    name = models.TextField()
    niosh_group = models.CharField(max_length=40)
    was_removed_later = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="hazardous_drug_once")]

    def __str__(self) -> str:
        return self.name


class WasteCode(Sourced):
    """The EPA code under which a package is hazardous waste: P acute, U other, D by what it does."""

    ndc11 = models.CharField(max_length=11)
    code = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ndc11"], name="waste_code_once")]

    def __str__(self) -> str:
        return f"{self.ndc11}: {self.code}"


class ErrorProneAbbreviation(Sourced):
    """A short way of writing that has hurt people, and what to write."""

    abbreviation = models.CharField(max_length=60)
    meant = models.TextField()
    misread_as = models.TextField()
    use_instead = models.TextField()
    basis = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["abbreviation", "meant"], name="error_prone_abbreviation_once")]

    def __str__(self) -> str:
        return self.abbreviation


class AuxiliaryLabel(Sourced):
    """A short warning for the vial."""

    name = models.CharField(max_length=40)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="auxiliary_label_once")]

    def __str__(self) -> str:
        return self.name
