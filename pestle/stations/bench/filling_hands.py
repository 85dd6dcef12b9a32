"""Who has a fill in hand at the bench: take the next, take a certain one, take over, put down; and its basket."""

from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FillState
from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.statements.prepared import the_row
from pestle.records.stock import Place
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.filling_rows import load
from pestle.stations.bench.printing import send_ticket
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH

STATION = "filling"
# More than a bench works through in a minute: enough to find one that nobody takes at the same moment.
_TRIES = 25
_LOTS_HELD = """
SELECT count(*) FROM (
    SELECT lot.id FROM records_lot lot JOIN records_filllot taken ON taken.lot_id = lot.id WHERE taken.fill_id = %s
    ORDER BY lot.id FOR SHARE OF lot
) held
"""


@one_act
def take_next(*, act_id: UUID, by: Worker, at: datetime, bench_id: int | None = None) -> Fill | None:
    """Take the most urgent fill that nobody has in hand; gives nothing where none waits.

    Its work ticket, with the bar code to begin with, prints at the bench, where that has a printer.
    """
    _is_for_the_bench(by)
    free = Fill.objects.filter(pharmacy_id=by.pharmacy_id, in_hands_of=None).in_state(FillState.QUEUED)
    for fill in free.select_related("pharmacy", "prescription__patient")[:_TRIES]:
        try:
            taken = into_hands(fill, act_id=act_id, by=by, at=at)
        except Refused:
            continue  # Somebody else took it at the same moment.
        return _with_ticket(taken, act_id=act_id, by=by, at=at, bench_id=bench_id)
    return None


def hold_its_lots(fill: Fill) -> None:
    """This will hold the lots of a fill until the act ends: a recall waits for the fill, or the fill for the recall."""
    the_row(_LOTS_HELD, [fill.pk])


@one_act
def take_in_hand(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str = "", bench_id: int | None = None
) -> Fill:
    """Take a certain fill; one that somebody else has is taken over only with a reason."""
    _is_for_the_bench(by)
    fill = load(fill_id, by)
    _is_queued(fill)
    holder = fill.in_hands_of
    if holder is not None and holder.pk != by.pk and not reason.strip():
        raise refuse(
            f"{held_by(fill, at)} Ask, or give a reason to take it over.", rule="one_pair_of_hands", field="reason"
        )
    if holder is not None and holder.pk == by.pk:
        return fill
    into_hands(fill, act_id=act_id, by=by, at=at, reason=reason)
    return _with_ticket(fill, act_id=act_id, by=by, at=at, bench_id=bench_id)


@one_act
def put_down(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Leave a fill for anybody to take; its scans and counts stay."""
    _is_for_the_bench(by)
    fill = load(fill_id, by)
    if fill.in_hands_of is None:
        return fill
    must_hold(fill, by, at)
    fill.note("put_down", act_id=act_id, by=by, at=at, station=STATION, saves=out_of_hands(fill))
    return fill


@one_act
def assign_basket(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, place_id: int) -> Fill:
    """Put a fill in a basket, which holds one patient's work only."""
    fill = load(fill_id, by)
    _is_queued(fill)
    must_hold(fill, by, at)
    basket = Place.objects.filter(pk=place_id, pharmacy_id=by.pharmacy_id).first()
    if basket is None or basket.kind != PlaceKind.BASKET:
        raise refuse("This is no basket of this pharmacy: scan a basket.", rule="a_basket_is_a_basket", field="basket")
    # Two benches that scan one basket at the same moment come here one after the other.
    Place.objects.select_for_update(no_key=True).get(pk=basket.pk)
    others = Fill.objects.filter(basket=basket).open().exclude(prescription__patient=fill.prescription.patient)
    if (other := others.select_related("prescription").first()) is not None:
        raise refuse(
            f"Basket {basket.name} holds another patient's work, Rx {other.prescription.rx_number}: take another one.",
            rule="one_patient_in_a_basket",
            cites="house rule: one patient's basket",
            field="basket",
        )
    fill.basket = basket
    told = {"basket": basket.name}
    fill.note("basket_given", act_id=act_id, by=by, at=at, station=STATION, details=told, saves=("basket",))
    return fill


def must_hold(fill: Fill, by: Worker, at: datetime) -> None:
    """This will refuse whoever works on a fill that is in somebody else's hands, and take one that is free."""
    _is_for_the_bench(by)
    if fill.in_hands_of is None:
        fill.in_hands_of, fill.in_hands_since = by, at
        fill.save(update_fields=["in_hands_of", "in_hands_since"])
    elif fill.in_hands_of_id != by.pk:
        raise refuse(f"{held_by(fill, at)} Take it over first.", rule="one_pair_of_hands", field="reason")


def into_hands(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, reason: str = "") -> Fill:
    """This will write who has a fill now; raises Refused if somebody moved or took it first. To be called in an act."""
    before = fill.in_hands_of.short_name if fill.in_hands_of else ""
    verb = "taken_over" if before else "taken_in_hand"
    told = {"from": before, "reason": reason.strip()}
    fill.in_hands_of, fill.in_hands_since = by, at
    fill.note(
        verb, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=("in_hands_of", "in_hands_since")
    )  # fmt: skip
    return fill


def out_of_hands(fill: Fill) -> tuple[str, ...]:
    """This will take a fill out of anybody's hands; gives the columns to save with the step or note that follows."""
    fill.in_hands_of = fill.in_hands_since = None
    return ("in_hands_of", "in_hands_since")


def held_by(fill: Fill, at: datetime) -> str:
    """This will say who has a fill and for how long nothing happened to it."""
    if fill.in_hands_of is None or fill.in_hands_since is None:
        return "Nobody has this in hand."
    minutes = int((at - last_touched(fill)).total_seconds() // 60)
    idle = f"nothing happened for {minutes} min" if minutes > 0 else "worked on it just now"
    return f"{fill.in_hands_of.short_name} has this in hand, {idle}."


def last_touched(fill: Fill) -> datetime:
    """This will give when whoever has a fill in hand last did something with it."""
    last = fill.events().filter(worker=fill.in_hands_of).last()
    return max(filter(None, (last.at if last else None, fill.in_hands_since)), default=fill.state_since)


def _with_ticket(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, bench_id: int | None) -> Fill:
    if fill.label_scan_at is None:
        send_ticket(fill, act_id=act_within(act_id, "ticket"), by=by, at=at, bench_id=bench_id)
    return fill


def _is_queued(fill: Fill) -> None:
    if fill.state != FillState.QUEUED:
        words = FillState(fill.state).value.replace("_", " ")
        raise refuse(f"This fill is {words}, not waiting to be filled.", rule="only_along_the_table", field="fill")


def _is_for_the_bench(by: Worker) -> None:
    if by.roles.isdisjoint(BENCH):
        raise refuse(
            "Filling is for a technician, an intern or a pharmacist.", rule="who_may", cites="table of steps: fill"
        )
