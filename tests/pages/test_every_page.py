"""Every page of the street, by everybody who works here: whole, in one piece, open to anyone's eyes and hands."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from pestle.config.screens import measures
from pestle.config.screens.windows import VIEWS
from pestle.demo import long_names
from pestle.demo.page_list import PAGES, ListedPage
from pestle.records.people import Worker
from pestle.terms.roles import Role
from tests.pages.browser import axe, open_page, picture
from tests.pages.hands import at_a_bench
from tests.pages.whole_street import open_street
from tests.payer import PretendPayer
from tests.world import World

# Addresses that answer a GET and are no page: a part of one, a file, a step of signing in, or shut.
NO_PAGES = frozenset({
    "first_page", "claims:queue", "board:calls",
    "drop_off:people", "drop_off:known", "help:strip",
    "data_entry:drugs", "pre_check:act", "verification:act", "calculator:find",
    "calculator:fill_find",
    "drop_off:document", "data_entry:original", "filling:label", "filling:ticket", "calculator:kept_sheet",
    "recalls:report", "will_call:tag", "pickup:receipt_pdf", "will_call:returned_label",
    "practice:begin", "people:join", "people:choose", "people:start", "people:lock", "people:unlock", "people:here",
})  # fmt: skip
ARGUMENTS = {"int": 1, "slug": "x", "str": "x", "uuid": "12345678-1234-5678-1234-567812345678", "path": "x"}
# A value that is not there, or a tag that was not understood, printed as it is.
UNSAID = re.compile(r"[>\"]\s*None\s*[<\"]|\{\{|\{%|&lt;\w+ object")
EVERYBODY = (
    Role.TECHNICIAN, Role.CERTIFIED_TECHNICIAN, Role.LEAD_TECHNICIAN, Role.INTERN, Role.PHARMACIST,
    Role.PHARMACIST_IN_CHARGE, Role.CASHIER, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip


@pytest.fixture
def street(db: None, payer: PretendPayer) -> World:
    return open_street(payer)


def addresses(resolver: URLResolver, above: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Every address that has a name, with the names of what it is in; sign-in's own come without."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, (*above, each.namespace) if each.namespace else above)
        elif each.name:
            yield ":".join([*above, each.name]), each


def whose(role: Role) -> Worker:
    return Worker.objects.exclude(account=None).filter(role_names__contains=[role.value]).order_by("pk")[0]


def signed_in(worker: Worker) -> Client:
    client = Client()
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    return client


def test_every_address_is_a_listed_page_or_takes_only_posts(street: World) -> None:
    known = {page.name for page in PAGES} | NO_PAGES
    ada = signed_in(street.ada)
    forgotten = []
    for name, pattern in addresses(get_resolver()):
        if name in known or name.startswith(("account_", "mfa_")):
            continue
        given = [ARGUMENTS[type(each).__name__.removesuffix("Converter").lower().replace("string", "str")]
                 for each in pattern.pattern.converters.values()]  # fmt: skip
        if ada.get(reverse(name, args=given)).status_code != 405:
            forgotten.append(name)

    assert forgotten == [], "Add these to pestle/demo/page_list.py."


def test_every_listed_page_has_something_to_show_and_is_whole_for_everybody(street: World) -> None:
    wrong: dict[str, object] = {}
    for role in EVERYBODY:
        client = signed_in(whose(role))
        for page in PAGES:
            address = page.address(street.pharmacy)
            assert address is not None, f"There is nothing to show on {page.title}."
            answer = client.get(address)
            for_whom = (f"{page.title} for a {role}", address)
            if role == page.role and answer.status_code != 200:
                wrong[for_whom] = f"{answer.status_code} {getattr(answer, 'url', '')}"
            elif faults := torn(answer):
                wrong[for_whom] = faults

    assert wrong == {}, "\n".join(f"{where}: {faults}" for where, faults in wrong.items())


def torn(answer: HttpResponse) -> list[str]:
    """What is wrong with a page, or the refusal in its place, as it was sent."""
    if answer.status_code == 302:
        return []
    words, faults = answer.content.decode(), []
    if answer.status_code not in {200, 409}:
        faults.append(f"status {answer.status_code}")
    if words.count("<h1") != 1:
        faults.append(f"{words.count('<h1')} first headings")
    return [*faults, *UNSAID.findall(words)]


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_reflows_at_200_percent_and_holds_the_longest_names(
    transactional_db: None, payer: PretendPayer, chromium: Browser, live_server: LiveServer
) -> None:
    street = open_street(payer)
    long_names.lengthen(street.pharmacy)
    found: dict[str, list[str]] = {}
    for role in sorted({page.role for page in PAGES}):
        with open_page(chromium, []) as window:
            at_a_bench(window, live_server.url, whose(role))
            for page in filter(lambda each: each.role == role, PAGES):
                window.goto(f"{live_server.url}{page.address(street.pharmacy)}")
                for view in ("desk", "zoom"):
                    wide, high = VIEWS[view]
                    window.set_viewport_size({"width": wide, "height": high})
                    # With such names a page may be longer than its window; nothing may be cut, or wider.
                    found[f"{page.title}, {view}"] = measures.told(window, is_long=True)

    wrong = {title: faults for title, faults in found.items() if faults}
    assert wrong == {}, "\n".join(f"{title}: {faults}" for title, faults in wrong.items())


@pytest.mark.browser
def test_every_page_fits_its_screen_and_stands_in_nobodys_way(
    transactional_db: None, payer: PretendPayer, chromium: Browser, live_server: LiveServer
) -> None:
    street = open_street(payer)
    found: dict[str, list[str]] = {}
    for role in sorted({page.role for page in PAGES}):
        console: list[str] = []
        with open_page(chromium, console) as window:
            at_a_bench(window, live_server.url, whose(role))
            # Colours that fade into each other are no colours yet.
            window.emulate_media(reduced_motion="reduce")
            for page in filter(lambda each: each.role == role, PAGES):
                asked = f"{live_server.url}{page.address(street.pharmacy)}"
                window.goto(asked)
                elsewhere = [] if window.url == asked else [f"led to {window.url}"]
                found[page.title] = [*elsewhere, *seen(window, page), *console]
                console.clear()

    wrong = {title: faults for title, faults in found.items() if faults}
    assert wrong == {}, "\n".join(f"{title}: {faults}" for title, faults in wrong.items())


def seen(window: Page, page: ListedPage) -> list[str]:
    """What is wrong with a page as it stands in the window: axe in both themes, one heading, nothing cut."""
    faults = []
    for theme in ("light", "dark"):
        window.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        faults += [f"{theme}: {each}" for each in axe(window)]
        if folder := os.environ.get("PESTLE_PICTURES"):
            picture(window, Path(folder) / f"{page.title.replace(' ', '-')}-{theme}.png")
    if window.locator("h1").count() != 1:
        faults.append("not one h1")
    # A column may be longer than the window, and scrolls by itself; the page never does.
    fits = measures.told(window, is_long=page.is_long)
    return [*faults, *(each for each in fits if not each.startswith("a column"))]
