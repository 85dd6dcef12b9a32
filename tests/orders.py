"""Orders as prescribers write them, for tests of everything that comes over the e-prescribing network."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from pestle.links.pretend import prescriber_desk
from tests.world import NOW

PHARMACY = "2399991"

CLEO = {
    "family": "Marchetti", "given": "Cleo", "birth_on": "1968-03-14", "sex": "F", "address": "412 Alder Court",
    "city": "Ann Arbor", "state": "MI", "postal_code": "48105", "phone": "7345550142",
}  # fmt: skip
NAIR = {
    "family": "Nair", "given": "Priya", "npi": "2000000010", "dea_number": "BN1234563", "erx_id": "7710000000042",
    "practice": "Alder Family Medicine", "address": "1400 Alder Street", "city": "Ann Arbor", "state": "MI",
    "postal_code": "48104", "phone": "7345550177",
}  # fmt: skip
LISINOPRIL = {
    "description": "Lisinopril 10 MG Oral Tablet", "ndc11": "68180098001", "quantity": "30", "unit_code": "C48542",
    "days_supply": "30", "refills": "2", "directions": "Take 1 tablet by mouth every day.",
    "written_on": "2026-11-23", "substitutions": "0",
}  # fmt: skip
ZOLPIDEM = LISINOPRIL | {
    "description": "Zolpidem 10 MG Oral Tablet", "ndc11": "00093007401", "schedule": "IV", "refills": "1",
    "directions": "Take 1 tablet by mouth at bedtime.",
}  # fmt: skip


def order(**changes: Any) -> dict[str, Any]:
    """Cleo's lisinopril from Dr. Nair; each change replaces fields of its part: `drug={"quantity": "90"}`."""
    wanted: dict[str, Any] = deepcopy({"patient": CLEO, "prescriber": NAIR, "drug": LISINOPRIL})
    for part, change in changes.items():
        wanted[part] = {**wanted[part], **change} if isinstance(wanted.get(part), dict) else change
    return wanted


def new_rx(
    message_id: str = "M-1", *, order_number: str = "ORD-1", to: str = PHARMACY, now: datetime = NOW, **changes: Any
) -> bytes:
    """The bytes of a NewRx."""
    return prescriber_desk.new_rx(order(**changes), to=to, message_id=message_id, order_number=order_number, now=now)


def cancel_rx(
    message_id: str = "C-1", *, order_number: str = "ORD-1", to: str = PHARMACY, now: datetime = NOW, **changes: Any
) -> bytes:
    """The bytes of a CancelRx for the same order."""
    return prescriber_desk.cancel_rx(
        order(**changes), to=to, message_id=message_id, order_number=order_number, flag="C", now=now
    )
