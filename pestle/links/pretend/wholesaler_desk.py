"""What a pretend wholesaler makes of an order: what it has, at what price, from which lots, and its papers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from pestle.terms.gtin import Gtin, gs1_check_digit
from pestle.wire import epcis
from pestle.wire.epcis import Packed, Shipping, TracedPlace, TracedProduct
from pestle.wire.x12.interchange import Segment
from pestle.wire.x12.invoicing import Invoice, InvoiceLine, write_invoice
from pestle.wire.x12.ordering import (
    Acknowledgement,
    AnsweredLine,
    LineAnswer,
    OrderLine,
    PurchaseOrder,
    write_acknowledgement,
)
from pestle.wire.x12.shipping import Carton, ShipNotice, ShippedItem, ShippedOrder, write_ship_notice

NAME, CITY, STATE = "Lakeside Drug", "Lansing", "MI"
SELLER = "urn:epc:id:sgln:0399999.00001.0"
PREFIX_DIGITS = 7
MOST_SERIALS = 500
CENT = Decimal("0.01")
# Of a hundred lines so many go so, made up: all there, half of it, none now, dearer than the contract, not sold here.
BY_SEED = (("all", 88), ("half", 4), ("none", 3), ("dearer", 4), ("refused", 1))
ACCEPTED, BACK_ORDERED, SUBSTITUTED, REFUSED, DEARER = "IA", "IB", "IS", "IR", "IP"


@dataclass(frozen=True, slots=True)
class Instead:
    """A product that is sent in place of another: its eleven digits and, where known, its GTIN."""

    ndc: str
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """So many packages of one product that go out for one line."""

    line: OrderLine
    ids: tuple[tuple[str, str], ...]
    packages: int
    price: Decimal
    lot: str
    expires_on: date

    @property
    def gtin(self) -> Gtin | None:
        """The GTIN the order named (UK), where it did."""
        found = next((value for qualifier, value in self.ids if qualifier == "UK"), "")
        return Gtin(found) if found else None


@dataclass(slots=True)
class Shelf:
    """What the wholesaler was told about products; everything else follows from the seed."""

    seed: int
    have: dict[str, int] = field(default_factory=dict)
    instead: dict[str, Instead] = field(default_factory=dict)
    habits: dict[str, str] = field(default_factory=dict)
    expiries: dict[str, date] = field(default_factory=dict)
    troubles: bool = True

    def answer(
        self, order: PurchaseOrder, line: OrderLine, on: date
    ) -> tuple[tuple[LineAnswer, ...], tuple[Sent, ...]]:
        """Give what is said of a line and what goes out for it now."""
        wanted, habit = int(line.quantity), self._habit(order.number, line.ndc)
        if habit == "refused" or not line.ndc:
            return (LineAnswer(status=REFUSED, quantity=line.quantity, unit=line.unit),), ()
        now = min(wanted, self.have.get(line.ndc, {"half": wanted // 2, "none": 0}.get(habit, wanted)))
        later = wanted - now
        instead = self.instead.get(line.ndc)
        if now == 0 and instead is not None:
            ids = (("N4", instead.ndc), *((("UK", instead.gtin),) if instead.gtin else ()))
            said = LineAnswer(status=SUBSTITUTED, quantity=Decimal(wanted), unit=line.unit, ids=ids)
            return (said,), (self._sent(order, line, ids, wanted, on),)
        answers = []
        if now:
            status = DEARER if habit == "dearer" else ACCEPTED
            answers.append(LineAnswer(status=status, quantity=Decimal(now), unit=line.unit, on=on + timedelta(days=1)))
        if later:
            answers.append(
                LineAnswer(status=BACK_ORDERED, quantity=Decimal(later), unit=line.unit, on=on + timedelta(days=8))
            )
        return tuple(answers), (self._sent(order, line, line.ids, now, on),) if now else ()

    def released(self, order: PurchaseOrder, on: date) -> tuple[Sent, ...]:
        """Give what was back-ordered of an order, now that it is here."""
        found = []
        for line in order.lines:
            answers, _ = self.answer(order, line, on)
            later = sum(int(each.quantity) for each in answers if each.status == BACK_ORDERED)
            if later:
                found.append(self._sent(order, line, line.ids, later, on))
        return tuple(found)

    def _habit(self, order: str, ndc: str) -> str:
        if ndc in self.habits or not self.troubles:
            return self.habits.get(ndc, "all")
        drawn = _drawn(f"{self.seed} {order} {ndc}") % 100
        for habit, share in BY_SEED:
            if drawn < share:
                return habit
            drawn -= share
        return "all"

    def _sent(
        self, order: PurchaseOrder, line: OrderLine, ids: tuple[tuple[str, str], ...], packages: int, on: date
    ) -> Sent:
        ndc = next(value for qualifier, value in ids if qualifier == "N4")
        # One lot of a product lasts a month at this wholesaler, and expires one to three years later.
        drawn = _drawn(f"{self.seed} {ndc} {on:%Y%m}")
        expires_on = self.expires_on(ndc, on, drawn)
        price = line.price or Decimal("9.99")
        if self._habit(order.number, line.ndc) == "dearer":
            price = (price * Decimal("1.07")).quantize(CENT, ROUND_HALF_UP)
        lot = f"{chr(65 + drawn % 26)}{drawn // 26 % 100_000:05}"
        return Sent(line, ids, packages, price, lot, expires_on)

    def expires_on(self, ndc: str, on: date, drawn: int) -> date:
        """Give when a product's present lot expires, the last day of a month."""
        if ndc in self.expiries:
            return self.expiries[ndc]
        months = 12 + drawn // 7 % 25
        year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
        return date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)


