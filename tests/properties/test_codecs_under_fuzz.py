"""Every codec under mutated bytes: an answer or its own error, never a crash; what was read goes back as it was read.

`PESTLE_FUZZ_SECONDS=600 pytest tests/properties/test_codecs_under_fuzz.py` goes on for ten minutes for each codec.
What it finds is put into `tests/samples/fuzz/<codec>/`, and tried again by every run.
"""

import hashlib
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

from pestle.terms.sig import expand_shorthand, languages, read_directions, write_directions
from pestle.wire import epcis, gs1, ndc, scan, script, telecom, x12, zpl
from pestle.wire.errors import WireError
from pestle.wire.telecom.framing import Framing, frame, unframe
from pestle.wire.telecom.request import build_request, read_request
from pestle.wire.telecom.response import build_response, read_response
from tests.properties.mutator import mutants
from tests.pure.wire.test_epcis import RAW as SAMPLE_EPCIS
from tests.pure.wire.test_x12 import SAMPLE as SAMPLE_X12

SECONDS = float(os.environ.get("PESTLE_FUZZ_SECONDS", "0"))
SEED = int(os.environ.get("PESTLE_FUZZ_SEED", "7"))
CASES = 400
MOST_SECONDS_FOR_ONE = 5
MOST_MEMORY = 64 * 1024 * 1024
SAMPLES = Path(__file__).parents[1] / "samples"
FOUND = SAMPLES / "fuzz"


class WrongRead(AssertionError):
    """What was read does not come back as it was read."""


@dataclass(frozen=True, slots=True)
class Target:
    """One codec under fire: what it is tried with, and one try, which may raise WireError and nothing else."""

    name: str
    attempt: Callable[[bytes], None]
    samples: tuple[bytes, ...]
    tokens: tuple[bytes, ...] = ()


def same(first: object, again: object) -> None:
    """Raise WrongRead unless both are the same."""
    if first != again:
        raise WrongRead(f"{first!r}"[:300] + " came back as " + f"{again!r}"[:300])


def script_bytes(raw: bytes) -> None:
    read = script.decode(raw)
    same(read, script.decode(script.encode(read)))
    same(read, script.from_json(script.to_json(read)))


def telecom_bytes(raw: bytes) -> None:
    read = telecom.decode(raw)
    same(telecom.encode(read), raw)
    same(read, telecom.decode(telecom.encode(read)))
    same(read, telecom.from_json(telecom.to_json(read)))


def claim(raw: bytes) -> None:
    read = read_request(telecom.decode(raw))
    # The standard writes in capitals; small letters are read, and go back as capitals.
    same(repr(read).upper(), repr(read_request(build_request(read))).upper())


def answer(raw: bytes) -> None:
    read = read_response(telecom.decode(raw))
    same(repr(read).upper(), repr(read_response(build_response(read))).upper())


def stream(raw: bytes) -> None:
    for framing in Framing:
        with suppress(WireError):
            bodies, rest = unframe(raw, framing)
            same(b"".join(frame(body, framing) for body in bodies) + rest, raw)


def element_string(raw: bytes) -> None:
    read = gs1.decode(raw)
    same(read.elements, gs1.decode(gs1.encode(read)).elements)
    same(read, gs1.from_json(gs1.to_json(read)))


def drug_code(raw: bytes) -> None:
    read = ndc.decode(raw)
    same(read, ndc.from_json(ndc.to_json(read)))
    for each in read.candidates:
        same(each, ndc.parse(each.digits))


