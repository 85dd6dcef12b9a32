"""Two kinds of complaint: what no reader could make sense of, and what a strict payer would reject."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.repeats import items, plain
from pestle.wire.telecom.table import SEGMENTS, FieldShape, SegmentShape
from pestle.wire.telecom.transmission import MOST_TRANSACTIONS, Field, Segment, Transmission, header_shape

# E1 is answered and asked once for the whole transmission, so it may have no group of its own.
WITHOUT_GROUP: Final = frozenset({"E1"})

# A reversal's pricing carries the gross amount due or an incentive and nothing else.
MAY_BE_PARTIAL: Final = frozenset({("B2", "AM11")})

COUNTS: Final = frozenset(str(count + 1) for count in range(MOST_TRANSACTIONS))


def malformed(transmission: Transmission) -> Iterator[TelecomError]:
    """Give a complaint for every header or known field whose text does not fit its picture."""
    for attribute, shape in header_shape(transmission.header).items():
        said = getattr(transmission.header, attribute)
        if shape.picture.fits(said) is None and (fault := shape.picture.fault(said)):
            yield TelecomError(f"header {shape.number}", fault)
    if transmission.header.transaction_count not in COUNTS:
        yield TelecomError("header 109-A9", f"takes a count of 1 to {MOST_TRANSACTIONS}")
    for segment, inside in _placed(transmission):
        yield from _misfits(segment, inside)


def inconsistencies(transmission: Transmission) -> Iterator[TelecomError]:
    """Give a complaint for every count, order, place or needed field that is not as the table has it.

    Such a message can be read all the same: these are for a responder that rejects and for a sender that tests itself.
    """
    yield from _miscounted_transactions(transmission)
    yield from _misplaced(transmission)
    for segment, inside in _placed(transmission):
        if (shape := SEGMENTS.get(segment.id)) is not None:
            if (transmission.header.transaction_code, segment.id) not in MAY_BE_PARTIAL:
                yield from _incomplete(shape, segment, inside)
            yield from _unordered(shape, segment, inside)
            yield from _doubled(shape, segment, inside)
            yield from _miscounted(shape, segment.fields, "", f"{segment.id} %s{inside}")


def _placed(transmission: Transmission) -> Iterator[tuple[Segment, str]]:
    yield from ((segment, "") for segment in transmission.segments)
    for place, transaction in enumerate(transmission.transactions, start=1):
        yield from ((segment, f" in transaction {place}") for segment in transaction.segments)


def _misfits(segment: Segment, inside: str) -> Iterator[TelecomError]:
    shape = SEGMENTS.get(segment.id)
    if shape is None:
        return
    fit = shape.fits.get
    for field in segment.fields:
        fits = fit(field.id)
        if fits is not None and fits(field.value) is None:
            known = shape.fields[field.id]
            yield TelecomError(
                f"{segment.id} {known.number}{inside}", known.picture.fault(field.value) or "does not fit"
            )


def _miscounted_transactions(transmission: Transmission) -> Iterator[TelecomError]:
    header, found = transmission.header, len(transmission.transactions)
    if str(found) != header.transaction_count and not (found == 0 and header.transaction_code in WITHOUT_GROUP):
        yield TelecomError("header 109-A9", f"disagrees with the {found} transactions that follow")


def _misplaced(transmission: Transmission) -> Iterator[TelecomError]:
    for segment in transmission.segments:
        if segment.id in SEGMENTS and SEGMENTS[segment.id].is_in_transaction:
            yield TelecomError(segment.id, "belongs inside a transaction")
    yield from _twice(transmission.segments, "")
    for place, transaction in enumerate(transmission.transactions, start=1):
        inside = f" in transaction {place}"
        for segment in transaction.segments:
            if segment.id in SEGMENTS and not SEGMENTS[segment.id].is_in_transaction:
                yield TelecomError(f"{segment.id}{inside}", "belongs before the first transaction")
        yield from _twice(transaction.segments, inside)
        first = "AM07" if transmission.is_request else "AM21"
        if transaction.segments[:1] and transaction.segments[0].id != first:
            yield TelecomError(f"{first}{inside}", "does not stand first")


def _twice(segments: Iterable[Segment], inside: str) -> Iterator[TelecomError]:
    for segment_id, times in Counter(segment.id for segment in segments).items():
        if times > 1:
            yield TelecomError(f"{segment_id}{inside}", f"stands {times} times")


def _incomplete(shape: SegmentShape, segment: Segment, inside: str) -> Iterator[TelecomError]:
    present = {field.id for field in segment.fields if field.value}
    for known in shape.fields.values():
        if known.is_needed and not known.under and known.id not in present:
            yield TelecomError(f"{segment.id} {known.number}{inside}", "is missing")


def _unordered(shape: SegmentShape, segment: Segment, inside: str) -> Iterator[TelecomError]:
    furthest = -1
    for known in (shape.fields[field.id] for field in segment.fields if field.id in shape.fields):
        if known.is_needed and not known.under and known.order < furthest:
            yield TelecomError(f"{segment.id} {known.number}{inside}", "stands after fields that should follow it")
        furthest = max(furthest, known.order)


def _doubled(shape: SegmentShape, segment: Segment, inside: str) -> Iterator[TelecomError]:
    for field_id, times in Counter(field.id for field in plain(shape, segment.fields)).items():
        if times > 1:
            yield TelecomError(f"{segment.id} {shape.fields[field_id].number}{inside}", f"stands {times} times")


def _miscounted(shape: SegmentShape, fields: tuple[Field, ...], under: str, where: str) -> Iterator[TelecomError]:
    for top in shape.fields.values():
        if top.under != under or not (top.is_count or top.is_counter):
            continue
        found = items(shape, fields, top.id)
        if said := _repeat_fault(top, fields, found):
            yield TelecomError(where % top.number, said)
        for item in found:
            yield from _needed_in_item(shape, top, item, where)
            if not top.is_counter:
                yield from _miscounted(shape, item, top.id, where)


def _repeat_fault(top: FieldShape, fields: tuple[Field, ...], found: tuple[tuple[Field, ...], ...]) -> str | None:
    stated = [field.value for field in fields if field.id == top.id]
    if top.most is not None and len(found) > top.most:
        return f"allows at most {top.most} repeats, {len(found)} stand here"
    if top.is_counter:
        wanted = [str(place) for place in range(1, len(found) + 1)]
        return None if [text.lstrip("0") for text in stated] == wanted else "does not count its items from 1 upward"
    if not stated and not found:
        return None
    if len(stated) != 1 or not stated[0].isdecimal() or int(stated[0]) != len(found):
        return f"does not count the {len(found)} repeats that follow"
    return None


def _needed_in_item(
    shape: SegmentShape, top: FieldShape, item: tuple[Field, ...], where: str
) -> Iterator[TelecomError]:
    present = {field.id for field in item if field.value}
    for known in shape.fields.values():
        if known.is_needed and known.under == top.id and known.id not in present:
            yield TelecomError(where % known.number, "is missing from a repeat")
