"""Bytes to document. Namespaces and the nesting of `extension` differ between senders: elements go by their names."""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from pestle.wire.epcis.document import Document, Event, TracedPlace, TracedProduct
from pestle.wire.epcis.errors import EpcisError
from pestle.wire.epcis.urns import gtin_of_pattern
from pestle.wire.script.errors import ScriptError
from pestle.wire.script.tree import Element, parse

MOST_BYTES = 32_000_000
EVENTS = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent")


def decode(raw: bytes) -> Document:
    """Read an EPCIS 1.x document in XML; raises EpcisError. DTDs and entities are refused."""
    if len(raw) > MOST_BYTES:
        raise EpcisError("file", f"is larger than {MOST_BYTES} bytes")
    try:
        tree = parse(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise EpcisError(f"byte {error.start + 1}", "is not UTF-8") from None
    except ScriptError as error:
        raise EpcisError(error.where, error.said) from None
    if tree.name != "EPCISDocument":
        raise EpcisError("/", "is not an EPCISDocument")
    if not tree.attribute("schemaVersion").startswith("1."):
        raise EpcisError("schemaVersion", "is not 1.x: other versions are not read here")
    return Document(
        tree=tree,
        instance=_said(tree, "InstanceIdentifier"),
        created_at=tree.attribute("creationDate"),
        sender=_said(_first(tree, "Sender"), "Identifier"),
        receiver=_said(_first(tree, "Receiver"), "Identifier"),
        affirms_statement=_said(tree, "affirmTransactionStatement") == "true",
        notice=_said(tree, "legalNotice"),
        products=tuple(_products(tree)),
        places=tuple(_places(tree)),
        events=tuple(_events(tree)),
    )


def below(element: Element | None, name: str) -> Iterator[Element]:
    """Give every element of a name beneath an element, in document order."""
    for child in element.children if element is not None else ():
        if child.name == name:
            yield child
        yield from below(child, name)


def _first(element: Element | None, name: str) -> Element | None:
    return next(below(element, name), None)


def _said(element: Element | None, name: str) -> str:
    found = _first(element, name)
    return found.text if found is not None else ""


def _vocabulary(tree: Element, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    for vocabulary in below(tree, "Vocabulary"):
        if vocabulary.attribute("type").endswith(kind):
            for each in below(vocabulary, "VocabularyElement"):
                said = {one.attribute("id").rpartition("#")[2]: one.text for one in below(each, "attribute")}
                yield each.attribute("id"), said


def _products(tree: Element) -> Iterator[TracedProduct]:
    for urn, said in _vocabulary(tree, "EPCClass"):
        gtin = gtin_of_pattern(urn)
        if gtin is None:
            continue
        is_ndc = said.get("additionalTradeItemIdentificationTypeCode", "").upper() in {"US_FDA_NDC", "FDA_NDC_11"}
        yield TracedProduct(
            gtin=gtin, ndc=said.get("additionalTradeItemIdentification", "") if is_ndc else "",
            name=said.get("regulatedProductName", ""), maker=said.get("manufacturerOfTradeItemPartyName", ""),
            form=said.get("dosageFormType", ""), strength=said.get("strengthDescription", ""),
            content=said.get("netContentDescription", ""),
        )  # fmt: skip


def _places(tree: Element) -> Iterator[TracedPlace]:
    for urn, said in _vocabulary(tree, "Location"):
        yield TracedPlace(
            id=urn, name=said.get("name", ""), street=said.get("streetAddressOne", ""), city=said.get("city", ""),
            state=said.get("state", ""), postal_code=said.get("postalCode", ""),
        )  # fmt: skip


def _events(tree: Element) -> Iterator[Event]:
    body = _first(tree, "EPCISBody")
    if body is None:
        raise EpcisError("EPCISBody", "is missing")
    found = [each for events in below(body, "EventList") for each in _unwrapped(events)]
    for place, each in enumerate(found, start=1):
        yield _event(each, place)


def _unwrapped(element: Element) -> Iterator[Element]:
    # A TransformationEvent stands inside `extension`.
    for child in element.children:
        if child.name in EVENTS:
            yield child
        elif child.name == "extension":
            yield from _unwrapped(child)
        else:
            raise EpcisError("EventList", "holds an element that is no event")


def _event(element: Element, place: int) -> Event:
    at = _said(element, "eventTime")
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T", at):
        raise EpcisError(f"event {place} eventTime", "is not a moment")
    return Event(
        kind=element.name, action=_said(element, "action"), at=at, step=_word(_said(element, "bizStep")),
        disposition=_word(_said(element, "disposition")), epcs=_epcs(element, "epcList"),
        parent=_said(element, "parentID"), children=_epcs(element, "childEPCs"), lot=_said(element, "lotNumber"),
        expires_on=_day(_said(element, "itemExpirationDate"), f"event {place} itemExpirationDate"),
        transactions=_pairs(element, "bizTransaction"), sources=_pairs(element, "source"),
        destinations=_pairs(element, "destination"),
    )  # fmt: skip


def _epcs(element: Element, name: str) -> tuple[str, ...]:
    return tuple(each.text for each in below(_first(element, name), "epc"))


def _pairs(element: Element, name: str) -> tuple[tuple[str, str], ...]:
    return tuple((_word(each.attribute("type")), each.text) for each in below(element, name))


def _word(urn: str) -> str:
    return re.split(r"[:/#-]", urn)[-1]


def _day(text: str, where: str) -> date | None:
    if not text:
        return None
    found = re.fullmatch(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:T.*)?", text)
    if found is None:
        raise EpcisError(where, "is not a day")
    year, month, number = map(int, found.groups())
    try:
        # As on a label, day 00 is the last of the month.
        return date(year, month, number or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise EpcisError(where, "is no day of the calendar") from None
