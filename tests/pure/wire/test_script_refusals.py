"""What is refused, with the element named, and what is only noted."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pestle.wire import script
from pestle.wire.errors import WireError

SAMPLES = Path(__file__).parents[2] / "samples" / "script"
FULL = (SAMPLES / "new_rx_full.xml").read_text()
RENEWED = (SAMPLES / "rx_renewal_response.xml").read_text()
MEDICINE = "/Message/Body/NewRx/MedicationPrescribed"
BORN = "/Message/Body/NewRx/Patient/HumanPatient/DateOfBirth"
RESPONSE = "/Message/Body/RxRenewalResponse/Response"
TRANSFER = FULL.replace("20170715", "20230115").replace("NewRx>", "RxTransferResponse>")
ENTITY = '<!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def refusal_of(text: str | bytes) -> script.ScriptError:
    with pytest.raises(script.ScriptError) as refused:
        script.decode(text if isinstance(text, bytes) else text.encode())
    assert isinstance(refused.value, WireError)
    return refused.value


def after_declaration(more: str) -> str:
    return FULL.replace("?>\n", f"?>\n{more}", 1)


ATTACKS: dict[str, Callable[[], str | bytes]] = {
    "billion laughs": lambda: after_declaration(ENTITY).replace("Lisinopril", "&b;"),
    "external entity": lambda: after_declaration('<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]>').replace(
        "Lisinopril", "&x;"
    ),
    "parameter entity": lambda: after_declaration('<!DOCTYPE m [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'),
    "plain DTD": lambda: after_declaration("<!DOCTYPE Message>"),
    "external DTD": lambda: after_declaration('<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/script.dtd">'),
    "DTD behind a comment": lambda: after_declaration("<!-- x --><?y z?>\n<!DOCTYPE Message>"),
    "DTD without declaration": lambda: "<!DOCTYPE Message>" + FULL.split("?>\n", 1)[1],
    "DTD in UTF-16": lambda: after_declaration(ENTITY).encode("utf-16"),
    "DTD in UTF-7": lambda: FULL.replace("UTF-8", "UTF-7"),
    "undeclared entity": lambda: FULL.replace("Lisinopril", "&x;"),
    "entity in an attribute": lambda: FULL.replace('Qualifier="P"', 'Qualifier="&x;"'),
    "deep nesting": lambda: FULL.replace("<SigText>", "<SigText>" + "<a>" * 60 + "</a>" * 60, 1),
    "absurd nesting": lambda: "<a>" * 200_000,
    "huge": lambda: FULL.replace("</Message>", " " * 1024 * 1024 + "</Message>"),
    "attributes without end": lambda: FULL.replace("<Body", "<Body " + " ".join(f'a{n}="1"' for n in range(9999)), 1),
    "empty": lambda: b"",
    "no XML": lambda: b"{}",
    "cut short": lambda: FULL[: len(FULL) // 2],
    "two roots": lambda: FULL + "<Message/>",
    "bytes that are no text": lambda: FULL.encode().replace(b"Cleo", b"Cl\xff\xfeo"),
    "a null": lambda: FULL.replace("Cleo", "Cl\0eo"),
    "an unknown encoding": lambda: FULL.replace("UTF-8", "EBCDIC-US"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_or_broken_xml_is_refused(attack: str) -> None:
    refused = refusal_of(ATTACKS[attack]())

    assert (refused.code, refused.description_code) == ("900", "500")


def test_a_refused_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("opened")
    text = after_declaration(f'<!DOCTYPE m [<!ENTITY x SYSTEM "{secret.as_uri()}">]>').replace("Lisinopril", "&x;")

    assert "opened" not in str(refusal_of(text))


def test_the_bound_on_size_is_the_callers_to_choose() -> None:
    with pytest.raises(script.ScriptError, match="larger than 100 bytes"):
        script.decode(FULL.encode(), largest=100)


def with_value(element: str, value: str) -> str:
    return re.sub(rf"<{element}>[^<]*</{element}>", f"<{element}>{value}</{element}>", FULL, count=1)


WRONG = [
    # text                                                       where it is refused                   why
    (with_value("DaysSupply", "thirty"),                         f"{MEDICINE}/DaysSupply",             "2000"),
    (with_value("DaysSupply", "-1"),                             f"{MEDICINE}/DaysSupply",             "2000"),
    (with_value("DaysSupply", "٣٠"),                             f"{MEDICINE}/DaysSupply",             "2000"),
    (with_value("NumberOfRefills", "1.5"),                       f"{MEDICINE}/NumberOfRefills",        "2000"),
    (FULL.replace("<Value>30<", "<Value>3O<"),                   f"{MEDICINE}/Quantity/Value",         "2000"),
    (FULL.replace("<Value>30<", "<Value>1,000<"),                f"{MEDICINE}/Quantity/Value",         "2000"),
    (FULL.replace("<Value>30<", "<Value>3e1<"),                  f"{MEDICINE}/Quantity/Value",         "2000"),
    (FULL.replace("<Value>30<", "<Value>NaN<"),                  f"{MEDICINE}/Quantity/Value",         "2000"),
    (FULL.replace("<Value>30<", "<Value>+30<"),                  f"{MEDICINE}/Quantity/Value",         "2000"),
    (FULL.replace("1968-09-14", "1968-02-30"),                   BORN, "2000"),
    (FULL.replace("1968-09-14", "14.09.1968"),                   BORN, "2000"),
    (FULL.replace("2026-03-02T15:04:05Z", "2026-03-02T25:04:05Z"), "/Message/Header/SentTime",         "2000"),
    (FULL.replace("2026-03-02T15:04:05Z", "yesterday"),          "/Message/Header/SentTime",           "2000"),
    (with_value("ProhibitRenewalRequest", "Y"),                  "/Message/Body/NewRx/ProhibitRenewalRequest", "2000"),
    (FULL.replace("<DaysSupply>", "<DaysSupply>30</DaysSupply><DaysSupply>"), f"{MEDICINE}/DaysSupply[2]", "3000"),
    (FULL.replace("<SigText>", "<SigText>Take 9</SigText><SigText>"), f"{MEDICINE}/Sig/SigText[2]",    "3000"),
    (FULL.replace("<Patient>", "<Patient/><Patient>"),           "/Message/Body/NewRx/Patient[2]",     "3000"),
    (RENEWED.replace("<ApprovedWithChanges>", "<Denied/><ApprovedWithChanges>"), RESPONSE, "3000"),
    (FULL.replace("</NewRx>", "</NewRx><Status><Code>010</Code></Status>"), "/Message/Body",           "3000"),
    (re.sub(r"<Body>.*</Body>", "<Body/>", FULL, flags=re.S),    "/Message/Body",                      "3000"),
    (re.sub(r"<Body>.*</Body>", "", FULL, flags=re.S),           "/Message/Body",                      "1000"),
    (re.sub(r"<Header>.*</Header>", "", FULL, flags=re.S),       "/Message/Header",                    "1000"),
    (FULL.replace("<Body>", "<Header/><Body>", 1),               "/Message/Header[2]",                 "1000"),
    (re.sub(r"<MessageID>.*</MessageID>", "", FULL),             "/Message/Header/MessageID",          "1000"),
    (FULL.replace("Message", "Massage"),                         "/Massage",                           "1000"),
    (FULL.replace("20170715", "20991231"),                       "/Message/@TransactionVersion",       "4040"),
    (re.sub(r' \w+Version="\d+"', "", FULL),                     "/Message/@TransactionVersion",       "1000"),
    ('<Message version="010" release="006"><Header/></Message>', "/Message/@version",                  "4040"),
    ('<Message version="10.6"><Header/></Message>',              "/Message/@version",                  "4040"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "description_code"), WRONG)
def test_what_cannot_be_read_is_refused_by_its_path(text: str, where: str, description_code: str) -> None:
    refused = refusal_of(text)

    assert refused.where.startswith(where)
    assert refused.description_code == description_code


def test_a_refusal_repeats_nothing_about_the_patient() -> None:
    for text in (with_value("DaysSupply", "Marchetti"), FULL.replace("<Note>", "<Note>weighs <Marchetti")):
        assert "Marchetti" not in str(refusal_of(text))


NOTED = [
    # text                                                     where                              kind
    (re.sub(r"<DaysSupply>.*</DaysSupply>", "", FULL),         None,                              None),
    (FULL.replace("<DaysSupply>30<", "<DaysSupply><"),         None,                              None),
    (FULL.replace("<DaysSupply>30<", "<DaysSupply>0030<"),     f"{MEDICINE}/DaysSupply",          "too long"),
    (with_value("Note", "x" * 211),                            f"{MEDICINE}/Note",                "too long"),
    (with_value("Substitutions", "7"),                         f"{MEDICINE}/Substitutions",       "not in the list"),
    (re.sub(r"<Sig>.*</Sig>", "", FULL, flags=re.S),           f"{MEDICINE}/Sig",                 "missing"),
    (re.sub(r"<NPI>2000001018</NPI>", "", FULL),
     "/Message/Body/NewRx/Prescriber/NonVeterinarian/Identification/NPI",                         "missing"),
    (FULL.replace("<Code>C38046</Code>", "C48675"),            f"{MEDICINE}/DrugCoded/DEASchedule", "unread"),
    (FULL.replace("</Note>", "</Note>Ring first"),             f"{MEDICINE}/text()",              "unread"),
    (FULL.replace("<Note>", "<x:Note xmlns:x='urn:x'>1</x:Note><Note>"), f"{MEDICINE}/Note",      "unread"),
    (TRANSFER,                                                 "/Message/Body/RxTransferResponse", "not in the list"),
    (re.sub(r"(<BenefitsCoordination>.*</BenefitsCoordination>)", r"\1\1\1\1\1", FULL, flags=re.S),
     "/Message/Body/NewRx/BenefitsCoordination",                                                  "too many"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "kind"), NOTED)
def test_what_can_be_read_all_the_same_is_noted(text: str, where: str | None, kind: str | None) -> None:
    message = script.decode(text.encode())

    assert [(each.where, each.kind) for each in message.departures] == ([(where, kind)] if where else [])


def test_longer_fields_are_not_noted_in_2023011() -> None:
    message = script.decode(with_value("Note", "x" * 211).replace("20170715", "20230115").encode())

    assert message.departures == ()


def test_an_answer_without_an_outcome_is_noted() -> None:
    text = re.sub(r"<ApprovedWithChanges>.*</ApprovedWithChanges>", "", RENEWED, flags=re.S)

    message = script.decode(text.encode())

    assert ("/Message/Body/RxRenewalResponse/Response", "missing") in [(e.where, e.kind) for e in message.departures]


def test_text_on_both_sides_of_a_comment_is_read_whole() -> None:
    message = script.decode(FULL.replace("every morning", "every <!-- not -->morning").encode())

    assert isinstance(message.body, script.NewRx)
    assert message.body.prescribed is not None
    assert message.body.prescribed.sig is not None
    assert message.body.prescribed.sig.text == "Take 1 to 2 tablets by mouth every morning for blood pressure"


def test_the_envelope_of_a_refused_message_can_still_be_read() -> None:
    text = with_value("DaysSupply", "thirty").encode()

    header = script.decode_header(text)

    assert header.message_id == "MSG-0001"


def test_a_wrapped_reply_is_unwrapped() -> None:
    wrapped = b"<string xmlns='urn:x'>&lt;Message version=\"2017071\"/&gt;</string>"

    assert script.unwrap(wrapped) == b'<Message version="2017071"/>'
    assert script.unwrap(FULL.encode()) == FULL.encode()
