"""What directions say, as frozen values: steps, what was assumed, what must be asked."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pestle.terms.sig.hazards import Hazard


class Relation(StrEnum):
    """How a step follows the one before: afterwards, on the same day, or on top of it."""

    THEN = "then"
    AND = "and"
    PLUS = "plus"


@dataclass(frozen=True, slots=True)
class Repeat:
    """One dose may be given again: after how long, and how many doses in all (None when not said)."""

    after_low: Decimal | None = None
    after_high: Decimal | None = None
    unit: str | None = None
    doses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, at one rhythm.

    Frequency and period are those of FHIR Timing: `frequency` to `frequency_max` times in `period` to `period_max`
    of `period_unit` (min, h, d, wk, mo). A frequency without a period happens one time only. A frequency of 0 with a
    maximum is "up to". `relation` says how the step joins the one before it; the first step has none.
    """

    verb: str | None = None
    dose_low: Decimal | None = None
    dose_high: Decimal | None = None
    unit: str | None = None
    amount: str | None = None
    route: str | None = None
    site: str | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    when: tuple[str, ...] = ()
    offset_minutes: tuple[int, int] | None = None
    times: tuple[str, ...] = ()
    days_of_week: tuple[str, ...] = ()
    duration: Decimal | None = None
    duration_max: Decimal | None = None
    duration_unit: str | None = None
    prn: bool = False
    prn_reason: str | None = None
    purpose: str | None = None
    max_per_day: Decimal | None = None
    max_unit: str | None = None
    repeat: Repeat | None = None
    relation: Relation | None = None

    @property
    def is_given_once(self) -> bool:
        """Tell whether the step happens one time only."""
        return self.frequency is not None and self.period is None and self.repeat is None


@dataclass(frozen=True, slots=True)
class Question:
    """What must be asked before anyone relies on the directions: the part it concerns and the sentence to ask."""

    field: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """Directions as read.

    notes        label instructions beside the steps, as keys of the phrase books ("rinse_mouth")
    assumptions  what was read into the text, each a sentence
    corrections  misspelt words and the words they were taken for
    unread       words that carry no dose and no rhythm and are not on our label text
    questions    what must be asked; while there is one, nothing may be counted from these directions
    rest_days    days without a dose after the steps, before they begin again (21 on, 7 off)
    """

    text: str
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    assumptions: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    rest_days: int | None = None

    @property
    def needs_clarification(self) -> bool:
        """Tell whether a person must ask before these directions may be used."""
        return bool(self.questions)

    @property
    def relation(self) -> Relation | None:
        """Give how the steps hang together: in sequence if any step follows another, else together."""
        joined = [step.relation for step in self.steps if step.relation]
        for relation in (Relation.THEN, Relation.PLUS):
            if relation in joined:
                return relation
        return joined[0] if joined else None
