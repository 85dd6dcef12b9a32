"""The pretend prescriber network's own book: what it wrote, sent and heard, so that a restart goes on where it stopped.

One JSON object a line, each written at once, so that a killed process loses at most the line it was writing:

  ordered     an order by its number, so that it can be cancelled later
  queued      a message on its way, with its bytes, its serial and when it is due
  sent, not taken, given up   what became of it
  received    what the pharmacy sent, with our answer
  told        a command of the setup file that was taken, so that it is not taken again
"""

import json
import threading
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

FINISHED = frozenset({"sent", "not taken", "given up"})
BUSY = "6"


class Book:
    """What was sent, received and answered, so that it can be compared with the pharmacy's and gone on with."""

    def __init__(self, file: Path | None) -> None:
        """Open the file and read what stands in it; without one the book is kept in memory only."""
        self.turn = threading.Lock()
        self.lines: list[dict[str, Any]] = _read(file) if file else []
        self.out = file.open("a", encoding="utf-8") if file else None

    def write(self, what: str, **said: Any) -> None:
        """Add a line."""
        line = {"what": what, "at": datetime.now(UTC).isoformat(), **said}
        with self.turn:
            self.lines.append(line)
            if self.out:
                self.out.write(json.dumps(line) + "\n")
                self.out.flush()

    def everything(self) -> list[dict[str, Any]]:
        """Give all lines so far."""
        with self.turn:
            return list(self.lines)

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """Give the lines of some kinds."""
        return [line for line in self.everything() if line["what"] in kinds]

    def bodies(self) -> dict[str, bytes]:
        """Give what was written under each message number; the first writing counts, for numbers are never reused."""
        found: dict[str, bytes] = {}
        for line in self.of("queued", "sent"):
            found.setdefault(line["message_id"], line["body"].encode())
        return found

    def pending(self) -> list[dict[str, Any]]:
        """Give what is still on its way, each with the `after` seconds that were left when the book stopped."""
        lines = self.everything()
        over = {line.get("serial") for line in lines if _is_over(line)}
        stopped_at = datetime.fromisoformat(lines[-1]["at"]) if lines else datetime.now(UTC)
        # Time stood still while the network was off: a night's orders do not all come at once in the morning.
        return [
            {**line, "after": max((datetime.fromisoformat(line["due_at"]) - stopped_at).total_seconds(), 0.0)}
            for line in self.of("queued")
            if line["serial"] not in over
        ]

    def told(self) -> Counter[str]:
        """Give the commands that were taken from a setup file, by their marks, with how often each stood there."""
        return Counter(line["command"] for line in self.of("told"))


def mark_of(command: dict[str, Any]) -> str:
    """Give the mark by which a command is known again."""
    return sha256(json.dumps(command, sort_keys=True).encode()).hexdigest()[:32]


def _is_over(line: dict[str, Any]) -> bool:
    is_busy = line["what"] == "sent" and line["code"].startswith(BUSY)
    return line["what"] in FINISHED and not is_busy


def _read(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    raw = file.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if whole != raw:
        # The process died while it wrote this line: nobody has seen what it says.
        with file.open("r+b") as torn:
            torn.truncate(len(whole))
    return [json.loads(line) for line in whole.splitlines()]
