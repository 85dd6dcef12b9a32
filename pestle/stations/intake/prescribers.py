"""What is written of a prescriber: found, opened, changed with its history kept."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.stations.acts import one_act
from pestle.stations.entry.entry_fields import Unreadable, read_day
from pestle.stations.intake.drop_off import today_at
from pestle.terms.dea_number import DeaNumber
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.npi import Npi
from pestle.terms.phone import Phone
from pestle.terms.roles import BENCH, PHARMACISTS
from pestle.terms.schedule import Schedule

MOST_FOUND = 30
MOST_CHANGES = 8
SCHEDULES = (Schedule.II, Schedule.III, Schedule.IV, Schedule.V)
EDITED = (
    "family", "given", "credential", "npi", "dea_number", "dea_schedules", "dea_expires_on", "licence", "practice",
    "phone", "fax", "address", "city", "state", "postal_code", "erx_id", "is_active",
)  # fmt: skip
WORDS = {
    "family": "family name", "given": "given name", "npi": "NPI", "dea_number": "DEA number",
    "dea_schedules": "schedules", "dea_expires_on": "DEA number good until", "phone": "telephone",
    "postal_code": "postal code", "erx_id": "network address", "is_active": "prescribes",
}  # fmt: skip
NETWORK_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,20}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the page of a prescriber shows: the row, what to doubt, and what was changed, newest first."""

    prescriber: Prescriber
    doubts: tuple[str, ...]
    changes: tuple[tuple[datetime, str, str], ...]


def find(text: str, pharmacy: Pharmacy) -> list[Prescriber]:
    """This will find prescribers by what is typed into one box: name, practice, NPI, DEA number, telephone."""
    found = Prescriber.objects.filter(pharmacy=pharmacy)
    # A telephone is one number however it is broken up: (734) 555-0177.
    for word in re.sub(r"(?<=\d)[ .()-]+(?=\d)", "", text).replace("(", " ").split():
        found = found.filter(_means(word.strip(",.;()")))
    return list(found.order_by("-is_active", "family", "given", "practice", "pk")[:MOST_FOUND]) if text.strip() else []


def profile(by: Worker, prescriber_id: int, at: datetime) -> Profile:
    """This will gather a prescriber's page; Refused where there is no such prescriber here."""
    prescriber = prescriber_of(by, prescriber_id)
    day = today_at(by.pharmacy, at)
    return Profile(prescriber, tuple(_doubts(prescriber, day)), tuple(_changes(prescriber)))


@one_act
def edit(*, act_id: UUID, by: Worker, at: datetime, prescriber_id: int, typed: dict[str, str]) -> Prescriber:
    """This will change what is written of a prescriber; the database keeps the earlier form, with who changed it.

    Which schedules a DEA number covers is looked up by a pharmacist, for it opens the way to controlled drugs: a new
    number from anybody else stands without schedules until a pharmacist has looked.
    """
    if by.roles.isdisjoint(BENCH):
        raise refuse("Changing a prescriber is for a technician, an intern or a pharmacist.", rule="who_may")
    prescriber = prescriber_of(by, prescriber_id)
    before = {name: getattr(prescriber, name) for name in EDITED}
    prescriber = _typed_into(prescriber, typed)
    _keep_schedules_honest(prescriber, before, by)
    _demand_once(prescriber)
    changed = [name for name in EDITED if getattr(prescriber, name) != before[name]]
    if changed:
        prescriber.save(update_fields=changed)
    return prescriber


def prescriber_of(by: Worker, prescriber_id: int) -> Prescriber:
    """This will give a prescriber of the worker's own pharmacy; Refused where there is none."""
    found = Prescriber.objects.filter(pharmacy_id=by.pharmacy_id, pk=prescriber_id).first()
    if found is None:
        raise refuse("There is no such prescriber in this pharmacy.", rule="prescriber_is_here")
    return found


def _means(word: str) -> Q:
    meant = Q(family__icontains=word) | Q(given__icontains=word) | Q(practice__icontains=word)
    meant |= Q(npi=word) | Q(dea_number__iexact=word)
    return meant | Q(phone__endswith=word) | Q(fax__endswith=word) if re.fullmatch(r"\d{4,10}", word) else meant


def _typed_into(prescriber: Prescriber, typed: dict[str, str]) -> Prescriber:
    """Read every field before anything is kept, so that all that is wrong is told at once."""
    wrong = []
    for name in EDITED:
        # What was not touched stays as it is: an old number that fails its check does not keep a new telephone out.
        if name not in typed or typed[name].strip() == getattr(prescriber, name):
            continue
        try:
            setattr(prescriber, name, _READ.get(name, _as_typed)(name, typed[name].strip()))
        except ValueError as fault:
            wrong.append(Finding(rule="field", sentence=str(fault), field=name))
    if wrong:
        raise Refused(wrong)
    return prescriber