def any_code(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    read = scan.read(text)
    same(read.text, text)
    same(read, scan.from_json(scan.to_json(read)))


def interchange(raw: bytes) -> None:
    read = x12.decode(raw)
    same(read, x12.decode(x12.encode(read)))
    same(read, x12.from_json(x12.to_json(read)))


def shipment(raw: bytes) -> None:
    read = epcis.decode(raw)
    same(read, epcis.decode(epcis.encode(read)))
    same(read, epcis.from_json(epcis.to_json(read)))


def label(raw: bytes) -> None:
    read = zpl.decode(raw)
    same(read, zpl.decode(zpl.encode(read)))


def directions(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")[:1000]
    read = read_directions(text)
    if not (read.steps or read.questions or not text.strip()):
        raise WrongRead("neither directions nor a question")
    for language in languages():
        write_directions(read, language)
    expand_shorthand(text)


def files(*folders: str) -> tuple[bytes, ...]:
    """Every sample of some folders, without what explains them."""
    found = [path for folder in folders for path in sorted((SAMPLES / folder).iterdir())]
    return tuple(path.read_bytes() for path in found if path.suffix not in {".md", ""})


FIELDS = "AM07 AM21 AM23 D2 E7 D9 DQ F9 F5 FA FB 4F UE HB HC H8 A9"
MARKS = (b"\x1d", b"\x1e\x1cAM", b"\x1e", b"\x02", b"\x03", b"{", b"}", b"0000000{")
D0 = (*(f"\x1c{each}".encode() for each in FIELDS.split(" ")), *MARKS)
XML = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#x110000;", b"<![CDATA[", b"]]>", b"<!--", b"<?xml?>",
    b"xmlns='urn:a'", b"xsi:nil='true'", b"<Quantity>", b"</NewRx>", b"<Value>1e9</Value>", b"<Value>NaN</Value>",
    b"\xef\xbb\xbf", b"\xff\xfe", b"encoding='utf-16'", b"<a>" * 400,
)  # fmt: skip
GTIN = b"00368180098018"
CODES = (
    b"]d201" + GTIN + b"17280531" + b"10ABC123\x1d21XYZ", b"01" + GTIN + b"\x1d10A", b"68180-980-01", b"68180098001",
    b"0093-1721-01", b"PXL7204418-01A", b"PXB100042", b"\x1d", b"]C1", b"]e0", b"(01)" + GTIN, b"310", b"8110", b"17",
)  # fmt: skip
SIGS = (
    b"1 tab po tid pc & hs prn", b"take 1-2 tablets by mouth every 4 to 6 hours as needed for pain max 8 per day",
    b"5 mL bid x 10 days then 2.5 mL daily", b"apply thin layer to affected area bid", b"inject 10 units sc qhs",
    b"Take 2 tablets on day 1, then 1 tablet daily for 4 days", b"1 gtt ou q2h while awake", b"40 mg = 2 tabs q12h",
)  # fmt: skip
SIG_TOKENS = (
    b"1/2", b"1/0", b"0", b".", b",", b"1e9", b"99999999999999999999", b"q0h", b"prn", b"x 0 days", b"- -", b"/", b"1-",
    "½".encode(), "²".encode(), "①".encode(), "٣".encode(), "\u202e".encode(), b"then", b"max", b"every", b"\0",
)  # fmt: skip
LABELS = (
    b"^XA^CI28^PW812^LL406^FO10,10^A0N,30^FH_^FDMarchetti, Cleo^FS^FO10,60^GB300,3,3^FS^XZ",
    zpl.encode((zpl.Label(width=812, height=406, fields=(
        zpl.Text(x=10, y=10, height=30, text="Cleo ^XA~JA _5E"),
        zpl.Code128(x=5, y=5, height=60, text="PXL7204418-01A"),
    )),)),
)  # fmt: skip
TARGETS = (
    Target("script", script_bytes, files("script"), XML),
    Target("telecom", telecom_bytes, files("telecom"), D0),
    Target("claim", claim, files("telecom"), D0),
    Target("answer", answer, files("telecom"), D0),
    Target("framing", stream, tuple(frame(raw, way) * 2 for raw in files("telecom")[:4] for way in Framing), D0),
    Target("gs1", element_string, CODES, CODES),
    Target("ndc", drug_code, CODES, CODES),
    Target("scan", any_code, CODES, CODES),
    Target(
        "x12", interchange, (SAMPLE_X12,), (b"~", b"*", b":", b"SE*", b"GE*1*1~", b"IEA*", b"ISA*", b"PO1*", b"CTT*")
    ),
    Target("epcis", shipment, (SAMPLE_EPCIS,), XML),
    Target("zpl", label, LABELS, (b"^XA", b"^XZ", b"^FD", b"_5E", b"_", b"~JA", b"^FH_", b"^GFA,1,1,1,FF", b"^BC")),
    Target("sig", directions, SIGS, SIG_TOKENS),
)


def tried(target: Target, raw: bytes) -> str:
    """Give the fault that one case shows, or nothing."""
    start = time.process_time()
    try:
        target.attempt(raw)
    except WireError:
        pass
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"[:700]
    # The processor's own time: a neighbour on the machine makes nothing slow.
    spent = time.process_time() - start
    return f"{spent:.0f} s for {len(raw)} bytes" if spent > MOST_SECONDS_FOR_ONE else ""


def hunted(target: Target, cases: int, seconds: float) -> tuple[int, dict[str, bytes]]:
    """Try cases until both the number and the seconds are used up; gives how many, and each fault with its case."""
    end, faults, tries = time.monotonic() + seconds, dict[str, bytes](), 0
    for raw in mutants(SEED, target.samples, target.tokens):
        if tries >= cases and time.monotonic() >= end:
            return tries, faults
        tries += 1
        if fault := tried(target, raw):
            faults.setdefault(fault[:60], raw)
    return tries, faults


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_mutated_bytes_are_read_right_or_refused(target: Target) -> None:
    tries, faults = hunted(target, CASES, SECONDS)

    if SECONDS:
        sys.stderr.write(f"\n{target.name}: {tries} cases, {len(faults)} faults\n")
    keep = os.environ.get("PESTLE_FUZZ_KEEP")
    for raw in faults.values() if keep else ():
        folder = Path(keep or "") / target.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(raw).hexdigest()[:12]).write_bytes(raw)
    assert {fault: raw[:200] for fault, raw in faults.items()} == {}
    assert tries >= CASES


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_what_was_once_found_is_read_right_or_refused(target: Target) -> None:
    folder = FOUND / target.name
    cases = sorted(folder.iterdir()) if folder.is_dir() else []

    assert {path.name: fault for path in cases if (fault := tried(target, path.read_bytes()))} == {}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_reading_junk_keeps_its_memory_bounded(target: Target) -> None:
    huge: Sequence[bytes] = [sample * (200_000 // max(len(sample), 1) + 1) for sample in target.samples[:2]]
    tracemalloc.start()

    try:
        for raw in (*huge, *islice(mutants(SEED + 1, target.samples, target.tokens), 20)):
            tried(target, raw)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < MOST_MEMORY


def test_the_same_seed_brings_the_same_cases() -> None:
    first = list(islice(mutants(3, (b"abc", b"<a>1</a>"), (b"&b;",)), 50))

    assert first == list(islice(mutants(3, (b"abc", b"<a>1</a>"), (b"&b;",)), 50))
    assert len(set(first)) > 40
