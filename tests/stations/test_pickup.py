"""The register: who may collect, what must be in hand, said, paid and signed, and that nothing is sold twice."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from pestle.records.fills import Fill
from pestle.records.handover import Bag, Payment, Sale
from pestle.records.patients import Patient, Proxy
from pestle.records.stock import Balance
from pestle.rules.facts import BoardValues
from pestle.stations import scanning
from pestle.stations.handover import counselling, pickup, refunds, will_call
from pestle.stations.handover.identifiers import Identifiers, collects_for
from pestle.stations.handover.payments import Tender, change_for, shares
from pestle.stations.handover.pickup import HandOver
from pestle.stations.handover.signatures import typed_name
from pestle.stations.payers import claim_changes
from pestle.terms.findings import Refused
from tests.payer import PretendPayer
from tests.street import A_SIGNATURE, days_later, exact_cash, sell, walk
from tests.world import NOW, TODAY, World, make_world

pytestmark = pytest.mark.django_db

FRANCO_BORN = date(2015, 7, 2)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def franco(world: World) -> Patient:
    """Cleo's son; she may collect for him."""
    son = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Franco", birth_on=FRANCO_BORN, sex="M",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip
    Proxy.objects.create(patient=son, name="Cleo Marchetti", relation="mother", birth_on=world.cleo.birth_on)
    return son


def ready(world: World, drug: str = "lisinopril 10 mg", **given: Any) -> Fill:
    return walk(world, world.fill(world.prescribe(drug, **given)), to="in_will_call")


# Who stands there


@pytest.mark.parametrize(
    ("name", "birth_on", "agrees"),
    [
        ("Cleo Marchetti", date(1968, 3, 14), True),
        ("marchetti cleo", date(1968, 3, 14), True),
        ("Marchetti, Cleo", date(1968, 3, 14), True),
        ("mar cl", date(1968, 3, 14), True),
        ("Marchetti", date(1968, 3, 14), False),
        ("Marchetti Cleo", date(1968, 3, 15), False),
        ("Marchetti Carla", date(1968, 3, 14), False),
        ("m c", date(1968, 3, 14), False),
        ("Marchettini Cleo", date(1968, 3, 14), False),
        ("", date(1968, 3, 14), False),
    ],
)
def test_two_identifiers_agree_or_do_not(world: World, name: str, birth_on: date, agrees: bool) -> None:
    assert Identifiers(name, birth_on).agree_with(world.cleo) is agrees


def test_a_name_of_several_words_is_found_in_either_order(world: World) -> None:
    maria = replace_names(world.cleo, family="Garcia Lopez", given="Maria Elena")

    for said in ("garcia lopez maria", "maria elena garcia lopez", "Garcia Maria", "maria gar"):
        assert Identifiers(said, maria.birth_on).agree_with(maria), said


def replace_names(patient: Patient, *, family: str, given: str) -> Patient:
    patient.family, patient.given = family, given
    patient.save()
    return patient


def test_a_name_of_two_letters_is_typed_whole(world: World) -> None:
    li = replace_names(world.cleo, family="Li", given="Bo")

    assert Identifiers("Li Bo", li.birth_on).agree_with(li)
    assert not Identifiers("L Bo", li.birth_on).agree_with(li)


def test_nobody_is_found_by_a_name_alone(world: World) -> None:
    assert collects_for(world.ada, Identifiers("Cleo Marchetti", date(1990, 1, 1)), TODAY) == []


def test_a_mother_collects_for_herself_and_her_son(world: World, franco: Patient) -> None:
    said = Identifiers("Cleo Marchetti", world.cleo.birth_on)

    assert collects_for(world.ada, said, TODAY) == [world.cleo, franco]


def test_a_son_does_not_collect_for_his_mother(world: World, franco: Patient) -> None:
    assert collects_for(world.ada, Identifiers("Franco Marchetti", FRANCO_BORN), TODAY) == [franco]


def test_who_may_collect_no_longer_is_not_found(world: World, franco: Patient) -> None:
    franco.proxies.update(until_on=TODAY - timedelta(days=1))

    assert collects_for(world.ada, Identifiers("Cleo Marchetti", world.cleo.birth_on), TODAY) == [world.cleo]


