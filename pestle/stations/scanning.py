"""What a scanned or typed text stands for at one pharmacy: rows of the database behind `pestle.wire.scan`.

It never guesses: a code that fits two products asks, a code that fits nothing says so, a code of another pharmacy is
unknown here. A prescription number that was typed names the prescription, never a label: only a scanned label proves
that the label is in the hand.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from pestle.ledger.places import PlaceKind
from pestle.records.catalogue import Package
from pestle.records.fills import FINAL, Fill
from pestle.records.handover import Bag
from pestle.records.messages import Document
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescriptions import Prescription
from pestle.records.stock import MappedCode, Place
from pestle.terms.decimals import typed_whole
from pestle.terms.findings import refuse
from pestle.wire import scan as codes
from pestle.wire.scan import Scan, ScanKind

TYPED_RX = re.compile(r"(?:RX[ -]?)?(?P<rx>[0-9]{4,9})", re.IGNORECASE)
LABEL = re.compile(r"(?P<rx>[0-9]{1,12})-(?P<fill>[0-9]{2})(?P<part>[0-9]?)")
MOST_PARTS = 9
LONGEST_CODE = 80
NOBODY_KNOWS = "No product in the drug directory has this code. A pharmacist can say what it is."


class What(StrEnum):
    """What a scanned thing is."""

    PRODUCT = "product"
    FILL = "fill"
    PRESCRIPTION = "prescription"
    BAG = "bag"
    PLACE = "place"
    WORKER = "worker"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanned text and the row it stands for; at most one of the rows is set, `packages` may hold several.

    `said` is a sentence for the worker where nothing certain was found. For a product, `lot_number`, `expires_on` and
    the rest of what the code carried stand in `scan.product`.
    """

    scan: Scan
    what: What = What.UNKNOWN
    packages: tuple[Package, ...] = ()
    fill: Fill | None = None
    prescription: Prescription | None = None
    bag: Bag | None = None
    place: Place | None = None
    worker: Worker | None = None
    document: Document | None = None
    mapped: MappedCode | None = None
    said: str = ""

    @property
    def text(self) -> str:
        """Give what was scanned, as it came."""
        return self.scan.text

    @property
    def is_known(self) -> bool:
        """Say whether the code stands for something here."""
        return self.what is not What.UNKNOWN

    @property
    def name(self) -> str:
        """Say in a word or three what the thing is; no patient and no drug of a patient is named."""
        if self.place is not None:
            return f"{'Basket' if self.place.kind == PlaceKind.BASKET.value else 'Place'} {self.place.name}"
        if self.bag is not None:
            return f"Bag {self.bag.code}"
        if self.worker is not None:
            return f"Badge of {self.worker.short_name}"
        if self.document is not None:
            return "Document sheet"
        if self.fill is not None or self.prescription is not None:
            rx = self.fill.prescription if self.fill else self.prescription
            return f"Rx {rx.rx_number}" if rx else ""
        return str(self.package.product) if self.package else "Several products" if self.packages else "Unknown code"

    def not_here(self, wanted: str) -> str:
        """Say what the thing is and what is wanted here instead; `wanted` is a sentence that begins with a verb."""
        said = self.said if not self.is_known else f"This is {self._with_article()}."
        return f"{said} {wanted}"

    def _with_article(self) -> str:
        if self.package is not None or self.packages:
            return f"a product: {self.name}" if self.package else "a code of several products"
        if self.fill is not None:
            return f"the label of {self.name}"
        return self.name[:1].lower() + self.name[1:] if not self.name.startswith("Rx") else self.name

    @property
    def must_ask(self) -> bool:
        """Say whether a person has to choose among several products."""
        return len(self.packages) > 1

    @property
    def package(self) -> Package | None:
        """Give the one package the code stands for; None where there are several or none."""
        return self.packages[0] if len(self.packages) == 1 else None


def resolve(text: str, pharmacy: Pharmacy) -> Scanned:
    """This will say what a scanned or typed text is at this pharmacy; it never fails and never guesses."""
    scan = codes.read(text)
    return _FINDERS[scan.kind](scan, pharmacy)


def code_of(scan: Scan) -> str:
    """This will give what of a code names its product: the GTIN where it carries one, else all of it."""
    gtin = scan.product.gtin if scan.product else None
    return str(gtin) if gtin else re.sub(r"^\][A-Za-z][0-9]", "", scan.text.strip()).upper()[:LONGEST_CODE]


def label_body(fill: Fill) -> str:
    """This will give what a fill's label says after its prefix: 7204418-01, 7204418-012 for its second part.

    The two digits count refills as NCPDP 403-D3 does: 00 is the first fill. Raises Refused past the ninth part.
    """
    if fill.part > MOST_PARTS:
        raise refuse("A fill has at most nine parts: its label has room for one digit.", rule="label_code")
    return f"{fill.prescription.rx_number}-{fill.number - 1:02d}{fill.part if fill.part > 1 else ''}"


def label_code(fill: Fill) -> str:
    """This will give the whole bar code of a fill's label."""
    return codes.render_code(ScanKind.RX_LABEL, label_body(fill))


