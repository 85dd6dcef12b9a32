"""What stands where in will-call: what is to be bagged, each bag with its days and its last day, what is due back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.ledger.places import PlaceKind
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Place
from pestle.rules.facts import FillFacts
from pestle.stations.handover.bags import fills_in
from pestle.stations.handover.returns import REVERSAL, TELEPHONE
from pestle.stations.handover.will_call import window_end
from pestle.terms.findings import Finding
from pestle.terms.schedule import Schedule

SOON_DAYS = 3
TO_BAG = (FillState.VERIFIED, FillState.BAGGED)
STANDS = (FillState.IN_WILL_CALL, FillState.RETURN_DUE, FillState.RECALL_HELD)


@dataclass(frozen=True, slots=True)
class ToBag:
    """One person's verified fills, and the bag some of them are in already."""

    patient: Patient
    fills: tuple[Fill, ...]
    bag: Bag | None

    @property
    def unbagged(self) -> tuple[Fill, ...]:
        """Give what is in no bag yet."""
        return tuple(each for each in self.fills if each.state == FillState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Standing:
    """One bag in will-call, or with the driver."""

    bag: Bag
    fills: tuple[Fill, ...]
    since: datetime
    days: int
    due_on: date | None
    days_left: int | None
    why: str

    @property
    def is_soon(self) -> bool:
        """Say whether it goes back within three days."""
        return self.days_left is not None and 0 <= self.days_left <= SOON_DAYS

    @property
    def is_controlled(self) -> bool:
        """Say whether something in it is, or may be, a controlled drug."""
        return any(Schedule(each.prescription.schedule).may_be_controlled for each in self.fills)

    @property
    def counsel(self) -> bool:
        """Say whether the pharmacist talks to the person first."""
        return any(each.counsel_because for each in self.fills)

    @property
    def waits_for(self) -> str:
        """Say what a return waits for; empty where nobody asked for one."""
        return next((each.waiting_for for each in self.fills if each.waiting_for in {REVERSAL, TELEPHONE}), "")

    @property
    def is_due(self) -> bool:
        """Say whether something in it is due for return."""
        return any(each.state == FillState.RETURN_DUE for each in self.fills)

    @property
    def is_held(self) -> bool:
        """Say whether something in it is held for a recall."""
        return any(each.state == FillState.RECALL_HELD for each in self.fills)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All of will-call."""

    to_bag: tuple[ToBag, ...]
    bags: tuple[Standing, ...]
    out: tuple[Standing, ...]

    @property
    def due(self) -> tuple[Standing, ...]:
        """What goes back to stock."""
        return tuple(each for each in self.bags if each.is_due)

    @property
    def soon(self) -> tuple[Standing, ...]:
        """What goes back within three days."""
        return tuple(each for each in self.bags if each.is_soon and not each.is_due)


@dataclass(frozen=True, slots=True)
class BagShown:
    """One bag with what can be done to each thing in it."""

    standing: Standing | None
    bag: Bag
    fills: tuple[Fill, ...]
    ways: dict[int, dict[str, Way[FillFacts]]]
    is_out: bool
    needs_witness: bool

    def is_open(self, verb: str) -> bool:
        """Say whether a step is open to everything in the bag, apart from what the act itself will bring."""
        return bool(self.fills) and all(verb in self.ways[each.pk] for each in self.fills)

    def stops(self, verb: str) -> tuple[Finding, ...]:
        """Give what stands in the way of a step for anything in the bag, each sentence once."""
        ways = [self.ways[each.pk][verb] for each in self.fills if verb in self.ways[each.pk]]
        found = [finding for way in ways for finding in way.findings]
        return tuple({finding.sentence: finding for finding in found}.values())


def shelf(pharmacy: Pharmacy, at: datetime) -> Shelf:
    """This will give all of will-call, what comes due first standing first."""
    rows = Fill.objects.filter(pharmacy=pharmacy).with_names().select_related("pharmacy", "bag__patient")
    bagging = list(rows.filter(state__in=TO_BAG).order_by("promised_at", "pk"))
    # The end of the plans' window is asked of each bag: their claims are read for all bags at once.
    rows = rows.prefetch_related(Prefetch("claims", Claim.objects.select_related("coverage__plan")))
    standing = _standing(rows.filter(state__in=STANDS), at)
    out = _standing(rows.filter(state=FillState.OUT_FOR_DELIVERY), at)
    return Shelf(_to_bag(bagging), tuple(standing), tuple(out))


def one_bag(by: Worker, bag: Bag, at: datetime) -> BagShown:
    """This will give one bag with everything in it."""
    fills = tuple(fills_in(bag))
    ways = {each.pk: {way.step.verb: way for way in _ways(each, by, at)} for each in fills}
    stands = [each for each in fills if each.state in {*STANDS, FillState.OUT_FOR_DELIVERY}]
    return BagShown(
        standing=_one(bag, stands, at) if stands else None,
        bag=bag,
        fills=fills,
        ways=ways,
        is_out=bag.place is not None and bag.place.kind == PlaceKind.DRIVER,
        needs_witness=any(Schedule(each.prescription.schedule).may_be_controlled for each in fills),
    )


def bag_of(by: Worker, bag_id: int) -> Bag | None:
    """This will give a bag of this pharmacy, open or closed; None for another's."""
    rows = Bag.objects.select_related("patient", "place", "pharmacy")
    return rows.filter(pk=bag_id, pharmacy_id=by.pharmacy_id).first()


def may_be_bagged(fill: Fill) -> bool:
    """This will tell whether a fill stands where it is bagged from."""
    return FILL.step("bag", fill.state) is not None


def due_in(bag: Bag) -> list[Fill]:
    """This will give what in a bag is due for return."""
    return [each for each in fills_in(bag) if FILL.step("keep_longer", each.state) is not None]


def returnable_in(bag: Bag) -> list[Fill]:
    """This will give what in a bag stands where it is returned from."""
    return [each for each in fills_in(bag) if FILL.step("return_to_stock", each.state) is not None]


def places(pharmacy: Pharmacy) -> list[Place]:
    """This will give every place of will-call."""
    return list(Place.objects.filter(pharmacy=pharmacy, kind=PlaceKind.WILL_CALL.value).order_by("name"))


def _ways(fill: Fill, by: Worker, at: datetime) -> tuple[Way[FillFacts], ...]:
    # The act brings its own reason and witness and waits for the payer itself: none of them stops the button.
    facts = fill.facts(at, by, reason="asked at the act", witness_id=-1, reversal_is_done=True)
    return FILL.steps_open_to(facts, by.roles)


def _to_bag(fills: Iterable[Fill]) -> tuple[ToBag, ...]:
    groups: dict[Patient, list[Fill]] = {}
    for fill in fills:
        if fill.prescription.patient is not None:
            groups.setdefault(fill.prescription.patient, []).append(fill)
    return tuple(
        ToBag(patient, tuple(each), next((one.bag for one in each if one.bag is not None), None))
        for patient, each in groups.items()
    )


def _standing(fills: Iterable[Fill], at: datetime) -> list[Standing]:
    groups: dict[Bag, list[Fill]] = {}
    for fill in fills:
        if fill.bag is not None:
            groups.setdefault(fill.bag, []).append(fill)
    found = [_one(bag, each, at) for bag, each in groups.items()]
    return sorted(found, key=lambda each: (each.days_left is None, each.days_left or 0, each.since))


def _one(bag: Bag, fills: list[Fill], at: datetime) -> Standing:
    first = min(fills, key=lambda each: (each.return_due_on is None, each.return_due_on or date.max, each.pk))
    since = min(each.state_since for each in fills)
    today = first.local_day(at)
    due = first.return_due_on
    return Standing(
        bag,
        tuple(fills),
        since=since,
        days=max((today - first.local_day(since)).days, 0),
        due_on=due,
        days_left=(due - today).days if due else None,
        why="plan's window" if due is not None and due == window_end(first) else "store's days",
    )
