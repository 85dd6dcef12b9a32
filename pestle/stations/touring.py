"""A first day in the practice pharmacy: one made-up prescription, walked down the street a step at a time.

Where somebody stands is the state of their own prescription of the tour, so nothing is kept beside it: the tour goes on
where it was left, at any bench. In a real pharmacy there is no tour.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.ledger.places import ON_SHELVES, PlaceKind
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.prescribers import Prescriber
from pestle.records.stock import Balance, Place, StockItem
from pestle.rules.checking import CHECKS
from pestle.rules.facts import Origin
from pestle.stations import scanning
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench import verification
from pestle.stations.intake import drop_off
from pestle.stations.intake.drop_off import Arrival, today_at
from pestle.stations.intake.originals import Original, at_the_counter
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.terms.roles import PHARMACISTS
from pestle.terms.schedule import Schedule
from pestle.wire import gs1

S = FillState
ORDER = "TOUR"
QUANTITY = 30


@dataclass(frozen=True, slots=True)
class Stop:
    """One step of the tour: where, what it is about, and what to press."""

    title: str
    page: str
    words: str
    press: str
    states: tuple[FillState, ...] = ()
    is_bens: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """What the hand would scan next; a key of the tour scans it for whoever has no scanner."""

    words: str
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands: the stop, its number, the fill, and what there is to scan."""

    stop: Stop
    number: int
    fill: Fill | None = None
    scan: Scan | None = None

    @property
    def is_over(self) -> bool:
        """Say whether the street was walked to its end."""
        return self.stop is STOPS[-1]


STOPS = (
    Stop("The board", "board:index", "Every queue of the pharmacy on one screen; what is late stands first.",
         "Look at it with Alt 0. F10 on the page of the tour lets a prescription arrive."),
    Stop("Arrival", "drop_off:queue", "An e-prescription is here. Whose it is was matched, with the reasons beside it.",
         "Alt 1, then Enter on its row. Read why it matched; F10 starts its entry.", (S.RECEIVED,)),
    Stop("Data entry", "data_entry:queue", "The original on the left, the fields on the right, kept as you type.",
         "Compare each field with the original. Enter goes from field to field; F10 sends the claim.", (S.IN_ENTRY,)),
    Stop("The claim", "claims:queue", "The plan is asked while you go on. No answer is not a no.",
         "Alt 3 shows what it said. A reject has its ways on, by digit. Paid, the prescription goes on by itself.",
         (S.ADJUDICATING, S.REJECTED, S.UNANSWERED, S.AWAITING_AUTHORIZATION)),
    Stop("Pre-check", "pre_check:queue", "Ben, the pharmacist, holds the order against the original. You cannot.",
         "Alt 4 shows his queue. Alt , lets Ben check it.", (S.AWAITING_CHECK,), is_bens=True),
    Stop("Filling", "filling:queue", "Label, basket, bottle, count: the bench stops a wrong bottle.",
         "Alt 5, then Alt . for each scan. Type the count, F10 finishes.", (S.QUEUED, S.OUT_OF_STOCK)),
    Stop("Verification", "verification:queue", "Whoever filled it does not verify it: Ben looks at data and product.",
         "Alt 6 shows his queue. Alt , lets Ben verify it.", (S.FILLED,), is_bens=True),
    Stop("Bagging", "will_call:queue", "A verified vial is scanned into a bag, and the bag to its place.",
         "Alt 7, then Alt . scans the vial, and once more the place.", (S.VERIFIED, S.BAGGED)),
    Stop("Pickup", "pickup:index", "Two identifiers, never read out; the offer to talk; payment; signature.",
         "Open Pickup, Alt . scans the bag. The person says the birth date that stands here: type it. Alt N is "
         "“no question”, Alt Z pays cash, Alt U signs with a typed name, F10 sells.", (S.IN_WILL_CALL, S.RETURN_DUE)),
    Stop("The end of the street", "where:index", "It is sold. Where is it? tells its whole story, to the last scan.",
         "F3 and its number. The tour can be walked again."),
)  # fmt: skip


