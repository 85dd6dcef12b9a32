"""The drill: a pharmacy is backed up, put into a new place, and found there as it was; killed in the middle or not."""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from pestle.config import cluster as postgres
from tests.config.conftest import House as Place
from tests.config.conftest import open_folder, wait_until  # noqa: F401
from tests.config.test_database import a_port_nobody_listens_on
from tests.config.test_running import status_of
from tests.keeping.conftest import UPLOAD, House

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def place(open_folder: Path) -> Iterator[Place]:  # noqa: F811
    """A new place for a pharmacy."""
    opened = Place(open_folder / "place")
    yield opened
    opened.close()


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A database with nothing in it, on the server of the tests."""
    name, server = "restored_here", connection.get_connection_params()
    admin = psycopg.connect(
        host=server["host"], user=server["user"], port=server.get("port"), dbname="postgres", autocommit=True
    )
    with contextlib.closing(admin):
        admin.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://{server['user']}@/{name}?host={server['host']}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restored(place: Place, house: House, *words: str) -> dict[str, Any]:
    """Put the back-up into a place and give what the command says."""
    told = ("--into", str(place.state), "--key-file", str(house.key), "--json", *words)
    done = place.pestle("restore", str(house.file), *told)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_last_nights_back_up_opens_the_pharmacy_elsewhere(house: House, place: Place) -> None:
    said = restored(place, house)
    proven = place.pestle("audit", "--json")
    again = place.pestle("restore", str(house.file), "--into", str(place.state), "--key-file", str(house.key))
    port = a_port_nobody_listens_on()
    place.start("run", "--empty", "--workers", "1", "--port", str(port))
    wait_until(lambda: status_of(port) == 200, seconds=300)
    ((fill, event),) = place.ask("SELECT max(id), (SELECT max(id) FROM records_event) FROM records_fill")
    ((next_fill, next_event),) = place.ask(
        "SELECT nextval(pg_get_serial_sequence('records_fill', 'id')), "
        "nextval(pg_get_serial_sequence('records_event', 'id'))"
    )
    with pytest.raises(psycopg.errors.RestrictViolation):
        place.ask("UPDATE records_event SET verb = 'other'")

    assert said["heads"] == house.heads
    assert (next_fill, next_event) > (fill, event)  # type: ignore[operator]
    (audited,) = json.loads(proven.stdout)["pharmacies"]
    assert (audited["clean"], audited["events"]) == (True, house.events)
    assert audited["heads"] == house.heads[next(iter(house.heads))]
    assert [path.read_bytes() for path in (place.state / "media" / "2026").iterdir()] == [UPLOAD]
    assert (again.returncode, "holds something already" in again.stderr) == (1, True)


def test_a_restore_into_a_server_that_is_killed_in_the_middle_is_begun_again(
    house: House, place: Place, empty_database: str
) -> None:
    told = ("restore", str(house.file), "--into", str(place.state), "--key-file", str(house.key))
    process = place.start(*told, "--database", empty_database)

    def is_begun() -> bool:
        with psycopg.connect(empty_database) as asked:
            return asked.execute("SELECT to_regclass('pestle_being_restored')").fetchone() != (None,)

    wait_until(is_begun, seconds=300)
    process.send_signal(signal.SIGKILL)
    process.wait()
    place.environment["DATABASE_URL"] = empty_database
    opened = place.pestle("run", "--empty", "--port", str(a_port_nobody_listens_on()))
    said = restored(place, house)
    (place.state / "elsewhere").mkdir()
    second = Place(place.state / "elsewhere", place.environment)
    refused = second.pestle(*told[:2], "--into", str(second.state), "--key-file", str(house.key))

    assert (opened.returncode, "has not ended" in opened.stderr) == (1, True)
    assert said["heads"] == house.heads
    assert said["audit"]["clean"] is True
    assert (refused.returncode, "There is a database in this place already" in refused.stderr) == (1, True)


@pytest.mark.parametrize("wrong", ["the key", "one octet"])
def test_what_cannot_be_opened_leaves_no_place_behind(house: House, place: Place, tmp_path: Path, wrong: str) -> None:
    file, key = tmp_path / "a.age", tmp_path / "key"
    octets = bytearray(house.file.read_bytes())
    octets[-900] ^= wrong == "one octet"
    file.write_bytes(octets)
    key.write_text(house.key.read_text() if wrong != "the key" else a_key_of_nobody())

    refused = place.pestle("restore", str(file), "--into", str(place.state), "--key-file", str(key))

    assert refused.returncode == 1
    assert refused.stderr.startswith("pestle restore: ")
    assert "Traceback" not in refused.stderr
    assert not place.state.exists()


def a_key_of_nobody() -> str:
    """Give a key that opened nothing yet."""
    from pestle.wire import age

    return age.spoken_secret(bytes(range(32)))


def test_a_back_up_killed_in_the_middle_or_on_a_full_disk_leaves_no_half_file(place: Place) -> None:
    place.hold()
    assert place.pestle("migrate").returncode == 0
    folder = place.state / "backups"

    with psycopg.connect(place.cluster.url()) as other:
        other.execute("LOCK TABLE records_worker IN ACCESS EXCLUSIVE MODE")
        process = place.start("backup")
        wait_until(lambda: folder.exists() and any(folder.iterdir()), seconds=300)
        process.send_signal(signal.SIGKILL)
        process.wait()
    killed = [path.name for path in folder.iterdir()]
    small = Place(place.state, python=("prlimit", "--fsize=3000", sys.executable)).pestle("backup")
    left = list(folder.iterdir())
    whole = place.pestle("backup", "--json")

    assert [name[0] for name in killed] == ["."]
    assert (small.returncode, "cannot take the back-up: File too large" in small.stderr) == (1, True), small.stderr
    assert left == []
    assert whole.returncode == 0, whole.stderr
    assert [str(path) for path in folder.iterdir()] == [json.loads(whole.stdout)["file"]]
    assert place.ask("SELECT failure <> '' FROM records_backup ORDER BY id") == [(True,), (False,)]
    checked = place.pestle("backup", "--check", json.loads(whole.stdout)["file"])
    assert "is whole" in checked.stdout
    assert postgres.is_ready(place.cluster)
    assert os.stat(folder).st_mode & 0o077 == 0
