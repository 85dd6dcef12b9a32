"""What the bench shows of a fill: scans, label against bottle, count, lots, what goes with the vial. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.ledger.places import PlaceKind
from pestle.records.catalogue import Package
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.people import Shift, Worker
from pestle.records.pharmacies import Bench, Partner, Pharmacy
from pestle.records.stock import Balance, Place, StockItem
from pestle.rules.facts import FillFacts
from pestle.stations.bench.back_counts import TRIES
from pestle.stations.bench.filling_hands import held_by
from pestle.stations.bench.filling_scans import (
    ANSWERS,
    MATCHED,
    MISMATCHED,
    OVERRIDDEN,
    UNKNOWN,
    ndcs_in_hand,
    proposed,
    still_to_take,
)
from pestle.stations.bench.label_texts import VialLabel
from pestle.stations.bench.labels import facts_of_label, form_of, vial_label
from pestle.stations.bench.printing import printer_of, waiting_to_print
from pestle.stations.scanning import label_body
from pestle.terms.decimals import plain
from pestle.terms.ndc import Ndc
from pestle.terms.roles import PHARMACISTS


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of the scans: done, here, wrong or ahead, with what is known of it."""

    title: str
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing on the label beside the same thing on the bottle; `says` is empty while no bottle was scanned."""

    title: str
    asks: str
    says: str
    is_code: bool = False

    @property
    def agrees(self) -> bool:
        """Say whether the bottle says what the label asks."""
        return self.asks == self.says


@dataclass(frozen=True, slots=True)
class LotShown:
    """One lot of the fill, or one proposed: what is taken of it and what is left on its shelf."""

    lot_id: int
    number: str
    expires_on: date | None
    taken: Decimal
    left: Decimal
    shelf: str
    is_first: bool = False
    is_presumed: bool = False


@dataclass(frozen=True, slots=True)
class BenchShown:
    """Everything a bench page shows of one fill at one moment."""

    fill: Fill
    patient: Patient | None
    state: str
    words: str
    body: str
    said: str
    marks: tuple[Mark, ...]
    pairs: tuple[Pair, ...]
    wrong: Package | None
    is_other_maker: bool
    lots: tuple[LotShown, ...]
    offered: tuple[LotShown, ...]
    use_before_on: date | None
    missing: Decimal
    difference: Decimal | None
    needs_second_count: bool
    needs_back_count: bool
    label: VialLabel
    on_hand_after: Decimal
    reorder_at: Decimal | None
    shelf: str
    printer: Partner | None
    print_trouble: str
    held_by: str
    unknown: str
    finish: Way[FillFacts] | None

    @property
    def is_stopped(self) -> bool:
        """Say whether a wrong bottle waits for its answer."""
        return self.wrong is not None

    @property
    def tries_left(self) -> int:
        """Count how often what remains may still be typed."""
        return TRIES - self.fill.rest_misses

    @property
    def waits_for_the_rest(self) -> bool:
        """Say whether what remains is still to be counted."""
        return self.needs_back_count and self.fill.rest_counted_at is None

    @property
    def differing(self) -> int:
        """Count what differs between label and bottle."""
        return sum(not pair.agrees for pair in self.pairs)


def bench(fill: Fill, by: Worker, at: datetime, *, at_bench: Bench | None) -> BenchShown:
    """This will gather what the page of one fill shows to this worker now."""
    last = fill.events().filter(verb__in=ANSWERS).last() if fill.label_scan_at else None
    wrong = _wrong(last)
    lots = _lots(fill)
    item = StockItem.objects.filter(pharmacy_id=fill.pharmacy_id, package=fill.package).select_related("shelf").first()
    facts = fill.facts(at, by, ndcs_scanned=ndcs_in_hand(fill), **facts_of_label(fill, at))
    finish = next((way for way in FILL.steps_open_to(facts, by.roles) if way.step.verb == "count"), None)
    shelf = item.shelf.name if item else ""
    state, words, body, said = _verdict(fill, last, wrong, shelf)
    waiting = waiting_to_print(fill)
    label = vial_label(fill, at)
    return BenchShown(
        fill=fill,
        patient=fill.prescription.patient,
        state=state,
        words=words,
        body=body,
        said=said,
        marks=_marks(fill, last, wrong),
        pairs=pairs(fill.package, wrong or (fill.package if lots else None)),
        wrong=wrong,
        is_other_maker=wrong is not None and same_drug(fill.package, wrong),
        lots=lots,
        offered=() if lots else _offered(fill, at),
        use_before_on=label.use_before_on,
        missing=still_to_take(fill),
        difference=None if fill.counted is None else fill.counted - fill.quantity,
        needs_second_count=fill.prescription.schedule in fill.pharmacy.counts_twice,
        needs_back_count=fill.is_counted_back,
        label=label,
        on_hand_after=_on_hand(fill) - (fill.quantity if fill.state == FillState.QUEUED else Decimal(0)),
        reorder_at=item.reorder_at if item else None,
        shelf=shelf,
        printer=printer_of(at_bench.pk if at_bench else None, by),
        print_trouble=waiting.last_error if waiting else "",
        held_by=held_by(fill, at) if fill.in_hands_of_id not in {None, by.pk} else "",
        unknown=str(last.details.get("scanned", "")) if last is not None and last.verb == UNKNOWN else "",
        finish=finish,
    )


def pairs(asked: Package | None, scanned: Package | None) -> tuple[Pair, ...]:
    """This will set the label's product beside the bottle's, what matters most first."""
    if asked is None:
        return ()
    return tuple(
        Pair(title, said(asked), said(scanned) if scanned else "", is_code=title == "NDC")
        for title, said in (
            ("Strength", lambda package: package.product.strength),
            ("NDC", lambda package: Ndc(package.ndc11).dashed),
            ("Drug", lambda package: package.product.nonproprietary_name.lower()),
            ("Form", lambda package: form_of(package.product)),
            ("Maker", lambda package: package.product.labeler),
            ("Package", lambda package: package.description),
        )
    )


def same_drug(asked: Package | None, scanned: Package) -> bool:
    """This will tell whether two packages hold the same drug in the same strength, form and route."""
    return asked is not None and asked.product.formulation_id == scanned.product.formulation_id


def to_fill(pharmacy: Pharmacy) -> list[Fill]:
    """This will give what waits to be filled, the most urgent first."""
    rows = Fill.objects.filter(pharmacy=pharmacy).in_state(FillState.QUEUED)
    return list(rows.with_names().select_related("in_hands_of")[:200])


def short(pharmacy: Pharmacy) -> list[Fill]:
    """This will give what is out of stock or owed, the first to wake up first."""
    rows = Fill.objects.filter(pharmacy=pharmacy, state__in=[FillState.OUT_OF_STOCK, FillState.OWED])
    return list(rows.with_names().select_related("rest_of", "pharmacy").order_by("wakes_at", "pk")[:200])


def just_filled(pharmacy: Pharmacy, by: Worker) -> list[Fill]:
    """This will give the last fills this worker finished, whose vials may still be scanned."""
    rows = Fill.objects.filter(pharmacy=pharmacy, state=FillState.FILLED, filled_by=by)
    return list(rows.with_names().order_by("-filled_at")[:5])


def free_baskets(pharmacy: Pharmacy) -> list[Place]:
    """This will give the baskets that hold nobody's work."""
    taken = Fill.objects.filter(pharmacy=pharmacy, basket__isnull=False).open().values("basket")
    return list(
        Place.objects.filter(pharmacy=pharmacy, kind=PlaceKind.BASKET.value).exclude(pk__in=taken).order_by("name")
    )


