"""Prints the labels of vials that went back to stock."""

from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Lot
from pestle.stations.bench import label_pdf, label_zpl
from pestle.stations.bench.label_sheets import Sheet
from pestle.stations.bench.labels_returned import quantity_of, returned_label, sheet
from pestle.stations.bench.printing import printer_of
from pestle.stations.outbox import post_message
from pestle.terms.quantity import BillingUnit

KIND = "returned vial"
RECENT = 8


def send_returned_labels(fill: Fill, *, act_id: UUID, by: Worker, at: datetime) -> int:
    """This will post a label for each returned vial to the only printer there is; to be called inside an act.

    Gives how many were posted: none where a person has to choose a printer or open the PDF.
    """
    to, sheets = printer_of(None, by), returned_sheets(fill, at)
    if to is None or not sheets:
        return 0
    post_message(
        partner=to, kind=KIND, body=label_zpl.write(sheets), act_id=act_id, by=by, at=at,
        external_id=f"returned {fill.pk}", subject=None,
    )  # fmt: skip
    return len(sheets)


def returned_as_pdf(fill: Fill, at: datetime) -> bytes:
    """This will give the labels of a fill's returned vials as PDF; its title names no patient."""
    return label_pdf.draw(returned_sheets(fill, at), title="Returned to stock")


def newest(pharmacy: Pharmacy) -> list[Fill]:
    """This will give what went back to stock last, the newest first: for whoever still has to put a label on it."""
    rows = Fill.objects.filter(pharmacy=pharmacy, state=FillState.RETURNED).with_names()
    return list(rows.order_by("-state_since", "-pk")[:RECENT])


def returned_sheets(fill: Fill, at: datetime) -> tuple[Sheet, ...]:
    """This will lay out one label for each vial that a fill became."""
    lots = Lot.objects.filter(returned_fill=fill)
    lots = lots.select_related("package__product", "pharmacy", "returned_fill__pharmacy")
    amounts = {(each.lot.package_id, each.lot.number): each.quantity for each in fill.lots.select_related("lot")}
    day = fill.local_day(at)
    return tuple(
        sheet(
            returned_label(
                lot,
                quantity=quantity_of(
                    amounts.get((lot.package_id, lot.number), fill.quantity),
                    BillingUnit(lot.package.billing_unit or BillingUnit.EACH).symbol,
                ),
                returned_on=day,
            )
        )
        for lot in lots.order_by("pk")
    )
