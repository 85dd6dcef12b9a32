"""A day on Corner Street, backed up once for a whole module of tests; its state folder is not this machine's."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from pestle.records.keeping.backups import BackUp
from pestle.records.pharmacies import Pharmacy
from pestle.stations import audit
from pestle.stations.keeping.backing_up import back_up
from tests.street import walk
from tests.world import make_world

LONG_AGO = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
UPLOAD = b"%PDF-1.7 a prescription on paper\n"


@dataclass(frozen=True)
class House:
    """What the tests know about the house that was backed up."""

    home: Path
    made: BackUp
    heads: dict[str, dict[str, str]]
    events: int

    @property
    def file(self) -> Path:
        """The back-up."""
        return Path(self.made.path)

    @property
    def key(self) -> Path:
        """The key the house made for itself."""
        return self.home / "backup_key"


@contextlib.contextmanager
def home_is(home: Path) -> Iterator[None]:
    """Let everything the house keeps on the disk lie in a folder, for the length of a `with` block."""
    places: dict[str, Any] = {
        "HEADS_FILE": home / "audit-heads.jsonl",
        "MEDIA_ROOT": str(home / "media"),
        "BACKUP_FOLDER": home / "backups",
        "BACKUP_KEY_FILE": home / "backup_key",
    }
    before = {name: getattr(settings, name) for name in places}
    for name, place in places.items():
        setattr(settings, name, place)
    try:
        yield
    finally:
        for name, place in before.items():
            setattr(settings, name, place)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A state folder of its own for one test."""
    with home_is(tmp_path):
        yield tmp_path


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A pharmacy with a fill that was sold and one that waits, an upload, and its back-up."""
    from pestle.records.events import Event

    home = tmp_path_factory.mktemp("house")
    with django_db_blocker.unblock(), home_is(home):
        try:
            world = make_world()
            walk(world, to="sold")
            walk(world, world.fill(world.prescribe("zolpidem 10 mg")), to="queued")
            (home / "media" / "2026").mkdir(parents=True)
            (home / "media" / "2026" / f"{uuid4()}.pdf").write_bytes(UPLOAD)
            made = back_up(clock=lambda: LONG_AGO)
            assert not made.failure, made.failure
            (found,) = audit.audit(heads_file=home / "audit-heads.jsonl")["pharmacies"]
            heads = {str(Pharmacy.objects.get().pk): found["heads"]}
            yield House(home, made, heads, Event.objects.count())
        finally:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, allow_cascade=False)
            connections.close_all()
