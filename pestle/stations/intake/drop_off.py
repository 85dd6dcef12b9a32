"""Drop-off: whatever way a prescription comes, it is received at once, matched by reasons, and sent to data entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.machine import NEW
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.catalogue import Package, Product
from pestle.records.fills import Fill
from pestle.records.messages import Document, Message
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.rules import waiting
from pestle.rules.facts import FillFacts, Origin, PrescriptionFacts
from pestle.rules.rule import findings
from pestle.stations.acts import act_within, demand_bench, one_act
from pestle.stations.entry.entry_fields import MOST_DAYS, MOST_REFILLS
from pestle.stations.entry.prefill import prefill
from pestle.stations.intake import duplicates
from pestle.stations.intake.matching import (
    Candidate,
    certain,
    certain_patient,
    drug_known,
    matches_of,
    package_for,
    person_known,
    prescriber_known,
)
from pestle.stations.intake.originals import Original, day_of, drug_said, number_of, person_said, prescriber_said
from pestle.stations.intake.promises import promise
from pestle.terms.decimals import typed_whole
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.matching import DrugFacts, Match, match_drug, match_person, match_prescriber
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule, most_restrictive

STATION = "drop_off"
MOST_ITEMS = 20
LONGEST_DIRECTIONS = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One prescription as it comes: its original, and how and by when the patient wants it."""

    original: Original
    origin: Origin = Origin.ELECTRONIC
    message: Message | None = None
    document: Document | None = None
    document_page: int = 1
    document_item: int = 1
    taken_from: str = ""
    patient: Patient | None = None
    prescriber: Prescriber | None = None
    product: Product | None = None
    promised_at: datetime | None = None
    is_waiter: bool = False
    is_for_delivery: bool = False
    group: UUID | None = None
    because: Mapping[str, str] = field(default_factory=dict)


@one_act
def receive_new_rx(
    *, act_id: UUID, by: Worker, at: datetime, original: Original, message: Message | None = None
) -> Fill:
    """This will receive an e-prescription: its prescription, its first fill, and every match that is certain."""
    return receive(Arrival(original, message=message), act_id=act_id, by=by, at=at)


@one_act
def receive_at_counter(*, act_id: UUID, by: Worker, at: datetime, arrivals: tuple[Arrival, ...]) -> Fill:
    """This will receive what somebody hands over, faxes or says, all items as one group; gives the first fill.

    A new prescription by telephone and a transfer are taken only by whom the law and the board let take them.
    """
    if not 1 <= len(arrivals) <= MOST_ITEMS:
        raise refuse(f"Take in one to {MOST_ITEMS} prescriptions at a time.", field="items")
    fills = [
        receive(each, act_id=act_within(act_id, f"item {number}"), by=by, at=at)
        for number, each in enumerate(arrivals, start=1)
    ]
    return fills[0]


