"""A response as the claims station reads it and a payer writes it, without field ids."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.layout import Place, leftover, read_places, write_places
from pestle.wire.telecom.request import ClaimRequest, Request, read_service_date
from pestle.wire.telecom.response_segments import (
    ClaimEcho,
    DurFinding,
    InsuranceAnswer,
    Message,
    OtherCoverage,
    PaidAmounts,
    PartD,
    PatientAnswer,
    PriorAuthorization,
    Reject,
    Verdict,
)
from pestle.wire.telecom.transmission import VERSION, ResponseHeader, Segment, Transaction, Transmission
from pestle.wire.telecom.typed import read_segment


class HeaderStatus(StrEnum):
    """Whether the payer took up the transmission at all, field 501-F1."""

    ACCEPTED = "A"
    REJECTED = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one transaction; `more` are segments the standard does not give an answer, sent last."""

    verdict: Verdict
    claim: ClaimEcho | None = None
    paid: PaidAmounts | None = None
    dur_findings: tuple[DurFinding, ...] = ()
    prior_authorization: PriorAuthorization | None = None
    other_coverages: tuple[OtherCoverage, ...] = ()
    more: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole response; answers stand in the order of the claims they answer."""

    code: str
    status: HeaderStatus
    provider_id_qualifier: str
    provider_id: str
    service_on: date
    message: Message | None = None
    insurance: InsuranceAnswer | None = None
    part_d: PartD | None = None
    patient: PatientAnswer | None = None
    answers: tuple[Answer, ...] = ()


def build_response(response: Response) -> Transmission:
    """Make the transmission; raises TelecomError naming the field that is missing, too long or of the wrong kind."""
    return Transmission(
        header=ResponseHeader(
            version=VERSION,
            transaction_code=response.code,
            transaction_count=str(max(1, len(response.answers))),
            header_status=response.status,
            provider_id_qualifier=response.provider_id_qualifier,
            provider_id=response.provider_id,
            service_date=f"{response.service_on:%Y%m%d}",
        ),
        segments=write_places(WHOLE, response, inside=""),
        transactions=tuple(_write_answer(one, place) for place, one in enumerate(response.answers, start=1)),
    )


def read_response(transmission: Transmission) -> Response:
    """Read a response; raises TelecomError naming the field that cannot be read."""
    header = transmission.header
    if not isinstance(header, ResponseHeader):
        raise TelecomError("header 501-F1", "is missing: this is a request")
    return Response(
        code=header.transaction_code,
        status=_header_status(header.header_status),
        provider_id_qualifier=header.provider_id_qualifier,
        provider_id=header.provider_id,
        service_on=read_service_date(header.service_date),
        **read_places(WHOLE, transmission.segments, inside=""),
        answers=tuple(_read_answer(one, place) for place, one in enumerate(transmission.transactions, start=1)),
    )


def verdict(transaction: Transaction) -> Verdict:
    """Read the decision alone, so that one unreadable amount does not hide that a claim was paid."""
    segment = transaction.segment("AM21")
    if segment is None:
        raise TelecomError("AM21", "is missing")
    return read_segment(Verdict, segment)


def paid_amounts(transaction: Transaction) -> PaidAmounts | None:
    """Read the amounts alone, or nothing when the answer carries none."""
    segment = transaction.segment("AM23")
    return read_segment(PaidAmounts, segment) if segment else None


def answer_to(request: Request, answers: tuple[Answer, ...], *, status: HeaderStatus) -> Response:
    """Give the response whose header echoes a request, for a payer to fill in further."""
    return Response(
        code=request.code,
        status=status,
        provider_id_qualifier=request.provider_id_qualifier,
        provider_id=request.provider_id,
        service_on=request.service_on,
        answers=answers,
    )


def matched(request: Request, response: Response) -> tuple[tuple[ClaimRequest, Answer], ...]:
    """Pair each claim with its answer by position; raises TelecomError when an echo is of another request."""
    for number, asked, echoed in (
        ("103-A3", request.code, response.code),
        ("201-B1", request.provider_id, response.provider_id),
        ("401-D1", request.service_on, response.service_on),
        ("109-A9", max(1, len(request.claims)), max(1, len(response.answers))),
    ):
        if asked != echoed:
            raise TelecomError(f"header {number}", "does not echo the request")
    pairs = tuple(zip(request.claims, response.answers, strict=False))
    for place, (claim, answer) in enumerate(pairs, start=1):
        if answer.claim is not None and answer.claim.prescription_number != claim.claim.prescription_number:
            raise TelecomError(f"AM22 402-D2 in transaction {place}", "does not echo the request")
    return pairs


def rejects(*codes: str) -> tuple[Reject, ...]:
    """Give rejects with these codes and no occurrence."""
    return tuple(Reject(code=code) for code in codes)


WHOLE: Final = (
    Place("AM20", "message", Message),
    Place("AM25", "insurance", InsuranceAnswer),
    Place("AM27", "part_d", PartD),
    Place("AM29", "patient", PatientAnswer),
)
ANSWER: Final = (
    Place("AM21", "verdict", Verdict),
    Place("AM22", "claim", ClaimEcho),
    Place("AM23", "paid", PaidAmounts),
    Place("AM24", "dur_findings", DurFinding, under="J6"),
    Place("AM26", "prior_authorization", PriorAuthorization),
    Place("AM28", "other_coverages", OtherCoverage, under="NT"),
)


def _write_answer(answer: Answer, place: int) -> Transaction:
    return Transaction(write_places(ANSWER, answer, inside=f" in transaction {place}") + answer.more)


def _read_answer(transaction: Transaction, place: int) -> Answer:
    if transaction.segment("AM21") is None:
        raise TelecomError(f"AM21 in transaction {place}", "is missing")
    more = leftover(ANSWER, transaction.segments)
    return Answer(**read_places(ANSWER, transaction.segments, inside=f" in transaction {place}"), more=more)


def _header_status(text: str) -> HeaderStatus:
    try:
        return HeaderStatus(text)
    except ValueError:
        raise TelecomError("header 501-F1", f"is none of {', '.join(HeaderStatus)}") from None
