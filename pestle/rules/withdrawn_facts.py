"""The frozen facts that the rules of recalls, returns and suspect product see."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule


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


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What the rules may ask of one return: `line` facts are those of the lot that is being put on it."""

    state: str
    at: datetime
    today: date
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    lines: int = 0
    goes_to: str = "supplier"
    schedule: Schedule = Schedule.NONE
    is_recalled: bool = False
    is_suspect: bool = False
    is_whole_package: bool = True
    waste_code: str = ""
    authorization: str = ""
    credit_expected: Decimal = Decimal(0)
    credited: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BroughtBackFacts:
    """What a patient brings back: whether it was recalled, or given in error, and whether it is controlled."""

    schedule: Schedule = Schedule.NONE
    is_recalled: bool = False
    is_our_error: bool = False


@dataclass(frozen=True, slots=True)
class OutdatedFacts:
    """What stands on a shelf and is to be taken off it: its last day, its schedule, the day."""

    today: date
    expires_on: date | None
    schedule: Schedule = Schedule.NONE
    pull_ahead_days: int = 0


@dataclass(frozen=True, slots=True)
class SuspectFacts:
    """What the rules may ask of one suspect product: how many were to be verified, and what was asked and heard."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    packages: int = 1
    verified: int = 0
    not_verified: int = 0
    unanswered: int = 0
    form_lacks: tuple[str, ...] = ()
    is_told: bool = False
    reason: str = ""
