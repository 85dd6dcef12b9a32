"""The settings a pharmacy relies on."""

import json
import os
import subprocess
import sys

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from pestle.config.faults import server_fault


@pytest.mark.django_db
def test_an_account_is_kept_with_a_hashed_password() -> None:
    account = get_user_model().objects.create_user("ada", password="correct horse battery")

    assert account.check_password("correct horse battery")
    assert "correct" not in account.password


@pytest.mark.parametrize("word", ["short", "password123456", "123456789012345"])
def test_a_short_or_well_known_password_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(word)


@pytest.mark.django_db
def test_every_page_carries_the_headers_that_protect_it(client: Client) -> None:
    answer = client.get("/accounts/login/")

    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


@pytest.mark.django_db
def test_the_right_password_signs_in(client: Client) -> None:
    account = get_user_model().objects.create_user("ada", password="correct horse battery")

    client.post("/accounts/login/", {"login": "ada", "password": "correct horse battery"})

    assert client.session["_auth_user_id"] == str(account.pk)


@pytest.mark.django_db
def test_five_wrong_passwords_lock_the_name_for_every_station(client: Client) -> None:
    get_user_model().objects.create_user("ada", password="correct horse battery")

    for _ in range(5):
        client.post("/accounts/login/", {"login": "ada", "password": "a wrong guess at it"})
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    elsewhere.post("/accounts/login/", {"login": "ada", "password": "correct horse battery"})

    # Counted in the database, by name: page servers share it, and another address does not help.
    assert AccessAttempt.objects.filter(username="ada").exists()
    assert "_auth_user_id" not in elsewhere.session


def test_served_over_https_cookies_never_travel_in_the_clear() -> None:
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_NAME"]
    script = f"import json; from pestle.config import settings as s; print(json.dumps([vars(s)[n] for n in {names}]))"
    environment = {**os.environ, "PESTLE_HTTPS": "yes", "PESTLE_SECRET_KEY": "x" * 50}

    said = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert json.loads(said.stdout) == [True, True, True, "__Host-session"]


def test_a_lost_database_is_told_apart_from_a_fault_of_ours(rf: RequestFactory) -> None:
    lost = answer_to(OperationalError("server closed the connection"), rf)
    fault = answer_to(ZeroDivisionError(), rf)

    assert (lost.status_code, fault.status_code) == (503, 500)
    assert lost["Retry-After"] == "5"
    assert b"No answer from the database" in lost.content
    assert b"Something went wrong in Pestle" in fault.content


def answer_to(error: Exception, rf: RequestFactory) -> HttpResponse:
    """Give the page a person sees when this exception reached nobody."""
    try:
        raise error
    except type(error):
        return server_fault(rf.get("/"))


@pytest.mark.django_db
def test_the_database_speaks_utc_and_is_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)
    assert connection.vendor == "postgresql"