def test_a_proxy_without_a_birth_date_cannot_be_told_apart(world: World, franco: Patient) -> None:
    franco.proxies.update(birth_on=None)

    assert franco not in collects_for(world.ada, Identifiers("Cleo Marchetti", world.cleo.birth_on), TODAY)


# A sale


def test_a_sale_moves_the_stock_to_the_patient_and_closes_the_bag(world: World) -> None:
    fill = ready(world)

    sale = sell(world, fill)

    fill.refresh_from_db()
    assert (fill.state, fill.sold_at) == ("sold", NOW)
    assert Balance.objects.get(place=world.places["patient"], lot=fill.lots.get().lot).quantity == 30
    assert not Bag.objects.get().is_open
    assert (sale.total, sale.taken_by, sale.counsel_answer) == (fill.price, "Cleo Marchetti", "refused")
    assert sale.payments.get().amount == fill.price


def test_several_bags_are_one_sale(world: World) -> None:
    first = ready(world)
    second = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="in_will_call", place="W-13")

    sale = sell(world, first, second)

    assert sale.items.count() == 2
    assert not Bag.objects.filter(is_open=True).exists()


def test_one_item_may_be_left_in_its_bag(world: World) -> None:
    first = walk(world, to="bagged")
    second = walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="bagged")
    assert first.bag == second.bag
    walk(world, first, to="in_will_call")

    sell(world, first, scanned=[scanning.label_code(first)])

    assert Bag.objects.get().is_open
    assert Fill.objects.get(pk=second.pk).state == "in_will_call"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"said": None}, "name and birth date"),
        ({"said": Identifiers("Carla Marchetti", date(1968, 3, 14))}, "name and birth date"),
        ({"scanned": []}, "Scan this bag"),
        ({"answers": {}}, "Offer counselling"),
        ({"signature": []}, "Take the signature"),
        ({"tenders": []}, "payments add up to"),
        ({"signature": "scribble"}, "cannot be read"),
        ({"signature": [[[10, 20]]]}, "cannot be read"),
        ({"signature": [[[10, 20], [10, "x"]]]}, "cannot be read"),
    ],
)
def test_a_sale_without_one_of_its_proofs_is_refused_whole(world: World, given: dict[str, Any], says: str) -> None:
    fill = ready(world)

    with pytest.raises(Refused, match=says):
        sell(world, fill, **given)
    assert Fill.objects.get(pk=fill.pk).state == "in_will_call"
    assert not Sale.objects.exists()
    assert not Payment.objects.exists()


def test_everything_that_stands_in_the_way_is_said_at_once(world: World) -> None:
    fill = ready(world, "zolpidem 10 mg")

    with pytest.raises(Refused) as refusal:
        sell(world, fill, answers={}, scanned=[], identification=" ")

    said = {finding.rule for finding in refusal.value.findings}
    assert {"counselling_was_offered", "bag_was_scanned", "identification_is_recorded"} <= said


def test_whoever_cannot_use_the_pad_types_their_name(world: World) -> None:
    assert sell(world, ready(world), signature=typed_name("Cleo Marchetti")).signature == [{"typed": "Cleo Marchetti"}]


def test_a_controlled_drug_asks_for_identification(world: World) -> None:
    fill = ready(world, "zolpidem 10 mg")

    with pytest.raises(Refused, match="record the identification"):
        sell(world, fill, identification="")
    assert sell(world, fill).identification == "driver's licence MI 4471"


def test_a_bag_of_somebody_else_proves_nothing(world: World, franco: Patient) -> None:
    fill, other = ready(world), ready(world, "amoxicillin 500 mg", patient=franco)
    assert other.bag is not None

    with pytest.raises(Refused, match="Scan this bag"):
        sell(world, fill, scanned=[scanning.bag_code(other.bag)])


def test_a_typed_number_is_no_scan(world: World) -> None:
    fill = ready(world)

    with pytest.raises(Refused, match="Scan this bag"):
        sell(world, fill, scanned=[str(fill.prescription.rx_number)])


