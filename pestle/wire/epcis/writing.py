"""Document to bytes, and the document of one shipment built from its packages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pestle.terms.gtin import Gtin
from pestle.wire.epcis.document import Document, TracedPlace, TracedProduct
from pestle.wire.epcis.reading import decode
from pestle.wire.epcis.urns import pattern_urn, sgtin_urn, sscc_urn
from pestle.wire.script.tree import Element, render

EPCIS = "urn:epcglobal:epcis:xsd:1"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
HEALTH = "http://epcis.gs1us.org/hc/ns"
CBV = "urn:epcglobal:cbv"
NOTICE = "Seller has complied with each applicable subsection of FDCA Sec. 581(27)(A)-(G)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One package as the seller packs it: its carton's eighteen digits, or "" where it goes loose."""

    gtin: Gtin
    serial: str
    lot: str
    expires_on: date
    carton: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """What one shipment's document says; `prefix_digits` is how many digits of a GTIN are the company's prefix."""

    instance: str
    at: datetime
    sender: TracedPlace
    receiver: TracedPlace
    products: tuple[TracedProduct, ...]
    packed: tuple[Packed, ...]
    order_number: str
    invoice_number: str = ""
    prefix_digits: int = 7


def encode(document: Document) -> bytes:
    """Write a document the one way this house spells XML; decode reads back the same value."""
    return render(document.tree).encode("utf-8")


def shipping_document(shipping: Shipping) -> Document:
    """Build the document of a shipment: commissioning by lot, packing by carton, one shipping event."""
    header = Element("EPCISHeader", (_envelope(shipping), _master_data(shipping), _statement()))
    events = (*_commissioned(shipping), *_packed(shipping), _shipped(shipping))
    tree = Element(
        "EPCISDocument",
        (header, Element("EPCISBody", (Element("EventList", events),))),
        attributes=(("schemaVersion", "1.2"), ("creationDate", _moment(shipping.at))),
        namespace=EPCIS,
    )
    return decode(render(_in_namespace(tree, EPCIS)).encode("utf-8"))


def _in_namespace(element: Element, namespace: str) -> Element:
    """Give a tree whose elements are in their parent's namespace unless they have their own."""
    own = element.namespace or namespace
    pieces = tuple(each if isinstance(each, str) else _in_namespace(each, own) for each in element.content)
    return Element(element.name, pieces, element.attributes, own)


def _leaf(name: str, text: str, *, namespace: str = "", **attributes: str) -> Element:
    return Element(name, (text,), tuple(attributes.items()), namespace)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _envelope(shipping: Shipping) -> Element:
    identified = Element(
        "DocumentIdentification",
        (
            _leaf("Standard", "EPCglobal"),
            _leaf("TypeVersion", "1.0"),
            _leaf("InstanceIdentifier", shipping.instance),
            _leaf("Type", "Events"),
            _leaf("CreationDateAndTime", _moment(shipping.at)),
        ),
    )
    parties = (
        Element(name, (_leaf("Identifier", place.id, Authority="SGLN"),))
        for name, place in (("Sender", shipping.sender), ("Receiver", shipping.receiver))
    )
    return Element(
        "StandardBusinessDocumentHeader", (_leaf("HeaderVersion", "1.0"), *parties, identified), namespace=SBDH
    )


def _statement() -> Element:
    said = (
        _leaf("affirmTransactionStatement", "true", namespace=HEALTH),
        _leaf("legalNotice", NOTICE, namespace=HEALTH),
    )
    return Element("dscsaTransactionStatement", said, namespace=HEALTH)


def _master_data(shipping: Shipping) -> Element:
    products = (_vocabulary_of_product(each, shipping.prefix_digits) for each in shipping.products)
    places = (_vocabulary_of_place(each) for each in (shipping.sender, shipping.receiver))
    lists = Element(
        "VocabularyList",
        (
            _vocabulary("urn:epcglobal:epcis:vtype:EPCClass", products),
            _vocabulary("urn:epcglobal:epcis:vtype:Location", places),
        ),
    )
    return Element("extension", (Element("EPCISMasterData", (lists,)),))


def _vocabulary(kind: str, elements: Iterable[Element]) -> Element:
    return Element("Vocabulary", (Element("VocabularyElementList", tuple(elements)),), (("type", kind),))


