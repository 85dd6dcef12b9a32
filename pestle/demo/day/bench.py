"""Filling on the made-up day: label, bottles with their real codes, wrong bottles, counts and second counts."""

from decimal import Decimal

from django.utils import timezone

from pestle.demo.day.desk import Desk
from pestle.demo.day.tally import NOTHING, Poured
from pestle.demo.day.work import NotNow, load, next_fill
from pestle.flows.fill import FillState
from pestle.ledger.places import PlaceKind
from pestle.records.drug_warnings import requires_medication_guide
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import Lot, Place, StockItem
from pestle.rules.facts import PartialBasis
from pestle.stations import scanning
from pestle.stations.bench import filling, printing
from pestle.stations.bench.filling_scans import proposed
from pestle.terms.drugs.drug_facts import GuideAnswer
from pestle.terms.findings import Refused
from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.terms.schedule import Schedule
from pestle.wire import gs1

MOST_BOTTLES = 40


def at_bench(desk: Desk, by: Worker) -> bool:
    """This will fill the next prescription; gives whether there was one."""
    return next_fill(desk, by, (FillState.QUEUED,), _fill)


def bottle_code(lot: Lot, *, only_digits: bool = False) -> str:
    """This will give what a scanner sends for a bottle: its GS1 code, or on an old one the digits of its UPC."""
    gtin = Gtin.for_us_drug(lot.package.ndc10)
    if only_digits:
        return gtin.digits[2:]
    return gs1.render(gs1.Gs1Scan.of(gtin=gtin, lot=LotNumber(lot.number), expiry=lot.expires_on))


def _fill(desk: Desk, by: Worker, fill: Fill) -> None:
    desk.act(filling.take_in_hand, by=by, fill_id=fill.pk)
    if not _is_there(desk, by, load(fill.pk)):
        return
    fill = load(fill.pk)
    _give_basket(desk, by, fill)
    if fill.label_printed_at is None:
        desk.act(printing.print_label, by=by, fill_id=fill.pk)
    else:
        desk.act(printing.print_label, by=by, fill_id=fill.pk, reason="sent back")
    desk.act(filling.scan_label, by=by, fill_id=fill.pk, text=scanning.label_code(fill))
    poured = _pour(desk, by, load(fill.pk))
    if sum((amount for *_, amount in poured), NOTHING) < fill.quantity:
        # Somebody else took the last of it at the same moment.
        desk.act(filling.run_out, by=by, fill_id=fill.pk, remark="gone meanwhile")
        desk.meet("out of stock")
        return
    _count(desk, by, fill, sum((amount for *_, amount in poured), NOTHING))
    if fill.is_counted_back:
        _count_back(desk, by, fill, poured)
    _attach_guide(desk, by, load(fill.pk))
    desk.act(filling.finish, by=by, fill_id=fill.pk)
    desk.tally.poured(fill.pk, poured)
    desk.act(filling.scan_vial, by=by, fill_id=fill.pk, text=scanning.label_code(fill))


def _is_there(desk: Desk, by: Worker, fill: Fill) -> bool:
    """Look whether enough is on the shelf; else say what is missing and leave it waiting for the truck."""
    missing = proposed(fill, timezone.now()).missing.amount
    if missing <= 0:
        return True
    there = fill.quantity - missing
    is_two = fill.prescription.schedule == Schedule.II.value
    if there > 0 and there == there.to_integral_value() and not is_two and fill.rest_of_id is None:
        basis = PartialBasis.NOT_CONTROLLED
        desk.act(filling.fill_part, by=by, fill_id=fill.pk, quantity=there, basis=basis, remark="the truck tomorrow")
        desk.meet("partial fills")
        return True
    desk.act(filling.run_out, by=by, fill_id=fill.pk, remark="none on the shelf")
    desk.meet("out of stock")
    return False


def _give_basket(desk: Desk, by: Worker, fill: Fill) -> None:
    if fill.basket_id is not None:
        return
    for _ in range(3):
        taken = Fill.objects.filter(pharmacy=desk.pharmacy).open().exclude(basket=None)
        others = taken.exclude(prescription__patient=fill.prescription.patient).values("basket")
        baskets = Place.objects.filter(pharmacy=desk.pharmacy, kind=PlaceKind.BASKET.value).exclude(pk__in=others)
        for basket in baskets.order_by("?")[:1]:
            try:
                desk.act(filling.assign_basket, by=by, fill_id=fill.pk, place_id=basket.pk)
            except Refused:
                continue  # Somebody else put another patient's work in it at the same moment.
            return
    desk.act(filling.put_down, by=by, fill_id=fill.pk)
    raise NotNow


