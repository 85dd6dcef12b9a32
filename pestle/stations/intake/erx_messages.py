"""SCRIPT messages that this pharmacy sends: their numbers, their envelope, and the blocks made from its records."""

from datetime import date, datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

from pestle.links import erx_blocks
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind, Pharmacy
from pestle.records.prescriptions import Prescription
from pestle.stations.outbox import post_message
from pestle.terms.findings import refuse
from pestle.wire import script
from pestle.wire.script.medication import Medication
from pestle.wire.script.people import Patient as PatientBlock
from pestle.wire.script.people import Pharmacy as PharmacyBlock
from pestle.wire.script.people import Prescriber as PrescriberBlock

RECEIVED = "010"
NO_RECEIPT = frozenset({"", "0", "n", "no", "false"})
SOFTWARE = script.SenderSoftware(developer="Pestle", product="Pestle", release=version("pestle"))


def message_id_for(act_id: UUID) -> str:
    """This will give a message number of ours, the same for the same act: 35 characters, as SCRIPT allows."""
    return f"PES{act_id.hex}"


def network_of(pharmacy: Pharmacy) -> Partner:
    """This will give the e-prescribing network in use; Refused where there is none."""
    partner = Partner.objects.filter(pharmacy=pharmacy, kind=PartnerKind.ERX, is_in_use=True).order_by("pk").first()
    if partner is None:
        raise refuse("This pharmacy has no e-prescribing network: telephone or fax the prescriber.", rule="network")
    return partner


def post(
    body: script.Transaction,
    *,
    to: script.Endpoint,
    partner: Partner,
    act_id: UUID,
    by: Worker,
    at: datetime,
    subject: Prescription | None,
    relates_to: str = "",
    order_number: str = "",
    like: bytes = b"",
) -> Message:
    """This will put a SCRIPT message, about a prescription of ours where there is one, in the outbox of the act.

    `like` is the sender's message that led to it: it goes out in the version in which that one came.
    """
    number = message_id_for(act_id)
    header = script.Header(
        to=to,
        sender=script.Endpoint(qualifier="P", identifier=by.pharmacy.ncpdp_id),
        message_id=number,
        relates_to=relates_to,
        sent_at=at,
        software=SOFTWARE,
        rx_reference_number=str(subject.rx_number) if subject else "",
        prescriber_order_number=subject.order_number if subject else order_number,
    )
    return post_message(
        partner=partner,
        kind=type(body).__name__,
        body=in_version_of(like, header, body),
        act_id=act_id,
        by=by,
        at=at,
        external_id=number,
        relates_to=relates_to,
        subject=subject,
    )


def in_version_of(like: bytes, header: script.Header, body: script.Transaction) -> bytes:
    """This will write a message in the version of another one, or in the usual one where that names none we speak."""
    try:
        text = script.decode_version_text(like)
    except script.ScriptError:
        return script.encode(script.build(header, body))
    return script.encode(script.build(header, body, version_text=text))


def confirm(received: Message, decoded: script.Message, *, act_id: UUID, at: datetime, subject: Any) -> None:
    """This will send a Verify for a message that asks for a receipt; for any other, and for a receipt, none.

    The Status in the same breath goes to the network, which may stand between; the Verify goes to who wrote it. What
    ReturnReceipt may hold is not reviewed: anything but a plain no is taken as asking.
    """
    asked = getattr(decoded.body, "return_receipt", "").strip().lower()
    if asked in NO_RECEIPT or decoded.header.sender is None:
        return
    post(
        script.Verify(status=script.VerifyStatus(code=RECEIVED)),
        to=decoded.header.sender,
        partner=received.partner,
        act_id=act_id,
        by=Worker.objects.program(received.pharmacy),
        at=at,
        subject=subject if isinstance(subject, Prescription) else None,
        relates_to=decoded.header.message_id,
        order_number=decoded.header.prescriber_order_number,
        like=bytes(received.body),
    )


def patient_of(rx: Prescription) -> PatientBlock:
    """This will give the block of a prescription's patient, from our record, else as received."""
    row = rx.patient
    if row is None:
        return erx_blocks.patient_block(rx.as_received.get("patient") or {})
    return erx_blocks.patient_block(
        {
            "family": row.family, "given": row.given, "middle": row.middle, "birth_on": row.birth_on.isoformat(),
            "sex": row.sex, "address": row.address, "city": row.city, "state": row.state,
            "postal_code": row.postal_code, "phone": row.phone,
        }
    )  # fmt: skip


def prescriber_of(rx: Prescription) -> PrescriberBlock:
    """This will give the block of a prescription's prescriber, from our record, else as received."""
    row = rx.prescriber
    if row is None:
        return erx_blocks.prescriber_block(rx.as_received.get("prescriber") or {})
    return erx_blocks.prescriber_block(
        {
            "family": row.family, "given": row.given, "suffix": row.credential, "npi": row.npi,
            "dea_number": row.dea_number, "licence": row.licence, "practice": row.practice, "phone": row.phone,
            "fax": row.fax, "address": row.address, "city": row.city, "state": row.state,
            "postal_code": row.postal_code,
        }
    )  # fmt: skip


def pharmacy_of(pharmacy: Pharmacy) -> PharmacyBlock:
    """This will give the block of a pharmacy."""
    return erx_blocks.pharmacy_block(
        {
            "ncpdp_id": pharmacy.ncpdp_id, "npi": pharmacy.npi, "name": pharmacy.name, "address": pharmacy.address,
            "city": pharmacy.city, "state": pharmacy.state, "postal_code": pharmacy.postal_code,
            "phone": pharmacy.phone,
        }
    )  # fmt: skip


def prescribed_of(rx: Prescription) -> Medication:
    """This will give the block of what was prescribed."""
    return erx_blocks.medication_block(_drug(rx))


def dispensed_of(fill: Fill, *, last_filled: date, requested_refills: int | None = None) -> Medication:
    """This will give the block of what was dispensed last, with the refills asked for."""
    rx = fill.prescription
    package = fill.package
    drug = _drug(rx) | {
        "description": str(package.product)[:105] if package else _description(rx),
        "ndc11": package.ndc11 if package else "",
        "quantity": str(fill.quantity),
        "days_supply": fill.days_supply or "",
    }
    return erx_blocks.medication_block(drug, last_filled=last_filled, requested_refills=requested_refills)


def _drug(rx: Prescription) -> dict[str, Any]:
    said = rx.as_received.get("drug") or {}
    return {
        "description": _description(rx),
        "ndc11": said.get("ndc11", ""),
        "schedule": rx.schedule,
        "quantity": str(rx.quantity_written) if rx.quantity_written is not None else said.get("quantity", ""),
        "days_supply": said.get("days_supply", ""),
        "refills": rx.refills,
        "substitutions": "1" if rx.daw == "1" else "0",
        "directions": rx.directions or said.get("directions", ""),
        "written_on": rx.written_on.isoformat() if rx.written_on else "",
    }


def _description(rx: Prescription) -> str:
    return str((rx.as_received.get("drug") or {}).get("description") or rx.product or "")[:105]