def test_two_with_the_same_family_name_are_not_mixed_up(world: World) -> None:
    """Scenario 19."""
    carla = Patient.objects.create(
        pharmacy=world.pharmacy, family="Marchetti", given="Carla", birth_on=date(1986, 3, 14), sex="F",
        allergies_asked_on=TODAY, has_no_known_allergies=True,
    )  # fmt: skip
    mine, hers = ready(world), ready(world, patient=carla)
    assert mine.bag
    assert hers.bag
    said = Identifiers("Marchetti Cleo", world.cleo.birth_on)
    both = [scanning.bag_code(mine.bag), scanning.bag_code(hers.bag)]

    with pytest.raises(Refused, match="name and birth date"):
        sell(world, mine, hers, said=said, scanned=both, answers={world.cleo.pk: "refused", carla.pk: "refused"})

    assert collects_for(world.ada, said, TODAY) == [world.cleo]
    assert sell(world, mine, said=said).patient == world.cleo


def test_a_mothers_sale_for_two_is_a_record_for_each(world: World, franco: Patient) -> None:
    mine, his = ready(world), ready(world, "amoxicillin 500 mg", patient=franco)
    assert mine.bag
    assert his.bag

    first = sell(
        world, mine, his, answers={world.cleo.pk: "refused", franco.pk: "refused"},
        scanned=[scanning.bag_code(mine.bag), scanning.bag_code(his.bag)],
    )  # fmt: skip

    sales = Sale.objects.filter(act_id=first.act_id).order_by("pk")
    assert [sale.patient for sale in sales] == [world.cleo, franco]
    assert [sale.total for sale in sales] == [mine.price, his.price]
    assert sum(payment.amount for payment in Payment.objects.all()) == first.total + sales[1].total
    assert sales[1].taken_by == "Cleo Marchetti"


def test_each_patients_counselling_is_answered_apart(world: World, franco: Patient) -> None:
    mine, his = ready(world), ready(world, "amoxicillin 500 mg", patient=franco)
    assert mine.bag
    assert his.bag
    both = [scanning.bag_code(mine.bag), scanning.bag_code(his.bag)]

    with pytest.raises(Refused, match="Offer counselling"):
        sell(world, mine, his, scanned=both, answers={world.cleo.pk: "refused"})


# Counselling


def test_who_wants_to_talk_to_the_pharmacist_does_before_leaving(world: World) -> None:
    fill = ready(world)

    with pytest.raises(Refused, match="pharmacist counsels first"):
        sell(world, fill, answers={world.cleo.pk: "accepted"})
    counselling.counsel(act_id=uuid4(), by=world.ben, at=NOW, fill_ids=[fill.pk])

    sale = sell(world, fill, answers={world.cleo.pk: "accepted"})
    assert (sale.counsel_answer, sale.counselled_by) == ("accepted", world.ben)


def test_nobody_at_the_register_can_say_that_the_pharmacist_has_talked(world: World) -> None:
    with pytest.raises(Refused, match="accepted or refused"):
        sell(world, ready(world), answers={world.cleo.pk: "done"})


@pytest.mark.parametrize("name", ["ada", "dana", "hana"])
def test_only_a_pharmacist_counsels(world: World, name: str) -> None:
    fill = ready(world)

    with pytest.raises(Refused, match="Counselling is the pharmacist's"):
        counselling.counsel(act_id=uuid4(), by=getattr(world, name), at=NOW, fill_ids=[fill.pk])


def test_where_the_board_is_silent_the_pharmacist_makes_the_offer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pharmacy.board = "Nowhere"
    world.pharmacy.save()
    rx = world.prescribe()
    fill = world.fill(rx)
    monkeypatch.setattr("pestle.records.fills.board_named", lambda name: BoardValues(board=name, issue_life_days=365))
    fill = walk(world, fill, to="in_will_call")

    with pytest.raises(Refused, match="Nowhere has no row that lets you make the offer"):
        sell(world, fill)


# Money


