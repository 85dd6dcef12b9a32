"""A step while it is being read: everything may still change; settled drafts become frozen steps."""

from dataclasses import dataclass, field
from decimal import Decimal

from pestle.terms.sig.values import Question, Relation, Repeat


@dataclass(slots=True)
class Draft:
    """One step as far as it has been read."""

    verb: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    amount: str | None = None
    echo: tuple[Decimal, str] | None = None
    route: str | None = None
    site: str | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    count: tuple[int, int] | None = None
    is_bare_daily: bool = False
    daily_text: str = ""
    when: list[str] = field(default_factory=list)
    joined_when: list[str] = field(default_factory=list)
    leads_with_when: bool = False
    offset: tuple[int, int] | None = None
    times: list[str] = field(default_factory=list)
    days_of_week: list[str] = field(default_factory=list)
    duration: Decimal | None = None
    duration_max: Decimal | None = None
    duration_unit: str | None = None
    day_span: tuple[int, int] | None = None
    is_in_weeks: bool = False
    bare_repeats: int | None = None
    is_once: bool = False
    prn: bool = False
    reason: str | None = None
    purpose: str | None = None
    max_per_day: Decimal | None = None
    max_unit: str | None = None
    repeat: Repeat | None = None
    is_increase: bool = False
    is_scale: bool = False
    is_test: bool = False
    parity: str = ""
    is_oral_shorthand: bool = False
    relation: Relation | None = None

    @property
    def has_dose(self) -> bool:
        """Tell whether a dose, in numbers or in words, was read."""
        return self.low is not None or self.amount is not None

    @property
    def has_rhythm(self) -> bool:
        """Tell whether anything was read about when or how often."""
        return bool(
            self.frequency is not None
            or self.count
            or self.when
            or self.times
            or self.days_of_week
            or self.is_once
            or self.is_bare_daily
        )

    @property
    def has_content(self) -> bool:
        """Tell whether anything was read into the step."""
        return self.has_dose or self.has_rhythm or self.prn or self.duration is not None or self.day_span is not None

    def add_reason(self, text: str, *, is_purpose: bool) -> None:
        """Keep what the step is for; several reasons stand side by side with a slash."""
        if is_purpose:
            self.purpose = f"{self.purpose}/{text}" if self.purpose else text
        elif not self.reason or text not in self.reason.split("/"):
            self.reason = f"{self.reason}/{text}" if self.reason else text


@dataclass(slots=True)
class Drafted:
    """What the grammar read: the drafts of all steps, and everything beside them."""

    drafts: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rest_days: int | None = None
    is_as_directed: bool = False

    def ask(self, field: str, sentence: str) -> None:
        """Add a question once."""
        question = Question(field, sentence)
        if question not in self.questions:
            self.questions.append(question)
