"""The frozen facts that the rules of counting see."""

from dataclasses import dataclass
from datetime import datetime

from pestle.terms.roles import Role


@dataclass(frozen=True, slots=True)
class DiscrepancyFacts:
    """What the rules may ask of a discrepancy: `moves_book` says that its end writes a difference entry."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    worker_id: int | None = None
    found_by_id: int | None = None
    witness_id: int | None = None
    reason: str = ""
    explanations: int = 0
    moves_book: bool = False
