"""Stock that a person carries from one place to another: scanned, counted in the hand, and written into the book."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pestle.ledger.entries import Entry as PureEntry
from pestle.ledger.entries import move
from pestle.ledger.places import FOR_USE, MOVED_BY_SCAN, SET_APART, PlaceKind
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance, Entry, Lot, Place, is_locked_away
from pestle.rules import moving
from pestle.rules.moving import MoveFacts
from pestle.rules.rule import findings
from pestle.stations.acts import demand_bench, one_act
from pestle.stations.book import post
from pestle.stations.intake.drop_off import today_at
from pestle.stations.withdrawn.standing import is_suspect
from pestle.terms.findings import Refused, refuse
from pestle.terms.quantity import BillingUnit, Quantity

REASON = "moved"


@dataclass(frozen=True, slots=True)
class InHand:
    """What is known of a move so far: each part is scanned, in any order but for the two places."""

    source: Place | None = None
    target: Place | None = None
    lot: Lot | None = None

    @property
    def next_words(self) -> str:
        """Say what is to be scanned next."""
        if self.source is None:
            return "Scan the place where it stands."
        if self.lot is None:
            return f"Scan the bottle at {self.source.name}."
        if self.target is None:
            return "Scan the place where it goes."
        return "Type how much you carry."

    @property
    def is_locked_away(self) -> bool:
        """Say whether two people carry it."""
        return self.lot is not None and is_locked_away(self.lot.package, self.lot.pharmacy)


@one_act
def move_stock(
    *, act_id: UUID, by: Worker, at: datetime, source_id: int, target_id: int, lot_id: int, quantity: Decimal,
    reason: str = "", witness: Worker | None = None,
) -> Entry:  # fmt: skip
    """Carry so much of a lot from one place to another; more than stands there is refused by the book itself."""
    demand_bench(by, "Moving stock")
    lot = lot_here(by.pharmacy, lot_id)
    places = Place.objects.filter(pharmacy=by.pharmacy).in_bulk([source_id, target_id])
    source, target = places.get(source_id), places.get(target_id)
    if lot is None or source is None or target is None:
        raise refuse("Scan the place, the bottle and the other place first.", rule="place_is_known", field="source")
    facts = MoveFacts(
        today=today_at(by.pharmacy, at), strange_place=_strange(source, target),
        target_is_for_use=PlaceKind(target.kind) in (*FOR_USE, PlaceKind.OWED),
        is_suspect=is_suspect(lot, source),
        target_is_locked=PlaceKind(target.kind) is PlaceKind.VAULT, source_is_apart=PlaceKind(source.kind) in SET_APART,
        quantity=quantity, is_same_place=source.pk == target.pk, schedule=lot.package.product.dea_schedule,
        is_locked_away=is_locked_away(lot.package, by.pharmacy), expires_on=lot.expires_on,
        is_recalled=lot.is_recalled, roles=by.roles, worker_id=by.pk, witness_id=witness.pk if witness else None,
        reason=reason,
    )  # fmt: skip
    if standing := findings(moving.RULES, facts):
        raise Refused(standing)
    amount = Quantity(quantity, BillingUnit(lot.package.billing_unit or BillingUnit.EACH))
    pure = move(REASON, lot.pk, amount, source=source.pk, target=target.pk)
    entry = PureEntry(pure.reason, pure.lines, reason.strip()[:200])
    return post(entry, act_id=act_id, by=by, at=at, witness=witness)


def _strange(*places: Place) -> str:
    return next((place.kind for place in places if PlaceKind(place.kind) not in MOVED_BY_SCAN), "")


def place_here(pharmacy: Pharmacy, place_id: int | None) -> Place | None:
    """This will give a place of this pharmacy that stock is carried to and from, or nothing."""
    kinds = [kind.value for kind in MOVED_BY_SCAN]
    return Place.objects.filter(pharmacy=pharmacy, pk=place_id or 0, kind__in=kinds).first()


def lot_here(pharmacy: Pharmacy, lot_id: int | None) -> Lot | None:
    """This will give a lot of this pharmacy, or nothing."""
    rows = Lot.objects.filter(pharmacy=pharmacy, pk=lot_id or 0)
    return rows.select_related("package__product", "pharmacy").first()


def lot_at(place: Place, package_id: int, number: str) -> Lot:
    """This will give the lot of a product that a bottle names, or the only one at a place; Refused where it asks."""
    held = Balance.objects.filter(place=place, lot__package=package_id, quantity__gt=0).select_related("lot")
    lots = [row.lot for row in held if not number or row.lot.number.lower() == number.lower()]
    if not lots:
        which = f"lot {number}" if number else "this product"
        words = f"The book has nothing of {which} at {place.name}: scan where it stands."
        raise refuse(words, rule="lot_is_in_the_book")
    if len(lots) > 1:
        named = ", ".join(sorted(lot.number for lot in lots)[:6])
        raise refuse(f"Several lots stand there ({named}): scan a bottle whose code has its lot.", rule="lot_is_chosen")
    return lots[0]


def lately(pharmacy: Pharmacy) -> list[Entry]:
    """This will give the last moves by hand, the newest first."""
    rows = Entry.objects.filter(pharmacy=pharmacy, reason=REASON).select_related("worker", "witness")
    return list(rows.prefetch_related("lines__place", "lines__lot__package__product").order_by("-at", "-pk")[:15])
