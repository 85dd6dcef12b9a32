"""Tracing data of the Drug Supply Chain Security Act: each serial number that a seller says it sold to us."""

from datetime import datetime

from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.purchasing import Delivery, TracedPackage
from pestle.terms.findings import refuse
from pestle.wire import epcis
from pestle.wire.epcis.document import TracedPackage as Told
from pestle.wire.epcis.document import transaction_numbers
from pestle.wire.gs1 import Gs1Scan

CITES = "21 U.S.C. 360eee-1(d)(1)"


def take(document: epcis.Document, message: Message, at: datetime) -> int:
    """This will keep every package of a tracing document and give how many there are; the same one again adds none.

    Raises Refused where the seller does not affirm its transaction statement: such product may not be accepted.
    """
    told = epcis.packages(document)
    if not document.affirms_statement:
        raise refuse(
            "The tracing data lack the seller's transaction statement: ask the seller, and keep the goods apart.",
            rule="seller_affirms_its_statement", cites="21 U.S.C. 360eee-1(d)(1)(A)",
        )  # fmt: skip
    TracedPackage.objects.bulk_create((_row(each, message) for each in told), ignore_conflicts=True)
    return len(told)


def note_scan(code: Gs1Scan | None, delivery: Delivery, at: datetime) -> str:
    """This will mark a scanned serial as come, and say what is wrong with it, or "".

    A serial that no tracing data speak of, or whose lot differs from its label, is suspect until somebody looks.
    """
    if code is None or code.gtin is None or not code.serial:
        return ""
    told = TracedPackage.objects.filter(pharmacy_id=delivery.pharmacy_id, gtin=code.gtin.digits, serial=code.serial)
    row = told.first()
    if row is None:
        is_traced = TracedPackage.objects.filter(
            pharmacy_id=delivery.pharmacy_id, gtin=code.gtin.digits, order_number=_order_of(delivery)
        ).exists()
        return "No tracing data speak of this serial number." if is_traced else ""
    lot = code.lot.text if code.lot else ""
    if row.lot_number and lot and row.lot_number != lot:
        return f"The label says lot {lot}, the tracing data say {row.lot_number}."
    if row.scanned_at is not None:
        return "This very package was scanned before."
    told.update(scanned_at=at, delivery=delivery)
    return ""


def find(by: Worker, text: str) -> list[TracedPackage]:
    """This will find traced packages by lot, serial number, GTIN or NDC, newest first."""
    wanted = text.strip()
    rows = TracedPackage.objects.filter(pharmacy_id=by.pharmacy_id).select_related("partner", "delivery", "message")
    digits = wanted.replace("-", "")
    found = rows.filter(lot_number__iexact=wanted) | rows.filter(serial=wanted) | rows.filter(gtin=digits)
    found |= rows.filter(ndc_said__in=[wanted, digits])
    return list(found.order_by("-pk")[:200]) if wanted else []


def _row(told: Told, message: Message) -> TracedPackage:
    return TracedPackage(
        pharmacy=message.pharmacy, partner=message.partner, message=message, gtin=told.gtin.digits, serial=told.serial,
        ndc_said=told.ndc, lot_number=told.lot, expires_on=told.expires_on,
        order_number=transaction_numbers(told).get("po", "")[:30],
    )  # fmt: skip


def _order_of(delivery: Delivery) -> str:
    return delivery.order.number if delivery.order else ""
