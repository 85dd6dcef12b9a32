"""Walks a fill along the stations of the street, each by its own act, as far as a test needs it.

    fill = walk(world, to="verified")                       # cash, lisinopril 10 mg, Ada at the bench, Ben checks
    fill = walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="in_will_call")
    fill = walk(world, fill, to="sold")                     # goes on from where it is

Nothing is set by hand: what a station refuses, a walk refuses. `by_plan=True` sends the claim to the pretend payer,
which the world must have joined (`payer.join(world)`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from pestle.flows.fill import FILL
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale
from pestle.records.stock import Place
from pestle.rules.checking import CHECKS
from pestle.stations import scanning
from pestle.stations.bench import back_counts, filling, verification
from pestle.stations.entry import drug_review
from pestle.stations.handover import counselling, pickup, will_call
from pestle.stations.handover.identifiers import Identifiers
from pestle.stations.handover.payments import Tender
from pestle.stations.handover.pickup import HandOver
from pestle.stations.payers import claims
from pestle.stations.payers.adjudication import adjudicate
from tests.world import World

ROAD = ("received", "in_entry", "awaiting_check", "queued", "filled", "verified", "bagged", "in_will_call", "sold")
A_SIGNATURE = [[[10, 60], [40, 20], [70, 62]]]


def walk(world: World, fill: Fill | None = None, *, to: str, by_plan: bool = False, place: str = "W-12") -> Fill:
    """Bring a fill along the street to a state of `ROAD`; gives the row as it is then."""
    fill = fill or world.fill()
    for state in ROAD[ROAD.index(fill.state) + 1 : ROAD.index(to) + 1]:
        _TO[state](world, fill, by_plan=by_plan, place=place)
        fill = Fill.objects.with_names().select_related("pharmacy").get(pk=fill.pk)
        assert fill.state == state, f"wanted {state}, the fill is {fill.state}"
    return fill


def sell(world: World, *fills: Fill, **given: Any) -> Sale:
    """Sell fills of one patient in will-call to that patient for exact cash; `given` replaces parts of it."""
    patient = fills[0].prescription.patient
    assert patient is not None
    told = replace(
        HandOver(
            said=Identifiers(patient.full_name, patient.birth_on),
            scanned=[scanning.bag_code(fill.bag) for fill in fills if fill.bag],
            answers={patient.pk: "refused"},
            signature=A_SIGNATURE,
            tenders=exact_cash(*fills),
            identification="driver's licence MI 4471",
        ),
        **given,
    )
    ids = [fill.pk for fill in fills]
    return pickup.sell(act_id=uuid4(), by=world.ada, at=world.now, fill_ids=ids, hand_over=told)


def exact_cash(*fills: Fill) -> list[Tender]:
    """Give the payment of just what fills cost, in cash."""
    total = sum((fill.price or Decimal(0) for fill in fills), Decimal(0))
    return [Tender("cash", total, total)] if total else []


def _begin_entry(world: World, fill: Fill, **_: object) -> None:
    taken = FILL.take("begin_entry", fill.facts(world.now, world.ada), world.ada.roles)
    fill.record(taken, act_id=uuid4(), by=world.ada, at=world.now)


def _bill(world: World, fill: Fill, *, by_plan: bool, **_: object) -> None:
    if by_plan:
        claims.send_claim(act_id=uuid4(), by=world.ada, at=world.now, fill_id=fill.pk)
        claim = Claim.objects.filter(fill=fill).latest("number")
        adjudicate(claim.pk, clock=lambda: world.now)
        return
    because = {"controlled_for_cash_beside_a_plan_is_the_pharmacists": "the plan does not cover it"}
    claims.charge_cash(act_id=uuid4(), by=world.ben, at=world.now, fill_id=fill.pk, because=because)


def _approve(world: World, fill: Fill, **_: object) -> None:
    drug_review.review(fill, at=world.now)
    for finding in fill.dur_findings.filter(decided_by=None):
        verification.decide_alert(
            act_id=uuid4(), by=world.ben, at=world.now, finding_id=finding.pk, decision="looked at", service_code="M0",
            result_code="1G",
        )  # fmt: skip
    verification.approve(act_id=uuid4(), by=world.ben, at=world.now, fill_id=fill.pk)


def _fill(world: World, fill: Fill, **_: object) -> None:
    ada, at, basket = world.ada, world.now, _free_basket(world, fill)
    assert fill.package is not None
    filling.take_in_hand(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk)
    filling.assign_basket(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk, place_id=basket.pk)
    filling.scan_label(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk, text=scanning.label_code(fill))
    filling.scan_bottle(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk, text=fill.package.ndc11)
    filling.count(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk, counted=fill.quantity)
    if fill.prescription.schedule in fill.pharmacy.counts_twice:
        filling.second_count(act_id=uuid4(), by=world.gil, at=at, fill_id=fill.pk, counted=fill.quantity)
    fill.refresh_from_db()
    if fill.is_counted_back:
        remains = back_counts.what_remains(fill)
        filling.back_count(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk, remains=remains)
    filling.finish(act_id=uuid4(), by=ada, at=at, fill_id=fill.pk)


def _verify(world: World, fill: Fill, **_: object) -> None:
    verification.verify(act_id=uuid4(), by=world.ben, at=world.now, fill_id=fill.pk, checked=CHECKS)


def _bag(world: World, fill: Fill, **_: object) -> None:
    will_call.bag(act_id=uuid4(), by=world.ada, at=world.now, fill_ids=[fill.pk])


def _shelve(world: World, fill: Fill, *, place: str, **_: object) -> None:
    bag = Bag.objects.get(fills=fill)
    will_call.shelve(act_id=uuid4(), by=world.ada, at=world.now, bag_id=bag.pk, place_id=world.places[place].pk)


def _sell(world: World, fill: Fill, **_: object) -> None:
    if fill.counsel_because:
        counselling.counsel(act_id=uuid4(), by=world.ben, at=world.now, fill_ids=[fill.pk])
    sell(world, fill)


def _free_basket(world: World, fill: Fill) -> Place:
    """Give a basket that no other patient's work is in, a new one where there is none."""
    taken = Fill.objects.open().exclude(basket=None).exclude(prescription__patient=fill.prescription.patient)
    baskets = Place.objects.filter(pharmacy=world.pharmacy, kind="basket").exclude(pk__in=taken.values("basket"))
    found = baskets.order_by("name").first()
    return found or Place.objects.create(
        pharmacy=world.pharmacy, kind="basket", name=f"B-{Place.objects.count():03}", is_inside=True
    )


def days_later(world: World, days: int) -> None:
    """Move the world's clock on."""
    world.now += timedelta(days=days)


_TO: dict[str, Callable[..., None]] = {
    "in_entry": _begin_entry,
    "awaiting_check": _bill,
    "queued": _approve,
    "filled": _fill,
    "verified": _verify,
    "bagged": _bag,
    "in_will_call": _shelve,
    "sold": _sell,
}
