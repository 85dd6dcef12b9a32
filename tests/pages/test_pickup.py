"""The register's page: nobody before two identifiers, bags by scan, the stop, the talk, the sale and its receipt."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from io import BytesIO

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from pypdf import PdfReader

from pestle.records.events import AccessLog
from pestle.records.fills import Fill
from pestle.records.handover import Sale
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations import scanning
from tests.street import walk
from tests.world import TODAY, World

SignIn = Callable[[Worker], Client]


@pytest.fixture
def register(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.ada)


@pytest.fixture
def ready(world: World) -> Fill:
    return walk(world, to="in_will_call")


@pytest.fixture
def carla(world: World) -> Patient:
    return Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Carla", birth_on=date(1968, 3, 15), sex="F",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip


def who(client: Client, name: str = "marchetti cleo", birth_on: str = "3/14/1968") -> int:
    return client.post("/pickup/who/", {"name": name, "birth_on": birth_on}).status_code


def shown(client: Client) -> str:
    return client.get("/pickup/").content.decode()


def scan(client: Client, fill: Fill, *, what: str = "bag") -> tuple[str, str]:
    assert fill.bag is not None
    text = scanning.bag_code(fill.bag) if what == "bag" else scanning.label_code(fill)
    answer = client.post("/pickup/scan/", {"text": text})
    return answer.headers.get("HX-Trigger", ""), answer.content.decode()


def sell(client: Client, world: World, **given: str) -> int:
    told = {f"answer-{world.cleo.pk}": "refused", "signed_name": "Cleo Marchetti", "payment": "cash", "tendered": "20"}
    return client.post("/pickup/sell/", told | given).status_code


def test_nobody_is_shown_before_two_identifiers_are_typed(register: Client, ready: Fill) -> None:
    html = shown(register)

    assert "Marchetti" not in html
    assert "lisinopril" not in html
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("name", "birth_on"),
    [("marchetti", "3/14/1968"), ("marchetti cleo", "3/15/1968"), ("marchetti cleo", "soon"), ("m c", "3/14/1968")],
)
def test_one_identifier_finds_nobody(register: Client, ready: Fill, name: str, birth_on: str) -> None:
    assert who(register, name, birth_on) == 409
    assert "lisinopril" not in shown(register)


@pytest.mark.parametrize("birth_on", ["3/14/1968", "03/14/1968", "3/14/68", "1968-03-14"])
def test_the_birth_date_is_typed_as_people_say_it(register: Client, ready: Fill, birth_on: str) -> None:
    assert who(register, "Cleo Marchetti", birth_on) == 302
    assert "lisinopril" in shown(register)


def test_a_look_at_the_register_is_written_down(world: World, register: Client, ready: Fill) -> None:
    who(register)
    shown(register)

    assert AccessLog.objects.filter(worker=world.ada, patient=world.cleo, page="pickup:index").exists()


def test_every_bag_is_shown_with_its_place_and_what_is_not_ready_with_why(
    world: World, register: Client, ready: Fill
) -> None:
    walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="queued")
    who(register)
    html = shown(register)

    for words in ("W-12", "scan it", "not ready", "It is waiting to be filled", "$11.80", "Sell"):
        assert words in html


def test_a_scan_takes_a_bag_in_hand(register: Client, ready: Fill) -> None:
    who(register)

    said, html = scan(register, ready)

    assert "match" in said
    assert "scanned" in html
    assert "scanned" in shown(register)


def test_a_bag_before_the_identifiers_shows_nothing(register: Client, ready: Fill) -> None:
    said, html = scan(register, ready)

    assert "Ask for name and birth date" in said
    assert all(words not in said + html for words in ("Cleo", "Marchetti", "lisinopril", "1968", "$"))


def test_another_persons_bag_stops_the_sale_and_says_only_what_differs(
    world: World, register: Client, ready: Fill, carla: Patient
) -> None:
    other = walk(world, world.fill(world.prescribe("warfarin 5 mg", patient=carla)), to="in_will_call", place="W-13")
    who(register)
    scan(register, ready)

    said, html = scan(register, other)

    assert "stop" in said
    assert "the birth date differs" in html
    for secret in ("Carla", "warfarin", "W-13"):
        assert secret not in html
    assert sell(register, world) == 409
    assert other.events().filter(verb="stopped_in_another_sale").count() == 1

    register.post("/pickup/put-back/")
    assert sell(register, world) == 302


def test_the_right_bag_after_the_wrong_one_goes_on(world: World, register: Client, ready: Fill, carla: Patient) -> None:
    other = walk(world, world.fill(world.prescribe("warfarin 5 mg", patient=carla)), to="in_will_call")
    who(register)
    scan(register, other)

    scan(register, ready)

    assert sell(register, world) == 302


def test_a_vial_of_somebody_else_found_in_the_bag_stops_too(
    world: World, register: Client, ready: Fill, carla: Patient
) -> None:
    other = walk(world, world.fill(world.prescribe("warfarin 5 mg", patient=carla)), to="in_will_call")
    who(register)

    said, html = scan(register, other, what="vial")

    assert "stop" in said
    assert "vial is another person" in html


def test_what_was_said_and_signed_outlives_a_reload(world: World, register: Client, ready: Fill) -> None:
    who(register)
    scan(register, ready)
    register.post("/pickup/say/", {f"answer-{world.cleo.pk}": "refused", "signature": "[[[10,20],[30,40],[50,20]]]"})

    html = shown(register)

    assert "M10 20 L30 40 L50 20" in html
    assert 'value="refused" form="sale" checked' in html
    assert "waits:" not in html


def test_a_scribble_that_is_no_signature_is_refused(register: Client, ready: Fill) -> None:
    who(register)

    for bad in ('[[["a",1],[2,3]]]', "[[[1,2]]]", "nonsense", "[[[1,2],[99999,3]]]"):
        assert register.post("/pickup/say/", {"signature": bad}).status_code == 409, bad


def test_the_sale_ends_in_a_receipt_with_change(world: World, register: Client, ready: Fill) -> None:
    who(register)
    scan(register, ready)

    assert sell(register, world) == 302

    sale = Sale.objects.get()
    html = register.get(f"/pickup/sales/{sale.pk}/").content.decode()
    assert "$8.20" in html
    assert sale.signature == [{"typed": "Cleo Marchetti"}]
    assert "Marchetti" not in shown(register), "The register is clear for the next person."


def test_the_receipt_as_pdf_says_what_was_paid(world: World, register: Client, ready: Fill) -> None:
    who(register)
    scan(register, ready)
    sell(register, world)

    answer = register.get(f"/pickup/sales/{Sale.objects.get().pk}/receipt.pdf")

    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for words in ("Corner Street Pharmacy", "Lisinopril 10 mg tablet", "$11.80", "$20.00", "Change", "declined"):
        assert words in text


def test_a_sale_without_its_bag_in_hand_is_refused_and_nothing_is_lost(
    world: World, register: Client, ready: Fill
) -> None:
    who(register)

    assert sell(register, world) == 409
    assert 'value="Cleo Marchetti"' in shown(register)


def test_one_item_is_left_for_another_day(world: World, register: Client, ready: Fill) -> None:
    other = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="in_will_call", place="W-13")
    who(register)
    scan(register, ready)
    register.post("/pickup/leave/", {"fill": other.pk})

    assert sell(register, world) == 302
    other.refresh_from_db()
    assert other.state == "in_will_call"


def test_the_pharmacist_records_the_talk_with_badge_and_pin(world: World, register: Client, ready: Fill) -> None:
    Worker.objects.filter(pk=world.ben.pk).update(badge=sha256(b"BEN7").hexdigest(), pin=make_password("4471"))
    badge = scanning.badge_code("BEN7")
    who(register)
    scan(register, ready)
    told = {"patient": world.cleo.pk, "badge": badge, "pin": "0000"}

    assert sell(register, world, **{f"answer-{world.cleo.pk}": "accepted"}) == 409
    assert register.post("/pickup/counsel/", told).status_code == 409
    assert register.post("/pickup/counsel/", told | {"pin": "4471"}).status_code == 302
    assert sell(register, world, **{f"answer-{world.cleo.pk}": "accepted"}) == 302
    assert Sale.objects.get().counselled_by == world.ben


def test_a_cashier_sells_and_an_auditor_does_not(world: World, signed_in: SignIn, ready: Fill) -> None:
    client = signed_in(world.hana)
    who(client)
    scan(client, ready)
    assert sell(client, world) == 302

    Worker.objects.filter(pk=world.gil.pk).update(role_names=["auditor"])
    assert signed_in(world.gil).get("/pickup/").status_code == 409


def test_a_receipt_of_another_pharmacy_is_not_there(register: Client) -> None:
    assert register.get("/pickup/sales/99999/").status_code == 404


def test_the_offer_is_made_in_the_patients_language_too(world: World, signed_in: SignIn) -> None:
    world.cleo.language = "es"
    world.cleo.save()
    walk(world, to="in_will_call")
    client = signed_in(world.ada)
    client.post("/pickup/who/", {"name": "cleo marchetti", "birth_on": "3/14/1968"})

    page = client.get("/pickup/").content.decode()

    assert '<span lang="es">“' in page
    assert "not yet reviewed by a qualified translator" in page


def test_a_bag_scanned_first_shows_nothing_before_the_birth_date_agrees(world: World, signed_in: SignIn) -> None:
    fill = walk(world, to="in_will_call")
    client = signed_in(world.ada)

    assert fill.bag is not None
    client.post("/pickup/scan/", {"text": scanning.bag_code(fill.bag)}, headers={"X-Scan": "1"})
    before = client.get("/pickup/").content.decode()
    wrong = client.post("/pickup/who/", {"birth_on": "3/15/1968"})
    client.post("/pickup/who/", {"birth_on": "031468"})
    after = client.get("/pickup/").content.decode()

    assert "Marchetti" not in before
    assert wrong.status_code == 409
    assert "Marchetti" not in wrong.content.decode()
    assert "two identifiers agree" in after
    assert "scanned" in after
