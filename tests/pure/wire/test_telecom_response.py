from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pestle.wire import telecom
from pestle.wire.telecom import TelecomError
from pestle.wire.telecom.amounts import sum_of_patient_parts, sum_paid
from pestle.wire.telecom.messages import message_texts, next_fill
from pestle.wire.telecom.request import read_request
from pestle.wire.telecom.response import (
    Answer,
    HeaderStatus,
    Response,
    answer_to,
    build_response,
    matched,
    paid_amounts,
    read_response,
    rejects,
    verdict,
)
from pestle.wire.telecom.response_segments import (
    ClaimEcho,
    DurFinding,
    Message,
    MessageLine,
    PaidAmounts,
    Reject,
    ResponseStatus,
    Verdict,
)
from tests.pure.wire.telecom_samples import sample, wire

ANSWER = "D0B11A011234567893     20260302"
PAID = PaidAmounts(
    patient_pay=Decimal("5.00"),
    ingredient_cost=Decimal("12.40"),
    dispensing_fee=Decimal("1.00"),
    total_paid=Decimal("8.40"),
    basis_of_reimbursement="3",
    copay=Decimal("5.00"),
)


def response(name: str) -> Response:
    """Read a sample."""
    return read_response(telecom.decode(sample(name)))


def test_a_paid_claim_says_what_the_patient_and_the_payer_pay() -> None:
    read = response("b1_paid")

    assert read.status is HeaderStatus.ACCEPTED
    assert read.message == Message(text="TEST OK")
    assert read.answers[0].paid == PAID
    assert read.answers[0].claim == ClaimEcho(reference_kind="1", prescription_number=7001234)
    assert read.answers[0].verdict == Verdict(
        status=ResponseStatus.PAID,
        authorization_number="AUTH0001",
        help_desk_qualifier="03",
        help_desk_phone="8005550199",
    )


def test_every_reject_is_read_not_the_last_one_alone() -> None:
    answer = response("b1_rejected").answers[0]

    assert answer.verdict.status is ResponseStatus.REJECTED
    assert answer.verdict.rejects == rejects("75", "79", "88")
    assert answer.paid is None


def test_a_reject_keeps_which_repeat_of_the_field_is_meant() -> None:
    raw = wire(ANSWER + "|^~AM21~ANR~FA2~FBDK~4F2~FB75")

    assert verdict(telecom.decode(raw).transactions[0]).rejects == (Reject(code="DK", occurrence=2), Reject(code="75"))


def test_every_dur_finding_is_read_with_its_own_particulars() -> None:
    first, second = response("b1_rejected").answers[0].dur_findings

    assert first == DurFinding(
        reason="DD",
        significance="1",
        other_pharmacy="1",
        previous_fill_on=date(2026, 2, 15),
        previous_quantity=Decimal("30.000"),
        database="1",
        other_prescriber="1",
        text="WARFARIN",
    )
    assert (second.reason, second.significance, second.text) == ("ER", None, None)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("b1_paid",            ResponseStatus.PAID),
        ("b1_duplicate",       ResponseStatus.DUPLICATE_OF_PAID),
        ("b1_rejected",        ResponseStatus.REJECTED),
        ("b1_header_rejected", ResponseStatus.REJECTED),
        ("b2_approved",        ResponseStatus.APPROVED),
        ("e1_accepted",        ResponseStatus.APPROVED),
    ],
)  # fmt: skip
def test_a_sample_has_its_status(name: str, status: ResponseStatus) -> None:
    assert response(name).answers[0].verdict.status is status


@pytest.mark.parametrize("status", list(ResponseStatus))
def test_every_status_is_built_and_read(status: ResponseStatus) -> None:
    built = build_response(
        Response(
            code="B1",
            status=HeaderStatus.ACCEPTED,
            provider_id_qualifier="01",
            provider_id="1234567893",
            service_on=date(2026, 3, 2),
            answers=(Answer(verdict=Verdict(status=status)),),
        )
    )

    assert read_response(telecom.decode(telecom.encode(built))).answers[0].verdict.status is status


def test_a_status_the_standard_does_not_have_is_refused() -> None:
    with pytest.raises(TelecomError) as refused:
        read_response(telecom.decode(wire(ANSWER + "|^~AM21~ANX")))

    assert refused.value.where == "AM21 112-AN in transaction 1"


def test_a_payer_answers_a_request_by_echoing_its_header() -> None:
    request = read_request(telecom.decode(sample("b1")))
    answer = Answer(
        verdict=Verdict(
            status=ResponseStatus.PAID,
            authorization_number="AUTH0001",
            help_desk_qualifier="03",
            help_desk_phone="8005550199",
        ),
        claim=ClaimEcho(reference_kind="1", prescription_number=7001234),
        paid=PAID,
    )

    built = replace(answer_to(request, (answer,), status=HeaderStatus.ACCEPTED), message=Message(text="Test ok"))

    assert telecom.encode(build_response(built)) == sample("b1_paid")


