"""Return to stock: cash at once, paid ones when the payer lets go, refused ones by telephone; the vial's own lot."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.boards import board_named
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.stock import Balance, Entry, Lot
from pestle.stations import scanning
from pestle.stations.bench import filling, labels_returned
from pestle.stations.handover import returns, will_call
from pestle.stations.handover.used_up import next_fill_from
from pestle.stations.payers import claim_changes
from pestle.stations.payers.adjudication import adjudicate
from pestle.terms.findings import Refused
from tests.payer import PretendPayer
from tests.street import days_later, sell, walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def give_back(world: World, fill: Fill, **given: Any) -> Fill:
    told: dict[str, Any] = {"act_id": uuid4(), "by": world.ada, "at": world.now, "fill_id": fill.pk}
    return returns.return_to_stock(**(told | given))


def returned_lot(fill: Fill) -> Lot:
    (lot,) = returns.returned_lots(fill)
    return lot


def held(world: World, place: str, lot: Lot) -> int:
    row = Balance.objects.filter(place=world.places[place], lot=lot).first()
    return int(row.quantity) if row else 0


# The vial


def test_a_cash_bag_goes_back_at_once_as_a_lot_of_its_own(world: World) -> None:
    fill = walk(world, to="in_will_call")
    old = fill.lots.get().lot

    fill = give_back(world, fill)

    new = returned_lot(fill)
    assert fill.state == "returned"
    assert (new.number, new.returned_fill, new.expires_on) == (old.number, fill, date(2027, 11, 23))
    assert (held(world, "shelf", new), held(world, "shelf", old), held(world, "W-12", old)) == (30, 70, 0)
    assert fill.bag is None


def test_the_book_balances_and_the_way_of_the_lot_can_be_followed(world: World) -> None:
    fill = give_back(world, walk(world, to="in_will_call"))

    entry = Entry.objects.get(fill=fill, reason="returned to stock")
    by_lot: dict[int, Decimal] = {}
    for line in entry.lines.all():
        by_lot[line.lot_id] = by_lot.get(line.lot_id, Decimal(0)) + line.quantity
    assert set(by_lot.values()) == {0}
    assert {held(world, "relabelled", each) for each in Lot.objects.filter(pk__in=by_lot)} == {30, -30}


def test_a_lot_that_ends_sooner_than_a_year_keeps_its_own_last_day(world: World) -> None:
    Lot.objects.filter(package=world.packages["lisinopril 10 mg"]).update(expires_on=date(2027, 2, 28))
    fill = give_back(world, walk(world, to="in_will_call"))

    assert returned_lot(fill).expires_on == date(2027, 2, 28)


def test_a_vial_returned_twice_ends_one_year_after_its_first_filling(world: World) -> None:
    first = give_back(world, walk(world, to="in_will_call"))
    vial = returned_lot(first)
    days_later(world, 30)
    assert vial.expires_on is not None
    again = walk(world, world.fill(world.prescribe()), to="in_will_call")
    taken = again.lots.get()
    assert taken.lot == vial, "The vial that ends first is proposed first."

    again = give_back(world, again)

    assert returned_lot(again).expires_on == vial.expires_on


def test_what_expired_in_will_call_goes_to_quarantine(world: World) -> None:
    fill = walk(world, to="in_will_call")
    Lot.objects.filter(pk=fill.lots.get().lot_id).update(expires_on=TODAY + timedelta(days=5))
    days_later(world, 6)

    fill = give_back(world, fill)

    assert held(world, "quarantine", returned_lot(fill)) == 30


def test_what_is_recalled_is_the_pharmacists_and_not_returned(world: World) -> None:
    fill = walk(world, to="in_will_call")
    Lot.objects.filter(pk=fill.lots.get().lot_id).update(is_recalled=True)

    with pytest.raises(Refused, match="under recall"):
        give_back(world, fill)


def test_the_label_names_no_patient_and_reads_as_a_bottle(world: World) -> None:
    fill = give_back(world, walk(world, to="in_will_call"))
    lot = returned_lot(fill)

    label = labels_returned.returned_label(lot, quantity="30", returned_on=TODAY)
    text = " ".join(labels_returned.words_on(label))
    read = scanning.resolve(label.code, world.pharmacy)

    for secret in ("Cleo", "Marchetti", str(fill.prescription.rx_number), "Nair", "1968"):
        assert secret not in text
        assert secret not in label.code
    assert "Nov 23, 2027" in text
    assert lot.number in text
    assert read.package == lot.package
    assert read.scan.product is not None
    assert (str(read.scan.product.lot), read.scan.product.expiry) == (lot.number, lot.expires_on)
    assert labels_returned.fill_of_serial(read.scan.product.serial) == fill.pk
    assert labels_returned.sheet(label).height >= labels_returned.HEIGHT


def test_the_returned_vial_is_filled_from_by_scanning_its_label(world: World) -> None:
    lot = returned_lot(give_back(world, walk(world, to="in_will_call")))
    code = labels_returned.returned_label(lot, quantity="30", returned_on=TODAY).code
    fill = walk(world, world.fill(world.prescribe()), to="queued")
    filling.take_in_hand(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    filling.scan_label(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, text=scanning.label_code(fill))

    filling.scan_bottle(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, text=code)

    assert fill.lots.get().lot == lot


# The authority


def test_the_refill_is_right_again_and_can_be_filled_once_more(world: World) -> None:
    rx = world.prescribe(refills=0)
    fill = give_back(world, walk(world, world.fill(rx), to="in_will_call"))
    assert fill.quantity_given_before() == 0

    assert walk(world, world.fill(rx), to="sold").state == "sold"


def test_a_prescription_that_was_used_up_opens_again(world: World) -> None:
    rx = world.prescribe(refills=0)
    fill = walk(world, world.fill(rx), to="in_will_call")
    rx.refresh_from_db()
    facts = rx.facts(NOW, TODAY, board=board_named("Michigan"), roles=world.program.roles)
    rx.record(rx.MACHINE.take("use_up", facts, world.program.roles), act_id=uuid4(), by=world.program, at=NOW)

    give_back(world, fill)

    rx.refresh_from_db()
    assert rx.state == "active"


def test_the_next_fill_is_counted_from_the_last_one_handed_over(world: World) -> None:
    rx = world.prescribe()
    walk(world, world.fill(rx), to="sold")
    days_later(world, 28)
    fill = walk(world, world.fill(rx, number=2), to="in_will_call")
    days_later(world, 11)

    fill = give_back(world, fill)

    # 75 % of 30 days is 23 days after Nov 23.
    assert next_fill_from(rx) == date(2026, 12, 16)
    event = fill.events().last()
    assert event is not None
    assert event.details["next_fill_from"] == "2026-12-16"


def test_somebody_tells_the_patient(world: World) -> None:
    fill = give_back(world, walk(world, to="in_will_call"))

    task = Task.objects.get(fill=fill, kind="tell patient")
    assert (task.done_at, task.patient) == (None, world.cleo)
    assert "Marchetti" not in task.words


# The claim


def test_a_paid_bag_waits_for_the_payer_and_completes_by_itself(world: World, payer: PretendPayer) -> None:
    """Scenario 18."""
    plan = payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    days_later(world, 11)
    will_call.come_due(at=world.now)

    fill = give_back(world, fill)
    assert (fill.state, fill.waiting_for, fill.claims.get().state) == ("return_due", returns.REVERSAL, "reversing")
    assert fill.wakes_at is not None
    assert returns.go_on(at=world.now) == 0

    adjudicate(fill.claims.get().pk, clock=lambda: world.now)
    assert returns.go_on(at=world.now) == 1

    fill.refresh_from_db()
    assert (fill.state, fill.waiting_for) == ("returned", "")
    assert held(world, "shelf", returned_lot(fill)) == 30
    assert [row["state"] for row in payer.book(plan)] == ["reversed"]
    assert returns.go_on(at=world.now) == 0


def test_a_bag_not_due_yet_is_returned_too(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = give_back(world, walk(world, to="in_will_call", by_plan=True))
    assert fill.state == "return_due"

    claim = adjudicate(fill.claims.get().pk, clock=lambda: world.now)

    assert returns.go_on_with_claim(claim.pk, at=world.now)
    assert Fill.objects.get(pk=fill.pk).state == "returned"


def test_a_bag_on_its_way_back_is_neither_sold_nor_kept(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = give_back(world, walk(world, to="in_will_call", by_plan=True))

    with pytest.raises(Refused, match="return due"):
        sell(world, fill)
    with pytest.raises(Refused, match="under way"):
        will_call.keep_longer(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, reason="she called")


def test_a_payer_that_is_down_is_asked_again_and_the_bag_waits(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    payer.tell("fail", how="garbage", times=1)
    give_back(world, fill)
    claim = fill.claims.get()

    adjudicate(claim.pk, clock=lambda: world.now)
    returns.go_on(at=world.now)
    fill.refresh_from_db()
    assert (fill.state, fill.waiting_for) == ("return_due", returns.REVERSAL)

    later = world.now + timedelta(hours=1)
    adjudicate(claim.pk, clock=lambda: later)
    assert returns.go_on(at=later) == 1


def too_old(world: World, payer: PretendPayer) -> Fill:
    # A plan that takes nothing back, not even on the day of the claim.
    plan = payer.join(world, reversal_days=-1)
    fill = walk(world, to="in_will_call", by_plan=True)
    days_later(world, 11)
    give_back(world, fill)
    adjudicate(fill.claims.get().pk, clock=lambda: world.now)
    assert [row["state"] for row in payer.book(plan)] == ["paid"]
    returns.go_on(at=world.now)
    fill.refresh_from_db()
    return fill


def test_a_reversal_that_is_too_old_becomes_a_call_for_a_lead(world: World, payer: PretendPayer) -> None:
    fill = too_old(world, payer)

    assert (fill.state, fill.waiting_for) == ("return_due", returns.TELEPHONE)
    assert fill.owner_role == "lead technician"
    task = Task.objects.get(fill=fill, kind="reversal")
    assert "8005550111" in task.words
    returns.go_on(at=world.now)
    assert Task.objects.filter(fill=fill, kind="reversal").count() == 1


def test_a_reversal_by_telephone_with_proof_lets_the_bag_go_back(world: World, payer: PretendPayer) -> None:
    fill = too_old(world, payer)
    claim: Claim = fill.claims.get()
    with pytest.raises(Refused, match="lead technician or a pharmacist"):
        claim_changes.reverse_by_hand(act_id=uuid4(), by=world.ada, at=NOW, claim_id=claim.pk, proof="Lee, 4471")

    claim_changes.reverse_by_hand(act_id=uuid4(), by=world.dana, at=NOW, claim_id=claim.pk, proof="Lee, 4471")

    assert returns.go_on(at=world.now) == 1
    fill.refresh_from_db()
    assert fill.state == "returned"
    assert not Task.objects.filter(fill=fill, kind="reversal", done_at=None).exists()


def test_a_lead_may_go_on_with_the_claim_still_paid_and_a_task_stays(world: World, payer: PretendPayer) -> None:
    fill = too_old(world, payer)
    because = {"reversal_was_accepted": "plan closed for good"}

    with pytest.raises(Refused, match="not accepted yet"):
        give_back(world, fill, because=because)
    fill = give_back(world, fill, by=world.dana, because=because)

    assert fill.state == "returned"
    assert Task.objects.filter(fill=fill, kind="unreversed claim", done_at=None).exists()


# Controlled drugs


def zolpidem(world: World) -> Fill:
    return walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="in_will_call")


def test_a_controlled_drug_goes_back_before_a_witness(world: World) -> None:
    fill = zolpidem(world)

    with pytest.raises(Refused, match="second person"):
        give_back(world, fill)
    with pytest.raises(Refused, match="second person"):
        give_back(world, fill, witness=world.ada)
    fill = give_back(world, fill, witness=world.gil)

    entry = Entry.objects.get(fill=fill, reason="returned to stock")
    assert (entry.worker, entry.witness) == (world.ada, world.gil)


def test_the_witness_of_a_return_that_had_to_wait_stays_in_the_book(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    rx = world.prescribe("zolpidem 10 mg")
    fill = walk(world, world.fill(rx), to="in_will_call", by_plan=True)
    with pytest.raises(Refused, match="second person"):
        give_back(world, fill)
    assert fill.claims.get().state == "paid", "Nothing is undone before every other question is answered."

    give_back(world, fill, witness=world.gil)
    claim = adjudicate(fill.claims.get().pk, clock=lambda: world.now)
    returns.go_on_with_claim(claim.pk, at=world.now)

    assert Entry.objects.get(fill=fill, reason="returned to stock").witness == world.gil


def test_where_the_board_has_no_row_a_pharmacist_decides(world: World) -> None:
    fill = zolpidem(world)
    world.pharmacy.board = "Washington"
    world.pharmacy.save()
    because = {"board_lets_controlled_go_back": "never left the pharmacy; asked the commission"}

    with pytest.raises(Refused, match="has no row"):
        give_back(world, fill, witness=world.gil)
    with pytest.raises(Refused, match="has no row"):
        give_back(world, fill, witness=world.gil, because=because)
    assert give_back(world, fill, by=world.ben, witness=world.gil, because=because).state == "returned"


# Once, and only from will-call


def test_a_double_click_returns_once(world: World) -> None:
    fill, act_id = walk(world, to="in_will_call"), uuid4()

    give_back(world, fill, act_id=act_id)
    give_back(world, fill, act_id=act_id)

    assert Entry.objects.filter(fill=fill, reason="returned to stock").count() == 1


@pytest.mark.parametrize("state", ["bagged", "sold"])
def test_only_what_stands_in_will_call_goes_back(world: World, state: str) -> None:
    with pytest.raises(Refused, match="not a step from here"):
        give_back(world, walk(world, to=state))


def test_a_cashier_returns_nothing(world: World) -> None:
    with pytest.raises(Refused, match="is for a technician"):
        give_back(world, walk(world, to="in_will_call"), by=world.hana)
