"""What is known while directions are read: the tokens, the step at hand, what stands open."""

from dataclasses import dataclass, field
from decimal import Decimal

from pestle.terms.sig.draft import Draft, Drafted
from pestle.terms.sig.tokens import END, Token
from pestle.terms.sig.values import Relation

ONE = Decimal(1)
DAY_HOURS = Decimal(24)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HIDDEN = frozenset({"ignore", "mark", "article", "de", "into", "on", "of"})
MASS = frozenset({"mg", "mcg", "g", "unit", "mEq", "grain"})


@dataclass(slots=True)
class Reading:
    """One reading of one text. Readers take it, the place of their token and the token, and give the next place."""

    tokens: list[Token]
    product_words: frozenset[str]
    out: Drafted = field(default_factory=Drafted)
    draft: Draft = field(default_factory=Draft)
    joiner: str | None = None
    preposition: str | None = None
    next_verb: str | None = None
    place_text: str = ""
    echoes: bool = False
    depth: int = 0
    clause_words: list[str] = field(default_factory=list)
    clause_has_content: bool = False

    def at(self, place: int) -> Token:
        """Give the token at a place; beyond either end it is END."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else END

    def skip(self, place: int) -> int:
        """Give the next place that is not a filler."""
        while self.at(place).kind in HIDDEN:
            place += 1
        return place

    def start_step(self, relation: Relation) -> None:
        """Keep the step at hand and begin the next one."""
        self.keep_draft()
        previous = self.out.drafts[-1] if self.out.drafts else Draft()
        self.draft = Draft(relation=relation, verb=self.next_verb or previous.verb, route=None)
        self.next_verb = None
        self.joiner = None

    def keep_draft(self) -> None:
        """Keep the step at hand when something was read into it."""
        if self.draft.has_content or self.draft.is_scale or (not self.out.drafts and self.has_trace()):
            self.out.drafts.append(self.draft)
        elif self.out.drafts and self.draft.route and not self.out.drafts[-1].route:
            self.out.drafts[-1].route = self.draft.route

    def has_trace(self) -> bool:
        """Tell whether a verb or route was read."""
        return bool(self.draft.verb or self.draft.route)

    def set_dose(self, low: Decimal, high: Decimal, unit: str | None) -> None:
        """Give the step its dose."""
        self.draft.low, self.draft.high, self.draft.unit = low, high, unit

    def add_when(self, code: str) -> None:
        """Add a time of day, noting whether "and" or "or" joined it."""
        draft = self.draft
        if code == "acm":
            code = "ac1"
        if code in draft.when:
            return
        if self.joiner == "or" and draft.when:
            self.out.ask("frequency", "Two times of day with “or” between: at one of them, or at both?")
        draft.when.append(code)
        if self.joiner == "and" and (draft.frequency is not None or draft.count or len(draft.when) > 1):
            draft.joined_when.append(code)
