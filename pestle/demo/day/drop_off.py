"""Drop-off on the made-up day: who and what is meant, look-alikes, allergies, and on to data entry."""

from datetime import date

from pestle.demo.day.desk import Desk
from pestle.demo.day.work import load, next_fill
from pestle.demo.orders import Order
from pestle.flows.fill import FillState
from pestle.records.fills import FINAL, Fill
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.intake import drop_off, duplicates, new_people
from pestle.stations.intake.matching import matches_of
from pestle.stations.intake.new_people import Card, NewPatient
from pestle.stations.intake.originals import Original
from pestle.terms.matching import SIMILAR


def at_drop_off(desk: Desk, by: Worker) -> bool:
    """This will take the next arrival in; gives whether there was one."""
    return next_fill(desk, by, (FillState.RECEIVED,), _take_in)


def _take_in(desk: Desk, by: Worker, fill: Fill) -> None:
    if fill.number == 1:
        _find_who_and_what(desk, by, fill)
        fill = load(fill.pk)
    if fill.prescription.patient is None or fill.prescription.prescriber is None or fill.prescription.product is None:
        desk.put_aside(fill, "Nobody could tell who or what is meant: the office is asked.", by=by)
        return
    ask_allergies(desk, by, fill.prescription.patient)
    if answer_duplicates(desk, by, fill):
        return
    desk.act(drop_off.begin_entry, by=by, fill_id=fill.pk)


def ask_allergies(desk: Desk, by: Worker, patient: Patient) -> None:
    """This will ask a patient about allergies who was never asked."""
    if patient.allergies_asked_on is None:
        has_some = patient.allergies.filter(ended_on=None).exists()
        desk.act(new_people.ask_allergies, by=by, patient_id=patient.pk, none_known=not has_some)


def answer_duplicates(desk: Desk, by: Worker, fill: Fill) -> bool:
    """This will answer which of several look-alikes stays; gives whether this one is gone."""
    if not fill.duplicate_ids or fill.duplicates_cleared_by_id is not None:
        return False
    order = desk.order_of(fill)
    others = Prescription.objects.filter(pk__in=fill.duplicate_ids)
    said = {"fill_id": fill.pk}
    if order is not None and order.repeats and others.filter(order_number=order.repeats).exists():
        desk.act(duplicates.answer, by=by, choice=duplicates.DROP_THIS, because="the office sent it twice", **said)
        desk.meet("dropped as a duplicate")
        return True
    quiet = [rx for rx in others.order_by("pk") if not rx.fills.exclude(state__in=FINAL).exists()]
    if len(quiet) == len(fill.duplicate_ids) == 1 and desk.dice.happens(50, "renewal", fill.prescription.order_number):
        desk.act(duplicates.answer, by=by, choice=duplicates.END_OTHER, because="a renewal of the older one",
                 other_id=quiet[0].pk, **said)  # fmt: skip
    else:
        because = "asked the office: both are wanted"
        desk.act(duplicates.answer, by=by, choice=duplicates.KEEP_BOTH, because=because, **said)
    return False


def _find_who_and_what(desk: Desk, by: Worker, fill: Fill) -> None:
    rx, order = fill.prescription, desk.order_of(fill)
    if rx.patient is not None and rx.prescriber is not None and rx.product is not None:
        return
    found = matches_of(rx.as_received, desk.pharmacy, today=fill.local_day(fill.made_at))
    choices = (
        ("patient", rx.patient, found.patients, order.patient_id if order else None, SIMILAR),
        ("prescriber", rx.prescriber, found.prescribers, order.prescriber_id if order else None, 35),
        ("product", rx.product, found.products, order.product_id if order else None, 1),
    )
    for what, known, candidates, meant, least in choices:
        if known is not None:
            continue
        likely = [each.row.pk for each in candidates if each.score >= least]
        chosen = meant if meant in likely else None
        if chosen is None and what == "product" and likely:
            chosen = likely[0]
        if chosen is None and what == "patient" and order is not None and meant is None:
            chosen = _new_patient(desk, by, order).pk
        if chosen is not None:
            note = "asked by telephone" if what == "patient" else ""
            desk.act(drop_off.match, by=by, fill_id=fill.pk, what=what, chosen_id=chosen, note=note)
            desk.meet(f"{what} matched by hand")


def _new_patient(desk: Desk, by: Worker, order: Order) -> Patient:
    said: Original = order.said["patient"]
    person = NewPatient(
        family=said["family"], given=said["given"], birth_on=date.fromisoformat(said["birth_on"]), sex=said["sex"],
        phone=said.get("phone", ""), address=said.get("address", ""), city=said.get("city", ""),
        state=said.get("state", ""), postal_code=said.get("postal_code", ""),
    )  # fmt: skip
    # The same new person may have come in with another prescription a moment ago.
    known = Patient.objects.filter(pharmacy=desk.pharmacy, family=person.family, given=person.given)
    there = known.filter(birth_on=said["birth_on"]).first()
    if there is not None:
        return there
    because = {"nobody_here_is_this_person": "asked: another person of like name"}
    patient = desk.act(new_people.add_patient, by=desk.workers["Dana"], person=person, because=because)
    for card in order.said.get("coverages", []):
        shown = {name: card[name] for name in ("bin", "pcn", "group", "cardholder_id", "person_code")}
        desk.act(new_people.add_coverage, by=by, patient_id=patient.pk, card=Card(**shown))
    desk.meet("new patients")
    return patient
