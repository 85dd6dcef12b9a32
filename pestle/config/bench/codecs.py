"""The wire formats: a claim decoded with every field read, an order parsed, a label written."""

from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree

from pestle.config.bench.figures import Figure, Floor, Outcome, a_second
from pestle.links.pretend import prescriber_desk
from pestle.wire import script, telecom, zpl

# A first claim for one prescription as a pharmacy sends it: header, 6 segments, 36 fields. Everybody in it is invented.
CLAIM = (
    b"999001D0B1TESTPCN   1011234567893     20260302          "
    b"\x1e\x1cAM04\x1cC2TST000001\x1cC1GRPTEST\x1cC301\x1cC61"
    b"\x1e\x1cAM01\x1cC419710203\x1cC52\x1cCAALMA\x1cCBTESTPATIENT\x1cCM9 SAMPLE AVE\x1cCNSPRINGFIELD\x1cCOIL"
    b"\x1cCP62702\x1c4X1\x1d"
    b"\x1e\x1cAM07\x1cEM1\x1cD27001234\x1cE103\x1cD700093721410\x1cE730000\x1cD30\x1cD530\x1cD61\x1cD80\x1cDE20260301"
    b"\x1cDF5\x1cDJ3\x1cC80\x1c28EA\x1cU71"
    b"\x1e\x1cAM11\x1cD9124{\x1cDC20{\x1cDQ450{\x1cDU144{\x1cDN01"
    b"\x1e\x1cAM03\x1cEZ01\x1cDB1245319599\x1cDRTESTDOC\x1cPM2175550100"
)
SEPARATOR = b"\x1c"
_ORDER = {
    "patient": {
        "family": "Marchetti", "given": "Cleo", "birth_on": "1968-03-14", "sex": "F", "address": "412 Alder Court",
        "city": "Ann Arbor", "state": "MI", "postal_code": "48105", "phone": "7345550142",
    },
    "prescriber": {
        "family": "Nair", "given": "Priya", "npi": "2000000010", "dea_number": "BN1234563", "erx_id": "7710000000042",
        "practice": "Alder Family Medicine", "address": "1400 Alder Street", "city": "Ann Arbor", "state": "MI",
        "postal_code": "48104", "phone": "7345550177",
    },
    "drug": {
        "description": "Lisinopril 10 MG Oral Tablet", "ndc11": "68180098001", "quantity": "30", "unit_code": "C48542",
        "days_supply": "30", "refills": "2", "directions": "Take 1 tablet by mouth every day.",
        "written_on": "2026-11-23", "substitutions": "0",
    },
}  # fmt: skip


def codecs(is_quick: bool) -> Outcome:
    """Measure the codecs on one core."""
    seconds = 0.75 if is_quick else 3.0
    order, label = _order(), _label()
    written = zpl.encode((label,))
    outcome = Outcome(
        "codecs",
        f"a B1 claim of {len(CLAIM)} bytes and {CLAIM.count(SEPARATOR)} fields; a NewRx of {len(order):,} bytes; "
        f"a vial label of {len(label.fields)} fields and {len(written):,} bytes; one core, by what it computes",
    )
    outcome.figures = [
        Figure(
            name="D.0 claim decoded, every field read", unit="a second", goal=25_000,
            value=a_second(lambda: _read_claim(CLAIM), seconds=seconds),
            floor=Floor(what="the bytes cut at their separators", value=a_second(_cut_claim, seconds=seconds)),
        ),
        Figure(
            name="SCRIPT NewRx parsed to frozen values", unit="a second", goal=4_000,
            value=a_second(lambda: _read_order(order), seconds=seconds),
            floor=Floor(
                what="lxml alone, no element looked at", value=a_second(lambda: _parse_xml(order), seconds=seconds)
            ),
        ),
        Figure(
            name="ZPL vial label written", unit="a second", goal=50_000,
            value=a_second(lambda: _write_label(label), seconds=seconds),
            floor=Floor(
                what="the label's own lines joined and encoded",
                value=a_second(_joining(written.decode().split("\n")), seconds=seconds),
            ),
        ),
        Figure(
            name="ZPL vial label read back", unit="a second",
            value=a_second(lambda: _read_label(written), seconds=seconds),
        ),
    ]  # fmt: skip
    return outcome


def _read_claim(raw: bytes) -> int:
    transmission = telecom.decode(raw)
    read = 0
    for segments in (transmission.segments, *(each.segments for each in transmission.transactions)):
        for segment in segments:
            for field in segment.fields:
                read += bool(field.id and field.value)
    return bool(read)


def _cut_claim() -> int:
    text = CLAIM.decode("ascii")
    for group in text[56:].split("\x1d"):
        for segment in group.split("\x1e")[1:]:
            for field in segment.split("\x1c")[2:]:
                field[:2], field[2:]
    return 1


def _order() -> bytes:
    return prescriber_desk.new_rx(
        _ORDER, to="2399991", message_id="M-1", order_number="ORD-1", now=datetime(2026, 11, 23, 18, 48, tzinfo=UTC)
    )


def _read_order(raw: bytes) -> int:
    return script.decode(raw).name == "NewRx"


def _parse_xml(raw: bytes) -> int:
    etree.fromstring(raw)
    return 1


def _label() -> zpl.Label:
    words = (
        "Corner Street Pharmacy", "12 Corner Street, Ann Arbor MI 48104", "(734) 555-0100", "Marchetti, Cleo",
        "Take 1 tablet by mouth every day.", "Lisinopril 10 mg tablet", "Quantity 30", "Refills 2", "Rx 7203977",
        "Dr. Priya Nair MD", "Filled Nov 23, 2026", "Use before Nov 23, 2027",
    )  # fmt: skip
    texts = tuple(zpl.Text(x=26, y=20 + 40 * line, height=28, text=each) for line, each in enumerate(words))
    codes = (
        zpl.Code128(x=26, y=520, height=60, text="PXF7203977-01G"), zpl.DataMatrix(x=600, y=520, text="PXF7203977-01G"),
    )  # fmt: skip
    return zpl.Label(width=812, height=640, fields=(*texts, zpl.Box(x=20, y=500, width=760, height=3), *codes))


def _write_label(label: zpl.Label) -> int:
    return bool(zpl.encode((label,)))


def _read_label(written: bytes) -> int:
    return len(zpl.decode(written))


def _joining(lines: list[str]) -> Callable[[], int]:
    def join() -> int:
        return bool("\n".join(lines).encode())

    return join
