"""The `pestle` command: one sub-command per module of `pestle.config.commands`."""

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from pestle.config import commands
from pestle.config.cluster import DatabaseUnavailable
from pestle.config.state import StateFolderUnusable

FAILED, INTERRUPTED = 1, 130


class Command(Protocol):
    """What a module of `pestle.config.commands` offers. Anything heavy is imported in `run`."""

    NAME: str
    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments this sub-command understands."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and give the exit status."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and give its exit status; what a person can mend is one sentence on standard error."""
    args = build_parser().parse_args(argv)
    chosen: Command = args.command
    try:
        return chosen.run(args)
    except (DatabaseUnavailable, StateFolderUnusable) as problem:
        print(f"pestle: {problem}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, say `head`, has seen enough.
        sys.stderr.close()
        return FAILED


def build_parser() -> argparse.ArgumentParser:
    """Give the parser of the whole command."""
    parser = argparse.ArgumentParser(prog="pestle", description="The open workplace of a pharmacy technician.")
    choices = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in known_commands():
        below = choices.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.configure(below)
        below.set_defaults(command=command)
    return parser


def known_commands() -> Iterator[Command]:
    """Give every sub-command, by name of its module."""
    for found in pkgutil.iter_modules(commands.__path__):
        yield cast("Command", importlib.import_module(f"{commands.__name__}.{found.name}"))


if __name__ == "__main__":
    sys.exit(main())
