"""The label of a vial that goes back to stock: what it is and until when, and nothing of the patient.

Keep in the labelled vial, never pour back; expiry is the earlier of the lot's and one year from filling.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from pestle.records.catalogue import Package
from pestle.records.stock import Lot
from pestle.stations.bench.label_sheets import SIDE, TOP, WIDTH, Item, Sheet, Square, Words, wrapped
from pestle.stations.bench.label_texts import said_day
from pestle.stations.bench.labels import medicine_of
from pestle.terms.decimals import plain, typed_whole
from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.wire import gs1

HEIGHT = 120.0
TITLE = "RETURNED TO STOCK"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedLabel:
    """Everything the label of a returned vial says."""

    code: str
    medicine: str
    ndc: str
    maker: str
    lot: str
    quantity: str
    use_by_on: date | None
    filled_on: date
    returned_on: date
    is_practice: bool = False


def returned_label(lot: Lot, *, quantity: str, returned_on: date) -> ReturnedLabel:
    """This will give what the label of one returned vial says; the code reads as a bottle of that lot."""
    fill = lot.returned_fill
    filled_on = fill.local_day(fill.filled_at) if fill and fill.filled_at else returned_on
    return ReturnedLabel(
        code=code_of(lot),
        medicine=medicine_of(lot.package.product),
        ndc=lot.package.ndc.dashed,
        maker=lot.package.product.labeler,
        lot=lot.number,
        quantity=quantity,
        use_by_on=lot.expires_on,
        filled_on=filled_on,
        returned_on=returned_on,
        is_practice=lot.pharmacy.is_practice,
    )


def code_of(lot: Lot) -> str:
    """This will give the GS1 code of a returned vial: product, expiry, lot, and as serial number the fill it was."""
    serial = f"R{lot.returned_fill_id}" if lot.returned_fill_id else ""
    scan = gs1.Gs1Scan.of(gtin=_gtin(lot.package), lot=LotNumber(lot.number), expiry=lot.expires_on, serial=serial)
    told = gs1.Element(gs1.US_NDC_AI, lot.package.ndc11)
    return gs1.render(replace(scan, symbology="]d2", elements=(*scan.elements, told)))


def fill_of_serial(serial: str) -> int | None:
    """This will give the id of the fill whose returned vial carries this serial number."""
    return typed_whole(serial[1:]) if serial[:1] == "R" else None


def sheet(label: ReturnedLabel) -> Sheet:
    """Lay out the label of a returned vial."""
    items: list[Item] = []
    y = TOP
    for text, size, is_bold in _lines(label):
        for line in wrapped(text, size, WIDTH - 2 * SIDE - 84, is_bold=is_bold):
            items.append(Words(x=SIDE, y=y, size=size, text=line, is_bold=is_bold))
            y += size * 1.27
    code = Square(x=WIDTH - SIDE - 74, y=TOP + 8, text=label.code, module=2 * 72 / 203)
    return Sheet(items=(*items, code), height=max(HEIGHT, y + TOP))


def words_on(label: ReturnedLabel) -> Iterable[str]:
    """Give every text of the label, for the test that no patient is named on it."""
    return (text for text, _, _ in _lines(label))


def _lines(label: ReturnedLabel) -> Iterable[tuple[str, float, bool]]:
    yield TITLE, 9, True
    yield label.medicine, 12, True
    yield f"{label.quantity} · NDC {label.ndc} · {label.maker}", 8, False
    expiry = said_day(label.use_by_on) if label.use_by_on else "not known: ask a pharmacist"
    yield f"Lot {label.lot} · use by {expiry}", 10, True
    yield f"Filled {said_day(label.filled_on)} · back {said_day(label.returned_on)} · never pour back", 7.5, False
    if label.is_practice:
        yield "PRACTICE: not for use by a patient", 8, True


def quantity_of(amount: object, unit: str) -> str:
    """This will give a quantity as the label says it: 30, 2.5 mL."""
    return f"{plain(amount)} {unit}".strip()  # type: ignore[arg-type]


def _gtin(package: Package) -> Gtin:
    return Gtin.for_us_drug(package.ndc10)
