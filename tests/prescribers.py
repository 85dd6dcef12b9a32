"""The pretend prescriber network as a process of its own, for tests of the whole line."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from pestle.records.pharmacies import Partner, PartnerKind
from tests.world import World

PATIENCE_SECONDS = 20


@dataclass
class Prescribers:
    """The network: what it is told, and what its book says."""

    port: int
    book_file: Path

    def tell(self, **command: Any) -> dict[str, Any]:
        """Give it a command over HTTP and take its answer."""
        body = json.dumps(command).encode()
        with urlopen(Request(f"http://127.0.0.1:{self.port}/control", data=body), timeout=PATIENCE_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
        assert said.get("ok"), said
        return said

    def book(self, what: str) -> list[dict[str, Any]]:
        """Give the lines of one kind from its own file."""
        lines = [json.loads(line) for line in self.book_file.read_text().splitlines()]
        return [line for line in lines if line["what"] == what]

    def is_quiet(self) -> bool:
        """Say whether everything was sent."""
        waiting: int = self.tell(do="waiting")["waiting"]
        return waiting == 0

    def join(self, world: World, secret_name: str) -> Partner:
        """Make it the pharmacy's network."""
        return Partner.objects.create(
            pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=self.port,
            path="/script", secret_name=secret_name, seconds_to_answer=2,
        )  # fmt: skip


@contextmanager
def prescribers(
    folder: Path, *, pharmacy_url: str, secret: str, setup: Sequence[dict[str, Any]] = ()
) -> Iterator[Prescribers]:
    """Run the network until the block ends, then kill it; the same folder again is the same network again."""
    secret_file, book, script = folder / "secret", folder / "book.jsonl", folder / "setup.jsonl"
    secret_file.write_text(secret)
    script.write_text("".join(json.dumps(command) + "\n" for command in setup))
    book.touch()
    asked = ["--port", "0", "--pharmacy-url", pharmacy_url, "--secret-file", str(secret_file), "--state", str(book)]
    asked += ["--setup", str(script)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pestle.links.pretend.prescribers", *asked, "--seed", "7"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Prescribers(json.loads(process.stdout.readline())["port"], book)
    finally:
        process.kill()
        process.wait(10)


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true; the test fails when it does not come true in good time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "It did not come true."
        time.sleep(0.05)
