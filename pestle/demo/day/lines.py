"""The control doors of the pretend partners: what whoever runs the day may tell and ask them."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the partners take commands, all on this machine."""

    payer_control: int
    network_port: int

    def payer(self, do: str, **given: Any) -> dict[str, Any]:
        """This will tell the payers something and give their answer; waits a while for one who is away."""
        return _patiently(lambda: self._payer(do, **given))

    def network(self, do: str, **given: Any) -> dict[str, Any]:
        """This will tell the prescribers' network something and give its answer; waits a while where it is away."""
        return _patiently(lambda: self._network(do, **given))

    def wait_until_open(self) -> None:
        """This will return when both partners answer; raises OSError if one does not in time."""
        self.payer("ping")
        self.network("ping")

    def _payer(self, do: str, **given: Any) -> dict[str, Any]:
        with socket.create_connection(("127.0.0.1", self.payer_control), timeout=30) as line:
            line.sendall(json.dumps({"do": do, **given}).encode() + b"\n")
            with line.makefile("rb") as answers:
                said = _read(answers.readline())
        return _agreed(said)

    def _network(self, do: str, **given: Any) -> dict[str, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.network_port, timeout=30)
        try:
            line.request("POST", "/control", body=json.dumps({"do": do, **given}))
            said = _read(line.getresponse().read())
        finally:
            line.close()
        return _agreed(said)


def _patiently(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _read(line: bytes) -> dict[str, Any]:
    if not line.endswith((b"}", b"}\n")):
        raise ConnectionError("The partner hung up in the middle of its answer.")
    said: dict[str, Any] = json.loads(line)
    return said


def _agreed(said: dict[str, Any]) -> dict[str, Any]:
    if not said.get("ok"):
        raise ValueError(f"A pretend partner did not understand: {said.get('because')}")
    return said