def _pour(desk: Desk, by: Worker, fill: Fill) -> Poured:
    """Fetch bottles as the label proposes and scan each; what is poured is what the hands need and the bottle holds."""
    about = (fill.prescription.rx_number, fill.number, fill.part)
    poured: Poured = []
    left = fill.quantity
    if desk.dice.happens(3, "wrong bottle", *about):
        _wrong_bottle(desk, by, fill)
    for taking in proposed(fill, timezone.now()).takings:
        lot = Lot.objects.select_related("package").get(pk=taking.lot)
        size = lot.package.units or left
        on_shelf = desk.tally.holds(lot.package_id, lot.pk)
        while left > 0 and on_shelf > 0 and len(poured) < MOST_BOTTLES:
            only_digits = desk.dice.happens(10, "old bottle", *about) and len(lot.package.ndc10) == 10
            _scan(desk, by, fill, lot, only_digits=only_digits)
            amount = min(left, on_shelf, size)
            poured.append((lot.package_id, lot.pk, amount))
            left, on_shelf = left - amount, on_shelf - amount
    return poured


def _scan(desk: Desk, by: Worker, fill: Fill, lot: Lot, *, only_digits: bool) -> None:
    text = bottle_code(lot, only_digits=only_digits)
    try:
        desk.act(filling.scan_bottle, by=by, fill_id=fill.pk, text=text)
    except filling.WhichBottle:
        # The ten digits fit two drugs: the technician reads the bottle and chooses.
        desk.act(filling.scan_bottle, by=by, fill_id=fill.pk, text=text, package_id=lot.package_id)
        desk.meet("bottles chosen by hand")


def _wrong_bottle(desk: Desk, by: Worker, fill: Fill) -> None:
    mine = fill.package.product_id if fill.package else 0
    items = StockItem.objects.filter(pharmacy=desk.pharmacy).exclude(package__product=mine)
    other = items.order_by("pk")[desk.dice.number("which bottle", fill.prescription.rx_number) % 50]
    lot = Lot.objects.select_related("package").filter(pharmacy=desk.pharmacy, package=other.package).order_by("pk")[0]
    try:
        desk.act(filling.scan_bottle, by=by, fill_id=fill.pk, text=bottle_code(lot))
    except (filling.WrongBottle, filling.WhichBottle):
        desk.meet("wrong bottles stopped")
    else:
        desk.faults.append(f"fill {fill.pk}: a wrong bottle was taken without a word")


def _attach_guide(desk: Desk, by: Worker, fill: Fill) -> None:
    if fill.package and requires_medication_guide(fill.package.product).answer is not GuideAnswer.NOT_LISTED:
        desk.act(filling.set_leaflet, by=by, fill_id=fill.pk, answer="attached")
        desk.meet("medication guides attached")


def _count(desk: Desk, by: Worker, fill: Fill, counted: Decimal) -> None:
    about = (fill.prescription.rx_number, fill.number, fill.part)
    if desk.dice.happens(1.5, "miscount", *about):
        desk.act(filling.count, by=by, fill_id=fill.pk, counted=counted + 1)
        try:
            desk.act(filling.finish, by=by, fill_id=fill.pk)
        except Refused:
            desk.meet("miscounts stopped")
        else:
            desk.faults.append(f"fill {fill.pk}: a wrong count was taken without a word")
    desk.act(filling.count, by=by, fill_id=fill.pk, counted=counted)
    if fill.prescription.schedule in fill.pharmacy.counts_twice:
        second = desk.workers["Joy" if by.given != "Joy" else "Gil"]
        desk.act(filling.second_count, by=second, fill_id=fill.pk, counted=counted)
        desk.meet("second counts")


def _count_back(desk: Desk, by: Worker, fill: Fill, poured: Poured) -> None:
    """Count what is left in the vault by hand; a miss is counted again, a third one is a discrepancy."""
    taken = sum((amount for *_, amount in poured), NOTHING)
    if desk.dice.happens(4, "back-count typed wrong", fill.prescription.rx_number, fill.number, fill.part):
        remains = desk.tally.left_of(fill.package_id or 0) - taken
        desk.act(filling.back_count, by=by, fill_id=fill.pk, remains=remains + 1)
        desk.meet("back-counts that missed once")
    for _ in range(3):
        remains = desk.tally.left_of(fill.package_id or 0) - taken
        desk.act(filling.back_count, by=by, fill_id=fill.pk, remains=max(remains, NOTHING))
        if load(fill.pk).rest_counted_at is not None:
            desk.meet("back-counts")
            return
