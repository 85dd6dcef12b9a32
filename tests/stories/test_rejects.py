"""A technician's day with payers' answers, by the numbers of the scenarios; the payer is a program of its own."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pestle.records.catalogue import Package
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.patients import Coverage
from pestle.records.people import Worker
from pestle.records.stock import StockItem
from pestle.stations.payers import claims
from pestle.stations.payers.adjudication import sweep
from pestle.stations.payers.claim_cards import change_payer_order, proposed_order
from pestle.stations.payers.claim_changes import reverse
from pestle.stations.payers.claim_desk import RejectPage, reject_page
from pestle.stations.payers.claim_options import WayShown
from pestle.stations.payers.claim_ways import take_way
from pestle.stations.payers.claim_worklist import worklist
from pestle.stations.waiting import wake
from pestle.terms.findings import Refused
from tests.claim_steps import answer, codes, day, newest, same_drug_again, second_plan, sent
from tests.payer import PretendPayer
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db

MEMBER = "CM1968314"


@pytest.fixture
def world() -> World:
    return make_world()


def looks(fill: Fill, worker: Worker, *, at=NOW) -> RejectPage:  # type: ignore[no-untyped-def]
    """What a worker sees of a reject."""
    page = reject_page(claims.the_fill(fill.pk, worker), worker, at=at)
    assert page is not None
    return page


def ways(page: RejectPage) -> dict[str, WayShown]:
    return {each.way.key: each for each in page.ways}


def takes(fill: Fill, worker: Worker, key: str, *, at=NOW, **typed: str) -> Fill:  # type: ignore[no-untyped-def]
    """A worker takes a way; what is not typed stays as the page had it. Then the payer answers."""
    shown = {ask.name: ask.value for ask in ways(looks(fill, worker, at=at))[key].asks}
    take_way(act_id=uuid4(), by=worker, at=at, fill_id=fill.pk, key=key, typed={**shown, **typed})
    return answer(fill, at=at)


def test_1_vacation_supply_on_day_18_of_30(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    refill = same_drug_again(world, sent(world), at=day(18))

    page = looks(refill, world.ada, at=day(18))
    assert page.cause == "Too soon: the plan pays again Wed, Dec 16."
    assert page.dates is not None
    assert (page.dates.filled_on, page.dates.pays_on, page.dates.left) == (NOW.date(), date(2026, 12, 16), Decimal(12))
    with pytest.raises(Refused, match="Returns"):
        takes(refill, world.ada, "vacation", at=day(18), leaves="12/12/2026")
    takes(refill, world.ada, "vacation", at=day(18), leaves="12/12/2026", returns="12/30/2026")

    claim = newest(refill)
    assert (refill.state, claim.clarification_codes) == ("awaiting_check", ["3"])
    assert claim.override_reason == "Vacation supply: leaves Dec 12, 2026, returns Dec 30, 2026, told by patient"
    assert refill.claims.get(number=1).rejects.get().resolved_by == world.ada


def test_1_a_second_refusal_leaves_cash_or_a_hold(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    first = sent(world)
    second = same_drug_again(world, first, at=day(18))
    takes(second, world.ada, "vacation", at=day(18), leaves="12/12/2026", returns="12/30/2026")
    third = sent(world, rx=first.prescription, number=3, at=day(36))

    takes(third, world.ada, "vacation", at=day(36), leaves="01/02/2027", returns="01/20/2027")

    assert (third.state, codes(third)) == ("rejected", ["79"])
    assert {"hold", "cash"} <= set(ways(looks(third, world.ada, at=day(36))))


def test_7_a_childs_two_plans_go_by_the_fathers_birthday_and_back_in_reverse(world: World, payer: PretendPayer) -> None:
    payer.join(world, copays=["3.00", "3.00", "3.00"])
    second_plan(world, payer, copays=["0.50", "0.50", "0.50"])
    world.cleo.birth_on = date(2018, 6, 1)
    world.cleo.save()
    mother, father = world.cleo.coverages.order_by("order")
    Coverage.objects.filter(pk=mother.pk).update(relationship="3", cardholder_birth_on=date(1985, 3, 14))
    Coverage.objects.filter(pk=father.pk).update(relationship="3", cardholder_birth_on=date(1988, 2, 2))

    proposal = proposed_order(world.cleo, NOW.date())
    change_payer_order(act_id=uuid4(), by=world.ada, at=NOW, patient_id=world.cleo.pk, coverage_ids=proposal.order)
    fill = sent(world)

    first, second = fill.claims.order_by("number")
    assert (first.coverage_id, second.coverage_id) == (father.pk, mother.pk)
    assert second.asked["other_coverage"] == "2"
    assert fill.price == second.patient_pays
    reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="parents ask")
    answer(fill)
    ends = [each.events().get(verb="be_reversed").pk for each in (second, first)]
    assert ends == sorted(ends)


def test_8_one_new_card_sends_five_rejects_again_as_a_set(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("member", plan=plan, id=MEMBER, until_on="2026-10-31")
    drugs = ("lisinopril 10 mg", "lisinopril 20 mg", "warfarin 5 mg", "ibuprofen 800 mg", "amoxicillin 500 mg")
    fills = [sent(world, drug) for drug in drugs]
    new = payer.new_plan()

    card = {"bin": "999999", "pcn": new.partition("/")[2], "group": "G7", "cardholder_id": "OR100"}
    takes(fills[0], world.ada, "new card", old_ends_on="10/31/2026", person_code="", **card)

    assert [answer(fill).state for fill in fills] == ["awaiting_check"] * 5
    assert len(payer.book(new)) == 5


def test_9_a_prior_authorization_is_waited_for_and_its_number_sent(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="681800980", needs_authorization=True)
    fill = sent(world)

    takes(fill, world.ada, "ask", remark="Dr. Nair's office")
    assert (fill.state, fill.waiting_for, fill.wakes_at.date()) == (
        "awaiting_authorization", "prior authorization", date(2026, 11, 24),
    )  # fmt: skip
    assert fill.tasks.get().kind == "authorization"
    payer.tell("authorize", number="4711", member=MEMBER)
    takes(fill, world.ada, "authorization", at=day(1), authorization_number="4711")

    assert fill.state == "awaiting_check"


def test_10_an_interaction_is_with_the_pharmacist_until_she_sends_the_triplet(
    world: World, payer: PretendPayer
) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="000933109", clashes_with=["000931721"], clash_words="WARFARIN")
    sent(world, "warfarin 5 mg")
    fill = sent(world, "amoxicillin 500 mg")

    page = looks(fill, world.ada)
    assert "a pharmacist decides" in ways(page)["dur"].shut[0].sentence
    assert not next(row for row in worklist(world.pharmacy, world.ada).rows if row.fill.pk == fill.pk).is_yours
    takes(fill, world.ada, "prepare", dur_service="M0", dur_result="1G")
    assert fill.state == "rejected"
    laid = {ask.name: ask.value for ask in ways(looks(fill, world.ben))["dur"].asks}
    assert laid == {"dur_reason": "DD", "dur_service": "M0", "dur_result": "1G"}
    takes(fill, world.ben, "dur")

    assert fill.state == "awaiting_check"
    assert newest(fill).dur_overrides.get().decided_by == world.ben


def test_11_thirty_of_sixty_are_paid_and_no_more_is_authorized_than_before(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="681800980", per_day="1")
    rx = world.prescribe(quantity_written=Decimal(60), refills=1)
    fill = sent(world, rx=rx, quantity=Decimal(60), days_supply=30)

    page = looks(fill, world.ada)
    assert ways(page)["limit"].title == "Dispense what the plan pays: 30 for 30 days"
    takes(fill, world.ada, "limit")

    assert (fill.state, fill.quantity) == ("awaiting_check", Decimal(30))
    assert rx.quantity_authorized - fill.quantity == Decimal(90)
    with pytest.raises(Refused, match="Less than was ordered"):
        claims.resend(
            act_id=uuid4(), by=world.ada, at=NOW, fill_id=sent(world, "warfarin 5 mg").pk,
            changes=claims.Changes(quantity=Decimal(90)),
        )  # fmt: skip


def test_12_another_maker_of_the_same_drug_is_ours_another_drug_is_the_prescribers(
    world: World, payer: PretendPayer
) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="681800980", is_covered=False, preferred="68180098199",
               preferred_words="Lisinopril of another maker")  # fmt: skip
    fill = sent(world)
    stronger = world.packages["lisinopril 20 mg"]
    with pytest.raises(Refused, match="is the prescriber's"):
        takes(fill, world.ada, "change", package=str(stronger.pk))

    other = Package.objects.get(pk=world.packages["lisinopril 10 mg"].pk)
    other.pk, other.ndc11, other.package_ndc, other.ndc10 = None, "00093111101", "0093-1111-01", "0093111101"
    other.save()
    StockItem.objects.create(
        pharmacy=world.pharmacy, package=other, shelf=world.places["shelf"], unit_cost=Decimal("0.04")
    )
    takes(fill, world.ada, "change", package=str(other.pk))

    assert (fill.state, newest(fill).ndc_billed) == ("awaiting_check", "00093111101")


def test_12_the_pharmacist_asks_the_prescriber_and_the_fill_waits_for_the_answer(
    world: World, payer: PretendPayer
) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="681800980", is_covered=False)
    fill = sent(world)
    (shut,) = ways(looks(fill, world.ada))["prescriber"].shut
    assert shut.lifted_by
    asked = {ask.name: ask.value for ask in ways(looks(fill, world.ben))["prescriber"].asks}
    assert (asked["change_code"], asked["wakes_on"]) == ("T", "11/24/2026")

    with pytest.raises(Refused, match="is for a pharmacist"):
        takes(fill, world.ada, "prescriber", change_reason="the plan pays for losartan")
    takes(fill, world.ben, "prescriber", change_reason="the plan pays for losartan")

    assert (fill.state, fill.held_from, fill.waiting_for) == ("held", "rejected", "prescriber")
    task = Task.objects.get(fill=fill, done_at=None)
    assert task.kind in {"await prescriber", "call prescriber"}
    wake(at=NOW + timedelta(days=1))
    fill.refresh_from_db()
    assert fill.state == "rejected"


def test_13_the_value_the_payer_expects_is_proposed_and_sent_with_one_key(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("member", plan=plan, id=MEMBER, person_code="02")
    fill = sent(world)

    first = ways(looks(fill, world.ada))["correct"].asks[0]
    assert (first.label, first.value) == ("Person code", "02")
    takes(fill, world.ada, "correct")

    assert fill.state == "awaiting_check"


def test_13_a_missing_pcn_moves_this_card_and_not_the_plan_of_others(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    right = plan.partition("/")[2]
    payer.tell("plan", name="Only", bin="888888", pcn=right)
    world.plan.bin, world.plan.pcn = "888888", ""
    world.plan.save()
    fill = sent(world)
    assert codes(fill) == ["04"]

    takes(fill, world.ada, "correct")

    world.plan.refresh_from_db()
    assert (world.plan.pcn, world.cleo.coverages.get().plan.pcn) == ("", right)
    assert fill.state == "awaiting_check"


def test_14_fourteen_claims_wait_for_the_line_as_one_and_none_is_paid_twice(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("fail", how="close", times=14)
    fills = [sent(world, rx=world.prescribe()) for _ in range(1)]
    Coverage.objects.update(cardholder_id="CM1")
    for number in range(13):
        Coverage.objects.update(cardholder_id=f"CM{number + 10}")
        fills.append(sent(world, rx=world.prescribe()))

    (outage,) = worklist(world.pharmacy, world.ada).outages
    assert (len(outage.fills), outage.partner) == (14, "Payers")
    assert worklist(world.pharmacy, world.ada).rows == ()
    sweep(clock=lambda: NOW + timedelta(seconds=6))

    assert Claim.objects.paid().count() == 14
    held = [row["reference"] for row in payer.book(plan) if row["state"] == "paid"]
    assert len(held) == len(set(held)) == 14
