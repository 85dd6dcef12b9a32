"""850 purchase order and 855 acknowledgement, as values and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pestle.wire.x12.elements import (
    Party,
    day,
    filled,
    flat,
    ndc_of,
    parties,
    real,
    text,
    values,
    write_day,
    write_party,
    write_real,
)
from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Segment, TransactionSet


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One PO1: so many packages (`unit` EA, BT, CA, BX, PK) of a product named by (qualifier, id) pairs."""

    number: str
    quantity: Decimal
    unit: str
    price: Decimal | None = None
    basis: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    description: str = ""

    @property
    def ndc(self) -> str:
        """The NDC as it was sent, or ""."""
        return ndc_of(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrder:
    """An 850; `purpose` 00 original, 01 cancel, 05 replace; `kind` SA stand-alone."""

    purpose: str = "00"
    kind: str = "SA"
    number: str
    ordered_on: date
    references: tuple[tuple[str, str], ...] = ()
    parties: tuple[Party, ...] = ()
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """One ACK: how much of a line is accepted, back-ordered, substituted or refused, by the code of ACK01."""

    status: str
    quantity: Decimal
    unit: str
    on: date | None = None
    ids: tuple[tuple[str, str], ...] = ()

    @property
    def ndc(self) -> str:
        """The NDC of a substitution as it was sent, or ""."""
        return ndc_of(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A line of the order as the seller read it, with what becomes of it."""

    line: OrderLine
    answers: tuple[LineAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """An 855; `kind` AC with detail, AD without, AE with changes, RD refused with detail, RJ refused."""

    purpose: str = "00"
    kind: str
    number: str
    ordered_on: date
    lines: tuple[AnsweredLine, ...]


def read_order(found: TransactionSet) -> PurchaseOrder:
    """Read an 850; raises X12Error."""
    body = _body(found, "850")
    beginning = first(body, "BEG")
    head, loops = _loops(body, "PO1")
    lines = tuple(_line(loop) for loop in loops)
    _check_total(body, len(lines))
    return PurchaseOrder(
        purpose=text(beginning, 1), kind=text(beginning, 2), number=text(beginning, 3), ordered_on=day(beginning, 5),
        references=values(head, "REF"), parties=parties(head), lines=lines,
    )  # fmt: skip


def write_order(order: PurchaseOrder) -> tuple[Segment, ...]:
    """Write the body of an 850."""
    body = [filled("BEG", order.purpose, order.kind, order.number, "", write_day(order.ordered_on))]
    body += [filled("REF", qualifier, value) for qualifier, value in order.references]
    for party in order.parties:
        body += write_party(party)
    for line in order.lines:
        body += _written_line(line)
    # CTT02, the hash total, is the sum of the quantities.
    total = sum((line.quantity for line in order.lines), Decimal(0))
    return (*body, filled("CTT", str(len(order.lines)), write_real(total)))


def read_acknowledgement(found: TransactionSet) -> Acknowledgement:
    """Read an 855; raises X12Error."""
    body = _body(found, "855")
    beginning = first(body, "BAK")
    _, loops = _loops(body, "PO1")
    lines = tuple(
        AnsweredLine(line=_line(loop), answers=tuple(_answer(each) for each in loop if each.id == "ACK"))
        for loop in loops
    )
    _check_total(body, len(lines))
    return Acknowledgement(
        purpose=text(beginning, 1), kind=text(beginning, 2), number=text(beginning, 3), ordered_on=day(beginning, 4),
        lines=lines,
    )  # fmt: skip


def write_acknowledgement(said: Acknowledgement) -> tuple[Segment, ...]:
    """Write the body of an 855."""
    body = [filled("BAK", said.purpose, said.kind, said.number, write_day(said.ordered_on))]
    for each in said.lines:
        body += _written_line(each.line)
        body += [_written_answer(answer) for answer in each.answers]
    return (*body, filled("CTT", str(len(said.lines))))


def first(body: tuple[Segment, ...], name: str) -> Segment:
    """Give the first segment of a name; raises X12Error where there is none."""
    found = next((each for each in body if each.id == name), None)
    if found is None:
        raise X12Error(name, "is missing")
    return found


def _body(found: TransactionSet, kind: str) -> tuple[Segment, ...]:
    if found.kind != kind:
        raise X12Error("ST01", f"is not {kind}")
    return found.body


def _loops(body: tuple[Segment, ...], name: str) -> tuple[tuple[Segment, ...], list[tuple[Segment, ...]]]:
    """Cut a body into what stands before the first segment of a name and one part from each on, without the totals."""
    starts = [at for at, each in enumerate(body) if each.id == name]
    ends = [*starts[1:], next((at for at, each in enumerate(body) if each.id in {"CTT", "TDS"}), len(body))]
    loops = [body[start:end] for start, end in zip(starts, ends, strict=False)]
    return body[: starts[0]] if starts else body, loops


def _line(loop: tuple[Segment, ...]) -> OrderLine:
    head = loop[0]
    described = next((each[5] for each in loop if each.id == "PID"), "")
    return OrderLine(
        number=head[1], quantity=real(head, 2), unit=text(head, 3), price=real(head, 4) if head[4] else None,
        basis=head[5], ids=head.pairs(6), description=described,
    )  # fmt: skip


def _written_line(line: OrderLine) -> Iterator[Segment]:
    price = "" if line.price is None else write_real(line.price)
    yield filled(
        "PO1", line.number, write_real(line.quantity), line.unit, price, line.basis, *flat(line.ids)
    )  # fmt: skip
    if line.description:
        yield filled("PID", "F", "", "", "", line.description)


def _answer(segment: Segment) -> LineAnswer:
    return LineAnswer(
        status=text(segment, 1), quantity=real(segment, 2), unit=segment[3],
        on=day(segment, 5) if segment[5] else None, ids=segment.pairs(7),
    )  # fmt: skip


def _written_answer(answer: LineAnswer) -> Segment:
    # 068: current schedule ship, the day the seller means to send it.
    when = ("068", write_day(answer.on)) if answer.on else ("", "")
    return filled("ACK", answer.status, write_real(answer.quantity), answer.unit, *when, "", *flat(answer.ids))


def _check_total(body: tuple[Segment, ...], lines: int) -> None:
    total = next((each for each in body if each.id == "CTT"), None)
    if total is not None and total[1] != str(lines):
        raise X12Error("CTT01", f"is not {lines}, the number of lines")
