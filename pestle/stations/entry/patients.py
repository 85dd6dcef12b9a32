"""What is written of a patient: who they are, what they must not have, who pays, who collects."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pestle.records.patients import Allergy, Condition, Coverage, Patient, Proxy
from pestle.records.people import Worker
from pestle.records.reference_lists import Diagnosis
from pestle.stations.acts import demand_bench, one_act
from pestle.stations.entry.entry_fields import ICD, Unreadable, read_day
from pestle.stations.intake.drop_off import today_at
from pestle.terms.decimals import half_up, typed_decimal
from pestle.terms.findings import refuse
from pestle.terms.phone import Phone

OLDEST_YEARS = 130
EDITED = (
    "family", "given", "middle", "birth_on", "sex", "phone", "takes_texts", "email", "address", "city", "state",
    "postal_code", "language", "weight_kg", "is_pregnant", "privacy_notice_on", "note",
)  # fmt: skip


@one_act
def edit(*, act_id: UUID, by: Worker, at: datetime, patient_id: int, typed: dict[str, str]) -> Patient:
    """This will change what is written of a patient; the database keeps the earlier form, with who changed it."""
    demand_bench(by, "Changing a profile")
    patient = patient_of(by, patient_id)
    day = today_at(by.pharmacy, at)
    for name, text in typed.items():
        if name in EDITED:
            longest = getattr(Patient._meta.get_field(name), "max_length", None)
            setattr(patient, name, _READ.get(name, _as_typed)(text.strip()[:longest], day))
    for name, words in (("family", "family name"), ("given", "given name")):
        if not getattr(patient, name):
            raise refuse(f"A patient has a {words}.", rule="two_identifiers", field=name)
    patient.save(update_fields=[name for name in typed if name in EDITED])
    return patient


@one_act
def end_allergy(*, act_id: UUID, by: Worker, at: datetime, allergy_id: int, because: str) -> Patient:
    """This will end an allergy that was told wrongly or outgrown; it stays in the record as ended."""
    demand_bench(by, "Ending an allergy")
    allergy = (
        Allergy.objects.filter(pk=allergy_id, patient__pharmacy_id=by.pharmacy_id).select_related("patient").first()
    )
    if allergy is None:
        raise refuse("There is no such allergy here: look at the record again.", rule="patient_is_here")
    if not because.strip():
        raise refuse("Write who said that it is no allergy, and why.", rule="reason_is_given", field="because")
    allergy.ended_on = today_at(by.pharmacy, at)
    allergy.ended_because = because.strip()[:120]
    allergy.save(update_fields=["ended_on", "ended_because"])
    return allergy.patient


@one_act
def add_condition(*, act_id: UUID, by: Worker, at: datetime, patient_id: int, words: str, code: str = "") -> Patient:
    """This will write down a condition, by its ICD-10 code where one was given."""
    demand_bench(by, "Writing down a condition")
    patient = patient_of(by, patient_id)
    bare = code.strip().upper().replace(".", "")
    listed = Diagnosis.objects.filter(code=bare).first() if bare else None
    if bare and not ICD.fullmatch(bare):
        raise refuse("This is no ICD-10 code: compare it with what you read.", rule="condition_code", field="code")
    told = words.strip() or (listed.description if listed else "")
    if not told:
        raise refuse("Write the condition in words.", rule="condition_words", field="words")
    patient.conditions.create(code=bare[:8], words=told[:120], noted_on=today_at(by.pharmacy, at))
    return patient


@one_act
def end_condition(*, act_id: UUID, by: Worker, at: datetime, condition_id: int, because: str) -> Patient:
    """This will end a condition that is over or was told wrongly; it stays in the record as ended."""
    demand_bench(by, "Ending a condition")
    rows = Condition.objects.filter(pk=condition_id, patient__pharmacy_id=by.pharmacy_id, ended_on=None)
    condition = rows.select_related("patient").first()
    if condition is None:
        raise refuse("There is no such condition here: load the profile again.", rule="patient_is_here")
    if not because.strip():
        raise refuse("Write who said that it is over, and why.", rule="reason_is_given", field="because")
    condition.ended_on, condition.ended_because = today_at(by.pharmacy, at), because.strip()[:120]
    condition.save(update_fields=["ended_on", "ended_because"])
    return condition.patient


@one_act
def end_coverage(*, act_id: UUID, by: Worker, at: datetime, coverage_id: int, until_on: date | None = None) -> Patient:
    """This will end a plan; those after it move up in the order of billing."""
    demand_bench(by, "Ending a plan")
    coverage = _coverage(by, coverage_id)
    coverage.until_on = until_on or today_at(by.pharmacy, at) - timedelta(days=1)
    coverage.save(update_fields=["until_on"])
    _renumber(list(coverage.patient.coverages.filter(until_on=None).order_by("order", "pk")))
    return coverage.patient


@one_act
def bill_first(*, act_id: UUID, by: Worker, at: datetime, coverage_id: int) -> Patient:
    """This will move a plan to the front of the order of billing."""
    demand_bench(by, "Changing the order of billing")
    coverage = _coverage(by, coverage_id)
    others = coverage.patient.coverages.filter(until_on=None).exclude(pk=coverage.pk).order_by("order", "pk")
    _renumber([coverage, *others])
    return coverage.patient


@one_act
def add_proxy(
    *, act_id: UUID, by: Worker, at: datetime, patient_id: int, name: str, relation: str, birth_on: date | None = None
) -> Patient:
    """This will name somebody who may collect for a patient."""
    demand_bench(by, "Naming a proxy")
    patient = patient_of(by, patient_id)
    if not name.strip() or not relation.strip():
        raise refuse("A proxy has a name and a relation to the patient.", rule="proxy_is_named", field="name")
    patient.proxies.create(name=name.strip()[:80], relation=relation.strip()[:30], birth_on=birth_on)
    return patient


@one_act
def end_proxy(*, act_id: UUID, by: Worker, at: datetime, proxy_id: int) -> Patient:
    """This will end somebody's right to collect."""
    demand_bench(by, "Ending a proxy")
    proxy = Proxy.objects.filter(pk=proxy_id, patient__pharmacy_id=by.pharmacy_id).select_related("patient").first()
    if proxy is None:
        raise refuse("There is no such proxy here: look at the record again.", rule="patient_is_here")
    proxy.until_on = today_at(by.pharmacy, at) - timedelta(days=1)
    proxy.save(update_fields=["until_on"])
    return proxy.patient


