"""Scans at the bench: the fill's own label, then every bottle; each lot that goes into the vial."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pestle.flows.fill import FillState
from pestle.ledger.first_expiring import OnHand, Proposal, propose
from pestle.records.catalogue import Package
from pestle.records.events import Event
from pestle.records.fills import Fill, FillLot
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.statements.prepared import Prepared
from pestle.records.stock import Balance, Lot
from pestle.rules import product
from pestle.rules.facts import LotFacts
from pestle.rules.rule import findings
from pestle.stations import scanning
from pestle.stations.acts import act_within, demand_bench, one_act
from pestle.stations.bench.filling_hands import STATION, must_hold
from pestle.stations.bench.filling_rows import load
from pestle.stations.scanning import Scanned, What
from pestle.terms.decimals import plain
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import Role
from pestle.wire.scan import ScanKind

MATCHED, MISMATCHED = "bottle_scanned", "bottle_mismatch"
OVERRIDDEN, UNKNOWN, STOPPED = "scan_overridden", "bottle_unknown", "bottle_refused"
ANSWERS = (MATCHED, MISMATCHED, OVERRIDDEN, UNKNOWN, STOPPED)
_LOT_RULES = (product.lot_is_in_date, product.lot_is_not_recalled, product.lot_outlasts_the_supply)


class WrongBottle(Refused):
    """The bottle is not what the label asks for; `package` is what was scanned."""

    def __init__(self, findings: tuple[Finding, ...], package: Package) -> None:
        super().__init__(findings)
        self.package = package


class UnknownBottle(Refused):
    """Nobody knows what product this code stands for; `text` is what was scanned."""

    def __init__(self, findings: tuple[Finding, ...], text: str) -> None:
        super().__init__(findings)
        self.text = text


class WhichBottle(Refused):
    """The code stands for several products, or for one on probation: a person reads the bottle and says which."""

    def __init__(self, findings: tuple[Finding, ...], packages: tuple[Package, ...]) -> None:
        super().__init__(findings)
        self.packages = packages


@one_act
def scan_label(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str) -> Fill:
    """Record that the fill's own label is in the hand; only its printed code counts, never a typed number."""
    fill = load(fill_id, by)
    _is_being_filled(fill)
    must_hold(fill, by, at)
    found = scanning.resolve(text, fill.pharmacy)
    if found.fill is None or found.fill.pk != fill.pk:
        raise refuse(_other_label(found, fill), rule="label_is_this_fills", field="scan")
    _forget_other_products(fill)
    fill.label_scan_at = at
    fill.note("label_scanned", act_id=act_id, by=by, at=at, station=STATION, saves=("label_scan_at",))
    return fill