def _vocabulary_element(urn: str, said: dict[str, str]) -> Element:
    attributes = tuple(_leaf("attribute", text, id=f"{CBV}:mda#{name}") for name, text in said.items() if text)
    return Element("VocabularyElement", attributes, (("id", urn),))


def _vocabulary_of_product(product: TracedProduct, prefix_digits: int) -> Element:
    said = {
        "additionalTradeItemIdentification": product.ndc,
        "additionalTradeItemIdentificationTypeCode": "US_FDA_NDC" if product.ndc else "",
        "regulatedProductName": product.name,
        "manufacturerOfTradeItemPartyName": product.maker,
        "dosageFormType": product.form,
        "strengthDescription": product.strength,
        "netContentDescription": product.content,
    }
    return _vocabulary_element(pattern_urn(product.gtin, prefix_digits=prefix_digits), said)


def _vocabulary_of_place(place: TracedPlace) -> Element:
    said = {"name": place.name, "streetAddressOne": place.street, "city": place.city, "state": place.state}
    return _vocabulary_element(place.id, said | {"postalCode": place.postal_code, "countryCode": "US"})


def _urn(packed: Packed, shipping: Shipping) -> str:
    return sgtin_urn(packed.gtin, packed.serial, prefix_digits=shipping.prefix_digits)


def _commissioned(shipping: Shipping) -> Iterator[Element]:
    lots: dict[tuple[Gtin, str, date], list[Packed]] = {}
    for each in shipping.packed:
        lots.setdefault((each.gtin, each.lot, each.expires_on), []).append(each)
    for (_, lot, expires_on), made in lots.items():
        told = (
            _leaf("lotNumber", lot, namespace=f"{CBV}:mda"),
            _leaf("itemExpirationDate", expires_on.isoformat(), namespace=f"{CBV}:mda"),
        )
        yield _event(
            "ObjectEvent", shipping,
            _list("epcList", (_urn(each, shipping) for each in made)), _leaf("action", "ADD"),
            *_step("commissioning", "active"), Element("extension", (Element("ilmd", told),)),
        )  # fmt: skip


def _packed(shipping: Shipping) -> Iterator[Element]:
    for carton in dict.fromkeys(each.carton for each in shipping.packed if each.carton):
        inside = (_urn(each, shipping) for each in shipping.packed if each.carton == carton)
        yield _event(
            "AggregationEvent", shipping,
            _leaf("parentID", sscc_urn(carton, prefix_digits=shipping.prefix_digits)), _list("childEPCs", inside),
            _leaf("action", "ADD"), *_step("packing", "in_progress"),
        )  # fmt: skip


def _shipped(shipping: Shipping) -> Element:
    tops = dict.fromkeys(
        sscc_urn(each.carton, prefix_digits=shipping.prefix_digits) if each.carton else _urn(each, shipping)
        for each in shipping.packed
    )
    numbers = (("po", shipping.order_number), ("inv", shipping.invoice_number))
    transactions = tuple(
        _leaf("bizTransaction", f"{CBV}:bt:{shipping.sender.id.rpartition(':')[2]}:{number}", type=f"{CBV}:btt:{kind}")
        for kind, number in numbers
        if number
    )
    owners = tuple(
        Element(f"{name}List", (_leaf(name, place.id, type=f"{CBV}:sdt:owning_party"),))
        for name, place in (("source", shipping.sender), ("destination", shipping.receiver))
    )
    return _event(
        "ObjectEvent", shipping, _list("epcList", tops), _leaf("action", "OBSERVE"), *_step("shipping", "in_transit"),
        Element("bizTransactionList", transactions), Element("extension", owners),
    )  # fmt: skip


def _event(name: str, shipping: Shipping, *parts: Element) -> Element:
    zone = f"{shipping.at:%z}" or "+0000"
    when = (_leaf("eventTime", _moment(shipping.at)), _leaf("eventTimeZoneOffset", f"{zone[:3]}:{zone[3:]}"))
    return Element(name, (*when, *parts))


def _list(name: str, urns: Iterable[str]) -> Element:
    return Element(name, tuple(_leaf("epc", urn) for urn in urns))


def _step(step: str, disposition: str) -> tuple[Element, Element]:
    return _leaf("bizStep", f"{CBV}:bizstep:{step}"), _leaf("disposition", f"{CBV}:disp:{disposition}")
