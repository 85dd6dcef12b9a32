"""The shape of a rule: a function of frozen facts with its citation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pestle.terms.findings import Finding
from pestle.terms.roles import NOBODY, Role

Facts = TypeVar("Facts")
Decision = Callable[[Facts], str | None]


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts]):
    """A rule: called with facts it answers nothing, or one finding."""

    name: str
    cites: str
    decide: Decision[Facts]
    lifted_by: frozenset[Role]
    field: str
    is_reviewed: bool
    says: str

    def __call__(self, facts: Facts) -> Finding | None:
        sentence = self.decide(facts)
        if sentence is None:
            return None
        return Finding(
            rule=self.name,
            sentence=sentence,
            cites=self.cites,
            lifted_by=self.lifted_by,
            field=self.field,
            is_reviewed=self.is_reviewed,
        )


def rule(
    *, cites: str, lifted_by: frozenset[Role] = NOBODY, field: str = "", is_reviewed: bool = False
) -> Callable[[Decision[Facts]], Rule[Facts]]:
    """This will turn a function of facts into a Rule that carries its source and who can lift it.

    `is_reviewed` stays False until a licensed person has checked the rule against its source; pages show that.
    """

    def dress(decide: Decision[Facts]) -> Rule[Facts]:
        return Rule(
            name=decide.__name__,
            cites=cites,
            decide=decide,
            lifted_by=lifted_by,
            field=field,
            is_reviewed=is_reviewed,
            says=(decide.__doc__ or "").strip(),
        )

    return dress


def findings(rules: Iterable[Rule[Facts]], facts: Facts) -> tuple[Finding, ...]:
    """This will ask every rule and give all that it found, in the order of the rules."""
    return tuple(found for each in rules if (found := each(facts)) is not None)
