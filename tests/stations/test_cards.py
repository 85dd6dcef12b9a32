"""A card scanned or photographed becomes proposals; what is over in a profile stays as ended."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from pestle.records.patients import Coverage
from pestle.stations.entry import patients
from pestle.stations.intake import cards
from pestle.terms.findings import Refused
from tests.world import NOW, World, make_world

SAYS = "RXBIN: 999999 RXPCN: CASC RXGRP: G7 ID: CM777"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def picture_of(text: str) -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417).to_image(scale=3)
    kept = BytesIO()
    Image.fromarray(code).save(kept, "PNG")
    return kept.getvalue()


def test_a_picture_of_a_cards_code_is_read_into_proposals() -> None:
    proposed = cards.propose_from_picture(picture_of(SAYS))

    assert dict(proposed.read.values) == {"bin": "999999", "pcn": "CASC", "group": "G7", "cardholder_id": "CM777"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"no picture", "no picture"), (b"", "no picture"), (picture_of("HELLO"), "nothing in it is labelled")],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        cards.propose_from_picture(content)


def test_a_picture_without_a_code_asks_for_the_words() -> None:
    blank = BytesIO()
    Image.new("RGB", (200, 120), "white").save(blank, "PNG")

    with pytest.raises(Refused, match="Printed words are not read"):
        cards.propose_from_picture(blank.getvalue())


def test_the_page_fills_the_fields_and_keeps_nothing_before_they_are_sent(world: World, client: Client) -> None:
    assert world.ada.account is not None
    client.force_login(world.ada.account, "django.contrib.auth.backends.ModelBackend")
    before = Coverage.objects.count()
    sent = SimpleUploadedFile("card.png", picture_of(SAYS), "image/png")

    page = client.post(f"/patients/{world.cleo.pk}/card/read/", {"card_picture": sent}).content.decode()

    assert 'value="CM777"' in page
    assert "compare each field" in page
    assert Coverage.objects.count() == before


def test_a_condition_that_is_over_stays_as_ended(world: World) -> None:
    act: dict[str, Any] = {"by": world.ada, "at": NOW}
    patients.add_condition(act_id=uuid4(), **act, patient_id=world.cleo.pk, words="gout")
    condition = world.cleo.conditions.get()
    with pytest.raises(Refused, match="who said that it is over"):
        patients.end_condition(act_id=uuid4(), **act, condition_id=condition.pk, because=" ")

    patients.end_condition(act_id=uuid4(), **act, condition_id=condition.pk, because="Dr. Nair, no attack in years")

    condition.refresh_from_db()
    assert condition.ended_because == "Dr. Nair, no attack in years"
    with pytest.raises(Refused, match="no such condition"):
        patients.end_condition(act_id=uuid4(), **act, condition_id=condition.pk, because="again")
