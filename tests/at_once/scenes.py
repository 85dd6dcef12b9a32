"""What each act needs before it can be done: a scene gives who does it and what is told, as new each time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from pestle.ledger.places import PlaceKind
from pestle.records.patients import Coverage, Patient
from pestle.records.people import Worker
from pestle.records.stock import Lot, Place
from tests.world import World

Told = tuple[Worker, dict[str, Any]]
Scene = Callable[[World], Told]
SCENES: dict[str, Scene] = {}
# Acts that two people may both do, one after the other, each of their own will: each is written down for itself.
BOTH_MAY: dict[str, str] = {}
# Of these, what the second is answered with is what the first has written: nothing more is written for it.
WRITTEN_ONCE: set[str] = set()


@dataclass(frozen=True, slots=True)
class _Sign:
    name: str
    both: str
    is_written_once: bool

    def __call__(self, scene: Scene) -> Scene:
        assert self.name not in SCENES, f"{self.name} has two scenes"
        SCENES[self.name] = scene
        if self.both:
            BOTH_MAY[self.name] = self.both
        if self.is_written_once:
            WRITTEN_ONCE.add(self.name)
        return scene


def scene(name: str, *, both: str = "", once: bool = False) -> Callable[[Scene], Scene]:
    """Sign a function as the scene of an act; `both` says why two may both do it, `once` that it is written once."""
    return _Sign(name, both, once)


def plain(
    name: str, set_up: Callable[[World], dict[str, Any]], *, by: str = "ada", both: str = "", once: bool = False
) -> None:
    """Sign a scene that is one expression: what is told, by whom."""
    scene(name, both=both, once=once)(lambda world: (getattr(world, by), set_up(world)))


_numbers = count(1)


def with_somebody_new(world: World) -> World:
    """Give the world with another patient in Cleo's place: no trial sees what the one before it left behind."""
    number = next(_numbers)
    world.pharmacy.refresh_from_db()
    patient = Patient.objects.create(
        pharmacy=world.pharmacy, family=f"Marchetti{number}", given="Cleo", sex="F", phone="7345550142",
        birth_on=date(1950, 1, 1) + timedelta(days=number), address="412 Alder Court", city="Ann Arbor", state="MI",
        postal_code="48105", allergies_asked_on=date(2026, 1, 5),
    )  # fmt: skip
    Coverage.objects.create(
        patient=patient, plan=world.plan, order=1, cardholder_id=f"CM{1968000 + number}", group="G100",
        person_code="01", cardholder_given="Cleo", cardholder_family=patient.family,
    )  # fmt: skip
    basket = Place.objects.create(
        pharmacy=world.pharmacy, kind=PlaceKind.BASKET.value, name=f"T-{number:03}", is_inside=True
    )
    new = replace(world, cleo=patient, places={**world.places, "B-07": basket}, lots=dict(world.lots))
    # It expires before all others of its drug, so this trial fills from it.
    new.receive("lisinopril 10 mg", f"T{number:04}", date(2028, 5, 30) - timedelta(days=number), "1000")
    return new


def lot_of(world: World) -> Lot:
    """Give the lot that this trial fills from."""
    return next(lot for name, lot in reversed(world.lots.items()) if name.startswith("T"))
