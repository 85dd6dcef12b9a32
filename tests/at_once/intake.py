"""Scenes of how work comes in and waits: drop-off, refills, new people, holds."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from PIL import Image

from pestle.demo.numbers import npi
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.prescribers import Prescriber
from pestle.stations import waiting
from pestle.stations.intake.new_people import NewPatient
from pestle.stations.intake.originals import from_script
from pestle.wire import script
from tests.at_once.bench import ANEW, of
from tests.at_once.scenes import plain
from tests.orders import new_rx
from tests.stations.bench import act
from tests.street import walk
from tests.world import World


def held(world: World) -> Fill:
    return waiting.hold(**act(world), fill_id=walk(world, to="queued").pk, **a_wait(world))


def a_wait(world: World) -> dict[str, Any]:
    tomorrow = world.now + timedelta(days=1)
    return {"reason": "pharmacist", "wakes_at": tomorrow, "owner_role": "pharmacist", "remark": "asked"}


def sold_long_ago(world: World) -> Fill:
    fill = walk(world, to="sold")
    Fill.objects.filter(pk=fill.pk).update(sold_at=world.now - timedelta(days=29))
    return fill


def a_sheet() -> bytes:
    """A scanned sheet that nobody has scanned before."""
    written = io.BytesIO()
    Image.frombytes("L", (16, 1), uuid4().bytes).save(written, "PNG")
    return written.getvalue()


def written_for_cleo(world: World) -> dict[str, Any]:
    said = {"family": world.cleo.family, "birth_on": world.cleo.birth_on.isoformat()}
    return {"original": from_script(script.decode(new_rx(patient=said)))}


def a_new_npi() -> str:
    return npi(5000 + Prescriber.objects.count())


def somebody() -> NewPatient:
    number = Patient.objects.count()
    born = date(1950, 1, 1) + timedelta(days=number)
    return NewPatient(family="Novak", given=f"Ida{number}", birth_on=born, sex="F")


plain("drop_off.begin_entry", lambda world: of(world.fill()))
plain("drop_off.match", lambda world: of(world.fill(), what="patient", chosen_id=world.cleo.pk), both=ANEW)
plain(
    "drop_off.promise_anew",
    lambda world: of(
        world.fill(), promised_at=world.now + timedelta(hours=2), because={"promise_can_be_kept": "asked"}
    ),
    both=ANEW,
)
plain("documents.keep", lambda world: {"content": a_sheet()}, both=ANEW)
plain("new_people.add_patient", lambda world: {"person": somebody()}, both="a twin of a name is asked about")
plain("new_people.ask_allergies", lambda world: {"patient_id": world.cleo.pk, "new": (("codeine", "itch"),)}, both=ANEW)
plain("refills.ask_refill", lambda world: {"prescription_id": sold_long_ago(world).prescription_id})
plain(
    "transfers.transfer_out",
    lambda world: of(world.fill(), pharmacy="Harbor Pharmacy", person="Lee, PharmD", reason="The patient moves."),
)
plain("waiting.hold", lambda world: of(walk(world, to="queued"), **a_wait(world)))
plain("waiting.take_up", lambda world: of(held(world)))
plain("new_people.add_prescriber", lambda world: {"family": "Novak", "given": "Eva", "npi": a_new_npi()}, both=ANEW)
plain(
    "prescriber_requests.ask_renewal",
    lambda world: {"prescription_id": walk(world, to="sold").prescription_id},
    both=ANEW,
)
plain("drop_off.receive_new_rx", written_for_cleo, by="program", both="each message is an order of its own")
