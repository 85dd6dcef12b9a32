"""The frozen facts that the rules of recalls see."""

from dataclasses import dataclass
from datetime import datetime

from pestle.terms.roles import Role


@dataclass(frozen=True, slots=True)
class RecallFacts:
    """What the rules may ask of one recall at this pharmacy."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    lots: int = 0
    depth: str = ""
    places_to_pull: int = 0
    fills_stopped: int = 0
    patients_to_tell: int = 0
    is_answered: bool = False
    reason: str = ""
