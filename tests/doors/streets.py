"""Two pharmacies in the middle of their day, side by side in one database, and tries that leave no trace."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import connection, transaction
from django.test import Client
from PIL import Image

from pestle.records.fills import Fill
from pestle.records.patients import Condition, Proxy
from pestle.records.people import Worker
from pestle.records.prescriptions import CompoundIngredient, Prescription
from pestle.records.stock import MappedCode, PackageFigure
from pestle.stations import notices
from pestle.stations.entry import shorthand
from pestle.stations.handover import returns
from pestle.stations.intake import documents
from pestle.stations.withdrawn import outdated, returning, suspecting
from pestle.terms.roles import Role
from tests.pages.whole_street import open_street, today
from tests.payer import PretendPayer
from tests.recalls import question, screened
from tests.street import walk
from tests.world import World

ROLES = tuple(role for role in Role if role is not Role.PROGRAM)


@dataclass(frozen=True, slots=True)
class Streets:
    """Corner Street, where things are tried, and Hill Street beside it, whose rows nobody from here may touch."""

    here: World
    there: World

    def worker(self, role: Role, *, there: bool = False) -> Worker:
        """Somebody of one role and no other, at either pharmacy."""
        pharmacy = (self.there if there else self.here).pharmacy
        return Worker.objects.filter(pharmacy=pharmacy, account__isnull=False, role_names=[role.value]).order_by("pk")[
            0
        ]


def open_streets(payer: PretendPayer) -> Streets:
    """Make both streets, with one row or more of everything that an address can name."""
    here = open_street(payer)
    there = open_street(payer, beside=here)
    for world in (here, there):
        _furnish(world)
    return Streets(here, there)


def signed_in(worker: Worker, *, checks_csrf: bool = False) -> Client:
    """A browser at this worker's bench; faults of the program are answers, as in life."""
    assert worker.account is not None
    client = Client(raise_request_exception=False, enforce_csrf_checks=checks_csrf)
    client.force_login(worker.account, "django.contrib.auth.backends.ModelBackend")
    return client


@contextmanager
def a_try() -> Iterator[None]:
    """Whatever is done inside is undone, after the database was asked what it would have refused at the commit."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def what_the_commit_would_say() -> str:
    """Give the database's refusal of what was written so far, or nothing."""
    try:
        with transaction.atomic():
            connection.check_constraints()
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


def _furnish(world: World) -> None:
    act = {"by": world.ada, "at": world.now}
    # Tries are undone, and with them that somebody touched the bench: on a slow day it would lock itself.
    world.pharmacy.idle_lock_minutes = 600
    world.pharmacy.save(update_fields=["idle_lock_minutes"])
    with transaction.atomic():
        document = documents.keep(act_id=uuid4(), content=_picture(world.pharmacy.pk), **act)
        rx = Prescription.objects.filter(pharmacy=world.pharmacy, patient=world.cleo).order_by("pk")[0]
        rx.document = document
        rx.save(update_fields=["document"])
        Proxy.objects.create(patient=world.cleo, name="Otto Marchetti", relation="spouse")
        shorthand.propose(act_id=uuid4(), short="zz1", text="take 1 tablet by mouth daily", **act)
        PackageFigure.objects.create(
            pharmacy=world.pharmacy, package=world.packages["testosterone 200 mg/mL"], dose_unit="injection", doses=10,
            in_quantity=10, read_from="carton", said_by=world.ada, said_at=world.now,
        )  # fmt: skip
        Condition.objects.create(patient=world.cleo, words="asthma", noted_on=world.now.date())
        notices.call_pharmacist(act_id=uuid4(), where="Filling 1", **act)
        notices.leave_note(act_id=uuid4(), words="The fridge was open", **act)
        entered = Fill.objects.filter(pharmacy=world.pharmacy, state="in_entry").order_by("-pk")[0]
        package = world.packages["lisinopril 10 mg"]
        CompoundIngredient.objects.create(prescription=entered.prescription, package=package, quantity=10)
        MappedCode.objects.create(
            pharmacy=world.pharmacy, code=f"9{world.pharmacy.pk:011}", package=package, because="lisinopril, Ours",
            fill=entered, proposed_by=world.ada, proposed_at=world.now,
        )  # fmt: skip
        outdated_lot = world.receive("lisinopril 20 mg", "OLD1", date(2026, 11, 1), "100")
        outdated.pull_outdated(act_id=uuid4(), lot_id=outdated_lot.pk, place_id=world.places["shelf"].pk, **act)
        suspect_lot = world.receive("lisinopril 20 mg", "FAKE1", date(2028, 5, 31), "200")
        place_id = world.places["shelf"].pk
        suspect = suspecting.quarantine(
            act_id=uuid4(), lot_id=suspect_lot.pk, place_id=place_id, packages=1, because="seal", **act
        )
        suspecting.ask(act_id=uuid4(), suspect_id=suspect.pk, serial="S1", asked_of="Lupin", **act)
        returning.begin(act_id=uuid4(), goes_to="reverse distributor", **act)
        screened(
            world, world.receive("lisinopril 20 mg", "CALLED1", date(2028, 5, 31), "40"), f"D-1{world.pharmacy.pk}"
        )
        question(world, world.receive("lisinopril 20 mg", "ASKED1", date(2028, 5, 31), "40"), f"D-2{world.pharmacy.pk}")
        back = walk(world, world.fill(world.prescribe("lisinopril 20 mg", **today(world))), to="in_will_call")
        returns.return_to_stock(act_id=uuid4(), fill_id=back.pk, witness=None, **act)


def _picture(seed: int) -> bytes:
    drawn = io.BytesIO()
    Image.new("L", (40, 40), seed % 250).save(drawn, "PNG")
    return drawn.getvalue()
