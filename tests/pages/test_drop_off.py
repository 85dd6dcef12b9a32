"""The pages of drop-off: thin, keyboard first, and every look at a patient written down."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from playwright.sync_api import Page

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.messages import Document, Message
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.prescriptions import Prescription
from pestle.stations import outbox, scanning
from pestle.stations.intake import drop_off
from pestle.stations.intake.originals import from_script
from pestle.wire import script
from tests.orders import new_rx
from tests.pages.browser import axe, picture, scan
from tests.street import walk
from tests.world import NOW, World, an_act, make_world

SignIn = Callable[[Worker], Client]


def receive(world: World, **changes: object) -> Fill:
    original = from_script(script.decode(new_rx(**changes)))  # type: ignore[arg-type]
    return drop_off.receive_new_rx(act_id=an_act(), by=world.program, at=NOW, original=original)


def clea(world: World) -> Patient:
    return Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Clea", birth_on=date(1968, 3, 14), sex="F",
        phone="7345550197", address="88 Quarry Road", city="Ann Arbor", state="MI", postal_code="48103",
    )  # fmt: skip


def post(client: Client, url: str, **fields: str) -> int:
    answer = client.post(url, {"act_id": str(an_act()), **fields})
    return answer.status_code


def test_the_inbox_shows_what_matched_and_every_patient_is_a_look(world: World, signed_in: SignIn) -> None:
    receive(world)
    receive(world, message_id="M-2", order_number="ORD-2", prescriber={"npi": "1000000004"})

    client = signed_in(world.ada)
    page = client.get("/drop-off/").content.decode()
    cut = client.get("/drop-off/?failed=prescriber").content.decode()

    assert page.count("Cleo M.") == 2
    assert cut.count("Cleo M.") == 1
    assert "Marchetti" not in page
    assert "not matched" in cut
    assert AccessLog.objects.filter(patient=world.cleo, page="drop_off:queue").count() == 2


def test_an_arrival_shows_original_reasons_checks_and_promise(world: World, signed_in: SignIn) -> None:
    clea(world)
    fill = receive(world)

    page = signed_in(world.ada).get(f"/drop-off/{fill.pk}/").content.decode()

    for words in (
        "Lisinopril 10 MG Oral Tablet", "Whose prescription is it?", "3 of 3 agree", "2 of 3 agree",
        "Two people have similar names", "When can we promise it?", "Never read them out",
        "/Message/Header/MessageID",
    ):  # fmt: skip
        assert words in page
    assert AccessLog.objects.filter(page="drop_off:arrival").count() == 2


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("ben", 200), ("gil", 200), ("hana", 200)])
def test_who_sees_the_pages(world: World, signed_in: SignIn, who: str, status: int) -> None:
    fill = receive(world)
    client = signed_in(getattr(world, who))

    for url in ("/drop-off/", f"/drop-off/{fill.pk}/", "/drop-off/new/", "/refills/", "/messages/",
                f"/drop-off/{fill.pk}/patient/"):  # fmt: skip
        assert client.get(url).status_code == status


def test_choosing_and_starting_are_one_form(world: World, signed_in: SignIn) -> None:
    clea(world)
    fill = receive(world)

    status = post(signed_in(world.ada), f"/drop-off/{fill.pk}/start/", chosen=f"patient-{world.cleo.pk}")

    fill.refresh_from_db()
    assert status == 302
    assert (fill.state, fill.prescription.patient) == ("in_entry", world.cleo)


def test_a_cashier_is_told_whose_step_it_is(world: World, signed_in: SignIn) -> None:
    fill = receive(world)

    answer = signed_in(world.hana).post(f"/drop-off/{fill.pk}/start/", {"act_id": str(an_act())})

    assert answer.status_code == 409
    assert "Start entry" in answer.content.decode()


def test_typed_identifiers_find_people_afresh(world: World, signed_in: SignIn) -> None:
    clea(world)
    fill = receive(world)

    found = signed_in(world.ada).get(
        f"/drop-off/{fill.pk}/people/", {"said_name": "marchetti, clea", "said_born": "03/14/1968"}
    )

    assert found.content.decode().index("Clea Marchetti") < found.content.decode().index("Cleo Marchetti")


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, "PNG")
    return out.getvalue()


def test_paper_is_kept_then_its_items_are_received(world: World, signed_in: SignIn) -> None:
    client = signed_in(world.ada)

    sent = SimpleUploadedFile("rx.png", png(), "image/png")
    kept = client.post("/drop-off/new/original/", {"act_id": str(an_act()), "kind": "paper", "original": sent})
    document = Document.objects.get()
    form = {
        "kind": "paper", "document": str(document.pk), "family": "marchetti", "given": "cleo",
        "birth_on": "03/14/1968", "leaves": "waits", "drug-1": "lisinopril 10 mg", "quantity-1": "30",
        "drug-2": "warfarin 5 mg", "quantity-2": "30",
    }  # fmt: skip
    status = post(client, "/drop-off/new/", **form)

    assert kept.headers["Location"] == f"/drop-off/new/?kind=paper&document={document.pk}"
    assert status == 302
    assert Prescription.objects.filter(patient=world.cleo, document=document).count() == 2
    shown = client.get(f"/drop-off/documents/{document.pk}/")
    assert shown.headers["Content-Type"] == "image/png"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


def test_a_scanned_label_opens_its_refill_and_nonsense_is_a_stop(world: World, signed_in: SignIn) -> None:
    fill = walk(world, to="sold")
    client = signed_in(world.ada)

    good = client.post("/drop-off/scan/", {"text": scanning.label_code(fill)}, headers={"X-Scan": "1"})
    bad = client.post("/drop-off/scan/", {"text": "nonsense"}, headers={"X-Scan": "1"})

    assert good.headers["HX-Redirect"] == f"/refills/{fill.prescription_id}/"
    assert '"stop"' in bad.headers["HX-Trigger"]


def test_the_refill_page_says_why_not_and_offers_the_prescriber(world: World, signed_in: SignIn) -> None:
    fill = walk(world, world.fill(world.prescribe(refills=0)), to="sold")

    page = signed_in(world.ada).get(f"/refills/{fill.prescription_id}/").content.decode()

    assert "refills are used" in page
    assert "Ask the prescriber" in page


@pytest.mark.parametrize(
    ("what", "goes"),
    [("label", "/where/"), ("number", "/where/"), ("place", "/where/?q=W-12"), ("nonsense", "")],
)
def test_a_scan_anywhere_opens_the_thing(world: World, signed_in: SignIn, what: str, goes: str) -> None:
    fill = world.fill()
    text = {
        "label": scanning.label_code(fill),
        "number": str(fill.prescription.rx_number),
        "place": scanning.place_code(world.places["W-12"]),
        "nonsense": "PXQ1",
    }[what]

    answer = signed_in(world.ada).post("/scan/", {"text": text}, headers={"X-Scan": "1"})

    if goes:
        assert answer.headers["HX-Redirect"].startswith(goes)
    else:
        assert "HX-Redirect" not in answer.headers
        assert '"stop"' in answer.headers["HX-Trigger"]


def stuck_message(world: World) -> Message:
    partner = Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9,
        secret_name="NOT_THERE", attempts=1,
    )  # fmt: skip
    message = outbox.post_message(
        partner=partner, kind="RxRenewalRequest", body=b"<Message/>", act_id=an_act(), by=world.ada, at=NOW,
        external_id="P-1",
    )  # fmt: skip
    outbox.deliver(message.pk, at=NOW)
    return message


def test_a_message_that_was_given_up_is_seen_sent_again_or_set_aside(world: World, signed_in: SignIn) -> None:
    message = stuck_message(world)
    client = signed_in(world.ada)

    assert "There is no secret named NOT_THERE." in client.get("/messages/").content.decode()
    assert "&lt;Message/&gt;" in client.get(f"/messages/{message.pk}/").content.decode()
    assert post(client, f"/messages/{message.pk}/again/") == 302
    assert Message.objects.get().state == "waiting"
    outbox.deliver(message.pk, at=NOW)
    assert post(client, f"/messages/{message.pk}/aside/", because="") == 409
    assert post(client, f"/messages/{message.pk}/aside/", because="telephoned Dr. Nair") == 302
    assert Message.objects.get().state == "set_aside"


def sign_in(page: Page, live_server: object, world: World) -> None:
    url: str = live_server.url  # type: ignore[attr-defined]
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", "ada")
    page.fill("[name=password]", "ada counts by fives")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda there: "/accounts/login" not in there)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_ada_matches_and_starts_entry_with_the_keyboard_alone(page: Page, live_server: object, tmp_path: Path) -> None:

    world = make_world()
    url: str = live_server.url  # type: ignore[attr-defined]
    clea(world)
    fill = receive(world)
    sign_in(page, live_server, world)
    shots = Path(tmp_path)

    page.goto(f"{url}/drop-off/")
    picture(page, shots / "queue.png")
    assert axe(page) == []
    page.keyboard.press("F10")
    page.wait_for_url(f"**/drop-off/{fill.pk}/")
    picture(page, shots / "arrival.png")
    assert axe(page) == []
    page.keyboard.press("1")
    page.wait_for_selector(".match .is-chosen")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    picture(page, shots / "chosen.png")
    page.keyboard.press("F10")
    page.wait_for_url(f"**/data-entry/{fill.pk}/")

    fill.refresh_from_db()
    assert (fill.state, fill.prescription.patient) == ("in_entry", world.cleo)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_refill_by_scan_is_one_scan_and_one_key(page: Page, live_server: object, tmp_path: Path) -> None:

    world = make_world()
    url: str = live_server.url  # type: ignore[attr-defined]
    fill = walk(world, to="sold")
    Fill.objects.filter(pk=fill.pk).update(days_supply=1)
    sign_in(page, live_server, world)

    page.goto(f"{url}/drop-off/")
    scan(page, scanning.label_code(fill))
    page.wait_for_url(f"**/refills/{fill.prescription_id}/")
    picture(page, tmp_path / "refill.png")
    assert axe(page) == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_paper_new_patient_and_trouble_pages_are_whole(page: Page, live_server: object, tmp_path: Path) -> None:
    world = make_world()
    url: str = live_server.url  # type: ignore[attr-defined]
    fill = receive(world, patient={"family": "Okonkwo", "given": "Ife", "birth_on": "1990-05-01"})
    receive(world, message_id="M-2", order_number="ORD-2")
    twin = receive(world, message_id="M-3", order_number="ORD-3")
    stuck_message(world)
    sign_in(page, live_server, world)

    for name, there in (
        ("new", "/drop-off/new/?kind=phone"), ("paper", "/drop-off/new/"), ("patient", f"/drop-off/{fill.pk}/patient/"),
        ("nobody", f"/drop-off/{fill.pk}/"), ("twins", f"/drop-off/{twin.pk}/"), ("messages", "/messages/"),
        ("message", f"/messages/{Message.objects.get(is_outgoing=True).pk}/"), ("find", "/refills/"),
    ):  # fmt: skip
        page.goto(f"{url}{there}")
        picture(page, tmp_path / f"{name}.png")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), name
