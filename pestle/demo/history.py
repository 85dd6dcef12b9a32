"""What the made-up pharmacy took over from an earlier system: prescriptions with their last fills."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from pestle.demo.shelves import Stocked
from pestle.flows.fill import FILL
from pestle.flows.machine import NEW
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.events import Event
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.terms.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Town:
    """Who and what the history is made of."""

    pharmacy: Pharmacy
    patients: list[Patient]
    prescribers: list[Prescriber]
    stocked: list[Stocked]
    program: Worker


def take_over(town: Town, *, count: int, at: datetime, chance: Random) -> list[Prescription]:
    """This will make active prescriptions, each with a fill sold some weeks ago, as a migration would bring them."""
    first = town.pharmacy.next_rx_number
    chosen = [chance.choice(town.stocked) for _ in range(count)]
    drafts = (_draft(town, first + serial, each, at, chance) for serial, each in enumerate(chosen))
    made = Prescription.objects.bulk_create(drafts, batch_size=500)
    drafted = (_last_fill(rx, each, at, chance) for rx, each in zip(made, chosen, strict=True))
    fills = Fill.objects.bulk_create(drafted, batch_size=500)
    Event.objects.bulk_create((_told(rx, PRESCRIPTION.name, town.program, at) for rx in made), batch_size=1000)
    Event.objects.bulk_create((_told(fill, FILL.name, town.program, at) for fill in fills), batch_size=1000)
    town.pharmacy.next_rx_number = first + count
    town.pharmacy.save(update_fields=["next_rx_number"])
    return made


def _draft(town: Town, rx_number: int, each: Stocked, at: datetime, chance: Random) -> Prescription:
    product = each.package.product
    schedule = product.dea_schedule
    most = 0 if schedule is Schedule.II else 5
    written_on = at.date() - timedelta(days=chance.randrange(25, 150))
    return Prescription(
        pharmacy=town.pharmacy, rx_number=rx_number, origin=chance.choice("1333345"), state=_taken(PRESCRIPTION),
        state_since=at, version=1, patient=chance.choice(town.patients), prescriber=_prescriber(town, schedule, chance),
        product=product, written_on=written_on, quantity_written=each.quantity, refills=chance.randint(0, most),
        schedule=schedule.value, directions=each.directions, taken_from="earlier system",
    )  # fmt: skip


def _prescriber(town: Town, schedule: Schedule, chance: Random) -> Prescriber:
    able = [each for each in town.prescribers if each.dea_number] if schedule.may_be_controlled else town.prescribers
    return chance.choice(able)


def _last_fill(rx: Prescription, each: Stocked, at: datetime, chance: Random) -> Fill:
    days = chance.choice((30, 30, 30, 90))
    earliest = rx.written_on or at.date()
    ago = chance.randrange(5, max(6, (at.date() - earliest).days + 1))
    sold_at = at - timedelta(days=ago, hours=chance.randrange(0, 5))
    return Fill(
        pharmacy=rx.pharmacy, prescription=rx, number=1, made_at=sold_at, promised_at=sold_at, sold_at=sold_at,
        quantity=rx.quantity_written or Decimal(30), days_supply=days, package=each.package, state=_taken(FILL),
        state_since=at, version=1, allergies_were_asked=True,
    )  # fmt: skip


def _taken(machine: object) -> str:
    step = machine.step("take_over", NEW)  # type: ignore[attr-defined]
    return str(step.target)


def _told(work: Prescription | Fill, kind: str, program: Worker, at: datetime) -> Event:
    return Event(
        pharmacy_id=work.pharmacy_id, subject_kind=kind, subject_id=work.pk, number=1, verb="take_over", source=NEW,
        target=work.state, worker=program, station="take-over", at=at, details={"from": "earlier system"},
        act_id=uuid5(UUID(int=work.pk), f"take over {kind}"),
    )  # fmt: skip
