"""From a database address to Django's settings, and plain words when nobody answers there."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pestle.config.cluster import DatabaseUnavailable, cluster_of_this_state

_POOL = {"min_size": 1, "max_size": 4, "timeout": 10, "max_idle": 300}
_PLACES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database_url(environment: Mapping[str, str]) -> str:
    """Give the address of the database: `DATABASE_URL`, or that of the embedded PostgreSQL."""
    return environment.get("DATABASE_URL") or cluster_of_this_state().url()


def database_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Give Django's settings for the database, with a pool of checked connections."""
    return settings_for(database_url(environment))


def settings_for(url: str) -> dict[str, Any]:
    """Give Django's settings for the database at this address; options in the address are kept.

    Raises DatabaseUnavailable when the address cannot be read.
    """
    try:
        named = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise DatabaseUnavailable(
            "DATABASE_URL is not an address of a database, like postgresql://user@host:5432/pestle."
        ) from error
    places = {_PLACES[name]: str(given) for name, given in named.items() if name in _PLACES and given is not None}
    options = {name: given for name, given in named.items() if name not in _PLACES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **places,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # Django's own statements are never prepared; those of records.statements.prepared are (decision 0014).
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 5, **options, "pool": dict(_POOL)},
    }


def check_answer(url: str) -> None:
    """Return if the database answers; otherwise raise DatabaseUnavailable, which never names the password."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"No answer from {spoken(url)}. {_first_line(error, url)}") from error


def spoken(url: str) -> str:
    """Name the database at this address for people: name, host and port."""
    named = conninfo_to_dict(url)
    place = f"{named.get('host', 'this machine')}, port {named.get('port', 5432)}"
    return f"the database {named.get('dbname', named.get('user', ''))} at {place}"


def _first_line(error: Exception, url: str) -> str:
    password = conninfo_to_dict(url).get("password")
    line = (str(error).strip().splitlines() or [""])[-1].strip()
    return line.replace(str(password), "***") if password else line
