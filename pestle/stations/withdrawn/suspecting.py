"""Suspect product: set apart, its maker asked, cleared or found illegitimate, the FDA and partners told in time."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pestle.flows.machine import NEW
from pestle.flows.suspect import SUSPECT
from pestle.ledger.entries import move, together
from pestle.ledger.places import FOR_USE, PlaceKind
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.purchasing import TracedPackage
from pestle.records.withdrawn import Suspect, VerificationRequest
from pestle.records.withdrawn.suspects import FORM
from pestle.rules.recalls import ANSWER_WITHIN, TELL_FDA_WITHIN
from pestle.stations import book
from pestle.stations.acts import one_act
from pestle.stations.withdrawn.standing import what_stands
from pestle.terms.findings import refuse
from pestle.terms.quantity import BillingUnit, Quantity

STATION = "suspects"
SOURCES = (PlaceKind.RECEIVING, *FOR_USE)
CLASSES = (
    "counterfeit",
    "diverted",
    "stolen",
    "intentionally adulterated",
    "unfit for distribution",
    "fraudulent sale",
)


@one_act
def quarantine(
    *, act_id: UUID, by: Worker, at: datetime, lot_id: int, place_id: int, packages: int, because: str
) -> Suspect:
    """Set packages of a lot apart as suspect: they leave their place for quarantine at once."""
    held = what_stands(lot_id, place_id, by, kinds=SOURCES)
    units = held.lot.package.units
    amount = Decimal(packages) * units if units else held.quantity
    if packages < 1 or amount > held.quantity:
        raise refuse("Type how many packages are set apart: no more than stand there.", rule="packages_are_counted")
    suspect = Suspect(
        pharmacy_id=by.pharmacy_id, lot=held.lot, packages=packages, because=because.strip()[:200], found_at=at,
        state=NEW,
    )  # fmt: skip
    taken = SUSPECT.take("quarantine", suspect.facts(at, by, reason=because), by.roles)
    quantity = Quantity(amount, BillingUnit(held.lot.package.billing_unit or BillingUnit.EACH))
    target = book.the_place(by, PlaceKind.QUARANTINE)
    entry = together("suspect", (move("suspect", lot_id, quantity, source=place_id, target=target.pk),))
    suspect.entry = book.post(entry, act_id=act_id, by=by, at=at)
    told = {"lot": held.lot.number, "packages": packages, "because": suspect.because}
    return suspect.begin(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)


@one_act
def ask(
    *, act_id: UUID, by: Worker, at: datetime, suspect_id: int, serial: str, asked_of: str, gtin: str = ""
) -> Suspect:
    """Record that a maker was asked to verify one package; the maker has 24 hours to answer."""
    suspect = the_suspect(suspect_id, by)
    if not serial.strip() or not asked_of.strip():
        raise refuse("Scan the package, and write who was asked.", rule="request_is_whole", field="serial")
    taken = SUSPECT.take("ask", suspect.facts(at, by), by.roles)
    VerificationRequest.objects.create(
        pharmacy_id=by.pharmacy_id, suspect=suspect, gtin=gtin.strip()[:14], serial=serial.strip()[:20],
        asked_of=asked_of.strip()[:80], asked_by=by, asked_at=at, answer_by=at + ANSWER_WITHIN,
    )  # fmt: skip
    told = {"serial": serial.strip()[:20], "of": asked_of.strip()[:80]}
    suspect.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return suspect


@one_act
def hear(
    *, act_id: UUID, by: Worker, at: datetime, request_id: int, is_verified: bool, words: str = ""
) -> Suspect:  # fmt: skip
    """Record what a maker answered about one package."""
    rows = VerificationRequest.objects.select_for_update(of=("self",), no_key=True)
    request = rows.filter(pk=request_id, pharmacy_id=by.pharmacy_id).first()
    if request is None or request.answer:
        raise refuse("This request was answered, or is not here: look at the list again.", rule="request_is_open")
    suspect = the_suspect(request.suspect_id, by)
    taken = SUSPECT.take("hear", suspect.facts(at, by), by.roles)
    request.answer = request.VERIFIED if is_verified else request.NOT_VERIFIED
    request.answered_at, request.answer_words = at, words.strip()[:200]
    request.save()
    told = {"serial": request.serial, "answer": request.answer, "words": request.answer_words}
    suspect.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return suspect


@one_act
def clear(
    *, act_id: UUID, by: Worker, at: datetime, suspect_id: int, reason: str, because: Mapping[str, str] | None = None
) -> Suspect:
    """Say that the product is what it should be: it goes back to where it stood."""
    suspect = the_suspect(suspect_id, by)
    taken = SUSPECT.take("clear", suspect.facts(at, by, reason=reason), by.roles, because=because)
    book.take_back(suspect.entry, because="cleared", act_id=act_id, by=by, at=at)
    suspect.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()[:200]})
    return suspect


@one_act
def condemn(*, act_id: UUID, by: Worker, at: datetime, suspect_id: int, reason: str) -> Suspect:
    """Say that the product is illegitimate: from now the FDA and the trading partners hear of it within 24 hours."""
    suspect = the_suspect(suspect_id, by)
    taken = SUSPECT.take("condemn", suspect.facts(at, by, reason=reason), by.roles)
    suspect.determined_at, suspect.tell_by = at, at + TELL_FDA_WITHIN
    told, saves = {"reason": reason.strip()[:200]}, ["determined_at", "tell_by"]
    suspect.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told, saves=saves)
    return suspect


@one_act
def notify(*, act_id: UUID, by: Worker, at: datetime, suspect_id: int, form: Mapping[str, str]) -> Suspect:
    """Record that Form 3911 went to the FDA and that the trading partners were told, with what the form said."""
    suspect = the_suspect(suspect_id, by)
    suspect.form = {name: str(form.get(name, "")).strip()[:500] for name in FORM}
    taken = SUSPECT.take("notify", suspect.facts(at, by), by.roles)
    suspect.told_at = suspect.told_at or at
    suspect.record(
        taken, act_id=act_id, by=by, at=at, station=STATION, details=suspect.form, saves=["form", "told_at"]
    )  # fmt: skip
    return suspect


@one_act
def end(*, act_id: UUID, by: Worker, at: datetime, suspect_id: int, reason: str) -> Suspect:
    """End the notification once the FDA agreed; the product stays in quarantine until it is destroyed."""
    suspect = the_suspect(suspect_id, by)
    taken = SUSPECT.take("end", suspect.facts(at, by, reason=reason), by.roles)
    suspect.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()[:200]})
    return suspect


def the_suspect(suspect_id: int, by: Worker, *, holds: bool = True) -> Suspect:
    """This will give a suspect product of the worker's pharmacy, held until the act ends, or refuse."""
    rows = Suspect.objects.select_related("lot__package__product", "entry", "pharmacy")
    rows = rows.select_for_update(of=("self",), no_key=True) if holds else rows
    suspect = rows.filter(pk=suspect_id, pharmacy_id=by.pharmacy_id).first()
    if suspect is None:
        raise refuse(
            "There is no such suspect product in this pharmacy: look at the list again.", rule="suspect_is_here"
        )
    return suspect


def open_suspects(pharmacy: Pharmacy) -> list[Suspect]:
    """This will give what is not cleared or ended; what must be told soonest first."""
    rows = Suspect.objects.filter(pharmacy=pharmacy).standing()
    return list(rows.select_related("lot__package__product").order_by("tell_by", "found_at", "pk"))


def traced_of(suspect: Suspect) -> list[TracedPackage]:
    """This will give what sellers told of the lot: the transaction information an investigation begins with."""
    rows = TracedPackage.objects.filter(pharmacy=suspect.pharmacy, lot_number=suspect.lot.number)
    return list(rows.select_related("partner").order_by("serial"))
