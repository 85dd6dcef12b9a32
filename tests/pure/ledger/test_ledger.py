"""The book of every quantity, as pure values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pestle.ledger.counts import difference_entry
from pestle.ledger.entries import Entry, Line, Unbalanced, move, reverse, together
from pestle.ledger.first_expiring import OnHand, propose
from pestle.ledger.places import PlaceKind
from pestle.terms.quantity import Quantity

SHELF, BASKET, PATIENT, DIFFERENCE = 1, 2, 3, 4


def on_hand(lot: int, expires_on: date | None, quantity: int, *, is_recalled: bool = False) -> OnHand:
    return OnHand(lot, SHELF, f"L{lot}", expires_on, Quantity.of(quantity), is_recalled)


def test_an_entry_that_does_not_balance_does_not_exist() -> None:
    with pytest.raises(Unbalanced):
        Entry("dispensed", (Line(SHELF, 1, Quantity.of(-30)), Line(PATIENT, 2, Quantity.of(30))))


def test_a_movement_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        move("dispensed", 1, Quantity.of(0), source=SHELF, target=PATIENT)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 999), st.integers(1, 4), st.integers(1, 4)), min_size=1))
def test_movements_together_and_their_reversal_leave_everything_as_it_was(
    moves: list[tuple[int, int, int, int]],
) -> None:
    entry = together("day", (move("x", lot, Quantity.of(n), source=a, target=b) for lot, n, a, b in moves))
    back = reverse(entry, because="mistake")

    totals: dict[tuple[int, int], Decimal] = {}
    for line in (*entry.lines, *back.lines):
        key = (line.place, line.lot)
        totals[key] = totals.get(key, Decimal(0)) + line.quantity.amount
    assert set(totals.values()) == {Decimal(0)}


def test_the_lot_that_expires_first_is_taken_first_and_the_rest_from_the_next() -> None:
    stock = [on_hand(1, date(2028, 3, 31), 100), on_hand(2, date(2027, 5, 31), 62)]

    proposal = propose(stock, Quantity.of(90), last_use_on=date(2027, 2, 21))

    assert [(taking.lot, taking.quantity.amount) for taking in proposal.takings] == [(2, 62), (1, 28)]
    assert proposal.missing.amount == 0


@pytest.mark.parametrize(
    "unusable",
    [
        on_hand(1, date(2026, 11, 22), 100),
        on_hand(1, date(2027, 2, 20), 100),
        on_hand(1, None, 100),
        on_hand(1, date(2028, 3, 31), 100, is_recalled=True),
    ],
    ids=["expired", "expires before the supply is used", "no expiry known", "recalled"],
)
def test_a_lot_that_may_not_be_given_is_not_proposed(unusable: OnHand) -> None:
    proposal = propose([unusable], Quantity.of(90), last_use_on=date(2027, 2, 21))

    assert proposal.takings == ()
    assert proposal.missing == Quantity.of(90)


@pytest.mark.parametrize(
    ("book", "seen", "reason", "gains"),
    [(100, 98, "counted less", DIFFERENCE), (100, 103, "counted more", SHELF)],
)
def test_a_count_moves_only_its_difference(book: int, seen: int, reason: str, gains: int) -> None:
    entry = difference_entry(
        lot=1, place=SHELF, book=Quantity.of(book), seen=Quantity.of(seen), difference_place=DIFFERENCE
    )

    assert entry is not None
    assert entry.reason == reason
    assert {line.place: line.quantity.amount for line in entry.lines}[gains] == abs(seen - book)


def test_a_count_that_agrees_moves_nothing() -> None:
    same = Quantity.of(100)

    assert difference_entry(lot=1, place=SHELF, book=same, seen=same, difference_place=DIFFERENCE) is None


def test_only_what_is_ours_is_inside() -> None:
    outside = {kind for kind in PlaceKind if not kind.is_inside}

    assert outside == {
        PlaceKind.SUPPLIER, PlaceKind.PATIENT, PlaceKind.WASTE, PlaceKind.REVERSE_DISTRIBUTOR,
        PlaceKind.OTHER_PHARMACIES, PlaceKind.COUNT_DIFFERENCE, PlaceKind.RELABELLED,
    }  # fmt: skip