def scan_bottle(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str, package_id: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:  # fmt: skip
    """Compare a bottle with the label and take from its lot what is still missing, at most what one bottle holds.

    Without a lot in the code the first lot to expire is taken as presumed. What does not fit is refused and stays in
    the fill's history all the same: raises WrongBottle, UnknownBottle or WhichBottle, or Refused for a lot that may not
    be given. `package_id` is the product a person chose where the code stands for several.
    """
    try:
        return _take_bottle(
            act_id=act_id, by=by, at=at, fill_id=fill_id, text=text, package_id=package_id, because=because
        )
    except WhichBottle:
        raise
    except Refused as refusal:
        attempt = _attempt_of(refusal)
        if attempt:
            note_attempt(
                act_id=act_within(act_id, "attempt"), by=by, at=at, fill_id=fill_id, text=text, attempt=attempt,
                refusal=refusal,
            )  # fmt: skip
        raise


@one_act
def note_attempt(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str, attempt: str, refusal: Refused
) -> Fill:
    """Keep a refused scan in the fill's history; an unknown code also asks a pharmacist what it is."""
    fill = load(fill_id, by)
    told: dict[str, object] = {"scanned": text, "said": str(refusal), "rules": [each.rule for each in refusal.findings]}
    if isinstance(refusal, WrongBottle):
        told |= {"ndc": refusal.package.ndc11, "package": refusal.package.pk, "asked": _ndc_of(fill)}
    fill.note(attempt, act_id=act_id, by=by, at=at, station=STATION, details=told)
    if isinstance(refusal, UnknownBottle):
        _ask_what_it_is(fill, text, by=by, at=at)
    return fill


@one_act
def override_scan(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, lot_id: int, reason: str, text: str = ""
) -> Fill:
    """Let a pharmacist vouch for a bottle that cannot be scanned: it is the label's product, of this lot."""
    fill = load(fill_id, by)
    _is_being_filled(fill)
    rule = product.every_bottle_was_scanned_and_agrees
    if not rule.lifted_by & by.roles:
        raise Refused((_finding("A pharmacist vouches for a bottle that does not scan.", lifted_by=rule.lifted_by),))
    if not reason.strip():
        raise refuse("Give the reason.", rule="reason_is_given", field="reason")
    lot = Lot.objects.filter(pk=lot_id, pharmacy_id=by.pharmacy_id, package__ndc11=_ndc_of(fill)).first()
    if lot is None:
        raise refuse("Choose a lot of what the label asks for.", rule="lot_is_of_the_product", field="lots")
    _lot_may_be_given(fill, lot, by=by, at=at, because={})
    told = {"reason": reason.strip(), "lot": lot.number, "scanned": text}
    return _take_lot(
        fill, lot, scanned=text, verb=OVERRIDDEN, details=told, is_presumed=False, act_id=act_id, by=by, at=at
    )


@one_act
def set_lot_quantities(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, quantities: Mapping[int, Decimal]
) -> Fill:
    """Say how much came from each lot that was scanned, by the lot's id; nothing takes the lot out again."""
    fill = load(fill_id, by)
    _is_being_filled(fill)
    must_hold(fill, by, at)
    taken = {each.lot_id: each for each in fill.lots.select_related("lot", "source")}
    for lot_id, quantity in quantities.items():
        row = taken.get(lot_id)
        if row is None:
            raise refuse("Scan a bottle of this lot first.", rule="lot_was_scanned", field="lots")
        _is_there(row, quantity)
        row.quantity = quantity
        row.save(update_fields=["quantity"])
    fill.lots.filter(quantity=0).delete()
    told = {taken[lot].lot.number: plain(quantity) for lot, quantity in quantities.items()}
    fill.note("lots_set", act_id=act_id, by=by, at=at, station=STATION, details={"lots": told})
    return fill


@one_act
def scan_vial(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str) -> Fill:
    """Record that the printed vial label on the counted vial is this fill's own."""
    demand_bench(by, "Checking a label against a vial")
    fill = load(fill_id, by)
    found = scanning.resolve(text, fill.pharmacy)
    if fill.state != FillState.FILLED:
        raise refuse("Finish filling first; the vial is scanned after its label is on.", rule="only_along_the_table")
    if found.fill is None or found.fill.pk != fill.pk:
        raise refuse(_other_label(found, fill), rule="label_is_this_fills", field="scan")
    fill.note("vial_scanned", act_id=act_id, by=by, at=at, station=STATION)
    return fill


def still_to_take(fill: Fill) -> Decimal:
    """This will give how much no lot was scanned for yet; never below zero."""
    return max(fill.quantity - sum(each.quantity for each in fill.lots_taken()), Decimal(0))


def ndcs_in_hand(fill: Fill) -> tuple[str, ...]:
    """This will give the NDC of every lot taken, and of a wrong bottle that nobody has answered yet."""
    taken = (each.lot.package.ndc11 for each in fill.lots_taken() if each.quantity > 0)
    wrong = unanswered_mismatch(fill)
    return (*taken, *([wrong] if wrong else []))


_LAST_ANSWER = Prepared(
    lambda fill: Event.objects.filter(
        subject_kind=Fill.MACHINE.name, subject_id=fill, verb__in=(MATCHED, MISMATCHED, OVERRIDDEN, "count")
    ).order_by("-number")[:1]
)


def unanswered_mismatch(fill: Fill) -> str:
    """This will give the NDC of the wrong bottle that was scanned last; a good scan after it answers it."""
    last = _LAST_ANSWER.first(fill.pk)
    return str(last.details.get("ndc", "")) if last is not None and last.verb == MISMATCHED else ""


@dataclass(frozen=True, slots=True)
class Bottle:
    """What a bottle's code told: the product, and its lot where the code carries one."""

    package: Package
    lot_number: str
    expires_on: date | None


@one_act
def _take_bottle(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, text: str, package_id: int | None,
    because: Mapping[str, str] | None,
) -> Fill:  # fmt: skip
    fill = load(fill_id, by)
    _is_being_filled(fill)
    must_hold(fill, by, at)
    if fill.label_scan_at is None:
        raise Refused(findings((product.label_was_scanned,), fill.facts(at, by)))
    _forget_other_products(fill)
    bottle = _bottle(text, fill, package_id, at)
    _must_agree(fill, bottle.package, by=by, at=at)
    lot, is_presumed = _lot_of(bottle, fill, at)
    _lot_may_be_given(fill, lot, by=by, at=at, because=because or {})
    told = {"ndc": bottle.package.ndc11, "lot": lot.number, "is_presumed": is_presumed, "because": dict(because or {})}
    fill.bottle_scan_at = at
    return _take_lot(
        fill, lot, scanned=text, verb=MATCHED, details=told, is_presumed=is_presumed, act_id=act_id, by=by, at=at
    )


def _forget_other_products(fill: Fill) -> None:
    """Take out lots that were scanned before the product of the fill was changed; they never left their shelf."""
    fill.lots.exclude(lot__package__ndc11=_ndc_of(fill)).delete()


def _may_be_trusted(found: Scanned, package_id: int | None, at: datetime) -> None:
    """A code that people taught is asked about while on probation, and looked at anew after half a year."""
    row = found.mapped
    if row is None:
        return
    if not row.is_good_on(at):
        said = f"This code was taught as {row.package.product} over six months ago: it is looked at anew."
        raise UnknownBottle((_finding(said),), found.text)
    if row.is_on_probation and package_id != row.package_id:
        said = f"This code was taught here and is proven {row.proven} of {row.MUST_PROVE} times: read the bottle."
        raise WhichBottle((_finding(said),), found.packages)
    if row.is_on_probation:
        row.proven += 1
        row.save(update_fields=["proven"])


def _bottle(text: str, fill: Fill, package_id: int | None, at: datetime) -> Bottle:
    found = scanning.resolve(text, fill.pharmacy)
    if found.what is not What.PRODUCT:
        if found.is_known or found.scan.kind not in {ScanKind.PRODUCT, ScanKind.UNKNOWN}:
            raise refuse(found.not_here("Scan the code on the stock bottle."), rule="bottle_is_a_product")
        raise UnknownBottle((_finding(found.said or "Nobody knows this code."),), text)
    if found.mapped is not None:
        _may_be_trusted(found, package_id, at)
    package = found.package or next((each for each in found.packages if each.pk == package_id), None)
    if package is None:
        raise WhichBottle((_finding(found.said),), found.packages)
    carried = found.scan.product
    lot = str(carried.lot) if carried and carried.lot else ""
    return Bottle(package, lot, carried.expiry if carried else None)


def _must_agree(fill: Fill, package: Package, *, by: Worker, at: datetime) -> None:
    asked = fill.facts(at, by, ndcs_scanned=(package.ndc11,))
    if found := product.every_bottle_was_scanned_and_agrees(asked):
        raise WrongBottle((found,), package)


def _lot_of(bottle: Bottle, fill: Fill, at: datetime) -> tuple[Lot, bool]:
    """Give the lot that the code names; where it names none, the first to expire of what is on the shelves."""
    if not bottle.lot_number:
        return _first_to_expire(bottle.package, fill, at), True
    lots = Lot.objects.filter(pharmacy=fill.pharmacy, package=bottle.package, number__iexact=bottle.lot_number)
    lot = lots.filter(expires_on=bottle.expires_on).first() if bottle.expires_on else None
    lot = lot or lots.order_by("expires_on").first()
    if lot is None:
        raise refuse(
            f"Lot {bottle.lot_number} was never received here: receive or count it first.", rule="lot_is_in_the_book",
            cites="house rule: quantity moves, it is never set", field="lots",
        )  # fmt: skip
    _expiry_agrees(lot, bottle)
    return lot, False


def _first_to_expire(package: Package, fill: Fill, at: datetime) -> Lot:
    rows = {row.lot_id: row for row in Balance.objects.on_shelves(package, fill.pharmacy)}
    if not rows:
        raise refuse(
            "The book has none of this product on a shelf: receive or count it first.", rule="lot_is_in_the_book",
            cites="house rule: quantity moves, it is never set", field="lots",
        )  # fmt: skip
    proposal = proposed(fill, at)
    # Where no lot may be given, the first is tried all the same, so that its rule says why not.
    chosen = proposal.takings[0].lot if proposal.takings else next(iter(rows))
    return rows[chosen].lot


def proposed(fill: Fill, at: datetime) -> Proposal:
    """This will propose the lots for what is still to be taken, first to expire first, and say what is missing."""
    unit = BillingUnit(fill.package.billing_unit or BillingUnit.EACH) if fill.package else BillingUnit.EACH
    taken = {(each.lot_id, each.source_id): each.quantity for each in fill.lots_taken()}
    stock = [
        OnHand(
            lot=row.lot_id, place=row.place_id, number=row.lot.number, expires_on=row.lot.expires_on,
            quantity=Quantity(row.quantity - taken.get((row.lot_id, row.place_id), Decimal(0)), unit),
            is_recalled=row.lot.is_recalled,
        )
        for row in (Balance.objects.on_shelves(fill.package, fill.pharmacy) if fill.package else ())
    ]  # fmt: skip
    last_use_on = fill.local_day(at) + timedelta(days=fill.days_supply or 0)
    return propose(stock, Quantity(still_to_take(fill), unit), last_use_on=last_use_on)


def _expiry_agrees(lot: Lot, bottle: Bottle) -> None:
    if bottle.expires_on and lot.expires_on and bottle.expires_on != lot.expires_on:
        raise refuse(
            f"The bottle of lot {lot.number} expires {bottle.expires_on:%b %-d, %Y}, the book says "
            f"{lot.expires_on:%b %-d, %Y}: put it aside and ask.",
            rule="expiry_is_the_books",
            field="lots",
        )


def _lot_may_be_given(fill: Fill, lot: Lot, *, by: Worker, at: datetime, because: Mapping[str, str]) -> None:
    facts = fill.facts(at, by, lots=(LotFacts(lot.number, lot.expires_on, Decimal(1), lot.is_recalled),))
    standing = [
        each
        for each in findings(_LOT_RULES, facts)
        if not (because.get(each.rule, "").strip() and each.may_be_lifted_by(by.roles))
    ]
    if standing:
        raise Refused(standing)


def _take_lot(
    fill: Fill, lot: Lot, *, scanned: str, verb: str, details: Mapping[str, object], is_presumed: bool,
    act_id: UUID, by: Worker, at: datetime,
) -> Fill:  # fmt: skip
    row = fill.lots.filter(lot=lot).select_related("lot", "source").first()
    shelf = Balance.objects.on_shelves(lot.package, fill.pharmacy).filter(lot=lot).order_by("-quantity").first()
    if shelf is None:
        raise refuse(
            f"The book has nothing of lot {lot.number} on a shelf: count it first.",
            rule="lot_is_in_the_book",
            field="lots",
        )
    if row is None and not is_presumed and not still_to_take(fill):
        # The true lot takes the place of one that was only presumed.
        fill.lots.filter(is_presumed=True).delete()
    row = row or FillLot(fill=fill, lot=lot, source=shelf.place, quantity=Decimal(0), is_presumed=is_presumed)
    held = Balance.objects.get(place=row.source, lot=lot).quantity
    in_one_bottle = lot.package.units or held
    row.quantity += max(min(still_to_take(fill), held - row.quantity, in_one_bottle), Decimal(0))
    row.is_presumed = row.is_presumed and is_presumed
    row.scanned, row.scanned_at = scanned[:120], at
    row.save()
    told = {**details, "taken": plain(row.quantity)}
    fill.note(verb, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=("bottle_scan_at",))
    return fill


def _is_there(row: FillLot, quantity: Decimal) -> None:
    held = Balance.objects.filter(place=row.source, lot=row.lot).first()
    most = held.quantity if held else Decimal(0)
    if not 0 <= quantity <= most:
        # Whoever will count back what remains is not told what the book has.
        held_words = "less than that" if row.fill.is_counted_back else plain(most)
        words = f"{row.source.name} holds {held_words} of lot {row.lot.number}: type what you took of it."
        raise refuse(words, rule="lot_is_in_the_book", field="lots")


def _is_being_filled(fill: Fill) -> None:
    if fill.state != FillState.QUEUED:
        words = FillState(fill.state).value.replace("_", " ")
        raise refuse(f"This fill is {words}: nothing is scanned into it now.", rule="only_along_the_table")


def _attempt_of(refusal: Refused) -> str:
    if isinstance(refusal, WrongBottle):
        return MISMATCHED
    if isinstance(refusal, UnknownBottle):
        return UNKNOWN
    of_the_lot = {each.name for each in _LOT_RULES} | {"expiry_is_the_books", "lot_is_in_the_book"}
    return STOPPED if any(each.rule in of_the_lot for each in refusal.findings) else ""


def is_kept(refusal: Refused) -> bool:
    """This will tell whether a refused scan stands in the fill's history, so that its page can show it."""
    return bool(_attempt_of(refusal))


def _ask_what_it_is(fill: Fill, text: str, *, by: Worker, at: datetime) -> None:
    words = f"What product has the code {text[:60]}? It was scanned for Rx {fill.prescription.rx_number}."
    if Task.objects.filter(pharmacy_id=by.pharmacy_id, kind="map barcode", words=words, done_at=None).exists():
        return
    Task.objects.create(
        pharmacy_id=by.pharmacy_id, kind="map barcode", words=words, fill=fill, owner_role=Role.PHARMACIST.value,
        wakes_at=at, made_by=by, made_at=at,
    )  # fmt: skip


def _other_label(found: Scanned, fill: Fill) -> str:
    if found.fill is not None:
        return f"This is the label of {scanning.label_body(found.fill)}, not of {scanning.label_body(fill)}."
    return found.said or f"Scan the printed label of {scanning.label_body(fill)}."


def _ndc_of(fill: Fill) -> str:
    return fill.package.ndc11 if fill.package else ""


def _finding(sentence: str, *, lifted_by: frozenset[Role] = frozenset()) -> Finding:
    rule = product.every_bottle_was_scanned_and_agrees
    return Finding(
        rule=rule.name, sentence=sentence, cites=rule.cites, lifted_by=lifted_by or rule.lifted_by, field=rule.field,
        is_reviewed=rule.is_reviewed,
    )  # fmt: skip
