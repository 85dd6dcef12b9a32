"""What comes to the made-up pharmacy on its day: over the wire, on paper, by telephone, and refills by their labels."""

import io
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from django.db import connection
from django.utils import timezone
from PIL import Image, ImageDraw

from pestle.demo.day.desk import AWAY, Desk
from pestle.demo.orders import Order, command_for
from pestle.records.catalogue import Product
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.rules.facts import Origin
from pestle.stations import scanning
from pestle.stations.intake import documents, drop_off, refills
from pestle.stations.intake.drop_off import Arrival
from pestle.stations.intake.originals import at_the_counter
from pestle.terms.findings import Refused

REFILLS, PAPER, TELEPHONE = 12, 4, 3
Comes = Callable[[Desk, Worker], None]


@dataclass(slots=True)
class Arrivals:
    """Everything that comes today: what the network sends, and what comes to the counter at which moment."""

    electronic: list[Order]
    counter: deque[tuple[float, Comes]] = field(default_factory=deque)

    def send(self, desk: Desk, *, seconds: float) -> None:
        """This will let the prescribers send everything, spread over so many seconds."""
        for place, order in enumerate(self.electronic):
            after = order.after + seconds * place / max(len(self.electronic), 1)
            desk.lines.network(**command_for(replace(order, after=after)))

    def at_counter(self, desk: Desk, by: Worker) -> bool:
        """This will take in whatever somebody brings to the counter next; gives whether somebody stood there."""
        with desk.at_work_on("counter") as is_free:
            if not is_free or not self.counter or self.counter[0][0] > time.monotonic():
                return False
            _, comes = self.counter.popleft()
        try:
            comes(desk, by)
        except AWAY:
            # Whoever stands there waits: nothing was taken in yet.
            connection.close()
            self.counter.appendleft((time.monotonic() + 1.0, comes))
        except Refused as refusal:
            desk.meet("turned away at the counter: " + ", ".join(sorted(each.rule for each in refusal.findings)))
        except Exception:
            desk.note_fault("the counter")
        return True


def ways_of(orders: list[Order], *, chance: Random, pharmacy: Pharmacy, seconds: float) -> Arrivals:
    """This will part a day's orders into the ways they come; so many of a hundred come to the counter."""
    plain = [order for order in orders if not order.trouble and order.kind == "NewRx" and order.patient_id]
    total = sum(order.kind == "NewRx" for order in orders)
    counts = [round(total * percent / 100) for percent in (REFILLS, PAPER, TELEPHONE)]
    chosen = chance.sample(plain, min(sum(counts), len(plain)))
    away = {order.number for order in chosen}
    by_refill, on_paper = counts[0], counts[0] + counts[1]
    comes: list[Comes] = [_a_refill(rx) for rx in _refillable(pharmacy, chance, count=by_refill)]
    comes += [_on_paper(order) for order in chosen[by_refill:on_paper]]
    comes += [_by_telephone(order) for order in chosen[on_paper:]]
    chance.shuffle(comes)
    arrivals = Arrivals([order for order in orders if order.number not in away])
    begins = time.monotonic()
    for place, each in enumerate(comes):
        arrivals.counter.append((begins + seconds * place / max(len(comes), 1), each))
    return arrivals


def next_run(pharmacy: Pharmacy, seed: int) -> int:
    """This will give the number of the next day of this seed here: no order of it came before."""
    run = 1
    while Message.objects.filter(pharmacy=pharmacy, order_number__startswith=f"{seed}-{run}-").exists():
        run += 1
    return run


def _refillable(pharmacy: Pharmacy, chance: Random, *, count: int) -> list[int]:
    """Prescriptions of which something is left; whoever brings one too early is told so at the counter."""
    rows = Prescription.objects.filter(pharmacy=pharmacy, state="active", refills__gt=0).order_by("pk")
    program = Worker.objects.program(pharmacy)
    mixed = list(rows.values_list("pk", flat=True))
    chance.shuffle(mixed)
    due: list[int] = []
    for pk in mixed:
        if len(due) == count:
            break
        if refills.answer(pk, by=program, at=timezone.now()).is_open:
            due.append(pk)
    return due


def _a_refill(prescription_id: int) -> Comes:
    def comes(desk: Desk, by: Worker) -> None:
        last = Fill.objects.filter(prescription_id=prescription_id).select_related("prescription").latest("pk")
        scanned = scanning.resolve(scanning.label_code(last), desk.pharmacy)
        if scanned.fill is None:
            desk.faults.append(f"the label of fill {last.pk} was not known")
            return
        desk.act(refills.ask_refill, by=by, prescription_id=scanned.fill.prescription_id)
        desk.meet("refills by label")

    return comes


def _on_paper(order: Order) -> Comes:
    def comes(desk: Desk, by: Worker) -> None:
        document = desk.act(documents.keep, by=by, content=_sheet_of_paper(order))
        _receive(desk, by, order, Arrival(_original("paper", order), origin=Origin.WRITTEN, document=document))
        desk.meet("on paper")

    return comes


def _by_telephone(order: Order) -> Comes:
    def comes(desk: Desk, by: Worker) -> None:
        arrival = Arrival(_original("phone", order), origin=Origin.TELEPHONE, taken_from="M. Cole RN")
        _receive(desk, desk.workers["Priya"], order, arrival)
        desk.meet("by telephone")

    return comes


def _receive(desk: Desk, by: Worker, order: Order, arrival: Arrival) -> None:
    known = replace(
        arrival,
        patient=Patient.objects.get(pk=order.patient_id or 0),
        prescriber=Prescriber.objects.get(pk=order.prescriber_id or 0),
        product=Product.objects.get(pk=order.product_id or 0),
    )
    desk.act(drop_off.receive_at_counter, by=by, arrivals=(known,))


def _original(kind: str, order: Order) -> dict[str, object]:
    said = order.said
    return at_the_counter(kind, patient=said["patient"], prescriber=said["prescriber"], drug=said["drug"])


def _sheet_of_paper(order: Order) -> bytes:
    sheet = Image.new("L", (600, 380), 255)
    drug, patient = order.said["drug"], order.said["patient"]
    lines = (
        f"{patient['given']} {patient['family']}",
        drug["description"],
        drug["directions"],
        f"# {drug['quantity']}",
    )
    ImageDraw.Draw(sheet).multiline_text((30, 40), "\n\n".join((*lines, order.number)), fill=0)
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()
