"""A count of its own: what stood on the shelves this morning, and what every hand took from them and put back.

It never asks the book during the day; at the end the two are held against each other, package by package.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from pestle.flows.fill import HAS_STOCK_IN_BASKET, FillState
from pestle.ledger.places import ON_SHELVES, PlaceKind
from pestle.records.fills import FillLot
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance, Place

NOTHING = Decimal(0)
OFF_THE_SHELF = (*HAS_STOCK_IN_BASKET, FillState.IN_WILL_CALL, FillState.RETURN_DUE)
Poured = list[tuple[int, int, Decimal]]


@dataclass(slots=True)
class Tally:
    """Amounts by package and lot on the shelves, and by fill in hands, bags and with patients."""

    shelf: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    in_hand: dict[int, Poured] = field(default_factory=dict)
    with_patients: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    going_back: set[int] = field(default_factory=set)
    came_back: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_the_morning(cls, pharmacy: Pharmacy) -> "Tally":
        """This will count the shelves once, before anybody works, and what stands in baskets and bags already."""
        tally = cls()
        for row in _on_shelves(pharmacy):
            tally.shelf[row.lot.package_id, row.lot_id] = tally.shelf.get((row.lot.package_id, row.lot_id), NOTHING)
            tally.shelf[row.lot.package_id, row.lot_id] += row.quantity
        taken = FillLot.objects.filter(fill__pharmacy=pharmacy, fill__state__in=OFF_THE_SHELF).select_related("lot")
        for each in taken:
            tally.in_hand.setdefault(each.fill_id, []).append((each.lot.package_id, each.lot_id, each.quantity))
        return tally

    def holds(self, package_id: int, lot_id: int) -> Decimal:
        """This will tell how much of a lot stands on the shelf, as far as hands know."""
        with self.turn:
            return self.shelf.get((package_id, lot_id), NOTHING)

    def left_of(self, package_id: int) -> Decimal:
        """This will count all that stands of a package, what came back from bags too, as far as hands know."""
        with self.turn:
            rows = (amount for (package, _), amount in self.shelf.items() if package == package_id)
            return sum(rows, NOTHING) + self.came_back[package_id]

    def poured(self, fill_id: int, taken: Poured) -> None:
        """This will write down what went from bottles into a vial: package, lot, amount."""
        with self.turn:
            for package_id, lot_id, amount in taken:
                self.shelf[package_id, lot_id] = self.shelf.get((package_id, lot_id), NOTHING) - amount
            self.in_hand[fill_id] = self.in_hand.get(fill_id, []) + taken

    def put_back(self, fill_id: int) -> None:
        """This will write down that a vial was emptied into the bottles it came from."""
        with self.turn:
            for package_id, lot_id, amount in self.in_hand.pop(fill_id, []):
                self.shelf[package_id, lot_id] += amount

    def returned(self, fill_id: int) -> None:
        """This will write down that a bag's vial went back to the shelf as a bottle of its own."""
        with self.turn:
            self.going_back.discard(fill_id)
            for package_id, _, amount in self.in_hand.pop(fill_id, []):
                self.came_back[package_id] += amount

    def handed_over(self, fill_id: int) -> None:
        """This will write down that a patient took a vial home."""
        with self.turn:
            for package_id, _, amount in self.in_hand.pop(fill_id, []):
                self.with_patients[package_id] += amount

    def differences(self, pharmacy: Pharmacy, with_patients_before: dict[int, Decimal]) -> list[str]:
        """This will hold this count against the book and give every package in which they differ."""
        with self.turn:
            counted: dict[int, Decimal] = defaultdict(Decimal)
            for (package_id, _), amount in self.shelf.items():
                counted[package_id] += amount
            for package_id, amount in self.came_back.items():
                counted[package_id] += amount
        booked: dict[int, Decimal] = defaultdict(Decimal)
        for row in _on_shelves(pharmacy):
            booked[row.lot.package_id] += row.quantity
        wrong = [
            f"package {package}: hands count {counted[package]} on the shelves, the book says {booked[package]}"
            for package in sorted({*counted, *booked})
            if counted[package] != booked[package]
        ]
        return wrong + self._patients(pharmacy, with_patients_before)

    def _patients(self, pharmacy: Pharmacy, before: dict[int, Decimal]) -> list[str]:
        now = given_to_patients(pharmacy)
        return [
            f"package {package}: {self.with_patients[package]} went to patients by hand, by the book "
            f"{now.get(package, NOTHING) - before.get(package, NOTHING)}"
            for package in sorted({*self.with_patients, *now})
            if self.with_patients[package] != now.get(package, NOTHING) - before.get(package, NOTHING)
        ]


def given_to_patients(pharmacy: Pharmacy) -> dict[int, Decimal]:
    """This will give what the book says patients took home, by package."""
    place = Place.objects.filter(pharmacy=pharmacy, kind=PlaceKind.PATIENT.value)
    rows = Balance.objects.filter(place__in=place).values_list("lot__package").annotate(total=Sum("quantity"))
    return dict(rows)


def _on_shelves(pharmacy: Pharmacy) -> list[Balance]:
    rows = Balance.objects.filter(pharmacy=pharmacy, place__kind__in=ON_SHELVES)
    return list(rows.select_related("lot"))
