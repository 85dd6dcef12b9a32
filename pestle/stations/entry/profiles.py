"""What the page of a patient shows, and how a patient is found."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction

from pestle.flows.prescription import PRESCRIPTION
from pestle.records.events import AccessLog
from pestle.records.fills import COUNTS_AGAINST_AUTHORITY, DISPENSED, Fill
from pestle.records.patients import Allergy, Condition, Coverage, Patient, PatientQuerySet, Proxy
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescriptions import Prescription
from pestle.stations.entry.patients import EDITED, day_typed, patient_of
from pestle.stations.intake.drop_off import today_at
from pestle.terms.schedule import Schedule

MOST_FOUND = 20
MOST_FILLS = 200
MOST_LOOKS = 8
LEAST_ALIKE = "0.35"
DAY_TYPED = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}")
# Earliest refill, as `rules.entry.refill_is_not_too_soon` counts it: the share of the days that is used up, in percent.
USED_SHARE, USED_SHARE_CONTROLLED = 75, 90


@dataclass(frozen=True, slots=True)
class PrescriptionLine:
    """One prescription of the profile: what is left of it, and from when it may be filled again."""

    prescription: Prescription
    given: int
    left: int
    last: Fill | None
    next_on: date | None
    open_fill: Fill | None

    @property
    def is_open(self) -> bool:
        """Say whether the prescription may still be filled."""
        return self.prescription.state in PRESCRIPTION.open_states


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the page of a patient shows."""

    patient: Patient
    allergies: tuple[Allergy, ...]
    ended_allergies: tuple[Allergy, ...]
    conditions: tuple[Condition, ...]
    coverages: tuple[Coverage, ...]
    ended_coverages: tuple[Coverage, ...]
    proxies: tuple[Proxy, ...]
    lines: tuple[PrescriptionLine, ...]
    fills: tuple[Fill, ...]
    looks: tuple[AccessLog, ...]
    changes: tuple[tuple[datetime, str, str], ...]


def find(text: str, pharmacy: Pharmacy) -> list[Patient]:
    """This will find patients by what is typed into one box: name, birth date, telephone, in any order.

    Names that begin as typed come first. A birth date must agree; a telephone may be its last digits; a name may be
    misspelt once nothing fits as typed.
    """
    days = [day for each in DAY_TYPED.findall(text) if (day := day_typed(each))]
    words = [word.lower() for word in re.findall(r"[^\W\d_][\w'’-]*", DAY_TYPED.sub(" ", text))]
    numbers = re.findall(r"\d{4,}", re.sub(r"(?<=\d)[ .()-]+(?=\d)", "", DAY_TYPED.sub(" ", text)))
    found = Patient.objects.filter(pharmacy=pharmacy)
    if not (days or words or numbers):
        return []
    for day in days:
        found = found.filter(birth_on=day)
    if not numbers:
        return (_beginning(found, words) if not days else []) or _named(found, words)
    return _holding(_ending(found, numbers), words) or _named(_with_digits(found, numbers), words)


def profile(by: Worker, patient_id: int, at: datetime) -> Profile:
    """This will gather a patient's profile; Refused where there is no such patient here."""
    patient = patient_of(by, patient_id)
    day = today_at(by.pharmacy, at)
    fills = Fill.objects.of_patient(patient.pk).select_related("prescription", "package__product", "bag__place")
    allergies = tuple(patient.allergies.order_by("allergen"))
    coverages = tuple(patient.coverages.select_related("plan").order_by("order", "pk"))
    return Profile(
        patient,
        allergies=tuple(each for each in allergies if each.ended_on is None),
        ended_allergies=tuple(each for each in allergies if each.ended_on is not None),
        conditions=tuple(patient.conditions.order_by("-noted_on", "pk")),
        coverages=tuple(each for each in coverages if each.until_on is None or each.until_on >= day),
        ended_coverages=tuple(each for each in coverages if each.until_on is not None and each.until_on < day),
        proxies=tuple(
            each for each in patient.proxies.order_by("name") if each.until_on is None or each.until_on >= day
        ),
        lines=tuple(_lines(patient)),
        fills=tuple(fills[:MOST_FILLS]),
        looks=tuple(AccessLog.objects.filter(patient=patient).select_related("worker").order_by("-at")[:MOST_LOOKS]),
        changes=tuple(_changes(patient)),
    )


