"""Scenes beside the street: calls and notes, practice, the tour, codes that nobody knows yet."""

from typing import Any

from pestle.records.calculations import PracticeAnswer
from pestle.records.fills import Fill
from pestle.records.handover import Notice
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.records.stock import MappedCode
from pestle.stations import notices, touring
from pestle.stations.bench import mapped_codes
from tests.at_once.bench import ANEW, of
from tests.at_once.payers import colleague
from tests.at_once.scenes import Told, plain, scene
from tests.stations.bench import act, in_hand, queued
from tests.street import walk
from tests.world import World

ONCE = "whoever comes second is given what the first has made"


def call(world: World) -> Notice:
    return notices.call_pharmacist(**act(world, colleague(world)), where="Filling 1")


def note(world: World) -> Notice:
    return notices.leave_note(**act(world, world.gil), words="The fridge was open.")


def on_tour(world: World) -> Told:
    """Somebody whose prescription of the tour waits for the pharmacist."""
    walker = new_here(world)
    fill = touring.begin(**act(world, walker))
    walk(world, Fill.objects.get(pk=fill.pk), to="awaiting_check")
    return walker, {}


def new_here(world: World) -> Worker:
    """Somebody on their first day; who walked before them is not in their way."""
    Prescription.objects.filter(order_number__startswith=touring.ORDER).update(patient=None)
    return colleague(world)


def unknown(world: World) -> dict[str, Any]:
    return {"text": f"ZZ-{world.cleo.pk}-K", "ndc": "68180-0980-01", "because": "lisinopril 10 mg, Lupin"}


def proposed(world: World) -> MappedCode:
    fill = in_hand(world, queued(world))
    return mapped_codes.propose_code(**act(world), fill_id=fill.pk, **unknown(world))


@scene("notices.call_pharmacist", both=ONCE, once=True)
def _calls(world: World) -> Told:
    return colleague(world), {"where": "Filling 1"}


@scene("notices.withdraw")
def _calls_back(world: World) -> Told:
    ringing = call(world)
    return ringing.made_by, {"notice_id": ringing.pk}


@scene("touring.begin", both=ONCE, once=True)
def _begins(world: World) -> Told:
    return new_here(world), {}


scene("touring.let_ben")(on_tour)
plain("notices.answer", lambda world: {"notice_id": call(world).pk}, by="ben")
plain("notices.leave_note", lambda world: {"words": "The fridge was open."}, both=ANEW)
plain("notices.acknowledge", lambda world: {"notice_id": note(world).pk})
plain(
    "practice.answer",
    lambda world: {"topic": "dilution", "seed": "a1", "number": PracticeAnswer.objects.count() + 1, "text": "5 mL"},
    both="the first answer stands, and is what the second is given",
    once=True,
)
plain("mapped_codes.propose_code", lambda world: of(in_hand(world, queued(world)), **unknown(world)))
plain("mapped_codes.approve_code", lambda world: {"code_id": proposed(world).pk}, by="ben", both=ANEW)
plain("mapped_codes.retire_code", lambda world: {"code_id": proposed(world).pk, "because": "another bottle"}, by="ben")
