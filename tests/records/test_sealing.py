"""The hash chain, and what `pestle audit` finds when a stored row is changed behind the triggers' back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from pestle.flows.fill import FILL
from pestle.records.events import AccessLog, Seal
from pestle.stations.audit import audit, seal_all
from tests.world import NOW, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def heads_file(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


@contextmanager
def without_triggers() -> Iterator[None]:
    """Stand in for somebody who holds the database itself: every trigger of ours is switched off for a moment."""
    tables = [
        "records_event",
        "records_entry",
        "records_line",
        "records_accesslog",
        "records_balance",
        "records_fill",
        "records_seal",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        return int(cursor.fetchone()[0])


def a_day(world: World) -> None:
    fill = world.fill()
    fill.record(
        FILL.take("begin_entry", fill.facts(NOW, world.ada), world.ada.roles), act_id=uuid4(), by=world.ada, at=NOW
    )
    AccessLog.objects.create(
        pharmacy=world.pharmacy, worker=world.ada, patient=world.cleo, at=NOW, page="data_entry", request_id=uuid4()
    )


def test_an_untouched_day_is_clean(world: World, heads_file: Path) -> None:
    a_day(world)
    seal_all(at=NOW, heads_file=heads_file)
    a_day(world)
    seal_all(at=NOW + timedelta(minutes=1), heads_file=heads_file)

    found = audit(heads_file=heads_file)

    assert found["clean"], found
    assert set(found["pharmacies"][0]["heads"]) == {"event", "entry", "line", "access"}


def test_sealing_again_without_news_seals_nothing(world: World, heads_file: Path) -> None:
    a_day(world)

    first, again = seal_all(at=NOW, heads_file=heads_file), seal_all(at=NOW, heads_file=heads_file)

    assert (first, again) == (4, 0)


@pytest.mark.parametrize(
    ("change", "table", "says"),
    [
        ("UPDATE records_event SET worker_id = worker_id + 1 WHERE id = {event}", "records_event", "changed after"),
        ("UPDATE records_event SET details = '{{\"a\": 1}}' WHERE id = {event}", "records_event", "changed after"),
        ("DELETE FROM records_event WHERE id = {event}", "records_event", "deleted after"),
        ("UPDATE records_line SET quantity = quantity + 1 WHERE id = {line}", "records_line", "changed after"),
        ("UPDATE records_entry SET because = 'x' WHERE id = {entry}", "records_entry", "changed after"),
        ("DELETE FROM records_accesslog", "records_accesslog", "deleted"),
        ("UPDATE records_balance SET quantity = quantity + 5 WHERE id = {balance}", "records_balance", "sum to"),
        ("UPDATE records_fill SET state = 'sold'", "records_fill", "its event 2 says “in_entry”"),
        ("UPDATE records_seal SET row_digests = sha256(digest) WHERE book = 'event'", "records_seal", "was changed"),
    ],
)  # fmt: skip
def test_a_row_changed_behind_the_triggers_back_is_named(
    world: World, heads_file: Path, change: str, table: str, says: str
) -> None:
    a_day(world)
    seal_all(at=NOW, heads_file=heads_file)
    rows = {name: _last(f"records_{name}") for name in ("event", "line", "entry", "balance")}

    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(change.format(**rows))

    faults = audit(heads_file=heads_file)["pharmacies"][0]["faults"]
    named = [fault for fault in faults if fault["table"] == table]
    assert named, faults
    assert says in named[0]["says"]
    name = table.removeprefix("records_")
    if "{" + name + "}" in change:
        assert named[0]["row"] == rows[name]


def test_a_chain_that_was_rewritten_as_a_whole_misses_its_published_head(world: World, heads_file: Path) -> None:
    a_day(world)
    seal_all(at=NOW, heads_file=heads_file)

    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_event SET station = 'elsewhere'")
        cursor.execute("DELETE FROM records_seal")
    seal_all(at=NOW, heads_file=Path("/dev/null"))

    faults = audit(heads_file=heads_file)["pharmacies"][0]["faults"]
    assert [fault["table"] for fault in faults] == ["records_seal"]
    assert "rewritten" in faults[0]["says"]


def test_the_published_heads_are_one_line_each(world: World, heads_file: Path) -> None:
    a_day(world)
    seal_all(at=NOW, heads_file=heads_file)

    (line,) = heads_file.read_text().splitlines()
    assert json.loads(line)["heads"] == audit(heads_file=heads_file)["pharmacies"][0]["heads"]


@pytest.mark.django_db(transaction=True)
def test_seals_made_while_others_write_miss_no_row(world: World, heads_file: Path) -> None:
    import threading

    from django.db import connections

    def write() -> None:
        try:
            for _ in range(15):
                with transaction.atomic():
                    a_day(world)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seal_all(at=NOW, heads_file=heads_file)
    for writer in writers:
        writer.join()
    seal_all(at=NOW, heads_file=heads_file)

    sealed = sum(len(seal.row_ids) for seal in Seal.objects.filter(book="access"))
    assert sealed == AccessLog.objects.count() == 45
    assert audit(heads_file=heads_file)["clean"]
