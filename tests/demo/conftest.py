"""A small made-up pharmacy over the small catalogue, made once for each module of tests and gone after it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from pestle.demo.pharmacy import SMALL, make_pharmacy
from pestle.records.loading.everything import load
from pestle.records.loading.sources import read_sources
from pestle.records.pharmacies import Pharmacy

SAMPLE = Path(__file__).parents[1] / "samples" / "catalogue"
# Monday, November 23, 2026, 8 am at the pharmacy in Michigan.
MORNING = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def _made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Pharmacy]:
    with django_db_blocker.unblock(), transaction.atomic():
        list(load(["all"], read_sources(SAMPLE), at=MORNING, watch=lambda what, rows: None))
        yield make_pharmacy(at=MORNING, size=SMALL, seed=7)
        transaction.set_rollback(True)


@pytest.fixture
def made_up(_made: Pharmacy, db: None) -> Pharmacy:
    """The made-up pharmacy; what a test changes in it is undone."""
    return _made
