"""Calculations kept with a fill, and how people do at practice."""

from django.db import models
from django.db.models import F, Q

from pestle.records.fills import Fill
from pestle.records.history import keeps_history
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Pharmacy


class KeptCalculationQuerySet(models.QuerySet["KeptCalculation"]):
    """Questions about the calculations of a fill."""

    def in_use(self) -> "KeptCalculationQuerySet":
        """This will leave out what was set aside."""
        return self.filter(set_aside_at=None)

    def waiting_for_second(self) -> "KeptCalculationQuerySet":
        """This will give those that a second person must still work from the order, or came to something else."""
        return self.in_use().exclude(second_reason="").exclude(second_agrees=True)


@keeps_history()
class KeptCalculation(models.Model):
    """A calculation attached to a fill: what went in, what came out, the working, and who stands for it.

    Never changed once attached: a wrong one is set aside with a reason and worked anew. `worked` is the machine form
    of `pestle.calculations.telling`, as it was shown on the day.
    """

    pharmacy = models.ForeignKey(Pharmacy, on_delete=models.PROTECT, related_name="+")
    fill = models.ForeignKey(Fill, on_delete=models.PROTECT, related_name="calculations")
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    inputs = models.JSONField(help_text="What was typed, with its units.")
    options = models.JSONField(default=dict, help_text="Rounding, unit of the answer, reason for the unusual.")
    answer = models.CharField(max_length=200)
    worked = models.JSONField()
    by = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    second_reason = models.CharField(max_length=200, blank=True, help_text="Empty: one person is enough.")
    second_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    second_inputs = models.JSONField(null=True, blank=True)
    second_answer = models.CharField(max_length=200, blank=True)
    second_agrees = models.BooleanField(null=True, blank=True)
    differences = models.JSONField(default=list)

    checked_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_because = models.CharField(max_length=200, blank=True)

    objects = KeptCalculationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_second_calculation_is_another_persons", condition=~Q(second_by=F("by")) | Q(second_by=None)
            ),
            models.CheckConstraint(
                name="a_check_waits_for_the_second_calculation",
                condition=Q(checked_by=None) | Q(second_reason="") | Q(second_agrees=True),
            ),
            models.CheckConstraint(
                name="a_calculation_is_checked_by_another_person", condition=~Q(checked_by=F("by")) | Q(checked_by=None)
            ),
        ]
        indexes = [models.Index(fields=["fill", "at"], name="calculations_of_a_fill")]

    def __str__(self) -> str:
        return f"{self.title}: {self.answer}"

    @property
    def needs_second(self) -> bool:
        """Tell whether nobody has yet worked it a second time, though somebody must."""
        return bool(self.second_reason) and self.second_by_id is None

    @property
    def is_settled(self) -> bool:
        """Tell whether it may be used: one person was enough, or two agree."""
        return self.set_aside_at is None and (not self.second_reason or self.second_agrees is True)

    @property
    def state_words(self) -> str:
        """Say where it stands."""
        if self.set_aside_at is not None:
            return "set aside"
        if self.needs_second:
            return "waits for a second person"
        if self.second_agrees is False:
            return "two people differ"
        return "checked" if self.checked_by_id else "waits for the pharmacist"


class PracticeAnswer(models.Model):
    """One answer of one person at practice; the first answer to a problem counts, and there is no second."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="practice_answers")
    topic = models.CharField(max_length=60)
    run_topic = models.CharField(max_length=60, blank=True, help_text="Empty: a run through all topics.")
    seed = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    calculation = models.CharField(max_length=40)
    answer = models.CharField(max_length=200)
    mark = models.CharField(max_length=16)
    sentence = models.CharField(max_length=500)
    is_right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "run_topic", "seed", "number"], name="a_problem_is_answered_once"
            )
        ]
        indexes = [models.Index(fields=["account", "topic"], name="practice_by_topic")]

    def __str__(self) -> str:
        return f"{self.calculation}: {self.mark}"
