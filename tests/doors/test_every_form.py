"""Every form of the house with what nobody types: junk, and rows of others. An answer in words, never a fault.

`PESTLE_FUZZ_SECONDS=600 pytest tests/doors/test_every_form.py` goes on for ten minutes with the same seed.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse

from pestle.pages.house import rights
from pestle.records.fills import Fill
from pestle.records.patients import Coverage, Patient
from pestle.records.pharmacies import Bench, Partner, Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.purchasing import DeliveryLine
from pestle.records.stock import Lot, Place
from pestle.terms.roles import Role
from tests.doors.acts import TYPED
from tests.doors.addresses import Address, addresses
from tests.doors.books import books, changed, rows_of, watched
from tests.doors.forms import Form
from tests.doors.junk import bare, forms
from tests.doors.streets import Streets, a_try, signed_in, what_the_commit_would_say

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SECONDS = float(os.environ.get("PESTLE_FUZZ_SECONDS", "0"))
# An empty form, then one with a field of junk; what is longer is asked for by the seconds.
CASES = 2
# 204 is the answer to a scan that led nowhere: its words stand in a header.
IN_WORDS = frozenset({200, 302, 400, 403, 404, 405, 409, 413, 422})
# Doors of partners and the gallery of parts have tests of their own.
NOT_FORMS = frozenset({"erx", "edi", "parts"})
# Fields that carry the number of a row, and whose row of the neighbour is put there; a name may end in a number too.
HIDDEN: dict[str, Callable[[Pharmacy], Any]] = {
    "basket": lambda pharmacy: Place.objects.filter(pharmacy=pharmacy, kind="basket"),
    "place": lambda pharmacy: Place.objects.filter(pharmacy=pharmacy, kind="will_call"),
    "lot": lambda pharmacy: Lot.objects.filter(pharmacy=pharmacy),
    "supplier": lambda pharmacy: Partner.objects.filter(pharmacy=pharmacy, kind="wholesaler"),
    "bench": lambda pharmacy: Bench.objects.filter(pharmacy=pharmacy),
    "line": lambda pharmacy: DeliveryLine.objects.filter(pharmacy=pharmacy),
    "fill": lambda pharmacy: Fill.objects.filter(pharmacy=pharmacy),
    "other": lambda pharmacy: Prescription.objects.filter(pharmacy=pharmacy),
    "coverage": lambda pharmacy: Coverage.objects.filter(patient__pharmacy=pharmacy),
    "patient": lambda pharmacy: Patient.objects.filter(pharmacy=pharmacy),
    "chosen": lambda pharmacy: Patient.objects.filter(pharmacy=pharmacy),
    "chosen ": lambda pharmacy: Prescriber.objects.filter(pharmacy=pharmacy),
}


def posting(streets: Streets, met: dict[str, list[Form]]) -> list[tuple[Address, list[Form]]]:
    """Every address that takes a POST, with its forms; without one, a bare form of what its page leaves to be typed."""
    found = []
    for address in addresses():
        if address.station in NOT_FORMS or address.has(rights.OPEN_TO_ALL):
            continue
        at = address.at(*address.arguments(streets.here.pharmacy))
        typed = tuple(TYPED.get(address.name, {"text": "", "reason": "", "way": ""}).items())
        found.append((address, met.get(address.name) or [Form(at, at, typed)]))
    return found


def wrong_with(answer: HttpResponse) -> str:
    """What is wrong with an answer, or nothing: a fault, a code without words, a raw trace."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code not in IN_WORDS | {204}:
        return f"answered with {answer.status_code}"
    text = re.sub(rb"<[^>]*>", b" ", answer.content)
    if answer.status_code >= 400 and len(text.split()) < 4:
        return f"{answer.status_code} without words: {text[:60]!r}"
    return "shows where in the program" if b"Traceback (most recent" in answer.content else ""


