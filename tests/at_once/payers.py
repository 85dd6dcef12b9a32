"""Scenes at the payer, with claims that nobody has sent yet or that a pretend payer has answered, and of people."""

from typing import Any

from pestle.records.fills import Fill
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Bench, Partner, PartnerKind
from pestle.stations.payers import claims
from pestle.terms.roles import Role
from tests.at_once.bench import ANEW, of
from tests.at_once.scenes import plain
from tests.claim_steps import answer, in_entry, sent
from tests.stations.bench import act
from tests.world import World

KEPT = "the same said again leaves everything as it is"


def colleague(world: World) -> Worker:
    number = Worker.objects.count()
    account = Account.objects.create_user(f"ida{number}", "ida counts by fives", name="Ida Novak")
    return Worker.objects.create(
        pharmacy=world.pharmacy, account=account, given=f"Ida{number}", family="Novak",
        role_names=[Role.TECHNICIAN.value],
    )  # fmt: skip


def a_bench(world: World) -> Bench:
    return Bench.objects.create(pharmacy=world.pharmacy, name=f"Bench {Bench.objects.count()}", station="filling")


def of_one(worker: Worker, **more: Any) -> dict[str, Any]:
    return {"worker_id": worker.pk, **more}


def in_a_store_that_goes_on(world: World) -> Fill:
    world.pharmacy.goes_on_unbilled = True
    world.pharmacy.save(update_fields=["goes_on_unbilled"])
    return unanswered(world)


def unanswered(world: World) -> Fill:
    """A fill whose claim got no answer: for a moment nobody listens where its switch was."""
    switch = Partner.objects.get(pharmacy=world.pharmacy, kind=PartnerKind.SWITCH)
    fill = in_entry(world)
    claims.send_claim(**act(world), fill_id=fill.pk)
    Partner.objects.filter(pk=switch.pk).update(port=9)
    answer(fill)
    Partner.objects.filter(pk=switch.pk).update(port=switch.port)
    return fill


plain("claims.send_claim", lambda world: of(in_entry(world)))
plain("claims.charge_cash", lambda world: of(in_entry(world)))
plain("claims.ask_again_now", lambda world: of(unanswered(world)))
plain("claims.go_on_unbilled", lambda world: of(in_a_store_that_goes_on(world)), by="ben")
plain("claim_changes.reverse", lambda world: of(sent(world), because="does not want it"))
plain("people.take_bench", lambda world: {"bench_id": a_bench(world).pk}, both=KEPT)
plain("people.switch_worker", lambda world: {"bench_id": a_bench(world).pk}, both=KEPT)
plain("people.leave_bench", lambda world: {"bench_id": a_bench(world).pk}, both=KEPT)
plain("people.set_look", lambda world: {"look": "dark"}, both=KEPT)
plain("people.set_bench_look", lambda world: {"bench_id": a_bench(world).pk, "look": "dark"}, both=KEPT)
plain("people.lock", lambda world: {}, both=ANEW)
plain("people.unlock", lambda world: {}, both=ANEW)
plain("people.set_pin", lambda world: of_one(world.ada, pin="730194"), both=KEPT)
plain(
    "people.give_badge", lambda world: of_one(colleague(world)), by="priya", both="the last badge is the one that opens"
)
plain(
    "people.invite_worker",
    lambda world: {
        "username": f"new{Worker.objects.count()}",
        "given": "Noa",
        "family": "Lind",
        "roles": [Role.TECHNICIAN],
    },
    by="priya",
)
plain("people.change_roles", lambda world: of_one(colleague(world), roles=[Role.CASHIER]), by="priya", both=KEPT)
plain("people.retire_worker", lambda world: of_one(colleague(world)), by="priya", both=KEPT)
plain("people.end_sessions", lambda world: of_one(colleague(world)), by="priya", both=KEPT)
plain("claim_cards.check_eligibility", lambda world: {"coverage_id": world.cleo.coverages.get(order=1).pk}, both=ANEW)
