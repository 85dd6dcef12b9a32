"""What the pharmacy, and the prescriber on the other side, send."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from pestle.wire import script
from pestle.wire.script.clinical import Quantity
from pestle.wire.script.medication import CodeAndQualifier, DrugCoded, Medication
from pestle.wire.script.people import HumanPatient, Name, Patient, Practitioner, Prescriber, ProviderNumbers
from pestle.wire.script.sig import Sig

SAMPLES = Path(__file__).parents[2] / "samples" / "script"
SENT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
SOFTWARE = script.SenderSoftware(developer="Pestle", product="Pestle", release="1")
PRESCRIPTION = script.decode((SAMPLES / "new_rx_full.xml").read_bytes())
assert isinstance(PRESCRIPTION.body, script.NewRx)
WRITTEN: script.NewRx = PRESCRIPTION.body


def answered(body: script.Transaction, **more: str) -> script.Message:
    header = script.reply_header(PRESCRIPTION.header, message_id="P-1", sent_at=SENT, software=SOFTWARE)
    return script.build(replace(header, **more), body)  # type: ignore[arg-type]


def test_a_status_is_addressed_back_to_the_sender() -> None:
    header = answered(script.Status(code="010")).header

    assert (header.to, header.sender) == (PRESCRIPTION.header.sender, PRESCRIPTION.header.to)
    assert (header.message_id, header.relates_to) == ("P-1", "MSG-0001")
    assert header.prescriber_order_number == "ORD-3391"


def test_a_status_is_spelled_as_the_standard_orders_it() -> None:
    expected = """<?xml version="1.0" encoding="UTF-8"?>
<Message DatatypesVersion="20170715" TransportVersion="20170715" TransactionDomain="SCRIPT" \
TransactionVersion="20170715" StructuresVersion="20170715" ECLVersion="20170715">
  <Header>
    <To Qualifier="D">7710000000042</To>
    <From Qualifier="P">9900017</From>
    <MessageID>P-1</MessageID>
    <RelatesToMessageID>MSG-0001</RelatesToMessageID>
    <SentTime>2026-03-02T16:00:00Z</SentTime>
    <SenderSoftware>
      <SenderSoftwareDeveloper>Pestle</SenderSoftwareDeveloper>
      <SenderSoftwareProduct>Pestle</SenderSoftwareProduct>
      <SenderSoftwareVersionRelease>1</SenderSoftwareVersionRelease>
    </SenderSoftware>
    <PrescriberOrderNumber>ORD-3391</PrescriberOrderNumber>
  </Header>
  <Body>
    <Status>
      <Code>010</Code>
    </Status>
  </Body>
