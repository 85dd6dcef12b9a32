"""What a person is told whose page met a database that was away for a moment: to try again, never that they erred."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client

from pestle.records.sessions import Session
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def sessions_that_cannot_be_written() -> Iterator[None]:
    """Hold every row of the sessions elsewhere, and let this connection wait for none of them."""
    other = connection.copy()
    try:
        with other.cursor() as elsewhere, connection.cursor() as here:
            elsewhere.execute("BEGIN")
            elsewhere.execute(f'SELECT 1 FROM "{Session._meta.db_table}" FOR UPDATE')
            here.execute("SET lock_timeout = '1ms'")
        yield
    finally:
        other.close()
        connection.close()


def signed_in_for_the_first_time() -> Client:
    browser, ada = Client(raise_request_exception=False), make_world().ada
    assert ada.account is not None
    browser.force_login(ada.account, "django.contrib.auth.backends.ModelBackend")
    return browser


def test_a_session_the_database_could_not_write_is_a_page_to_try_again() -> None:
    browser = signed_in_for_the_first_time()

    with sessions_that_cannot_be_written():
        answer = browser.get("/board/")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")
    assert browser.get("/board/").status_code == 200


def test_a_session_that_was_ended_elsewhere_is_not_written_again() -> None:
    browser = signed_in_for_the_first_time()
    kept = browser.session
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        kept.save()

    assert not Session.objects.exists()
