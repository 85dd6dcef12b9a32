"""The transactions of SCRIPT that Pestle sends and takes, in the order of their elements in 2017071."""

# ruff: noqa: RUF009 - the calls below are field declarations, like dataclasses.field.

from dataclasses import dataclass
from typing import ClassVar

from pestle.wire.script.clinical import Allergies, Coverage, Observation
from pestle.wire.script.medication import Medication
from pestle.wire.script.parts import Rest, block, blocks, flag, rest, text, texts
from pestle.wire.script.people import Facility, Patient, Pharmacy, Prescriber
from pestle.wire.script.tree import Element

WHOLE_PRESCRIPTION = ("quantity", "written", "substitutions", "refills", "sig")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRx:
    """A new prescription, from prescriber to pharmacy."""

    request_code: str = text("MessageRequestCode")
    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    allergies: Allergies | None = block("AllergyOrAdverseEvent", Allergies)
    coverages: tuple[Coverage, ...] = blocks("BenefitsCoordination", Coverage, most=4)
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    observation: Observation | None = block("Observation", Observation)
    prescribed: Medication | None = block("MedicationPrescribed", Medication, needed=True, asks=WHOLE_PRESCRIPTION)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    prohibits_renewal_request: bool | None = flag("ProhibitRenewalRequest")
    follow_up_prescriber: Prescriber | None = block("FollowUpPrescriber", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answer, with reasons; which reason codes are allowed depends on the transaction."""

    reason_codes: tuple[str, ...] = texts("ReasonCode", most=10)
    reference_number: str = text("ReferenceNumber", longest=35)
    note: str = text("Note")
    denial_reason: str = text("DenialReason")
    identification: Element | None = block("Identification", Element)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """The prescriber's or pharmacy's answer: exactly one outcome."""

    one_of: ClassVar[tuple[str, ...]] = (
        "approved",
        "denied",
        "approved_with_changes",
        "replaced",
        "denied_new_prescription_to_follow",
        "validated",
    )

    approved: Outcome | None = block("Approved", Outcome)
    denied: Outcome | None = block("Denied", Outcome)
    approved_with_changes: Outcome | None = block("ApprovedWithChanges", Outcome)
    replaced: Outcome | None = block("Replace", Outcome)
    denied_new_prescription_to_follow: Outcome | None = block("DeniedNewPrescriptionToFollow", Outcome)
    validated: Outcome | None = block("Validated", Outcome)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RxRenewalRequest:
    """A pharmacy asks for more refills."""

    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    follow_up_request: str = text("FollowUpRequest", longest=1)
    coverages: tuple[Coverage, ...] = blocks("BenefitsCoordination", Coverage, most=4)
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy, needed=True)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    observation: Observation | None = block("Observation", Observation)
    dispensed: Medication | None = block("MedicationDispensed", Medication, needed=True, asks=("last_filled",))
    prescribed: Medication | None = block("MedicationPrescribed", Medication)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    follow_up_prescriber: Prescriber | None = block("FollowUpPrescriber", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RxRenewalResponse:
    """The prescriber's answer to a renewal request."""

    request_code: str = text("MessageRequestCode")
    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    response: Response | None = block("Response", Response, needed=True)
    allergies: Allergies | None = block("AllergyOrAdverseEvent", Allergies)
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy, needed=True)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    observation: Observation | None = block("Observation", Observation)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    answered: Medication | None = block("MedicationResponse", Medication, needed=True)
    follow_up_prescriber: Prescriber | None = block("FollowUpPrescriber", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RxChangeRequest:
    """A pharmacy asks for another medicine, a prior authorization, a clarification or proof of authority."""

    request_code: str = text("MessageRequestCode", needed=True)
    request_sub_codes: tuple[str, ...] = texts("MessageRequestSubCode", most=10)
    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    follow_up_request: str = text("FollowUpRequest", longest=1)
    allergies: Allergies | None = block("AllergyOrAdverseEvent", Allergies)
    coverages: tuple[Coverage, ...] = blocks("BenefitsCoordination", Coverage, most=4)
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy, needed=True)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    observation: Observation | None = block("Observation", Observation)
    prescribed: Medication | None = block("MedicationPrescribed", Medication, needed=True)
    requested: tuple[Medication, ...] = blocks("MedicationRequested", Medication, most=9)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    reason: str = text("ChangeReasonText", longest=260)
    follow_up_prescriber: Prescriber | None = block("FollowUpPrescriber", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RxChangeResponse:
    """The prescriber's answer to a change request."""

    request_code: str = text("MessageRequestCode")
    request_sub_codes: tuple[str, ...] = texts("MessageRequestSubCode", most=10)
    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    response: Response | None = block("Response", Response, needed=True)
    allergies: Allergies | None = block("AllergyOrAdverseEvent", Allergies)
    coverages: tuple[Coverage, ...] = blocks("BenefitsCoordination", Coverage, most=4)
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy, needed=True)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    observation: Observation | None = block("Observation", Observation)
    prescribed: Medication | None = block("MedicationPrescribed", Medication)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    follow_up_prescriber: Prescriber | None = block("FollowUpPrescriber", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRx:
    """The prescriber stops a prescription; flag C cancels it, D discontinues it."""

    request_code: str = text("MessageRequestCode")
    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    change_of_status: str = text("ChangeOfPrescriptionStatusFlag")
    facility: Facility | None = block("Facility", Facility)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    prescribed: Medication | None = block("MedicationPrescribed", Medication, needed=True)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRxResponse:
    """The pharmacy's answer to a cancellation."""

    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    urgency: str = text("UrgencyIndicatorCode")
    response: Response | None = block("Response", Response, needed=True)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FillNote:
    """What is said about a fill."""

    reference_number: str = text("ReferenceNumber", longest=35)
    note: str = text("Note", longest=70)
    reason_codes: tuple[str, ...] = texts("ReasonCode")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FillStatus:
    """What became of the prescription: exactly one of four."""

    one_of: ClassVar[tuple[str, ...]] = ("dispensed", "partially_dispensed", "not_dispensed", "transferred")

    dispensed: FillNote | None = block("Dispensed", FillNote)
    partially_dispensed: FillNote | None = block("PartiallyDispensed", FillNote)
    not_dispensed: FillNote | None = block("NotDispensed", FillNote)
    transferred: FillNote | None = block("Transferred", FillNote)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RxFill:
    """The pharmacy tells the prescriber what became of a prescription."""

    return_receipt: str = text("ReturnReceipt")
    request_reference: str = text("RequestReferenceNumber")
    facility: Facility | None = block("Facility", Facility)
    fill_status: FillStatus | None = block("FillStatus", FillStatus, needed=True)
    patient: Patient | None = block("Patient", Patient, needed=True)
    pharmacy: Pharmacy | None = block("Pharmacy", Pharmacy, needed=True)
    prescriber: Prescriber | None = block("Prescriber", Prescriber, needed=True)
    dispensed: Medication | None = block("MedicationDispensed", Medication)
    prescribed: Medication | None = block("MedicationPrescribed", Medication)
    supervisor: Prescriber | None = block("Supervisor", Prescriber)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The message was taken: 000 by an intermediary, 010 by the one it was meant for."""

    code: str = text("Code", needed=True)
    description_codes: tuple[str, ...] = texts("DescriptionCode", most=10)
    description: str = text("Description", longest=70)
    delivery_method: str = text("PrescriptionDeliveryMethod")
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """The message was not taken: 60x try again or elsewhere, 900 rejected."""

    code: str = text("Code", needed=True)
    description_codes: tuple[str, ...] = texts("DescriptionCode", most=10)
    description: str = text("Description", longest=70)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyStatus:
    """The word of the final receiver."""

    code: str = text("Code", needed=True)
    description_codes: tuple[str, ...] = texts("DescriptionCode", most=10)
    description: str = text("Description", longest=70)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """The final receiver confirms a message that an intermediary had taken."""

    status: VerifyStatus | None = block("VerifyStatus", VerifyStatus, needed=True)
    rest: Rest = rest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTransaction:
    """A transaction Pestle does not speak, kept as it came; its sender is answered with 900 and 4040."""

    element: Element


Spoken = (
    NewRx
    | RxRenewalRequest
    | RxRenewalResponse
    | RxChangeRequest
    | RxChangeResponse
    | CancelRx
    | CancelRxResponse
    | RxFill
    | Status
    | Error
    | Verify
)
Transaction = Spoken | OtherTransaction

SPOKEN: dict[str, type[Spoken]] = {
    kind.__name__: kind
    for kind in (
        NewRx,
        RxRenewalRequest,
        RxRenewalResponse,
        RxChangeRequest,
        RxChangeResponse,
        CancelRx,
        CancelRxResponse,
        RxFill,
        Status,
        Error,
        Verify,
    )
}

# 42 CFR 423.160 names the transactions; 2023011 renames two of the transfer and adds one.
ONLY_2017071 = frozenset({"RxTransferRequest", "RxTransferResponse"})
ONLY_2023011 = frozenset({"RxTransferInitiationRequest", "RxTransfer", "PANotification"})
