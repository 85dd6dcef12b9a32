"""`pestle audit`: prove the hash chain, the ledger and the states, and name the first wrong row."""

import argparse
import json
from datetime import UTC, datetime
from typing import Any

from pestle.config.state import ready_state_folder

NAME = "audit"
HELP = "Prove that history, stock and states are whole; name the first wrong row."


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the forms in which the proof is told."""
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--seal", action="store_true", help="first seal what is new and publish the heads")


def run(args: argparse.Namespace) -> int:
    """Prove every pharmacy; the exit status is 0 only where nothing is wrong."""
    from pestle.config.ready import django_ready

    heads_file = ready_state_folder() / "audit-heads.jsonl"
    with django_ready():
        from pestle.stations import audit

        if args.seal:
            audit.seal_all(at=datetime.now(UTC), heads_file=heads_file)
        found = audit.audit(heads_file=heads_file)
    print(json.dumps(found) if args.json else _told(found))
    return 0 if found["clean"] else 1


def _told(found: dict[str, Any]) -> str:
    lines = []
    for each in found["pharmacies"]:
        lines.append(f"{each['pharmacy']}: {each['events']:,} events, {'clean' if each['clean'] else 'NOT CLEAN'}")
        lines += [f"  {fault['table']} row {fault['row']}: {fault['says']}" for fault in each["faults"]]
        lines += [f"  head of {book}: {digest}" for book, digest in sorted(each["heads"].items())]
    return "\n".join(lines) or "There is no pharmacy here yet."
