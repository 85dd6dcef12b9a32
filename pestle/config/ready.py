"""Brings up what a command needs before it can work: the database, then Django."""

import contextlib
import os
from collections.abc import Iterator

from pestle.config.cluster import ready_cluster_of_this_state
from pestle.config.database import check_answer
from pestle.config.postgres import embedded_database


@contextlib.contextmanager
def database_ready() -> Iterator[str]:
    """Make sure the database answers, for the length of a `with` block, and give its address.

    Raises DatabaseUnavailable when it does not answer or cannot be started.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        check_answer(given)
        yield given
        return
    with embedded_database(ready_cluster_of_this_state()) as held:
        yield held.url


def settings_ready() -> None:
    """Let Django's settings be found, for what needs no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pestle.config.settings")


@contextlib.contextmanager
def django_ready() -> Iterator[None]:
    """Make sure the database answers and Django is set up, for the length of a `with` block."""
    with database_ready():
        settings_ready()
        import django

        django.setup()
        try:
            yield
        finally:
            close_connections()


def close_connections() -> None:
    """Close Django's connections and their pools, so that nothing keeps the database waiting."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()
