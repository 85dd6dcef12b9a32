"""Notices of the FDA, codes, and the shelf of other lists that pages look up. Shared by all pharmacies."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models

from pestle.records.catalogue import Sourced


class RecallNotice(Sourced):
    """An FDA enforcement report. The lots are free text, and the NDCs may be fewer than were meant."""

    number = models.CharField(max_length=16)
    event = models.CharField(max_length=12)
    classification = models.CharField(max_length=12)
    status = models.CharField(max_length=16)
    firm = models.CharField(max_length=120)
    product_description = models.TextField()
    reason = models.TextField()
    lots_text = models.TextField(blank=True)
    started_on = models.DateField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ndc11s = ArrayField(models.CharField(max_length=11), default=list, help_text="Written in the notice itself.")
    label_ndc11s = ArrayField(
        models.CharField(max_length=11), default=list, help_text="Of the whole label: wider than the recall."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="recall_notice_once")]
        indexes = [
            GinIndex(fields=["ndc11s"], name="recall_by_ndc", fastupdate=False),
            GinIndex(fields=["label_ndc11s"], name="recall_by_label_ndc", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.classification})"


class Shortage(Sourced):
    """A package the FDA lists as short."""

    ndc11 = models.CharField(max_length=11)
    generic_name = models.TextField()
    status = models.CharField(max_length=40)
    availability = models.TextField(blank=True)
    posted_on = models.DateField(null=True, blank=True)
    company = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ndc11", "status", "availability", "generic_name"], name="shortage_once")
        ]

    def __str__(self) -> str:
        return f"{self.generic_name}: {self.status}"


class ControlledName(Sourced):
    """A word in a drug's name that means it may be controlled."""

    name = models.CharField(max_length=40)
    never_below = models.CharField(max_length=4, blank=True, help_text="No product of it has a laxer schedule.")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="controlled_name_once")]

    def __str__(self) -> str:
        return self.name


class RxNormName(Sourced):
    """A clinical drug by the name and number of RxNorm."""

    rxcui = models.CharField(max_length=12)
    name = models.TextField()
    kind = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rxcui"], name="rxnorm_name_once")]

    def __str__(self) -> str:
        return self.name


class ProductConcept(Sourced):
    """A product NDC and the RxNorm number someone gave it; `certainty` says how sure that is."""

    product_ndc = models.CharField(max_length=10)
    rxcui = models.CharField(max_length=12)
    certainty = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product_ndc", "rxcui", "source"], name="product_concept_once")]
        indexes = [models.Index(fields=["rxcui"], name="product_concept_by_rxcui")]

    def __str__(self) -> str:
        return f"{self.product_ndc} is {self.rxcui}"


class Diagnosis(Sourced):
    """A code of ICD-10-CM, without its dot."""

    code = models.CharField(max_length=7)
    is_billable = models.BooleanField()
    is_in_newest_list = models.BooleanField()
    description = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="diagnosis_once")]
        indexes = [
            models.Index(OpClass("code", "varchar_pattern_ops"), name="diagnosis_by_code"),
            GinIndex(SearchVector("description", config="simple"), name="diagnosis_by_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.dotted} {self.description}"

    @property
    def dotted(self) -> str:
        """Give the code as people write it."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code


class ProviderTaxonomy(Sourced):
    """What kind of prescriber or pharmacy a provider number belongs to."""

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="provider_taxonomy_once")]

    def __str__(self) -> str:
        return self.name


class CommonDirections(Sourced):
    """How a common drug is usually taken: an example, not advice."""

    generic_name = models.CharField(max_length=80)
    brand_names = ArrayField(models.TextField(), default=list)
    dosage_form = models.CharField(max_length=80)
    strengths = ArrayField(models.TextField(), default=list)
    directions = models.TextField()
    quantity = models.CharField(max_length=40)
    use = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["generic_name", "dosage_form", "directions"], name="common_directions_once")
        ]

    def __str__(self) -> str:
        return f"{self.generic_name}: {self.directions}"


class SearchAbbreviation(Sourced):
    """What people type for a drug or a form. For finding only, never for labels."""

    typed = models.CharField(max_length=12)
    means = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["typed"], name="search_abbreviation_once")]

    def __str__(self) -> str:
        return self.typed
