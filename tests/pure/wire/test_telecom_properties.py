import dataclasses
import types
import typing
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire import telecom
from pestle.wire.telecom import TelecomError
from pestle.wire.telecom.checks import inconsistencies
from pestle.wire.telecom.layout import Place
from pestle.wire.telecom.picture import Form, Picture
from pestle.wire.telecom.request import CLAIM, WHOLE, read_request
from pestle.wire.telecom.response import ANSWER, read_response
from pestle.wire.telecom.response import WHOLE as WHOLE_RESPONSE
from pestle.wire.telecom.table import SEGMENTS, FieldShape, SegmentShape
from pestle.wire.telecom.transmission import Field, RequestHeader, Segment, Transaction, Transmission
from pestle.wire.telecom.typed import Spot, read_items, read_segment, write_items, write_segment
from tests.pure.wire.telecom_samples import NAMES, sample

MARKS = (b"\x1c", b"\x1d", b"\x1e\x1cAM05")
CAPITALS = "ABCXYZ0159#./-"
PLACES = (*WHOLE, *CLAIM, *WHOLE_RESPONSE, *ANSWER)


def texts(shape: Picture) -> st.SearchStrategy[str]:
    """Text of one form as it may stand on the wire, padded or not."""
    longest = min(shape.size, 12)
    digits = st.text("0123456789", min_size=1, max_size=longest)
    fixed = st.text("0123456789", min_size=shape.size, max_size=shape.size)
    return {
        Form.TEXT: st.text(CAPITALS + " ~", max_size=longest),
        Form.DIGITS: digits,
        Form.DECIMAL: digits,
        Form.SIGNED: st.builds(lambda all_but, last: all_but[1:] + last, digits, st.sampled_from("{AI}JR7")),
        Form.DATE: fixed,
        Form.TIME: fixed,
    }[shape.form]


def known_field(shape: FieldShape) -> st.SearchStrategy[Field]:
    return st.builds(Field, st.just(shape.id), texts(shape.picture))


def segments(shape: SegmentShape) -> st.SearchStrategy[Segment]:
    unknown = st.builds(Field, st.just("ZQ"), st.text(CAPITALS, max_size=9))
    known = st.sampled_from(list(shape.fields.values())).flatmap(known_field)
    return st.builds(Segment, st.just(shape.id), st.lists(known | unknown, max_size=8).map(tuple))


SEGMENT = st.sampled_from(list(SEGMENTS.values())).flatmap(segments)
TRANSMISSION = st.builds(
    Transmission,
    header=st.builds(
        RequestHeader,
        bin_number=st.just("999001"),
        version=st.just("D0"),
        transaction_code=st.sampled_from(["B1", "B2", "B3", "E1", "P1"]),
        processor_control_number=st.text(CAPITALS, max_size=10),
        transaction_count=st.sampled_from("1234"),
        provider_id_qualifier=st.just("01"),
        provider_id=st.text(CAPITALS, max_size=15),
        service_date=st.just("20260302"),
        vendor_id=st.text(CAPITALS, max_size=10),
    ),
    segments=st.lists(SEGMENT, max_size=2).map(tuple),
    transactions=st.lists(st.builds(Transaction, st.lists(SEGMENT, min_size=1, max_size=3).map(tuple)), max_size=4).map(
        tuple
    ),
    is_wrapped=st.booleans(),
)


@given(TRANSMISSION)
@settings(max_examples=40, deadline=None)
def test_any_transmission_comes_back_from_bytes_and_from_json(transmission: Transmission) -> None:
    assert telecom.decode(telecom.encode(transmission)) == transmission
    assert telecom.from_json(telecom.to_json(transmission)) == transmission


def read_every_way(raw: bytes) -> bytes:
    """Read bytes in every way there is; only a TelecomError may come of it. Gives what they are written back as."""
    try:
        transmission = telecom.split(raw)
    except TelecomError:
        return raw
    list(inconsistencies(transmission))
    for read in (read_request, read_response):
        try:
            read(transmission)
        except TelecomError:
            continue
    return telecom.join(transmission)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_garbage_is_refused_and_nothing_else_breaks(raw: bytes) -> None:
    assert read_every_way(raw) == raw


