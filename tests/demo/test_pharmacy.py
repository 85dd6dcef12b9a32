"""The made-up pharmacy: the same people and shelves from the same seed, and nothing in it that could not be."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from pestle.demo import people
from pestle.demo.pharmacy import SMALL, make_pharmacy, sign_ins
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.stock import Balance, Line, Lot, StockItem
from pestle.stations import board
from pestle.terms.badge import badge_digest
from pestle.terms.dea_number import DeaNumber
from pestle.terms.npi import Npi
from tests.demo.conftest import MORNING


def told(pharmacy: Pharmacy) -> dict[str, list[tuple[Any, ...]]]:
    """Everything about a made-up pharmacy that somebody could notice."""
    mine = {"pharmacy": pharmacy}
    fills = Fill.objects.filter(**mine).order_by("pk")
    return {
        "patients": list(
            Patient.objects.filter(**mine).order_by("pk").values_list("family", "given", "birth_on", "address")
        ),
        "prescribers": list(
            Prescriber.objects.filter(**mine).order_by("pk").values_list("family", "npi", "dea_number")
        ),
        "lots": list(Lot.objects.filter(**mine).order_by("pk").values_list("number", "expires_on", "package__ndc11")),
        "fills": list(fills.values_list("prescription__rx_number", "package__ndc11", "quantity", "sold_at")),
    }


@pytest.fixture
def names_free(made_up: Pharmacy) -> None:
    """The staff's names and badges, free for a second pharmacy of the same people."""
    Pharmacy.objects.filter(pk=made_up.pk).update(ncpdp_id="2399992")
    for account in Account.objects.all():
        Account.objects.filter(pk=account.pk).update(username=f"{account.username}-before")


def test_the_same_seed_makes_the_same_pharmacy(made_up: Pharmacy, names_free: None) -> None:
    again = make_pharmacy(at=MORNING, size=SMALL, seed=7)

    assert told(again) == told(made_up)


def test_another_seed_makes_other_people(made_up: Pharmacy, names_free: None) -> None:
    other = make_pharmacy(at=MORNING, size=SMALL, seed=8)

    assert told(other)["patients"] != told(made_up)["patients"]


def test_it_has_the_size_that_was_asked_for(made_up: Pharmacy) -> None:
    counts = {
        "patients": Patient.objects.filter(pharmacy=made_up).count(),
        "prescribers": Prescriber.objects.filter(pharmacy=made_up).count(),
        "products": StockItem.objects.filter(pharmacy=made_up).count(),
        "prescriptions": Prescription.objects.filter(pharmacy=made_up).count(),
    }

    assert counts == {"patients": 60, "prescribers": 12, "products": 60, "prescriptions": 80}


def test_everybody_on_the_sign_in_list_can_sign_in(made_up: Pharmacy) -> None:
    for person in people.STAFF:
        worker = Worker.objects.get(pharmacy=made_up, given=person.given)

        assert worker.account is not None
        assert worker.account.check_password(person.password)
        assert worker.badge == badge_digest(person.badge)
    assert len(sign_ins()) == len(people.STAFF) + 1


def test_every_number_of_a_prescriber_passes_its_check(made_up: Pharmacy) -> None:
    for prescriber in Prescriber.objects.filter(pharmacy=made_up):
        assert Npi(prescriber.npi)
        assert not prescriber.dea_number or DeaNumber(prescriber.dea_number)


def test_the_shelves_hold_what_the_book_says(made_up: Pharmacy) -> None:
    booked = Counter[tuple[int, int]]()
    lines = Line.objects.filter(pharmacy=made_up).values_list("place", "lot").annotate(total=Sum("quantity"))
    for place, lot, total in lines:
        booked[place, lot] = total

    held = {(row.place_id, row.lot_id): row.quantity for row in Balance.objects.filter(pharmacy=made_up)}

    assert held == dict(booked)
    assert sum(held.values(), Decimal(0)) == 0


def test_nothing_of_what_was_taken_over_is_lost(made_up: Pharmacy) -> None:
    assert board.sum_check(made_up).holds