@pytest.mark.parametrize(
    ("tenders", "says"),
    [
        ([Tender("cash", Decimal("11.80"), Decimal(10))], "less than the amount"),
        ([Tender("card", Decimal("11.80"))], "reference"),
        ([Tender("cheque", Decimal("11.80"))], "cash, by card"),
        ([Tender("account", Decimal("11.80"))], "no house account"),
        ([Tender("cash", Decimal("11.79"), Decimal(20))], "add up to"),
        ([Tender("card", Decimal("21.80"), reference="1"), Tender("cash", Decimal(-10), Decimal(0))], "above zero"),
        ([Tender("cash", Decimal("NaN"), Decimal(20))], "dollars and cents"),
        ([Tender("cash", Decimal("11.799"), Decimal(20))], "dollars and cents"),
    ],
)
def test_money_that_is_not_right_is_refused(world: World, tenders: list[Tender], says: str) -> None:
    fill = ready(world)
    assert fill.price == Decimal("11.80")

    with pytest.raises(Refused, match=says):
        sell(world, fill, tenders=tenders)


def test_cash_and_card_together_pay_and_the_change_is_right(world: World) -> None:
    tenders = [Tender("card", Decimal(5), reference="4471"), Tender("cash", Decimal("6.80"), Decimal(10))]

    sale = sell(world, ready(world), tenders=tenders)

    assert change_for(tenders) == Decimal("3.20")
    assert {(each.kind, each.amount) for each in sale.payments.all()} == {
        ("card", Decimal(5)), ("cash", Decimal("6.80")),
    }  # fmt: skip


def test_an_open_account_is_charged(world: World) -> None:
    world.cleo.account_is_open = True
    world.cleo.save()
    fill = ready(world)
    assert fill.price is not None

    assert sell(world, fill, tenders=[Tender("account", fill.price)]).payments.get().kind == "account"


def test_a_fill_without_a_price_is_not_given_away(world: World) -> None:
    fill = ready(world)
    Fill.objects.filter(pk=fill.pk).update(price=None)

    with pytest.raises(Refused, match="has no price yet"):
        sell(world, fill, tenders=[])


@pytest.mark.parametrize(
    ("tenders", "totals", "parted"),
    [
        ([("cash", "10", "20")], ["4", "6"], [[("4", "14")], [("6", "6")]]),
        ([("card", "3", "0"), ("cash", "7", "7")], ["5", "5"], [[("3", "0"), ("2", "2")], [("5", "5")]]),
        ([("card", "5", "0")], ["0", "5"], [[], [("5", "0")]]),
    ],
)
def test_payments_are_parted_among_sales_to_the_cent(
    tenders: list[tuple[str, str, str]], totals: list[str], parted: list[list[tuple[str, str]]]
) -> None:
    given = [Tender(kind, Decimal(amount), Decimal(handed)) for kind, amount, handed in tenders]

    found = shares(given, [Decimal(total) for total in totals])

    assert [[(each.amount, each.tendered) for each in share] for share in found] == [
        [(Decimal(amount), Decimal(handed)) for amount, handed in share] for share in parted
    ]
    assert sum((change_for(share) for share in found), Decimal(0)) == change_for(given)


# Claims, windows, recalls