@given(
    st.sampled_from(NAMES),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.binary(max_size=3) | st.sampled_from(MARKS)),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=100, deadline=None)
def test_a_damaged_sample_is_read_or_refused_and_never_changed(
    name: str, damages: list[tuple[int, int, bytes]]
) -> None:
    raw = sample(name)
    for start, length, instead in damages:
        place = start % (len(raw) + 1)
        raw = raw[:place] + instead + raw[place + length :]

    assert read_every_way(raw) == raw


def values(cls: type[Any], shape: SegmentShape) -> st.SearchStrategy[Any]:
    """Any value of a declared class, made from its own declarations."""
    hints = typing.get_type_hints(cls)
    made = {}
    for one in dataclasses.fields(cls):
        spot: Spot = one.metadata["wire"]
        made[one.name] = attribute(hints[one.name], spot, shape)
    return st.builds(cls, **made)


def attribute(hint: Any, spot: Spot, shape: SegmentShape) -> st.SearchStrategy[Any]:
    if spot.of is not None:
        item = values(spot.of, shape).filter(lambda one: begins(one, shape.leaders[spot.id]))
        return st.lists(item, max_size=2).map(tuple)
    wanted = [one for one in typing.get_args(hint) if one is not types.NoneType] or [hint]
    value = scalar(wanted[0], shape.fields[spot.id].picture)
    if spot.is_many:
        return st.lists(value, max_size=2).map(tuple)
    return value if spot.is_needed else st.none() | value


def begins(value: Any, leader: str) -> bool:
    """Tell whether an item has the field that sets it apart, or under a counter anything at all."""
    first = [one.name for one in dataclasses.fields(value) if one.metadata["wire"].id == leader]
    return all(getattr(value, name) is not None for name in first) and is_not_empty(value)


def is_not_empty(value: Any) -> bool:
    return any(getattr(value, one.name) not in {None, ()} for one in dataclasses.fields(value))


def scalar(cls: type[Any], shape: Picture) -> st.SearchStrategy[Any]:
    if issubclass(cls, StrEnum):
        return st.sampled_from(cls)
    if cls is int:
        return st.integers(0, 10**shape.size - 1)
    if cls is Decimal:
        lowest = -(10**shape.size) + 1 if shape.form is Form.SIGNED else 0
        return st.integers(lowest, 10**shape.size - 1).map(lambda whole: Decimal(whole).scaleb(-shape.decimals))
    if cls is date:
        return st.dates(min_value=date(1, 1, 1))
    if cls is time:
        return st.builds(time, st.integers(0, 23), st.integers(0, 59))
    return st.text(CAPITALS if shape.form is Form.TEXT else "0123456789", min_size=1, max_size=shape.size)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.segment_id)
def test_every_declared_segment_is_read_as_it_was_written(place: Place) -> None:
    shape = SEGMENTS[place.segment_id]

    @given(values(place.of, shape).filter(is_not_empty))
    @settings(max_examples=10, deadline=None)
    def comes_back(value: Any) -> None:
        if place.under is not None:
            segment = write_items(place.segment_id, place.under, (value, value))
            assert read_items(place.of, segment, place.under) == (value, value)
        else:
            segment = write_segment(place.segment_id, value)
            assert read_segment(place.of, segment) == value

    comes_back()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.segment_id)
def test_every_declared_segment_has_a_place_for_every_field_of_the_table(place: Place) -> None:
    shape = SEGMENTS[place.segment_id]

    declared = fields_of(place.of)

    assert declared == {one.id for one in shape.fields.values() if not (one.is_count or one.is_counter)}


def fields_of(cls: type[Any]) -> set[str]:
    found: set[str] = set()
    for one in dataclasses.fields(cls):
        spot: Spot = one.metadata["wire"]
        found |= fields_of(spot.of) if spot.of is not None else {spot.id}
    return found
