"""Fixtures for tests of pages: a browser, and people signed in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from pestle.records.people import Worker
from tests.pages.browser import open_chromium, open_page
from tests.world import World, make_world

# How long a thing may take to appear is no part of what these tests prove: a machine that is busy draws late.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def console() -> list[str]:
    """What the browser's console called an error during this test."""
    return []


@pytest.fixture
def page(chromium: Browser, console: list[str]) -> Iterator[Page]:
    """A fresh window; its test fails when the console logged an error."""
    with open_page(chromium, console) as window:
        yield window
    assert console == [], "The browser's console logged errors."


@pytest.fixture
def world(db: None) -> World:
    """The small pharmacy of tests/world.py."""
    return make_world()


@pytest.fixture
def signed_in(client: Client) -> Callable[[Worker], Client]:
    """Sign a worker in without their password: `signed_in(world.ada).get("/board/")`."""

    def sign_in(worker: Worker) -> Client:
        assert worker.account is not None
        client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
