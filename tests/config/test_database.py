"""A database of somebody else's: named by DATABASE_URL, described in words when it does not answer."""

import socket

import pytest

from pestle.config.cluster import DatabaseUnavailable
from pestle.config.database import settings_for, spoken
from tests.config.conftest import House


def a_port_nobody_listens_on() -> int:
    """Give a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_server_that_does_not_answer_is_named_without_its_password(house: House) -> None:
    port = a_port_nobody_listens_on()
    house.environment["DATABASE_URL"] = f"postgresql://ada:s3cret-word@127.0.0.1:{port}/corner"

    refused = house.pestle("migrate")

    assert refused.returncode == 1
    assert f"No answer from the database corner at 127.0.0.1, port {port}." in refused.stderr
    assert "s3cret-word" not in refused.stderr + refused.stdout
    assert "Traceback" not in refused.stderr


def test_an_address_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(DatabaseUnavailable, match="not an address of a database"):
        settings_for("mysql//nowhere")


def test_options_of_the_address_are_kept_and_connections_are_checked() -> None:
    settings = settings_for("postgresql://ada:word@db.example:6432/corner?sslmode=verify-full")

    assert (settings["HOST"], settings["PORT"]) == ("db.example", "6432")
    assert (settings["NAME"], settings["USER"], settings["PASSWORD"]) == ("corner", "ada", "word")
    assert settings["OPTIONS"]["sslmode"] == "verify-full"
    assert settings["OPTIONS"]["pool"]
    assert settings["CONN_HEALTH_CHECKS"] is True


def test_a_database_is_spoken_of_by_name_host_and_port() -> None:
    assert spoken("postgresql://ada:word@db.example:6432/corner") == "the database corner at db.example, port 6432"
