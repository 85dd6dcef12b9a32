"""A tracing document as frozen values: what it says typed, and the tree it stands in, so that everything goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pestle.terms.gtin import Gtin
from pestle.wire.script.tree import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event; `step` and `disposition` are the last word of their URN (`shipping`, `in_transit`)."""

    kind: str
    action: str
    step: str
    disposition: str
    at: str
    epcs: tuple[str, ...] = ()
    parent: str = ""
    children: tuple[str, ...] = ()
    lot: str = ""
    expires_on: date | None = None
    transactions: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedProduct:
    """What the master data say of one GTIN."""

    gtin: Gtin
    ndc: str = ""
    name: str = ""
    maker: str = ""
    form: str = ""
    strength: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPlace:
    """What the master data say of one location."""

    id: str
    name: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole EPCIS document; `affirms_statement` is the DSCSA transaction statement, section 581(27)."""

    tree: Element
    instance: str
    created_at: str
    sender: str
    receiver: str
    affirms_statement: bool
    notice: str
    products: tuple[TracedProduct, ...]
    places: tuple[TracedPlace, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPackage:
    """One package that was shipped: what its label must say, and the cartons it came in, outermost first."""

    epc: str
    gtin: Gtin
    serial: str
    ndc: str
    lot: str
    expires_on: date | None
    cartons: tuple[str, ...]
    transactions: tuple[tuple[str, str], ...]


def transaction_numbers(package: TracedPackage) -> Mapping[str, str]:
    """Give the numbers of the business documents by kind: po, desadv, inv; a URN's own number is its last part."""
    return {kind: number.rpartition(":")[2] for kind, number in package.transactions}
