"""Patients: who they are, what they must not have, who pays, who may collect for them."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat, Lower, Reverse

from pestle.records.history import keeps_history
from pestle.records.pharmacies import Pharmacy

# By bytes, whatever the database's own order is: only so is the beginning of a name found by an index.
_SMALL_FAMILY, _SMALL_GIVEN, _PHONE_FROM_ITS_END = (
    Func(expression, template='(%(expressions)s COLLATE "C")', output_field=models.TextField())
    for expression in (Lower("family"), Lower("given"), Reverse("phone"))
)
_HAS_SEVERAL_WORDS = Q(family__regex=r"[^[:alpha:]]") | Q(given__regex=r"[^[:alpha:]]")


class PatientQuerySet(models.QuerySet["Patient"]):
    """Questions about patients."""

    def family_first(self, family: str, given: str = "") -> "PatientQuerySet":
        """This will find those whose names begin so, both in small letters, in the order of family names."""
        return self._beginning(family, given).order_by(_SMALL_FAMILY, _SMALL_GIVEN, "birth_on", "pk")

    def given_first(self, given: str, family: str = "") -> "PatientQuerySet":
        """This will find those whose names begin so, both in small letters, in the order of given names."""
        return self._beginning(family, given).order_by(_SMALL_GIVEN, _SMALL_FAMILY, "birth_on", "pk")

    def of_several_words(self) -> "PatientQuerySet":
        """This will keep those of whose names a part begins in the middle: García Márquez, Smith-Jones, O'Brien."""
        return self.filter(_HAS_SEVERAL_WORDS)

    def phone_ending(self, digits: str) -> "PatientQuerySet":
        """This will find those whose telephone number ends so."""
        return self.alias(from_its_end=_PHONE_FROM_ITS_END).filter(from_its_end__startswith=digits[::-1])

    def _beginning(self, family: str, given: str) -> "PatientQuerySet":
        found = self
        if family:
            found = found.alias(small_family=_SMALL_FAMILY).filter(small_family__startswith=family)
        if given:
            found = found.alias(small_given=_SMALL_GIVEN).filter(small_given__startswith=given)
        return found


@keeps_history(leaves_out=("search_text",))
class Patient(models.Model):
    """One person whose medicines we keep the profile of."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="patients")
    family = models.CharField(max_length=60)
    given = models.CharField(max_length=60)
    middle = models.CharField(max_length=40, blank=True)
    birth_on = models.DateField()
    sex = models.CharField(max_length=1, choices=[("F", "female"), ("M", "male"), ("U", "not said")])
    phone = models.CharField(max_length=20, blank=True)
    takes_texts = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=8, default="en")
    weight_kg = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    is_pregnant = models.BooleanField(null=True, blank=True)
    has_no_known_allergies = models.BooleanField(default=False)
    allergies_asked_on = models.DateField(null=True, blank=True)
    child_resistant_waived_on = models.DateField(null=True, blank=True)
    privacy_notice_on = models.DateField(null=True, blank=True)
    account_is_open = models.BooleanField(default=False, help_text="May charge purchases to a house account.")
    note = models.CharField(max_length=300, blank=True)
    search_text = models.GeneratedField(
        expression=Lower(Concat("family", Value(" "), "given", Value(" "), "phone")),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["pharmacy", "birth_on", "family"], name="patient_by_identifiers"),
            models.Index("pharmacy", _SMALL_FAMILY, _SMALL_GIVEN, name="patient_by_family"),
            models.Index("pharmacy", _SMALL_GIVEN, _SMALL_FAMILY, name="patient_by_given"),
            models.Index("pharmacy", _PHONE_FROM_ITS_END, name="patient_by_phone_end"),
            GinIndex(fields=["search_text"], name="patient_search", opclasses=["gin_trgm_ops"]),
            GinIndex(
                fields=["search_text"],
                name="patient_search_in_several",
                opclasses=["gin_trgm_ops"],
                condition=_HAS_SEVERAL_WORDS,
            ),
        ]

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def list_name(self) -> str:
        """The name as lists show it: given name and initial."""
        return f"{self.given} {self.family[:1]}."

    def age_on(self, day: date) -> int:
        """This will give whole years of age on a day."""
        had_birthday = (day.month, day.day) >= (self.birth_on.month, self.birth_on.day)
        return day.year - self.birth_on.year - (not had_birthday)


@keeps_history()
class Allergy(models.Model):
    """Something a patient must not have, as told."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    allergen = models.CharField(max_length=80)
    reaction = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=12, blank=True)
    noted_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"{self.allergen}: {self.reaction}" if self.reaction else self.allergen


@keeps_history()
class Condition(models.Model):
    """A condition of a patient, by ICD-10-CM code where known; one that is over stays, as ended."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="conditions")
    code = models.CharField(max_length=8, blank=True)
    words = models.CharField(max_length=120)
    noted_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.words


class Proxy(models.Model):
    """Somebody who may collect for a patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="proxies")
    name = models.CharField(max_length=80)
    relation = models.CharField(max_length=30)
    birth_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.relation})"


class Plan(models.Model):
    """A prescription plan, as its card and its contract describe it."""

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=60)
    bin = models.CharField(max_length=8)
    pcn = models.CharField(max_length=10, blank=True)
    help_desk_phone = models.CharField(max_length=20, blank=True)
    pickup_window_days = models.PositiveSmallIntegerField(default=14)
    kind = models.CharField(
        max_length=12, default="commercial", help_text="commercial, medicare, medicaid, tricare, discount, copay_card"
    )
    switch = models.ForeignKey("records.Partner", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wants_earlier_payers = models.CharField(
        max_length=8,
        default="paid",
        choices=[("paid", "what they paid"), ("owed", "what they left to the patient"), ("both", "both")],
        help_text="As a second payer, by the plan's own sheet.",
    )
    takes_rebills = models.BooleanField(default=False, help_text="Answers B3, a reversal and a claim in one.")
    reviewed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pharmacy", "bin", "pcn"], name="plan_by_bin_and_pcn")]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Coverage(models.Model):
    """A patient's membership of a plan, in the order in which plans are billed."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="coverages")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="coverages")
    order = models.PositiveSmallIntegerField(default=1)
    cardholder_id = models.CharField(max_length=20)
    group = models.CharField(max_length=15, blank=True)
    person_code = models.CharField(max_length=3, blank=True)
    relationship = models.CharField(
        max_length=1, default="1", help_text="NCPDP 306-C6: 1 cardholder, 2 spouse, 3 child"
    )
    cardholder_given = models.CharField(max_length=40, blank=True)
    cardholder_family = models.CharField(max_length=40, blank=True)
    cardholder_birth_on = models.DateField(null=True, blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "order"], condition=models.Q(until_on=None), name="one_plan_in_each_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.order}"
