"""Seals the books and proves them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pestle.records import sealing
from pestle.records.events import Event, Seal
from pestle.records.pharmacies import Pharmacy


def seal_all(*, at: datetime, heads_file: Path) -> int:
    """This will seal every pharmacy's new rows, publish the new heads, and give the number of batches sealed.

    The heads are appended to a file outside the database, where whoever rewrites the database does not reach them.
    """
    sealed = 0
    for pharmacy in Pharmacy.objects.order_by("pk"):
        batches = sealing.seal(pharmacy, at=at)
        if batches:
            _publish(pharmacy, at=at, heads_file=heads_file)
        sealed += len(batches)
    return sealed


def audit(*, heads_file: Path) -> dict[str, Any]:
    """This will prove chain, ledger and states of every pharmacy and say what is wrong, in one stable form."""
    pharmacies = [_audit_one(pharmacy, heads_file) for pharmacy in Pharmacy.objects.order_by("pk")]
    return {
        "clean": all(not each["faults"] for each in pharmacies),
        "pharmacies": pharmacies,
    }


def _audit_one(pharmacy: Pharmacy, heads_file: Path) -> dict[str, Any]:
    faults = [*sealing.faults(pharmacy), *_head_faults(pharmacy, heads_file)]
    return {
        "pharmacy": pharmacy.name,
        "clean": not faults,
        "events": Event.objects.filter(pharmacy=pharmacy).count(),
        "heads": sealing.heads(pharmacy),
        "faults": [{"table": fault.table, "row": fault.row, "says": fault.says} for fault in faults],
    }


def _publish(pharmacy: Pharmacy, *, at: datetime, heads_file: Path) -> None:
    line = {"pharmacy": pharmacy.pk, "at": at.isoformat(), "heads": sealing.heads(pharmacy)}
    with heads_file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def _head_faults(pharmacy: Pharmacy, heads_file: Path) -> list[sealing.Fault]:
    """Every head that was ever published must still be in the chain."""
    if not heads_file.exists():
        return []
    known = {
        (seal.book, bytes(seal.digest).hex()) for seal in Seal.objects.filter(pharmacy=pharmacy).only("book", "digest")
    }
    for line in heads_file.read_text(encoding="utf-8").splitlines():
        published = json.loads(line)
        if published["pharmacy"] != pharmacy.pk:
            continue
        for book, digest in published["heads"].items():
            if (book, digest) not in known:
                said = (
                    f"The head of book {book} published {published['at']} is no longer in the chain: it was rewritten."
                )
                return [sealing.Fault("records_seal", 0, said)]
    return []
