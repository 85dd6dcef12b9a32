"""A small catalogue, loaded once for each module of tests and gone after it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from pestle.records.loading.everything import load
from pestle.records.loading.sources import read_sources

SAMPLE = Path(__file__).parents[1] / "samples" / "catalogue"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        list(load(["all"], read_sources(SAMPLE), at=MONDAY, watch=lambda what, rows: None))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def catalogue(_loaded: None, db: None) -> None:
    """Give the small catalogue; what a test changes in it is undone."""
