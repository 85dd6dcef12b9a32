"""Making back-ups: with which lock, one at a time, and what goes wrong is written down while the pharmacy goes on."""

from pathlib import Path

import pytest
from django.db import connection

from pestle.records.keeping.backups import BackUp
from pestle.stations.keeping import archive
from pestle.stations.keeping.backing_up import back_up
from pestle.stations.keeping.failures import BackUpFailed
from pestle.stations.keeping.locks import Lock, phrase_lock
from pestle.stations.keeping.sealed_files import opened_by
from pestle.wire import age
from tests.keeping.conftest import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)
OTHER_KEY = Lock(public=age.public_of(bytes(range(32))), secret=bytes(range(32)))


def test_a_pass_phrase_shuts_and_opens(home: Path) -> None:
    words = home / "phrase"
    words.write_text("seven brass weights on a scale\n")

    made = back_up(clock=lambda: LONG_AGO, into=home / "there", lock=phrase_lock(words))

    assert (made.failure, made.opens_with) == ("", "pass phrase")
    assert archive.check(Path(made.path), opened_by(phrase_lock(words)))["rows"] == made.rows
    words.write_text("too short\n")
    with pytest.raises(BackUpFailed, match="at least 15 characters"):
        phrase_lock(words)


def test_with_only_the_public_half_a_house_proves_what_it_cannot_open(home: Path) -> None:
    lock = Lock(public=OTHER_KEY.public)

    made = back_up(clock=lambda: LONG_AGO, into=home / "there", lock=lock)

    assert made.failure == ""
    with pytest.raises(BackUpFailed, match="does not open"):
        archive.check(Path(made.path), opened_by(lock))
    assert archive.check(Path(made.path), opened_by(OTHER_KEY))["rows"] == made.rows


def test_a_folder_that_cannot_take_it_is_written_down_and_leaves_nothing_behind(home: Path) -> None:
    (home / "file").touch()

    made = back_up(clock=lambda: LONG_AGO, into=home / "file" / "below")
    kept = BackUp.objects.get(pk=made.pk)

    assert kept.failure == f"The folder {home}/file/below cannot take the back-up: Not a directory."
    assert sorted(path.name for path in home.iterdir()) == ["backup_key", "file"]


def test_a_key_that_cannot_be_used_is_written_down(home: Path, settings: object) -> None:
    settings.BACKUP_RECIPIENT = "age1nonsense"  # type: ignore[attr-defined]

    made = back_up(clock=lambda: LONG_AGO, into=home)

    assert made.failure.startswith("PESTLE_BACKUP_RECIPIENT cannot be used. This is no key")


def test_two_at_once_are_one(home: Path) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7378537154)")
        with pytest.raises(BackUpFailed, match="Another back-up is being made"):
            back_up(clock=lambda: LONG_AGO)
    finally:
        other.close()

    assert list(home.iterdir()) == []
