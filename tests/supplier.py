"""The pretend wholesaler as tests meet it: its papers by hand, or the program itself on a free port."""

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pestle.links import signed
from pestle.links.pretend import wholesaler_desk as desk
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.purchasing import Order
from pestle.stations.stock import supplier_door
from pestle.stations.stock.order_papers import purchase_order
from pestle.wire import x12
from pestle.wire.x12.envelopes import Address, enveloped
from pestle.wire.x12.interchange import Segment
from pestle.wire.x12.ordering import read_order
from tests.world import World

SECRET_NAME, SECRET = "TEST_EDI_SECRET", "a secret of the tests that is long enough"


def join_supplier(world: World, *, port: int = 9) -> Partner:
    """Give the world a wholesaler; the secret must stand in the environment under SECRET_NAME."""
    return Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.WHOLESALER, name="Lakeside Drug", host="127.0.0.1", port=port,
        path="/edi", secret_name=SECRET_NAME, software_id="LAKESIDE", seconds_to_answer=5,
    )  # fmt: skip


@dataclass
class Papers:
    """Writes a wholesaler's papers for an order as the pretend program does, and brings them to the door."""

    world: World
    at: datetime
    shelf: desk.Shelf

    def acknowledge(self, order: Order) -> bytes:
        """Bring the 855; gives the 997."""
        return self.bring("855", desk.acknowledgement(self._read(order), self.shelf, self.at.date()))

    def ship(self, order: Order, *, number: str = "SH1") -> bytes:
        """Bring the 856; gives the 997."""
        return self.bring("856", desk.ship_notice(self._read(order), self.sent(order), number=number, at=self.at))

    def trace(self, order: Order, *, number: str = "SH1") -> bytes:
        """Bring the tracing data; gives the sentence."""
        order_read, sent = self._read(order), self.sent(order)
        raw = desk.tracing(order_read, sent, number=number, buyer="Corner Street", at=self.at)
        return self.knock(raw, is_tracing=True)

    def invoice(self, order: Order, *, number: str = "SH1") -> bytes:
        """Bring the 810; gives the 997."""
        sent = self.sent(order)
        return self.bring("810", desk.invoice(self._read(order), sent, number=number, on=self.at.date()))

    def codes(self, order: Order, *, number: str = "SH1") -> list[str]:
        """Give the code of each package in the tote."""
        return desk.codes(self.sent(order), number)

    def sent(self, order: Order) -> tuple[desk.Sent, ...]:
        """Give what goes out for an order."""
        read = self._read(order)
        return tuple(each for line in read.lines for each in self.shelf.answer(read, line, self.at.date())[1])

    def bring(self, kind: str, body: tuple[Segment, ...]) -> bytes:
        """Bring one document in an envelope of its own."""
        address = Address(sender="LAKESIDE", receiver=self.world.pharmacy.ncpdp_id)
        return self.knock(x12.encode(enveloped([(kind, body)], address=address, number=7, at=self.at)))

    def knock(self, raw: bytes, *, is_tracing: bool = False) -> bytes:
        """Bring bytes to the door, signed."""
        token = signed.sign(
            raw, keys=signed.keys_from(SECRET), sender="lakeside", receiver=self.world.pharmacy.ncpdp_id,
            message_id="m", at=self.at,
        )  # fmt: skip
        return supplier_door.knock(raw, token=token, at=self.at, is_tracing=is_tracing)

    def _read(self, order: Order) -> Any:
        (found,) = x12.decode(purchase_order(order, self.at)).sets
        return read_order(found)


def papers(world: World, *, expires: dict[str, date] | None = None, **have: int) -> Papers:
    """Papers of a wholesaler that has everything, but for what is said by NDC (`n68180098001=3`)."""
    shelf = desk.Shelf(7, troubles=False, have={ndc[1:]: count for ndc, count in have.items()}, expiries=expires or {})
    return Papers(world, world.now, shelf)


class PretendWholesaler:
    """The program itself."""

    def __init__(self, folder: Path, pharmacy_url: str) -> None:
        secret = folder / "secret"
        secret.write_text(SECRET)
        self.running = subprocess.Popen(
            [
                sys.executable, "-m", "pestle.links.pretend.wholesaler", "--port", "0", "--pharmacy-url", pharmacy_url,
                "--secret-file", str(secret), "--state", str(folder / "book.jsonl"), "--pace", "0.1", "--no-troubles",
            ],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.running.stdout is not None
        self.port = json.loads(self.running.stdout.readline())["port"]

    def tell(self, do: str, **given: Any) -> dict[str, Any]:
        """Give one command and its answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        line.request("POST", "/control", json.dumps({"do": do, **given}))
        said: dict[str, Any] = json.loads(line.getresponse().read())
        line.close()
        assert said["ok"], said
        return said

    def stop(self) -> None:
        """End the program."""
        self.running.kill()
        self.running.wait()
        if self.running.stdout is not None:
            self.running.stdout.close()
