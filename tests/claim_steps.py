"""What the tests of claims do over and over: bring a fill to entry, send it, let the program answer."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.patients import Coverage, Plan
from pestle.records.prescriptions import Prescription
from pestle.stations.payers import claims
from pestle.stations.payers.adjudication import adjudicate, sweep
from tests.payer import PretendPayer
from tests.world import NOW, World


def in_entry(world: World, drug: str = "lisinopril 10 mg", *, rx: Prescription | None = None, **given: Any) -> Fill:
    """A fill that Ada has begun to enter."""
    fill = world.fill(rx or world.prescribe(drug), **given)
    taken = fill.MACHINE.take("begin_entry", fill.facts(NOW, world.ada), world.ada.roles)
    fill.record(taken, act_id=uuid4(), by=world.ada, at=NOW)
    return fill


def send(world: World, fill: Fill, *, at: datetime = NOW) -> Claim:
    """Ada sends the claim; it waits for its job."""
    claims.send_claim(act_id=uuid4(), by=world.ada, at=at, fill_id=fill.pk)
    return newest(fill)


def answer(fill: Fill, *, at: datetime = NOW) -> Fill:
    """The program brings every claim of the fill to its payer, as its jobs would, until nothing is left to send."""
    for _ in range(6):
        due = fill.claims.due(at).values_list("pk", flat=True)
        if not due:
            break
        for pk in list(due):
            adjudicate(pk, clock=lambda: at)
    fill.refresh_from_db()
    return fill


def sent(world: World, drug: str = "lisinopril 10 mg", *, at: datetime = NOW, **given: Any) -> Fill:
    """A fill whose claim was sent and answered."""
    fill = in_entry(world, drug, **given)
    send(world, fill, at=at)
    return answer(fill, at=at)


def newest(fill: Fill) -> Claim:
    """The newest claim of a fill, fresh."""
    return fill.claims.order_by("-number")[0]


def codes(fill: Fill) -> list[str]:
    """The reject codes of the newest claim, in the payer's order."""
    return list(newest(fill).rejects.order_by("position").values_list("code", flat=True))


def second_plan(world: World, payer: PretendPayer, *, wants: str = "paid", **given: Any) -> Plan:
    """Cleo's second plan, behind the same payer."""
    key = payer.new_plan(**given)
    plan = Plan.objects.create(
        pharmacy=world.pharmacy, name="Harbor Health", bin="999999", pcn=key.partition("/")[2],
        switch=world.plan.switch, wants_earlier_payers=wants, kind="commercial",
    )  # fmt: skip
    Coverage.objects.create(patient=world.cleo, plan=plan, order=2, cardholder_id="HH20001", group="H1")
    return plan


def same_drug_again(world: World, fill: Fill, *, at: datetime, **given: Any) -> Fill:
    """The refill of a fill, entered and sent at a later moment, answered."""
    refill = in_entry(world, rx=fill.prescription, number=2, **given)
    send(world, refill, at=at)
    return answer(refill, at=at)


def day(offset: int) -> datetime:
    """So many days after the day of the tests, at the same hour."""
    return NOW + timedelta(days=offset)


def iso(offset: int) -> str:
    """The date of that day."""
    return date.isoformat(day(offset).date())


__all__ = [
    "answer", "codes", "day", "in_entry", "iso", "newest", "same_drug_again", "second_plan", "send", "sent", "sweep",
]  # fmt: skip
