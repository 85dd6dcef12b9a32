"""The payer's own book of claims, in a file: what it holds as paid is asked of it, never of the pharmacy."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS claim (
  number INTEGER PRIMARY KEY, plan TEXT, provider TEXT, rx INTEGER, fill INTEGER, service_on TEXT, ndc TEXT,
  place INTEGER, member TEXT, quantity TEXT, days INTEGER, codes TEXT, content TEXT, state TEXT, reference TEXT,
  patient_pays TEXT, plan_pays TEXT, deductible TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS paid_once ON claim (plan, provider, rx, fill, service_on, place)
  WHERE state = 'paid';
CREATE TABLE IF NOT EXISTS heard (content TEXT PRIMARY KEY, times INTEGER);
CREATE TABLE IF NOT EXISTS told (number INTEGER PRIMARY KEY, kind TEXT, fact TEXT);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimKey:
    """By what a payer knows a claim again."""

    plan: str
    provider: str
    rx: int
    fill: int
    service_on: str
    place: int = 1


class Book:
    """The book in its file; one thread at a time, as the caller sees to."""

    def __init__(self, file: Path) -> None:
        """Open the book, or begin it."""
        self.line = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.line.row_factory = sqlite3.Row
        self.line.executescript(TABLES)

    def times_heard(self, content: str) -> int:
        """Count that this message was heard once more, and give how often it was heard before."""
        asked = "INSERT INTO heard VALUES (?, 1) ON CONFLICT (content) DO UPDATE SET times = times + 1 RETURNING times"
        return int(self.line.execute(asked, [content]).fetchone()[0]) - 1

    def newest(self, key: ClaimKey) -> dict[str, Any] | None:
        """Give the newest claim of this key, paid or reversed."""
        asked = (
            "SELECT * FROM claim WHERE plan = ? AND provider = ? AND rx = ? AND fill = ? AND service_on = ? "
            "AND place = ? ORDER BY number DESC LIMIT 1"
        )
        row = self.line.execute(asked, [key.plan, key.provider, key.rx, key.fill, key.service_on, key.place]).fetchone()
        return dict(row) if row else None

    def pay(self, key: ClaimKey, **columns: Any) -> None:
        """Write a claim down as paid; the file itself refuses a second one of the same key."""
        row = {
            "plan": key.plan, "provider": key.provider, "rx": key.rx, "fill": key.fill, "service_on": key.service_on,
            "place": key.place, "state": "paid", **columns,
        }  # fmt: skip
        marks = ", ".join("?" * len(row))
        self.line.execute(f"INSERT INTO claim ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608

    def reverse(self, number: int) -> None:
        """Write down that a paid claim was taken back."""
        self.line.execute("UPDATE claim SET state = 'reversed' WHERE number = ? AND state = 'paid'", [number])

    def paid_of(self, plan: str, member: str) -> list[dict[str, Any]]:
        """Give the paid claims of a member, the newest day first."""
        asked = "SELECT * FROM claim WHERE plan = ? AND member = ? AND state = 'paid' ORDER BY service_on DESC"
        return [dict(row) for row in self.line.execute(asked, [plan, member])]

    def deductible_met(self, plan: str, member: str, year: int) -> Decimal:
        """Add up what a member paid toward the deductible in a year."""
        rows = (row for row in self.paid_of(plan, member) if row["service_on"][:4] == str(year))
        return sum((Decimal(row["deductible"] or 0) for row in rows), Decimal(0))

    def last_day(self) -> date:
        """Give the newest day of service in the book; a long time ago where it is empty."""
        newest = self.line.execute("SELECT max(service_on) FROM claim").fetchone()[0]
        return date.fromisoformat(newest) if newest else date.min + timedelta(days=400)

    def everything(self) -> list[dict[str, Any]]:
        """Give all claims as plain rows, for comparing with the pharmacy's own."""
        left_out = {"content"}
        rows = self.line.execute("SELECT * FROM claim ORDER BY number")
        return [{name: row[name] for name in row.keys() if name not in left_out} for row in rows]  # noqa: SIM118

    def keep(self, kind: str, fact: dict[str, Any]) -> None:
        """Remember what was told, so that a payer that was killed still knows it."""
        self.line.execute("INSERT INTO told (kind, fact) VALUES (?, ?)", [kind, json.dumps(fact)])

    def all_told(self) -> list[tuple[str, dict[str, Any]]]:
        """Give what was told before, in order."""
        rows = self.line.execute("SELECT kind, fact FROM told ORDER BY number")
        return [(row["kind"], json.loads(row["fact"])) for row in rows]
