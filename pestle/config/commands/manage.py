"""`pestle manage`: Django's own management commands."""

import argparse

NAME = "manage"
HELP = "Run one of Django's management commands, with the database up."


def configure(parser: argparse.ArgumentParser) -> None:
    """Take everything that follows as it is."""
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="the command and its arguments")


def run(args: argparse.Namespace) -> int:
    """Hand the words to Django."""
    from pestle.config.ready import django_ready

    with django_ready():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["pestle manage", *args.words])
    return 0
