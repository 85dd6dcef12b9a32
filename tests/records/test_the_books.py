"""What the database itself holds to, tried through SQL as well as through the program."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from pestle.flows.fill import FILL
from pestle.ledger.entries import move
from pestle.records.fills import Fill
from pestle.records.stock import Balance
from pestle.stations.acts import one_act
from pestle.stations.book import post, take_back
from pestle.terms.findings import Refused
from pestle.terms.quantity import Quantity
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "book", ["records_event", "records_entry", "records_line", "records_accesslog", "records_seal"]
)
@pytest.mark.parametrize("statement", ["TRUNCATE {} CASCADE", "UPDATE {} SET id = id", "DELETE FROM {}"])
def test_history_is_never_changed(world: World, book: str, statement: str) -> None:
    world.fill()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {book}")
        (rows,) = cursor.fetchone()
    if not rows and not statement.startswith("TRUNCATE"):
        pytest.skip("an empty book has no row to change; truncation is tried above")

    with pytest.raises(IntegrityError, match="never changed"):
        sql(statement.format(book))


def test_a_state_without_its_event_is_refused(world: World) -> None:
    fill = world.fill()

    with pytest.raises(IntegrityError, match="its last event says received"):
        sql(f"UPDATE records_fill SET state = 'sold' WHERE id = {fill.pk}")


def test_a_fill_is_never_deleted(world: World) -> None:
    fill = world.fill()

    with pytest.raises(IntegrityError, match="never changed or deleted"):
        sql(f"DELETE FROM records_fill WHERE id = {fill.pk}")


def test_balances_follow_lines_and_nobody_edits_them(world: World) -> None:
    lot = world.receive("lisinopril 10 mg", "24A0187", NOW.date() + timedelta(days=200), "62")

    assert Balance.objects.get(lot=lot, place=world.places["shelf"]).quantity == Decimal(62)
    assert Balance.objects.get(lot=lot, place=world.places["supplier"]).quantity == Decimal(-62)
    with pytest.raises(IntegrityError, match="sum of its lines"):
        sql("UPDATE records_balance SET quantity = 1000")


def test_a_place_never_holds_less_than_nothing(world: World) -> None:
    lot = world.receive("lisinopril 10 mg", "24A0187", NOW.date(), "62")
    too_much = move(
        "dispensed", lot.pk, Quantity.of(63), source=world.places["shelf"].pk, target=world.places["patient"].pk
    )

    with pytest.raises(IntegrityError, match="less_than_nothing"), transaction.atomic():
        post(too_much, act_id=uuid4(), by=world.ada, at=NOW)

    assert Balance.objects.get(lot=lot, place=world.places["shelf"]).quantity == Decimal(62)


def test_an_entry_that_does_not_balance_is_refused_at_commit(world: World) -> None:
    lot = world.receive("lisinopril 10 mg", "24A0187", NOW.date(), "62")
    entry = lot.lines.get(place=world.places["shelf"]).entry_id

    with pytest.raises(IntegrityError, match="does not balance"):
        sql(
            "INSERT INTO records_line (pharmacy_id, entry_id, place_id, lot_id, quantity) "
            f"VALUES ({world.pharmacy.pk}, {entry}, {world.places['shelf'].pk}, {lot.pk}, 5)"
        )


def test_an_entry_is_reversed_once(world: World) -> None:
    lot = world.receive("lisinopril 10 mg", "24A0187", NOW.date(), "62")
    row = lot.lines.first().entry

    take_back(row, because="typed twice", act_id=uuid4(), by=world.ben, at=NOW)

    assert Balance.objects.get(lot=lot, place=world.places["shelf"]).quantity == 0
    with pytest.raises(IntegrityError, match="reverses"), transaction.atomic():
        take_back(row, because="typed twice", act_id=uuid4(), by=world.ben, at=NOW)


def test_the_first_of_two_who_move_a_fill_wins_and_the_other_is_told(world: World) -> None:
    fill = world.fill()
    same_fill = Fill.objects.get(pk=fill.pk)
    taken = FILL.take("begin_entry", fill.facts(NOW, world.ada), world.ada.roles)

    fill.record(taken, act_id=uuid4(), by=world.ada, at=NOW)

    with pytest.raises(Refused, match="changed under you by Ada"):
        same_fill.record(taken, act_id=uuid4(), by=world.gil, at=NOW)


def test_an_act_is_done_once_and_then_answered(world: World) -> None:
    fill = world.fill()
    done = []

    @one_act
    def begin(*, act_id, by, at):  # type: ignore[no-untyped-def]
        done.append(at)
        found = Fill.objects.get(pk=fill.pk)
        found.record(FILL.take("begin_entry", found.facts(at, by), by.roles), act_id=act_id, by=by, at=at)
        return found

    act_id = uuid4()
    first = begin(act_id=act_id, by=world.ada, at=NOW)
    again = begin(act_id=act_id, by=world.ada, at=NOW + timedelta(seconds=1))

    assert (first.pk, again.pk, again.state) == (fill.pk, fill.pk, "in_entry")
    assert len(done) == 1
    assert fill.events().count() == 2


def test_an_act_id_of_somebody_else_is_refused(world: World) -> None:
    @one_act
    def nothing(*, act_id, by, at):  # type: ignore[no-untyped-def]
        return None

    act_id = uuid4()
    nothing(act_id=act_id, by=world.ada, at=NOW)

    with pytest.raises(Refused, match="used for another act"):
        nothing(act_id=act_id, by=world.gil, at=NOW)


def test_a_failed_act_leaves_nothing_behind_and_may_be_tried_again(world: World) -> None:
    fill = world.fill()

    @one_act
    def verify(*, act_id, by, at):  # type: ignore[no-untyped-def]
        found = Fill.objects.get(pk=fill.pk)
        found.record(FILL.take("verify", found.facts(at, by), by.roles), act_id=act_id, by=by, at=at)
        return found

    act_id = uuid4()
    for _ in range(2):
        with pytest.raises(Refused, match="not a step from here"):
            verify(act_id=act_id, by=world.ben, at=NOW)

    assert fill.events().count() == 1
