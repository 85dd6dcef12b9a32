"""The segments of a response as values without field ids; what is absent on the wire is None or empty."""

# ruff: noqa: RUF009 -- each call gives a dataclass field of its own.

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pestle.wire.telecom.request_segments import BenefitStage
from pestle.wire.telecom.typed import many, may, must, parts


class ResponseStatus(StrEnum):
    """What the payer decided on one transaction, field 112-AN."""

    PAID = "P"
    DUPLICATE_OF_PAID = "D"
    CAPTURED = "C"
    DUPLICATE_OF_CAPTURED = "Q"
    APPROVED = "A"
    DUPLICATE_OF_APPROVED = "S"
    REJECTED = "R"
    DEFERRED = "F"
    BENEFIT = "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the payer says to the whole transmission (AM20)."""

    text: str | None = may("F4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One reason for a no; `occurrence` points at which repeat of the field is meant."""

    code: str | None = may("FB")
    occurrence: int | None = may("4F", is_number=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """One line of additional message; `continuity` is + when the next line goes on in the same sentence."""

    qualifier: str | None = may("UH")
    text: str | None = may("FQ")
    continuity: str | None = may("UG")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The payer's decision on one transaction (AM21)."""

    status: ResponseStatus = must("AN", choice=ResponseStatus)
    authorization_number: str | None = may("F3")
    rejects: tuple[Reject, ...] = parts("FA", Reject)
    approved_message_codes: tuple[str, ...] = many("6F")
    messages: tuple[MessageLine, ...] = parts("UF", MessageLine)
    help_desk_qualifier: str | None = may("7F")
    help_desk_phone: str | None = may("8F")
    transaction_reference: str | None = may("K5")
    control_number: str | None = may("A7")
    url: str | None = may("MA")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferredProduct:
    """A product the plan would rather pay for (one repeat of 551-9F)."""

    id_kind: str | None = may("AP")
    id: str | None = may("AR")
    incentive: Decimal | None = may("AS")
    cost_share_incentive: Decimal | None = may("AT")
    description: str | None = may("AU", is_clipped=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEcho:
    """Which prescription the answer is about (AM22)."""

    reference_kind: str | None = may("EM")
    prescription_number: int = must("D2", is_number=True)
    preferred_products: tuple[PreferredProduct, ...] = parts("9F", PreferredProduct)
    subrogation_number: str | None = may("N4")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAmountPaid:
    """One further amount paid, by kind (564-J3, 565-J4)."""

    qualifier: str | None = may("J3")
    amount: Decimal | None = may("J4")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidAmounts:
    """What the patient pays, what the payer pays, and the parts of both (AM23), in dollars."""

    patient_pay: Decimal = must("F5")
    ingredient_cost: Decimal | None = may("F6")
    dispensing_fee: Decimal | None = may("F7")
    tax_exempt: str | None = may("AV")
    flat_tax: Decimal | None = may("AW")
    percentage_tax: Decimal | None = may("AX")
    percentage_tax_rate: Decimal | None = may("AY")
    percentage_tax_basis: str | None = may("AZ")
    incentive: Decimal | None = may("FL")
    professional_fee: Decimal | None = may("J1")
    other_amounts: tuple[OtherAmountPaid, ...] = parts("J2", OtherAmountPaid)
    other_payer_amount: Decimal | None = may("J5")
    total_paid: Decimal = must("F9")
    basis_of_reimbursement: str | None = may("FM")
    sales_tax: Decimal | None = may("FN")
    accumulated_deductible: Decimal | None = may("FC")
    remaining_deductible: Decimal | None = may("FD")
    remaining_benefit: Decimal | None = may("FE")
    deductible: Decimal | None = may("FH")
    copay: Decimal | None = may("FI")
    over_benefit_maximum: Decimal | None = may("FK")
    dispensing_fee_basis: str | None = may("HH")
    copay_basis: str | None = may("HJ")
    flat_tax_basis: str | None = may("HK")
    tax_basis: str | None = may("HM")
    processor_fee: Decimal | None = may("NZ")
    patient_tax: Decimal | None = may("EQ")
    plan_tax: Decimal | None = may("2Y")
    coinsurance: Decimal | None = may("4U")
    coinsurance_basis: str | None = may("4V")
    benefit_stages: tuple[BenefitStage, ...] = parts("MU", BenefitStage)
    generic_savings: Decimal | None = may("G3")
    spending_account_remaining: Decimal | None = may("UC")
    plan_assistance: Decimal | None = may("UD")
    network_selection: Decimal | None = may("UJ")
    brand_selection: Decimal | None = may("UK")
    non_preferred_selection: Decimal | None = may("UM")
    brand_non_preferred_selection: Decimal | None = may("UN")
    coverage_gap: Decimal | None = may("UP")
    contracted_ingredient_cost: Decimal | None = may("U8")
    contracted_dispensing_fee: Decimal | None = may("U9")


@dataclass(frozen=True, slots=True, kw_only=True)
class DurFinding:
    """One conflict the payer found (one repeat of AM24)."""

    reason: str | None = may("E4")
    significance: str | None = may("FS")
    other_pharmacy: str | None = may("FT")
    previous_fill_on: date | None = may("FU")
    previous_quantity: Decimal | None = may("FV")
    database: str | None = may("FW")
    other_prescriber: str | None = may("FX")
    text: str | None = may("FY")
    additional_text: str | None = may("NS")


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceAnswer:
    """Which plan answered (AM25)."""

    group_id: str | None = may("C1")
    plan_id: str | None = may("FO")
    network_id: str | None = may("2F")
    payer_id_qualifier: str | None = may("J7")
    payer_id: str | None = may("J8")
    medicaid_id: str | None = may("N5")
    medicaid_agency: str | None = may("N6")
    cardholder_id: str | None = may("C2")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorAuthorization:
    """What the payer authorized (AM26)."""

    processed_on: date | None = may("PR")
    effective_on: date | None = may("PS")
    expires_on: date | None = may("PT")
    quantity: Decimal | None = may("RA")
    dollars: Decimal | None = may("RB")
    refills: int | None = may("PW", is_number=True)
    quantity_accumulated: Decimal | None = may("PX")
    number: str | None = may("PY")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartD:
    """Medicare Part D coverage, from an eligibility answer (AM27)."""

    coverage_code: str | None = may("UR")
    low_income_level: str | None = may("UQ")
    contract_number: str | None = may("U1")
    formulary_id: str | None = may("FF")
    benefit_id: str | None = may("U6")
    next_effective_on: date | None = may("US")
    next_termination_on: date | None = may("UT")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCoverage:
    """Another payer that this one knows of (one repeat of AM28)."""

    coverage_type: str = must("5C")
    id_qualifier: str | None = may("6C")
    id: str | None = may("7C")
    processor_control_number: str | None = may("MH")
    cardholder_id: str | None = may("NU")
    group_id: str | None = may("MJ")
    person_code: str | None = may("UV")
    help_desk_phone: str | None = may("UB")
    relationship: str | None = may("UW")
    effective_on: date | None = may("UX")
    terminates_on: date | None = may("UY")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAnswer:
    """Whom the payer has on file (AM29)."""

    first_name: str | None = may("CA", is_clipped=True)
    last_name: str | None = may("CB", is_clipped=True)
    born_on: date | None = may("C4")
