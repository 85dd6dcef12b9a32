"""EPCIS 1.x tracing documents as the Drug Supply Chain Security Act has them sent: who sold which serial to whom.

`decode` keeps the whole tree beside what it says, and `encode` gives it back in this house's own spelling of XML;
`packages` opens the shipment down to single packages. Layout: GS1 EPCIS 1.2 and the GS1 US guideline for DSCSA.
"""

from typing import Any

from pestle.wire.epcis.document import Document, Event, TracedPackage, TracedPlace, TracedProduct
from pestle.wire.epcis.errors import EpcisError
from pestle.wire.epcis.reading import decode
from pestle.wire.epcis.tracing import packages
from pestle.wire.epcis.writing import Packed, Shipping, encode, shipping_document
from pestle.wire.script.tree import render

__all__ = [
    "Document",
    "EpcisError",
    "Event",
    "Packed",
    "Shipping",
    "TracedPackage",
    "TracedPlace",
    "TracedProduct",
    "decode",
    "encode",
    "from_json",
    "packages",
    "shipping_document",
    "to_json",
]


def to_json(document: Document) -> dict[str, Any]:
    """Give the document as JSON values: what it shipped for people, and the XML that from_json reads."""
    return {
        "instance": document.instance,
        "affirms_statement": document.affirms_statement,
        "packages": [
            {
                "gtin": each.gtin.digits,
                "serial": each.serial,
                "ndc": each.ndc,
                "lot": each.lot,
                "expires_on": each.expires_on.isoformat() if each.expires_on else None,
                "cartons": list(each.cartons),
            }
            for each in packages(document)
        ],
        "xml": render(document.tree),
    }


def from_json(given: object) -> Document:
    """Give back the document that to_json showed, from its `xml`; raises EpcisError."""
    xml = given.get("xml") if isinstance(given, dict) else None
    if not isinstance(xml, str):
        raise EpcisError("xml", "is not text")
    return decode(xml.encode("utf-8", "surrogatepass"))