def _beginning(found: PatientQuerySet, words: list[str]) -> list[Patient]:
    """Give those whose names begin as typed, then those of whose names a later part is what was typed."""
    ways = [found.family_first(*words), found.given_first(*words)] if len(words) <= 2 else []
    rows: dict[int, Patient] = {}
    for way in (*ways, _in_order(_holding_all(found.of_several_words(), words))):
        if len(rows) < MOST_FOUND:
            rows |= {row.pk: row for row in way[:MOST_FOUND]}
    return list(rows.values())[:MOST_FOUND]


def _ending(found: PatientQuerySet, numbers: list[str]) -> PatientQuerySet:
    for number in numbers:
        found = found.phone_ending(number[-10:])
    return found


def _with_digits(found: PatientQuerySet, numbers: list[str]) -> PatientQuerySet:
    for number in numbers:
        # The text to search in ends with the telephone and has the index; the column itself decides.
        found = found.filter(search_text__contains=number[-10:], phone__contains=number[-10:])
    return found


def _holding(found: PatientQuerySet, words: list[str]) -> list[Patient]:
    return list(_in_order(_holding_all(found, words))[:MOST_FOUND])


def _holding_all(found: PatientQuerySet, words: list[str]) -> PatientQuerySet:
    for word in words:
        found = found.filter(search_text__contains=word)
    return found


def _in_order(found: PatientQuerySet) -> PatientQuerySet:
    return found.order_by("family", "given", "birth_on", "pk")


def _named(found: PatientQuerySet, words: list[str]) -> list[Patient]:
    rows = _holding(found, words)
    if rows or not words:
        return rows
    # As typed nobody fits: names like it, by the index of trigrams, which reads its threshold from the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [LEAST_ALIKE])
        text = " ".join(words)
        like = found.filter(search_text__trigram_word_similar=text).annotate(
            likeness=TrigramWordSimilarity(text, "search_text")
        )
        return list(like.order_by("-likeness", "family", "given", "pk")[:MOST_FOUND])


def _lines(patient: Patient) -> list[PrescriptionLine]:
    rows = patient.prescriptions.select_related("product", "prescriber").prefetch_related(
        "fills__package__product", "fills__pharmacy"
    )
    open_first = sorted(rows, key=lambda rx: (rx.state not in PRESCRIPTION.open_states, -rx.pk))
    return [_line(rx) for rx in open_first]


def _line(rx: Prescription) -> PrescriptionLine:
    fills = list(rx.fills.all())
    counted = {fill.number for fill in fills if fill.state in COUNTS_AGAINST_AUTHORITY}
    given = [fill for fill in fills if fill.state in DISPENSED and fill.sold_at]
    given.sort(key=lambda fill: fill.sold_at or fill.made_at)
    last = given[-1] if given else None
    left = max(rx.refills + 1 - len(counted), 0) if rx.state in PRESCRIPTION.open_states else 0
    running = next((fill for fill in fills if fill.state in fill.MACHINE.open_states), None)
    return PrescriptionLine(rx, len(given), left, last, _next_on(rx, last) if left else None, running)


def _next_on(rx: Prescription, last: Fill | None) -> date | None:
    if last is None or last.sold_at is None or not last.days_supply:
        return None
    share = USED_SHARE_CONTROLLED if Schedule(rx.schedule).may_be_controlled else USED_SHARE
    return last.local_day(last.sold_at) + timedelta(days=-(-last.days_supply * share // 100))


def _changes(patient: Patient) -> list[tuple[datetime, str, str]]:
    """Give what was changed in the record: when, by whom, and what it was before."""
    rows = list(patient.history.order_by("-pgh_created_at")[:MOST_LOOKS])  # type: ignore[attr-defined]
    workers = {each.pk: each.short_name for each in Worker.objects.filter(pharmacy_id=patient.pharmacy_id)}
    later: Any = patient
    told = []
    for row in rows:
        who = workers.get((row.pgh_context or {}).get("worker", 0), "the program")
        fields = [name for name in EDITED if getattr(row, name) != getattr(later, name)]
        words = ", ".join(f"{_field(name)} was {getattr(row, name) or 'empty'}" for name in fields)
        told.append((row.pgh_created_at, who, words or "caps, allergies or account"))
        later = row
    return told


def _field(name: str) -> str:
    return name.removesuffix("_on").replace("_", " ")