</Message>
"""

    assert script.encode(answered(script.Status(code="010"))).decode() == expected


LAST_FILLED = replace(
    WRITTEN.prescribed, last_filled=script.StatedDay(date(2026, 7, 30)), refills=None, requested_refills=5
)  # type: ignore[type-var]
PARTIES = {"patient": WRITTEN.patient, "pharmacy": WRITTEN.pharmacy, "prescriber": WRITTEN.prescriber}
SENT_BY_EITHER_SIDE: list[script.Transaction] = [
    script.Status(code="010"),
    script.Error(code="900", description_codes=("220",), description="sent before with other content"),
    script.Verify(status=script.VerifyStatus(code="010")),
    script.CancelRxResponse(response=script.Response(approved=script.Outcome(note="Stopped"))),
    script.CancelRxResponse(response=script.Response(denied=script.Outcome(reason_codes=("AR",)))),
    script.RxRenewalRequest(**PARTIES, dispensed=LAST_FILLED, prescribed=WRITTEN.prescribed),  # type: ignore[arg-type]
    script.RxChangeRequest(**PARTIES, request_code="OS", prescribed=WRITTEN.prescribed),  # type: ignore[arg-type]
    script.RxFill(
        **PARTIES,  # type: ignore[arg-type]
        fill_status=script.FillStatus(dispensed=script.FillNote(reason_codes=("DF",))),
        dispensed=WRITTEN.prescribed,
    ),
    WRITTEN,
    script.CancelRx(**PARTIES, change_of_status="D", prescribed=WRITTEN.prescribed),  # type: ignore[arg-type]
    script.RxRenewalResponse(
        **PARTIES,  # type: ignore[arg-type]
        response=script.Response(approved=script.Outcome()),
        answered=WRITTEN.prescribed,
    ),
    script.RxChangeResponse(
        **PARTIES,  # type: ignore[arg-type]
        request_code="P",
        response=script.Response(denied=script.Outcome(reason_codes=("AO",), denial_reason="Not tried")),
    ),
]


@pytest.mark.parametrize("body", SENT_BY_EITHER_SIDE, ids=lambda body: type(body).__name__)
def test_what_is_sent_is_what_the_other_side_reads(body: script.Transaction) -> None:
    received = script.decode(script.encode(answered(body)))

    assert received.body == body
    assert received.departures == ()
    assert received.as_received is None


def test_a_prescription_is_built_from_nothing_but_values() -> None:
    written = script.StatedDay(date(2026, 3, 2))
    prescriber = Practitioner(numbers=ProviderNumbers(npi="2000001018"), name=Name(last="Okonkwo-Reyes"))
    born = script.StatedDay(date(1968, 9, 14))
    patient = HumanPatient(name=Name(last="Marchetti", first="Cleo"), gender="F", born=born)
    medicine = Medication(
        description="Amoxicillin 250 MG/5 ML Oral Suspension",
        coded=DrugCoded(product=CodeAndQualifier(code="99999040150", qualifier="ND")),
        quantity=Quantity(value=Decimal("150.000"), qualifier="38", unit="C28254"),
        written=written,
        substitutions="0",
        refills=0,
        sig=Sig(text="Take 5 mL by mouth three times a day"),
    )

    message = answered(
        script.NewRx(patient=Patient(human=patient), prescriber=Prescriber(human_care=prescriber), prescribed=medicine)
    )

    assert b"<Value>150</Value>" in script.encode(message)
    assert b"<NumberOfRefills>0</NumberOfRefills>" in script.encode(message)


REFUSED: list[tuple[script.Transaction, str]] = [
    (script.Status(), "/Message/Body/Status/Code"),
    (script.Error(code="900", description="x" * 71), "/Message/Body/Error/Description"),
    (replace(WRITTEN, patient=None), "/Message/Body/NewRx/Patient"),
    (script.CancelRxResponse(response=script.Response()), "/Message/Body/CancelRxResponse/Response"),
    (script.RxFill(fill_status=script.FillStatus()), "/Message/Body/RxFill/FillStatus"),
    (replace(WRITTEN, coverages=WRITTEN.coverages * 5), "/Message/Body/NewRx/BenefitsCoordination"),
    (script.Status(code="0\x0010"), "Status/Code"),
    (
        replace(WRITTEN, prescribed=Medication(quantity=Quantity(value=Decimal(-1)))),
        "NewRx/MedicationPrescribed/Quantity/Value",
    ),
    (replace(WRITTEN, prescribed=Medication(days_supply=-1)), "NewRx/MedicationPrescribed/DaysSupply"),
]


@pytest.mark.parametrize(("body", "where"), REFUSED)
def test_nothing_incomplete_is_ever_sent(body: script.Transaction, where: str) -> None:
    with pytest.raises(script.ScriptError) as refused:
        answered(body)

    assert refused.value.where == where


def test_an_answer_with_two_outcomes_is_never_sent() -> None:
    both = script.Response(approved=script.Outcome(), denied=script.Outcome())

    with pytest.raises(script.ScriptError, match="exclude each other"):
        answered(script.CancelRxResponse(response=both))


def test_a_moment_without_a_zone_is_never_sent() -> None:
    header = replace(PRESCRIPTION.header, sent_at=datetime(2026, 3, 2))  # noqa: DTZ001

    with pytest.raises(script.ScriptError, match="Header/SentTime: must say its time zone"):
        script.build(header, script.Status(code="010"))


def test_the_envelope_is_stamped_in_utc() -> None:
    oregon = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=-8)))
    header = replace(PRESCRIPTION.header, sent_at=oregon)

    message = script.build(header, script.Status(code="010"))

    assert b"<SentTime>2026-03-02T16:00:00Z</SentTime>" in script.encode(message)


def test_a_version_text_of_no_release_we_speak_is_refused() -> None:
    with pytest.raises(script.ScriptError, match="begins with neither"):
        script.build(PRESCRIPTION.header, script.Status(code="010"), version_text="20190101")


def test_a_refusal_is_answered_with_the_element_and_why() -> None:
    refusal = script.ScriptError(
        where="/Message/Body/NewRx/MedicationPrescribed/DaysSupply", said="is not a whole number"
    )

    error = script.answer_refusal(refusal)

    assert (error.code, error.description_codes) == ("900", ("2000",))
    assert error.description == "...e/Body/NewRx/MedicationPrescribed/DaysSupply: is not a whole number"
    assert answered(error)
