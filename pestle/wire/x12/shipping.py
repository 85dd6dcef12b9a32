"""856 ship notice: shipment, orders, cartons and items, as values and back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pestle.wire.x12.elements import (
    Party,
    clock,
    day,
    expiry,
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
from pestle.wire.x12.ordering import first

LEVELS: Final = {"S": "", "O": "S", "P": "OP", "I": "OP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedItem:
    """One product of one lot in one carton."""

    number: str
    ids: tuple[tuple[str, str], ...]
    quantity: Decimal
    unit: str
    lot: str = ""
    expires_on: date | None = None

    @property
    def ndc(self) -> str:
        """The NDC as it was sent, or ""."""
        return ndc_of(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carton:
    """One pack: its marks, such as (GM, SSCC of twenty digits), and what is in it; loose items: no marks."""

    marks: tuple[tuple[str, str], ...] = ()
    items: tuple[ShippedItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedOrder:
    """What is sent of one purchase order."""

    number: str
    ordered_on: date | None = None
    references: tuple[tuple[str, str], ...] = ()
    cartons: tuple[Carton, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipNotice:
    """An 856; `dates` are DTM of the shipment: 011 shipped, 017 expected."""

    purpose: str = "00"
    number: str
    written_at: datetime
    dates: tuple[tuple[str, date], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    parties: tuple[Party, ...] = ()
    packages: str = ""
    carrier: str = ""
    orders: tuple[ShippedOrder, ...]


def read_ship_notice(found: TransactionSet) -> ShipNotice:
    """Read an 856, its levels by the parents that HL02 names; raises X12Error."""
    if found.kind != "856":
        raise X12Error("ST01", "is not 856")
    beginning = first(found.body, "BSN")
    before, levels = _levels(found.body)
    tops = [each for each in levels if each.kind == "S"]
    if len(tops) != 1:
        raise X12Error("HL03", "names not exactly one shipment")
    shipment = tops[0]
    own = (*before, *shipment.segments)
    return ShipNotice(
        purpose=beginning[1], number=text(beginning, 2),
        written_at=datetime.combine(day(beginning, 3), clock(beginning, 4)),
        dates=tuple((each[1], day(each, 2)) for each in own if each.id == "DTM"),
        references=values(own, "REF"), parties=parties(own),
        packages=next((each[2] for each in own if each.id == "TD1"), ""),
        carrier=next((each[3] for each in own if each.id == "TD5"), ""),
        orders=tuple(_order(each) for each in shipment.below if each.kind == "O"),
    )  # fmt: skip


def write_ship_notice(notice: ShipNotice) -> tuple[Segment, ...]:
    """Write the body of an 856 in the structure 0001: shipment, order, pack, item."""
    at = notice.written_at
    levels = list(_written_levels(notice))
    count = sum(1 for each in levels if each.id == "HL")
    return (
        filled("BSN", notice.purpose, notice.number, write_day(at.date()), f"{at:%H%M%S}", "0001"),
        *levels,
        filled("CTT", str(count)),
    )


@dataclass(slots=True)
class _Level:
    """One HL with its own segments and the levels below it, while a notice is read."""

    id: str
    kind: str
    segments: tuple[Segment, ...]
    below: list["_Level"] = field(default_factory=list)


def _levels(body: tuple[Segment, ...]) -> tuple[tuple[Segment, ...], list[_Level]]:
    starts = [at for at, each in enumerate(body) if each.id == "HL"]
    end = next((at for at, each in enumerate(body) if each.id == "CTT"), len(body))
    if not starts:
        raise X12Error("HL", "is missing")
    found: dict[str, _Level] = {}
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        head = body[start]
        level = _Level(text(head, 1), text(head, 3), body[start + 1 : stop])
        if level.id in found or level.kind not in LEVELS:
            raise X12Error(f"HL of segment {start + 3}", "names a number twice, or a level that is none of S, O, P, I")
        _hang(level, head[2], found)
        found[level.id] = level
    if body[end:] and body[end][1] != str(len(found)):
        raise X12Error("CTT01", f"is not {len(found)}, the number of levels")
    return body[1 : starts[0]], list(found.values())


def _hang(level: _Level, parent: str, found: dict[str, _Level]) -> None:
    if level.kind == "S" and not parent:
        return
    above = found.get(parent)
    if above is None or above.kind not in LEVELS[level.kind]:
        raise X12Error(f"HL02 of level {level.id[:12]}", "names no level above that it may hang under")
    above.below.append(level)


def _order(level: _Level) -> ShippedOrder:
    purchase = next((each for each in level.segments if each.id == "PRF"), None)
    if purchase is None:
        raise X12Error("PRF", "is missing: which order this is sent for")
    loose = tuple(_item(each) for each in level.below if each.kind == "I")
    cartons = tuple(carton for each in level.below if each.kind == "P" for carton in _cartons(each))
    return ShippedOrder(
        number=text(purchase, 1), ordered_on=day(purchase, 4) if purchase[4] else None,
        references=values(level.segments, "REF"), cartons=(*cartons, Carton(items=loose)) if loose else cartons,
    )  # fmt: skip


def _cartons(level: _Level) -> Iterator[Carton]:
    marks = tuple((each[1], each[2]) for each in level.segments if each.id == "MAN")
    yield Carton(marks=marks, items=tuple(_item(each) for each in level.below if each.kind == "I"))
    for each in level.below:
        if each.kind == "P":
            yield from _cartons(each)


def _item(level: _Level) -> ShippedItem:
    line, sent = first(level.segments, "LIN"), first(level.segments, "SN1")
    ids = line.pairs(2)
    # The lot stands in LIN as LT, or in a REF of its own; both ways are in use.
    lot = next((each[2] for each in level.segments if each.id == "REF" and each[1] == "LT"), "")
    expires = next((each for each in level.segments if each.id == "DTM" and each[1] == "036"), None)
    return ShippedItem(
        number=line[1], ids=tuple(pair for pair in ids if pair[0] != "LT"), quantity=real(sent, 2), unit=text(sent, 3),
        lot=lot or next((value for qualifier, value in ids if qualifier == "LT"), ""),
        expires_on=expiry(expires, 2) if expires is not None else None,
    )  # fmt: skip


def _written_levels(notice: ShipNotice) -> Iterator[Segment]:
    yield filled("HL", "1", "", "S")
    if notice.packages:
        yield filled("TD1", "CTN", notice.packages)
    if notice.carrier:
        yield filled("TD5", "", "2", notice.carrier)
    yield from (filled("REF", qualifier, value) for qualifier, value in notice.references)
    yield from (filled("DTM", qualifier, write_day(on)) for qualifier, on in notice.dates)
    for party in notice.parties:
        yield from write_party(party)
    last = 1
    for order in notice.orders:
        last += 1
        of_order = last
        yield filled("HL", str(of_order), "1", "O")
        yield filled("PRF", order.number, "", "", write_day(order.ordered_on) if order.ordered_on else "")
        yield from (filled("REF", qualifier, value) for qualifier, value in order.references)
        for carton in order.cartons:
            above = of_order
            if carton.marks:
                last += 1
                above = last
                yield filled("HL", str(last), str(of_order), "P")
                yield from (filled("MAN", qualifier, value) for qualifier, value in carton.marks)
            for item in carton.items:
                last += 1
                yield filled("HL", str(last), str(above), "I")
                yield from _written_item(item)


def _written_item(item: ShippedItem) -> Iterator[Segment]:
    yield filled("LIN", item.number, *flat(item.ids))
    yield filled("SN1", item.number, write_real(item.quantity), item.unit)
    if item.lot:
        yield filled("REF", "LT", item.lot)
    if item.expires_on:
        yield filled("DTM", "036", write_day(item.expires_on))