def pharmacists_here(pharmacy: Pharmacy) -> list[str]:
    """This will name the pharmacists who stand at a bench now."""
    standing = Shift.objects.filter(bench__pharmacy=pharmacy, until_at=None).select_related("worker")
    return sorted({each.worker.short_name for each in standing if not each.worker.roles.isdisjoint(PHARMACISTS)})


def _wrong(last: Event | None) -> Package | None:
    if last is None or last.verb != MISMATCHED:
        return None
    return Package.objects.select_related("product").get(pk=last.details["package"])


def _verdict(fill: Fill, last: Event | None, wrong: Package | None, shelf: str) -> tuple[str, str, str, str]:
    """Give the state, the large words, the sentence under them and the few words of the scan bar."""
    name, place = _named(fill.package), f" from {shelf}" if shelf else ""
    if fill.state != FillState.QUEUED:
        return "match", f"Filled. {name}.", "Put the label on and scan the vial.", "Filled"
    if fill.label_scan_at is None:
        return "ready", "Scan the fill label.", f"Then a bottle of {name}{place}.", "Ready"
    if last is None:
        return "ready", "Scan the bottle.", f"The label asks for {name}{place}.", "Label"
    if wrong is not None:
        words, said = _stop_words(fill.package, wrong)
        return "stop", words, f"Put it down and scan a bottle of {name}{place}.", said
    return _answer_to(fill, last, name)


def _answer_to(fill: Fill, last: Event, name: str) -> tuple[str, str, str, str]:
    if last.verb == UNKNOWN:
        asked = "Scan another bottle, or say below what this one is: a second person agrees."
        return "stop", "Stop. Nobody knows this code.", asked, "Unknown code"
    if last.verb not in {MATCHED, OVERRIDDEN}:
        return "stop", "Stop. This lot may not be given.", str(last.details.get("said", "")), "Lot refused"
    return "match", f"Match. {name}.", _what_next(fill, last), "Match"


