"""What a SCRIPT message says about the patient's health and coverage beside the medicine itself."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from pestle.wire.script.leaves import StatedDay
from pestle.wire.script.parts import Rest, block, blocks, code, day, number, rest, text
from pestle.wire.script.people import Address, Name, Reachable
from pestle.wire.script.sig import Coded
from pestle.wire.script.tree import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedDrug:
    """The substance of an allergy, with its code."""

    code: str = text("Code")
    qualifier: str = text("Qualifier")
    words: str = text("Text")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """One allergy or adverse event."""

    source: str = text("SourceOfInformation")
    effective: StatedDay | None = day("EffectiveDate")
    expires: StatedDay | None = day("ExpirationDate")
    adverse_event: Coded | None = block("AdverseEvent", Coded)
    drug: CodedDrug | None = block("DrugProductCoded", CodedDrug)
    reaction: Coded | None = block("ReactionCoded", Coded)
    severity: Coded | None = block("SeverityCoded", Coded)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergies:
    """The allergies, or the statement that none are known; a message without this block states neither."""

    one_of: ClassVar[tuple[str, ...]] = ("none_known", "known")

    none_known: str = text("NoKnownAllergies")
    known: tuple[Allergy, ...] = blocks("Allergies", Allergy)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured value, such as weight, with LOINC and UCUM codes."""

    vital_sign: str = text("VitalSign")
    loinc_version: str = text("LOINCVersion")
    value: str = text("Value")
    unit: str = text("UnitOfMeasure")
    ucum_version: str = text("UCUMVersion")
    on: StatedDay | None = day("ObservationDate")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Measurements and the notes about them."""

    measurements: tuple[Measurement, ...] = blocks("Measurement", Measurement, most=10)
    notes: str = text("ObservationNotes")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """The numbers of a payer."""

    payer_id: str = text("PayerID")
    pcn: str = text("ProcessorIdentificationNumber")
    naic: str = text("NAICCode")
    mutually_defined: str = text("MutuallyDefined")
    plan_id: str = text("StandardUniqueHealthPlanIdentifier")
    bin: str = text("IINNumber")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One coverage, as the prescriber's system knows it (BenefitsCoordination)."""

    payer: Payer | None = block("PayerIdentification", Payer)
    payer_name: str = text("PayerName")
    cardholder_id: str = text("CardholderID")
    cardholder_name: Name | None = block("CardHolderName", Name)
    group_id: str = text("GroupID")
    responsibility: str = text("PayerResponsibilityCode")
    relationship: str = text("PatientRelationship")
    person_code: str = text("PersonCode")
    group_name: str = text("GroupName")
    address: Address | None = block("Address", Address)
    reach: Reachable | None = block("CommunicationNumbers", Reachable)
    pbm_member_id: str = text("PBMMemberID")
    responsible_party: Element | None = block("ResponsibleParty", Element)
    payer_type: str = text("PayerType")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisCode:
    """A diagnosis; qualifier ABF is ICD-10-CM, written without its dot."""

    code: str = text("Code")
    qualifier: str = text("Qualifier")
    words: str = text("Description")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why the medicine is prescribed; qualifier 1 is the prescriber's word, 2 the pharmacy's inference."""

    qualifier: str = text("ClinicalInformationQualifier")
    primary: DiagnosisCode | None = block("Primary", DiagnosisCode)
    secondary: DiagnosisCode | None = block("Secondary", DiagnosisCode)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReview:
    """A drug use finding of the prescriber's system, in the code lists of D.0 fields E4, E5 and E6."""

    reason: str = text("ServiceReasonCode")
    service: str = text("ProfessionalServiceCode")
    result: str = text("ServiceResultCode")
    co_agent: Element | None = block("CoAgent", Element)
    significance: str = text("ClinicalSignificanceCode")
    acknowledgement: str = text("AcknowledgementReason")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How much of what: a number, what kind of number it is, and its NCIt unit code."""

    value: Decimal | None = number("Value", needed=True, longest=11)
    qualifier: str = text("CodeListQualifier")
    unit: str = code("QuantityUnitOfMeasure")
    rest: Rest = rest()
