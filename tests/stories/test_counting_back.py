"""A controlled fill counted back: the book is never shown, a third miss is kept, explained and closed by others."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pestle.flows.fill import FillState
from pestle.ledger.entries import move
from pestle.records.counting import BackCount, Discrepancy
from pestle.records.fills import Fill
from pestle.records.stock import Balance, Entry
from pestle.stations.bench import back_counts, filling, filling_bench
from pestle.stations.book import post, take_back
from pestle.stations.stock import discrepancies
from pestle.terms.findings import Refused
from pestle.terms.quantity import Quantity
from tests.stations.bench import act, bottle, held, in_hand, queued, the_lot
from tests.world import World, an_act, make_world

pytestmark = pytest.mark.django_db
OXYCODONE = "oxycodone 5 mg"


@pytest.fixture
def world() -> World:
    return make_world()


def to_count_back(world: World, **given: Any) -> Fill:
    """An oxycodone fill of 30, counted twice; what remains is still to be counted."""
    fill = in_hand(world, queued(world, OXYCODONE, **given))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, OXYCODONE)))
    filling.count(**act(world), fill_id=fill.pk, counted=fill.quantity)
    return filling.second_count(**act(world, world.gil), fill_id=fill.pk, counted=fill.quantity)


def typed(world: World, fill: Fill, *remains: str) -> Fill:
    for each in remains:
        fill = filling.back_count(**act(world), fill_id=fill.pk, remains=Decimal(each))
    return fill


def carried(world: World, source: str, target: str, quantity: int, reason: str = "moved") -> Entry:
    lot = the_lot(world, OXYCODONE)
    pure = move(reason, lot.pk, Quantity.of(quantity), source=world.places[source].pk, target=world.places[target].pk)
    return post(pure, act_id=an_act(), by=world.ada, at=world.now)


def words(row: Discrepancy) -> str:
    return " ".join(each.words for each in discrepancies.explained(row))


def test_what_remains_and_agrees_lets_the_fill_go_on(world: World) -> None:
    fill = to_count_back(world)
    with pytest.raises(Refused, match="Count what remains"):
        filling.finish(**act(world), fill_id=fill.pk)

    typed(world, fill, "70")

    assert filling.finish(**act(world), fill_id=fill.pk).state == FillState.FILLED
    assert held(world, the_lot(world, OXYCODONE), "vault") == 70
    assert not Discrepancy.objects.exists()


def test_a_miss_says_that_it_differs_and_nothing_of_the_book(world: World) -> None:
    fill = typed(world, to_count_back(world), "69")

    shown = filling_bench.bench(fill, world.ada, world.now, at_bench=None)

    assert (shown.waits_for_the_rest, shown.tries_left) == (True, 2)
    last = fill.events().last()
    assert last is not None
    assert (last.verb, last.details) == ("rest_differed", {"remains": "69"})
    with pytest.raises(Refused, match="less than that"):
        filling.set_lot_quantities(
            **act(world), fill_id=fill.pk, quantities={the_lot(world, OXYCODONE).pk: Decimal(101)}
        )


def test_three_misses_open_a_discrepancy_with_an_owner_and_a_deadline_and_the_patient_is_served(world: World) -> None:
    fill = typed(world, to_count_back(world), "69", "68", "69")

    row = Discrepancy.objects.get()
    assert (row.counted, row.book, row.owner_role, row.found_by) == (69, 70, "pharmacist", world.ada)
    assert (row.due_at - world.now, row.escalates_at - world.now) == (timedelta(hours=8), timedelta(hours=24))
    assert [each.counted for each in BackCount.objects.order_by("pk")] == [69, 68, 69]
    assert filling.finish(**act(world), fill_id=fill.pk).state == FillState.FILLED
    # Nothing was set: the book stands until somebody corrects it with a reason.
    assert held(world, the_lot(world, OXYCODONE), "vault") == 70
    with pytest.raises(Refused, match="not being filled now"):
        typed(world, fill, "70")


@pytest.mark.parametrize("remains", ["-1", "NaN", "0.0001"])
def test_a_count_below_zero_or_unreadable_is_refused(world: World, remains: str) -> None:
    fill = to_count_back(world)

    with pytest.raises(Refused, match="from zero on"):
        typed(world, fill, remains)

    assert not BackCount.objects.exists()


def test_scanning_the_bottle_again_gives_no_more_tries(world: World) -> None:
    fill = typed(world, to_count_back(world), "1", "2")
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world, OXYCODONE)))

    typed(world, fill, "3")

    assert Discrepancy.objects.count() == 1


def test_what_another_fill_took_and_counted_back_is_out_of_the_vault(world: World) -> None:
    first, second = to_count_back(world), to_count_back(world, quantity=Decimal(20))
    typed(world, first, "70")

    # The first is in Ada's basket and not in the book yet: the vault holds 50 after the second.
    second = typed(world, second, "50")

    assert second.rest_counted_at is not None
    filling.finish(**act(world), fill_id=second.pk)
    filling.finish(**act(world), fill_id=first.pk)
    assert held(world, the_lot(world, OXYCODONE), "vault") == 50


def test_a_fill_in_hand_is_told_as_the_explanation(world: World) -> None:
    other = to_count_back(world, quantity=Decimal(20))

    typed(world, to_count_back(world), "50", "50", "50")

    assert f"Rx {other.prescription.rx_number} has 20 in hand" in words(Discrepancy.objects.get())


@pytest.mark.parametrize(
    ("happens", "remains", "told"),
    [
        ("transposed",   "86",  "two figures changed over"),
        ("moved",        "75",  "took 5 in the book: it may never have been carried"),
        ("reversed",     "60",  "was reversed: 10 went back in the book"),
        ("receiving",    "170", "brought 100 that the book has at receiving"),
        ("whole bottle", "170", "1 whole package"),
    ],
)  # fmt: skip
def test_candidates_come_from_the_ledger(world: World, happens: str, remains: str, told: str) -> None:
    if happens == "transposed":
        carried(world, "vault", "waste", 2, "broken")
    if happens == "moved":
        carried(world, "vault", "return bin", 5)
        carried(world, "supplier", "vault", 5)
    if happens == "reversed":
        entry = carried(world, "vault", "waste", 10, "broken")
        take_back(entry, because="the wrong bottle", act_id=an_act(), by=world.ada, at=world.now)
    if happens == "receiving":
        carried(world, "supplier", "receiving", 100, "received")

    typed(world, to_count_back(world), remains, remains, remains)

    assert told in words(Discrepancy.objects.get())


def test_a_discrepancy_is_explained_by_whoever_knows_and_closed_by_another_pharmacist(world: World) -> None:
    typed(world, to_count_back(world), "69", "69", "69")
    row = Discrepancy.objects.get()
    common = {"discrepancy_id": row.pk}

    with pytest.raises(Refused, match="Write down an explanation first"):
        discrepancies.close(**act(world, world.ben), **common, outcome="recounted")
    discrepancies.explain(**act(world), **common, words="One tablet lay beside the tray.")
    with pytest.raises(Refused, match="is for a pharmacist"):
        discrepancies.close(**act(world), **common, outcome="recounted")
    closed = discrepancies.close(**act(world, world.ben), **common, outcome="recounted")

    assert (closed.state, closed.outcome, closed.counted, closed.book) == ("closed", "recounted", 69, 70)
    assert held(world, the_lot(world, OXYCODONE), "vault") == 100


def test_the_book_is_corrected_by_an_entry_of_two_people(world: World) -> None:
    fill = typed(world, to_count_back(world), "69", "69", "69")
    filling.finish(**act(world), fill_id=fill.pk)
    row, lot = Discrepancy.objects.get(), the_lot(world, OXYCODONE)
    discrepancies.explain(**act(world), discrepancy_id=row.pk, words="Counted three times by two: 69.")

    for nobody in (None, world.ben):
        with pytest.raises(Refused, match="Two people correct"):
            discrepancies.close(
                **act(world, world.ben), discrepancy_id=row.pk, outcome="corrected", lot_id=lot.pk, witness=nobody
            )
    row = discrepancies.close(
        **act(world, world.ben), discrepancy_id=row.pk, outcome="corrected", lot_id=lot.pk, witness=world.dana
    )

    assert (held(world, lot, "vault"), held(world, lot, "count difference")) == (69, 1)
    assert row.entry is not None
    assert (row.entry.witness, row.entry.because) == (world.dana, f"discrepancy {row.pk}: counted 69, book 70")


def test_what_nobody_explained_in_a_day_is_the_pharmacist_in_charges(world: World) -> None:
    typed(world, to_count_back(world), "69", "69", "69")
    row = Discrepancy.objects.get()
    discrepancies.explain(**act(world), discrepancy_id=row.pk, words="Nobody knows yet.")

    assert discrepancies.escalate_due(at=world.now + timedelta(hours=24) - timedelta(seconds=1)) == 0
    assert discrepancies.escalate_due(at=world.now + timedelta(hours=24)) == 1

    row.refresh_from_db()
    assert (row.state, row.owner_role) == ("escalated", "pharmacist in charge")
    with pytest.raises(Refused, match="pharmacist in charge"):
        discrepancies.close(**act(world, world.ben), discrepancy_id=row.pk, outcome="recounted")
    closed = discrepancies.close(**act(world, world.priya), discrepancy_id=row.pk, outcome="recounted")
    assert closed.state == "closed"


def test_a_fill_that_is_filled_anew_is_counted_back_anew(world: World) -> None:
    fill = typed(world, to_count_back(world), "70")
    filling.run_out(**act(world), fill_id=fill.pk, remark="broken bottle")

    fill.refresh_from_db()

    assert (fill.rest_counted_at, fill.rest_misses) == (None, 0)


def test_a_technician_does_not_see_the_book_on_a_discrepancy(world: World) -> None:
    typed(world, to_count_back(world), "69", "69", "69")
    row = Discrepancy.objects.get()

    for_ada = discrepancies.shown(world.ada, row.pk, world.now)
    for_ben = discrepancies.shown(world.ben, row.pk, world.now)

    assert (for_ada.sees_the_book, for_ada.candidates, for_ada.lots) == (False, (), ())
    assert for_ben.sees_the_book
    assert len(for_ben.tries) == back_counts.TRIES
    assert Balance.objects.filter(quantity__lt=0, is_inside=True).count() == 0
