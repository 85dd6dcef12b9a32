"""What pretend prescribers write: orders, cancellations, and answers to what a pharmacy asks."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from pestle.links import erx_blocks
from pestle.wire import script
from pestle.wire.script.medication import Medication

SOFTWARE = script.SenderSoftware(developer="Pestle", product="Pretend prescribers", release="1")
MOODS = ("approve", "deny", "replace", "changes")
# Of a hundred requests, so many are answered so; made up.
BY_SEED = (("approve", 80), ("deny", 12), ("changes", 5), ("replace", 3))
NOBODY = "7700000000001"


def new_rx(order: dict[str, Any], *, to: str, message_id: str, order_number: str, now: datetime) -> bytes:
    """Give the bytes of a NewRx; raises ScriptError for an order that SCRIPT cannot say."""
    body = script.NewRx(
        allergies=erx_blocks.allergies_block(order.get("allergies")),
        coverages=erx_blocks.coverage_blocks(order.get("coverages", [])),
        patient=erx_blocks.patient_block(order["patient"]),
        prescriber=erx_blocks.prescriber_block(order["prescriber"]),
        prescribed=erx_blocks.medication_block(order["drug"]),
        return_receipt=order.get("return_receipt", ""),
        prohibits_renewal_request=True if order.get("prohibits_renewal") else None,
    )
    header = _header(order, to=to, message_id=message_id, order_number=order_number, now=now)
    if order.get("is_signed"):
        header = replace(header, digital_signature=script.DigitalSignature(version="1", indicator=True))
    return _in_version(order.get("version_text", ""), header, body)


def cancel_rx(order: dict[str, Any], *, to: str, message_id: str, order_number: str, flag: str, now: datetime) -> bytes:
    """Give the bytes of a CancelRx for an order; flag C cancels, D discontinues."""
    body = script.CancelRx(
        change_of_status=flag,
        patient=erx_blocks.patient_block(order["patient"]),
        prescriber=erx_blocks.prescriber_block(order["prescriber"]),
        prescribed=erx_blocks.medication_block(order["drug"]),
    )
    header = _header(order, to=to, message_id=message_id, order_number=order_number, now=now)
    return _in_version(order.get("version_text", ""), header, body)


def answer_to(asked: script.Message, mood: str, *, message_id: str, now: datetime) -> bytes:
    """Give the bytes of a prescriber's answer to a renewal or change request."""
    header = script.reply_header(asked.header, message_id=message_id, sent_at=now, software=SOFTWARE)
    body = asked.body
    if isinstance(body, script.RxRenewalRequest):
        answer: script.Transaction = _renewal(body, mood, now)
    elif isinstance(body, script.RxChangeRequest):
        answer = _change(body, mood, now)
    else:
        raise TypeError(f"Nobody answers a {asked.name}.")
    return _in_version(_version_text_of(asked), header, answer)


def reply(asked: script.Message, said: script.Transaction) -> bytes:
    """Give the bytes of the answer in the same breath: Status or Error."""
    number = f"STA-{sha256(asked.header.message_id.encode()).hexdigest()[:24]}"
    sent_at = asked.header.sent_at
    if sent_at is None:
        raise ValueError("A message that does not say when it was sent gets no answer.")
    header = script.reply_header(asked.header, message_id=number, sent_at=sent_at, software=SOFTWARE)
    return _in_version(_version_text_of(asked), header, said)


def garbled(raw: bytes, refusal: script.ScriptError, *, pharmacy_id: str) -> bytes:
    """Give the bytes of the Error for what could not be read."""
    try:
        asked = script.decode_header(raw)
    except script.ScriptError:
        asked = script.Header(
            to=script.Endpoint(qualifier="D", identifier=NOBODY),
            sender=script.Endpoint(qualifier="P", identifier=pharmacy_id),
            message_id="unknown",
        )
    number = f"ERR-{sha256(raw).hexdigest()[:24]}"
    sent_at = asked.sent_at or datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    header = script.reply_header(asked, message_id=number, sent_at=sent_at, software=SOFTWARE)
    return script.encode(script.build(header, script.answer_refusal(refusal)))


def about_another(answer: bytes) -> bytes:
    """Give an answer that belongs to another message."""
    said = script.decode(answer)
    return _in_version(_version_text_of(said), replace(said.header, relates_to="ANOTHER-MESSAGE"), said.body)


def code_of(answer: bytes) -> str:
    """Give the code of a Status or Error; "unreadable" for anything else."""
    try:
        body = script.decode(answer).body
    except script.ScriptError:
        return "unreadable"
    return body.code if isinstance(body, script.Status | script.Error) else "unreadable"


def mood(seed: int, message_id: str) -> str:
    """Give how a request is answered in this made-up world."""
    drawn = int.from_bytes(sha256(f"{seed} {message_id}".encode()).digest()[:4]) % 100
    for name, share in BY_SEED:
        if drawn < share:
            return name
        drawn -= share
    return "approve"


def _version_text_of(asked: script.Message) -> str:
    return script.decode_version_text(script.encode(asked))


def _in_version(text: str, header: script.Header, body: script.Transaction) -> bytes:
    return script.encode(script.build(header, body, version_text=text) if text else script.build(header, body))


def _header(order: dict[str, Any], *, to: str, message_id: str, order_number: str, now: datetime) -> script.Header:
    return script.Header(
        to=script.Endpoint(qualifier="P", identifier=to),
        sender=script.Endpoint(qualifier="D", identifier=order["prescriber"].get("erx_id") or NOBODY),
        message_id=message_id,
        sent_at=now.replace(microsecond=0),
        software=SOFTWARE,
        prescriber_order_number=order_number,
    )


def _renewal(asked: script.RxRenewalRequest, mood: str, now: datetime) -> script.RxRenewalResponse:
    wanted = asked.dispensed
    if wanted is None:
        raise ValueError("A renewal request without a medicine gets no answer.")
    # Fills in all, so one more than the refills asked for.
    granted = _written(wanted, now, refills=(wanted.requested_refills or 0) + 1)
    if mood == "changes":
        granted = replace(granted, refills=1)
    return script.RxRenewalResponse(
        response=_response(mood, denied="AM"),
        patient=asked.patient,
        pharmacy=asked.pharmacy,
        prescriber=asked.prescriber,
        answered=granted,
    )


def _change(asked: script.RxChangeRequest, mood: str, now: datetime) -> script.RxChangeResponse:
    wanted = asked.requested[0] if asked.requested else asked.prescribed
    granted = _written(wanted, now, refills=wanted.refills or 0) if wanted and mood != "deny" else None
    return script.RxChangeResponse(
        request_code=asked.request_code,
        response=_response("approve" if mood == "replace" else mood, denied="AL"),
        patient=asked.patient,
        pharmacy=asked.pharmacy,
        prescriber=asked.prescriber,
        prescribed=granted,
    )


def _response(mood: str, *, denied: str) -> script.Response:
    outcome = script.Outcome(note="As you asked.")
    if mood == "deny":
        return script.Response(denied=script.Outcome(reason_codes=(denied,)))
    if mood == "replace":
        return script.Response(replaced=outcome)
    return script.Response(approved_with_changes=outcome) if mood == "changes" else script.Response(approved=outcome)


def _written(wanted: Medication, now: datetime, *, refills: int) -> Medication:
    return replace(
        wanted,
        written=script.StatedDay(now.date()),
        last_filled=None,
        requested_refills=None,
        refills=refills,
        substitutions=wanted.substitutions or "0",
    )
