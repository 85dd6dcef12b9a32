"""The back-count at a controlled fill: what remains is typed without a look at the book; a third miss is kept."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from pestle.flows.discrepancy import DISCREPANCY
from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import NEW
from pestle.records.counting import BackCount, Discrepancy
from pestle.records.fills import Fill, FillLot
from pestle.records.people import Worker
from pestle.records.stock import Balance
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.filling_hands import STATION, must_hold
from pestle.stations.bench.filling_rows import load
from pestle.stations.bench.filling_scans import still_to_take
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.roles import Role

TRIES = 3
AGREED, MISSED = "rest_agreed", "rest_differed"


@one_act
def back_count(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, remains: Decimal) -> Fill:
    """Take what remains in the vault as it was counted; the third miss opens a discrepancy and the fill goes on.

    What the book says is kept beside it and never shown at the bench.
    """
    fill = load(fill_id, by)
    must_hold(fill, by, at)
    _is_due(fill)
    if not remains.is_finite() or remains < 0 or remains != remains.quantize(Decimal("0.001")):
        raise refuse("A count is a number from zero on, with at most three decimals.", rule="a_count", field="remains")
    package, place = fill.package, fill.lots_taken()[0].source
    if package is None:
        raise refuse("Choose the product first.", rule="product_is_chosen", field="product")
    tried = BackCount.objects.create(
        pharmacy_id=fill.pharmacy_id, fill=fill, package=package, place=place, version=fill.version, counted=remains,
        book=what_remains(fill), worker=by, at=at,
    )  # fmt: skip
    fill.rest_misses += not tried.agrees
    is_settled = tried.agrees or fill.rest_misses >= TRIES
    if is_settled:
        fill.rest_counted_at = at
    verb, told = AGREED if tried.agrees else MISSED, {"remains": plain(remains)}
    fill.note(
        verb, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=("rest_counted_at", "rest_misses")
    )
    if is_settled and not tried.agrees:
        _open(tried, act_id=act_within(act_id, "discrepancy"), by=by, at=at)
    return fill


def what_remains(fill: Fill) -> Decimal:
    """This will tell what the book expects to be left of the product where this fill was taken from.

    What this fill took, and what others took and counted back, is out of the vault and not in the book until they
    are finished.
    """
    places = {each.source_id for each in fill.lots_taken()}
    held = Balance.objects.filter(place__in=places, lot__package=fill.package).aggregate(total=Sum("quantity"))
    out = FillLot.objects.filter(
        fill__pharmacy_id=fill.pharmacy_id, fill__state=FillState.QUEUED, fill__rest_counted_at__isnull=False,
        lot__package=fill.package, source__in=places,
    )  # fmt: skip
    others = out.exclude(fill=fill).aggregate(total=Sum("quantity"))
    own = sum((each.quantity for each in fill.lots_taken()), Decimal(0))
    return (held["total"] or Decimal(0)) - own - (others["total"] or Decimal(0))


def _is_due(fill: Fill) -> None:
    if FILL.step("count", fill.state) is None:
        raise refuse("This fill is not being filled now.", rule="only_along_the_table", field="fill")
    if not fill.is_counted_back:
        raise refuse(
            "What remains of this product is not counted back here: go on with the fill.",
            rule="rest_was_counted",
            field="remains",
        )
    if fill.rest_counted_at is not None:
        raise refuse("What remains was counted for this fill: go on.", rule="rest_was_counted", field="remains")
    if not fill.lots_taken() or still_to_take(fill):
        raise refuse("Scan every bottle first; then count what remains.", rule="rest_was_counted", field="remains")


def _open(tried: BackCount, *, act_id: UUID, by: Worker, at: datetime) -> Discrepancy:
    """Open a discrepancy with its owner, until when it is explained, and when the pharmacist in charge has it."""
    facts = DiscrepancyFacts(state=NEW, at=at, roles=by.roles, worker_id=by.pk, found_by_id=by.pk)
    found = Discrepancy(
        pharmacy_id=tried.pharmacy_id, package=tried.package, place=tried.place, fill=tried.fill,
        counted=tried.counted, book=tried.book, found_by=by, found_at=at, owner_role=Role.PHARMACIST.value,
        due_at=at + timedelta(hours=by.pharmacy.discrepancy_hours),
        escalates_at=at + timedelta(hours=by.pharmacy.escalation_hours),
    )  # fmt: skip
    taken = DISCREPANCY.take("open", facts, by.roles)
    return found.begin(taken, act_id=act_id, by=by, at=at, station=STATION)
