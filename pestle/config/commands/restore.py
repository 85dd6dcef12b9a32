"""`pestle restore`: put a back-up into a new place, with its uploads and published heads, and prove it there."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from pestle.config.commands.backup import clear_progress, given_lock, progress
from pestle.config.state import BEING_RESTORED, ready_state_folder

NAME = "restore"
HELP = "Put a back-up into a new place; never over one that holds anything."
FAILED = 1


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the file, the place, and what opens it."""
    parser.add_argument("file", type=Path, help="the back-up")
    parser.add_argument("--into", type=Path, required=True, metavar="PLACE", help="a new state folder (PESTLE_HOME)")
    parser.add_argument(
        "--database", metavar="URL", help="an empty database (default DATABASE_URL, or an embedded one)"
    )
    opens = parser.add_mutually_exclusive_group()
    opens.add_argument("--key-file", type=Path, help="the key that opens it (default backup_key of this PESTLE_HOME)")
    opens.add_argument("--passphrase-file", type=Path, help="a file with the pass phrase in its first line")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Restore and prove; the exit status is 0 only where the books are clean."""
    from pestle.config.ready import django_ready
    from pestle.stations.keeping import archive
    from pestle.stations.keeping.failures import BackUpFailed
    from pestle.stations.keeping.sealed_files import opened_by

    place, file = args.into.expanduser().absolute(), args.file.expanduser().absolute()
    # The key of this house is looked for here; everything after belongs to the new place.
    key_file = args.key_file or Path(os.environ.get("PESTLE_HOME") or ".pestle") / "backup_key"
    args.key_file = None if args.passphrase_file else key_file.expanduser().absolute()
    if args.database:
        os.environ["DATABASE_URL"] = args.database
    os.environ["PESTLE_HOME"] = str(place)
    # Until the mark is taken away nothing in the new place counts, so nothing has to wait for the disk.
    os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
    mark = place / BEING_RESTORED
    try:
        _refuse_a_place_in_use(place, mark)
        # Proven before anything is made: a wrong key or a damaged file leaves no half-made place behind.
        archive.check(file, opened_by(given_lock(args)))
        ready_state_folder()
        mark.touch()
        with django_ready():
            from pestle.stations.keeping.restoring import restore

            found = restore(file, given_lock(args), watch=progress())
        clear_progress()
        mark.unlink()
    except BackUpFailed as failure:
        clear_progress()
        print(f"pestle restore: {failure}", file=sys.stderr)
        return FAILED
    clean = bool(found["audit"]["clean"])
    said: dict[str, Any] = {"ok": clean, "place": str(place), "rows": found["rows"], "made_at": found["made_at"]}
    said |= {"pharmacies": found["pharmacies"], "heads": found["heads"], "audit": found["audit"]}
    print(json.dumps(said) if args.json else _told(said))
    return 0 if clean else FAILED


def _refuse_a_place_in_use(place: Path, mark: Path) -> None:
    from pestle.stations.keeping.failures import BackUpFailed

    if place.exists() and not place.is_dir():
        raise BackUpFailed(f"{place} is a file. Name a new folder.")
    if place.exists() and any(place.iterdir()) and not mark.exists():
        raise BackUpFailed(f"{place} holds something already. A back-up is only restored into a new place.")


def _told(said: dict[str, Any]) -> str:
    home = f"PESTLE_HOME={said['place']}"
    url = " and the same DATABASE_URL" if os.environ.get("DATABASE_URL") else ""
    lines = [f"Restored: {said['rows']:,} rows of {', '.join(said['pharmacies'])}, as of {said['made_at']}."]
    for each in said["audit"]["pharmacies"]:
        lines.append(f"{each['pharmacy']}: {each['events']:,} events, {'clean' if each['clean'] else 'NOT CLEAN'}")
        lines += [f"  {fault['table']} row {fault['row']}: {fault['says']}" for fault in each["faults"]]
    lines.append("The heads of its books are those of the back-up.")
    lines.append(f"Open it with {home}{url} pestle run. Never beside the pharmacy it came from:")
    lines.append("both would speak to the same partners.")
    return "\n".join(lines)
