"""The count that hands keep by themselves: it agrees with the book, and says so where it does not."""

from decimal import Decimal

from pestle.demo.day.tally import Tally, given_to_patients
from pestle.records.pharmacies import Pharmacy


def test_a_morning_without_work_agrees_with_the_book(made_up: Pharmacy) -> None:
    tally = Tally.of_the_morning(made_up)

    assert tally.differences(made_up, given_to_patients(made_up)) == []


def test_what_hands_took_and_the_book_never_heard_of_is_told(made_up: Pharmacy) -> None:
    tally = Tally.of_the_morning(made_up)
    (package, lot), before = next(iter(tally.shelf.items()))

    tally.poured(1, [(package, lot, Decimal(30))])

    (said,) = tally.differences(made_up, given_to_patients(made_up))
    assert said.startswith(f"package {package}: hands count")
    assert tally.holds(package, lot) == before - 30


def test_what_was_put_back_is_on_the_shelf_again(made_up: Pharmacy) -> None:
    tally = Tally.of_the_morning(made_up)
    (package, lot), _ = next(iter(tally.shelf.items()))

    tally.poured(1, [(package, lot, Decimal(30))])
    tally.put_back(1)

    assert tally.differences(made_up, given_to_patients(made_up)) == []
