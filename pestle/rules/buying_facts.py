"""The frozen facts that the rules of buying see: an order to a supplier, a delivery on the bench."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the rules may ask of an order to a supplier."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    packages: int = 0
    schedules: frozenset[Schedule] = frozenset()
    goes_by_wire: bool = True
    supplier_is_known: bool = True
    packages_open: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakenFacts:
    """So many packages of one lot, as one scan or one line of typing says."""

    product_is_known: bool = True
    lot_number: str = ""
    expires_on: date | None = None
    packages: int = 0
    units_are_known: bool = True
    schedule: Schedule = Schedule.NONE
    is_recalled: bool = False
    temperature_c: Decimal | None = None
    needs_cold: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What the rules may ask of a delivery: `counted_by` are the people who counted the vault lines, blind."""

    state: str
    at: datetime
    today: date
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    worker_id: int | None = None
    taken: TakenFacts = TakenFacts()
    packages_received: int = 0
    differences_open: int = 0
    vault_lines_uncounted: int = 0
    witness_id: int | None = None
    has_vault_lines: bool = False
    reason: str = ""
