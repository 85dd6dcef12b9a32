"""An order as the supplier reads it: X12 850, each product by its NDC and, where one GTIN is certain, by that too."""

import unicodedata
from datetime import datetime
from decimal import Decimal

from pestle.records.catalogue import Package
from pestle.records.pharmacies import Partner
from pestle.records.purchasing import Order
from pestle.stations.intake.drop_off import today_at
from pestle.terms.gtin import Gtin
from pestle.wire import x12
from pestle.wire.x12.elements import Party
from pestle.wire.x12.envelopes import Address, enveloped
from pestle.wire.x12.interchange import Separators
from pestle.wire.x12.ordering import OrderLine, PurchaseOrder, write_order

MOST_DESCRIBED = 80


def purchase_order(order: Order, at: datetime) -> bytes:
    """This will write the 850 of an order; its interchange number is the order's own."""
    if order.partner is None:
        raise ValueError("An order on paper is not written as X12.")
    pharmacy = order.pharmacy
    written = PurchaseOrder(
        number=order.number,
        ordered_on=today_at(pharmacy, at),
        parties=(
            Party(
                role="ST", name=_plain(pharmacy.name), qualifier="11", id=pharmacy.dea_number,
                street=(_plain(pharmacy.address),), city=_plain(pharmacy.city), state=pharmacy.state,
                postal_code=pharmacy.postal_code,
            ),
            Party(role="SE", name=_plain(order.partner.name)),
        ),
        lines=tuple(
            OrderLine(
                number=str(line.position), quantity=Decimal(line.packages), unit="EA", price=line.price,
                basis="CT" if line.price is not None else "", ids=_ids(line.package),
                description=_plain(str(line.package.product))[:MOST_DESCRIBED],
            )
            for line in order.lines.select_related("package__product").order_by("position")
        ),
    )  # fmt: skip
    address = Address(sender=pharmacy.ncpdp_id, receiver=edi_id(order.partner))
    return x12.encode(enveloped([("850", write_order(written))], address=address, number=order.pk, at=at))


def edi_id(partner: Partner) -> str:
    """This will give how a supplier is named in ISA08: the id it gave us, else the beginning of its name."""
    return (partner.software_id or _plain(partner.name).replace(" ", "")[:15]).ljust(2, "X")


def _ids(package: Package) -> tuple[tuple[str, str], ...]:
    """Give the NDC of eleven digits, and the GTIN of the same package."""
    named = [("N4", package.ndc11)]
    if len(package.ndc10) == 10 and package.ndc10.isdigit():
        named.append(("UK", Gtin.for_us_drug(package.ndc10).digits))
    return tuple(named)


def _plain(text: str) -> str:
    """Give a text as an X12 element can carry it: capitals, ASCII, no separators."""
    marks = Separators()
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    taken = {marks.element, marks.component, marks.terminator}
    return "".join(" " if each in taken or not each.isprintable() else each for each in plain).strip()