def receive(arrival: Arrival, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    """This will write one arrival inside the caller's act: prescription, first fill, certain matches."""
    rx = _receive_prescription(arrival, act_id=act_id, by=by, at=at)
    fill = _receive_fill(rx, arrival, act_id=act_id, by=by, at=at)
    _match_by_itself(fill, arrival, act_id=act_id, by=by, at=at)
    return fill


@one_act
def match(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, what: str, chosen_id: int, note: str = "") -> Fill:
    """This will record a person's choice of patient, prescriber or product, with the reasons they saw."""
    fill = fill_of(by, fill_id)
    if FILL.step("store", fill.state) is None:
        raise refuse("This is past data entry: a pharmacist sends it back before it is matched anew.", field=what)
    row = _chosen(what, chosen_id, by)
    compared = _compared(what, row, fill.prescription.as_received)
    details = {"by_hand": True, "note": note, **_reasons(compared)}
    _set(fill, what, row)
    fill.prescription.note(
        f"match_{what}", act_id=act_id, by=by, at=at, station=STATION, details={**details, "chosen": row.pk}
    )
    duplicates.look(fill, at=at)
    return fill


@one_act
def begin_entry(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: Mapping[str, str] | None = None
) -> Fill:
    """This will send a fill on to data entry, into the hands of whoever starts it."""
    fill = fill_of(by, fill_id)
    taken = FILL.take("begin_entry", fill.facts(at, by), by.roles, because=because)
    fill.in_hands_of, fill.in_hands_since = by, at
    fill.waiting_for, fill.waiting_note, fill.wakes_at = "", "", None
    fill.save(update_fields=["in_hands_of", "in_hands_since", "waiting_for", "waiting_note", "wakes_at"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return prefill(fill, at=at)


@one_act
def promise_anew(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    promised_at: datetime | None = None,
    is_waiter: bool = False,
    is_for_delivery: bool = False,
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will set how a fill leaves and by when; without a time, the earliest honest one. The whole group follows."""
    demand_bench(by, "Promising a time")
    fill = fill_of(by, fill_id)
    earliest = promise(fill.pharmacy, at, is_waiter=is_waiter).at
    wanted = promised_at or earliest
    step = FILL.step("receive", NEW)
    facts = fill.facts(at, by, promised_at=wanted, earliest_promise_at=earliest)
    demand(findings(step.rules if step else (), facts), by, because)
    together = Fill.objects.open().filter(group=fill.group) if fill.group else Fill.objects.filter(pk=fill.pk)
    for each in together.filter(pharmacy_id=by.pharmacy_id).select_related("pharmacy").order_by("pk"):
        each.promised_at, each.is_waiter, each.is_for_delivery = wanted, is_waiter, is_for_delivery
        each.save(update_fields=["promised_at", "is_waiter", "is_for_delivery"])
        details = {"promised_at": wanted.isoformat(), "earliest": earliest.isoformat(), **dict(because or {})}
        each.note("promise", act_id=act_id, by=by, at=at, station=STATION, details=details)
    fill.refresh_from_db()
    return fill


def fill_of(by: Worker, fill_id: int) -> Fill:
    """This will give a fill of the worker's own pharmacy; Refused where there is none."""
    fills = Fill.objects.filter(pharmacy_id=by.pharmacy_id, pk=fill_id)
    found = fills.select_related("pharmacy", "prescription__patient", "prescription__prescriber").first()
    if found is None:
        raise refuse("There is no such fill in this pharmacy.", rule="fill_is_here")
    return found


def today_at(pharmacy: Pharmacy, at: datetime) -> date:
    """This will give the calendar day at a pharmacy."""
    return at.astimezone(ZoneInfo(pharmacy.time_zone)).date()


def demand(found: tuple[Finding, ...], by: Worker, because: Mapping[str, str] | None) -> None:
    """This will raise Refused for every finding that the worker may not lift or gave no reason for."""
    reasons = because or {}
    standing = [each for each in found if not (reasons.get(each.rule, "").strip() and each.may_be_lifted_by(by.roles))]
    if standing:
        raise Refused(standing)


def new_rx_number(pharmacy: Pharmacy) -> int:
    """This will take the pharmacy's next prescription number; two at once never get the same."""
    Pharmacy.objects.filter(pk=pharmacy.pk).update(next_rx_number=F("next_rx_number") + 1)
    pharmacy.refresh_from_db(fields=["next_rx_number"])
    return pharmacy.next_rx_number - 1


def _receive_prescription(arrival: Arrival, *, act_id: UUID, by: Worker, at: datetime) -> Prescription:
    pharmacy, drug = by.pharmacy, arrival.original.get("drug") or {}
    schedule = _schedule_of(arrival)
    written_on = day_of(drug.get("written_on", ""))
    facts = PrescriptionFacts(
        state=NEW,
        at=at,
        today=today_at(pharmacy, at),
        board=board_named(pharmacy.board),
        roles=by.roles,
        schedule=schedule,
        origin=arrival.origin,
        issued_on=written_on,
        is_verbal=arrival.origin is Origin.TELEPHONE,
    )
    taken = PRESCRIPTION.take("receive", facts, by.roles, because=arrival.because)
    if arrival.origin is Origin.TRANSFER:
        rules = (waiting.controlled_transfer_is_the_pharmacists, waiting.board_lets_this_worker_transfer)
        demand(findings(rules, facts), by, arrival.because)
    rx = Prescription(
        pharmacy=pharmacy,
        rx_number=new_rx_number(pharmacy),
        origin=arrival.origin.value,
        as_received=arrival.original,
        order_number=(arrival.original.get("envelope") or {}).get("order_number", ""),
        message=arrival.message,
        document=arrival.document,
        document_page=arrival.document_page,
        document_item=arrival.document_item,
        taken_from=arrival.taken_from,
        schedule=schedule.value,
        written_on=written_on,
        **_written(drug),
    )
    return rx.begin(taken, act_id=act_id, by=by, at=at, station=STATION)


def _written(drug: Original) -> dict[str, Any]:
    refills = typed_whole(str(drug.get("refills", "")))
    return {
        "earliest_fill_on": day_of(drug.get("effective_on", "")),
        "quantity_written": number_of(drug.get("quantity", "")),
        "refills": refills if refills is not None and refills <= MOST_REFILLS else 0,
        "daw": "1" if drug.get("substitutions") == "1" else "0",
        # The text rules; what does not fit the column is typed by a person from the original beside it.
        "directions": drug.get("directions", "")[:LONGEST_DIRECTIONS],
        "diagnosis_codes": [each["code"][:8] for each in drug.get("diagnoses", []) if each.get("code")],
    }


def _receive_fill(rx: Prescription, arrival: Arrival, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    earliest = promise(by.pharmacy, at, is_waiter=arrival.is_waiter).at
    promised_at = arrival.promised_at or earliest
    facts = FillFacts(
        state=NEW,
        at=at,
        today=today_at(by.pharmacy, at),
        board=board_named(by.pharmacy.board),
        roles=by.roles,
        promised_at=promised_at,
        earliest_promise_at=earliest,
    )
    taken = FILL.take("receive", facts, by.roles, because=arrival.because)
    days = typed_whole(str((arrival.original.get("drug") or {}).get("days_supply", "")))
    fill = Fill(
        pharmacy=by.pharmacy,
        prescription=rx,
        number=1,
        made_at=at,
        quantity=rx.quantity_written or Decimal(0),
        days_supply=days if days is not None and 1 <= days <= MOST_DAYS else None,
        promised_at=promised_at,
        is_waiter=arrival.is_waiter,
        is_for_delivery=arrival.is_for_delivery,
        group=arrival.group,
    )
    return fill.begin(taken, act_id=act_id, by=by, at=at, station=STATION)


def _schedule_of(arrival: Arrival) -> Schedule:
    said = Schedule.read((arrival.original.get("drug") or {}).get("schedule", ""))
    if arrival.product is None:
        return said
    known = Schedule(arrival.product.schedule)
    return most_restrictive((said, known)) if said.is_known else known


def _match_by_itself(fill: Fill, arrival: Arrival, *, act_id: UUID, by: Worker, at: datetime) -> None:
    """Set what was chosen with the arrival, and of the rest only what is certain; who chose is in the event."""
    original = arrival.original
    found = matches_of(original, by.pharmacy, today=today_at(by.pharmacy, at))
    wanted: tuple[tuple[str, Any, Any, tuple[Candidate[Any], ...]], ...] = (
        ("patient", arrival.patient, certain_patient(found.patients), found.patients),
        ("prescriber", arrival.prescriber, certain(found.prescribers), found.prescribers),
        ("product", arrival.product, _certain_product(found.products), found.products),
    )
    for what, given, sure, candidates in wanted:
        row = given or sure
        best = next((each.match for each in candidates if row is None or each.row.pk == row.pk), None)
        if row is not None:
            _set(fill, what, row)
        details = {
            "by_hand": given is not None and Role.PROGRAM not in by.roles,
            "chosen": row.pk if row else None,
            **_reasons(best),
        }
        verb = f"match_{what}" if row is not None else f"no_match_{what}"
        fill.prescription.note(verb, act_id=act_id, by=by, at=at, station=STATION, details=details)
    duplicates.look(fill, at=at)


def _certain_product(candidates: tuple[Candidate[Product], ...]) -> Product | None:
    # One NDC stands for one product; equal listings of it are the directory's own doubles.
    sure = [each.row for each in candidates if each.match.is_certain]
    return sure[0] if len({row.product_ndc for row in sure}) == 1 else None


def _chosen(what: str, chosen_id: int, by: Worker) -> Any:
    rows: dict[str, Any] = {
        "patient": Patient.objects.filter(pharmacy_id=by.pharmacy_id),
        "prescriber": Prescriber.objects.filter(pharmacy_id=by.pharmacy_id, is_active=True),
        "product": Product.objects.all(),
    }
    if what not in rows:
        raise refuse("Choose a patient, a prescriber or a drug.", rule="what_is_matched")
    row = rows[what].filter(pk=chosen_id).first()
    if row is None:
        raise refuse(f"That {what} is not here: choose one of the list.", field=what)
    return row


def _set(fill: Fill, what: str, row: Any) -> None:
    rx = fill.prescription
    columns = [what]
    setattr(rx, what, row)
    if what == "product":
        said = Schedule.read((rx.as_received.get("drug") or {}).get("schedule", ""))
        known = Schedule(row.schedule)
        rx.schedule = (most_restrictive((said, known)) if said.is_known else known).value
        columns.append("schedule")
        _propose_package(fill, row)
    rx.save(update_fields=columns)


def _propose_package(fill: Fill, product: Product) -> None:
    ndc11 = (fill.prescription.as_received.get("drug") or {}).get("ndc11", "")
    fill.package = package_for(product, fill.pharmacy, quantity=fill.quantity, ndc11=ndc11)
    fill.save(update_fields=["package"])


def _compared(what: str, row: Any, original: Original) -> Match | None:
    if what == "patient":
        return match_person(person_said(original), person_known(row))
    if what == "prescriber":
        return match_prescriber(prescriber_said(original), prescriber_known(row))
    said: DrugFacts = drug_said(original)
    codes = tuple(Package.objects.filter(product=row).values_list("ndc11", flat=True))
    return match_drug(said, drug_known(row, codes))


def _reasons(compared: Match | None) -> dict[str, Any]:
    if compared is None:
        return {"score": None, "reasons": {}}
    return {"score": compared.score, "reasons": {each.field: each.outcome.value for each in compared.reasons}}