def test_junk_in_every_form_is_answered_in_words(streets: Streets, met: dict[str, list[Form]]) -> None:
    client, wrong, tries = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE)), dict[str, str](), 0
    client.get("/people/me/")
    sent = [(address, form, cases_of(address, form)) for address, shown in posting(streets, met) for form in shown[:1]]
    end = time.monotonic() + SECONDS
    for turn in range(10_000):
        if turn >= CASES and time.monotonic() >= end:
            break
        for address, form, cases in sent:
            tries += 1
            case = bare(next(cases))
            with a_try(), watched() as pen:
                answer = client.post(form.action, case)
                said = wrong_with(answer) or (what_the_commit_would_say() if pen.has_written else "")
            if said:
                wrong.setdefault(f"{address.name}: {said[:200]}", odd(case, form))

    names = {address.name for address, _, _ in sent}
    sys.stderr.write(f"\nforms: {tries} filled with junk, of {len(names)} addresses\n")
    assert "\n".join(f"{said} {case}" for said, case in wrong.items()) == ""
    assert len(names) > 150


def odd(case: dict[str, list[str]], form: Form) -> str:
    """What of a case is not as the page made it, for whoever reads of it."""
    honest = form.filled()
    return f"{ {name: [each[:60] for each in value] for name, value in case.items() if value != honest.get(name)} }"[
        :400
    ]


def cases_of(address: Address, form: Form) -> Iterator[dict[str, list[str]]]:
    """An empty form, then the same form with more and more junk in it."""
    honest = form.filled(**TYPED.get(address.name, {}))
    yield {}
    yield from forms(len(address.name) + len(form.action), list(honest) or ["text"], honest)


def swapped(form: Form, there: Pharmacy, here: Pharmacy) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The form with each hidden row of ours replaced by one of the neighbour's, of which there is none of ours."""
    honest = form.filled(**TYPED.get(form.name, {}))
    for name in {*form.names, *honest}:
        kind = re.sub(r"[-_]?\d+$", "", name)
        for field, rows in HIDDEN.items():
            if field.strip() != kind:
                continue
            ours = set(rows(here).values_list("pk", flat=True))
            theirs = next(
                (pk for pk in rows(there).order_by("-pk").values_list("pk", flat=True) if pk not in ours), None
            )
            if theirs is None:
                continue
            value = f"{theirs}"
            if kind == "chosen":
                value = f"{'prescriber' if field.endswith(' ') else 'patient'}-{theirs}"
            yield name, honest | {name: [value]}


def mixed() -> list[str]:
    """Every row of one pharmacy that points at a row of another."""
    asked = []
    owned = {model: None for model in apps.get_app_config("records").get_models() if has_pharmacy(model)}
    for model in owned:
        for column in model._meta.local_fields:
            if column.is_relation and column.related_model in owned and column.name != "pharmacy":
                table, other = model._meta.db_table, column.related_model._meta.db_table
                asked.append(
                    f"SELECT '{table}.{column.column}' FROM {table} a JOIN {other} b ON a.{column.column} = b.id "
                    "WHERE a.pharmacy_id <> b.pharmacy_id"
                )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


def has_pharmacy(model: type[Any]) -> bool:
    """Whether each row of a table belongs to a pharmacy."""
    return any(column.name == "pharmacy" for column in model._meta.local_fields)


def test_a_hidden_row_of_another_pharmacy_is_refused_and_nothing_is_written(
    streets: Streets, met: dict[str, list[Form]]
) -> None:
    client = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE))
    client.get("/people/me/")
    here, there = streets.here.pharmacy, streets.there.pharmacy
    before, rows, wrong, tries = books(), rows_of(there.pk), list[str](), 0
    assert mixed() == []
    for form in chain.from_iterable(shown[:3] for shown in met.values()):
        for name, case in swapped(form, there, here):
            tries += 1
            with a_try(), watched() as pen:
                answer = client.post(form.action, case)
                touched = changed(before, books()) if pen.has_written else []
                theirs = changed(rows, rows_of(there.pk)) + mixed() if touched else []
            if answer.status_code >= 500 or theirs or touched:
                wrong.append(f"{form.name} with their {name}: {answer.status_code}, changed {touched} {theirs}")

    sys.stderr.write(f"\nforms: {tries} with a row of the neighbour's\n")
    assert "\n".join(sorted(set(wrong))) == ""
    assert tries > 12


def test_the_junk_is_the_same_each_time() -> None:
    honest = {"reason": ["torn"], "quantity": ["30"]}

    first = list(islice(forms(7, list(honest), honest), 200))

    assert first == list(islice(forms(7, list(honest), honest), 200))
    assert len({str(each) for each in first}) > 100
