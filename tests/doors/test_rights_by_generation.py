"""Every role, every act, the own and another pharmacy: allowed where the tables of steps say so, and nowhere else."""

import sys
from collections.abc import Iterable
from typing import Any

import pytest
from django.db.models import Q
from django.http import HttpResponse

from pestle.pages.house import rights
from pestle.records.events import Event
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.terms.roles import MAY_SEE_PATIENTS, Role
from tests.doors.acts import GOES_BACK, TYPED, WHOSE
from tests.doors.addresses import Address, addresses
from tests.doors.books import books, changed, rows_of, watched
from tests.doors.forms import Form
from tests.doors.streets import ROLES, Streets, a_try, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# The rules that say: this is not yours.
NOT_YOURS = frozenset({"who_may", "may_see_patients", "auditor_is_read_only"})
FORMS_TRIED = 6
# A scan is answered with words (204) also where nothing may follow from it; whether anything did, the books say.
LET_IN = frozenset({200, 302})


def acting(streets: Streets, met: dict[str, list[Form]]) -> list[Address]:
    """Every address that takes an act: it has a form, or it answers no GET; what changes nothing is left out."""
    client = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE))
    found = []
    for address in addresses():
        if address.station in {"erx", "edi", "parts"} or any(
            address.has(mark) for mark in (rights.CHANGES_NOTHING, rights.OPEN_TO_ALL, rights.OPEN_WHILE_LOCKED)
        ):
            continue
        takes_only_posts = client.get(address.at(*address.arguments(streets.here.pharmacy))).status_code == 405
        if address.name in met or takes_only_posts:
            found.append(address)
    return found


def rules_of(answer: HttpResponse) -> set[str]:
    """The rules a refusal names."""
    context: Any = getattr(answer, "context", None) or {}
    found: Iterable[Any] = context.get("refusals") or context.get("findings") or () if context else ()
    return {getattr(each, "rule", "") or each.finding.rule for each in found}


def ways(address: Address, met: dict[str, list[Form]], pharmacy: Pharmacy) -> list[tuple[str, dict[str, Any]]]:
    """What to send: each form that is shown, as the page made it with what is left to be typed."""
    typed = TYPED.get(address.name, {})
    shown = [(form.action, form.filled(**typed)) for form in met.get(address.name, [])]
    rows = address.rows(address.parts[0]) if address.parts else None
    first = rows(pharmacy).order_by("-pk").values_list("pk", flat=True) if rows else [None]
    bare = [(address.at(*address.arguments(pharmacy, **_first(address, row))), dict(typed)) for row in first]
    return (shown or bare)[:FORMS_TRIED]


def _first(address: Address, row: object) -> dict[str, object]:
    return {address.parts[0]: row} if row is not None else {}


def test_every_act_has_an_owner_in_the_list_of_acts(streets: Streets, met: dict[str, list[Form]]) -> None:
    named = {address.name for address in acting(streets, met)} - {"people:start", "people:here"}

    assert sorted(named - set(WHOSE)) == []
    assert sorted(set(WHOSE) - named) == []


def test_every_act_is_allowed_exactly_where_the_tables_say_so(streets: Streets, met: dict[str, list[Form]]) -> None:
    workers = {role: streets.worker(role) for role in ROLES}
    clients = {role: signed_in(worker) for role, worker in workers.items()}
    for client in clients.values():
        client.get("/people/me/")
    before, wrong, proved, cells = books(), list[str](), set[str](), 0
    for address in (each for each in addresses() if each.name in WHOSE):
        sent = ways(address, met, streets.here.pharmacy)
        # Who may most comes first, so that the others are tried with a form that is known to go through.
        for role in sorted(ROLES, key=lambda each: each is not Role.PHARMACIST_IN_CHARGE):
            cells += 1
            may = role in WHOSE[address.name]
            for path, form in list(sent if may and address.name not in proved else sent[:1]):
                with a_try(), watched() as pen:
                    seen = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
                    answer = clients[role].post(path, form)
                    said_no = rules_of(answer) & NOT_YOURS
                    touched = changed(before, books()) if pen.has_written and not said_no else []
                    theirs = Q(worker=workers[role]) | Q(worker__role_names=[Role.PROGRAM.value])
                    if touched and Event.objects.filter(pk__gt=seen).exclude(theirs).exists():
                        wrong.append(f"{address.name} by {role} is written in another's name")
                if answer.status_code >= 500:
                    wrong.append(f"{address.name} by {role}: {answer.status_code}")
                if may and said_no:
                    wrong.append(f"{address.name} is refused to {role}: {said_no}")
                elif not may and (touched or answer.status_code in LET_IN):
                    wrong.append(f"{address.name} is open to {role}: {answer.status_code}, changed {touched}")
                if may and touched:
                    proved.add(address.name)
                    sent.remove((path, form))
                    sent.insert(0, (path, form))
                    break

    sys.stderr.write(f"\nrights: {cells} cells at the own pharmacy, {len(proved)} of {len(WHOSE)} acts done\n")
    assert "\n".join(sorted(set(wrong))) == ""
    # The others ask for more than one form of this street; that they work is shown by the tests of their stations.
    assert len(proved) >= 55, f"Not brought to their end: {sorted(set(WHOSE) - proved)}"