def bag_code(bag: Bag) -> str:
    """This will give the whole bar code of a bag's tag."""
    return codes.render_code(ScanKind.BAG, bag.code)


def place_code(place: Place) -> str:
    """This will give the whole bar code of a basket or another place."""
    kind = ScanKind.BASKET if place.kind == PlaceKind.BASKET.value else ScanKind.LOCATION
    return codes.render_code(kind, place.name.upper().replace(" ", "-"))


def document_code(document: Document) -> str:
    """This will give the whole bar code of a document's sheet."""
    return codes.render_code(ScanKind.DOCUMENT, str(document.pk))


def badge_code(body: str) -> str:
    """This will give the whole bar code of a badge from the code its owner was given."""
    return codes.render_code(ScanKind.BADGE, body)


def _product(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    if (typed := _typed_prescription(scan, pharmacy)) is not None:
        return typed
    numbers = [candidate.digits for candidate in scan.ndc_candidates]
    found = Package.objects.filter(ndc11__in=numbers, product__is_newest_listing=True).select_related("product")
    packages = tuple(found.order_by("ndc11", "pk"))
    if packages:
        said = "This code fits more than one product: choose." if len(packages) > 1 else ""
        return Scanned(scan, What.PRODUCT, packages=packages, said=said)
    return _taught(scan, pharmacy) or Scanned(scan, said=NOBODY_KNOWS)


def _label(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    found = LABEL.fullmatch(scan.body)
    if found is None:
        return Scanned(scan, said="This label has no prescription and fill number that can be read.")
    fills = Fill.objects.filter(
        pharmacy=pharmacy,
        prescription__rx_number=int(found["rx"]),
        number=int(found["fill"]) + 1,
        part=int(found["part"] or 1),
    ).select_related("prescription__patient", "package__product", "basket", "bag__place")
    # A fill that was returned or cancelled may have a living successor of the same number.
    ordered = sorted(fills, key=lambda fill: (fill.state in FINAL, -fill.pk))
    if not ordered:
        return Scanned(scan, said="No fill of this pharmacy has this label.")
    return Scanned(scan, What.FILL, fill=ordered[0])


def _bag(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    bag = Bag.objects.filter(pharmacy=pharmacy, code__iexact=scan.body).select_related("patient", "place").first()
    return Scanned(scan, What.BAG, bag=bag) if bag else Scanned(scan, said="No bag of this pharmacy has this code.")


def _place(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    places = Place.objects.filter(pharmacy=pharmacy)
    place = places.filter(name__iexact=scan.body).first() or places.filter(name__iexact=_spaced(scan.body)).first()
    if place is None:
        return Scanned(scan, said=f"There is no place {scan.body} here.")
    if (place.kind == PlaceKind.BASKET.value) != (scan.kind is ScanKind.BASKET):
        return Scanned(scan, said=f"{place.name} is a {place.kind}, which this code does not say: print a new one.")
    return Scanned(scan, What.PLACE, place=place)


def _badge(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    digest = sha256(scan.body.encode()).hexdigest()
    worker = Worker.objects.active().filter(pharmacy=pharmacy, badge=digest).first()
    return Scanned(scan, What.WORKER, worker=worker) if worker else Scanned(scan, said="Nobody here has this badge.")


def _document(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    number = typed_whole(scan.body)
    document = Document.objects.filter(pharmacy=pharmacy, pk=number).defer("content").first() if number else None
    if document is None:
        return Scanned(scan, said="No document of this pharmacy has this code.")
    return Scanned(scan, What.DOCUMENT, document=document)


def _unknown(scan: Scan, pharmacy: Pharmacy) -> Scanned:
    return _typed_prescription(scan, pharmacy) or _taught(scan, pharmacy) or Scanned(scan, said=scan.said)


def _taught(scan: Scan, pharmacy: Pharmacy) -> Scanned | None:
    """Give the product that people of this pharmacy said a code stands for, where a second person agreed."""
    rows = MappedCode.objects.filter(pharmacy=pharmacy, code=code_of(scan), retired_at=None)
    row = rows.exclude(approved_at=None).select_related("package__product").first()
    return Scanned(scan, What.PRODUCT, packages=(row.package,), mapped=row) if row is not None else None


def _typed_prescription(scan: Scan, pharmacy: Pharmacy) -> Scanned | None:
    typed = TYPED_RX.fullmatch(scan.text.strip())
    if typed is None:
        return None
    rx = Prescription.objects.filter(pharmacy=pharmacy, rx_number=int(typed["rx"])).select_related("patient").first()
    return Scanned(scan, What.PRESCRIPTION, prescription=rx) if rx else None


def _spaced(body: str) -> str:
    return body.replace("-", " ")


_FINDERS = {
    ScanKind.PRODUCT: _product,
    ScanKind.RX_LABEL: _label,
    ScanKind.BAG: _bag,
    ScanKind.BASKET: _place,
    ScanKind.LOCATION: _place,
    ScanKind.BADGE: _badge,
    ScanKind.DOCUMENT: _document,
    ScanKind.UNKNOWN: _unknown,
}
