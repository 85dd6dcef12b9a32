"""Filling: a fill in the hand, its label, its bottles, its count, and what happens when there is not enough.

Each act is one function; they are gathered here so that pages and the made-up day find them in one place.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.ledger.entries import Entry, together
from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import Place
from pestle.rules import product
from pestle.stations import book, scanning
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.back_counts import back_count
from pestle.stations.bench.filling_bench import same_drug
from pestle.stations.bench.filling_extras import set_cap, set_leaflet
from pestle.stations.bench.filling_hands import (
    STATION,
    assign_basket,
    hold_its_lots,
    must_hold,
    out_of_hands,
    put_down,
    take_in_hand,
    take_next,
)
from pestle.stations.bench.filling_rows import load
from pestle.stations.bench.filling_scans import (
    UnknownBottle,
    WhichBottle,
    WrongBottle,
    is_kept,
    ndcs_in_hand,
    override_scan,
    scan_bottle,
    scan_label,
    scan_vial,
    set_lot_quantities,
    still_to_take,
)
from pestle.stations.bench.filling_waits import (
    close_short,
    fill_part,
    fill_the_rest,
    forget_scans,
    lapse,
    lapse_due,
    restock,
    run_out,
    stock_came,
)
from pestle.stations.bench.labels import facts_of, use_before, vial_label
from pestle.stations.bench.printing import send_label
from pestle.stations.payers.claim_changes import change_and_rebill
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH

__all__ = [
    "OnOneFill",
    "UnknownBottle",
    "WhichBottle",
    "WrongBottle",
    "assign_basket",
    "back_count",
    "close_short",
    "count",
    "fill_part",
    "fill_the_rest",
    "finish",
    "is_kept",
    "lapse",
    "lapse_due",
    "load",
    "override_scan",
    "put_down",
    "restock",
    "run_out",
    "scan",
    "scan_bottle",
    "scan_label",
    "scan_vial",
    "second_count",
    "set_cap",
    "set_leaflet",
    "set_lot_quantities",
    "still_to_take",
    "stock_came",
    "take_in_hand",
    "take_next",
    "use_other_maker",
]

# NCPDP 408-D8: 1, substitution not allowed by the prescriber.
_WRITTEN = "1"
FINISHED = ("filled_by", "filled_at", "use_before_on", "marked_fields", "sent_back_because")


class OnOneFill(TypedDict):
    """What every act on one fill is given."""

    act_id: UUID
    by: Worker
    at: datetime
    fill_id: int


@one_act
def count(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, counted: Decimal) -> Fill:
    """Write down what was counted; a new count makes a second count of before worthless."""
    fill = load(fill_id, by)
    _is_queued(fill)
    must_hold(fill, by, at)
    _is_a_count(counted)
    fill.counted, fill.second_count, fill.second_counter = counted, None, None
    changed = ("counted", "second_count", "second_counter")
    told = {"counted": plain(counted)}
    fill.note("counted", act_id=act_id, by=by, at=at, station=STATION, details=told, saves=changed)
    return fill


@one_act
def second_count(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, counted: Decimal) -> Fill:
    """Write down what another person counted."""
    fill = load(fill_id, by)
    _is_queued(fill)
    _is_a_count(counted)
    first = fill.events().filter(verb="counted").last()
    if first is None or fill.counted is None:
        raise refuse("The first count comes first.", rule="controlled_is_counted_twice", field="count")
    if first.worker_id == by.pk or by.roles.isdisjoint(BENCH):
        raise refuse(
            "Another person counts the second time.", rule=product.controlled_is_counted_twice.name,
            cites=product.controlled_is_counted_twice.cites, field="second_count",
        )  # fmt: skip
    fill.second_count, fill.second_counter = counted, by
    told = {"counted": plain(counted)}
    changed = ("second_count", "second_counter")
    fill.note("counted_again", act_id=act_id, by=by, at=at, station=STATION, details=told, saves=changed)
    return fill


@one_act
def finish(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    counted: Decimal | None = None,
    bench_id: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:
    """End filling: every lot moves from its shelf to the basket, the vial gets its use-before date and its label.

    `counted` is what stands in the field of the count, where it was not taken before. `because` gives a pharmacist's
    reason by the name of a rule that stands in the way. The label prints at the bench, where it has a printer.
    """
    fill = load(fill_id, by)
    must_hold(fill, by, at)
    hold_its_lots(fill)
    changed = [*FINISHED]
    if counted is not None and counted != fill.counted:
        _is_a_count(counted)
        fill.counted, fill.second_count, fill.second_counter = counted, None, None
        changed += ["counted", "second_count", "second_counter"]
    if any(not each.quantity for each in fill.lots_taken()):
        fill.lots.filter(quantity=0).delete()
    fill.read_ahead()
    label = vial_label(fill, at)
    facts = fill.facts(at, by, ndcs_scanned=ndcs_in_hand(fill), **facts_of(label))
    taken = FILL.take("count", facts, by.roles, because=because)
    basket = fill.basket
    if basket is None:
        raise refuse("Scan a basket first.", rule="a_fill_in_hand_has_a_basket", field="basket")
    book.post(_to_basket(fill, basket), act_id=act_id, by=by, at=at, fill=fill)
    fill.filled_by, fill.filled_at, fill.use_before_on = by, at, use_before(fill, at)
    fill.marked_fields, fill.sent_back_because = [], ""
    changed += out_of_hands(fill)
    told = {
        "lots": {each.lot.number: plain(each.quantity) for each in fill.lots_taken()},
        "use_before": str(fill.use_before_on),
    }
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=changed)
    # A fill that was sent back has a label that no longer says the truth: the new one is no reprint.
    fill.label_printed_at = None
    return send_label(fill, act_id=act_within(act_id, "label"), by=by, at=at, bench_id=bench_id, label=label)


@one_act
def use_other_maker(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, package_id: int) -> Fill:
    """Fill with another package of the same drug: the claim is undone and billed again with its NDC."""
    fill = load(fill_id, by)
    must_hold(fill, by, at)
    package = Package.objects.select_related("product").get(pk=package_id)
    if not same_drug(fill.package, package):
        raise refuse("This is another drug, not another maker.", rule="same_drug_in_another_box", field="scan")
    if fill.prescription.daw == _WRITTEN and package.product.is_brand != bool(
        fill.package and fill.package.product.is_brand
    ):
        raise refuse(
            "The prescriber wrote “dispense as written”: call for another prescription.", rule="dispense_as_written",
            cites="board of pharmacy: substitution", field="scan",
        )  # fmt: skip
    forget_scans(fill)
    return change_and_rebill(
        act_id=act_within(act_id, "rebill"), by=by, at=at, fill_id=fill.pk, package_id=package.pk
    )  # fmt: skip


def scan(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str, package_id: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:  # fmt: skip
    """Take whatever was scanned at the bench: the fill's label, a basket, the finished vial, or a bottle."""
    fill = load(fill_id, by)
    found = scanning.resolve(text, fill.pharmacy)
    common: OnOneFill = {"act_id": act_id, "by": by, "at": at, "fill_id": fill_id}
    if found.place is not None:
        return assign_basket(**common, place_id=found.place.pk)
    if found.fill is not None or found.prescription is not None:
        take = scan_vial if fill.state == FillState.FILLED else scan_label
        return take(**common, text=text)
    return scan_bottle(**common, text=text, package_id=package_id, because=because)


def _to_basket(fill: Fill, basket: Place) -> Entry:
    taken = fill.lots_taken()
    return together("filled", (book.move_lot(each, "filled", source=each.source, target=basket) for each in taken))


def _is_queued(fill: Fill) -> None:
    if FILL.step("count", fill.state) is None:
        raise refuse("This fill is not being filled now.", rule="only_along_the_table", field="fill")


def _is_a_count(counted: Decimal) -> None:
    if not counted.is_finite() or counted < 0 or counted != counted.quantize(Decimal("0.001")):
        raise refuse("A count is a number from zero on, with at most three decimals.", rule="a_count", field="count")
