"""810 invoice and credit memo, as values and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pestle.wire.x12.elements import (
    Party,
    day,
    filled,
    flat,
    implied,
    ndc_of,
    parties,
    real,
    text,
    values,
    write_day,
    write_implied,
    write_party,
    write_real,
)
from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Segment, TransactionSet
from pestle.wire.x12.ordering import first

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One IT1: so many packages at a price each."""

    number: str
    quantity: Decimal
    unit: str
    price: Decimal
    basis: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    description: str = ""
    lots: tuple[str, ...] = ()

    @property
    def ndc(self) -> str:
        """The NDC as it was sent, or ""."""
        return ndc_of(self.ids)

    @property
    def amount(self) -> Decimal:
        """Quantity times price, not rounded."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One SAC: `indicator` C for a charge, A for an allowance; the amount in dollars."""

    indicator: str
    code: str
    amount: Decimal
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An 810; `kind` DI debit, CR or CN credit; the total as the seller states it."""

    number: str
    invoiced_on: date
    order_number: str
    ordered_on: date | None = None
    kind: str = "DI"
    references: tuple[tuple[str, str], ...] = ()
    parties: tuple[Party, ...] = ()
    lines: tuple[InvoiceLine, ...]
    charges: tuple[Charge, ...] = ()
    total: Decimal

    @property
    def summed(self) -> Decimal:
        """What lines and charges come to in dollars, before rounding; three-way match holds it against `total`."""
        added = sum((line.amount for line in self.lines), Decimal(0))
        return added + sum(
            (each.amount if each.indicator == "C" else -each.amount for each in self.charges), Decimal(0)
        )

    @property
    def is_balanced(self) -> bool:
        """Whether the stated total is what the lines come to, to the cent."""
        return abs(self.summed - self.total) < CENT


def read_invoice(found: TransactionSet) -> Invoice:
    """Read an 810; raises X12Error."""
    if found.kind != "810":
        raise X12Error("ST01", "is not 810")
    body = found.body
    beginning = first(body, "BIG")
    starts = [at for at, each in enumerate(body) if each.id == "IT1"]
    end = next((at for at, each in enumerate(body) if each.id == "TDS"), len(body))
    loops = [body[start:stop] for start, stop in zip(starts, [*starts[1:], end], strict=False)]
    head = body[: starts[0]] if starts else body[:end]
    total = next((each for each in body if each.id == "CTT"), None)
    if total is not None and total[1] != str(len(loops)):
        raise X12Error("CTT01", f"is not {len(loops)}, the number of lines")
    return Invoice(
        number=text(beginning, 2), invoiced_on=day(beginning, 1), order_number=beginning[4],
        ordered_on=day(beginning, 3) if beginning[3] else None, kind=beginning[7] or "DI",
        references=values(head, "REF"), parties=parties(head), lines=tuple(_line(each) for each in loops),
        charges=tuple(_charge(each) for each in body if each.id == "SAC"), total=implied(first(body, "TDS"), 1),
    )  # fmt: skip


def write_invoice(invoice: Invoice) -> tuple[Segment, ...]:
    """Write the body of an 810; raises X12Error where an amount has a fraction of a cent."""
    ordered = write_day(invoice.ordered_on) if invoice.ordered_on else ""
    body = [
        filled(
            "BIG", write_day(invoice.invoiced_on), invoice.number, ordered, invoice.order_number, "", "", invoice.kind
        )
    ]
    body += [filled("REF", qualifier, value) for qualifier, value in invoice.references]
    for party in invoice.parties:
        body += write_party(party)
    for line in invoice.lines:
        body += _written_line(line)
    body.append(filled("TDS", write_implied(invoice.total, where="TDS01")))
    body += [_written_charge(each) for each in invoice.charges]
    return (*body, filled("CTT", str(len(invoice.lines))))


def _line(loop: tuple[Segment, ...]) -> InvoiceLine:
    head = loop[0]
    return InvoiceLine(
        number=head[1], quantity=real(head, 2), unit=text(head, 3), price=real(head, 4), basis=head[5],
        ids=head.pairs(6), description=next((each[5] for each in loop if each.id == "PID"), ""),
        lots=tuple(each[2] for each in loop if each.id == "REF" and each[1] == "LT"),
    )  # fmt: skip


def _written_line(line: InvoiceLine) -> Iterator[Segment]:
    yield filled(
        "IT1", line.number, write_real(line.quantity), line.unit, write_real(line.price), line.basis, *flat(line.ids)
    )
    if line.description:
        yield filled("PID", "F", "", "", "", line.description)
    yield from (filled("REF", "LT", lot) for lot in line.lots)


def _charge(segment: Segment) -> Charge:
    return Charge(indicator=text(segment, 1), code=segment[2], amount=implied(segment, 5), description=segment[15])


def _written_charge(charge: Charge) -> Segment:
    amount = write_implied(charge.amount, where="SAC05")
    blank = [""] * 9 if charge.description else []
    return filled("SAC", charge.indicator, charge.code, "", "", amount, *blank, charge.description)