def standing(by: Worker) -> Standing | None:
    """This will give where somebody stands on the tour; None in a real pharmacy."""
    if not by.pharmacy.is_practice:
        return None
    fill = _fill_of(by)
    if fill is None:
        return Standing(STOPS[0], 1)
    for number, stop in enumerate(STOPS, start=1):
        if fill.state in stop.states:
            return Standing(stop, number, fill, _next_scan(fill))
    if fill.state in FILL.finals:
        return Standing(STOPS[-1], len(STOPS), fill)
    return Standing(Stop("Aside", "where:index", f"It is {fill.state_words}.", "F3 and its number show why."), 0, fill)


@one_act
def begin(*, act_id: UUID, by: Worker, at: datetime) -> Fill:
    """Let the prescription of the tour arrive, as if it came over the wire; one at a time for each person."""
    _must_be_practice(by)
    # Two at the same instant wait for each other here, so that the second finds what the first let arrive.
    Worker.objects.select_for_update(no_key=True).get(pk=by.pk)
    if (under_way := _fill_of(by)) is not None and under_way.state not in FILL.finals:
        return under_way
    program = Worker.objects.program(by.pharmacy)
    arrival = Arrival(_original(by, at), origin=Origin.ELECTRONIC, is_waiter=True)
    return drop_off.receive(arrival, act_id=act_within(act_id, "arrives"), by=program, at=at)


@one_act
def let_ben(*, act_id: UUID, by: Worker, at: datetime) -> Fill:
    """Let the made-up pharmacist do his part of the tour: the pre-check or the verification, in his own name."""
    _must_be_practice(by)
    fill, ben = _fill_of(by), _ben(by)
    if fill is None or fill.state not in {S.AWAITING_CHECK, S.FILLED}:
        raise refuse("There is nothing for the pharmacist to check yet: go on with the tour.", rule="tour")
    act: dict[str, Any] = {"by": ben, "at": at}
    if fill.state == S.FILLED:
        return verification.verify(act_id=act_within(act_id, "verify"), fill_id=fill.pk, checked=CHECKS, **act)
    for finding in fill.dur_findings.filter(decided_by=None):
        verification.decide_alert(
            act_id=act_within(act_id, f"alert {finding.pk}"), finding_id=finding.pk, service_code="M0",
            result_code="1G", decision="Looked at in the practice pharmacy.", **act,
        )  # fmt: skip
    return verification.approve(act_id=act_within(act_id, "approve"), fill_id=fill.pk, **act)


def _fill_of(by: Worker) -> Fill | None:
    rows = Fill.objects.with_names().filter(pharmacy_id=by.pharmacy_id)
    mine = rows.filter(prescription__order_number__startswith=f"{ORDER}-{by.pk}-")
    return mine.select_related("pharmacy", "bag__place", "basket").order_by("-pk").first()


def _ben(by: Worker) -> Worker:
    pharmacists = [
        each
        for each in Worker.objects.active().filter(pharmacy_id=by.pharmacy_id).exclude(pk=by.pk).order_by("pk")
        if each.roles & PHARMACISTS
    ]
    if not pharmacists:
        raise refuse("No other pharmacist works here: invite one at People.", rule="tour")
    return pharmacists[0]


def _must_be_practice(by: Worker) -> None:
    if not by.pharmacy.is_practice:
        raise refuse("Begin the tour in the practice pharmacy only.", rule="tour")


