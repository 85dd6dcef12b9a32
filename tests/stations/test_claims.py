"""Claims sent to a payer over a real socket: paid, rejected, without an answer, sent again; never twice."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pestle.records.claims import Claim, Exchange
from pestle.records.pharmacies import Partner
from pestle.stations.payers import claims
from pestle.stations.payers.adjudication import adjudicate, sweep
from pestle.stations.payers.claims import Overrides
from pestle.terms.findings import Refused
from tests.claim_steps import answer, codes, day, in_entry, iso, newest, same_drug_again, second_plan, send, sent
from tests.payer import PretendPayer
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db

LISINOPRIL = "681800980"
MEMBER = "CM1968314"


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_paid_claim_goes_on_to_the_check_with_its_price_explained(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world, copays=["1.00", "2.00", "3.00"])

    fill = sent(world)

    claim = newest(fill)
    assert (fill.state, claim.state) == ("awaiting_check", "paid")
    assert (fill.price, claim.plan_pays, claim.copay) == (Decimal("1.00"), Decimal("2.30"), Decimal("1.00"))
    assert fill.price_steps == [
        "Drug $1.80 + fee $1.50 = $3.30",
        "The plan pays $2.30",
        "You pay $1.00: copay $1.00",
    ]
    assert fill.return_due_on == date(2026, 12, 7)
    assert [row["state"] for row in payer.book(plan)] == ["paid"]


def test_the_technician_goes_on_before_the_payer_has_answered(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = in_entry(world)

    claim = send(world, fill)

    fill.refresh_from_db()
    assert (fill.state, claim.state) == ("adjudicating", "waiting")
    assert ProcrastinateJob.objects.filter(task_name="adjudicate", args={"claim_id": claim.pk}).count() == 1


def test_a_double_click_sends_one_claim(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill, act_id = in_entry(world), uuid4()

    for _ in range(2):
        claims.send_claim(act_id=act_id, by=world.ada, at=NOW, fill_id=fill.pk)

    assert fill.claims.count() == 1


def test_sending_is_refused_without_a_plan_and_nothing_is_written(world: World) -> None:
    fill = in_entry(world)
    world.cleo.coverages.update(until_on=NOW.date() - timedelta(days=1))

    with pytest.raises(Refused, match="no plan in force"):
        send(world, fill)

    fill.refresh_from_db()
    assert (fill.state, fill.claims.count()) == ("in_entry", 0)


@pytest.mark.parametrize(
    ("code", "kind", "fact"),
    [
        # code   what the payer is told before
        ("06",   "member", {"group": "G200"}),
        ("08",   "member", {"person_code": "02"}),
        ("09",   "member", {"born_on": "1968-04-13"}),
        ("10",   "member", {"sex": "1"}),
        ("65",   "member", {"is_covered": False}),
        ("67",   "member", {"from_on": "2026-12-01"}),
        ("69",   "member", {"until_on": "2026-10-31"}),
        ("41",   "member", {"other_payer": "990022/HARBOR/HA1"}),
        ("70",   "drug",   {"is_covered": False}),
        ("75",   "drug",   {"needs_authorization": True}),
        ("76",   "drug",   {"per_day": "0.5"}),
        ("7X",   "plan",   {"most_days": 20}),
        ("78",   "plan",   {"most_cost": "5.00"}),
    ],
)  # fmt: skip
def test_each_reject_brings_its_code_and_the_payers_words(
    world: World, payer: PretendPayer, code: str, kind: str, fact: dict[str, object]
) -> None:
    plan = payer.join(world)
    about: dict[str, dict[str, object]] = {
        "member": {"plan": plan, "id": MEMBER},
        "drug": {"plan": plan, "product": LISINOPRIL},
        "plan": {"name": "Cascade Rx", "bin": "999999", "pcn": world.plan.pcn},
    }
    payer.tell(kind, **about[kind], **fact)

    fill = sent(world)

    assert (fill.state, codes(fill)) == ("rejected", [code])
    assert newest(fill).payer_message
    assert payer.book(plan) == []


def test_a_wrong_pcn_is_a_reject_of_the_header(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    world.plan.pcn = "NOBODY"
    world.plan.save()

    fill = sent(world)

    assert (fill.state, codes(fill)) == ("rejected", ["04"])


def test_an_unknown_cardholder_and_a_bad_prescriber_number_are_told_apart(world: World, payer: PretendPayer) -> None:
    payer.join(world, id_prefix="CM")
    world.cleo.coverages.update(cardholder_id="XX1")
    assert codes(sent(world)) == ["07"]

    world.cleo.coverages.update(cardholder_id=MEMBER)
    world.nair.npi = "2000000011"
    world.nair.save()
    with pytest.raises(Refused, match="NPI"):
        sent(world)


def test_all_codes_of_one_answer_are_kept(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product=LISINOPRIL, needs_authorization=True, per_day="0.5")

    assert codes(sent(world)) == ["75", "76"]


def test_too_soon_brings_both_dates_and_a_vacation_code_with_its_reason_is_paid(
    world: World, payer: PretendPayer
) -> None:
    plan = payer.join(world)
    first = sent(world)
    refill = same_drug_again(world, first, at=day(18))

    claim = newest(refill)
    assert codes(refill) == ["79"]
    assert (claim.next_fill_on, claim.last_fill_on) == (day(23).date(), NOW.date())

    with pytest.raises(Refused, match="an auditor will ask"):
        resend(world, refill, Overrides(clarification_codes=("3",)), at=day(18))
    resend(
        world, refill, Overrides(clarification_codes=("3",), reason="away Dec 12 to 30"), at=day(18), choice="vacation"
    )
    answer(refill, at=day(18))

    assert refill.state == "awaiting_check"
    assert newest(refill).clarification_codes == ["3"]
    assert payer.book(plan)[-1]["codes"] == "3"


def resend(world: World, fill, overrides=None, *, by=None, at=NOW, **given):  # type: ignore[no-untyped-def]
    return claims.resend(act_id=uuid4(), by=by or world.ada, at=at, fill_id=fill.pk, overrides=overrides, **given)


def test_an_early_controlled_drug_is_the_pharmacists(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    first = sent(world, "zolpidem 10 mg")
    refill = same_drug_again(world, first, at=day(18))
    vacation = Overrides(clarification_codes=("3",), reason="away")

    with pytest.raises(Refused, match="a pharmacist decides"):
        resend(world, refill, vacation, at=day(18))

    resend(world, refill, vacation, at=day(18), by=world.ben)
    assert answer(refill, at=day(18)).state == "awaiting_check"


def test_a_drug_use_reject_is_laid_ready_by_ada_and_sent_by_ben(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product="000933109", clashes_with=["000931721"], clash_words="WARFARIN")
    sent(world, "warfarin 5 mg")
    fill = sent(world, "amoxicillin 500 mg")
    triplet = Overrides(dur=(("DD", "M0", "1G"),))
    assert (codes(fill), newest(fill).rejects.get().is_pharmacists) == (["88"], True)

    claims.prepare_dur(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, answers=triplet.dur)
    with pytest.raises(Refused, match="a pharmacist decides"):
        resend(world, fill, triplet)
    resend(world, fill, triplet, by=world.ben)

    assert answer(fill).state == "awaiting_check"
    assert newest(fill).dur_overrides.get().decided_by == world.ben


def test_a_technician_slips_no_dur_answer_into_another_reject(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product=LISINOPRIL, needs_authorization=True)
    fill = sent(world)

    with pytest.raises(Refused, match="A pharmacist sends the DUR answer"):
        resend(world, fill, Overrides(dur=(("DD", "M0", "1G"),)))


def test_the_same_claim_a_third_time_asks_the_pharmacist(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product=LISINOPRIL, is_covered=False)
    fill = sent(world)
    resend(world, fill)
    answer(fill)

    with pytest.raises(Refused, match="sent twice with the same fields"):
        resend(world, fill)

    resend(world, fill, by=world.ben, because={"third_same_claim_asks_the_pharmacist": "plan said to try once more"})


def test_an_authorization_number_is_sent_and_stays_with_later_tries(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("drug", plan=plan, product=LISINOPRIL, needs_authorization=True)
    fill = sent(world)
    claims.ask_authorization(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, wakes_at=day(1))
    payer.tell("authorize", number="4711", member=MEMBER, product=LISINOPRIL)

    number = Overrides(authorization_kind="1", authorization_number="4711")
    resend(world, fill, number, at=day(1), choice="authorization")

    assert answer(fill, at=day(1)).state == "awaiting_check"
    assert fill.waiting_for == ""
    assert newest(fill).authorization_number == "4711"


def test_a_corrected_person_code_is_kept_on_the_card_and_paid(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("member", plan=plan, id=MEMBER, person_code="02")
    fill = sent(world)

    resend(world, fill, corrections={"person_code": "02"}, choice="correct")

    assert answer(fill).state == "awaiting_check"
    assert world.cleo.coverages.get().person_code == "02"
    assert fill.events().get(verb="correct_card").details == {"changed": {"person_code": ["01", "02"]}}


@pytest.mark.parametrize("how", ["silent", "lost", "close", "half", "garbage"])
def test_no_answer_is_no_reject_and_the_next_try_is_paid_once(world: World, payer: PretendPayer, how: str) -> None:
    plan = payer.join(world)
    Partner.objects.update(seconds_to_answer=1)
    payer.tell("fail", how=how, times=1)

    fill = sent(world)

    claim = newest(fill)
    assert (fill.state, claim.state) == ("unanswered", "unanswered")
    assert fill.wakes_at == claim.next_try_at == NOW + timedelta(seconds=5)
    assert not claim.rejects.exists()

    again_at = NOW + timedelta(seconds=6)
    sweep(clock=lambda: again_at)

    fill.refresh_from_db()
    assert (fill.state, newest(fill).pk) == ("awaiting_check", claim.pk)
    first, second = claim.exchanges.order_by("number")
    assert bytes(first.request) == bytes(second.request)
    assert [row["state"] for row in payer.book(plan)] == ["paid"]


@pytest.mark.parametrize("how", ["duplicate", "stray", "slow"])
def test_an_answer_that_comes_twice_late_or_after_another_is_taken_once(
    world: World, payer: PretendPayer, how: str
) -> None:
    plan = payer.join(world)
    payer.tell("fail", how=how, seconds=0.3)

    fill = sent(world)

    assert (fill.state, newest(fill).exchanges.count()) == ("awaiting_check", 1)
    assert len(payer.book(plan)) == 1


def test_a_payer_that_is_not_there_is_no_answer_and_waiting_grows(world: World) -> None:
    world.plan.switch = Partner.objects.create(
        pharmacy=world.pharmacy, kind="switch", name="Nobody", host="127.0.0.1", port=9, seconds_to_answer=1
    )
    world.plan.save()

    fill = sent(world)
    waits = []
    for _ in range(3):
        claim = newest(fill)
        assert claim.next_try_at is not None
        at = claim.next_try_at
        answer(fill, at=at)
        waits.append((newest(fill).next_try_at or at) - at)

    assert fill.state == "unanswered"
    assert waits == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]


def test_when_the_line_is_back_everything_that_waited_goes_at_once(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    payer.tell("fail", how="close", times=5)
    fills = [sent(world, drug) for drug in ("lisinopril 10 mg", "warfarin 5 mg", "amoxicillin 500 mg")]
    for fill in fills[1:]:
        answer(fill, at=NOW + timedelta(seconds=5))
    assert {fill.state for fill in fills} == {"unanswered"}

    first = newest(fills[0])
    adjudicate(first.pk, clock=lambda: NOW + timedelta(seconds=6))

    due = Claim.objects.filter(next_try_at=NOW + timedelta(seconds=6))
    assert set(due) == {newest(fills[1]), newest(fills[2])}
    sweep(clock=lambda: NOW + timedelta(seconds=7))
    assert len(payer.book(plan)) == 3


def test_a_silent_line_is_asked_once_a_sweep_and_all_go_when_it_is_back(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    silent = Partner.objects.create(
        pharmacy=world.pharmacy, kind="switch", name="Nobody", host="127.0.0.1", port=9, seconds_to_answer=1
    )
    world.plan.switch = silent
    world.plan.save()
    waiting = []
    for number in range(14):
        world.cleo.coverages.update(cardholder_id=f"CM{number + 10}")
        waiting.append(sent(world, rx=world.prescribe()))
    assert Exchange.objects.count() == 14

    for tries in range(1, 4):
        sweep(clock=lambda: NOW + timedelta(minutes=5))
        assert Exchange.objects.count() == 14 + tries

    assert {fill.state for fill in waiting} == {"unanswered"}
    Partner.objects.filter(pk=silent.pk).update(port=payer.port)
    sweep(clock=lambda: NOW + timedelta(minutes=30))
    sweep(clock=lambda: NOW + timedelta(minutes=30))
    assert Claim.objects.paid().count() == 14
    assert len({bytes(each.request) for each in Exchange.objects.all()}) == 14
    assert len(payer.book(f"999999/{world.plan.pcn}")) == 14


def test_a_try_whose_process_died_is_sent_again_and_stays_one_claim(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    fill = in_entry(world)
    claim = send(world, fill)
    died_after_sending(claim)
    assert [row["state"] for row in payer.book(plan)] == ["paid"]

    adjudicate(claim.pk, clock=lambda: NOW + timedelta(seconds=10))
    assert newest(fill).state == "sent"
    sweep(clock=lambda: NOW + timedelta(minutes=3))

    fill.refresh_from_db()
    assert (fill.state, newest(fill).state, fill.claims.count()) == ("awaiting_check", "paid", 1)
    assert len(payer.book(plan)) == 1


def died_after_sending(claim: Claim) -> None:
    """Do all of a try but the last part: the answer reaches a process that is no more."""
    from pestle.stations.payers import adjudication

    one = adjudication._begin(claim.pk, at=NOW)
    assert one is not None
    adjudication._ask(one)


def test_a_late_answer_of_an_earlier_try_is_taken_and_the_later_one_changes_nothing(
    world: World, payer: PretendPayer
) -> None:
    from pestle.stations.payers import adjudication
    from pestle.stations.payers.claim_answers import read_answer

    payer.join(world)
    fill = in_entry(world)
    claim = send(world, fill)
    early = adjudication._begin(claim.pk, at=NOW)
    assert early is not None
    raw = adjudication._ask(early)
    later = adjudication._begin(claim.pk, at=NOW + timedelta(minutes=3))
    assert later is not None

    for one in (early, later):
        adjudication._write(one, at=NOW, raw=raw, answer=read_answer(raw, is_reversal=False), fault="")

    fill.refresh_from_db()
    assert (fill.state, newest(fill).state) == ("awaiting_check", "paid")
    assert fill.events().filter(verb="be_paid").count() == 1
    assert Exchange.objects.exclude(response=None).count() == 2


def test_two_jobs_for_one_claim_send_it_once(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    claim = send(world, in_entry(world))

    for _ in range(2):
        adjudicate(claim.pk, clock=lambda: NOW)

    assert claim.exchanges.count() == 1


def test_a_technical_no_of_the_payers_computer_is_asked_again(world: World, payer: PretendPayer) -> None:
    from pestle.stations.payers.claim_answers import Outcome, read_answer
    from tests.pure.wire.telecom_samples import sample

    raw = sample("b1_header_rejected").replace(b"FB04", b"FB92")

    assert read_answer(raw, is_reversal=False).outcome is Outcome.BUSY


def test_cash_shows_its_sum_and_undoes_a_claim_that_may_stand(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    Partner.objects.update(seconds_to_answer=1)
    payer.tell("fail", how="lost")
    fill = sent(world)
    assert [row["state"] for row in payer.book(plan)] == ["paid"]

    claims.charge_cash(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    answer(fill)

    assert (fill.state, fill.payment, fill.price) == ("awaiting_check", "cash", Decimal("11.80"))
    assert fill.price_steps == [
        "30 × $0.05 (our cost) = $1.50",
        "$1.50 + 20 % = $1.80",
        "Drug $1.80 + fee $10.00 = $11.80",
    ]
    assert newest(fill).state == "reversed"
    assert [row["state"] for row in payer.book(plan)] == ["reversed"]


def test_cash_for_a_controlled_drug_beside_a_plan_is_the_pharmacists(world: World) -> None:
    fill = in_entry(world, "zolpidem 10 mg")

    with pytest.raises(Refused, match="a pharmacist decides"):
        claims.charge_cash(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)


def test_going_on_unbilled_is_the_stores_choice_and_the_price_follows(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    payer.tell("fail", how="close")
    fill = sent(world)
    with pytest.raises(Refused, match="does not fill before the payer"):
        claims.go_on_unbilled(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    world.pharmacy.goes_on_unbilled = True
    world.pharmacy.save()

    claims.go_on_unbilled(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    fill.refresh_from_db()
    assert (fill.state, fill.is_unbilled_promise, fill.price) == ("awaiting_check", True, None)
    answer(fill, at=NOW + timedelta(seconds=6))

    assert (fill.state, fill.is_unbilled_promise) == ("awaiting_check", False)
    assert fill.price is not None


def test_a_second_plan_is_billed_with_what_the_first_one_paid(world: World, payer: PretendPayer) -> None:
    payer.join(world, copays=["3.00", "3.00", "3.00"])
    second_plan(world, payer, copays=["0.50", "0.50", "0.50"])

    fill = sent(world)

    first, second = fill.claims.order_by("number")
    assert (first.patient_pays, first.plan_pays) == (Decimal("3.00"), Decimal("0.30"))
    assert second.asked["other_coverage"] == "2"
    assert second.asked["earlier_payers"][0]["paid"] == "0.3"
    assert (fill.state, fill.price) == ("awaiting_check", Decimal("0.50"))
    assert fill.price_steps[0] == "Cascade Rx:"


def test_a_second_plan_that_wants_what_is_owed_is_told_that(world: World, payer: PretendPayer) -> None:
    payer.join(world, copays=["3.00", "3.00", "3.00"])
    second_plan(world, payer, wants="owed", copays=["0.50", "0.50", "0.50"])

    fill = sent(world)

    asked = newest(fill).asked
    assert (asked["other_coverage"], asked["earlier_payers"][0]["owed"]) == ("8", "3")
    assert fill.price == Decimal("0.50")


def test_the_next_plan_hears_that_the_first_did_not_cover_it(world: World, payer: PretendPayer) -> None:
    plan = payer.join(world)
    second_plan(world, payer)
    payer.tell("drug", plan=plan, product=LISINOPRIL, is_covered=False)
    fill = sent(world)

    claims.bill_next_plan(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)
    answer(fill)

    asked = newest(fill).asked
    assert (asked["other_coverage"], asked["earlier_payers"][0]["reject_codes"]) == ("3", ["70"])
    assert fill.state == "awaiting_check"


def test_a_no_of_the_second_plan_leaves_the_first_ones_payment_to_go_on_with(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    second = second_plan(world, payer)
    payer.tell("drug", plan=f"999999/{second.pcn}", product=LISINOPRIL, is_covered=False)
    fill = sent(world)
    assert (fill.state, [each.state for each in fill.claims.order_by("number")]) == ("rejected", ["paid", "rejected"])

    claims.go_on_with_what_is_paid(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk)

    fill.refresh_from_db()
    assert (fill.state, fill.price) == ("awaiting_check", fill.claims.get(number=1).patient_pays)


def test_a_makers_card_is_never_billed_after_a_federal_plan(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    second_plan(world, payer)
    world.plan.kind = "medicare"
    world.plan.save()
    world.cleo.coverages.get(order=2).plan.__class__.objects.filter(name="Harbor Health").update(kind="copay_card")

    fill = sent(world)

    assert (fill.state, fill.claims.count()) == ("awaiting_check", 1)


def test_a_killed_payer_is_no_answer_and_its_book_is_whole_when_it_is_back(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mortal = PretendPayer(tmp_path_factory.mktemp("mortal") / "book.sqlite")
    mortal.start()
    try:
        plan = mortal.join(world)
        mortal.tell("fail", how="lost", seconds=0.2)
        fill = sent(world)
        mortal.kill()
        answer(fill, at=day(1))
        assert fill.state == "unanswered"
        mortal.start()

        answer(fill, at=day(2))

        assert (fill.state, len(mortal.book(plan))) == ("awaiting_check", 1)
    finally:
        mortal.kill()


def test_a_partner_remembers_when_it_last_answered_and_failed(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    payer.tell("fail", how="close")
    fill = sent(world)
    assert Partner.objects.get().last_failure_at == NOW

    answer(fill, at=day(1))

    assert Partner.objects.get().last_answer_at == day(1)
    assert timezone.is_aware(day(1))
    assert iso(1) == "2026-11-24"


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_two_lines_take_up_one_claim_once(payer: PretendPayer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    world = make_world()
    plan = payer.join(world)
    payer.tell("fail", how="slow", seconds=0.3)
    fill = in_entry(world)
    claim = send(world, fill)

    def take_up(_: int) -> None:
        try:
            adjudicate(claim.pk, clock=lambda: NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(take_up, range(4)))

    fill.refresh_from_db()
    assert (fill.state, newest(fill).exchanges.count()) == ("awaiting_check", 1)
    assert len(payer.book(plan)) == 1
