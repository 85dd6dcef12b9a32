"""The pages of products: lots, book and picture; a recall by the pharmacist only."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from pestle.pages.products import picture
from pestle.records.people import Worker
from pestle.stations.entry.products import Cover
from tests.world import TODAY, World

SignIn = Callable[[Worker], Client]
pytestmark = pytest.mark.django_db


def test_the_page_shows_lots_book_and_cover(world: World, signed_in: SignIn) -> None:
    package = world.packages["lisinopril 10 mg"]

    page = signed_in(world.ada).get(f"/products/{package.pk}/").content.decode()

    for words in ("68180-0980-01", "98001A", "received", "On hand", "Nothing of it was filled in this time."):
        assert words in page


def test_a_recall_button_is_shut_for_a_technician_and_open_for_a_pharmacist(world: World, signed_in: SignIn) -> None:
    package, lot = world.packages["lisinopril 10 mg"], world.lots["98001A"]

    assert "is for a pharmacist" in signed_in(world.ada).get(f"/products/{package.pk}/").content.decode()
    answer = signed_in(world.ben).post(f"/products/{package.pk}/recall/", {"lot": lot.pk, "note": "FDA D-0123-2026"})

    assert answer.headers["Location"] == f"/products/lots/{lot.pk}/"
    lot.refresh_from_db()
    assert lot.is_recalled
    assert "Recalled: FDA D-0123-2026" in signed_in(world.ben).get(f"/products/lots/{lot.pk}/").content.decode()


def test_a_cashier_has_no_stock_pages(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.hana).get("/products/").status_code == 409


def test_the_picture_ends_at_nothing_on_the_day_it_says() -> None:
    cover = Cover(Decimal(60), Decimal(56), 30, date(2026, 12, 23), Decimal(20), ((TODAY, Decimal(60)),))

    drawn = picture(cover, today=TODAY)

    assert drawn.ahead == "M472 18 L624 150"
    assert drawn.says == "Now 60. At 2 a day it is used up on December 23."
