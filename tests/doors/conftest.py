"""The two streets are made once; every test here is marked for the database and undoes what it did.

No test of this folder may make a world of its own: the two pharmacies stand until the last of them is done.
"""

from collections.abc import Iterator
from itertools import chain

import pytest
from django.db import transaction

from pestle.demo.page_list import PAGES
from pestle.terms.roles import Role
from tests.doors.forms import Form, forms_on
from tests.doors.streets import Streets, open_streets, signed_in
from tests.payer import PretendPayer

EYES = (Role.PHARMACIST_IN_CHARGE, Role.CERTIFIED_TECHNICIAN, Role.CASHIER)


@pytest.fixture(scope="package")
def streets(django_db_setup: None, django_db_blocker: pytest.FixtureRequest, payer: PretendPayer) -> Iterator[Streets]:
    """Both pharmacies, in a transaction that ends with the last test of this folder."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield open_streets(payer)
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def met(streets: Streets) -> dict[str, list[Form]]:
    """Every form somebody can see at Corner Street, by the address it goes to."""
    pages = [address for page in PAGES if (address := page.address(streets.here.pharmacy))]
    found: dict[str, list[Form]] = {}
    for form in chain.from_iterable(forms_on(signed_in(streets.worker(role)), pages) for role in EYES):
        if form not in found.setdefault(form.name, []):
            found[form.name].append(form)
    return found