def _keep_schedules_honest(prescriber: Prescriber, before: dict[str, Any], by: Worker) -> None:
    is_pharmacist = not by.roles.isdisjoint(PHARMACISTS)
    has_new_schedules = prescriber.dea_schedules != before["dea_schedules"]
    if prescriber.dea_number != before["dea_number"] and not is_pharmacist:
        prescriber.dea_schedules = []
    elif has_new_schedules and not is_pharmacist:
        raise refuse(
            "A pharmacist looks up which schedules a DEA number covers.", rule="who_may", field="dea_schedules"
        )
    if prescriber.dea_schedules and not prescriber.dea_number:
        raise refuse(
            "Without a DEA number nothing controlled is prescribed: type the number first.",
            rule="dea_number",
            field="dea_number",
        )


def _demand_once(prescriber: Prescriber) -> None:
    same = Prescriber.objects.filter(
        pharmacy_id=prescriber.pharmacy_id, npi=prescriber.npi, practice=prescriber.practice
    ).exclude(pk=prescriber.pk)
    if same.exists():
        sentence = "Another record has this NPI at this practice: use that one."
        raise refuse(sentence, rule="prescriber_once", field="npi")


def _doubts(prescriber: Prescriber, day: date) -> list[str]:
    doubts = [] if prescriber.npi_is_valid else [f"NPI {prescriber.npi or 'is missing and'} fails its check."]
    if prescriber.dea_number:
        try:
            doubts.append(DeaNumber.read(prescriber.dea_number).doubt_about(prescriber.family) or "")
        except ValueError as fault:
            doubts.append(str(fault))
        if not prescriber.dea_schedules:
            doubts.append("No schedules are known for the DEA number: a pharmacist looks them up.")
    if prescriber.dea_expires_on and prescriber.dea_expires_on < day:
        doubts.append(f"The DEA number was good until {prescriber.dea_expires_on:%b %-d, %Y}.")
    return [each for each in doubts if each]


def _changes(prescriber: Prescriber) -> list[tuple[datetime, str, str]]:
    rows = list(prescriber.history.order_by("-pgh_created_at")[:MOST_CHANGES])  # type: ignore[attr-defined]
    workers = {each.pk: each.short_name for each in Worker.objects.filter(pharmacy_id=prescriber.pharmacy_id)}
    later: Any = prescriber
    told = []
    for row in rows:
        who = workers.get((row.pgh_context or {}).get("worker", 0), "the program")
        fields = [name for name in EDITED if getattr(row, name) != getattr(later, name)]
        words = ", ".join(f"{WORDS.get(name, name)} was {_said(getattr(row, name))}" for name in fields)
        told.append((row.pgh_created_at, who, words or "the supervisor"))
        later = row
    return told


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, list) and value else str(value or "empty")


def _as_typed(name: str, text: str) -> str:
    longest = getattr(Prescriber._meta.get_field(name), "max_length", None)
    if longest is not None and len(text) > longest:
        raise ValueError(f"At most {longest} characters have room here.")
    return text


def _read_name(name: str, text: str) -> str:
    if not text:
        raise ValueError("A prescriber has a family name and a given name.")
    return _as_typed(name, text)


def _read_npi(name: str, text: str) -> str:
    return Npi(text).digits


def _read_dea_number(name: str, text: str) -> str:
    return DeaNumber.read(text).number if text else ""


def _read_schedules(name: str, text: str) -> list[str]:
    chosen = {Schedule.read(word) for word in text.split()}
    if not chosen <= set(SCHEDULES):
        raise ValueError("Schedules are II, III, IV and V.")
    return [each.value for each in SCHEDULES if each in chosen]


def _read_day(name: str, text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except Unreadable as fault:
        raise ValueError("A day is typed as 11/23/2026.") from fault


def _read_phone(name: str, text: str) -> str:
    return Phone.read(text).digits if text else ""


def _read_state(name: str, text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError("A state is two letters, as MI.")
    return text.upper()


def _read_network_address(name: str, text: str) -> str:
    if text and not NETWORK_ADDRESS.fullmatch(text):
        raise ValueError("An address in the network has up to 20 letters and digits and no space.")
    return text


_READ: dict[str, Callable[[str, str], Any]] = {
    "family": _read_name,
    "given": _read_name,
    "npi": _read_npi,
    "dea_number": _read_dea_number,
    "dea_schedules": _read_schedules,
    "dea_expires_on": _read_day,
    "phone": _read_phone,
    "fax": _read_phone,
    "state": _read_state,
    "erx_id": _read_network_address,
    "is_active": lambda name, text: text == "yes",
}
