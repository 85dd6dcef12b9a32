from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.wire import asap
from pestle.wire.asap import AsapError, Dispensing, Sender, report_of, zero_report
from pestle.wire.asap.building import fitted

AT = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
PHARMACY = {"PHA01": "1234567893", "PHA02": "9900001", "PHA03": "BE1234563", "PHA04": "Corner Street Pharmacy"}
SENDER = Sender(version="4.2A", source_id="5175550100", source_name="Corner Street Pharmacy", pharmacy=PHARMACY)
CLEO = {
    "PAT07": "Marchetti",
    "PAT08": "Cleo",
    "PAT12": "9 Sample Ave",
    "PAT14": "Lansing",
    "PAT15": "MI",
    "PAT16": "48901",
    "PAT18": "19680314",
    "PAT19": "F",
    "PAT20": "01",
}
NAIR = {"PRE01": "1234567893", "PRE02": "AT1234563", "PRE05": "Nair", "PRE06": "Asha"}


def dispensed(number: str = "7001234", **changed: str) -> Dispensing:
    told = {
        "DSP01": "00",
        "DSP02": number,
        "DSP03": "20260301",
        "DSP04": "0",
        "DSP05": "20260302",
        "DSP06": "0",
        "DSP07": "01",
        "DSP08": "00591038501",
        "DSP09": "20",
        "DSP10": "5",
        "DSP11": "01",
        "DSP12": "05",
        "DSP13": "00",
        "DSP16": "04",
        "DSP17": "20260302",
    }
    return Dispensing(patient=CLEO, dispensing=told | changed, prescriber=NAIR)


def made(*fills: Dispensing) -> bytes:
    return asap.encode(report_of(fills, sender=SENDER, control_number="20260302-1", at=AT))


def test_a_report_counts_its_segments_and_names_its_patient_once() -> None:
    raw = made(dispensed(), dispensed("7001235"))

    assert raw.startswith(b"TH*4.2A*20260302-1*01**20260302*210000*P**~~\nIS*")
    assert raw.count(b"PAT*") == 1
    # PHA, PAT, two of DSP and PRE, TP; and with TH, IS and TT.
    assert raw.endswith(b"TP*7~\nTT*20260302-1*10~\n")


def test_bytes_and_json_come_back_as_they_were() -> None:
    raw = made(dispensed())
    report = asap.decode(raw)

    assert asap.encode(report) == raw
    assert asap.from_json(asap.to_json(report)) == report


def test_a_zero_report_says_the_days_it_speaks_of() -> None:
    report = zero_report(
        sender=SENDER, control_number="Z1", since=date(2026, 3, 1), until=date(2026, 3, 1), at=AT
    )  # fmt: skip
    raw = asap.encode(report)

    assert b"*#20260301#-#20260301#~" in raw
    assert b"PAT*******REPORT*ZERO~\nDSP*****20260302~\nPRE*~\nTP*5~\nTT*Z1*8~" in raw
    assert asap.decode(raw) == report


@pytest.mark.parametrize(
    ("was",               "becomes",             "where"),
    [
        (b"TP*5",         b"TP*6",               "TP01"),
        (b"*8~\n",        b"*9~\n",              "TT02"),
        (b"TT*20260302-1", b"TT*20260302-2",     "TT01"),
        (b"*20260301*",   b"*20260230*",         "DSP03"),
        (b"*00591038501*20*", b"*00591038501*2O*", "DSP09"),
        (b"*19680314*F",  b"*19680314*X",        "PAT19"),
        (b"MARCHETTI",    b"",                   "PAT07"),
        (b"TH*4.2A",      b"TH*5.0",             "TH01"),
        (b"PRE*",         b"AIR*",               "segment 6"),
        (b"**~~",         b"**~",                "TH09"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_right_is_refused_by_field(was: bytes, becomes: bytes, where: str) -> None:
    raw = made(dispensed())
    assert was in raw

    with pytest.raises(AsapError) as refused:
        asap.decode(raw.replace(was, becomes))

    assert where in refused.value.where


def test_a_field_of_a_later_version_is_refused_in_an_earlier_one() -> None:
    old = Sender(version="4.2", source_id="5", source_name="Corner", pharmacy=PHARMACY)
    report = report_of([dispensed(DSP22="20")], sender=old, control_number="1", at=AT)

    with pytest.raises(AsapError, match="came with version"):
        asap.encode(report)


@pytest.mark.parametrize(
    ("field", "text",                "written"),
    [
        ("PAT07", "Núñez*Smith~",    "NUNEZ SMITH"),
        ("PAT07", "A" * 60,          "A" * 50),
        ("PAT12", "9 Main\tSt",      "9 MAIN ST"),
        ("DSP02", "",                ""),
    ],
)  # fmt: skip
def test_texts_are_written_as_the_report_wants_them(field: str, text: str, written: str) -> None:
    assert fitted(field, text) == written


@pytest.mark.parametrize(("field", "text"), [("DSP02", "7" * 26), ("DSP09", "ten"), ("PAT07", "李")])
def test_what_cannot_be_written_is_refused_and_never_cut(field: str, text: str) -> None:
    with pytest.raises(AsapError, match=field):
        fitted(field, text)


@given(st.integers(0, 480), st.integers(0, 255))
@settings(max_examples=400)
def test_one_changed_byte_is_read_as_it_stands_or_refused(at: int, byte: int) -> None:
    raw = made(dispensed())
    raw = raw[:at] + bytes([byte]) + raw[at + 1 :]
    try:
        found = asap.decode(raw)
    except AsapError:
        return
    assert asap.encode(found) == raw
