"""The receipt of a hand-over: what was taken, what it cost, how it was paid, what was said and signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.pdfgen.canvas import Canvas

from pestle.records.handover import Payment, Sale, SaleItem
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.stations.bench.label_sheets import BOLD, PLAIN, width_of, wrapped
from pestle.stations.bench.label_texts import said_day
from pestle.stations.bench.labels import medicine_of
from pestle.stations.handover.signatures import name_typed
from pestle.terms.decimals import plain
from pestle.terms.money import Money

WIDTH, MARGIN, LINE = 226.0, 12.0, 12.0  # 80 mm paper, as registers print on
SMALL, LARGE = 8.0, 11.0
_ANSWERS = {"accepted": "accepted", "refused": "declined", "done": "given"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """All sales that one person took at once."""

    pharmacy: Pharmacy
    sales: tuple[Sale, ...]
    items: tuple[SaleItem, ...]
    payments: tuple[Payment, ...]

    @property
    def number(self) -> str:
        """Give the number of the first sale, under which the receipt is found."""
        return str(self.sales[0].pk)

    @property
    def at(self) -> datetime:
        """Give when it was sold, by the clock of the pharmacy."""
        return self.sales[0].at.astimezone(ZoneInfo(self.pharmacy.time_zone))

    @property
    def total(self) -> Decimal:
        """Give the price of everything."""
        return sum((each.total for each in self.sales), Decimal(0))

    @property
    def paid(self) -> tuple[tuple[str, Decimal], ...]:
        """Give each way of paying with its reference, and what was handed over that way."""
        sums: dict[str, Decimal] = {}
        for each in self.payments:
            words = " ".join(filter(None, (each.kind.capitalize(), each.reference)))
            sums[words] = sums.get(words, Decimal(0)) + (each.tendered or each.amount)
        return tuple(sums.items())

    @property
    def change(self) -> Decimal:
        """Give the change in cash."""
        return sum((each.tendered - each.amount for each in self.payments if each.kind == "cash"), Decimal(0))


def receipt(by: Worker, sale_id: int) -> Receipt | None:
    """This will give the receipt of a sale with all that was sold in the same act; None for another pharmacy's."""
    sale = Sale.objects.filter(pk=sale_id, pharmacy_id=by.pharmacy_id).first()
    if sale is None:
        return None
    together = Sale.objects.filter(act_id=sale.act_id, pharmacy_id=by.pharmacy_id)
    sales = tuple(together.select_related("patient", "worker", "counselled_by", "pharmacy").order_by("pk"))
    items = SaleItem.objects.filter(sale__in=sales).select_related(
        "fill__package__product", "fill__prescription", "sale__patient"
    )
    paid = Payment.objects.filter(sale__in=sales, amount__gt=0).order_by("pk")
    return Receipt(sales[0].pharmacy, sales, tuple(items.order_by("pk")), tuple(paid))


def as_pdf(shown: Receipt) -> bytes:
    """This will give a receipt as PDF on paper of 80 mm; its title names no patient."""
    lines = list(_lines(shown))
    height = MARGIN * 2 + sum(LINE * (1.4 if size == LARGE else 1) for _, _, size in lines)
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=(WIDTH, height), invariant=True)
    canvas.setTitle(f"Receipt {shown.number}")
    y = height - MARGIN
    for left, right, size in lines:
        y -= LINE * (1.4 if size == LARGE else 1)
        canvas.setFont(BOLD if size == LARGE else PLAIN, size)
        canvas.drawString(MARGIN, y, left)
        if right:
            canvas.drawRightString(WIDTH - MARGIN, y, right)
    canvas.showPage()
    canvas.save()
    return kept.getvalue()


def _lines(shown: Receipt) -> Iterator[tuple[str, str, float]]:
    """Give each line: words on the left, a figure on the right, the size of the letters."""
    pharmacy = shown.pharmacy
    width_of("", SMALL)  # Registers the fonts.
    yield pharmacy.name, "", LARGE
    yield f"{pharmacy.address}, {pharmacy.city} {pharmacy.state} {pharmacy.postal_code}", "", SMALL
    half = "am" if shown.at.hour < 12 else "pm"
    clock = f"{shown.at.hour % 12 or 12}:{shown.at:%M} {half}"
    yield f"{said_day(shown.at.date())}, {clock}", f"Receipt {shown.number}", SMALL
    if pharmacy.is_practice:
        yield "PRACTICE: nothing here is real", "", SMALL
    for item in shown.items:
        yield from _item(item)
    yield "To pay", _dollars(shown.total), LARGE
    for words, amount in shown.paid:
        yield words, _dollars(amount), SMALL
    if shown.change:
        yield "Change", _dollars(shown.change), SMALL
    for sale in shown.sales:
        yield f"Counselling {_ANSWERS.get(sale.counsel_answer, 'offered')}", "", SMALL
    first = shown.sales[0]
    signed = name_typed(first.signature)
    yield f"Taken by {first.taken_by}{', name typed' if signed else ', signed'}", "", SMALL
    yield f"Served by {first.worker.short_name}", "", SMALL


def _item(item: SaleItem) -> Iterator[tuple[str, str, float]]:
    package = item.fill.package
    name = medicine_of(package.product) if package else "Prescription"
    words = wrapped(name, SMALL, WIDTH - 2 * MARGIN - 50)
    yield words[0], _dollars(item.price), SMALL
    for more in words[1:]:
        yield more, "", SMALL
    yield f"  {plain(item.fill.quantity)}, Rx {item.fill.prescription.rx_number}", "", SMALL


def _dollars(amount: Decimal) -> str:
    return str(Money.rounded(amount))
