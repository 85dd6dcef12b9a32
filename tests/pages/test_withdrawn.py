"""The pages of what is taken out of use: recalls, expiring stock, returns, suspect product; by hand and by scan."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from pestle.records.people import Worker
from pestle.records.withdrawn import Return, Suspect, VerificationRequest
from pestle.stations.scanning import label_code
from tests.recalls import question, screened
from tests.stations.bench import bottle, held
from tests.street import walk
from tests.world import World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 31)


def test_a_recall_is_pulled_by_scan_and_told_on_its_page(world: World, signed_in: SignIn) -> None:
    sold, lot = walk(world, to="sold"), world.lots["98001A"]
    recall = screened(world, lot)
    ada = signed_in(world.ada)

    shown = ada.get(f"/recalls/{recall.pk}/").content.decode()
    for words in ("D-0123-2026", "98001A", world.cleo.list_name, "What to say", "fabricante", "named one by one"):
        assert words in shown
    scanned = ada.post(f"/recalls/{recall.pk}/scan/", {"text": bottle(world.lots["98101A"])})
    assert "is not recalled here" in scanned.headers["HX-Trigger"]
    scanned = ada.post(f"/recalls/{recall.pk}/scan/", {"text": bottle(lot)})
    assert scanned.headers["HX-Redirect"] == f"/recalls/{recall.pk}/"
    assert held(world, lot, "shelf") == 0
    ada.post(f"/recalls/{recall.pk}/told/{sold.pk}/", {"how": "by telephone"})
    sold.refresh_from_db()
    assert sold.state == "recall_notified"
    assert ada.get(f"/recalls/{recall.pk}/report/").content.startswith(b"%PDF-")


def test_a_question_shows_the_notices_own_words_and_a_technician_cannot_answer_it(
    world: World, signed_in: SignIn
) -> None:
    match = question(world, world.lots["98001A"])

    shown = signed_in(world.ada).get("/recalls/").content.decode()
    assert "Exp 01/27" in shown
    assert "with another expiry" in shown
    assert signed_in(world.ada).post(f"/recalls/matches/{match.pk}/", {"is_meant": "yes"}).status_code == 409
    answer = signed_in(world.ben).post(f"/recalls/matches/{match.pk}/", {"is_meant": "yes"})

    match.refresh_from_db()
    assert answer.headers["Location"] == f"/recalls/{match.recall_id}/"


def test_expired_stock_is_drawn_and_pulled_by_scan(world: World, signed_in: SignIn) -> None:
    lot = world.receive("lisinopril 10 mg", "OLD1", OLD, "100")
    ada = signed_in(world.ada)

    shown = ada.get("/expiring/").content.decode()
    for words in ("OLD1", "$5.00", "expired: 1\u00a0lot, $5.00", "too late for credit"):
        assert words in shown
    assert ada.post("/expiring/scan/", {"text": bottle(lot)}).headers["HX-Redirect"] == "/expiring/"
    assert held(world, lot, "shelf") == 0


def test_a_return_is_gathered_and_sent_on_its_pages(world: World, signed_in: SignIn) -> None:
    lot = world.receive("lisinopril 10 mg", "OLD1", OLD, "100")
    ben = signed_in(world.ben)
    ben.post("/expiring/pull/", {"lot": lot.pk, "place": world.places["shelf"].pk})
    page = ben.post("/returns/begin/", {"goes_to": "reverse distributor", "to_whom": "Northern Returns"}).headers[
        "Location"
    ]
    assert "OLD1" in ben.get(page).content.decode()
    outdated = lot.balances.get(place__kind="outdated").place

    ben.post(f"{page}put-on/", {"lot": lot.pk, "place": outdated.pk})
    ben.post(f"{page}send/")
    ben.post(f"{page}credit/", {"credited": "$0", "note": "none promised"})

    assert Return.objects.get().state == "credited"
    assert "Northern Returns" in ben.get("/returns/").content.decode()


def test_what_a_patient_brings_is_refused_with_its_source(world: World, signed_in: SignIn) -> None:
    sold = walk(world, to="sold")

    answer = signed_in(world.ada).post("/returns/from-patient/", {"label": label_code(sold), "why": "not wanted"})

    assert answer.status_code == 409
    assert "CPG 460.300" in answer.content.decode()


def test_a_suspect_bottle_is_set_apart_from_its_lots_page_and_asked_about(world: World, signed_in: SignIn) -> None:
    lot, ben = world.lots["98001A"], signed_in(world.ben)
    assert "Set apart as suspect" in ben.get(f"/products/lots/{lot.pk}/").content.decode()

    told = {"lot": lot.pk, "place": world.places["shelf"].pk, "packages": "1", "because": "seal"}
    page = ben.post("/suspects/new/", told).headers["Location"]
    ben.post(f"{page}ask/", {"serial": "S1", "asked_of": "Lupin"})
    request = VerificationRequest.objects.get()
    ben.post(f"/suspects/requests/{request.pk}/", {"answer": "verified", "words": "telephone"})

    assert "1 of 1" in ben.get(page).content.decode()
    ben.post(f"{page}condemn/", {"reason": "print"})
    assert "Form FDA 3911" in ben.get(page).content.decode()
    assert Suspect.objects.get().tell_by is not None
    assert "98001A" in ben.get("/suspects/").content.decode()
