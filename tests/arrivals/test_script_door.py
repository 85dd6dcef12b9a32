"""The door of the e-prescribing network under fire: whatever is signed is kept, and answered in SCRIPT.

`PESTLE_FUZZ_SECONDS=600 pytest tests/arrivals/test_script_door.py` goes on for ten minutes with the same seed.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from pestle.links import erx as link
from pestle.records.messages import Message
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.prescriptions import Prescription
from pestle.terms.decimals import typed_decimal
from pestle.wire import script
from tests.doors.junk import HOSTILE
from tests.doors.streets import a_try
from tests.orders import PHARMACY, ZOLPIDEM, cancel_rx, new_rx
from tests.properties.mutator import mutants
from tests.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SECRET = "a secret of the tests that is long enough"
KEYS = link.keys_from(SECRET)
SECONDS = float(os.environ.get("PESTLE_FUZZ_SECONDS", "0"))
CASES = 240
FOUND = Path(__file__).parents[1] / "samples" / "fuzz" / "script"
TEXT = re.compile(rb">([^<>]+)<")
WORDS = (b"<Quantity>", b"</NewRx>", b"&#x1F600;", b"&lt;script&gt;", b"<Note>x</Note>", "é".encode())


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("TEST_ERX_SECRET", SECRET)
    world = make_world()
    Partner.objects.create(
        pharmacy=world.pharmacy, kind=PartnerKind.ERX, name="E-prescriptions", host="127.0.0.1", port=9, path="/script",
        secret_name="TEST_ERX_SECRET",
    )  # fmt: skip
    return world


def spoilt(seed: int, samples: list[bytes]) -> Iterator[bytes]:
    """Messages that are sound XML, with the text of one to three elements turned to junk."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    fit = [each for each in HOSTILE if each and re.fullmatch(r"[\t\n\r\x20-\ud7ff\ue000-\ufffd]+", each)]
    while True:
        raw = chance.choice(samples)
        for _ in range(chance.choice((1, 1, 2, 3))):
            found = chance.choice(list(TEXT.finditer(raw)))
            raw = raw[: found.start(1)] + escape(chance.choice(fit)[:20_000]).encode() + raw[found.end(1) :]
        yield raw


def cases() -> Iterator[bytes]:
    now = timezone.now()
    samples = [new_rx(now=now), new_rx("M-2", order_number="ORD-2", now=now, drug=ZOLPIDEM), cancel_rx(now=now)]
    yield from samples
    pairs = zip_longest(spoilt(5, samples), mutants(5, samples, WORDS))
    yield from chain.from_iterable(pairs)


def knock(client: Client, raw: bytes) -> tuple[int, bytes]:
    token = link.sign(raw, keys=KEYS, sender="network", receiver=PHARMACY, message_id="M-1", at=timezone.now())
    answer = client.post(
        "/api/erx/", raw, content_type="application/xml", headers={"Authorization": f"Bearer {token}"}
    )  # fmt: skip
    return answer.status_code, answer.content


def fault_of(client: Client, raw: bytes) -> str:
    """What is wrong with the answer to one message, or nothing; what it wrote is undone."""
    with a_try():
        try:
            status, content = knock(client, raw)
            connection.check_constraints()
            read = script.decode(content)
        except Exception as fault:
            return f"{type(fault).__name__}: {fault}"[:300]
        if status != 200 or not isinstance(read.body, script.Status | script.Error):
            return f"{status} {type(read.body).__name__}"
        if Message.objects.filter(is_outgoing=False).count() != 1:
            return "the message was not kept"
        return "; ".join(wrong_reads(raw))


def wrong_reads(raw: bytes) -> Iterator[str]:
    """Every quantity that stands in the books and not in the message."""
    for rx in Prescription.objects.exclude(quantity_written=None):
        said = re.search(rb"<Value>\s*([^<]*?)\s*</Value>", raw)
        if said is None or typed_decimal(said[1].decode("utf-8", "replace")) != rx.quantity_written:
            yield f"{rx.quantity_written} was read from {said and said[1][:60]!r}"


def test_whatever_is_signed_is_kept_and_answered_in_script(world: World) -> None:
    client, faults, tries = Client(), dict[str, bytes](), 0
    end = time.monotonic() + SECONDS
    for raw in cases():
        if tries >= CASES and time.monotonic() >= end:
            break
        tries += 1
        if fault := fault_of(client, raw):
            faults.setdefault(fault, raw)
    for raw in faults.values() if SECONDS else ():
        Path(os.environ.get("PESTLE_FUZZ_KEEP", "/dev/null")).write_bytes(raw)

    assert "\n".join(f"{fault}: {raw[:60]!r}" for fault, raw in faults.items()) == ""
    assert tries >= CASES


def test_messages_that_once_were_a_fault_are_answered(world: World) -> None:
    found = sorted(FOUND.iterdir()) if FOUND.is_dir() else []

    assert {path.name: fault for path in found if (fault := fault_of(Client(), path.read_bytes()))} == {}


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer \ud7ff", "Bearer a.b.c", "Basic eDp5", "bearer " + "a" * 9000])
def test_what_is_not_signed_is_not_even_kept(world: World, token: str) -> None:
    raw = next(islice(cases(), 1))

    answer = Client().post(
        "/api/erx/", raw, content_type="application/xml", headers={"Authorization": token} if token else {}
    )  # fmt: skip

    assert answer.status_code == 401
    assert not Message.objects.exists()


def test_a_message_signed_for_other_bytes_is_not_taken(world: World) -> None:
    raw = next(islice(cases(), 1))
    token = link.sign(b"other", keys=KEYS, sender="network", receiver=PHARMACY, message_id="M-1", at=timezone.now())

    answer = Client().post(
        "/api/erx/", raw, content_type="application/xml", headers={"Authorization": f"Bearer {token}"}
    )  # fmt: skip

    assert answer.status_code == 401
    assert not Message.objects.exists()