def test_lines_that_go_on_are_joined() -> None:
    texts = message_texts(response("b1_rejected").answers[0].verdict)

    assert texts == ("PRIOR AUTH REQUIRED CALL HELP DESK OR HAVE PRESCRIBER SUBMIT",)


def test_a_line_that_lost_its_last_blank_gets_it_back() -> None:
    lines = (
        MessageLine(qualifier="01", text="CALL THE", continuity="+"),
        MessageLine(qualifier="02", text="HELP DESK"),
        MessageLine(qualifier="03", text="OPEN AT 8"),
    )

    assert message_texts(Verdict(status=ResponseStatus.REJECTED, messages=lines)) == ("CALL THE HELP DESK", "OPEN AT 8")


def test_the_next_fill_date_is_read_and_shows_as_unreviewed() -> None:
    lines = (MessageLine(qualifier="01", text="TOO SOON"), MessageLine(qualifier="10", text="20260325"))
    too_soon = Verdict(status=ResponseStatus.REJECTED, rejects=rejects("79"), messages=lines)

    found = next_fill(too_soon)

    assert found is not None
    assert (found.on, found.is_reviewed) == (date(2026, 3, 25), False)
    assert message_texts(too_soon) == ("TOO SOON",)


def test_a_next_fill_line_that_is_no_date_stays_a_message() -> None:
    lines = (MessageLine(qualifier="10", text="CALL PLAN"),)
    said = Verdict(status=ResponseStatus.REJECTED, messages=lines)

    assert next_fill(said) is None
    assert message_texts(said) == ("CALL PLAN",)


def test_the_figures_of_a_paid_claim_add_up() -> None:
    assert sum_paid(PAID) == PAID.total_paid
    assert sum_of_patient_parts(PAID) == PAID.patient_pay


def test_plan_assistance_comes_as_a_negative_part() -> None:
    raw = wire(ANSWER + "|^~AM21~ANP^~AM23~F530{~F950{~FI50{~UD20}")

    paid = paid_amounts(telecom.decode(raw).transactions[0])

    assert paid is not None
    assert paid.plan_assistance == Decimal("-2.00")
    assert sum_of_patient_parts(paid) == paid.patient_pay


def test_a_paid_answer_without_the_patients_share_names_the_field() -> None:
    with pytest.raises(TelecomError) as refused:
        read_response(telecom.decode(wire(ANSWER + "|^~AM21~ANP^~AM23~F6124{~F984{")))

    assert refused.value.where == "AM23 505-F5 in transaction 1"


def test_two_different_totals_are_not_chosen_between() -> None:
    with pytest.raises(TelecomError) as refused:
        read_response(telecom.decode(wire(ANSWER + "|^~AM21~ANP^~AM23~F550{~F984{~F994{")))

    assert refused.value.where == "AM23 509-F9 in transaction 1"


def test_the_decision_can_be_read_when_an_amount_cannot() -> None:
    transmission = telecom.split(wire(ANSWER + "|^~AM21~ANP^~AM23~F550Z"))

    assert verdict(transmission.transactions[0]).status is ResponseStatus.PAID


def test_a_claim_is_paired_with_its_answer() -> None:
    request, answered = read_request(telecom.decode(sample("b1"))), response("b1_paid")

    ((claim, answer),) = matched(request, answered)

    assert claim is request.claims[0]
    assert answer is answered.answers[0]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"D0B1",     b"D0B2",     "header 103-A3"),
        (b"12345678", b"22345678", "header 201-B1"),
        (b"20260302", b"20260303", "header 401-D1"),
        (b"D27001234", b"D27009999", "AM22 402-D2 in transaction 1"),
    ],
)  # fmt: skip
def test_an_answer_to_something_else_is_never_paired(old: bytes, new: bytes, where: str) -> None:
    request = read_request(telecom.decode(sample("b1")))
    stray = read_response(telecom.decode(sample("b1_paid").replace(old, new)))

    with pytest.raises(TelecomError) as refused:
        matched(request, stray)

    assert refused.value.where == where


def test_a_number_echoed_with_zeros_in_front_is_the_same_number() -> None:
    request = read_request(telecom.decode(sample("b1")))
    padded = read_response(telecom.decode(sample("b1_paid").replace(b"D27001234", b"D2000007001234")))

    assert len(matched(request, padded)) == 1


def test_the_answer_to_an_eligibility_request_names_plan_and_patient() -> None:
    read = response("e1_accepted")

    assert read.insurance is not None
    assert read.patient is not None
    assert (read.insurance.plan_id, read.insurance.cardholder_id) == ("PLANX", "TST000001")
    assert (read.patient.first_name, read.patient.born_on) == ("ALMA", date(1971, 2, 3))
