"""Bags as things: which may be used, what is in one, when it is closed. What is done with them is in `will_call`."""

from datetime import datetime

from django.db.models import BigIntegerField, Max
from django.db.models.functions import Cast

from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Place
from pestle.stations.scanning import bag_code
from pestle.terms.findings import refuse
from pestle.wire.errors import WireError

FIRST_CODE = 10001
ONE_PERSON = "one_person_in_a_bag"


def bag_for(patient: Patient | None, code: str, by: Worker, at: datetime) -> Bag:
    """This will give the bag whose code was scanned, else the person's bag that is not shelved yet, else a new one."""
    if patient is None:
        raise refuse("This fill has no patient.", rule=ONE_PERSON, field="bag")
    if code:
        return _scanned_bag(patient, code.strip().upper(), by, at)
    open_bags = Bag.objects.filter(pharmacy_id=by.pharmacy_id, patient=patient, is_open=True, place=None)
    kept = open_bags.order_by("pk").first()
    return kept or new_bag(patient, by, at)


def new_bag(patient: Patient, by: Worker, at: datetime, *, place: Place | None = None) -> Bag:
    """This will give an empty bag with the next free code."""
    return _made(patient, _next_code(by), by, at, place=place)


def fills_in(the_bag: Bag) -> list[Fill]:
    """This will give what is in a bag and not at its end."""
    rows = Fill.objects.filter(bag=the_bag).open().with_names().select_related("pharmacy", "prescription__prescriber")
    return list(rows.order_by("pk"))


def close_if_empty(the_bag: Bag | None) -> None:
    """This will close a bag that nothing is left in; to be called inside an act, after its last fill has left."""
    if the_bag is not None and not the_bag.fills.open().exists():
        Bag.objects.filter(pk=the_bag.pk).update(is_open=False, place=None)
        the_bag.is_open, the_bag.place = False, None


def open_bag(bag_id: int, by: Worker) -> Bag:
    """This will load a bag of the worker's pharmacy that is still in use."""
    found = Bag.objects.select_related("place", "patient").filter(pk=bag_id, pharmacy_id=by.pharmacy_id).first()
    if found is None or not found.is_open:
        raise refuse("This bag is not in use any more.", rule="bag_is_open", field="bag")
    return found


def _scanned_bag(patient: Patient, code: str, by: Worker, at: datetime) -> Bag:
    found = Bag.objects.select_related("place").filter(pharmacy_id=by.pharmacy_id, code=code).first()
    if found is None:
        return _made(patient, code, by, at)
    if found.patient_id != patient.pk:
        raise refuse(f"Bag {code} is another person's.", rule=ONE_PERSON, cites="NPSG.01.01.01", field="bag")
    if not found.is_open:
        raise refuse(f"Bag {code} was used and closed: take a new one.", rule="bag_is_open", field="bag")
    if found.place is not None and found.place.kind == PlaceKind.DRIVER:
        raise refuse(f"Bag {code} is with the driver.", rule="bag_is_here", field="bag")
    return found


def _made(patient: Patient, code: str, by: Worker, at: datetime, *, place: Place | None = None) -> Bag:
    the_bag = Bag(pharmacy_id=by.pharmacy_id, code=code, patient=patient, place=place, made_at=at)
    try:
        bag_code(the_bag)
    except WireError as fault:
        raise refuse(f"{code} cannot be a bag's code, take another: {fault}", rule="bag_code", field="bag") from fault
    the_bag.save(force_insert=True)
    return the_bag


def _next_code(by: Worker) -> str:
    # Two who bag at the same moment come here one after the other.
    Pharmacy.objects.select_for_update(no_key=True).get(pk=by.pharmacy_id)
    numbered = Bag.objects.filter(pharmacy_id=by.pharmacy_id, code__regex=r"^[0-9]{1,11}$")
    last = numbered.aggregate(last=Max(Cast("code", BigIntegerField())))["last"]
    return str(max(FIRST_CODE, (last or 0) + 1))