def _original(by: Worker, at: datetime) -> Original:
    """Write what the prescriber of the tour says: an ordinary tablet from the shelf, for somebody with a plan."""
    today, item = today_at(by.pharmacy, at), _ordinary(by)
    people = Patient.objects.filter(pharmacy_id=by.pharmacy_id, allergies_asked_on__isnull=False).order_by("pk")
    patient = people.filter(coverages__isnull=False).first() or people.first()
    prescriber = Prescriber.objects.filter(pharmacy_id=by.pharmacy_id, is_active=True).exclude(npi="").first()
    if item is None or patient is None or prescriber is None:
        raise refuse("The practice pharmacy has nothing to walk with: load the made-up day first.", rule="tour")
    product = item.package.product
    number = f"{ORDER}-{by.pk}-{at:%Y%m%d%H%M%S}"
    said = at_the_counter(
        "NewRx",
        patient={
            "family": patient.family, "given": patient.given, "birth_on": patient.birth_on.isoformat(),
            "sex": patient.sex, "address": patient.address, "postal_code": patient.postal_code, "phone": patient.phone,
        },
        prescriber={"family": prescriber.family, "given": prescriber.given, "npi": prescriber.npi},
        drug={
            "description": f"{product.nonproprietary_name} {product.strength} {product.dosage_form}".lower(),
            "ndc11": item.package.ndc11, "quantity": str(QUANTITY), "days_supply": str(QUANTITY), "refills": "1",
            "directions": "Take 1 tablet by mouth every day.", "written_on": today.isoformat(),
            "schedule": Schedule.NONE.value, "substitutions": "0",
        },
    )  # fmt: skip
    return said | {"envelope": {"message_id": number, "order_number": number, "sender": "the tour", "sent_at": ""}}


def _ordinary(by: Worker) -> StockItem | None:
    items = StockItem.objects.filter(pharmacy_id=by.pharmacy_id, package__product__dosage_form="TABLET")
    for item in items.select_related("package__product").order_by("pk"):
        schedule = Schedule(item.package.product.schedule)
        held = Balance.objects.filter(
            pharmacy_id=by.pharmacy_id, lot__package=item.package, place__kind__in=ON_SHELVES, quantity__gte=QUANTITY
        )  # fmt: skip
        if schedule.is_known and not schedule.may_be_controlled and held.exists():
            return item
    return None


def _next_scan(fill: Fill) -> Scan | None:
    if fill.state == S.QUEUED:
        return _at_the_bench(fill)
    if fill.state == S.VERIFIED:
        return Scan("the vial", scanning.label_code(fill))
    if fill.state == S.BAGGED:
        place = Place.objects.filter(pharmacy_id=fill.pharmacy_id, kind=PlaceKind.WILL_CALL.value).order_by("name")
        return Scan(f"place {place[0].name}", scanning.place_code(place[0])) if place else None
    if fill.state == S.IN_WILL_CALL and fill.bag is not None:
        return Scan("the bag", scanning.bag_code(fill.bag))
    return None


def _at_the_bench(fill: Fill) -> Scan | None:
    if fill.label_scan_at is None:
        return Scan("the label", scanning.label_code(fill))
    if fill.basket is None:
        taken = Fill.objects.open().exclude(basket=None).values("basket")
        free = Place.objects.filter(pharmacy_id=fill.pharmacy_id, kind=PlaceKind.BASKET.value).exclude(pk__in=taken)
        first = free.order_by("name").first()
        return Scan(f"basket {first.name}", scanning.place_code(first)) if first else None
    if not fill.lots.exists() and fill.package is not None:
        return _bottle(fill)
    return None


def _bottle(fill: Fill) -> Scan | None:
    rows = Balance.objects.filter(
        pharmacy_id=fill.pharmacy_id, lot__package=fill.package, place__kind__in=ON_SHELVES,
        quantity__gte=fill.quantity or Decimal(0), lot__is_recalled=False,
    ).select_related("lot__package")  # fmt: skip
    row = rows.order_by("lot__expires_on").first()
    if row is None:
        return None
    gtin = Gtin.for_us_drug(row.lot.package.ndc10)
    code = gs1.render(gs1.Gs1Scan.of(gtin=gtin, lot=LotNumber(row.lot.number), expiry=row.lot.expires_on))
    return Scan(f"the bottle, {plain(row.quantity)} on the shelf", code)