def acknowledgement(order: PurchaseOrder, shelf: Shelf, on: date) -> tuple[Segment, ...]:
    """Write the 855."""
    lines = tuple(AnsweredLine(line=line, answers=shelf.answer(order, line, on)[0]) for line in order.lines)
    refused = all(answer.status == REFUSED for each in lines for answer in each.answers)
    said = Acknowledgement(
        kind="RD" if refused else "AC", number=order.number, ordered_on=order.ordered_on, lines=lines
    )
    return write_acknowledgement(said)


def ship_notice(order: PurchaseOrder, sent: Iterable[Sent], *, number: str, at: datetime) -> tuple[Segment, ...]:
    """Write the 856: one carton with everything."""
    items = tuple(
        ShippedItem(
            number=each.line.number, ids=each.ids, quantity=Decimal(each.packages), unit=each.line.unit, lot=each.lot,
            expires_on=each.expires_on,
        )
        for each in sent
    )  # fmt: skip
    shipped = ShippedOrder(
        number=order.number, ordered_on=order.ordered_on, references=(("IV", invoice_number(number)),),
        cartons=(Carton(marks=(("GM", f"00{carton_of(number)}"),), items=items),),
    )  # fmt: skip
    return write_ship_notice(
        ShipNotice(
            number=number, written_at=at.replace(tzinfo=None), dates=(("011", at.date()), ("017", at.date())),
            packages="1", carrier=NAME, orders=(shipped,),
        )
    )  # fmt: skip


def invoice(order: PurchaseOrder, sent: Iterable[Sent], *, number: str, on: date) -> tuple[Segment, ...]:
    """Write the 810."""
    lines = tuple(
        InvoiceLine(
            number=each.line.number, quantity=Decimal(each.packages), unit=each.line.unit, price=each.price,
            ids=each.ids, description=each.line.description, lots=(each.lot,),
        )
        for each in sent
    )  # fmt: skip
    total = sum((line.amount for line in lines), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    return write_invoice(
        Invoice(
            number=invoice_number(number), invoiced_on=on, order_number=order.number, ordered_on=order.ordered_on,
            lines=lines, total=total,
        )
    )  # fmt: skip


def tracing(order: PurchaseOrder, sent: Iterable[Sent], *, number: str, buyer: str, at: datetime) -> bytes:
    """Write the EPCIS document of a shipment; b"" where no product of it was named by its GTIN."""
    traced = [each for each in sent if each.gtin is not None]
    packed = tuple(
        Packed(gtin=each.gtin, serial=serial, lot=each.lot, expires_on=each.expires_on, carton=carton_of(number))
        for each in traced
        for serial in serials(each, number)
        if each.gtin is not None
    )
    if not packed:
        return b""
    products = {
        each.gtin: TracedProduct(gtin=each.gtin, ndc=_ndc(each), name=each.line.description)
        for each in traced
        if each.gtin is not None
    }
    shipping = Shipping(
        instance=f"TR-{number}", at=at, sender=TracedPlace(id=SELLER, name=NAME, city=CITY, state=STATE),
        receiver=TracedPlace(id="urn:epc:id:sgln:0399999.00002.0", name=buyer), products=tuple(products.values()),
        packed=packed, order_number=order.number, invoice_number=invoice_number(number), prefix_digits=PREFIX_DIGITS,
    )  # fmt: skip
    return epcis.encode(epcis.shipping_document(shipping))


def codes(sent: Iterable[Sent], number: str) -> list[str]:
    """Give what stands in the DataMatrix of each package of a tote, as a scanner sends it."""
    return [
        f"]d201{each.gtin}17{each.expires_on:%y%m%d}10{each.lot}\x1d21{serial}"
        for each in sent
        if each.gtin is not None
        for serial in serials(each, number)
    ]


def serials(sent: Sent, number: str) -> list[str]:
    """Give a serial for each package."""
    base = _drawn(f"{number} {sent.line.number} {sent.lot}") % 10**9
    return [f"{base:09}{place:03}" for place in range(min(sent.packages, MOST_SERIALS))]


def invoice_number(shipment: str) -> str:
    """Give the number of a shipment's invoice."""
    return f"INV{shipment.removeprefix('SH')}"


def carton_of(shipment: str) -> str:
    """Give the eighteen digits of a shipment's carton."""
    body = f"00399999{_drawn(shipment) % 10**9:09}"
    return body + gs1_check_digit(body)


def _ndc(sent: Sent) -> str:
    return next((value for qualifier, value in sent.ids if qualifier == "N4"), "")


def _drawn(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:6])