def _what_next(fill: Fill, last: Event) -> str:
    if last.verb == OVERRIDDEN:
        whence = f"{last.worker.short_name} vouches for it: {last.details.get('reason', '')}."
    elif last.details.get("is_presumed"):
        whence = "The code tells no lot: the first to expire is presumed. Compare it with the bottle."
    else:
        whence = "The bottle's NDC is the label's NDC. Lot and expiry came from the barcode."
    if left := still_to_take(fill):
        return f"{whence} {plain(left)} still to take: scan the next bottle."
    return f"{whence} Now count {plain(fill.quantity)}." if fill.counted is None else whence


def _stop_words(asked: Package | None, wrong: Package) -> tuple[str, str]:
    if asked is None:
        return "Stop. This is not what the label asks for.", "Wrong bottle"
    same_names = asked.product.nonproprietary_name.lower() == wrong.product.nonproprietary_name.lower()
    if not same_names:
        return f"Stop. This bottle is {_named(wrong)}. The label asks for {_named(asked)}.", "Wrong drug"
    if asked.product.strength != wrong.product.strength:
        return (
            f"Stop. This bottle is {wrong.product.strength}. The label asks for {asked.product.strength}.",
            "Wrong strength",
        )
    if same_drug(asked, wrong):
        return f"Stop. Right drug, but from {wrong.product.labeler}: another NDC.", "Other maker"
    return f"Stop. This bottle is {form_of(wrong.product)}. The label asks for {form_of(asked.product)}.", "Wrong form"


def _marks(fill: Fill, last: Event | None, wrong: Package | None) -> tuple[Mark, ...]:
    is_filled = fill.state != FillState.QUEUED
    label = "done" if fill.label_scan_at else "here"
    bottle_done = is_filled or (fill.lots.exists() and not still_to_take(fill) and wrong is None)
    is_counted = is_filled or (fill.counted == fill.quantity)
    bottle = "wrong" if wrong else "done" if bottle_done else "here" if label == "done" else "ahead"
    count = "done" if is_counted and bottle_done else "here" if bottle == "done" else "ahead"
    vial = "done" if fill.events().filter(verb="vial_scanned").exists() else "here" if is_filled else "ahead"
    return (
        Mark("Label", label, label_body(fill) if fill.label_scan_at else "scan it first"),
        Mark("Bottle", bottle, _bottle_words(fill, wrong)),
        Mark("Count", count, _count_words(fill, bottle)),
        Mark("Vial", vial, "scan it" if is_filled else "prints, then scan it"),
    )


def _bottle_words(fill: Fill, wrong: Package | None) -> str:
    if wrong is not None:
        return _stop_words(fill.package, wrong)[1].lower()
    taken = fill.lots.count()
    return f"{taken} lot{'' if taken == 1 else 's'}, {plain(fill.quantity - still_to_take(fill))} taken" if taken else (
        "scan every bottle"
    )  # fmt: skip


def _count_words(fill: Fill, bottle: str) -> str:
    if fill.counted is not None:
        return f"{plain(fill.counted)} counted"
    return "type what you counted" if bottle == "done" else "waits for the bottle"


def _lots(fill: Fill) -> tuple[LotShown, ...]:
    rows = list(fill.lots.select_related("lot", "source").order_by("lot__expires_on", "pk"))
    held = {
        (row.lot_id, row.place_id): row.quantity
        for row in Balance.objects.filter(lot__in=[each.lot_id for each in rows])
    }
    is_still_on_shelf = fill.state == FillState.QUEUED
    return tuple(
        LotShown(
            each.lot_id, each.lot.number, each.lot.expires_on, each.quantity,
            held.get((each.lot_id, each.source_id), Decimal(0)) - (each.quantity if is_still_on_shelf else 0),
            each.source.name, is_first=place == 0, is_presumed=each.is_presumed,
        )
        for place, each in enumerate(rows)
    )  # fmt: skip


def _offered(fill: Fill, at: datetime) -> tuple[LotShown, ...]:
    takings = {(each.lot, each.place): each.quantity.amount for each in proposed(fill, at).takings}
    rows = Balance.objects.filter(lot__in=[lot for lot, _ in takings]).select_related("lot", "place")
    found = {(row.lot_id, row.place_id): row for row in rows}
    return tuple(
        LotShown(
            lot, found[lot, place].lot.number, found[lot, place].lot.expires_on, amount,
            found[lot, place].quantity - amount, found[lot, place].place.name, is_first=at_ == 0,
        )
        for at_, ((lot, place), amount) in enumerate(takings.items())
    )  # fmt: skip


def _on_hand(fill: Fill) -> Decimal:
    if fill.package is None:
        return Decimal(0)
    rows = Balance.objects.on_shelves(fill.package, fill.pharmacy).order_by()
    total: Decimal | None = rows.aggregate(total=Sum("quantity"))["total"]
    return total or Decimal(0)


def _named(package: Package | None) -> str:
    if package is None:
        return "nothing yet"
    product = package.product
    name = product.proprietary_name if product.is_brand else product.nonproprietary_name
    return f"{name[:1].upper()}{name[1:].lower()} {product.strength} {form_of(product)}"
