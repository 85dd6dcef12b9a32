"""Undoing and changing what a payer holds; several claims of one patient; eligibility."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.ledger.places import PlaceKind
from pestle.records.claims import Claim
from pestle.records.fills import Fill, FillLot
from pestle.records.messages import Message
from pestle.records.patients import Coverage
from pestle.records.pharmacies import Partner
from pestle.stations import book, outbox
from pestle.stations.payers import claims
from pestle.stations.payers.adjudication import sweep
from pestle.stations.payers.claim_cards import change_payer_order, check_eligibility, eligibility_words, proposed_order
from pestle.stations.payers.claim_changes import change_and_rebill, reverse, reverse_by_hand, try_reversal_again
from pestle.stations.payers.claim_recap import Change, recap
from pestle.stations.payers.claim_sets import Card, family_of, take_new_card, wake_held_claims
from pestle.terms.findings import Refused
from tests.claim_steps import answer, codes, day, newest, same_drug_again, second_plan, send, sent
from tests.payer import PretendPayer
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db

MEMBER = "CM1968314"


@pytest.fixture
def world() -> World:
    return make_world()


def step(fill: Fill, verb: str, by, **given):  # type: ignore[no-untyped-def]
    """Take one step of the table as another station would."""
    taken = fill.MACHINE.take(verb, fill.facts(NOW, by, **given), by.roles)
    fill.record(taken, act_id=uuid4(), by=by, at=NOW)
    return fill


def filled(world: World, fill: Fill) -> Fill:
    """The fill approved, counted and in basket B-07."""
    fill = step(fill, "approve", world.ben)
    fill.basket = world.places["B-07"]
    fill.filled_by, fill.filled_at, fill.counted = world.gil, NOW, fill.quantity
    fill.save()
    lot = world.lots["98001A"]
    FillLot.objects.create(fill=fill, lot=lot, source=world.places["shelf"], quantity=fill.quantity)
    entry = book.move_fill(fill, "filled", source=world.places["shelf"], target=world.places["B-07"])
    book.post(entry, act_id=uuid4(), by=world.gil, at=NOW, fill=fill)
    ready = {
        "label_was_scanned": True, "ndcs_scanned": (fill.package.ndc11,), "ndc_expected": fill.package.ndc11,
    }  # fmt: skip
    return step(fill, "count", world.gil, **ready)


def test_a_reversal_is_taken_by_the_payer_and_the_fill_may_then_end(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    fill = sent(world)
    with pytest.raises(Refused, match="reverse it first"):
        step(fill, "cancel", world.ada, reason="patient does not want it")

    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="patient does not want it")
    assert newest(fill).state == "reversing"
    answer(fill)

    assert newest(fill).state == "reversed"
    assert [row["state"] for row in payer.book(plan)] == ["reversed"]
    assert step(fill, "cancel", world.ada, reason="patient does not want it").state == "cancelled"


def test_a_lost_answer_to_a_reversal_is_asked_again_until_it_is_known(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    Partner.objects.update(seconds_to_answer=1)
    fill = sent(world)
    payer.tell("fail", how="lost")

    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="wrong patient")
    answer(fill)
    assert newest(fill).state == "reversing"
    sweep(clock=lambda: NOW + timedelta(seconds=6))

    assert newest(fill).state == "reversed"
    assert [row["state"] for row in payer.book(plan)] == ["reversed"]


def test_a_reversal_that_comes_too_late_is_done_by_telephone_with_proof(world: World, payer: PretendPayer) -> None:
    payer.join(world, reversal_days=30)
    fill = sent(world)
    sent(world, "warfarin 5 mg", at=day(60))
    reverse(act_id=uuid4(), by=world.ada, at=day(60), fill_id=fill.pk, because="never collected")
    answer(fill, at=day(60))
    claim = newest(fill)
    assert (claim.state, codes(fill)) == ("reversal_failed", ["87"])

    given = {"act_id": uuid4(), "at": day(60), "claim_id": claim.pk}
    with pytest.raises(Refused, match="lead technician or a pharmacist"):
        reverse_by_hand(by=world.ada, proof="Mia at the help desk, ref 88", **given)
    with pytest.raises(Refused, match="whom you spoke to"):
        reverse_by_hand(by=world.dana, proof=" ", **given)
    reverse_by_hand(by=world.dana, proof="Mia at the help desk, ref 88", **given)

    claim.refresh_from_db()
    assert claim.state == "reversed"
    assert claim.events().last().details["proof"] == "Mia at the help desk, ref 88"


def test_a_failed_reversal_can_be_tried_again(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world, reversal_days=30)
    fill = sent(world)
    sent(world, "warfarin 5 mg", at=day(60))
    reverse(act_id=uuid4(), by=world.ada, at=day(60), fill_id=fill.pk, because="never collected")
    answer(fill, at=day(60))
    payer.tell("plan", name="Cascade Rx", bin="999999", pcn=plan.partition("/")[2], reversal_days=90)

    try_reversal_again(act_id=uuid4(), by=world.ada, at=day(60), claim_id=newest(fill).pk)
    answer(fill, at=day(60))

    assert newest(fill).state == "reversed"


def test_plans_are_undone_in_the_opposite_order(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    second_plan(world, payer)
    fill = sent(world)

    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="wrong quantity")
    answer(fill)

    first, second = fill.claims.order_by("order")
    assert (first.state, second.state) == ("reversed", "reversed")
    ends = [each.events().get(verb="be_reversed").pk for each in (second, first)]
    assert ends == sorted(ends)


@pytest.mark.parametrize("takes_rebills", [True, False], ids=["in one message", "in two messages"])
def test_another_quantity_after_payment_is_one_act_that_undoes_and_bills_again(
    world: World, payer: PretendPayer, *, takes_rebills: bool
) -> None:
    plan = payer.join(world, takes_rebills=takes_rebills)
    world.plan.takes_rebills = takes_rebills
    world.plan.save()
    fill = sent(world)

    change_and_rebill(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, quantity=Decimal(10), days_supply=10)
    answer(fill)

    assert fill.state == "awaiting_check"
    assert [each.state for each in fill.claims.order_by("number")] == ["reversed", "paid"]
    assert newest(fill).quantity_billed == 10
    held = [(row["state"], row["quantity"]) for row in payer.book(plan)]
    assert held == [("reversed", "30.000"), ("paid", "10.000")]
    kinds = list(fill.claims.get(number=1).exchanges.order_by("number").values_list("kind", flat=True))
    assert kinds == (["B1", "B3"] if takes_rebills else ["B1", "B2"])


def test_a_rebill_the_payer_does_not_take_falls_back_to_two_messages(world: World, payer: PretendPayer) -> None:
    payer.join(world, takes_rebills=False)
    world.plan.takes_rebills = True
    world.plan.save()
    fill = sent(world)

    change_and_rebill(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, days_supply=15)
    answer(fill)

    assert fill.state == "awaiting_check"
    assert [each.state for each in fill.claims.order_by("number")] == ["reversed", "paid"]


def test_after_the_check_a_quantity_is_the_pharmacists_and_stock_goes_back_to_its_shelf(
    world: World, payer: PretendPayer
) -> None:
    payer.join(world)
    fill = filled(world, sent(world))
    change = {"at": NOW, "fill_id": fill.pk, "quantity": Decimal(20), "days_supply": 20}
    with pytest.raises(Refused, match="is a pharmacist's"):
        change_and_rebill(act_id=uuid4(), by=world.ada, **change)

    change_and_rebill(act_id=uuid4(), by=world.ben, **change)
    answer(fill)

    lot = world.lots["98001A"]
    assert fill.state == "awaiting_check"
    assert book.held_at(world.places["shelf"], [lot.pk]) == {lot.pk: Decimal(100)}
    assert book.held_at(world.places["B-07"], [lot.pk]) == {lot.pk: Decimal(0)}
    assert fill.lots.count() == 0
    assert PlaceKind.BASKET.is_inside


def test_a_change_never_bills_more_than_the_prescriber_authorized(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = sent(world)
    change = {"act_id": uuid4(), "by": world.ben, "at": NOW, "fill_id": fill.pk}

    told = recap(fill, Change(quantity=Decimal(91), days_supply=91, package=fill.package), world.ben, at=NOW)
    with pytest.raises(Refused, match="This would give 1 more than the 90 authorized"):
        change_and_rebill(**change, quantity=Decimal(91), days_supply=91)
    change_and_rebill(**change, quantity=Decimal(90), days_supply=90)

    assert [each.rule for each in told.findings] == ["total_stays_within_what_was_authorized"]
    assert (fill.claims.count(), Fill.objects.get(pk=fill.pk).quantity) == (1, 90)


def test_nothing_is_changed_while_a_claim_is_on_its_way(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.pharmacy.goes_on_unbilled = True
    world.pharmacy.save()
    payer.tell("fail", how="close")
    fill = sent(world)
    claims.go_on_unbilled(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="changed")

    with pytest.raises(Refused, match="its answer comes first"):
        change_and_rebill(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, days_supply=15)


@pytest.mark.parametrize(("days_supply", "states"), [(30, ["paid"]), (15, ["reversed", "paid"])])
def test_a_send_back_keeps_the_paid_claim_unless_something_changed(
    world: World, payer: PretendPayer, days_supply: int, states: list[str]
) -> None:
    payer.join(world)
    fill = step(sent(world), "send_back_to_entry", world.ben, marked_fields=("days_supply",))
    fill.days_supply = days_supply
    fill.save()

    send(world, fill)
    answer(fill)

    assert fill.state == "awaiting_check"
    assert [each.state for each in fill.claims.order_by("number")] == states


def test_a_hold_until_the_payers_date_sends_itself_on_that_morning(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    refill = same_drug_again(world, sent(world), at=day(18))
    claims.hold_until_payer_date(act_id=uuid4(), by=world.ada, at=day(18), fill_id=refill.pk)
    refill.refresh_from_db()
    assert (refill.state, refill.wakes_at.isoformat()) == ("held", "2026-12-16T13:00:00+00:00")

    assert wake_held_claims(at=day(22)) == 0
    assert wake_held_claims(at=day(23)) == 1
    answer(refill, at=day(23))

    assert refill.state == "awaiting_check"
    assert newest(refill).service_on == day(23).date()


def test_a_hold_that_the_general_wake_up_ended_first_still_sends_itself(world: World, payer: PretendPayer) -> None:
    from pestle.stations.waiting import wake

    payer.join(world)
    refill = same_drug_again(world, sent(world), at=day(18))
    claims.hold_until_payer_date(act_id=uuid4(), by=world.ada, at=day(18), fill_id=refill.pk)
    wake(at=day(23))

    assert wake_held_claims(at=day(23)) == 1
    assert wake_held_claims(at=day(23)) == 0


def test_a_new_card_sends_all_rejects_of_the_patient_again_as_a_set(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("member", plan=plan, id=MEMBER, until_on="2026-10-31")
    fills = [sent(world, drug) for drug in ("lisinopril 10 mg", "warfarin 5 mg", "amoxicillin 500 mg")]
    assert {tuple(codes(fill)) for fill in fills} == {("69",)}
    new = payer.new_plan()
    old = world.cleo.coverages.get()

    card = Card(bin="999999", pcn=new.partition("/")[2], group="G7", cardholder_id="NEW100", plan_name="Harbor Health")
    take_new_card(act_id=uuid4(), by=world.ada, at=NOW, coverage_id=old.pk, card=card, old_ends_on=date(2026, 10, 31))

    assert [answer(fill).state for fill in fills] == ["awaiting_check"] * 3
    assert len(payer.book(new)) == 3
    old.refresh_from_db()
    assert old.until_on == date(2026, 10, 31)


def test_others_on_the_same_card_are_named(world: World) -> None:
    from tests.world import Patient

    child = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Gino", birth_on=date(2015, 5, 1), sex="M"
    )
    theirs = Coverage.objects.create(patient=child, plan=world.plan, order=1, cardholder_id=MEMBER, relationship="3")

    assert family_of(world.cleo.coverages.get()) == [theirs]


def test_another_order_of_plans_is_billed_from_then_on(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    second = second_plan(world, payer)
    ids = list(world.cleo.coverages.order_by("-order").values_list("pk", flat=True))

    change_payer_order(act_id=uuid4(), by=world.ada, at=NOW, patient_id=world.cleo.pk, coverage_ids=tuple(ids))

    fill = sent(world)
    assert fill.claims.get(number=1).coverage.plan == second


def test_the_fathers_plan_is_proposed_first_when_his_birthday_is_earlier_in_the_year(world: World) -> None:
    world.cleo.birth_on = date(2018, 6, 1)
    world.cleo.save()
    mother = world.cleo.coverages.get()
    Coverage.objects.filter(pk=mother.pk).update(relationship="3", cardholder_birth_on=date(1985, 3, 14))
    father = Coverage.objects.create(
        patient=world.cleo, plan=world.plan, order=2, cardholder_id="F1", relationship="3",
        cardholder_birth_on=date(1988, 2, 2),
    )  # fmt: skip

    proposal = proposed_order(world.cleo, NOW.date())

    assert proposal.order == (father.pk, mother.pk)
    assert "Feb 2, is earlier" in proposal.reasons[0]
    assert "court order" in proposal.ask


def test_a_card_is_asked_about_and_the_answer_told_in_words(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    coverage = world.cleo.coverages.get()

    message = check_eligibility(act_id=uuid4(), by=world.ada, at=NOW, coverage_id=coverage.pk)
    assert eligibility_words(message) == "No answer yet: this is not a refusal."
    outbox.deliver(message.pk, at=NOW)
    assert eligibility_words(Message.objects.get(pk=message.pk)) == "CASCADE RX ACTIVE"

    payer.tell("member", plan=plan, id=MEMBER, until_on="2026-10-31")
    other = check_eligibility(act_id=uuid4(), by=world.ada, at=NOW, coverage_id=coverage.pk)
    outbox.deliver(other.pk, at=NOW)
    assert eligibility_words(Message.objects.get(pk=other.pk)) == "Not covered (69): COVERAGE ENDED 2026-10-31"


def test_both_books_agree_after_a_day_of_changes(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    kept, changed, undone = (sent(world, drug) for drug in ("lisinopril 10 mg", "warfarin 5 mg", "ibuprofen 800 mg"))
    change_and_rebill(act_id=uuid4(), by=world.ada, at=NOW, fill_id=changed.pk, days_supply=15)
    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=undone.pk, because="not wanted")
    for fill in (kept, changed, undone):
        answer(fill)

    ours = {(claim.fill.prescription.rx_number, claim.payer_reference) for claim in Claim.objects.paid()}
    theirs = {(row["rx"], row["reference"]) for row in payer.book(plan) if row["state"] == "paid"}
    assert ours == theirs
    assert len(ours) == 2
