"""Scenes of claims that a plan has refused: sent again, changed, taken elsewhere, undone by telephone."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pestle.flows.claim import CLAIM
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.patients import Coverage, Plan
from pestle.stations.handover import returns
from pestle.stations.payers import claim_changes, claims
from pestle.stations.payers.claim_sets import Card
from tests.at_once.bench import ANEW, of
from tests.at_once.payers import KEPT, in_a_store_that_goes_on
from tests.at_once.scenes import plain
from tests.claim_steps import answer, newest, sent
from tests.stations.bench import act
from tests.street import walk
from tests.world import World, an_act


def nobody(world: World) -> Plan:
    """A plan that the payer does not know: it answers 04 to whatever is sent to it."""
    row, _ = Plan.objects.get_or_create(
        pharmacy=world.pharmacy, bin="999999", pcn="NOBODY", defaults={"name": "Nobody", "switch": world.plan.switch}
    )
    return row


def rejected(world: World) -> Fill:
    world.cleo.coverages.update(plan=nobody(world))
    return sent(world)


def second(world: World, plan: Plan) -> Coverage:
    return Coverage.objects.create(patient=world.cleo, plan=plan, order=2, cardholder_id="HH20001", group="H1")


def pays_again_tomorrow(world: World) -> Fill:
    fill = rejected(world)
    Claim.objects.filter(pk=newest(fill).pk).update(next_fill_on=world.now.date() + timedelta(days=3))
    return fill


def with_another_plan(world: World) -> Fill:
    fill = rejected(world)
    second(world, world.plan)
    return fill


def paid_by_the_first_alone(world: World) -> Fill:
    second(world, nobody(world))
    return sent(world)


def gone_on_and_refused(world: World) -> Fill:
    """A fill that went on without an answer, and then the answer was no."""
    world.cleo.coverages.update(plan=nobody(world))
    fill = in_a_store_that_goes_on(world)
    claims.go_on_unbilled(**act(world), fill_id=fill.pk)
    return answer(fill, at=world.now + timedelta(minutes=5))


def refused_to_undo(world: World, fill: Fill) -> Claim:
    """The newest claim of a fill, after the payer has refused its reversal."""
    claim = newest(fill)
    taken = CLAIM.take("fail_reversal", claim.facts(world.now, roles=world.program.roles), world.program.roles)
    claim.record(taken, act_id=an_act(), by=world.program, at=world.now)
    return claim


def not_taken_back(world: World) -> Claim:
    fill = sent(world)
    claim_changes.reverse(**act(world), fill_id=fill.pk, because="does not want it")
    return refused_to_undo(world, fill)


def return_not_taken(world: World) -> Fill:
    """A bag whose return to stock waits for a payer that has refused."""
    fill = walk(world, to="in_will_call", by_plan=True)
    returns.return_to_stock(**act(world), fill_id=fill.pk)
    refused_to_undo(world, fill)
    return fill


def return_taken(world: World) -> Fill:
    """A bag whose return to stock waits for nobody any more."""
    fill = walk(world, to="in_will_call", by_plan=True)
    returns.return_to_stock(**act(world), fill_id=fill.pk)
    return answer(fill)


def a_new_card(world: World) -> dict[str, Any]:
    rejected(world)
    card = Card(bin="999999", pcn=f"N{world.cleo.pk}", group="G7", cardholder_id="NEW100", plan_name="Harbor Health")
    old = world.cleo.coverages.get(order=1)
    return {"coverage_id": old.pk, "card": card, "old_ends_on": world.now.date() - timedelta(days=1)}


def plans_of(world: World) -> dict[str, Any]:
    mine = world.cleo.coverages.get(order=1)
    return {"patient_id": world.cleo.pk, "coverage_ids": (second(world, nobody(world)).pk, mine.pk)}


plain("claims.resend", lambda world: of(rejected(world)))
plain("claims.ask_authorization", lambda world: of(rejected(world), wakes_at=world.now + timedelta(days=1)))
plain("claims.hold_until_payer_date", lambda world: of(pays_again_tomorrow(world)))
plain("claims.bill_next_plan", lambda world: of(with_another_plan(world)))
plain("claims.go_on_with_what_is_paid", lambda world: of(paid_by_the_first_alone(world)))
plain("claims.prepare_dur", lambda world: of(rejected(world), answers=(("DD", "M0", "1G"),)), both=ANEW)
plain("claim_changes.change_and_rebill", lambda world: of(sent(world), quantity=Decimal(15), days_supply=15), by="ben")
plain("claim_changes.take_back", lambda world: of(gone_on_and_refused(world), reason="the plan said no"))
plain(
    "claim_changes.reverse_by_hand",
    lambda world: {"claim_id": not_taken_back(world).pk, "proof": "Mia at the help desk, ref 88"},
    by="dana",
)
plain("claim_changes.try_reversal_again", lambda world: {"claim_id": not_taken_back(world).pk})
plain(
    "claim_prescriber.ask_prescriber",
    lambda world: of(rejected(world), code="G", reason="Not covered.", wakes_at=world.now + timedelta(days=1)),
    by="ben",
)
plain("claim_sets.take_new_card", a_new_card)
plain("claim_cards.change_payer_order", plans_of, both=KEPT)
plain("returns.telephone", lambda world: of(return_not_taken(world)), by="program")
plain("returns.complete", lambda world: of(return_taken(world)), by="program")
