"""`pestle backup`: seal everything the pharmacy knows into one file, read it back and prove it."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAME = "backup"
HELP = "Back up the whole house into one encrypted file, read back and proven."
FAILED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where it goes and what shuts it."""
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where it goes (default PESTLE_BACKUP_FOLDER)")
    shut = parser.add_mutually_exclusive_group()
    shut.add_argument("--key-file", type=Path, help="a key file instead of the one of this house")
    shut.add_argument("--passphrase-file", type=Path, help="shut it with the pass phrase in the first line of a file")
    parser.add_argument("--show-key", action="store_true", help="print the key that opens the back-ups; make none")
    parser.add_argument("--check", type=Path, metavar="FILE", help="prove a back-up instead of making one")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Make or prove a back-up; the exit status is 0 only where it is good."""
    from pestle.config.ready import django_ready, settings_ready
    from pestle.stations.keeping.failures import BackUpFailed

    try:
        if args.show_key or args.check:
            settings_ready()
            return _show_key() if args.show_key else _check(args)
        with django_ready():
            return _back_up(args)
    except BackUpFailed as failure:
        print(f"pestle backup: {failure}", file=sys.stderr)
        return FAILED


def _back_up(args: argparse.Namespace) -> int:
    from pestle.stations.keeping.backing_up import back_up

    made = back_up(clock=lambda: datetime.now(UTC), into=args.to, lock=given_lock(args), watch=progress())
    clear_progress()
    said: dict[str, Any] = {
        "ok": not made.failure, "file": made.path, "octets": made.octets, "rows": made.rows, "sha256": made.sha256,
        "opens_with": made.opens_with, "heads": made.heads,
        "seconds": round((made.ended_at - made.begun_at).total_seconds(), 2), "failure": made.failure or None,
    }  # fmt: skip
    if args.json:
        print(json.dumps(said))
    elif made.failure:
        print(f"pestle backup: {made.failure}", file=sys.stderr)
    else:
        print(f"{made.path}: {made.rows:,} rows in {made.octets:,} octets, read back and proven.")
        print(f"It opens with {made.opens_with}.{_about_the_key(args)}")
    return FAILED if made.failure else 0


def _about_the_key(args: argparse.Namespace) -> str:
    from django.conf import settings

    if args.key_file or args.passphrase_file or settings.BACKUP_RECIPIENT or settings.BACKUP_PHRASE_FILE:
        return ""
    return f" The key is {settings.BACKUP_KEY_FILE}: keep a copy away from this machine (pestle backup --show-key)."


def _check(args: argparse.Namespace) -> int:
    from pestle.stations.keeping import archive
    from pestle.stations.keeping.locks import lock_of_the_house
    from pestle.stations.keeping.sealed_files import opened_by

    says = archive.check(args.check, opened_by(given_lock(args) or lock_of_the_house()))
    says = {name: says[name] for name in ("made_at", "program", "pharmacies", "rows", "uploads", "heads")}
    if args.json:
        print(json.dumps({"ok": True, **says}))
    else:
        print(f"{args.check} is whole: {says['rows']:,} rows of {', '.join(says['pharmacies'])}, {says['made_at']}.")
    return 0


def _show_key() -> int:
    from django.conf import settings

    from pestle.stations.keeping.locks import lock_of_the_house, own_key_file

    lock = lock_of_the_house()
    if not lock.secret:
        kind = "a pass phrase" if settings.BACKUP_PHRASE_FILE else "a key whose secret half is kept elsewhere"
        print(f"Back-ups are shut with {kind}; there is no key here to show.")
        return 0
    print(own_key_file().read_text(encoding="ascii"), end="")
    return 0


def given_lock(args: argparse.Namespace) -> Any:
    """Give the lock the arguments name, or None."""
    from pestle.stations.keeping.locks import key_lock, phrase_lock

    if args.key_file:
        return key_lock(args.key_file)
    return phrase_lock(args.passphrase_file) if args.passphrase_file else None


def progress() -> Callable[[str, int], None]:
    """Give a function that tells on a terminal which table is done."""
    if not sys.stderr.isatty():
        return lambda table, rows: None
    return lambda table, rows: print(f"\r\033[K  {table}: {rows:,}", end="", file=sys.stderr, flush=True)


def clear_progress() -> None:
    """Take the last line of progress away."""
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