def test_nobody_acts_on_a_row_of_another_pharmacy(streets: Streets, met: dict[str, list[Form]]) -> None:
    clients = {role: signed_in(streets.worker(role)) for role in ROLES}
    for client in clients.values():
        client.get("/people/me/")
    before, rows = books(), rows_of(streets.there.pharmacy.pk)
    wrong, cells = list[str](), 0
    for address in (each for each in addresses() if each.name in WHOSE and each.belongs_to_a_pharmacy()):
        form = ways(address, met, streets.here.pharmacy)[0][1]
        theirs = address.arguments(streets.there.pharmacy)
        mixed = [theirs[0], *address.arguments(streets.here.pharmacy)[1:]]
        other = [*address.arguments(streets.here.pharmacy)[:1], *theirs[1:]]
        for role in ROLES:
            for given in (theirs, mixed, other)[: 1 if len(theirs) == 1 else 3]:
                cells += 1
                with a_try(), watched() as pen:
                    answer = clients[role].post(address.at(*given), form)
                    touched = changed(before, books()) if pen.has_written else []
                    theirs_touched = changed(rows, rows_of(streets.there.pharmacy.pk)) if touched else []
                if touched and not theirs_touched and address.name in GOES_BACK and answer.status_code == 302:
                    continue
                if touched or answer.status_code >= 500 or answer.status_code == 200:
                    wrong.append(f"{address.name} by {role} at {given}: {answer.status_code}, changed {touched}")

    sys.stderr.write(f"\nrights: {cells} cells at another pharmacy\n")
    assert "\n".join(sorted(set(wrong))) == ""


def test_nobody_looks_at_a_row_of_another_pharmacy(streets: Streets) -> None:
    secrets = [each.full_name for each in streets.there.cleo.__class__.objects.filter(pharmacy=streets.there.pharmacy)]
    wrong, cells = list[str](), 0
    for role in ROLES:
        client = signed_in(streets.worker(role))
        for address in (each for each in addresses() if each.belongs_to_a_pharmacy()):
            theirs = address.arguments(streets.there.pharmacy)
            with a_try():
                cells += 1
                answer = client.get(address.at(*theirs))
                told = [name for name in secrets if name in answer.content.decode("latin-1")]
                looks = streets.there.cleo.looks.exists()
            if answer.status_code not in {302, 404, 405, 409} or looks:
                wrong.append(f"{address.name} to {role}: {answer.status_code} {told} {looks}")
            if answer.status_code == 302 and str(theirs[0]) in answer["Location"].split("/"):
                wrong.append(f"{address.name} to {role} leads to {answer['Location']}")

    sys.stderr.write(f"\nrights: {cells} pages of another pharmacy\n")
    assert "\n".join(sorted(set(wrong))) == ""


def test_a_page_that_shows_patients_opens_to_nobody_who_may_see_none(streets: Streets) -> None:
    client = signed_in(streets.worker(Role.ADMINISTRATOR))
    wrong, cells = list[str](), 0
    for address in (each for each in addresses() if each.has(rights.SHOWS_PATIENTS)):
        for ask in (client.get, client.post):
            with a_try():
                cells += 1
                answer = ask(address.at(*address.arguments(streets.here.pharmacy)))
            if answer.status_code not in {405, 409}:
                wrong.append(f"{address.name}: {answer.status_code}")

    assert Role.ADMINISTRATOR not in MAY_SEE_PATIENTS
    assert "\n".join(sorted(set(wrong))) == ""
    assert cells > 200


def test_no_role_reaches_an_act_of_the_program(streets: Streets) -> None:
    found = Worker.objects.filter(role_names__contains=[Role.PROGRAM.value])

    assert found.count() == 2
    assert not found.exclude(account=None).exists()
