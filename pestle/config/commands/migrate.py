"""`pestle migrate`: bring the tables up to date."""

import argparse

NAME = "migrate"
HELP = "Bring the tables of the database up to date."


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(args: argparse.Namespace) -> int:
    """Bring the tables up to date; other programs doing the same wait."""
    from pestle.config.ready import database_ready, django_ready

    with database_ready() as url, django_ready():
        from pestle.config.preparation import migrate

        migrate(url)
    print("The tables are up to date.")
    return 0
