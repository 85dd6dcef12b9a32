import pytest

from pestle.wire import telecom
from pestle.wire.errors import WireError
from pestle.wire.telecom import TelecomError
from pestle.wire.telecom.checks import inconsistencies
from tests.pure.wire.telecom_samples import sample, wire

HEAD = "999001D0B1TESTPCN   1011234567893     20260302          "
ANSWER = "D0B11A011234567893     20260302"
CARD = "^~AM04~C2TST000001"
CLAIM = "|^~AM07~EM1~D27001234~E103~D700093721410"

UNREADABLE = [
    # what is wrong, the message, where the error points
    ("nothing",                   "",                                         "header 101-A1"),
    ("a cut header",              HEAD[:30],                                  "header 201-B1"),
    ("a cut response header",     ANSWER[:8],                                 "header 201-B1"),
    ("another version",           HEAD.replace("D0B1", "51B1"),               "header 102-A2"),
    ("a BIN with letters",        "99900X" + HEAD[6:] + CARD + CLAIM,         "header 101-A1"),
    ("a count of five",           HEAD[:20] + "5" + HEAD[21:] + CARD + CLAIM, "header 109-A9"),
    ("a date that is not digits", HEAD.replace("20260302", "2026-3-2"),       "header 401-D1"),
    ("five claims",               HEAD + CARD + CLAIM * 5,                    "header 109-A9"),
    ("an empty group",            HEAD + CARD + "|",                          "111-AM in transaction 1"),
    ("text before a segment",     HEAD + "AM04~C2TST",                        "111-AM"),
    ("a segment without number",  HEAD + "^~C2TST000001",                     "111-AM of segment 1"),
    ("a segment of letters",      HEAD + CARD + "|^~AMXX~EM1",                "111-AM of segment 1 in transaction 1"),
    ("a second AM in a segment",  HEAD + CARD + "~AM01~C419710203",           "AM04 111-AM"),
    ("a field of one character",  HEAD + CARD + "~C",                         "AM04"),
    ("a field id in lower case",  HEAD + CARD + "~c1GRP",                     "AM04"),
    ("an empty field",            HEAD + CARD + "~",                          "AM04"),
    ("a line end in a value",     HEAD + CARD + "~C1GRP\n",                   "AM04 301-C1"),
    ("an unknown field's tab",    HEAD + CARD + "~ZQ\t",                      "AM04 ZQ"),
    ("too long a text",           HEAD + CARD + "~C11234567890123456",        "AM04 301-C1"),
    ("letters in a number",       HEAD + CARD + CLAIM + "~D5TEN",             "AM07 405-D5 in transaction 1"),
    ("too long a number",         HEAD + CARD + CLAIM + "~D50030",            "AM07 405-D5 in transaction 1"),
    ("a point in a quantity",     HEAD + CARD + CLAIM + "~E730.000",          "AM07 442-E7 in transaction 1"),
    ("a short date",              HEAD + CARD + CLAIM + "~DE260301",          "AM07 414-DE in transaction 1"),
    ("a bad last character",      ANSWER + "|^~AM21~ANP^~AM23~F550Z",         "AM23 505-F5 in transaction 1"),
    ("a fault in claim 2",        HEAD + CARD + CLAIM + CLAIM + "~D5X",       "AM07 405-D5 in transaction 2"),
    ("only STX",                  "\x02" + HEAD + CARD + CLAIM,               "frame"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_a_malformed_message_is_refused_with_segment_and_field(text: str, where: str) -> None:
    with pytest.raises(TelecomError) as refused:
        telecom.decode(wire(text))

    assert refused.value.where == where


def test_the_error_is_a_wire_error_and_never_repeats_the_value() -> None:
    with pytest.raises(WireError) as refused:
        telecom.decode(wire(HEAD + CARD + "~C1SECRETSECRETSECRET"))

    assert "SECRET" not in str(refused.value)


def test_bytes_beyond_ascii_are_refused_by_place() -> None:
    with pytest.raises(TelecomError) as refused:
        telecom.decode(wire(HEAD + CARD) + "é".encode("latin-1"))

    assert refused.value.where == f"byte {len(HEAD + CARD) + 1}"


def test_a_message_larger_than_the_bound_is_refused() -> None:
    with pytest.raises(TelecomError) as refused:
        telecom.decode(wire(HEAD + CARD) + b"\x1cZQ" + b"A" * 70_000)

    assert refused.value.where == "transmission"


def test_a_message_with_one_bad_field_can_still_be_split_and_joined() -> None:
    raw = wire(ANSWER + "|^~AM21~ANP^~AM23~F550Z")

    assert telecom.join(telecom.split(raw)) == raw


def test_unknown_fields_and_segments_survive_in_their_order() -> None:
    raw = wire(HEAD + CARD + "~ZQNEW~C1GRP~ZQAGAIN" + CLAIM + "^~AM77~Q1WHAT~C3")

    assert telecom.encode(telecom.decode(raw)) == raw


def test_encode_refuses_what_decode_would_refuse() -> None:
    split = telecom.split(wire(ANSWER + "|^~AM21~ANP^~AM23~F550Z"))

    with pytest.raises(TelecomError) as refused:
        telecom.encode(split)

    assert refused.value.where == "AM23 505-F5 in transaction 1"


INCONSISTENT = [
    ("a count without its claims",  HEAD.replace("1011", "2011") + CARD + CLAIM,      "header 109-A9"),
    ("rejects miscounted",          ANSWER + "|^~AM21~ANR~FA2~FB75",                  "AM21 510-FA in transaction 1"),
    ("rejects not counted",         ANSWER + "|^~AM21~ANR~FB75",                      "AM21 510-FA in transaction 1"),
    ("a needed field missing",      HEAD + CARD + "|^~AM07~EM1~D27001234~E103",       "AM07 407-D7 in transaction 1"),
    ("a needed field late",         HEAD + CARD + "|^~AM07~EM1~D21~E103~D50030~D71",  "AM07 407-D7 in transaction 1"),
    ("a field twice",               HEAD + CARD + CLAIM + "~D530~D531",               "AM07 405-D5 in transaction 1"),
    ("a segment twice",             HEAD + CARD + CLAIM + CLAIM[1:],                  "AM07 in transaction 1"),
    ("a segment in the wrong place", HEAD + CARD + CLAIM + "^~AM01~C419710203",       "AM01 in transaction 1"),
    ("a claim segment outside",     HEAD + CARD + CLAIM[1:] + CLAIM,                  "AM07"),
    ("another segment first",       HEAD + CARD + "|^~AM03~EZ01" + CLAIM[1:],         "AM07 in transaction 1"),
    ("DUR items miscounted",        HEAD + CARD + CLAIM + "^~AM08~7E1~E4DD~7E3~E4ER", "AM08 473-7E in transaction 1"),
    ("four clarification codes",    HEAD + CARD + CLAIM + "~NX4~DK1~DK2~DK3~DK4",     "AM07 354-NX in transaction 1"),
    ("a nested count",              HEAD + CARD + CLAIM + "^~AM05~4C1~5C01~HB2~DV84{", "AM05 341-HB in transaction 1"),
    ("a payer without its type",    HEAD + CARD + CLAIM + "^~AM05~4C1~6C03~7C999001", "AM05 338-5C in transaction 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where"), [case[1:] for case in INCONSISTENT], ids=[case[0] for case in INCONSISTENT])
def test_an_inconsistent_message_is_read_and_complained_of(text: str, where: str) -> None:
    text = text.replace("~D50030", "~D5030")

    complaints = list(inconsistencies(telecom.decode(wire(text))))

    assert where in [one.where for one in complaints]


def test_a_reversal_may_carry_part_of_the_pricing() -> None:
    raw = sample("b2") + wire("^~AM11~DU144{")

    assert list(inconsistencies(telecom.decode(raw))) == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ([],                                                               "JSON"),
        ({"header": {}},                                                   "kind"),
        ({"kind": "request"},                                              "header"),
        ({"kind": "response", "header": {"102-A2": 5}},                    "header 102-A2"),
    ],
)  # fmt: skip
def test_json_of_another_shape_is_refused_by_place(given: object, where: str) -> None:
    with pytest.raises(TelecomError) as refused:
        telecom.from_json(given)

    assert refused.value.where == where


def test_a_json_field_that_is_not_text_is_refused_by_place() -> None:
    as_json = telecom.to_json(telecom.decode(sample("b1")))
    as_json["transactions"][0][0]["fields"][1]["value"] = 7001234

    with pytest.raises(TelecomError) as refused:
        telecom.from_json(as_json)

    assert refused.value.where == "transactions[0][0].fields[1].value"
