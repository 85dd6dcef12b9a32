"""A transmission as frozen values: fields in the order they came, so that nothing is lost and everything goes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pestle.wire.telecom.picture import Picture, picture

VERSION: Final = "D0"
MOST_TRANSACTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its two-character id and its text exactly as it stands on the wire."""

    id: str
    value: str


# How a frozen value is filled, without the way through its own refusal to be changed.
_NEW = object.__new__
_ID, _VALUE = (Field.__dict__[name].__set__ for name in ("id", "value"))


def fields_of(ids: Iterable[str], values: Iterable[str]) -> tuple["Field", ...]:
    """Make many fields at once: a good part of reading a claim is this."""
    fields = []
    for field_id, value in zip(ids, values, strict=True):
        field = _NEW(Field)
        _ID(field, field_id)
        _VALUE(field, value)
        fields.append(field)
    return tuple(fields)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its id (`AM07`) and its fields after 111-AM, in order, known or not."""

    id: str
    fields: tuple[Field, ...]

    def values(self, field_id: str) -> tuple[str, ...]:
        """Give every value of one field, in order."""
        return tuple(field.value for field in self.fields if field.id == field_id)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One group: a claim, or the answer to one."""

    segments: tuple[Segment, ...]

    def segment(self, segment_id: str) -> Segment | None:
        """Give the first segment with this id, or nothing."""
        return next((one for one in self.segments if one.id == segment_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHeader:
    """The 56 characters before a request; text without the blanks that fill it up."""

    bin_number: str
    version: str
    transaction_code: str
    processor_control_number: str
    transaction_count: str
    provider_id_qualifier: str
    provider_id: str
    service_date: str
    vendor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeader:
    """The 31 characters before a response; text without the blanks that fill it up."""

    version: str
    transaction_code: str
    transaction_count: str
    header_status: str
    provider_id_qualifier: str
    provider_id: str
    service_date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """A whole request or response; `is_wrapped` remembers the STX and ETX that some switches add."""

    header: RequestHeader | ResponseHeader
    segments: tuple[Segment, ...]
    transactions: tuple[Transaction, ...]
    is_wrapped: bool = False

    @property
    def is_request(self) -> bool:
        """Tell a request from a response."""
        return isinstance(self.header, RequestHeader)

    def segment(self, segment_id: str) -> Segment | None:
        """Give the first transmission-level segment with this id, or nothing."""
        return next((one for one in self.segments if one.id == segment_id), None)


@dataclass(frozen=True, slots=True)
class HeaderShape:
    """One fixed field of a header; its picture's size is its width."""

    number: str
    name: str
    picture: Picture


def _header(*rows: tuple[str, str, str, str]) -> Mapping[str, HeaderShape]:
    return MappingProxyType(
        {attribute: HeaderShape(number, name, picture(shape)) for attribute, number, name, shape in rows}
    )


REQUEST_HEADER: Final = _header(
    ("bin_number", "101-A1", "BIN Number", "9(6)"),
    ("version", "102-A2", "Version/Release Number", "x(2)"),
    ("transaction_code", "103-A3", "Transaction Code", "x(2)"),
    ("processor_control_number", "104-A4", "Processor Control Number", "x(10)"),
    ("transaction_count", "109-A9", "Transaction Count", "x(1)"),
    ("provider_id_qualifier", "202-B2", "Service Provider ID Qualifier", "x(2)"),
    ("provider_id", "201-B1", "Service Provider ID", "x(15)"),
    ("service_date", "401-D1", "Date of Service", "date"),
    ("vendor_id", "110-AK", "Software Vendor/Certification ID", "x(10)"),
)
RESPONSE_HEADER: Final = _header(
    ("version", "102-A2", "Version/Release Number", "x(2)"),
    ("transaction_code", "103-A3", "Transaction Code", "x(2)"),
    ("transaction_count", "109-A9", "Transaction Count", "x(1)"),
    ("header_status", "501-F1", "Header Response Status", "x(1)"),
    ("provider_id_qualifier", "202-B2", "Service Provider ID Qualifier", "x(2)"),
    ("provider_id", "201-B1", "Service Provider ID", "x(15)"),
    ("service_date", "401-D1", "Date of Service", "date"),
)


def header_shape(header: RequestHeader | ResponseHeader) -> Mapping[str, HeaderShape]:
    """Give the layout of a header, in the order of its characters."""
    return REQUEST_HEADER if isinstance(header, RequestHeader) else RESPONSE_HEADER
