"""Any code in any place: on every page, each kind of code is understood or said plainly to be what it is."""

import json
import re
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pestle.demo.page_list import PAGES
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.messages import Document
from pestle.records.pharmacies import Pharmacy
from pestle.stations import scanning
from pestle.terms.gtin import Gtin
from pestle.wire import gs1
from pestle.wire.scan import ScanKind, render_code
from tests.pages.hands import badge_of
from tests.pages.test_every_page import signed_in, whose
from tests.pages.whole_street import open_street
from tests.payer import PretendPayer
from tests.stations.bench import bottle, the_lot
from tests.world import World

SCAN_URL = re.compile(r'<main[^>]*data-scan-url="([^"]+)"')
THINGS = r"label|bag|basket|place|badge|document|product|bottle|code|vial|rx|fill|drug|lot|misread|prescription"


@pytest.fixture
def street(db: None, payer: PretendPayer) -> World:
    return open_street(payer)


def codes_of(street: World) -> dict[str, str]:
    """One code of every kind there is, and some that are none."""
    fill = Fill.objects.filter(state="in_will_call").latest("pk")
    document = Document.objects.create(
        pharmacy=street.pharmacy, content=b"%PDF-1.4", media_type="application/pdf", pages=1, kind="fax",
        sha256="0" * 64, uploaded_at=timezone.now(), uploaded_by=street.ada,
    )  # fmt: skip
    package = street.packages["amoxicillin 500 mg"]
    upc = Gtin.for_us_drug(package.ndc10)
    return {
        "GS1 DataMatrix":        bottle(the_lot(street)),
        "UPC":                   str(upc)[-12:],
        "NDC, 11 digits":        package.ndc11,
        "NDC with dashes":       package.package_ndc,
        "Rx label":              scanning.label_code(fill),
        "Rx number, typed":      str(fill.prescription.rx_number),
        "bag":                   scanning.bag_code(Bag.objects.filter(fills__state="in_will_call").latest("pk")),
        "basket":                scanning.place_code(street.places["B-08"]),
        "shelf location":        scanning.place_code(street.places["shelf"]),
        "will-call place":       scanning.place_code(street.places["W-13"]),
        "badge":                 badge_of(street.gil),
        "document":              scanning.document_code(document),
        "label of nobody":       render_code(ScanKind.RX_LABEL, "9999999-01"),
        "product of nobody":     gs1.render(gs1.Gs1Scan.of(gtin=Gtin.for_us_drug("0002140001"))),
        "our code, misread":     scanning.label_code(fill)[:-1] + "*",
        "a web address":         "HTTPS://EXAMPLE.COM/A?B=1",
        "garbage":               "\u00a7\u00a7 zzz 0",
        "four hundred letters":  "A" * 400,
    }  # fmt: skip


def places_to_scan(street: World) -> dict[str, Client]:
    """Every address that a page sends its scans to, with somebody who works there."""
    found: dict[str, Client] = {}
    for page in PAGES:
        if page.name.startswith("parts:"):
            continue
        client = signed_in(whose(page.role))
        address = page.address(street.pharmacy)
        assert address is not None
        named = SCAN_URL.search(client.get(address).content.decode())
        found.setdefault(named[1] if named else "/scan/", client)
    return found


def heard(answer: HttpResponse) -> dict[str, str]:
    told: dict[str, str] = json.loads(answer.headers.get("HX-Trigger", "{}")).get("scanned", {})
    return told


def test_every_code_is_answered_at_every_place_in_words(street: World) -> None:
    codes, silent = codes_of(street), []
    for url, client in places_to_scan(street).items():
        for kind, text in codes.items():
            with transaction.atomic():
                asked = {"text": text, "page": url, "act_id": str(uuid4())}
                answer = client.post(url, asked, headers={"HX-Request": "true", "X-Scan": "1"})
                transaction.set_rollback(True)
            if fault := what_is_wrong(answer):
                silent.append(f"{url}, {kind}: {fault}")

    assert silent == [], "\n".join(silent)


def what_is_wrong(answer: HttpResponse) -> str:
    """What a person at the bench would miss in the answer to a scan; nothing where it is whole."""
    told = heard(answer)
    if answer.status_code not in {200, 204, 409} or told.get("state") not in {"match", "ask", "stop"}:
        return f"status {answer.status_code}, {told}"
    if not told["said"] or len(told["said"]) > 40 or not told["words"].strip():
        return f"nothing to read: {told}"
    if told["state"] == "match":
        return ""
    words = told["words"].rstrip()
    if not words.endswith((".", "?", "”")):
        return f"no sentence: {words}"
    return "" if re.search(THINGS, words, re.IGNORECASE) else f"does not say what it is: {words}"


def test_a_thing_is_named_without_its_patient(world: World) -> None:
    fill = world.fill()
    pharmacy: Pharmacy = world.pharmacy

    assert scanning.resolve(scanning.label_code(fill), pharmacy).not_here("Scan a bag.") == (
        f"This is the label of Rx {fill.prescription.rx_number}. Scan a bag."
    )
    assert scanning.resolve(scanning.place_code(world.places["B-07"]), pharmacy).not_here("Scan a bag.") == (
        "This is basket B-07. Scan a bag."
    )
    assert scanning.resolve("zzz", pharmacy).not_here("Scan a bag.").endswith(" Scan a bag.")
