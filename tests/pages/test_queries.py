"""No page asks the database more often because there is more to show."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pestle.demo.page_list import PAGES
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.prescribers import Prescriber
from tests.pages.test_every_page import signed_in, whose
from tests.pages.whole_street import open_street, today
from tests.payer import PretendPayer
from tests.street import walk
from tests.world import World

DRUGS = ("lisinopril 10 mg", "ibuprofen 800 mg", "lisinopril 20 mg")
BY_THE_CLOCK = ("SAVEPOINT", "RELEASE SAVEPOINT", 'UPDATE "records_session"')
ROAD = ("received", "in_entry", "awaiting_check", "queued", "filled", "verified", "bagged", "in_will_call", "sold")


@pytest.fixture
def street(db: None, payer: PretendPayer) -> World:
    return open_street(payer)


@pytest.mark.slow
def test_no_page_asks_more_often_because_more_rows_are_shown(street: World) -> None:
    addresses = {page: page.address(street.pharmacy) for page in PAGES}
    clients = {role: signed_in(whose(role)) for role in {page.role for page in PAGES}}
    with_few = {page: asked(clients[page.role], address) for page, address in addresses.items()}
    add_rows(street)

    with_many = {page: asked(clients[page.role], address) for page, address in addresses.items()}

    grown = {
        page.title: f"{with_few[page]} statements, then {with_many[page]}"
        for page in PAGES
        if with_many[page] > with_few[page]
    }
    assert grown == {}


def asked(client: Client, address: str | None) -> int:
    """How many statements a page takes once what it keeps for good has been read.

    Every fifteen seconds the bench notes that somebody is at work: that is the clock's, and not the rows'.
    """
    assert address is not None
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return sum(not str(each["sql"]).startswith(BY_THE_CLOCK) for each in captured)


def add_rows(street: World) -> None:
    """Three more fills in each state of the road, of three more patients, with another lot of each drug."""
    before = Fill.objects.count()
    for drug in DRUGS:
        street.receive(drug, f"MORE{street.packages[drug].pk}", (street.now + timedelta(days=800)).date(), "2000")
    for number in range(3):
        patient = Patient.objects.create(
            pharmacy=street.pharmacy, family=f"Marden{number}", given="Lou", birth_on="1949-02-03", sex="F",
            phone=f"734555014{number}", address="3 Alder Court", city="Ann Arbor", state="MI", postal_code="48105",
            allergies_asked_on="2026-01-05",
        )  # fmt: skip
        Prescriber.objects.create(
            pharmacy=street.pharmacy, family=f"Osei{number}", given="Ama", credential="MD", npi="2000000010",
            practice=f"Birch Clinic {number}", phone="7345550171", state="MI",
        )  # fmt: skip
        for turn, state in enumerate(ROAD):
            drug = DRUGS[turn % len(DRUGS)]
            fill = street.fill(street.prescribe(drug, patient=patient, **today(street)))
            if state != FillState.RECEIVED:
                walk(street, fill, to=state)
    assert Fill.objects.count() == before + 3 * len(ROAD)
