"""The small machine that takes a step along a table; the only way a piece of work changes its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pestle.rules.rule import Rule
from pestle.terms.findings import Finding, Refused
from pestle.terms.roles import Role, spoken

NEW = ""
"""The state of work that does not exist yet."""
RETURN = "(where it came from)"
"""A target: the state the work was held from."""
STAY = "(where it is)"
"""A target: the state the work is in; the step settles something and moves nothing."""


class WorkFacts(Protocol):
    """What the machine itself needs to know of the work."""

    @property
    def state(self) -> str: ...
    @property
    def held_from(self) -> str: ...


Facts = TypeVar("Facts", bound=WorkFacts)


@dataclass(frozen=True, slots=True)
class Step(Generic[Facts]):
    """One row of a table: the verb, from, to, who may, which rules, and what quantity it moves."""

    verb: str
    sources: tuple[str, ...]
    target: str
    who: frozenset[Role]
    rules: tuple[Rule[Facts], ...] = ()
    moves: str = ""
    title: str = ""

    @property
    def words(self) -> str:
        """The button's words: the verb as a worker says it."""
        return self.title or self.verb.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Lifted:
    """A finding that somebody who may went on in spite of, and why."""

    finding: Finding
    because: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was allowed: what to write down."""

    machine: str
    verb: str
    source: str
    target: str
    moves: str = ""
    lifted: tuple[Lifted, ...] = ()


@dataclass(frozen=True, slots=True)
class Way(Generic[Facts]):
    """A step from where the work stands, and what stands in its way; no findings means it is open."""

    step: Step[Facts]
    findings: tuple[Finding, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Machine(Generic[Facts]):
    """A table of steps for one kind of work."""

    name: str
    steps: tuple[Step[Facts], ...]
    finals: frozenset[str]
    waits: frozenset[str] = frozenset()

    @property
    def states(self) -> tuple[str, ...]:
        """Every state in the order in which the table first reaches it."""
        reached = (step.target for step in self.steps if step.target not in {RETURN, STAY})
        return tuple(dict.fromkeys(reached))

    @property
    def open_states(self) -> tuple[str, ...]:
        return tuple(state for state in self.states if state not in self.finals)

    def step(self, verb: str, source: str) -> Step[Facts] | None:
        """This will give the row for a verb from a state, or nothing where the table has none."""
        return next((step for step in self.steps if step.verb == verb and source in step.sources), None)

    def take(
        self,
        verb: str,
        facts: Facts,
        roles: frozenset[Role],
        *,
        because: Mapping[str, str] | None = None,
    ) -> Taken:
        """This will decide one step; raises Refused with every finding that nobody present has lifted.

        `because` maps the name of a rule to the reason given for going on in spite of it; it counts only where one of
        `roles` may lift that rule, and the reason is not blank.
        """
        step = self.step(verb, facts.state)
        if step is None:
            raise Refused((self._no_such_step(verb, facts.state),))
        if roles.isdisjoint(step.who):
            raise Refused((self._not_yours(step),))
        lifted, standing = _sort_out(_findings(step, facts), roles, because or {})
        if standing:
            raise Refused(standing)
        target = {RETURN: facts.held_from, STAY: facts.state}.get(step.target, step.target)
        return Taken(self.name, verb, facts.state, target, step.moves, lifted)

    def steps_open_to(self, facts: Facts, roles: frozenset[Role]) -> tuple[Way[Facts], ...]:
        """This will give every step from here with what stands in its way; the program's own steps are left out."""
        ways = (step for step in self.steps if facts.state in step.sources and step.who != frozenset({Role.PROGRAM}))
        return tuple(Way(step, self._in_the_way(step, facts, roles)) for step in ways)

    def _in_the_way(self, step: Step[Facts], facts: Facts, roles: frozenset[Role]) -> tuple[Finding, ...]:
        if roles.isdisjoint(step.who):
            return (self._not_yours(step),)
        return _findings(step, facts)

    def _not_yours(self, step: Step[Facts]) -> Finding:
        sentence = f"“{step.words}” is for {spoken(step.who - {Role.PROGRAM} or step.who)}."
        return Finding(rule="who_may", sentence=sentence, cites=f"table of steps: {self.name}", lifted_by=step.who)

    def _no_such_step(self, verb: str, state: str) -> Finding:
        words = next((step.words for step in self.steps if step.verb == verb), verb)
        where = f"is {state.replace('_', ' ')}" if state else "does not exist yet"
        sentence = f"“{words}” is not a step from here: this {self.name} {where}."
        return Finding(rule="only_along_the_table", sentence=sentence, cites=f"table of steps: {self.name}")


def _findings(step: Step[Facts], facts: Facts) -> tuple[Finding, ...]:
    return tuple(found for each in step.rules if (found := each(facts)) is not None)


def _sort_out(
    found: tuple[Finding, ...], roles: frozenset[Role], because: Mapping[str, str]
) -> tuple[tuple[Lifted, ...], tuple[Finding, ...]]:
    lifted, standing = [], []
    for each in found:
        reason = because.get(each.rule, "").strip()
        if reason and each.may_be_lifted_by(roles):
            lifted.append(Lifted(each, reason))
        else:
            standing.append(each)
    return tuple(lifted), tuple(standing)