@one_act
def waive_caps(*, act_id: UUID, by: Worker, at: datetime, patient_id: int, is_waived: bool) -> Patient:
    """This will record that the patient asks for caps that open easily (16 CFR 1700.5, 15 U.S.C. 1473(b)), or not."""
    demand_bench(by, "Changing the choice of caps")
    patient = patient_of(by, patient_id)
    patient.child_resistant_waived_on = today_at(by.pharmacy, at) if is_waived else None
    patient.save(update_fields=["child_resistant_waived_on"])
    return patient


def patient_of(by: Worker, patient_id: int) -> Patient:
    """This will give a patient of the worker's own pharmacy; Refused where there is none."""
    found = Patient.objects.filter(pharmacy_id=by.pharmacy_id, pk=patient_id).first()
    if found is None:
        raise refuse("There is no such patient in this pharmacy.", rule="patient_is_here")
    return found


def day_typed(text: str) -> date | None:
    """This will read a day as people type it; None for what is no day."""
    try:
        return read_day(text)
    except Unreadable:
        return None


def day_asked(text: str, field: str) -> date | None:
    """This will read a day that may be left empty; raises Refused for what is typed and no day."""
    day = day_typed(text.strip()) if text.strip() else None
    if text.strip() and day is None:
        raise refuse("Type the day as 11/23/2026.", rule="field", field=field)
    return day


def _coverage(by: Worker, coverage_id: int) -> Coverage:
    found = (
        Coverage.objects.filter(pk=coverage_id, patient__pharmacy_id=by.pharmacy_id).select_related("patient").first()
    )
    if found is None:
        raise refuse("There is no such plan here.", rule="patient_is_here")
    return found


def _renumber(coverages: list[Coverage]) -> None:
    # First out of each other's way: two plans never stand in one place, not for a moment.
    for shift in (1000, 0):
        for order, coverage in enumerate(coverages, start=1):
            if coverage.order != order + shift:
                coverage.order = order + shift
                coverage.save(update_fields=["order"])


def _as_typed(text: str, day: date) -> str:
    return text


def _read_birth(text: str, day: date) -> date:
    born = day_typed(text)
    if born is None or born > day or day.year - born.year > OLDEST_YEARS:
        raise refuse(
            "This birth date cannot be right: type it as 03/14/1968.", rule="two_identifiers", field="birth_on"
        )
    return born


def _read_notice(text: str, day: date) -> date | None:
    return day_asked(text, "privacy_notice_on")


def _read_phone(text: str, day: date) -> str:
    try:
        return Phone.read(text).digits if text else ""
    except ValueError as wrong:
        raise refuse(str(wrong), rule="phone", field="phone") from wrong


def _read_weight(text: str, day: date) -> Decimal | None:
    if not text:
        return None
    weight = typed_decimal(text)
    if weight is None or not 0 < weight < 650 or weight != half_up(weight, places=2):
        raise refuse("Type the weight in kilograms, as 72.5.", rule="weight", field="weight_kg")
    return weight


_READ: dict[str, Callable[[str, date], Any]] = {
    "birth_on": _read_birth,
    "privacy_notice_on": _read_notice,
    "phone": _read_phone,
    "weight_kg": _read_weight,
    "sex": lambda text, day: text if text in {"F", "M"} else "U",
    "takes_texts": lambda text, day: text == "yes",
    "is_pregnant": lambda text, day: {"yes": True, "no": False}.get(text),
    "state": lambda text, day: text.upper()[:2],
    "note": lambda text, day: text[:300],
}
