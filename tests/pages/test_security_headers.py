"""What every answer carries, what a cookie is, and what never reaches a log."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pestle.config.logs import logging_settings
from pestle.records.people import Worker
from tests.world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[Worker], Client]
PAGES = ("/people/", "/people/me/", "/people/bench/", "/accounts/logout/")


@pytest.mark.parametrize("page", ["/accounts/login/", *PAGES])
def test_every_page_is_closed_to_other_sites_and_kept_nowhere(world: World, signed_in: SignIn, page: str) -> None:
    client = Client() if page == "/accounts/login/" else signed_in(world.ada)

    answer = client.get(page)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in answer["Permissions-Policy"]


def test_the_policy_lets_only_our_own_scripts_and_styles_in_and_none_inline(client: Client, world: World) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    told = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}

    assert told["default-src"] == ["'none'"]
    assert told["script-src"] == told["style-src"] == told["connect-src"] == ["'self'"]
    assert told["frame-ancestors"] == told["base-uri"] == ["'none'"]
    assert told["form-action"] == ["'self'"]
    assert "unsafe" not in policy


@pytest.mark.parametrize("page", ["/accounts/login/", *PAGES])
def test_no_page_brings_inline_script_or_style(world: World, signed_in: SignIn, page: str) -> None:
    client = Client() if page == "/accounts/login/" else signed_in(world.ada)

    html = client.get(page).content.decode()

    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all("src=" in each or 'type="application/json"' in each for each in scripts)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", html)


def test_cookies_are_for_this_site_and_no_script(world: World, client: Client) -> None:
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "ada", "password": "ada counts by fives"})

    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME], client.cookies[settings.CSRF_COOKIE_NAME]
    assert session["httponly"]
    assert csrf["httponly"]
    assert (session["samesite"], csrf["samesite"]) == ("Lax", "Strict")
    assert not session["max-age"], "it ends with the browser"


def test_signing_in_changes_the_key_a_stranger_could_have_planted(world: World, client: Client) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    client.post("/accounts/login/", {"login": "ada", "password": "ada counts by fives"})

    assert client.session.session_key != before


def test_signing_out_clears_what_the_browser_keeps(world: World, signed_in: SignIn) -> None:
    answer = signed_in(world.ada).post("/accounts/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'


POSTED = (
    "people:lock",
    "people:unlock",
    "people:badge",
    "people:bench",
    "people:invite",
    "people:choose",
    "account_login",
    "account_logout",
)


@pytest.mark.parametrize("name", POSTED)
def test_a_post_without_the_token_of_its_page_is_refused(world: World, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert world.ada.account is not None
    client.force_login(world.ada.account, "django.contrib.auth.backends.ModelBackend")

    assert client.post(reverse(name)).status_code == 403


# A partner's program has no page and no cookie; its signed token is asked for instead.
DOORS_OF_PARTNERS = {"api/erx/", "api/edi/", "api/epcis/"}


def test_only_the_doors_of_partners_waive_the_token() -> None:
    waived = {address for address, view in views() if getattr(view, "csrf_exempt", False)}

    assert waived <= DOORS_OF_PARTNERS


def views() -> Iterator[tuple[str, object]]:
    """Every address of the house with its view."""
    waiting: list[tuple[str, URLPattern | URLResolver]] = [("", each) for each in get_resolver().url_patterns]
    while waiting:
        before, each = waiting.pop()
        address = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            waiting += [(address, inner) for inner in each.url_patterns]
        else:
            yield address, each.callback


def test_a_password_is_fifteen_characters_and_not_a_known_one(world: World) -> None:
    names = {each["NAME"].rpartition(".")[2]: each.get("OPTIONS", {}) for each in settings.AUTH_PASSWORD_VALIDATORS}

    assert names["MinimumLengthValidator"] == {"min_length": 15}
    assert "CommonPasswordValidator" in names


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """Everything that reaches the house's own log while the test runs, as it would be written."""
    written = StringIO()
    settings_of_log = logging_settings()["formatters"]["json"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=settings_of_log["foreign_pre_chain"], processors=settings_of_log["processors"]
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_line_of_the_log_names_a_patient_a_drug_or_what_was_typed(
    world: World, signed_in: SignIn, lines: StringIO
) -> None:
    world.fill()
    client = signed_in(world.priya)
    for page in ("/", f"/people/looks/{world.cleo.pk}/", "/people/?q=Marchetti", "/nowhere/?name=Cleo+Marchetti"):
        client.get(page)
    client.post("/people/invite/", {"given": "Cleo", "family": "Marchetti", "username": "cleo"})
    client.raise_request_exception = False
    client.get(f"/people/looks/{10**30}/?who=Cleo")

    text = lines.getvalue()
    assert [json.loads(line) for line in text.splitlines() if "request_finished" in line], "the log is heard"
    for word in ("Cleo", "Marchetti", "lisinopril", "Alder", "7345550142", "CM1968314"):
        assert word.lower() not in text.lower()
