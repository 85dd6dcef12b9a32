"""A request as the claims station thinks of it, without field ids; and the transmission it makes."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pestle.wire.telecom.errors import TelecomError
from pestle.wire.telecom.layout import Place, leftover, read_places, write_places
from pestle.wire.telecom.request_segments import (
    Claim,
    Clinical,
    Compound,
    Coupon,
    DurAnswer,
    Insurance,
    OtherPayer,
    Patient,
    Prescriber,
    Pricing,
    Provider,
)
from pestle.wire.telecom.transmission import (
    MOST_TRANSACTIONS,
    VERSION,
    RequestHeader,
    Segment,
    Transaction,
    Transmission,
)


class TransactionCode(StrEnum):
    """What a request asks for, field 103-A3."""

    ELIGIBILITY = "E1"
    BILLING = "B1"
    REVERSAL = "B2"
    REBILL = "B3"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """One transaction of a request; `more` are segments without a typed form (AM06, AM12, AM14 to AM16), sent last."""

    claim: Claim
    pricing: Pricing | None = None
    provider: Provider | None = None
    prescriber: Prescriber | None = None
    other_payers: tuple[OtherPayer, ...] = ()
    dur_answers: tuple[DurAnswer, ...] = ()
    coupon: Coupon | None = None
    compound: Compound | None = None
    clinical: Clinical | None = None
    more: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A whole request: one to four claims of one patient under one card, or none when it asks for eligibility."""

    code: TransactionCode
    bin_number: str
    processor_control_number: str
    provider_id_qualifier: str
    provider_id: str
    service_on: date
    vendor_id: str
    insurance: Insurance | None = None
    patient: Patient | None = None
    claims: tuple[ClaimRequest, ...] = ()


def build_request(request: Request) -> Transmission:
    """Make the transmission; raises TelecomError naming the field that is missing, too long or of the wrong kind."""
    _check_number_of_claims(request)
    return Transmission(
        header=RequestHeader(
            bin_number=request.bin_number,
            version=VERSION,
            transaction_code=request.code,
            processor_control_number=request.processor_control_number,
            transaction_count=str(max(1, len(request.claims))),
            provider_id_qualifier=request.provider_id_qualifier,
            provider_id=request.provider_id,
            service_date=f"{request.service_on:%Y%m%d}",
            vendor_id=request.vendor_id,
        ),
        segments=write_places(WHOLE, request, inside=""),
        transactions=tuple(_write_claim(one, place) for place, one in enumerate(request.claims, start=1)),
    )


def read_request(transmission: Transmission) -> Request:
    """Read a B1, B2, B3 or E1 request; raises TelecomError naming the field that cannot be read."""
    header = transmission.header
    if not isinstance(header, RequestHeader):
        raise TelecomError("header 101-A1", "is missing: this is a response")
    return Request(
        code=_code(header.transaction_code),
        bin_number=header.bin_number,
        processor_control_number=header.processor_control_number,
        provider_id_qualifier=header.provider_id_qualifier,
        provider_id=header.provider_id,
        service_on=read_service_date(header.service_date),
        vendor_id=header.vendor_id,
        **read_places(WHOLE, transmission.segments, inside=""),
        claims=tuple(_read_claim(one, place) for place, one in enumerate(transmission.transactions, start=1)),
    )


def read_service_date(text: str) -> date:
    """Read the header's date of service; raises TelecomError when it is no day of the calendar."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise TelecomError("header 401-D1", "is no day of the calendar") from None


WHOLE: Final = (Place("AM04", "insurance", Insurance), Place("AM01", "patient", Patient))
CLAIM: Final = (
    Place("AM07", "claim", Claim),
    Place("AM11", "pricing", Pricing),
    Place("AM02", "provider", Provider),
    Place("AM03", "prescriber", Prescriber),
    Place("AM05", "other_payers", OtherPayer, under="4C"),
    Place("AM08", "dur_answers", DurAnswer, under="7E"),
    Place("AM09", "coupon", Coupon),
    Place("AM10", "compound", Compound),
    Place("AM13", "clinical", Clinical),
)


def _write_claim(claim: ClaimRequest, place: int) -> Transaction:
    return Transaction(write_places(CLAIM, claim, inside=f" in transaction {place}") + claim.more)


def _read_claim(transaction: Transaction, place: int) -> ClaimRequest:
    if transaction.segment("AM07") is None:
        raise TelecomError(f"AM07 in transaction {place}", "is missing")
    more = leftover(CLAIM, transaction.segments)
    return ClaimRequest(**read_places(CLAIM, transaction.segments, inside=f" in transaction {place}"), more=more)


def _check_number_of_claims(request: Request) -> None:
    if request.code is TransactionCode.ELIGIBILITY:
        if request.claims:
            raise TelecomError("header 109-A9", "an eligibility request carries no claim")
    elif not 1 <= len(request.claims) <= MOST_TRANSACTIONS:
        raise TelecomError("header 109-A9", f"takes 1 to {MOST_TRANSACTIONS} claims")


def _code(text: str) -> TransactionCode:
    try:
        return TransactionCode(text)
    except ValueError:
        raise TelecomError("header 103-A3", f"is none of {', '.join(TransactionCode)}") from None
