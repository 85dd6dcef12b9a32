"""Names, notes and whatever a prescriber writes that carry a script: shown as words on every page, never as markup."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast, Concat, Left
from django.http import HttpResponse
from django.test import Client
from lxml import html as lxml_html

from pestle.demo.page_list import PAGES
from pestle.records.fills import Fill
from pestle.records.prescriptions import Prescription
from pestle.stations.intake import drop_off
from pestle.stations.intake.originals import from_script
from pestle.terms.roles import Role
from pestle.wire import script
from tests.doors.addresses import FILLS, addresses
from tests.doors.streets import Streets, a_try, signed_in
from tests.orders import new_rx
from tests.world import World, an_act

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Leaves an attribute of either quote, ends a script, begins a tag; <b> without its end is markup to a PDF's paragraph.
PROBE = "\"'></script><b><x-x z=1>"
SHORT = "'><x-x>"
# What nobody types as they like: names of states and kinds, codes that are looked up, secrets, what the program writes.
CODED = re.compile(
    r"^(state|held_from|kind|station|verb|key|names|path|host|secret_name|framing|board|time_zone|password|username|pin"
    r"|badge|sha256|fingerprint|external_id|relates_to|subject_kind|media_type|language|waiting_for|session_.*|digest"
    r"|.*_role|.*_code|.*_number|ndc.*|product_ndc|marketing_category|product_type|dosage_form|route|strength|topic"
    r"|run_topic|calculation|seed|outcome|number|code|npi|partial_basis|postal_code|opens_with|severity|mark|schedule.*"
    r"|relationship|counsel_answer|read_from|order_number|sig_short)$"
)
# Written once and for ever, or nobody's: the books refuse every change, the lists of the directory are not typed here.
NOT_TYPED = frozenset({
    "Act", "Event", "Entry", "Line", "AccessLog", "Seal", "Session", "BackUp", "KeptCalculation", "Formulation",
    "Package", "SearchWord", "Exchange",
})  # fmt: skip
OURS = ("pharmacy", "patient__pharmacy", "fill__pharmacy", "prescription__pharmacy", "claim__pharmacy")


def typed_columns(model: type[models.Model]) -> Iterator[CharField | TextField]:
    """The columns of a table that hold what somebody types or writes."""
    for column in model._meta.local_fields:
        is_text = isinstance(column, CharField | TextField) and not column.choices
        if is_text and not CODED.match(column.name) and (column.max_length or 1000) >= len(SHORT) + 3:
            yield column


def spoil(world: World) -> int:
    """Write the probe into everything that somebody typed at this pharmacy; gives how many columns."""
    spoilt = 0
    for model in apps.get_app_config("records").get_models():
        columns = list(typed_columns(model))
        if not columns or model.__name__ in NOT_TYPED or model.__name__.endswith("History"):
            continue
        names = {field.name for field in model._meta.fields}
        owner = next((each for each in OURS if each.partition("__")[0] in names), None)
        if owner is None:
            continue
        rows = model._default_manager.filter(**{owner: world.pharmacy})
        rows.update(**{each.name: _probe(each) for each in columns})
        spoilt += len(columns)
    return spoilt


def _probe(column: CharField | TextField) -> Any:
    longest = column.max_length or 1000
    words = PROBE if longest >= len(PROBE) + 6 else SHORT
    # The row's own number keeps what must be unique so.
    return Left(Concat(Value(words), Cast(F("pk"), TextField()), output_field=TextField()), longest)


def write_one(world: World) -> Fill:
    """Let an e-prescription arrive of which every free text carries the probe."""
    day = world.now.date().isoformat()
    raw = new_rx(
        "M-PROBE", order_number="O-PROBE", now=world.now,
        patient={"family": PROBE, "given": PROBE, "address": PROBE, "city": PROBE},
        prescriber={"family": PROBE, "given": PROBE, "practice": PROBE, "address": PROBE},
        drug={"description": PROBE, "directions": PROBE, "note": PROBE, "written_on": day},
    )  # fmt: skip
    original = from_script(script.decode(raw))
    return drop_off.receive_new_rx(act_id=an_act(), by=world.program, at=world.now, original=original)


def acts(answer: HttpResponse) -> str:
    """What of the probe would act in a browser, or nothing."""
    if "html" not in answer.get("Content-Type", "") or not answer.content.strip():
        return ""
    tree = lxml_html.document_fromstring(answer.content.decode())
    for each in tree.iter():
        if not isinstance(each.tag, str):
            continue
        if each.tag.startswith("x-x") or "z" in each.attrib:
            return f"<{each.tag}> in <{each.getparent().tag if each.getparent() is not None else ''}>"
        if each.tag in {"script", "style"} and "<x-x" in (each.text or ""):
            return f"the text of <{each.tag}>"
        for name, value in each.attrib.items():
            if name.startswith(("on", "hx-on", "style")) and "x-x" in value:
                return f"{name} of <{each.tag}>"
    return ""


def every_page(world: World, fill: Fill) -> Iterator[tuple[str, str]]:
    """Every address, once with the fill that has just come in, once with one at the bench, and each listed page."""
    at_the_bench = Fill.objects.filter(pharmacy=world.pharmacy, state="queued").exclude(package=None).latest("pk")
    for address in addresses():
        first = address.parts[0] if address.parts else ""
        of_a_fill = bool(first) and address.rows(first) is FILLS
        for each in (fill, at_the_bench) if of_a_fill else (None,):
            chosen = {first: each.pk} if each is not None else {}
            yield address.name, address.at(*address.arguments(world.pharmacy, **chosen))
    for page in PAGES:
        if at := page.address(world.pharmacy):
            yield page.name, at


def test_no_page_runs_what_somebody_typed(streets: Streets) -> None:
    client, wrong, shown = signed_in(streets.worker(Role.PHARMACIST_IN_CHARGE)), list[str](), 0
    with a_try():
        fill = write_one(streets.here)
        pages = dict.fromkeys(every_page(streets.here, fill))
        columns = spoil(streets.here)
        for name, at in pages:
            answer = looked_at(client, at)
            shown += b"x-x" in answer.content
            if answer.status_code >= 500:
                wrong.append(f"{name} {at}: {answer.status_code}")
            elif found := acts(answer):
                wrong.append(f"{name} {at}: {found}")

    assert "\n".join(sorted(set(wrong))) == ""
    assert columns > 60
    assert shown > 50


def looked_at(client: Client, at: str) -> HttpResponse:
    """One look that leaves nothing behind."""
    with transaction.atomic():
        answer = client.get(at)
        transaction.set_rollback(True)
    return answer


def test_the_probe_would_be_seen_if_it_acted() -> None:
    page = f"<p>Name: {PROBE}</p>"

    assert acts(HttpResponse(page)).startswith("<x-x>")
    assert acts(HttpResponse("<p>Name: &lt;x-x z=1&gt;</p>")) == ""


def test_the_columns_that_people_type_are_found(streets: Streets) -> None:
    found = {f"{Prescription.__name__}.{each.name}" for each in typed_columns(Prescription)}

    assert {"Prescription.directions", "Prescription.remark"} <= found
