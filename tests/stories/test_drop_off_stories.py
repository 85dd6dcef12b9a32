"""Stories of drop-off, in the words of the scenarios they play."""

from datetime import date

import pytest

from pestle.links import erx as link
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.patients import Patient
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.prescriptions import Prescription
from pestle.stations.intake import arrivals, drop_off, erx
from pestle.stations.payers import adjudication
from pestle.terms.findings import Refused
from pestle.wire import script
from tests.orders import PHARMACY, cancel_rx, new_rx
from tests.payer import PretendPayer
from tests.street import sell, walk
from tests.world import NOW, World, an_act, make_world

SECRET = "a secret of the tests that is long enough"


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    world = make_world()
    Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9, path="/script",
        secret_name="TEST_ERX_SECRET",
    )  # fmt: skip
    return world


def knock(raw: bytes) -> script.Message:
    keys = link.keys_from(SECRET)
    token = link.sign(raw, keys=keys, sender="network", receiver=PHARMACY, message_id="M", at=NOW)
    return script.decode(erx.knock(raw, token=token, at=NOW))


def cancel_answer() -> script.Response:
    body = script.decode(bytes(Message.objects.get(is_outgoing=True, kind="CancelRxResponse").body)).body
    assert isinstance(body, script.CancelRxResponse)
    assert body.response is not None
    return body.response


def test_scenario_25_of_two_maria_garcias_of_one_year_a_person_chooses(world: World) -> None:
    """Auto-match on the name only is not accepted; the choice is logged and the pharmacist sees it."""
    first, second = (
        Patient.objects.create(
            pharmacy=world.pharmacy, family="Garcia", given="Maria", birth_on=born, sex="F", phone=phone,
            address=address, city="Ann Arbor", state="MI", postal_code="48104",
        )
        for born, phone, address in (
            (date(1980, 2, 3), "7345550301", "1 Elm Street"), (date(1980, 3, 2), "7345550302", "9 Oak Street"),
        )
    )  # fmt: skip
    said = {
        "family": "Garcia", "given": "Maria", "birth_on": "1980-03-02", "address": "9 Oak Street",
        "phone": "7345550302",
    }  # fmt: skip

    knock(new_rx(patient=said))
    fill = Fill.objects.get()
    desk = arrivals.desk(world.ada, fill.pk, NOW)

    assert fill.prescription.patient is None
    assert [each.row for each in desk.patients[:2]] == [second, first]
    assert "nearly the same" in desk.similar[0]

    drop_off.match(
        act_id=an_act(), by=world.ada, at=NOW, fill_id=fill.pk, what="patient", chosen_id=desk.patients[0].row.pk
    )

    chosen = Event.objects.get(verb="match_patient")
    assert (chosen.worker, chosen.details["by_hand"], chosen.details["chosen"]) == (world.ada, True, second.pk)
    checks = {check.label: check.words for check in arrivals.desk(world.ben, fill.pk, NOW).checks}
    assert checks["By hand"] == "Chosen by hand: patient. The pharmacist sees it."


def test_scenario_26_a_cancel_request_after_bagging_blocks_the_bag_and_reverses_the_claim(
    world: World, payer: PretendPayer
) -> None:
    """Bag blocked at once, claim reversed, task to pull; answer "cancelled, not dispensed"."""
    payer.join(world)
    knock(new_rx())
    fill = walk(world, Fill.objects.get(), to="in_will_call", by_plan=True)

    knock(cancel_rx())

    claim = fill.claims.get()
    answer = cancel_answer()
    assert claim.state == "reversing"
    adjudication.adjudicate(claim.pk, clock=lambda: world.now)
    assert fill.claims.get().state == "reversed"
    assert Task.objects.get(kind="pull cancelled").words.startswith("Rx 7200001-1 is cancelled by its prescriber")
    assert answer.approved is not None
    assert answer.approved.note == "Cancelled, not dispensed."
    with pytest.raises(Refused, match="prescriber has cancelled"):
        sell(world, Fill.objects.with_names().get(pk=fill.pk))


def test_scenario_26_when_it_is_already_sold_the_answer_says_so_and_the_pharmacist_is_told(world: World) -> None:
    knock(new_rx(drug={"refills": "0"}))
    walk(world, Fill.objects.get(), to="sold")

    knock(cancel_rx())

    denied = cancel_answer().denied
    assert denied is not None
    assert denied.denial_reason.startswith("Already dispensed on 2026-11-23")
    assert Task.objects.get(kind="cancelled").owner_role == "pharmacist"
    assert Prescription.objects.get().cancel_asked_at == NOW
