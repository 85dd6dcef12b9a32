"""What a tracing document says was shipped, down to the single package."""

from collections.abc import Iterator, Mapping

from pestle.terms.gtin import Gtin
from pestle.wire.epcis.document import Document, Event, TracedPackage
from pestle.wire.epcis.errors import EpcisError
from pestle.wire.epcis.urns import gtin_and_serial, sscc_digits

DEEPEST = 8  # Package, bundle, case, pallet; nothing real is nested deeper.


def packages(document: Document) -> tuple[TracedPackage, ...]:
    """Give every package of the shipping events, opened down to those with nothing inside; raises EpcisError.

    Lot and expiry come from the event that commissioned the package, the NDC from the master data. A package that no
    event commissioned has no lot: whoever receives it must ask.
    """
    inside = _inside(document.events)
    made = {epc: event for event in document.events if event.step == "commissioning" for epc in event.epcs}
    ndcs = {each.gtin: each.ndc for each in document.products}
    found: dict[str, TracedPackage] = {}
    for event in document.events:
        if event.step == "shipping" and event.action == "OBSERVE":
            for epc in event.epcs:
                for leaf, above in _leaves(epc, inside, ()):
                    found[leaf] = _package(leaf, above, event, made, ndcs)
    return tuple(found.values())


def _inside(events: tuple[Event, ...]) -> dict[str, dict[str, None]]:
    """Give what each carton holds after every packing and unpacking, in order."""
    inside: dict[str, dict[str, None]] = {}
    for event in events:
        if event.kind != "AggregationEvent" or not event.parent:
            continue
        held = inside.setdefault(event.parent, {})
        if event.action == "ADD":
            held.update(dict.fromkeys(event.children))
        elif event.action == "DELETE":
            for child in event.children or tuple(held):
                held.pop(child, None)
    return inside


def _leaves(
    epc: str, inside: Mapping[str, dict[str, None]], above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if epc in above or len(above) > DEEPEST:
        raise EpcisError("AggregationEvent", "puts a carton into itself, or nests deeper than anything real")
    held = inside.get(epc)
    if not held:
        yield epc, above
        return
    for child in held:
        yield from _leaves(child, inside, (*above, epc))


def _package(
    epc: str, above: tuple[str, ...], shipped: Event, made: Mapping[str, Event], ndcs: Mapping[Gtin, str]
) -> TracedPackage:
    named = gtin_and_serial(epc)
    if named is None:
        raise EpcisError("shipping epcList", "holds a carton whose content no event tells")
    gtin, serial = named
    commissioned = made.get(epc)
    return TracedPackage(
        epc=epc, gtin=gtin, serial=serial, ndc=ndcs.get(gtin, ""),
        lot=commissioned.lot if commissioned else "", expires_on=commissioned.expires_on if commissioned else None,
        cartons=tuple(sscc_digits(each) or each for each in above), transactions=shipped.transactions,
    )  # fmt: skip
