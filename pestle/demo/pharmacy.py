"""The made-up pharmacy on Corner Street: the same every time from a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from pestle.demo import history, people, shelves
from pestle.records.pharmacies import Pharmacy

SEED = 7
NAME = "Corner Street Pharmacy"
NCPDP_ID = "2399991"
PORTS = {"payer": 5150, "erx": 8081, "printer": 9100, "wholesaler": 5152}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large the made-up pharmacy is."""

    patients: int = 1000
    prescribers: int = 150
    products: int = 1200
    prescriptions: int = 2500


SMALL = Size(patients=60, prescribers=12, products=60, prescriptions=80)


def make_pharmacy(
    *,
    at: datetime,
    size: Size = Size(),
    seed: int = SEED,
    ports: dict[str, int] | None = None,
    say: Say = lambda _: None,
) -> Pharmacy:
    """This will make the whole pharmacy in one transaction; the drug catalogue must be loaded."""
    chance = Random(seed)
    with transaction.atomic():
        pharmacy = _the_house()
        workers = people.make_staff(pharmacy)
        partners = people.make_partners(pharmacy, ports or PORTS)
        plans = people.make_plans(pharmacy, partners["switch"])
        say("patients and prescribers")
        patients = people.make_patients(pharmacy, plans, count=size.patients, today=at.date(), chance=chance)
        prescribers = people.make_prescribers(pharmacy, count=size.prescribers, chance=chance)
        say("shelves and lots")
        places = shelves.make_places(pharmacy)
        stocked = shelves.choose_packages(count=size.products, chance=chance)
        opened_at = at - timedelta(days=1)
        shelves.stock_shelves(pharmacy, stocked, places, by=workers["Pestle"], at=opened_at, chance=chance)
        say("prescriptions taken over from an earlier system")
        town = history.Town(pharmacy, patients, prescribers, stocked, workers["Pestle"])
        history.take_over(town, count=size.prescriptions, at=opened_at, chance=chance)
    return pharmacy


def sign_ins() -> list[str]:
    """This will give the lines that tell a newcomer who can sign in. Practice only."""
    lines = ["Sign in as (practice only, these are no secrets):"]
    lines += [
        f"  {person.username:<6} {person.role.value:<22} password “{person.password}”, PIN {person.pin}"
        for person in people.STAFF
    ]
    return lines


def _the_house() -> Pharmacy:
    house: dict[str, Any] = {
        "name": NAME, "address": "12 Corner Street", "city": "Ann Arbor", "state": "MI", "postal_code": "48104",
        "phone": "7345550100", "fax": "7345550101", "ncpdp_id": NCPDP_ID, "npi": "2000000002",
        "dea_number": "BP1234563",
        "board": "Michigan", "time_zone": "America/Detroit", "is_practice": True, "counts_twice": ["II"],
        "return_to_stock_days": 10, "goes_on_unbilled": False, "idle_lock_minutes": 10,
    }  # fmt: skip
    return Pharmacy.objects.create(**house)
