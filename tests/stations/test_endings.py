"""Ends that are not a sale: a recall's fill replaced or given up, a prescription transferred away."""

import pytest

from pestle.flows.fill import FillState
from pestle.records.stock import Balance
from pestle.stations.entry import recalls
from pestle.stations.intake import transfers
from pestle.terms.findings import Refused
from tests.street import walk
from tests.world import NOW, World, an_act, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_prescription_is_given_away_with_both_sides_named(world: World) -> None:
    fill = world.fill()
    given = {"fill_id": fill.pk, "pharmacy": "Harbor Pharmacy", "reason": "The patient moves."}

    with pytest.raises(Refused, match="who took it"):
        transfers.transfer_out(act_id=an_act(), by=world.ada, at=NOW, person="", **given)
    done = transfers.transfer_out(act_id=an_act(), by=world.ada, at=NOW, person="Lee, PharmD", **given)

    assert done.state == FillState.TRANSFERRED_OUT
    assert done.prescription.state == "transferred_out"
    last = done.events().last()
    assert last is not None
    assert last.details["to"] == "Harbor Pharmacy"


def test_a_controlled_prescription_is_given_away_by_a_pharmacist_only(world: World) -> None:
    fill = world.fill(world.prescribe("zolpidem 10 mg"))
    given = {"fill_id": fill.pk, "pharmacy": "Harbor Pharmacy", "person": "Lee, PharmD", "reason": "The patient moves."}

    with pytest.raises(Refused, match="pharmacist to pharmacist"):
        transfers.transfer_out(act_id=an_act(), by=world.ada, at=NOW, **given)
    done = transfers.transfer_out(act_id=an_act(), by=world.ben, at=NOW, **given)

    assert done.state == FillState.TRANSFERRED_OUT


def test_a_fill_stopped_by_a_recall_is_filled_again_from_nothing(world: World) -> None:
    fill = walk(world, to="in_will_call")
    lot = fill.lots.get().lot

    recalls.recall_lot(act_id=an_act(), by=world.ben, at=NOW, lot_id=lot.pk, note="Letter of November 23.")
    again = recalls.fill_again(act_id=an_act(), by=world.ben, at=NOW, fill_id=fill.pk)

    assert again.state == FillState.QUEUED
    assert again.lots.count() == 0
    assert Balance.objects.get(lot=lot, place=world.places["quarantine"]).quantity == 100


def test_a_technician_does_not_fill_again_what_a_recall_stopped(world: World) -> None:
    fill = walk(world, to="in_will_call")
    recalls.recall_lot(act_id=an_act(), by=world.ben, at=NOW, lot_id=fill.lots.get().lot_id, note="Letter.")

    with pytest.raises(Refused, match="is for a pharmacist"):
        recalls.fill_again(act_id=an_act(), by=world.ada, at=NOW, fill_id=fill.pk)
    with pytest.raises(Refused, match="reason"):
        recalls.give_up(act_id=an_act(), by=world.ben, at=NOW, fill_id=fill.pk, reason=" ")
    ended = recalls.give_up(act_id=an_act(), by=world.ben, at=NOW, fill_id=fill.pk, reason="No other lot.")

    assert ended.state == FillState.CANCELLED
