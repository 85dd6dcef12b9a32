"""A scan on a page that takes no scans itself: the thing is named, and the right page opens for it."""

from django.http import HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.views.decorators.http import require_POST

from pestle.pages.house.request import Request
from pestle.pages.house.rights import changes_nothing, shows_patients
from pestle.pages.house.scans import scan_answer
from pestle.stations import scanning
from pestle.stations.scanning import Scanned, What

app_name = "scan"


@require_POST
@changes_nothing
@shows_patients
def scan(request: Request) -> HttpResponse:
    """Open what was scanned: a fill's whereabouts, a bag's, a product; or say what it is, or that nobody knows it."""
    found = scanning.resolve(request.POST.get("text", ""), request.pharmacy)
    if not found.is_known:
        return scan_answer("stop", "Unknown", words=found.said)
    if found.must_ask:
        return _find(found, "Choose", state="ask")
    return _OPENS[found.what](found)


def _fill(found: Scanned) -> HttpResponse:
    fill = found.fill
    return _open("where:fill", [fill.pk], f"Rx {fill.prescription.rx_number}") if fill else _find(found, "Found")


def _prescription(found: Scanned) -> HttpResponse:
    rx = found.prescription
    newest = rx.fills.order_by("-pk").first() if rx else None
    if rx is None or newest is None:
        return _find(found, "Found")
    return _open("where:fill", [newest.pk], f"Rx {rx.rx_number}")


def _bag(found: Scanned) -> HttpResponse:
    bag = found.bag
    fill = bag.fills.order_by("-pk").first() if bag else None
    if bag is None or fill is None:
        return scan_answer("ask", "Empty bag", words="Nothing is in this bag.")
    return _open("where:fill", [fill.pk], f"Bag {bag.code}")


def _place(found: Scanned) -> HttpResponse:
    name = found.place.name if found.place else ""
    return _find(found, name, text=name)


def _worker(found: Scanned) -> HttpResponse:
    name = found.worker.short_name if found.worker else ""
    return scan_answer("ask", f"Badge of {name}", words=f"{name}'s badge. Lock the bench first, then scan it there.")


def _document(found: Scanned) -> HttpResponse:
    document = found.document
    first = document.prescriptions.order_by("pk").first() if document else None
    fill = first.fills.order_by("pk").first() if first else None
    if fill is None:
        return scan_answer("ask", "Document", words="Nothing was received from this document yet.")
    return _open("where:fill", [fill.pk], "Document sheet")


def _product(found: Scanned) -> HttpResponse:
    package = found.package
    if package is None:
        return _find(found, "Choose", state="ask")
    return _open("products:product", [package.product_id], str(package.product)[:40], otherwise=found)


def _open(name: str, args: list[int], said: str, *, otherwise: Scanned | None = None) -> HttpResponse:
    try:
        return scan_answer("match", said, go=reverse(name, args=args))
    except NoReverseMatch:
        return _find(otherwise, said) if otherwise else scan_answer("match", said)


def _find(found: Scanned, said: str, *, text: str = "", state: str = "match") -> HttpResponse:
    return scan_answer(state, said, words=found.said, go=f"{reverse('where:index')}?q={text or found.text}")


_OPENS = {
    What.FILL: _fill,
    What.PRESCRIPTION: _prescription,
    What.BAG: _bag,
    What.PLACE: _place,
    What.WORKER: _worker,
    What.DOCUMENT: _document,
    What.PRODUCT: _product,
}

urlpatterns = [path("", scan, name="scan")]
