"""The day's back-up: due once its moment has passed, tried again after a failure, loud when there is no good one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pestle.records.keeping.backups import BackUp
from pestle.records.people import Worker
from pestle.stations.keeping import schedule
from pestle.stations.keeping.backing_up import file_name
from tests.world import NOW, World, make_world

# 2:30 am at the pharmacy in Michigan, the night before NOW.
THE_MOMENT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
_DAYS = ((8, 31), (9, 30), (10, 1), (10, 31), (11, 22))


@pytest.fixture
def world(db: None) -> World:
    """The small pharmacy, whose tables were made a week ago; those of the tests are as old as the run."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = %s", [NOW - timedelta(days=7)])
    return make_world()


def signed_in(worker: Worker) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    return client


def tried(at: datetime, failure: str = "") -> BackUp:
    """A back-up begun at a moment."""
    return BackUp.objects.create(begun_at=at, ended_at=at + timedelta(seconds=9), path="/there/a.age", failure=failure)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("good", "failed", "is_due"),
    [
        (None,                        None,                       True),    # never made
        (THE_MOMENT - HOUR,           None,                       True),    # the one of the day before
        (THE_MOMENT,                  None,                       False),
        (THE_MOMENT + 5 * HOUR,       None,                       False),   # made in the morning, the machine was off
        (THE_MOMENT - 24 * HOUR,      NOW - HOUR / 2,             False),   # failed half an hour ago
        (THE_MOMENT - 24 * HOUR,      NOW - 2 * HOUR,             True),    # failed two hours ago
        (THE_MOMENT + HOUR,           THE_MOMENT,                 False),   # failed, then made
    ],
)  # fmt: skip
def test_a_back_up_is_due_once_its_moment_has_passed(
    world: World, good: datetime | None, failed: datetime | None, *, is_due: bool
) -> None:
    if good:
        tried(good)
    if failed:
        tried(failed, "The disk is full.")

    assert schedule.is_due(NOW) is is_due


@pytest.mark.django_db
def test_the_moment_is_by_the_clock_on_the_wall_and_can_be_switched_off(world: World, settings: Any) -> None:
    assert schedule.last_moment(NOW) == THE_MOMENT
    assert schedule.last_moment(THE_MOMENT - timedelta(seconds=1)) == THE_MOMENT - timedelta(days=1)
    assert schedule.next_moment(NOW) == THE_MOMENT + timedelta(days=1)

    settings.BACKUP_AT = "off"

    assert (schedule.is_due(NOW), schedule.next_moment(NOW)) == (False, None)
    assert schedule.standing(NOW).wrong == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("good", "failed", "wrong"),
    [
        (NOW - 20 * HOUR,     None,              ""),
        (NOW - 27 * HOUR,     None,              "The last good back-up is 1 day old."),
        (NOW - 73 * HOUR,     None,              "The last good back-up is 3 days old."),
        (NOW - 20 * HOUR,     NOW - HOUR,        "The last back-up failed. The disk is full."),
        (NOW - HOUR,          NOW - 20 * HOUR,   ""),
        (None,                None,              "There is no back-up yet of a pharmacy that is 7 days old."),
    ],
)  # fmt: skip
def test_the_board_says_loudly_when_there_is_no_good_back_up(
    world: World, good: datetime | None, failed: datetime | None, wrong: str
) -> None:
    if good:
        tried(good)
    if failed:
        tried(failed, "The disk is full.")

    assert schedule.standing(NOW).wrong == wrong


@pytest.mark.django_db
def test_the_page_tells_the_last_ones_and_whose_the_button_is(world: World) -> None:
    tried(datetime.now(UTC), "The disk is full.")

    mine, hers = signed_in(world.priya), signed_in(world.ada)
    page, board = mine.get("/keeping/").content.decode(), hers.get("/board/").content.decode()
    refused = hers.post("/keeping/now/", headers={"X-Requested-With": "fetch"})
    asked = mine.post("/keeping/now/")

    assert "The last back-up failed. The disk is full." in page
    assert "The last back-up failed. The disk is full." in board
    assert "is for an administrator or the pharmacist in charge" in hers.get("/keeping/").content.decode()
    assert (refused.status_code, asked.status_code) == (409, 302)


@pytest.mark.django_db(transaction=True)
def test_the_days_back_up_is_made_once_and_the_old_ones_go(home: Path, settings: Any) -> None:
    make_world()
    tried(THE_MOMENT - 24 * HOUR)
    settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_MONTHS = 2, 3
    folder = Path(settings.BACKUP_FOLDER)
    folder.mkdir()
    old = [
        datetime(2026, month, day, 7, 30, tzinfo=UTC) for month, day in ((8, 31), (9, 30), (10, 1), (10, 31), (11, 22))
    ]
    for each in old:
        (folder / file_name(each)).touch()
    (folder / "somebody-elses.age").touch()

    first = schedule.back_up_if_due(clock=lambda: NOW)
    second = schedule.back_up_if_due(clock=lambda: NOW + HOUR)

    assert first is not None
    assert (first.failure, first.is_scheduled, second) == ("", True, None)
    left = sorted(path.name for path in folder.iterdir())
    kept = [datetime(2026, 9, 30, 7, 30, tzinfo=UTC), *old[3:], NOW]
    assert left == [*map(file_name, kept), "somebody-elses.age"]


def test_the_newest_is_always_worth_keeping() -> None:
    assert schedule.worth_keeping([NOW, NOW - HOUR], days=0, months=0) == {NOW}
    assert schedule.worth_keeping([], days=14, months=12) == set()