def test_nothing_is_sold_after_the_plans_window(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    days_later(world, 15)

    with pytest.raises(Refused, match="window ended Dec 7, 2026"):
        sell(world, fill)


def test_on_the_last_day_of_the_window_it_is_sold(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    days_later(world, 14)

    assert sell(world, fill).total == fill.price


def test_nothing_is_sold_while_its_claim_is_being_undone(world: World, payer: PretendPayer) -> None:
    payer.join(world)
    fill = walk(world, to="in_will_call", by_plan=True)
    claim_changes.reverse(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, because="wrong plan")

    with pytest.raises(Refused, match="no answer yet"):
        sell(world, fill)


def test_a_cash_sale_has_no_window(world: World) -> None:
    fill = ready(world)
    days_later(world, 40)

    assert sell(world, fill).total == fill.price


def test_what_came_due_is_not_sold_until_it_is_kept(world: World) -> None:
    fill = ready(world)
    days_later(world, 11)
    will_call.come_due(at=world.now)

    with pytest.raises(Refused, match="return due"):
        sell(world, fill)


@pytest.mark.parametrize(
    ("change", "says"), [({"is_recalled": True}, "under recall"), ({"expires_on": date(2026, 11, 22)}, "expired while")]
)
def test_what_was_recalled_or_expired_while_it_waited_is_not_sold(
    world: World, change: dict[str, Any], says: str
) -> None:
    fill = ready(world)
    lot = fill.lots.get().lot
    type(lot).objects.filter(pk=lot.pk).update(**change)

    with pytest.raises(Refused, match=says):
        sell(world, fill)


def test_what_the_prescriber_cancelled_is_not_sold(world: World) -> None:
    fill = ready(world)
    fill.prescription.cancel_asked_at = NOW
    fill.prescription.save()

    with pytest.raises(Refused, match="has cancelled"):
        sell(world, fill)


# Once


def test_a_double_click_is_one_sale(world: World) -> None:
    fill, act_id = ready(world), uuid4()
    assert fill.bag is not None
    told = HandOver(
        said=Identifiers("Cleo Marchetti", world.cleo.birth_on), scanned=[scanning.bag_code(fill.bag)],
        answers={world.cleo.pk: "refused"}, signature=A_SIGNATURE, tenders=exact_cash(fill),
    )  # fmt: skip

    first = pickup.sell(act_id=act_id, by=world.ada, at=NOW, fill_ids=[fill.pk], hand_over=told)
    again = pickup.sell(act_id=act_id, by=world.ada, at=NOW, fill_ids=[fill.pk], hand_over=told)

    assert first == again
    assert Sale.objects.count() == 1


def test_the_same_fill_is_not_sold_twice(world: World) -> None:
    fill = ready(world)
    sell(world, fill)

    with pytest.raises(Refused, match="not a step from here"):
        sell(world, fill, scanned=[scanning.label_code(fill)])


# The authority


def test_the_last_fill_uses_the_prescription_up(world: World) -> None:
    fill = ready(world, refills=0)

    sell(world, fill)

    fill.prescription.refresh_from_db()
    assert fill.prescription.state == "used_up"


def test_a_prescription_with_refills_stays_active(world: World) -> None:
    fill = ready(world, refills=1)

    sell(world, fill)

    fill.prescription.refresh_from_db()
    assert fill.prescription.state == "active"


# After the sale


def test_a_refund_is_asked_by_the_register_and_decided_by_a_lead(world: World) -> None:
    fill = walk(world, to="sold")
    asked: dict[str, Any] = {"at": NOW, "fill_id": fill.pk, "reason": "wrong strength ordered"}
    refunds.ask_refund(act_id=uuid4(), by=world.hana, **asked)

    with pytest.raises(Refused, match="lead technician or a pharmacist"):
        refunds.refund(act_id=uuid4(), by=world.ada, kind="cash", **asked)
    refunds.refund(act_id=uuid4(), by=world.dana, kind="cash", **asked)

    fill.refresh_from_db()
    assert fill.state == "refunded"
    assert sum(payment.amount for payment in Payment.objects.all()) == 0
    assert Balance.objects.get(place=world.places["patient"], lot=fill.lots.get().lot).quantity == 30


def test_a_denied_refund_leaves_the_sale(world: World) -> None:
    fill = walk(world, to="sold")
    refunds.ask_refund(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, reason="changed her mind")

    refunds.deny_refund(act_id=uuid4(), by=world.dana, at=NOW, fill_id=fill.pk, reason="left the pharmacy")

    assert Fill.objects.get(pk=fill.pk).state == "sold"


def test_a_refund_to_a_card_has_its_reference(world: World) -> None:
    fill = walk(world, to="sold")
    refunds.ask_refund(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, reason="twice paid")

    with pytest.raises(Refused, match="reference"):
        refunds.refund(act_id=uuid4(), by=world.dana, at=NOW, fill_id=fill.pk, reason="twice paid", kind="card")


def test_a_patient_is_told_of_a_recall_with_how(world: World) -> None:
    fill = walk(world, to="sold")

    told = refunds.tell_of_recall(act_id=uuid4(), by=world.ada, at=NOW, fill_id=fill.pk, reason="by phone, 2:10 pm")

    assert told.state == "recall_notified"
