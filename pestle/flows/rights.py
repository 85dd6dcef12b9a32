"""What somebody may do, read from the tables of steps: every right follows from a step, there is no other list."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pestle.flows.claim import CLAIM
from pestle.flows.delivery import DELIVERY
from pestle.flows.discrepancy import DISCREPANCY
from pestle.flows.fill import FILL
from pestle.flows.machine import Machine
from pestle.flows.message import MESSAGE
from pestle.flows.notice import NOTICE
from pestle.flows.order import ORDER
from pestle.flows.prescription import PRESCRIPTION
from pestle.flows.recall import RECALL
from pestle.flows.returns import RETURNS
from pestle.flows.suspect import SUSPECT
from pestle.terms.roles import Role, spoken

MACHINES: tuple[Machine[Any], ...] = (
    PRESCRIPTION,
    FILL,
    CLAIM,
    MESSAGE,
    NOTICE,
    ORDER,
    DELIVERY,
    RECALL,
    DISCREPANCY,
    RETURNS,
    SUSPECT,
)
_PROGRAM = frozenset({Role.PROGRAM})


@dataclass(frozen=True, slots=True)
class Right:
    """One step of a table, and whether somebody may take it; the rules of the step are asked when it is taken."""

    flow: str
    verb: str
    words: str
    is_given: bool
    sentence: str
    asks: int


def rights(roles: frozenset[Role], machines: Iterable[Machine[Any]] = MACHINES) -> dict[str, tuple[Right, ...]]:
    """This will give, for each table, every step a person can take and whether these roles may; by the table's name."""
    return {machine.name: tuple(_rights_in(machine, roles)) for machine in machines}


def _rights_in(machine: Machine[Any], roles: frozenset[Role]) -> Iterable[Right]:
    seen: dict[str, Right] = {}
    for step in machine.steps:
        who = step.who - _PROGRAM
        # A verb with several rows is one right; the widest row speaks.
        if not who or (step.verb in seen and seen[step.verb].is_given):
            continue
        is_given = not roles.isdisjoint(who)
        sentence = "" if is_given else f"“{step.words}” is for {spoken(who)}."
        seen[step.verb] = Right(machine.name, step.verb, step.words, is_given, sentence, len(step.rules))
    return seen.values()
