"""The two streets are made once; every test here is marked for the database and undoes what it did.

No test of this folder may make a world of its own: the two pharmacies stand until the last of them is done.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.doors.streets import Streets, open_streets
from tests.payer import PretendPayer


@pytest.fixture(scope="package")
def streets(django_db_setup: None, django_db_blocker: pytest.FixtureRequest, payer: PretendPayer) -> Iterator[Streets]:
    """Both pharmacies, in a transaction that ends with the last test of this folder."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield open_streets(payer)
        transaction.set_rollback(True)
