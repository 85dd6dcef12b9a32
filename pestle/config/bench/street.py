"""The whole street: one prescription from data entry to the patient's hand, each station by its own act."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from pestle.config.bench import floor, rows
from pestle.config.bench.figures import Figure, Floor, Outcome, each_timed, spread_of
from pestle.config.bench.rows import Bottle, Hands
from pestle.config.bench.scratch import Scratch
from pestle.demo.day.bench import bottle_code
from pestle.demo.day.register import A_SIGNATURE
from pestle.flows.fill import FillState
from pestle.ledger.places import PlaceKind
from pestle.records import sealing
from pestle.records.fills import DurFinding, Fill
from pestle.records.handover import Bag
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.stock import Place
from pestle.rules.checking import CHECKS
from pestle.stations import scanning
from pestle.stations.bench import filling, verification
from pestle.stations.bench.filling_extras import ATTACHED
from pestle.stations.handover import counselling, pickup, will_call
from pestle.stations.handover.identifiers import Identifiers
from pestle.stations.handover.payments import Tender
from pestle.stations.payers import claims

ACTS = (
    "cash, approve, take in hand, basket, label, bottle, guide, count, finish, verify, bag, shelve, talk, sell: 14 acts"
)
# NCPDP 440-E5 and 441-E6: asked nobody, filled as written.
DECIDED = {"decision": "looked at", "service_code": "M0", "result_code": "1G"}
CASH = {"controlled_for_cash_beside_a_plan_is_the_pharmacists": "the plan does not cover it"}


def street(scratch: Scratch) -> Outcome:
    """Measure one prescription through every station, in one process."""
    staff = rows.hands(scratch)
    runs = 15 if scratch.is_quick else 60
    bottles = rows.full_bottles(scratch, products=30, quantity=Decimal(100_000), at=timezone.now())
    turns = [bottles[turn % len(bottles)] for turn in range(runs)]
    packages = [bottle.lot.package for bottle in turns]
    fills = rows.open_fills(
        scratch, packages, state=FillState.IN_ENTRY, by=staff.technician, at=timezone.now()
    )  # fmt: skip
    walk = Walk(scratch, staff)
    outcome = Outcome("street", f"{runs} prescriptions paid in cash; {ACTS}; one process")
    asked = _statements(lambda: walk.along(fills[0], turns[0]))
    took = each_timed(lambda turn: walk.along(fills[turn + 1], turns[turn + 1]), runs=runs - 1, most_seconds=60)
    bare = _bare(scratch, bottles, runs)
    spread, floor_spread = spread_of(took), spread_of(bare)
    outcome.figures = [
        Figure(
            name="whole street, p50 for one prescription", value=spread.p50, unit="ms", more_is_better=False,
            spread=spread, floor=Floor(what=floor.STREET, value=floor_spread.p50, spread=floor_spread),
            note=f"{asked} statements",
        ),
        Figure(name="whole street, mean rate of one process", value=round(len(took) / sum(took), 2), unit="a second"),
    ]  # fmt: skip
    sold = Fill.objects.filter(pk__in=fills, state=FillState.SOLD).count()
    if sold != len(took) + 1:
        outcome.faults.append(f"{len(took) + 1} prescriptions went along the street, {sold} are sold")
    outcome.faults += [f"{fault.table} row {fault.row}: {fault.says}" for fault in sealing.faults(scratch.pharmacy)]
    return outcome


class Walk:
    """Brings fills along the street, a technician and a pharmacist taking turns."""

    def __init__(self, scratch: Scratch, staff: Hands) -> None:
        self.staff = staff
        places = Place.objects.filter(pharmacy=scratch.pharmacy)
        self.shelves = list(places.filter(kind=PlaceKind.WILL_CALL.value).order_by("pk"))
        self.basket = rows.basket(scratch, "N-00")

    def along(self, fill_id: int, bottle: Bottle) -> None:
        """Take one fill from data entry to the patient's hand."""
        self._enter(fill_id)
        self._fill(fill_id, bottle)
        self._hand_over(fill_id)

    def _enter(self, fill_id: int) -> None:
        self._act(claims.charge_cash, self.staff.pharmacist, fill_id=fill_id, because=CASH)
        for finding in DurFinding.objects.filter(fill=fill_id, decided_by=None):
            self._act(verification.decide_alert, self.staff.pharmacist, finding_id=finding.pk, **DECIDED)
        self._act(verification.approve, self.staff.pharmacist, fill_id=fill_id)

    def _fill(self, fill_id: int, bottle: Bottle) -> None:
        by = self.staff.technician
        label = scanning.label_code(Fill.objects.select_related("prescription").get(pk=fill_id))
        self._act(filling.take_in_hand, by, fill_id=fill_id)
        self._act(filling.assign_basket, by, fill_id=fill_id, place_id=self.basket.pk)
        self._act(filling.scan_label, by, fill_id=fill_id, text=label)
        self._act(filling.scan_bottle, by, fill_id=fill_id, text=bottle_code(bottle.lot))
        self._act(filling.set_leaflet, by, fill_id=fill_id, answer=ATTACHED)
        self._act(filling.count, by, fill_id=fill_id, counted=rows.QUANTITY)
        self._act(filling.finish, by, fill_id=fill_id)
        self._act(verification.verify, self.staff.pharmacist, fill_id=fill_id, checked=CHECKS)

    def _hand_over(self, fill_id: int) -> None:
        by = self.staff.technician
        self._act(will_call.bag, by, fill_ids=[fill_id])
        bag = Bag.objects.select_related("patient").get(fills=fill_id)
        self._act(will_call.shelve, by, bag_id=bag.pk, place_id=self.shelves[fill_id % len(self.shelves)].pk)
        self._act(counselling.counsel, self.staff.pharmacist, fill_ids=[fill_id])
        price = Fill.objects.values_list("price", flat=True).get(pk=fill_id) or Decimal(0)
        told = pickup.HandOver(
            signature=A_SIGNATURE, answers={bag.patient_id: "accepted"}, scanned=[scanning.bag_code(bag)],
            said=Identifiers(bag.patient.full_name, bag.patient.birth_on), tenders=[Tender("cash", price, price)],
        )  # fmt: skip
        self._act(pickup.sell, by, fill_ids=[fill_id], hand_over=told)

    def _act(self, act: Callable[..., object], by: Any, **given: Any) -> None:
        act(act_id=uuid4(), by=by, at=timezone.now(), **given)


def _bare(scratch: Scratch, bottles: Sequence[Bottle], runs: int) -> list[float]:
    hand = floor.RawHand(
        scratch.url, worker=rows.hands(scratch).technician.pk,
        printer=Partner.objects.get(pharmacy=scratch.pharmacy, kind=PartnerKind.PRINTER).pk,
    )  # fmt: skip
    ready = rows.ready_fills(scratch, bottles, count=runs, at=timezone.now())
    places = Place.objects.filter(pharmacy=scratch.pharmacy)
    shelf = places.filter(kind=PlaceKind.WILL_CALL.value).order_by("pk")[0].pk
    patient = places.filter(kind=PlaceKind.PATIENT.value)[0].pk
    try:
        return each_timed(
            lambda turn: hand.street(ready[turn], shelf=shelf, patient=patient), runs=runs, most_seconds=30
        )  # fmt: skip
    finally:
        hand.connection.close()


def _statements(work: Callable[[], None]) -> int:
    asked = 0

    def counting(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*given)

    with connection.execute_wrapper(counting):
        work()
    return asked
