"""What the lists say about a drug, as rules and pages see it: each with its source, and whether it was reviewed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ListSource:
    """Where a fact is from, how old it is, and who reviewed it; nobody, as long as the name is empty."""

    title: str
    as_of_on: date
    reviewed_by: str = ""
    is_own_list: bool = False

    @property
    def is_reviewed(self) -> bool:
        """Say whether a pharmacist has put a name to the list."""
        return bool(self.reviewed_by)


class InteractionSeverity(StrEnum):
    """How grave the source calls an interaction. NOT_STATED is not "harmless": somebody has to judge it."""

    CRITICAL = "Critical"
    SIGNIFICANT = "Significant"
    NOT_STATED = ""


@dataclass(frozen=True, slots=True)
class InteractionFact:
    """Two ingredients at hand that do not go together."""

    substance: str
    other: str
    severity: InteractionSeverity
    source: ListSource


@dataclass(frozen=True, slots=True)
class DuplicateFact:
    """A class of which a patient seldom needs two drugs."""

    name: str
    source: ListSource


class AllergyRelation(StrEnum):
    """How an allergen and a drug belong together. EXACT means the drug itself."""

    EXACT = "same drug"
    SAME_CLASS = "same class"
    CROSS_REACTS = "cross-reacts"
    LOW = "low"
    EXCIPIENT = "excipient"
    SEPARATE = "separate"
    HISTORIC = "historic"


@dataclass(frozen=True, slots=True)
class AllergyFact:
    """A drug a patient may react to: what they are allergic to, what is in the drug, and what joins the two."""

    allergen: str
    substance: str
    relation: AllergyRelation
    group: str
    note: str
    source: ListSource


@dataclass(frozen=True, slots=True)
class LookAlikeFact:
    """Another name this one is taken for."""

    name: str
    other: str
    kind: str
    source: ListSource


class GuideAnswer(StrEnum):
    """Whether a Medication Guide goes with a drug. NOT_LISTED is not "no": the list is old and has gaps."""

    YES = "yes"
    CHECK = "check"
    NOT_LISTED = "not listed"


@dataclass(frozen=True, slots=True)
class MedicationGuideFact:
    """The answer and, where the list has one, the day of the newest guide."""

    answer: GuideAnswer
    because: str
    latest_on: date | None
    source: ListSource | None
