"""What drop-off shows: the inbox with the three matches of each, and one arrival with reasons, checks and promise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Way
from pestle.ledger.places import ON_SHELVES
from pestle.records.catalogue import Product
from pestle.records.events import Event
from pestle.records.fills import Fill, FillQuerySet
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.stock import Balance
from pestle.rules.facts import FillFacts
from pestle.stations.intake import duplicates
from pestle.stations.intake.drop_off import fill_of, today_at
from pestle.stations.intake.matching import Candidate, matches_of, patients_like
from pestle.stations.intake.originals import person_said
from pestle.stations.intake.promises import Promise, promise
from pestle.terms.matching import SIMILAR, PersonFacts
from pestle.terms.schedule import Schedule
from pestle.terms.typed_days import read_birth

MOST_ROWS = 60
ASK_AGAIN = timedelta(days=365)
WHATS = ("patient", "prescriber", "product")


class Failed(StrEnum):
    """By what the inbox can be cut: what is not matched, or that all is."""

    ANY = ""
    PATIENT = "patient"
    PRESCRIBER = "prescriber"
    PRODUCT = "product"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Known:
    """How one of the three was matched: `how` is auto, by hand or no match."""

    what: str
    words: str
    how: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """One arrival in the inbox."""

    fill: Fill
    said_patient: str
    said_drug: str
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Inbox:
    """What has arrived and waits, most urgent first, and how many fail at what."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    failed: Failed
    total: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at before the patient leaves the counter."""

    label: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Desk:
    """One arrival on the bench: everything its page shows."""

    fill: Fill
    prescription: Prescription
    patients: tuple[Candidate[Patient], ...]
    prescribers: tuple[Candidate[Prescriber], ...]
    products: tuple[Candidate[Product], ...]
    known: tuple[Known, ...]
    similar: tuple[str, ...]
    duplicates: tuple[Prescription, ...]
    checks: tuple[Check, ...]
    promise: Promise
    group: tuple[Fill, ...]
    ways: tuple[Way[FillFacts], ...]
    events: tuple[Event, ...]
    is_here: bool


def inbox(pharmacy: Pharmacy, *, failed: str = "") -> Inbox:
    """This will give what waits at drop-off; `failed` keeps only what is not matched in that way."""
    chosen = Failed(failed) if failed in set(Failed) else Failed.ANY
    arrived = Fill.objects.filter(pharmacy=pharmacy, state=FillState.RECEIVED)
    fills = list(_cut(arrived, chosen).with_names().select_related("prescription__product").by_urgency()[:MOST_ROWS])
    hows = _hows([fill.prescription_id for fill in fills])
    rows = tuple(_row(fill, hows) for fill in fills)
    counts = {each.value: _cut(arrived, each).count() for each in Failed}
    return Inbox(rows, counts, chosen, counts[Failed.ANY.value])


def desk(by: Worker, fill_id: int, at: datetime, *, said: PersonFacts | None = None) -> Desk:
    """This will give one arrival with candidates and reasons; `said` replaces what the original says of the patient."""
    fill = fill_of(by, fill_id)
    rx = fill.prescription
    today = today_at(by.pharmacy, at)
    found = matches_of(rx.as_received, by.pharmacy, today=today)
    patients = patients_like(said, by.pharmacy) if said else found.patients
    facts = fill.facts(at, by)
    hows = _hows([rx.pk])
    return Desk(
        fill=fill,
        prescription=rx,
        patients=_with_chosen(patients, rx.patient),
        prescribers=found.prescribers,
        products=found.products,
        known=_row(fill, hows).known,
        similar=tuple(_similar(patients)),
        duplicates=tuple(duplicates.found_for(fill, at=at).select_related("product", "prescriber")),
        checks=tuple(_checks(fill, today=today, hows=hows)),
        promise=promise(by.pharmacy, at, is_waiter=fill.is_waiter),
        group=tuple(_group(fill)),
        ways=FILL.steps_open_to(facts, by.roles),
        events=tuple(rx.events().select_related("worker")),
        is_here=FILL.step("begin_entry", fill.state) is not None,
    )


def person_typed(name: str, birth: str, *, today: date) -> PersonFacts | None:
    """This will read the two identifiers as typed: "marchetti, cleo" or "cleo marchetti", and a birth date."""
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.strip().rpartition(" ")
    born = read_birth(birth, today=today)
    if not family.strip() and born is None:
        return None
    return PersonFacts(family=family.strip(), given=given.strip(), birth_on=born)


def said_of(rx: Prescription) -> PersonFacts:
    """This will give what the original says of its patient."""
    return person_said(rx.as_received)


def _cut(fills: FillQuerySet, failed: Failed) -> FillQuerySet:
    lacks = {
        Failed.PATIENT: Q(prescription__patient=None),
        Failed.PRESCRIBER: Q(prescription__prescriber=None),
        Failed.PRODUCT: Q(prescription__product=None),
    }
    if failed is Failed.ANY:
        return fills
    if failed is Failed.NOTHING:
        return fills.exclude(lacks[Failed.PATIENT] | lacks[Failed.PRESCRIBER] | lacks[Failed.PRODUCT])
    return fills.filter(lacks[failed])


def _hows(prescription_ids: Iterable[int]) -> dict[tuple[int, str], bool]:
    """Whether a person chose, for each prescription and what, by the newest event that says so."""
    verbs = {f"match_{what}": what for what in WHATS}
    events = Event.objects.filter(
        subject_kind="prescription", subject_id__in=list(prescription_ids), verb__in=list(verbs)
    ).order_by("number")
    return {(event.subject_id, verbs[event.verb]): bool(event.details.get("by_hand")) for event in events}


def _row(fill: Fill, hows: dict[tuple[int, str], bool]) -> Row:
    rx = fill.prescription
    said, drug = rx.as_received.get("patient") or {}, rx.as_received.get("drug") or {}
    # A list shows given name and initial; the whole name stands on the open piece of work.
    named = " ".join(filter(None, (said.get("given", ""), f"{said['family'][:1]}." if said.get("family") else "")))
    rows = (("patient", rx.patient), ("prescriber", rx.prescriber), ("product", rx.product))
    return Row(
        fill=fill,
        said_patient=named or (rx.patient.list_name if rx.patient else "not said"),
        said_drug=drug.get("description", "") or (str(rx.product) if rx.product else "as on the original"),
        known=tuple(_known(rx, what, row, hows) for what, row in rows),
    )


def _known(rx: Prescription, what: str, row: object, hows: dict[tuple[int, str], bool]) -> Known:
    if row is None:
        return Known(what, "not matched", "no match", "warn")
    by_hand = hows.get((rx.pk, what))
    words = row.full_name if isinstance(row, Patient) else str(row)
    return Known(what, words, "by hand" if by_hand else "auto", "plain" if by_hand else "ok")


def _with_chosen(candidates: tuple[Candidate[Patient], ...], chosen: Patient | None) -> tuple[Candidate[Patient], ...]:
    if chosen is None:
        return candidates
    return tuple(sorted(candidates, key=lambda each: each.row.pk != chosen.pk))


def _similar(candidates: tuple[Candidate[Patient], ...]) -> Iterable[str]:
    close = [each for each in candidates if each.score >= SIMILAR]
    if len(close) > 1:
        for other in close[1:]:
            warnings = " ".join(other.match.warnings) or f"{other.row.full_name} scores {other.score} of 100."
            yield warnings


def _group(fill: Fill) -> Iterable[Fill]:
    if fill.group is None:
        return ()
    together = Fill.objects.filter(group=fill.group, pharmacy_id=fill.pharmacy_id).exclude(pk=fill.pk)
    return together.with_names().order_by("pk")


def _checks(fill: Fill, *, today: date, hows: dict[tuple[int, str], bool]) -> Iterable[Check]:
    rx, patient = fill.prescription, fill.prescription.patient
    yield _plan(patient, today)
    yield _stock(fill)
    yield _first_day(rx, today)
    yield _allergies(patient, today)
    if rx.as_received.get("is_signed") is False:
        yield Check("Signature", "Controlled, and it came without a signature: call the prescriber.", "stop")
    if rx.as_received.get("do_not_fill"):
        yield Check("Do not fill", "The prescriber wrote not to dispense this now.", "stop")
    if rx.cancel_asked_at is not None:
        yield Check("Cancelled", rx.cancel_asked_because, "stop")
    by_hand = [what for what in WHATS if hows.get((rx.pk, what))]
    if by_hand:
        words = ", ".join("drug" if what == "product" else what for what in by_hand)
        yield Check("By hand", f"Chosen by hand: {words}. The pharmacist sees it.", "rph")
    if (drug := rx.as_received.get("drug") or {}).get("note"):
        yield Check("Note", str(drug["note"]), "warn")
    if patient is not None and patient.takes_texts:
        yield Check("Text", "Agreed to texts.", "plain")


def _plan(patient: Patient | None, today: date) -> Check:
    if patient is None:
        return Check("Plan", "Choose the patient first.", "plain")
    live = patient.coverages.filter(Q(until_on=None) | Q(until_on__gte=today)).select_related("plan").order_by("order")
    plans = [each.plan.name for each in live]
    if not plans:
        return Check("Plan", "No plan on file: ask for the card.", "warn")
    return Check("Plan", f"{', then '.join(plans)} on file.", "ok")


def _stock(fill: Fill) -> Check:
    if fill.package is None:
        return Check("Stock", "Choose the drug first.", "plain")
    places = ON_SHELVES
    rows = Balance.objects.filter(pharmacy_id=fill.pharmacy_id, lot__package=fill.package, place__kind__in=places)
    held = sum((row.quantity for row in rows), Decimal(0))
    words = f"{fill.package.product}: {held.normalize():f} here, {fill.quantity.normalize():f} needed."
    return Check("Stock", words, "ok" if held >= fill.quantity else "warn")


def _first_day(rx: Prescription, today: date) -> Check:
    if rx.written_on is None:
        return Check("Date", "The day it was written is missing.", "warn")
    if rx.earliest_fill_on and rx.earliest_fill_on > today:
        return Check("Date", f"Not before {rx.earliest_fill_on:%b %-d, %Y}.", "stop")
    return Check("Date", f"Written {rx.written_on:%b %-d, %Y}; nothing to wait for.", "ok")


def _allergies(patient: Patient | None, today: date) -> Check:
    if patient is None:
        return Check("Ask", "Choose the patient first.", "plain")
    known = ", ".join(str(each) for each in patient.allergies.filter(ended_on=None)) or (
        "None known" if patient.has_no_known_allergies else ""
    )
    asked = patient.allergies_asked_on
    if asked is None:
        return Check("Ask", "Allergies were never asked: ask now.", "warn")
    words = f"{known or 'Allergies'}: last asked {asked:%b %-d, %Y}."
    return Check("Ask", f"{words} Ask again.", "warn") if today - asked > ASK_AGAIN else Check("Asked", words, "ok")


def schedule_words(rx: Prescription) -> str:
    """This will give the schedule as a tag shows it; nothing for what is not controlled."""
    schedule = Schedule(rx.schedule)
    return schedule.label if schedule.may_be_controlled else ""
