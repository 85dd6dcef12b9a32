"""The pretend payer as tests meet it: a process of its own on a free port, with a plan of its own for each test."""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pestle.records.pharmacies import Partner, PartnerKind
from tests.world import World


@dataclass
class PretendPayer:
    """One running payer program. `control` asks its second port; `kill` ends it in the middle of things."""

    state: Path
    port: int = 0
    control_port: int = 0
    running: subprocess.Popen[bytes] | None = None
    plans: int = 0

    def start(self) -> None:
        """Start the program; it takes the ports it had before, if it had any."""
        self.running = subprocess.Popen(
            [
                sys.executable, "-m", "pestle.links.pretend.payer", "--port", str(self.port), "--control",
                str(self.control_port), "--state", str(self.state), "--seed", "7", "--troubles", "0",
            ],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.running.stdout is not None
        said = json.loads(self.running.stdout.readline())
        self.port, self.control_port = said["port"], said["control"]

    def kill(self) -> None:
        """End the program as a power cut would."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            if self.running.stdout is not None:
                self.running.stdout.close()
            self.running = None

    def tell(self, do: str, **given: Any) -> dict[str, Any]:
        """Give one command and its answer."""
        with socket.create_connection(("127.0.0.1", self.control_port), timeout=10) as line:
            line.sendall(json.dumps({"do": do, **given}).encode() + b"\n")
            said: dict[str, Any] = json.loads(line.makefile().readline())
        assert said["ok"], said
        return said

    def join(self, world: World, **given: Any) -> str:
        """Put the world's plan behind this payer under a PCN of its own; gives the key of the plan."""
        partner, _ = Partner.objects.get_or_create(
            pharmacy=world.pharmacy,
            name="Payers",
            defaults={"kind": PartnerKind.SWITCH, "host": "127.0.0.1", "port": self.port, "seconds_to_answer": 5},
        )
        key = self.new_plan(**given)
        world.plan.pcn = key.partition("/")[2]
        world.plan.switch = partner
        world.plan.save()
        return key

    def new_plan(self, **given: Any) -> str:
        """Make a plan nobody else uses."""
        self.plans += 1
        pcn = f"T{self.plans:04}"
        self.tell("plan", name="Cascade Rx", bin="999999", pcn=pcn, **given)
        return f"999999/{pcn}"

    def book(self, plan: str) -> list[dict[str, Any]]:
        """Give the payer's own claims of one plan."""
        return [row for row in self.tell("book")["claims"] if row["plan"] == plan]
