"""The segments of a request as values without field ids; what is absent on the wire is None or empty."""

# ruff: noqa: RUF009 -- each call gives a dataclass field of its own.

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from pestle.wire.telecom.typed import many, may, must, parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurance:
    """Whose card is billed (AM04)."""

    cardholder_id: str = must("C2")
    cardholder_first_name: str | None = may("CC", is_clipped=True)
    cardholder_last_name: str | None = may("CD", is_clipped=True)
    home_plan: str | None = may("CE")
    plan_id: str | None = may("FO")
    eligibility_clarification: str | None = may("C9")
    group_id: str | None = may("C1")
    person_code: str | None = may("C3")
    relationship: str | None = may("C6")
    other_payer_bin: str | None = may("MG")
    other_payer_processor_control_number: str | None = may("MH")
    other_payer_cardholder_id: str | None = may("NU")
    other_payer_group_id: str | None = may("MJ")
    medigap_id: str | None = may("2A")
    medicaid_indicator: str | None = may("2B")
    accepts_assignment: str | None = may("2D")
    part_d_facility: str | None = may("G2")
    medicaid_id: str | None = may("N5")
    medicaid_agency: str | None = may("N6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who receives the drug (AM01)."""

    id_qualifier: str | None = may("CX")
    id: str | None = may("CY")
    born_on: date | None = may("C4")
    gender: str | None = may("C5")
    first_name: str | None = may("CA", is_clipped=True)
    last_name: str | None = may("CB", is_clipped=True)
    street: str | None = may("CM", is_clipped=True)
    city: str | None = may("CN", is_clipped=True)
    state: str | None = may("CO")
    zip_code: str | None = may("CP")
    phone: str | None = may("CQ")
    place_of_service: str | None = may("C7")
    employer_id: str | None = may("CZ")
    smoker: str | None = may("1C")
    pregnancy: str | None = may("2C")
    email: str | None = may("HN")
    residence: str | None = may("4X")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What was dispensed for which prescription (AM07); quantities in the unit named, three decimals at most."""

    reference_kind: str = must("EM")
    prescription_number: int = must("D2", is_number=True)
    product_id_kind: str = must("E1")
    product_id: str = must("D7")
    associated_number: int | None = may("EN", is_number=True)
    associated_on: date | None = may("EP")
    procedure_modifiers: tuple[str, ...] = many("ER")
    quantity_dispensed: Decimal | None = may("E7")
    fill_number: int | None = may("D3", is_number=True)
    days_supply: int | None = may("D5", is_number=True)
    compound_code: str | None = may("D6")
    dispense_as_written: str | None = may("D8")
    written_on: date | None = may("DE")
    refills_authorized: int | None = may("DF", is_number=True)
    origin: str | None = may("DJ")
    clarification_codes: tuple[str, ...] = many("DK")
    quantity_prescribed: Decimal | None = may("ET")
    other_coverage: str | None = may("C8")
    packaging: str | None = may("DT")
    originally_prescribed_id_kind: str | None = may("EJ")
    originally_prescribed_id: str | None = may("EA")
    originally_prescribed_quantity: Decimal | None = may("EB")
    alternate_id: str | None = may("CW")
    scheduled_prescription_id: str | None = may("EK")
    unit: str | None = may("28")
    level_of_service: str | None = may("DI")
    prior_authorization_type: str | None = may("EU")
    prior_authorization_number: str | None = may("EV")
    intermediary_authorization_type: str | None = may("EW")
    intermediary_authorization_id: str | None = may("EX")
    dispensing_status: str | None = may("HD")
    quantity_intended: Decimal | None = may("HF")
    days_supply_intended: int | None = may("HG", is_number=True)
    delay_reason: str | None = may("NV")
    transaction_reference: str | None = may("K5")
    patient_assignment: str | None = may("MT")
    route: str | None = may("E2")
    compound_type: str | None = may("G1")
    subrogation_number: str | None = may("N4")
    service_type: str | None = may("U7")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAmount:
    """One further charge, as delivery or administration (479-H8, 480-H9)."""

    qualifier: str | None = may("H8")
    amount: Decimal | None = may("H9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """What is asked for (AM11), in dollars; nothing is added up here."""

    ingredient_cost: Decimal | None = may("D9")
    dispensing_fee: Decimal | None = may("DC")
    professional_fee: Decimal | None = may("BE")
    patient_paid: Decimal | None = may("DX")
    incentive: Decimal | None = may("E3")
    other_amounts: tuple[OtherAmount, ...] = parts("H7", OtherAmount)
    flat_tax: Decimal | None = may("HA")
    percentage_tax: Decimal | None = may("GE")
    percentage_tax_rate: Decimal | None = may("HE")
    percentage_tax_basis: str | None = may("JE")
    usual_and_customary: Decimal | None = may("DQ")
    gross_amount_due: Decimal | None = may("DU")
    basis_of_cost: str | None = may("DN")
    medicaid_paid: Decimal | None = may("N3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescriber:
    """Who prescribed (AM03)."""

    id_qualifier: str | None = may("EZ")
    id: str | None = may("DB")
    last_name: str | None = may("DR", is_clipped=True)
    phone: str | None = may("PM")
    primary_care_id_qualifier: str | None = may("2E")
    primary_care_id: str | None = may("DL")
    primary_care_last_name: str | None = may("4E", is_clipped=True)
    first_name: str | None = may("2J", is_clipped=True)
    street: str | None = may("2K", is_clipped=True)
    city: str | None = may("2M", is_clipped=True)
    state: str | None = may("2N")
    zip_code: str | None = may("2P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Which pharmacist (AM02)."""

    id_qualifier: str | None = may("EY")
    id: str | None = may("E9")


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountPaid:
    """What another payer paid, by kind (342-HC, 431-DV)."""

    qualifier: str | None = may("HC")
    amount: Decimal | None = may("DV")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAmount:
    """What another payer left to the patient, by kind (351-NP, 352-NQ)."""

    qualifier: str | None = may("NP")
    amount: Decimal | None = may("NQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitStage:
    """How much fell in one stage of a Part D benefit (393-MV, 394-MW)."""

    qualifier: str | None = may("MV")
    amount: Decimal | None = may("MW")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPayer:
    """What a payer billed before this one answered (one repeat of AM05)."""

    coverage_type: str = must("5C")
    id_qualifier: str | None = may("6C")
    id: str | None = may("7C")
    answered_on: date | None = may("E8")
    control_number: str | None = may("A7")
    amounts_paid: tuple[AmountPaid, ...] = parts("HB", AmountPaid)
    reject_codes: tuple[str, ...] = many("6E")
    patient_amounts: tuple[PatientAmount, ...] = parts("NR", PatientAmount)
    benefit_stages: tuple[BenefitStage, ...] = parts("MU", BenefitStage)


@dataclass(frozen=True, slots=True, kw_only=True)
class DurAnswer:
    """The pharmacist's answer to one conflict: reason, service, result (one repeat of AM08)."""

    reason: str | None = may("E4")
    service: str | None = may("E5")
    result: str | None = may("E6")
    level_of_effort: str | None = may("8E")
    co_agent_id_qualifier: str | None = may("J9")
    co_agent_id: str | None = may("H6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """A manufacturer's coupon (AM09)."""

    kind: str = must("KE")
    number: str = must("ME")
    amount: Decimal | None = may("NE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One ingredient of a compound (one repeat of AM10)."""

    product_id_kind: str = must("RE")
    product_id: str = must("TE")
    quantity: Decimal = must("ED")
    cost: Decimal | None = may("EE")
    basis_of_cost: str | None = may("UE")
    modifiers: tuple[str, ...] = many("2H")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """What a compound is made of (AM10)."""

    dosage_form: str = must("EF")
    unit_form: str = must("EG")
    ingredients: tuple[Ingredient, ...] = parts("EC", Ingredient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One diagnosis code, without its dot (492-WE, 424-DO)."""

    qualifier: str | None = may("WE")
    code: str | None = may("DO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One clinical measurement (one repeat of 493-XE)."""

    measured_on: date | None = may("ZE")
    measured_at: time | None = may("H1")
    dimension: str | None = may("H2")
    unit: str | None = may("H3")
    value: str | None = may("H4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinical:
    """Diagnoses and measurements (AM13)."""

    diagnoses: tuple[Diagnosis, ...] = parts("VE", Diagnosis)
    measurements: tuple[Measurement, ...] = parts("XE", Measurement)
